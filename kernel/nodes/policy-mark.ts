// Marks of a decision: what its identity says of the node set that it is a part of, and of the intent that it is made
// of. Nothing of them acts in a run.

import { POLICY_INTENT, POLICY_SET } from "../../assembly/abi-policy.js";
import type { Policy } from "../graph/node.js";
import type { PolicySpec } from "../graph/spec.js";
import { madePolicy, policySpec } from "./policy-spec.js";

export const NODE_SET: PolicySpec = policySpec("set", {
  type: "nodeSet",
  code: POLICY_SET,
  params: {
    name: { kind: "string" },
    version: { kind: "integer", min: 1, max: 1_000_000 },
    profile: { kind: "string", default: "" },
    mode: { kind: "string", default: "simulate" },
  },
  stateBytes: () => 0,
  encode: () => [],
});

export const INTENT: PolicySpec = policySpec("intent", {
  type: "intent",
  code: POLICY_INTENT,
  params: {
    id: { kind: "string" },
    ts: { kind: "string" },
  },
  stateBytes: () => 0,
  encode: () => [],
});

/** What a decision's identity says of the node set that it is a part of: another version is another decision. */
export function nodeSetMark(set: {
  readonly name: string;
  readonly version: number;
  /** Name and version of the venue's profile; empty for none. */
  readonly profile: string;
  readonly mode: string;
}): Policy<"set"> {
  return madePolicy(NODE_SET, "set", { ...set });
}

/** What a decision's identity says of the intent that it is made of: two intents alike but for their id are two. */
export function intentMark(intent: {
  readonly id: string;
  /** Its time, ns. */
  readonly ts: bigint;
}): Policy<"intent"> {
  return madePolicy(INTENT, "intent", { id: intent.id, ts: String(intent.ts) });
}
