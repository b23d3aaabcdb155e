// Lowering: a graph onto streams, clocks, columns and instructions.

import { describe, expect, it } from "vitest";
import {
  OP_ALIGN,
  OP_DELAY,
  OP_HOST,
  OP_MEAN_PAIR,
  OP_SMA,
  OP_SOURCE,
  OP_WINDOW,
} from "../../../assembly/abi-opcodes.js";
import {
  acrossRank,
  acrossTop,
  add,
  bars,
  constant,
  crossOver,
  delayed,
  graph,
  gt,
  marketOrder,
  mul,
  newPeriod,
  reduceMean,
  select,
  sma,
  sub,
  targetPercent,
  userNode,
} from "../../../kernel/index.js";
import type { BarsTape, GraphParts } from "../../../kernel/index.js";
import { lowerGraph } from "../../../kernel/plan/lower.js";
import type { Plan } from "../../../kernel/plan/plan.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";
import { DAY_NS, datasetOf, tape } from "../run/small-tapes.js";

const A = tape("A", [100, 101]);
const B = tape("B", [200, 201]);
const A_DAILY = tape("A", [101], { interval: "1d", unitNs: DAY_NS });

function planOf(parts: GraphParts, tapes: readonly BarsTape[] = [A, B]): Plan {
  return lowerGraph(graph(parts), datasetOf(tapes), { capture: false });
}

function counts(plan: Plan, opcode: number): number {
  return plan.instructions.filter((instruction) => instruction.opcode === opcode).length;
}

/** Symbols that a plan trades, in order. */
function traded(plan: Plan): readonly string[] {
  return plan.decisions.map(({ instrument }) => plan.instruments[instrument]?.symbol ?? "?");
}

const { close, high, low, volume, time } = bars();

