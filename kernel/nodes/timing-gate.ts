// Timing gates: the hours in which decisions may act (`NODESETS.md` 4).

import { POLICY_TIMING } from "../../assembly/abi-policy.js";
import { InputError } from "../base/error.js";
import { optionsOf } from "../graph/builder-options.js";
import { shown } from "../graph/node-check.js";
import type { GraphNode, Policy } from "../graph/node.js";
import type { ParamSpec, PolicySpec } from "../graph/spec.js";
import type { HourKind } from "../market/extended-hours.js";
import { HOUR_KINDS } from "../market/extended-hours.js";
import { flag, madePolicy, policySpec } from "./policy-spec.js";

type HourParams = Readonly<Record<HourKind, ParamSpec>>;

export const TIMING_GATE: PolicySpec = policySpec("timing", {
  type: "timingGate",
  code: POLICY_TIMING,
  params: { queue: { kind: "boolean", default: false } },
  stateBytes: () => 0,
  encode: (params) => [flag(params, "queue")],
});

/** A timing gate of other hours than the sessions alone: a node type of its own, so that those keep their NodeIDs. */
export const TIMING_HOURS_GATE: PolicySpec = policySpec("timing", {
  type: "timingHours",
  code: POLICY_TIMING,
  params: {
    ...(Object.fromEntries(HOUR_KINDS.map((kind) => [kind, { kind: "boolean", default: false }])) as HourParams),
    queue: { kind: "boolean", default: false },
  },
  check: ({ params }, refuse) => {
    if (HOUR_KINDS.some((kind) => params[kind] === true)) return;
    refuse("params", `one or more of ${HOUR_KINDS.join(", ")}`, "none");
  },
  stateBytes: () => 0,
  encode: (params) => [flag(params, "queue")],
});

/** Hours that a timing gate is open in. */
export function gateHours({ spec, params }: GraphNode): readonly HourKind[] {
  return spec === TIMING_HOURS_GATE ? HOUR_KINDS.filter((kind) => params[kind] === true) : ["regular"];
}

/** When a timing gate is open. */
export interface TimingOptions {
  /**
   * Hours in which decisions may act: `pre`, `regular`, `lunch`, `post`; `["regular"]` by default, which has no lunch
   * where the calendar states one. Fills go by the sessions alone, whatever stands here.
   */
  readonly sessions?: readonly HourKind[];
  /**
   * Lets orders wait for the next session, as they do without this gate; daily bars, whose decisions fall on the close,
   * need it.
   */
  readonly queue?: boolean;
}

/**
 * Refuses what comes while the market is closed, with `market_closed` and the next time at which it is open; hours
 * have their open and not their close. An instrument without a calendar is always open. Hours that the calendar of an
 * instrument does not state are a `config/calendar` when a run is made.
 *
 * @throws InputError `graph/unknown-param` for hours that there are not, `graph/order` for none, `graph/param-type` for
 *   what is no list.
 * @example targetPercent(1, { gates: { timing: timingGate() } })
 * @example targetPercent(1, { gates: { timing: timingGate({ sessions: ["pre", "regular", "post"] }) } })
 */
export function timingGate(options: TimingOptions = {}): Policy<"timing"> {
  const { sessions = ["regular"], queue } = optionsOf("timingGate", options, ["sessions", "queue"]);
  if (!Array.isArray(sessions)) {
    const expected = `a list of ${HOUR_KINDS.join(", ")}`;
    throw new InputError([
      { code: "graph/param-type", path: "timingGate.sessions", expected, received: shown(sessions) },
    ]);
  }
  const isPlain = sessions.length > 0 && sessions.every((kind) => kind === "regular");
  if (isPlain) return madePolicy(TIMING_GATE, "timing", { queue });
  const named = Object.fromEntries(sessions.map((kind) => [kind, true]));
  return madePolicy(TIMING_HOURS_GATE, "timing", { ...named, queue });
}
