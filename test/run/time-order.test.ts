// Rows out of order: found at whatever row they stand and however the tape is cut into blocks, with both times in the
// message.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { syntheticInstrument } from "../../datasets/synthetic.js";
import { bars, createEngine, createHasher, fingerprintTapes, graph, memoryTape, runGraph } from "../../kernel/index.js";
import type { RunOptions } from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { dataPlane, moduleBytes } from "../operators/harness.js";

const MINUTE_NS = 60_000_000_000n;
const ROWS = 24;
const engine = createEngine(moduleBytes());
const hasher = createHasher(dataPlane());
const watching = graph({ publish: { close: bars().close } });

function runOver(time: BigInt64Array, options: RunOptions): unknown {
  const price = new BigInt64Array(time.length).fill(100n);
  const columns = { time, open: price, high: price, low: price, close: price, volume: null };
  const tape = memoryTape(syntheticInstrument("SYN"), "1m", columns);
  const dataset = { name: "made", fingerprint: fingerprintTapes(hasher, [tape]).fingerprint, bars: [tape] };
  return runGraph(engine, watching, dataset, { fees: { taker: 0 } }, options);
}

function rising(): BigInt64Array {
  return BigInt64Array.from({ length: ROWS }, (_, row) => MINUTE_NS * BigInt(row + 1));
}

describe("the order of times", () => {
  it("holds for a tape that rises", () => {
    expect(() => runOver(rising(), {})).not.toThrow();
  });

  it("is held at every row, in blocks of any size", () => {
    const place = fc.record({
      row: fc.integer({ min: 1, max: ROWS - 1 }),
      back: fc.integer({ min: 0, max: 3 }),
      blockRows: fc.constantFrom(1, 2, 7, 1024),
      windowRows: fc.constantFrom(null, 1, 5),
    });
    fc.assert(
      fc.property(place, ({ row, back, blockRows, windowRows }) => {
        const time = rising();
        const before = time[row - 1] as bigint;
        time[row] = before - BigInt(back);
        const text = `${time[row]} ns after ${before} ns`;
        expect(() => runOver(time, { blockRows, windowRows })).toThrow(text);
      }),
      { numRuns: runsOf(50) },
    );
  });
});
