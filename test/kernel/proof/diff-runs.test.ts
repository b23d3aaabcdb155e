// The first difference of two runs, its cause, and the difference of two graphs.

import { describe, expect, it } from "vitest";
import {
  and,
  bars,
  createEngine,
  delayed,
  diffRuns,
  graph,
  graphDifference,
  gt,
  lt,
  nodeIdOf,
  or,
  select,
  sma,
  targetPercent,
  userNode,
} from "../../../kernel/index.js";
import type { Graph, NumberOutput, RunParts } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { syntheticTape } from "../../../datasets/synthetic.js";
import { moduleBytes } from "../../operators/harness.js";
import { close, CONFIG, crossing, TAPE, WALK } from "./small-runs.js";

const ENGINE = nodeEngine();
const BASE: RunParts = { engine: ENGINE, graph: crossing(), dataset: WALK, config: CONFIG };

/** Trades on two user nodes, whose code gives another value from a row on: one number a node, 0 for none. */
function hiddenTwice(seconds: Readonly<Record<"left" | "right", number>>): Graph {
  const { time } = bars();
  const [left, right] = (["left", "right"] as const).map((name) => {
    const node = userNode({
      name,
      version: 1,
      period: 1,
      inputs: { x: "number", time: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          const isOther = seconds[name] > 0 && (inputs.time.get(row) ?? 0) >= seconds[name];
          outputs.value.set(row, (inputs.x.get(row) as number) * (isOther ? -1 : 1));
        }
      },
    });
    return node({ x: close, time }).value;
  }) as [NumberOutput, NumberOutput];
  const either = or(gt(left, 0), gt(right, 0));
  return graph({ decisions: [targetPercent(select(either, 0.5, 0))], names: { left, right } });
}

/** Trades on a user node whose code gives another value in the row of `second`, if it is not 0. */
function hidden(second: number): Graph {
  const node = userNode({
    name: "hidden",
    version: 1,
    period: 1,
    inputs: { x: "number", time: "number" },
    outputs: { value: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row += 1) {
        const x = inputs.x.get(row) as number;
        outputs.value.set(row, inputs.time.get(row) === second ? -x : x);
      }
    },
  });
  const { value } = node({ x: close, time: bars().time });
  return graph({ decisions: [targetPercent(select(gt(value, 0), 0.5, 0))], names: { hidden: value } });
}

describe("the difference of two runs", () => {
  it("is none for one run, whatever the build", () => {
    const found = diffRuns(BASE, { ...BASE, engine: createEngine(moduleBytes("debug")) });
    expect(found).toMatchObject({ isSame: true, graph: [], difference: null, cause: null });
    expect(found.inputs.map(({ what }) => what)).toEqual(["kernel"]);
    expect(found.checkpoints.different).toBeNull();
  });

  it("of two configurations names the fields, and the first event, whose nodes are equal", () => {
    const found = diffRuns(BASE, {
      ...BASE,
      config: { fees: { taker: "0.001", maker: "0.0005" } },
      options: { seed: 3 },
    });
    expect(found.inputs).toEqual([
      { what: "seed", a: "0", b: "3" },
      { what: "config.fees.taker", a: '"0.0005"', b: '"0.001"' },
    ]);
    expect(found.difference?.a?.line).toMatch(/fill .* fee/);
    expect(found.cause?.node).toBeNull();
    expect(found.cause?.values.map(({ a, b }) => a === b)).toEqual([true]);
    expect(found.cause?.decision.a?.nodeId).toBe(nodeIdOf(BASE.graph.decisions[0] as Graph["nodes"][number]));
  });

  it("of two graphs begins at the node that was changed, with the values on the way to the decision", () => {
    const found = diffRuns(BASE, { ...BASE, graph: crossing(23) });
    expect(found.graph).toMatchObject([
      { a: { label: "mean" }, b: { label: "mean" }, changes: [{ what: "param period", a: "20", b: "23" }] },
    ]);
    expect(found.cause?.node?.label).toBe("mean");
    const types = found.cause?.values.map(({ label }) => label.split(" ")[0]);
    expect(types).toEqual(["mean", "gt", "select"]);
    for (const { a, b } of found.cause?.values ?? []) expect(a).not.toBe(b);
  });

  it("of two codes under one NodeID is found by bisection, at the node and the row, with its inputs", () => {
    const tape = syntheticTape({ seed: 2, rows: 6000, interval: "1m" });
    const [rows] = [...tape.segments()];
    const timeNs = rows?.time[4500] as bigint;
    const dataset = { ...WALK, bars: [tape] };
    const a = { ...BASE, dataset, graph: hidden(0) };
    const found = diffRuns(a, { ...a, graph: hidden(Number(timeNs / 1_000_000_000n)) });
    expect([found.graph, found.inputs]).toEqual([[], []]);
    expect([found.checkpoints.equal?.buckets, found.checkpoints.different?.buckets]).toEqual([4096, 6000]);
    expect(found.difference?.a).toBeNull();
    expect(found.difference?.b?.line).toMatch(/ order /);
    expect([found.cause?.node?.label, found.cause?.timeNs]).toEqual(["hidden", timeNs]);
    const [x, time, own] = found.cause?.values ?? [];
    expect(x?.a).toBe(Number(rows?.close[4500]) / 100);
    expect([x?.b, time?.a, time?.b]).toEqual([x?.a, Number(timeNs / 1_000_000_000n), time?.a]);
    expect([own?.a, own?.b]).toEqual([x?.a, -(x?.a as number)]);
  });
});

describe("the cause of a difference", () => {
  it("is the node that parts first, whatever its place in the graph", () => {
    const [rows] = [...TAPE.segments()];
    const [early, late] = [500, 900].map((row) => Number((rows?.time[row] as bigint) / 1_000_000_000n));
    for (const name of ["left", "right"] as const) {
      const seconds = { left: late as number, right: late as number, [name]: early as number };
      const a = { ...BASE, graph: hiddenTwice({ left: 0, right: 0 }) };
      const { cause } = diffRuns(a, { ...a, graph: hiddenTwice(seconds) });
      expect([cause?.node?.label, cause?.timeNs]).toEqual([name, rows?.time[500]]);
    }
  });
});

describe("the difference of two graphs", () => {
  const made = (rows: number, lag: number, other: boolean): Graph => {
    const up = gt(close, sma(delayed(close, lag), rows));
    return graph({ decisions: [targetPercent(select(other ? and(up, lt(close, 9)) : up, 1, 0))], publish: { up } });
  };

  it("is none for graphs of one id, and names params, lags and what has no counterpart, not what follows", () => {
    expect(graphDifference(made(5, 1, false), made(5, 1, false))).toEqual([]);
    expect(graphDifference(made(5, 1, false), made(6, 2, false))).toMatchObject([
      {
        a: { type: "sma" },
        changes: [
          { what: "param period", a: "5", b: "6" },
          { what: "lag of x", a: "1", b: "2" },
        ],
      },
    ]);
    expect(graphDifference(made(5, 1, false), made(5, 1, true))).toMatchObject([
      { a: { label: "up" }, b: { type: "and" }, changes: [{ what: "type", a: "gt", b: "and" }] },
    ]);
    const two = graph({ decisions: [targetPercent(0.1)], publish: { close } });
    expect(graphDifference(two, graph({ decisions: [targetPercent(0.1)] }))).toMatchObject([
      { a: { label: "close" }, b: null },
    ]);
  });
});
