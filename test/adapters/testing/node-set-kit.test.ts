// The kit for node sets: the registered ones keep every law, and sets with a fault planted in each are found.

import { describe, expect, it } from "vitest";
import type { NodeSetCheckOptions } from "../../../adapters/testing/check-node-set.js";
import { checkNodeSet } from "../../../adapters/testing/check-node-set.js";
import { NODE_SET_CASES } from "../../../adapters/testing/node-set-cases.js";
import type { AttachOptions, Decision, Gates, NodeSet, NumberInput, SetParts } from "../../../kernel/index.js";
import {
  activationGate,
  add,
  bars,
  defineNodeSet,
  gt,
  lt,
  mul,
  NODE_SETS,
  nodeSetRegistry,
  order,
  preTradeGate,
  riskControl,
  targetPercent,
  timingGate,
  userNode,
} from "../../../kernel/index.js";
import { issueLinesOf } from "../../kernel/graph/issues-of.js";
import { engineFor } from "../../model/kernel-run.js";

const engine = engineFor();
/** Each set has all cases in the deep run, and every third otherwise, so that each case has two of the six sets. */
const IS_DEEP = process.env["GOLDENTAPE_RUNS"] !== undefined;
const always = gt(bars({ instrument: "A" }).close, 0);
const futures = nodeSetRegistry().get("ccxt_futures");

describe("a node set of the kernel", () => {
  it.each(NODE_SETS.map((set, at) => [set.name, set, at] as const))("%s keeps every law", (_, set, at) => {
    // The plain set is the decision alone.
    const without = set.name === "plain" ? (["activation", "limits"] as const) : [];
    const cases = NODE_SET_CASES.filter((_case, place) => IS_DEEP || place % 3 === at % 3);
    expect(checkNodeSet(set, { engine, without, cases })).toEqual([]);
  });
});

/** A set of one's own; its gates obey their world unless said otherwise. */
function own(gates: SetParts["gates"], decide?: SetParts["decide"]): NodeSet {
  const parts = { name: "own", version: 1, summary: "A set of one's own.", gates };
  return defineNodeSet(decide === undefined ? parts : { ...parts, decide });
}

const obeys: SetParts["gates"] = ({ world = "default", strategy = "*" }) => ({
  risk: riskControl({ volatility: null, drawdown: null }),
  activation: activationGate({ world, strategy, assume: "active" }),
});

/** A set that decides as a target does, behind other gates or on another signal. */
function deciding(
  gatesOf: (gates: Gates) => Gates,
  signalOf: (signal: NumberInput) => NumberInput = (signal) => signal,
): NodeSet {
  return own(obeys, (signal, { instrument = "A" }, gates) =>
    targetPercent(signalOf(signal), { when: always, instrument, gates: gatesOf(gates) }),
  );
}

/** The futures' set, attached otherwise than asked for. */
function attaching(change: (options: AttachOptions) => AttachOptions): NodeSet {
  return { ...futures, attach: (entry, options = {}) => futures.attach(entry, change(options)) };
}

const elsewhere = own(() => ({ activation: activationGate({ world: "elsewhere", assume: "active" }) }));

function onlyNamed(gate: "activation" | "risk" | "timing" | "preTrade"): NodeSet {
  const all = {
    activation: activationGate({ world: "kit", assume: "active" }),
    risk: riskControl(),
    timing: timingGate({ queue: true }),
    preTrade: preTradeGate({ queue: true }),
  } as const;
  const { [gate]: _, ...others } = all;
  return own(({ world }) => (world === undefined ? all : others));
}

let calls = 0;
const forgetful = userNode({
  name: "forgetful",
  version: 1,
  period: 1,
  inputs: { asked: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    calls++;
    for (let row = 0; row < rowCount; row++)
      outputs.value.set(row, (inputs.asked.get(row) ?? 0) * (1 + (calls % 5) / 10));
  },
});
const byBlocks = userNode({
  name: "by-blocks",
  version: 1,
  period: 1,
  inputs: { asked: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row++)
      outputs.value.set(row, (inputs.asked.get(row) ?? 0) * (rowCount > 5 ? 1 : 0.5));
  },
});

