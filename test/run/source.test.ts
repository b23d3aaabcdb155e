// Source columns: the integers of a tape as f64, whatever their size and whatever stands beside them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { syntheticInstrument } from "../../datasets/synthetic.js";
import { bars, createEngine, createHasher, fingerprintTapes, graph, memoryTape, runGraph } from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { dataPlane, moduleBytes } from "../operators/harness.js";

const DAY_NS = 86_400_000_000_000n;
const engine = createEngine(moduleBytes());
const hasher = createHasher(dataPlane());
const watching = graph({ publish: { close: bars().close } });

/** Closes of a tape with these mantissas at `priceDecimals`, as nodes see them. */
function closesOf(prices: readonly bigint[], priceDecimals: number, blockRows: number | null): number[] {
  const close = BigInt64Array.from(prices);
  const time = BigInt64Array.from(prices, (_, row) => DAY_NS * BigInt(row + 1));
  const columns = { time, open: close, high: close, low: close, close, volume: null };
  const tape = memoryTape({ ...syntheticInstrument("SYN"), priceDecimals }, "1d", columns);
  const dataset = { name: "made", fingerprint: fingerprintTapes(hasher, [tape]).fingerprint, bars: [tape] };
  const options = { capture: true, blockRows };
  const { series } = runGraph(engine, watching, dataset, { fees: { taker: 0 } }, options);
  return [...(series[0]?.lanes[0]?.values ?? [])];
}

describe("a price as f64", () => {
  it("is its mantissa over its power of ten, beside prices of every size", () => {
    const bounds = [
      0n,
      1n,
      10_001n,
      2n ** 52n - 1n,
      2n ** 52n,
      2n ** 52n + 1n,
      2n ** 53n + 1n,
      2n ** 60n,
      -1n,
      -(2n ** 55n),
    ];
    const price = fc.oneof(fc.bigInt({ min: 1n, max: 20_000n }), fc.constantFrom(...bounds));
    const prices = fc.array(price, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(prices, fc.constantFrom(0, 2, 5), fc.constantFrom(null, 1, 3), (prices, decimals, blockRows) => {
        const expected = prices.map((mantissa) => Number(mantissa) / 10 ** decimals);
        expect(closesOf(prices, decimals, blockRows)).toEqual(expected);
      }),
      { numRuns: runsOf(50) },
    );
  });
});
