// Returns, ratios and tails, each with its sampling period.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calmarRatio,
  normalProbability,
  omegaRatio,
  probabilisticSharpe,
  sharpeRatio,
  sortinoRatio,
} from "../../../kernel/study/ratios.js";
import {
  annualReturn,
  compoundAnnualGrowth,
  meanAnnualReturn,
  totalReturn,
  volatility,
} from "../../../kernel/study/returns.js";
import { excessKurtosis, expectedShortfall, skewness, tailRatio, valueAtRisk } from "../../../kernel/study/tail.js";
import { returnsOf } from "../../../kernel/study/samples.js";
import { compiledMath } from "./float-math.js";

const math = compiledMath();
const RETURNS = [0.1, -0.05, 0.02, 0, 0.03];
const equities = fc
  .array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 14 })
  .map((all) => Float64Array.from(all));

describe("returns", () => {
  it("grow as compound interest does", () => {
    const equity = Float64Array.of(100, 110, 121);
    expect(totalReturn(equity)).toBeCloseTo(0.21, 14);
    expect(annualReturn(equity, 4, math)).toBeCloseTo(1.1 ** 4 - 1, 12);
    expect(compoundAnnualGrowth(equity, BigInt(2 * 365.25 * 86_400) * 1_000_000_000n, math)).toBeCloseTo(0.1, 12);
    expect(meanAnnualReturn([0.01, 0.03], 10)).toBeCloseTo(0.2, 14);
    expect(volatility([0.01, 0.03], 4)).toBeCloseTo(Math.sqrt(0.0002) * 2, 14);
  });

  it("are -1 after a total loss, and null where nothing is defined", () => {
    expect(annualReturn(Float64Array.of(100, 50, 0), 252, math)).toBe(-1);
    expect(annualReturn(Float64Array.of(100, 50, -10), 252, math)).toBe(-1);
    expect(annualReturn(Float64Array.of(100, 110), 252, math)).toBeNull();
    expect(totalReturn(Float64Array.of(100))).toBeNull();
    expect(totalReturn(Float64Array.of(0, 1))).toBeNull();
    expect(compoundAnnualGrowth(Float64Array.of(1, 2), 0n, math)).toBeNull();
    expect(compoundAnnualGrowth(Float64Array.of(1, 1e9), 86_400_000_000_000n, math)).toBeNull();
    expect(volatility([0.1], 252)).toBeNull();
  });
});

describe("ratios", () => {
  it("are the ones by hand", () => {
    const variance = (0.08 ** 2 + 0.07 ** 2 + 0 + 0.02 ** 2 + 0.01 ** 2) / 4;
    expect(sharpeRatio(RETURNS, 0, 252)).toBeCloseTo((0.02 / Math.sqrt(variance)) * Math.sqrt(252), 10);
    expect(sortinoRatio(RETURNS, 0, 252)).toBeCloseTo((0.02 / Math.sqrt(0.0025 / 5)) * Math.sqrt(252), 10);
    expect(omegaRatio(RETURNS, 0)).toBeCloseTo(0.15 / 0.05, 12);
    expect(calmarRatio(0.3, 0.1)).toBeCloseTo(3, 12);
  });

  it("give the probabilistic Sharpe ratio of a two-valued series, whose skew is 0 and whose kurtosis is 1", () => {
    const returns = [-1, 1, -1, 1, -1, 1].map((x) => x / 100 + 0.005);
    const ratio = 0.005 / Math.sqrt((6 * 0.0001) / 5);
    expect(probabilisticSharpe(returns, 0, math)).toBeCloseTo(normalProbability(ratio * Math.sqrt(5), math), 10);
    expect(normalProbability(0, math)).toBeCloseTo(0.5, 7);
    expect(normalProbability(1.959963984540054, math)).toBeCloseTo(0.975, 6);
    expect(normalProbability(-1.6448536269514722, math)).toBeCloseTo(0.05, 6);
  });

  it("do not change with the scale of the account", () => {
    fc.assert(
      fc.property(equities, (equity) => {
        const all = (values: Float64Array) => {
          const returns = returnsOf(values);
          return [
            sharpeRatio(returns, 0, 252),
            sortinoRatio(returns, 0, 252),
            omegaRatio(returns, 0),
            tailRatio(returns),
            skewness(returns),
          ];
        };
        expect(all(equity.map((x) => x * 1024))).toEqual(all(equity));
      }),
    );
  });

  it("change their sign with the returns, and are never NaN", () => {
    fc.assert(
      fc.property(equities, (equity) => {
        const returns = returnsOf(equity);
        const mirrored = returns.map((x) => -x);
        const sharpe = sharpeRatio(returns, 0, 252);
        const skew = skewness(returns);
        if (sharpe !== null) expect(sharpeRatio(mirrored, 0, 252)).toBeCloseTo(-sharpe, 9);
        if (skew !== null) expect(skewness(mirrored)).toBeCloseTo(-skew, 9);
        for (const value of [sharpe, skew, omegaRatio(returns, 0), excessKurtosis(returns), tailRatio(returns)]) {
          expect(value === null || Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it("are null with too few returns and without risk", () => {
    for (const few of [[], [0.1]]) {
      expect([sharpeRatio(few, 0, 252), sortinoRatio(few, 0, 252), omegaRatio(few, 0), valueAtRisk(few, 0.95)]).toEqual(
        [null, null, null, null],
      );
    }
    const flat = [0.1, 0.1, 0.1, 0.1];
    expect([sharpeRatio(flat, 0, 252), sortinoRatio(flat, 0, 252), omegaRatio(flat, 0)]).toEqual([null, null, null]);
    expect([skewness(flat), excessKurtosis(flat), probabilisticSharpe(flat, 0, math)]).toEqual([null, null, null]);
    expect(calmarRatio(0.1, 0)).toBeNull();
    expect(calmarRatio(null, 0.1)).toBeNull();
  });
});

describe("tails", () => {
  it("are the ones by hand", () => {
    const returns = Array.from({ length: 21 }, (_, i) => (i - 10) / 100);
    expect(valueAtRisk(returns, 0.95)).toBeCloseTo(0.09, 12);
    expect(expectedShortfall(returns, 0.95)).toBeCloseTo(0.095, 12);
    expect(skewness(returns)).toBeCloseTo(0, 12);
    // Of 0 .. n-1, every one once: excess kurtosis is -1.2 by G2.
    expect(excessKurtosis(returns)).toBeCloseTo(-1.2, 12);
    expect(tailRatio(returns)).toBeCloseTo(1, 12);
    // scipy.stats.skew([1, 2, 3, 4, 10], bias=False) and kurtosis(..., bias=False).
    expect(skewness([1, 2, 3, 4, 10])).toBeCloseTo(1.6970562748477143, 12);
    expect(excessKurtosis([1, 2, 3, 4, 10])).toBeCloseTo(3.152, 12);
  });

  it("lose at least as much beyond the value at risk", () => {
    fc.assert(
      fc.property(equities, (equity) => {
        const returns = returnsOf(equity);
        expect((expectedShortfall(returns, 0.95) as number) + 1e-12).toBeGreaterThanOrEqual(
          valueAtRisk(returns, 0.95) as number,
        );
      }),
    );
  });
});
