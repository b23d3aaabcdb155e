// Ratios: return per unit of risk.
//
// Always true:
//   a ratio does not change when every equity value is multiplied by one number;
//   a result is a finite number, or null: with fewer than 2 returns, or when the risk in the divisor is zero.
// Units: returns and the hurdle are fractions a sampling period.

import type { FloatMath } from "../wasm/float-math.js";
import { centralMoment, deviation, finite, isConstant, mean, sum, type Series } from "./moments.js";

/**
 * Mean excess return over its sample deviation, times the root of the periods of a year.
 *
 * Source: W. F. Sharpe, "The Sharpe Ratio" (1994); annualisation by the square root assumes returns without
 * autocorrelation (A. W. Lo, "The Statistics of Sharpe Ratios", 2002) and flatters a series that trends.
 */
export function sharpeRatio(returns: Series, hurdle: number, periodsPerYear: number): number | null {
  const perPeriod = sharpePerPeriod(returns, hurdle);
  return perPeriod === null ? null : finite(perPeriod * Math.sqrt(periodsPerYear));
}

/** The Sharpe ratio of one period, not annualised. */
export function sharpePerPeriod(returns: Series, hurdle: number): number | null {
  const average = mean(returns);
  const spread = deviation(returns);
  if (average === null || spread === null || spread === 0 || isConstant(returns)) return null;
  return finite((average - hurdle) / spread);
}

/**
 * Mean excess return over the downside deviation (root of the mean squared shortfall below the hurdle, over all
 * returns), times the root of the periods of a year.
 *
 * Source: F. A. Sortino and L. N. Price, "Performance Measurement in a Downside Risk Framework" (1994); divisor n as
 * in empyrical 0.5.
 */
export function sortinoRatio(returns: Series, hurdle: number, periodsPerYear: number): number | null {
  const average = mean(returns);
  if (average === null || returns.length < 2) return null;
  const shortfall = sum(returns, (x) => (x < hurdle ? (x - hurdle) * (x - hurdle) : 0));
  if (shortfall === 0) return null;
  return finite(((average - hurdle) / Math.sqrt(shortfall / returns.length)) * Math.sqrt(periodsPerYear));
}

/**
 * Annual return over the maximum drawdown. Source: T. W. Young, "Calmar Ratio: A Smoother Tool" (1991), here over the
 * whole run.
 */
export function calmarRatio(annual: number | null, maximumDrawdown: number): number | null {
  return annual === null || maximumDrawdown === 0 ? null : finite(annual / maximumDrawdown);
}

/**
 * Sum of returns above the hurdle over the sum of returns below it.
 *
 * Source: C. Keating and W. F. Shadwick, "A Universal Performance Measure" (2002).
 */
export function omegaRatio(returns: Series, hurdle: number): number | null {
  if (returns.length < 2) return null;
  const above = sum(returns, (x) => (x > hurdle ? x - hurdle : 0));
  const below = sum(returns, (x) => (x < hurdle ? hurdle - x : 0));
  return below === 0 ? null : finite(above / below);
}

/**
 * Probability that the true Sharpe ratio is above zero, given the length, skew and kurtosis of the series.
 *
 * Source: D. H. Bailey and M. Lopez de Prado, "The Sharpe Ratio Efficient Frontier" (2012), equation 11, benchmark 0.
 */
export function probabilisticSharpe(returns: Series, hurdle: number, math: FloatMath): number | null {
  const ratio = sharpePerPeriod(returns, hurdle);
  const second = centralMoment(returns, 2);
  const third = centralMoment(returns, 3);
  const fourth = centralMoment(returns, 4);
  if (ratio === null || second === null || third === null || fourth === null || second === 0) return null;
  const skew = third / (second * Math.sqrt(second));
  const kurtosis = fourth / (second * second);
  const variance = 1 - skew * ratio + ((kurtosis - 1) / 4) * ratio * ratio;
  if (!(variance > 0)) return null;
  return finite(normalProbability((ratio * Math.sqrt(returns.length - 1)) / Math.sqrt(variance), math));
}

/**
 * Probability that a standard normal variable is at most `z`, to about 1e-7.
 *
 * Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.2.17.
 */
export function normalProbability(z: number, math: FloatMath): number {
  const size = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * size);
  const series = 1.781477937 + t * (-1.821255978 + t * 1.330274429);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * series));
  const upper = (math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - upper : upper;
}
