// User nodes in a run: windows, blocks and errors.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bars,
  createWorkspace,
  graph,
  gt,
  openReplay,
  rollingSum,
  runGraph,
  select,
  targetPercent,
  userNode,
} from "../../../kernel/index.js";
import type { BarsTape, NumberOutput, Output, RunOptions, RunResult } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { issuesOf } from "../graph/issues-of.js";
import { datasetOf, HOUR_NS, tape, zigzag } from "./small-tapes.js";
import { runsOf } from "../../model/arbitrary-case.js";

const ENGINE = nodeEngine();
const CONFIG = { fees: { taker: 0.001 }, participation: null };
const { close } = bars();

/** Sum of the last `rows` rows, and how many of them were null. */
const windowSum = userNode({
  name: "window-sum",
  version: 1,
  period: (params: { rows: number }) => params.rows,
  inputs: { x: "number" },
  params: { rows: 3 },
  outputs: { sum: "number", nulls: "number", isWhole: "boolean" },
  compute({ rowCount, history, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) {
      const seen = Array.from({ length: history + 1 }, (_, back) => inputs.x.get(row + back));
      const nulls = seen.filter((value) => value === null).length;
      outputs.nulls.set(row, nulls);
      outputs.isWhole.set(row, nulls === 0);
      if (nulls === 0)
        outputs.sum.set(
          row,
          seen.reduce<number>((sum, value) => sum + (value as number), 0),
        );
    }
  },
});

/** What `value` gives for each row number of the block, as a node. */
function noted(name: string, value: (close: number | null) => number | null): NumberOutput {
  const node = userNode({
    name,
    version: 1,
    period: 1,
    inputs: { x: "number" },
    outputs: { value: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, value(inputs.x.get(row)));
    },
  });
  return node({ x: close }).value;
}

function run(publish: Record<string, Output>, tapes: readonly BarsTape[], options: RunOptions = {}): RunResult {
  return runGraph(ENGINE, graph({ publish }), datasetOf(tapes), CONFIG, { ...options, capture: true });
}

function valuesOf(result: RunResult, name: string, lane = 0): readonly (number | null)[] {
  const series = result.series.find((each) => each.name === name);
  return Array.from(series?.lanes[lane]?.values ?? [], (value) => (Number.isNaN(value) ? null : value));
}

