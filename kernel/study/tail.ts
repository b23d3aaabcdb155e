// Tails: how bad the bad periods are, and how the returns lean.
//
// Always true:
//   value at risk and expected shortfall are losses: positive when money is lost;
//   expected shortfall >= value at risk.
// Units: fractions a sampling period.

import { ascending, centralMoment, finite, isConstant, quantileOfAscending, sum, type Series } from "./moments.js";

/**
 * Historical value at risk: the loss that was exceeded in `1 - confidence` of the periods. Null with fewer than 2
 * returns.
 *
 * Source: P. Jorion, "Value at Risk" (3rd ed., 2006), ch. 10, the plain historical method.
 *
 * @param confidence Between 0 and 1, such as 0.95.
 */
export function valueAtRisk(returns: Series, confidence: number): number | null {
  if (returns.length < 2) return null;
  const cut = quantileOfAscending(ascending(returns), 1 - confidence);
  return cut === null ? null : 0 - cut;
}

/**
 * Mean loss of the periods at or beyond the value at risk. Null with fewer than 2 returns.
 *
 * Source: C. Acerbi and D. Tasche, "On the coherence of expected shortfall" (2002).
 */
export function expectedShortfall(returns: Series, confidence: number): number | null {
  if (returns.length < 2) return null;
  const sorted = ascending(returns);
  const cut = quantileOfAscending(sorted, 1 - confidence) as number;
  const beyond = sorted.filter((x) => x <= cut);
  return beyond.length === 0 ? null : finite(0 - sum(beyond) / beyond.length);
}

/**
 * Skew with the correction for small samples (`G1`); null with fewer than 3 returns or without spread.
 *
 * Source: D. N. Joanes and C. A. Gill, "Comparing Measures of Sample Skewness and Kurtosis" (1998).
 */
export function skewness(returns: Series): number | null {
  const n = returns.length;
  const second = centralMoment(returns, 2);
  const third = centralMoment(returns, 3);
  if (n < 3 || second === null || third === null || second === 0 || isConstant(returns)) return null;
  return finite((Math.sqrt(n * (n - 1)) / (n - 2)) * (third / (second * Math.sqrt(second))));
}

/**
 * Excess kurtosis with the correction for small samples (`G2`); null with fewer than 4 returns or without spread.
 * Source: as above.
 */
export function excessKurtosis(returns: Series): number | null {
  const n = returns.length;
  const second = centralMoment(returns, 2);
  const fourth = centralMoment(returns, 4);
  if (n < 4 || second === null || fourth === null || second === 0 || isConstant(returns)) return null;
  const plain = fourth / (second * second) - 3;
  return finite(((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * plain + 6));
}

/**
 * Size of the 95th percentile over the size of the 5th: above 1, the good tail is the longer. Source: `tail_ratio` of
 * empyrical 0.5.
 */
export function tailRatio(returns: Series): number | null {
  if (returns.length < 2) return null;
  const sorted = ascending(returns);
  const good = Math.abs(quantileOfAscending(sorted, 0.95) as number);
  const bad = Math.abs(quantileOfAscending(sorted, 0.05) as number);
  return bad === 0 ? null : finite(good / bad);
}
