// Feeding tapes to a run, whole or in windows.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bars, graph, gt, runGraph, select, sma, sub, targetPercent } from "../../../kernel/index.js";
import type { BarsTape, RunOptions } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { firstAtOrAfter } from "../../../kernel/run/feed.js";
import { issueLinesOf } from "../graph/issues-of.js";
import { datasetOf, HOUR_NS, tape, zigzag } from "./small-tapes.js";
import { runsOf } from "../../model/arbitrary-case.js";

const ENGINE = nodeEngine();
const CONFIG = { fees: { taker: 0.001 }, participation: null };
const { close } = bars();
const CROSS = graph({
  decisions: [targetPercent(select(gt(close, sma(close, 3)), 1, 0))],
  publish: { gap: sub(close, sma(close, 5)) },
});

function run(tapes: readonly BarsTape[], options: RunOptions = {}) {
  return runGraph(ENGINE, CROSS, datasetOf(tapes), CONFIG, options);
}

describe("feeding a run", () => {
  it("gives a streamed tape the digest of the same tape held whole", () => {
    const whole = run([tape("A", zigzag(300))]);
    const streamed = run([tape("A", zigzag(300), { segmentRows: 11 })], { windowRows: 7 });
    expect(streamed.resultDigest).toBe(whole.resultDigest);
    expect(streamed.counts).toEqual(whole.counts);
    expect(streamed.tables()).toEqual(whole.tables());
  });

  it("does not let windows, segments or blocks show, with tapes of several instruments and gaps", () => {
    const rows = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
    const sizes = fc.record({ windowRows: fc.integer({ min: 1, max: 9 }), blockRows: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(rows, rows, sizes, fc.integer({ min: 1, max: 9 }), (a, b, options, segmentRows) => {
        const made = (times: readonly number[], symbol: string, segments?: number): BarsTape => {
          const sorted = [...times].sort((x, y) => x - y);
          const prices = sorted.map((time) => 1000 + ((time * 7) % 13));
          return tape(symbol, prices, { times: sorted, ...(segments === undefined ? {} : { segmentRows: segments }) });
        };
        const whole = run([made(a, "A"), made(b, "B")]);
        const cut = run([made(a, "A", segmentRows), made(b, "B", segmentRows)], options);
        expect(cut.resultDigest).toBe(whole.resultDigest);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("takes the rows of a range: from included, to excluded", () => {
    const part = { from: 10n * HOUR_NS, to: 20n * HOUR_NS };
    const cut = tape("A", zigzag(40).slice(9, 19), { times: Array.from({ length: 10 }, (_, row) => row + 10) });
    for (const windowRows of [null, 3]) {
      const ranged = run([tape("A", zigzag(40), { segmentRows: 6 })], { ...part, windowRows });
      expect(ranged.counts.bars).toBe(10);
      expect(ranged.resultDigest).toBe(run([cut]).resultDigest);
    }
  });

  it("says so when no bar lies in the range or the tapes are empty", () => {
    const a = tape("A", zigzag(5));
    expect(issueLinesOf(() => run([a], { from: 6n * HOUR_NS }))).toEqual(["dataset/range dataset.small"]);
    expect(issueLinesOf(() => run([a], { to: HOUR_NS, windowRows: 2 }))).toEqual(["dataset/range dataset.small"]);
    expect(issueLinesOf(() => run([tape("A", [])]))).toEqual(["dataset/range dataset.small"]);
    expect(run([tape("A", []), tape("B", [100])]).counts).toMatchObject({ bars: 1, buckets: 1 });
  });

  it("refuses rows that do not rise in time, also over the border of two windows", () => {
    const times = [1, 2, 2, 3];
    for (const options of [{}, { windowRows: 1 }, { windowRows: 2 }, { blockRows: 1 }]) {
      expect(issueLinesOf(() => run([tape("A", [1, 2, 3, 4], { times })], options))).toEqual([
        "import/unsorted dataset.A 1h",
      ]);
      const beside = [tape("B", [1, 2, 3]), tape("A", [1, 2, 3, 4], { times })];
      expect(issueLinesOf(() => run(beside, options))).toEqual(["import/unsorted dataset.A 1h"]);
    }
  });

  it("stops at a tape that gives more rows than it says", () => {
    const liar: BarsTape = { ...tape("A", zigzag(5)), rowCount: 3 };
    expect(() => run([liar, tape("B", zigzag(5))])).toThrow("no more than its rows");
    expect(() => run([{ ...liar, rowCount: 7 }])).toThrow("all of its rows");
  });
});

describe("firstAtOrAfter", () => {
  it("finds the first time that is not before a bound", () => {
    const sorted = fc.array(fc.bigInt(-5n, 5n), { maxLength: 8 }).map((times) => BigInt64Array.from(times).sort());
    fc.assert(
      fc.property(sorted, fc.bigInt(-6n, 6n), (times, bound) => {
        const found = times.findIndex((time) => time >= bound);
        expect(firstAtOrAfter(times, bound)).toBe(found < 0 ? times.length : found);
      }),
    );
  });
});