describe("a user node in a run", () => {
  it("sees its look-back, null before the first row", () => {
    const result = run(windowSum({ x: close }), [tape("A", [100, 200, 300, 400])]);
    expect(valuesOf(result, "nulls")).toEqual([2, 1, 0, 0]);
    expect(valuesOf(result, "sum")).toEqual([null, null, 6, 9]);
    expect(valuesOf(result, "isWhole")).toEqual([0, 0, 1, 1]);
  });

  it("gives what the operator gives, however the tape is cut", () => {
    const draw = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      blockRows: fc.integer({ min: 1, max: 7 }),
      windowRows: fc.integer({ min: 1, max: 7 }),
    });
    const tapes = [tape("A", zigzag(23)), tape("B", zigzag(9), { times: [1, 2, 4, 7, 8, 15, 16, 22, 24] })];
    fc.assert(
      fc.property(draw, ({ rows, blockRows, windowRows }) => {
        const publish = { user: windowSum({ x: close }, { rows }).sum, operator: rollingSum(close, rows) };
        const cut = run(publish, tapes, { blockRows, windowRows });
        for (const lane of [0, 1]) {
          const digits = (name: string) => valuesOf(cut, name, lane).map((value) => value?.toFixed(9));
          expect(digits("user")).toEqual(digits("operator"));
        }
        expect(cut.resultDigest).toBe(run(publish, tapes).resultDigest);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("has rows of its own for each instrument", () => {
    const result = run(windowSum({ x: close }, { rows: 2 }), [
      tape("A", [100, 200, 300, 400]),
      tape("B", [1000, 3000], { times: [2, 4] }),
    ]);
    expect(valuesOf(result, "sum", 0)).toEqual([null, 3, 5, 7]);
    expect(valuesOf(result, "sum", 1)).toEqual([null, 40]);
  });

  it("sees a constant on the rows of each instrument", () => {
    const spread = userNode({
      name: "constant-sum",
      version: 1,
      period: 2,
      inputs: { x: "number", k: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          const before = inputs.k.get(row);
          outputs.value.set(row, before === null ? null : before + (inputs.k.get(row + 1) as number));
        }
      },
    });
    const tapes = [tape("A", [1], { times: [9] }), tape("B", [1, 2, 3])];
    for (const blockRows of [1, 4096]) {
      const result = run(spread({ x: close, k: 5 }), tapes, { blockRows });
      expect([valuesOf(result, "value", 0), valuesOf(result, "value", 1)]).toEqual([[null], [null, 10, 10]]);
    }
  });

  it("turns NaN and infinities into null, and null stays null behind it", () => {
    const odd = noted("odd", (x) => (x === 1 ? Number.NaN : x === 2 ? Number.POSITIVE_INFINITY : x === 3 ? null : x));
    const result = run({ odd, after: windowSum({ x: odd }, { rows: 1 }).nulls }, [tape("A", [100, 200, 300, 400])]);
    expect(valuesOf(result, "odd")).toEqual([null, null, null, 4]);
    expect(valuesOf(result, "after")).toEqual([1, 1, 1, 0]);
  });

  it("leaves rows null that it does not set, whatever stood there before", () => {
    const sparse = userNode({
      name: "sparse",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          const x = inputs.x.get(row) as number;
          if (x < 1.5) outputs.value.set(row, x);
        }
      },
    });
    for (const blockRows of [1, 2, 4096]) {
      const result = run(sparse({ x: close }), [tape("A", [100, 200, 100, 200])], { blockRows });
      expect(valuesOf(result, "value")).toEqual([1, null, 1, null]);
    }
  });

  it("feeds decisions, and gives the trades of the same signal made of operators", () => {
    const tapes = datasetOf([tape("A", zigzag(60)), tape("B", zigzag(40))]);
    const traded = (sum: NumberOutput) =>
      runGraph(ENGINE, graph({ decisions: [targetPercent(select(gt(sum, 299), 0.4, 0))] }), tapes, CONFIG).tables()
        .fills;
    expect(traded(windowSum({ x: close }).sum)).toEqual(traded(rollingSum(close, 3)));
  });

  it("may have six inputs", () => {
    const names = ["a", "b", "c", "d", "e", "f"] as const;
    const six = userNode({
      name: "six",
      version: 1,
      period: 1,
      inputs: { a: "number", b: "number", c: "number", d: "number", e: "number", f: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1)
          outputs.value.set(
            row,
            names.reduce((sum, name) => sum * 10 + (inputs[name].get(row) ?? 0), 0),
          );
      },
    });
    const result = run(six({ a: 1, b: 2, c: close, d: 4, e: 5, f: 6 }), [tape("A", [300, 900])]);
    expect(valuesOf(result, "value")).toEqual([123_456, 129_456]);
  });

  it("that throws stops the run, is named, and leaves no result", () => {
    const fault = noted("fragile", (x) => {
      if ((x ?? 0) > 4) throw new RangeError("too dear");
      return x;
    });
    const made = graph({ publish: { fault } });
    const dataset = datasetOf([tape("A", [100, 200, 300, 400, 500, 600])]);
    expect(issuesOf(() => runGraph(ENGINE, made, dataset, CONFIG))).toMatchObject([
      { code: "run/user-node", path: "user:fragile", received: "RangeError: too dear" },
    ]);
    const open = openReplay(createWorkspace(ENGINE, dataset), made, CONFIG, { blockRows: 2 });
    open.replay.advance(3n * HOUR_NS);
    const codes = [() => open.replay.advance(), () => open.replay.advance(), () => open.result()].map(
      (act) => issuesOf(act)[0]?.code,
    );
    expect(codes).toEqual(["run/user-node", "run/user-node", "run/user-node"]);
    expect([open.replay.isEnded, open.replay.bucketCount]).toEqual([false, 3]);
  });

  it("sees nothing beyond the time or the bucket that the run is taken to", () => {
    const seen: number[] = [];
    const made = graph({ publish: { seen: noted("witness", (x) => (seen.push(x ?? 0), x)) } });
    const other = tape("B", [700, 800], { times: [2, 6] });
    for (const bars of [[tape("A", [100, 200, 300, 400, 500, 600])], [tape("A", [100, 200, 300, 400, 500]), other]]) {
      seen.length = 0;
      const open = openReplay(createWorkspace(ENGINE, datasetOf(bars)), made, CONFIG);
      open.replay.advance(3n * HOUR_NS);
      expect([open.replay.bucketCount, Math.max(...seen.filter((x) => x < 7))]).toEqual([3, 3]);
      open.replay.advanceToBucket(3);
      open.replay.advanceToBucket(5);
      expect([open.replay.bucketCount, Math.max(...seen.filter((x) => x < 7))]).toEqual([5, 5]);
      open.replay.advanceToBucket(6);
      expect([open.replay.bucketCount, open.replay.isEnded]).toEqual([6, false]);
      open.replay.advance();
      expect(open.replay.isEnded).toBe(true);
    }
  });

  it("that gives a promise or a value of the wrong type is refused", () => {
    const promising = userNode({
      name: "promising",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute: (() => Promise.resolve()) as () => void,
    });
    const texts = noted("texts", () => "1" as unknown as number);
    for (const value of [promising({ x: close }).value, texts])
      expect(issuesOf(() => run({ value }, [tape("A", [1])]))[0]?.code).toBe("run/user-node");
  });
});