/** What is wrong, the set, a case that finds it, and what is said of it. */
const PLANTED: readonly (readonly [what: string, set: NodeSet, found: string, said: RegExp])[] = [
  ["says an activation gate, and has none", onlyNamed("activation"), "turns", /says activationGate/],
  ["says a risk control, and has none", onlyNamed("risk"), "turns", /says riskControl/],
  ["says a timing gate, and has none", onlyNamed("timing"), "turns", /says timingGate/],
  ["says a pre-trade gate, and has none", onlyNamed("preTrade"), "turns", /says preTradeGate/],
  ["sizes past its activation", deciding(({ activation: _, ...gates }) => gates), "drain", /while it is drained/],
  ["sizes past its risk", deciding(({ risk: _, ...gates }) => gates), "limits", /says riskControl/],
  ["is not marked with its name", deciding(({ set: _, ...gates }) => gates), "turns", /NodeIDs/],
  ["obeys another world: a freeze", elsewhere, "freeze", /while (long|short) is frozen/],
  ["obeys another world: what is open in a freeze", elsewhere, "freeze", /stays open behind a freeze/],
  ["obeys another world: a freeze of one side", elsewhere, "freeze-long", /while long is frozen/],
  ["obeys another world: a freeze that is lifted", elsewhere, "freeze-short", /takes short .* frozen/],
  ["obeys another world: a drain", elsewhere, "drain", /while it is drained/],
  ["obeys another world: a drain that cancels", elsewhere, "drain-cancel", /stays open behind a cancel/],
  ["obeys another world: what is stale", elsewhere, "stale", /is stale/],
  ["obeys another world: what is not active", elsewhere, "inactive", /is not active/],
  ["obeys another world: a downgrade", elsewhere, "downgrade", /drained|frozen/],
  ["obeys another world: stops and targets", elsewhere, "children", /stays open behind a freeze/],
  ["obeys another world: a weight", elsewhere, "repeated", /does not scale/],
  ["does not take another gate", attaching(({ components: _, ...options }) => options), "unknown", /nothing is known/],
  [
    "keeps strategies in one position",
    attaching(({ portfolioScope: _, ...options }) => options),
    "two-strategies",
    /one position/,
  ],
  [
    "sends the same target again and again",
    own(obeys, (signal, { instrument = "A" }, gates) => order(mul(signal, 100), { when: always, instrument, gates })),
    "repeated",
    /repeated at one price sends/,
  ],
  [
    "holds more than its limit, by two decisions",
    {
      ...futures,
      attach: (entry, options = {}) => {
        const attached = futures.attach(entry, options);
        const more: Decision = order(200, {
          when: lt(bars().time, 10_000),
          instrument: "A",
          gates: { ...(options.strategy === undefined ? {} : gatesOfFirst(attached.decisions)) },
        });
        return { ...attached, decisions: [...attached.decisions, more] };
      },
    },
    "limits",
    /beyond (its|the world's) limit/,
  ],
  [
    "sends nothing",
    attaching((options) => ({ ...options, components: { risk: lt(bars({ instrument: "A" }).close, 0) } })),
    "turns",
    /sends nothing/,
  ],
  [
    "depends on the length of blocks",
    deciding(
      (gates) => gates,
      (asked) => byBlocks({ asked: add(asked, 0) }).value,
    ),
    "turns",
    /blocks of 5/,
  ],
  [
    "remembers other runs",
    deciding(
      (gates) => gates,
      (asked) => forgetful({ asked: add(asked, 0) }).value,
    ),
    "turns",
    /blocks of 5/,
  ],
  [
    "throws when it is attached",
    {
      ...futures,
      attach: () => {
        throw new Error("no venue");
      },
    },
    "turns",
    /no venue/,
  ],
];

/** The scope of the first decision, and none of its other gates. */
function gatesOfFirst([first]: readonly Decision[]): Gates {
  const strategy = first?.node.inputs["strategyGate"];
  return strategy === undefined ? {} : { strategy: strategy as unknown as NonNullable<Gates["strategy"]> };
}

describe("a node set that nothing could stop", () => {
  const cases = NODE_SET_CASES.filter(({ name }) => ["turns", "freeze", "limits"].includes(name));
  const found = (set: NodeSet, options: Partial<NodeSetCheckOptions> = {}): readonly string[] =>
    checkNodeSet(set, { engine, cases, ...options }).map(({ case: name, what }) => `${name}: ${what.split(":")[0]}`);
  const NO_GATE = "turns: nothing freezes or drains it";
  const NO_LIMIT = "turns: nothing bounds what it holds";
  const limited = own(() => ({ risk: riskControl() }));

  it("is a finding, once, unless it is meant so", () => {
    expect(found(own(() => ({})))).toEqual([NO_GATE, NO_LIMIT]);
    expect(
      found(
        own(() => ({})),
        { without: ["activation", "limits"] },
      ),
    ).toEqual([]);
    expect(found(limited)).toEqual([NO_GATE]);
    expect(found(limited, { without: ["activation"] })).toEqual([]);
    const loose = { position: null, leverage: null, concentration: null };
    expect(found(own((options) => ({ ...obeys(options), risk: riskControl(loose) })))).toEqual([NO_LIMIT]);
  });

  it("is one whose gate was taken away, and is none where another obeys the same world", () => {
    const without = ["limits"] as const;
    expect(found(futures, { attach: { components: { activation: null } }, without })).toEqual([NO_GATE]);
    const gate = activationGate({ world: "kit", assume: "active" });
    expect(found(futures, { attach: { components: { activation: gate } } })).toEqual([]);
    const other = activationGate({ world: "elsewhere", assume: "active" });
    expect(found(futures, { attach: { components: { activation: other } } })).not.toEqual([]);
  });

  it("is looked at as a set with an engine and options that there are", () => {
    const lines = (...given: readonly unknown[]): readonly string[] =>
      issueLinesOf(() => checkNodeSet(...(given as [NodeSet, NodeSetCheckOptions])));
    expect(lines(undefined, { engine })).toEqual(["config/type checkNodeSet.set"]);
    expect(lines(futures)).toEqual(["config/type checkNodeSet.engine"]);
    expect(lines(futures, { engine, atach: {}, without: ["risk"] })).toEqual([
      "config/unknown-field checkNodeSet.atach",
      "config/field checkNodeSet.without",
    ]);
  });
});

describe("a node set with a fault planted in it", () => {
  it.each(PLANTED)("is found: it %s", (_, set, name, said) => {
    const cases = NODE_SET_CASES.filter((one) => one.name === name);
    expect(cases).toHaveLength(1);
    const faults = checkNodeSet(set, { engine, cases });
    expect(faults.map(({ what }) => what).filter((what) => said.test(what))).not.toEqual([]);
    expect(faults[0]).toEqual({ case: name, what: expect.any(String) as string, where: expect.any(String) as string });
  });

  it("is one of which nothing is found while its parts do what they say", () => {
    const cases = NODE_SET_CASES.filter(({ name }) => ["drain", "limits", "repeated"].includes(name));
    for (const set of [own(obeys), deciding((gates) => gates)])
      expect(checkNodeSet(set, { engine, cases })).toEqual([]);
  });
});
