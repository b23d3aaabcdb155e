// The throttle: both sides of every boundary, exact next times, and the law of a token bucket over any times.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openThrottle } from "../../../adapters/execution/check/throttle.js";

const SECOND = 1_000_000_000n;

describe("a throttle", () => {
  it("lets a burst pass, then one order a gap, not a nanosecond early", () => {
    const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 2, burst: 2 }]);
    expect([1, 2, 3].map(() => throttle.take("s", "v", 10n))).toEqual([true, true, false]);
    expect(throttle.nextTime("s", "v", 10n)).toBe(10n + SECOND / 2n);
    expect(throttle.take("s", "v", 10n + SECOND / 2n - 1n)).toBe(false);
    expect(throttle.take("s", "v", 10n + SECOND / 2n)).toBe(true);
    expect(throttle.take("s", "v", 10n + SECOND / 2n)).toBe(false);
  });

  it("rounds a gap that is no whole number of nanoseconds up", () => {
    const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 3, burst: 1 }]);
    expect(throttle.take("s", "v", 0n)).toBe(true);
    expect(throttle.nextTime("s", "v", 0n)).toBe(333_333_334n);
    expect(throttle.take("s", "v", 333_333_333n)).toBe(false);
    expect(throttle.take("s", "v", 333_333_334n)).toBe(true);
  });

  it("holds no more than a full bucket, however long it rests", () => {
    const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 5, burst: 3 }]);
    expect(throttle.take("s", "v", 0n)).toBe(true);
    expect([1, 2, 3, 4].map(() => throttle.take("s", "v", 1_000n * SECOND))).toEqual([true, true, true, false]);
  });

  it("keeps strategies and venues apart, takes the first rule, and passes what no rule is for", () => {
    const throttle = openThrottle([
      { strategy: "a", venue: "*", ordersPerSecond: 1, burst: 1 },
      { strategy: "*", venue: "x", ordersPerSecond: 1, burst: 2 },
    ]);
    expect([throttle.take("a", "x", 0n), throttle.take("a", "x", 0n), throttle.take("a", "y", 0n)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([1, 2, 3].map(() => throttle.take("b", "x", 0n))).toEqual([true, true, false]);
    expect([1, 2, 3].map(() => throttle.take("b", "y", 0n))).toEqual([true, true, true]);
  });

  it("gains nothing from a time that goes back", () => {
    const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 }]);
    expect(throttle.take("s", "v", 5n * SECOND)).toBe(true);
    expect(throttle.take("s", "v", 0n)).toBe(false);
    expect(throttle.nextTime("s", "v", 0n)).toBe(6n * SECOND);
    expect(throttle.take("s", "v", 6n * SECOND - 1n)).toBe(false);
    const pair = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 2 }]);
    expect([5n, 0n, 5n].map((seconds) => pair.take("s", "v", seconds * SECOND))).toEqual([true, true, false]);
  });

  it("passes at most burst + floor(T x rate) orders in any span T, and whenever it said that it would", () => {
    const gaps = fc.array(fc.bigInt({ min: 0n, max: SECOND }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }), gaps, (rate, burst, given) => {
        const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: rate, burst }]);
        const passed: bigint[] = [];
        let time = 0n;
        for (const gap of given) {
          time += gap;
          const next = throttle.nextTime("s", "v", time);
          const isTaken = throttle.take("s", "v", time);
          expect(isTaken).toBe(next === time);
          if (isTaken) passed.push(time);
        }
        passed.forEach((from, index) => {
          passed.slice(index).forEach((until, count) => {
            const bound = BigInt(burst) + ((until - from) * BigInt(rate)) / SECOND;
            expect(BigInt(count) + 1n).toBeLessThanOrEqual(bound);
          });
        });
      }),
    );
  });
});
