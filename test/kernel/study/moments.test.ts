// Moments of a series: mean, variance, quantiles, and where they are not defined.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ascending,
  centralMoment,
  covariance,
  deviation,
  isConstant,
  mean,
  quantileOfAscending,
  quotient,
  sum,
  variance,
} from "../../../kernel/study/moments.js";

const small = fc.array(
  fc.integer({ min: -20, max: 20 }).map((x) => x / 4),
  { minLength: 2, maxLength: 12 },
);

describe("moments", () => {
  it("of a small series are the ones by hand", () => {
    const series = [1, 2, 3, 4, 10];
    expect(mean(series)).toBe(4);
    expect(variance(series)).toBe((9 + 4 + 1 + 0 + 36) / 4);
    expect(deviation(series)).toBe(Math.sqrt(12.5));
    expect(centralMoment(series, 2)).toBe(10);
    expect(centralMoment(series, 3)).toBe((-27 - 8 - 1 + 0 + 216) / 5);
    expect(covariance(series, [2, 4, 6, 8, 20])).toBe(25);
    expect(quantileOfAscending(series, 0.25)).toBe(2);
    expect(quantileOfAscending(series, 0.9)).toBeCloseTo(7.6, 12);
  });

  it("keep what a plain sum loses", () => {
    expect(sum([1e100, 1, -1e100])).toBe(1);
    expect(sum([])).toBe(0);
  });

  it("do not depend on the order of the series", () => {
    fc.assert(
      fc.property(small, (series) => {
        expect(mean([...series].reverse())).toBe(mean(series));
        expect(ascending([...series].reverse())).toEqual(ascending(series));
      }),
    );
  });

  it("of a series with itself make covariance the variance", () => {
    fc.assert(
      fc.property(small, (series) => {
        expect(covariance(series, series)).toBe(variance(series));
      }),
    );
  });

  it("keep a quantile between its neighbours", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 0, max: 100 }), (series, percent) => {
        const sorted = ascending(series);
        const value = quantileOfAscending(sorted, percent / 100) as number;
        expect(value).toBeGreaterThanOrEqual(sorted[0] as number);
        expect(value).toBeLessThanOrEqual(sorted[sorted.length - 1] as number);
      }),
    );
  });

  it("are null where they are not defined", () => {
    expect(mean([])).toBeNull();
    expect(variance([1])).toBeNull();
    expect(covariance([1], [1])).toBeNull();
    expect(centralMoment([], 2)).toBeNull();
    expect(quantileOfAscending([], 0.5)).toBeNull();
    expect(quotient(1n, 0n)).toBeNull();
    expect(mean([1e308, 1e308])).toBeNull();
    expect(isConstant([0.1, 0.1])).toBe(true);
  });
});
