// Constraints of intents: one list for the schema of the live layer and for runs, which take each or name it.

import { describe, expect, it } from "vitest";
import { INTENT_SCHEMA } from "../../../adapters/execution/schema/intent.js";
import type { IntentConstraint, IntentConstraints } from "../../../kernel/index.js";
import { graph, INTENT_CONSTRAINTS, nodeSetRegistry } from "../../../kernel/index.js";
import { expectationsOf } from "../../kernel/graph/issues-of.js";

/** What a constraint is in a run and in the schema, with what it needs beside it, and what no side takes. */
const CASES: Readonly<Record<IntentConstraint, readonly [run: object, schema: object, wrong: unknown]>> = {
  timeInForce: [{ timeInForce: "day" }, { timeInForce: "day" }, "ever"],
  expires: [{ expires: 3_600_000_000_000n }, { expires: "3600000000000" }, "soon"],
  maxSlippageBps: [{ maxSlippageBps: 5 }, { maxSlippageBps: 5 }, -1],
  limit: [{ limit: 5 }, { limit: "5" }, -5],
  stop: [{ stop: 5 }, { stop: "5" }, 0],
  postOnly: [{ postOnly: true, limit: 5 }, { postOnly: true, limit: "5" }, "yes"],
  reduceOnly: [{ reduceOnly: true }, { reduceOnly: true }, 1],
  venues: [{ venues: ["alpha"] }, { venues: ["alpha"] }, []],
};
/** What a run refuses by name, for a reason of its own. */
const REFUSED: readonly IntentConstraint[] = ["venues"];

function attach(constraints: object): () => unknown {
  const intent = {
    intentId: "a",
    ts: 0n,
    instrument: "A",
    side: "sell",
    size: { type: "quantity", value: 5 },
  } as const;
  return () => {
    const given = constraints as IntentConstraints;
    const { decisions } = nodeSetRegistry().make("intent_first", [{ ...intent, constraints: given }], "w");
    return graph({ decisions });
  };
}

describe("constraints of intents", () => {
  const schema = INTENT_SCHEMA.shape.constraints;

  it("have one list", () => {
    expect(Object.keys(schema.shape).sort()).toEqual([...INTENT_CONSTRAINTS].sort());
  });

  it.each(INTENT_CONSTRAINTS)("%s is taken by both, or refused by name in a run", (field) => {
    const [own, ofSchema, wrong] = CASES[field];
    expect(schema.safeParse(ofSchema).success).toBe(true);
    expect(schema.safeParse({ ...ofSchema, [field]: wrong }).success).toBe(false);
    const named = expect.stringContaining(`intents.0.constraints.${field}: `);
    expect(expectationsOf(attach({ ...own, [field]: wrong }))).toEqual(expect.arrayContaining([named]));
    if (REFUSED.includes(field)) expect(expectationsOf(attach(own))).toEqual([named]);
    else expect(attach(own)).not.toThrow();
  });

  it("say what does not go together", () => {
    const at = (constraints: object): string => expectationsOf(attach(constraints)).join();
    expect(at({ timeInForce: "gtd" })).toContain("constraints.expires");
    expect(at({ timeInForce: "day", expires: 5n })).toContain("constraints.expires");
    expect(attach({ timeInForce: "gtd", expires: "2024-03-08T14:30:00Z" })).not.toThrow();
    expect(at({ postOnly: true })).toContain("constraints.postOnly");
    expect(at({ maxSlippageBps: 5, expires: 5n })).toContain("constraints.maxSlippageBps");
    expect(at({ unknown: 5 })).toContain(INTENT_CONSTRAINTS.join(", "));
  });
});