describe("lowerGraph", () => {
  it("gives a node one instruction for each instrument", () => {
    const plan = planOf({ decisions: [targetPercent(select(gt(close, sma(close, 2)), 1, 0))] });
    expect(plan.instruments.map((instrument) => instrument.symbol)).toEqual(["A", "B"]);
    expect(counts(plan, OP_SMA)).toBe(2);
    expect(traded(plan)).toEqual(["A", "B"]);
    expect(plan.clocks.map((clock) => clock.streams)).toEqual([[0], [1]]);
    expect(plan.instructions.every((instruction) => instruction.clock < plan.streams.length)).toBe(true);
  });

  it("orders instruments by symbol, whatever the order of the dataset", () => {
    const parts = { decisions: [targetPercent(select(gt(close, 1), 1, 0))] };
    const shape = (plan: Plan) => [plan.instruments, plan.instructions, plan.decisions.map((each) => each.instrument)];
    expect(shape(planOf(parts, [B, A]))).toEqual(shape(planOf(parts, [A, B])));
  });

  it("reads only the fields that something takes", () => {
    expect(counts(planOf({ publish: { x: close } }, [A]), OP_SOURCE)).toBe(1);
    expect(counts(planOf({ publish: { x: sub(high, low), volume } }, [A]), OP_SOURCE)).toBe(3);
  });

  it("makes a delay once, however many edges have it", () => {
    const before = delayed(close, 2);
    const plan = planOf({ publish: { x: sub(close, before), y: mul(before, 2), z: delayed(close, 1) } }, [A]);
    expect(counts(plan, OP_DELAY)).toBe(2);
  });

  it("makes an alignment once for each clock", () => {
    const daily = bars({ interval: "1d" }).close;
    const plan = planOf({ publish: { x: sub(close, daily), y: add(close, daily) } }, [A, A_DAILY]);
    expect(plan.clocks.map((clock) => clock.streams)).toEqual([[0], [1], [0, 1]]);
    expect(counts(plan, OP_ALIGN)).toBe(2);
  });

  it("executes on the finest tape and reads coarser ones only where they are asked for", () => {
    expect(planOf({ publish: { close } }, [A_DAILY, A]).streams).toMatchObject([{ tape: A, executes: true }]);
    const coarse = planOf({ decisions: [targetPercent(select(gt(bars({ interval: "1d" }).close, 1), 1, 0))] }, [
      A_DAILY,
      A,
    ]);
    expect(coarse.streams).toMatchObject([
      { tape: A, executes: true },
      { tape: A_DAILY, executes: false },
    ]);
    expect(coarse.decisions[0]?.clock).toBe(1);
  });

  it("finds a tape by the length of its bars", () => {
    expect(planOf({ publish: { x: bars({ interval: "60m" }).close } }, [A]).streams).toMatchObject([{ tape: A }]);
  });

  it("reads a coarser tape at its own decimals", () => {
    const fine = tape("A", [101], { interval: "1d", unitNs: DAY_NS, facts: { priceDecimals: 4 } });
    const plan = planOf({ publish: { x: bars({ interval: "1d" }).close, y: close } }, [A, fine]);
    const sources = plan.instructions.filter((instruction) => instruction.opcode === OP_SOURCE);
    expect(sources.map(({ clock, params }) => [clock, ...params]).sort()).toEqual([
      [0, 100],
      [1, 10_000],
    ]);
  });

  it("keeps the lanes of a panel beside a series of one instrument", () => {
    const filter = gt(bars({ instrument: "A" }).close, 1);
    const held = select(filter, select(gt(close, sma(close, 2)), 1, 0), 0);
    expect(traded(planOf({ decisions: [targetPercent(held)] }))).toEqual(["A", "B"]);
    expect(traded(planOf({ decisions: [targetPercent(held, { instrument: "B" })] }))).toEqual(["B"]);
  });

  it("puts moving averages of one column two by two into one instruction", () => {
    const mean = (rows: number) => sma(bars({ instrument: "A" }).close, rows);
    const publish = { a: add(mean(2), sma(high, 2)), b: mean(3), c: mean(4), d: mean(5), e: sma(delayed(close, 1), 3) };
    const plan = planOf({ publish }, [A]);
    const pairs = plan.instructions.filter((instruction) => instruction.opcode === OP_MEAN_PAIR);
    expect(pairs.flatMap(({ params }) => params.slice(0, 2)).sort()).toEqual([2, 3, 4, 5]);
    expect(counts(plan, OP_SMA)).toBe(2);
  });

  it("lets a cross-section take all lanes of a row at once", () => {
    const rank = acrossRank(close);
    const plan = planOf({ decisions: [targetPercent(select(gt(rank, 1), 1, 0))] });
    const [across] = plan.instructions.filter((instruction) => instruction.lanes !== undefined);
    expect(across?.lanes?.inputs.length).toBe(2);
    expect(across?.lanes?.outputs.length).toBe(2);
    expect(plan.clocks[across?.clock as number]?.streams).toEqual([0, 1]);
    expect(traded(plan)).toEqual(["A", "B"]);
  });

  it("windows a constant once for each clock of a user node", () => {
    const node = userNode({
      name: "pair",
      version: 1,
      period: 3,
      inputs: { x: "number", k: "number" },
      outputs: { value: "number" },
      compute: () => undefined,
    });
    const plan = planOf({ publish: { x: node({ x: close, k: 5 }).value } });
    expect(counts(plan, OP_WINDOW)).toBe(4);
    expect(counts(plan, OP_HOST)).toBe(2);
  });

  it("gives the host its turn for published series only when they are wanted", () => {
    const made = graph({ publish: { close } });
    const taken = (capture: boolean): number => counts(lowerGraph(made, datasetOf([A, B]), { capture }), OP_HOST);
    expect([taken(false), taken(true)]).toEqual([0, 2]);
  });

  it("makes one plan whatever the published series are called", () => {
    const one = planOf({ publish: { a: delayed(close, 1), b: delayed(high, 2) } });
    const other = planOf({ publish: { b: delayed(close, 1), a: delayed(high, 2) } });
    expect(other.instructions).toEqual(one.instructions);
    expect(other.mixed).toEqual(one.mixed);
  });
});

