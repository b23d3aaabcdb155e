// Drawdowns of an equity curve.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depths, drawdowns, longestDrawdown, maximumDrawdown, ulcerIndex } from "../../../kernel/study/drawdown.js";

function curve(values: readonly number[]) {
  return {
    rowCount: values.length,
    time: BigInt64Array.from(values, (_, i) => BigInt(i + 1) * 10n),
    equity: BigInt64Array.from(values, (value) => BigInt(value)),
  };
}

describe("drawdowns", () => {
  it("run from a peak over a trough to the recovery", () => {
    const all = drawdowns(curve([110, 88, 99, 110, 105, 120, 60, 90]), 100n);
    expect(all).toEqual([
      { depth: 1 - 88 / 110, peak: 10n, trough: 20n, recovery: 40n, durationNs: 30n },
      { depth: 1 - 105 / 110, peak: 40n, trough: 50n, recovery: 60n, durationNs: 20n },
      { depth: 0.5, peak: 60n, trough: 70n, recovery: null, durationNs: 20n },
    ]);
    expect(maximumDrawdown(all)?.depth).toBe(0.5);
    expect(longestDrawdown(all)?.peak).toBe(10n);
  });

  it("count a loss in the first bucket against the initial capital", () => {
    expect(drawdowns(curve([50]), 100n)).toEqual([
      { depth: 0.5, peak: 10n, trough: 10n, recovery: null, durationNs: 0n },
    ]);
  });

  it("are as deep as a plain search over all pairs finds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 15 }), (values) => {
        const all = [20, ...values];
        let plain = 0;
        for (let i = 0; i < all.length; i++) {
          for (let j = i; j < all.length; j++) plain = Math.max(plain, 1 - (all[j] as number) / (all[i] as number));
        }
        const found = drawdowns(curve(values), 20n);
        expect(maximumDrawdown(found)?.depth ?? 0).toBe(plain);
        for (const one of found) {
          expect(one.depth).toBeGreaterThan(0);
          expect(one.durationNs).toBeGreaterThanOrEqual(0n);
          expect(one.trough >= one.peak && (one.recovery === null || one.recovery > one.trough)).toBe(true);
        }
        expect(Math.max(0, ...depths(Float64Array.from(all)))).toBe(plain);
      }),
    );
  });

  it("do not change with the scale of the account", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 15 }), (values) => {
        const depthsOf = (factor: number) =>
          drawdowns(curve(values.map((v) => v * factor)), BigInt(20 * factor)).map((d) => d.depth);
        expect(depthsOf(8)).toEqual(depthsOf(1));
      }),
    );
  });

  it("are none without buckets, without a fall, and from no capital", () => {
    expect(drawdowns(curve([]), 100n)).toEqual([]);
    expect(drawdowns(curve([100, 100, 101]), 100n)).toEqual([]);
    expect(drawdowns(curve([-5]), 0n)).toEqual([]);
    expect(maximumDrawdown([])).toBeNull();
    expect(ulcerIndex(Float64Array.of(100))).toBeNull();
    expect(ulcerIndex(Float64Array.of(100, 100))).toBe(0);
    expect(ulcerIndex(Float64Array.of(100, 90, 80))).toBeCloseTo(Math.sqrt((0.01 + 0.04) / 2), 14);
  });
});