describe("the instruments of a decision", () => {
  it("are all of the dataset for a constant", () => {
    expect(traded(planOf({ decisions: [targetPercent(0.4)] }))).toEqual(["A", "B"]);
  });

  it("are the one that is said", () => {
    expect(traded(planOf({ decisions: [targetPercent(0.4, { instrument: "B" })] }))).toEqual(["B"]);
  });

  it("are those of the trigger for a constant, whatever else the graph trades", () => {
    const only = bars({ instrument: "B" }).close;
    const buy = marketOrder(1, { when: crossOver(only, sma(only, 2)) });
    expect(traded(planOf({ decisions: [buy] }))).toEqual(["B"]);
    expect(traded(planOf({ decisions: [buy, targetPercent(0.1, { instrument: "A" })] }))).toEqual(["A", "B"]);
  });

  it("are each with its own lane of the trigger", () => {
    const plan = planOf({ decisions: [marketOrder(1, { when: gt(close, 1) })] });
    expect(traded(plan)).toEqual(["A", "B"]);
    expect(new Set(plan.decisions.map((decision) => decision.when)).size).toBe(2);
  });

  it("stay in one order: by instrument, then by NodeID", () => {
    const parts = [targetPercent(0.1), targetPercent(0.2), targetPercent(0.3)];
    const ids = (decisions: typeof parts) =>
      planOf({ decisions }).decisions.map(({ instrument, node }) => [
        instrument,
        node.params,
        node.inputs["target"]?.node.params,
      ]);
    expect(ids(parts)).toEqual(ids([...parts].reverse()));
    expect(traded(planOf({ decisions: parts }))).toEqual(["A", "A", "A", "B", "B", "B"]);
  });
});

describe("what cannot be lowered", () => {
  const lines = (parts: GraphParts, tapes: readonly BarsTape[] = [A, B]) => issueLinesOf(() => planOf(parts, tapes));

  it("is reported at once: unknown symbols and intervals", () => {
    const x = sub(bars({ instrument: "X" }).close, bars({ instrument: "A", interval: "5m" }).close);
    expect(
      [...lines({ publish: { x }, decisions: [targetPercent(1, { instrument: "Y" })] })]
        .map((line) => line.split(" ")[0])
        .sort(),
    ).toEqual(["graph/interval", "instrument/unknown", "instrument/unknown"]);
  });

  it("names the symbols and the bars that there are", () => {
    const issues = issuesOf(() => planOf({ publish: { x: bars({ instrument: "X" }).close } }));
    expect(issues[0]).toMatchObject({
      path: "graph.x",
      expected: "an instrument of the dataset: A, B",
      received: '"X"',
    });
    const interval = issuesOf(() => planOf({ publish: { x: bars({ interval: "5m" }).close } }, [A, A_DAILY]));
    expect(interval[0]).toMatchObject({ expected: "an interval that the dataset has of A: 1h, 1d", received: '"5m"' });
  });

  it("is a target of no single instrument", () => {
    const mean = reduceMean(close);
    expect(lines({ decisions: [targetPercent(mean)] })[0]).toMatch(/^graph\/shape/);
    expect(lines({ decisions: [targetPercent(mean, { instrument: "A" })] })).toEqual([]);
    expect(lines({ decisions: [targetPercent(mean)] }, [A])).toEqual([]);
    expect(lines({ decisions: [targetPercent(add(constant(1), 2))] })[0]).toMatch(/^graph\/shape/);
  });

  it("is a choice among instruments at triggers of each", () => {
    const when = newPeriod(time, "month");
    expect(lines({ publish: { x: acrossTop(close, 1, { when }) } })).toEqual(["graph/shape graph.x"]);
    const one = newPeriod(reduceMean(time), "month");
    expect(lines({ publish: { x: acrossTop(close, 1, { when: one }) } })).toEqual([]);
  });

  it("is a dataset without tapes, or with one tape twice", () => {
    expect(lines({ publish: { close } }, [])).toEqual(["dataset/range dataset"]);
    expect(lines({ publish: { close } }, [A, tape("A", [1])])).toEqual(["tape/interval dataset.A"]);
    expect(lines({ publish: { close } }, [A, tape("A", [1], { interval: "60m" })])).toEqual([
      "tape/interval dataset.A",
    ]);
  });

  it("is an instrument with steps of nothing", () => {
    const facts = { tick: 0n, lot: -1n, priceDecimals: 13, multiplier: 0n };
    expect(lines({ publish: { close } }, [tape("A", [1], { facts })])).toEqual([
      "instrument/fact dataset.A.priceDecimals",
      "instrument/fact dataset.A.tick",
      "instrument/fact dataset.A.lot",
      "instrument/fact dataset.A.multiplier",
    ]);
    const none = { tick: undefined, currency: undefined } as unknown as { tick: bigint };
    expect(lines({ publish: { close } }, [tape("A", [1], { facts: none })])).toEqual([
      "instrument/fact dataset.A.currency.decimals",
      "instrument/fact dataset.A.tick",
    ]);
  });
});
