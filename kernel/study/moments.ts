// Moments, quantiles and co-moments of small float series: what the ratios are made of.
//
// Always true:
//   a result is a finite number, or null where it is not defined;
//   sums are compensated (Neumaier), in the order of the series, so a result has the same bits on every host.

/** A read-only series of finite numbers. */
export type Series = Float64Array | readonly number[];

/** `value` when it is finite, otherwise null. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * Quotient of two exact sums, or null when the divisor is zero. Both are rounded once to f64, then divided.
 */
export function quotient(dividend: bigint, divisor: bigint): number | null {
  return divisor === 0n ? null : finite(Number(dividend) / Number(divisor));
}

/**
 * Sum of `term(x)` over the series, compensated; 0 for an empty series.
 *
 * Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
 */
export function sum(series: Series, term?: (x: number) => number): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < series.length; i++) {
    const x = series[i] as number;
    const value = term === undefined ? x : term(x);
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean, or null for an empty series. */
export function mean(series: Series): number | null {
  return series.length === 0 ? null : finite(sum(series) / series.length);
}

/** Sample variance (divisor n - 1), or null with fewer than 2 values. */
export function variance(series: Series): number | null {
  const centre = mean(series);
  if (centre === null || series.length < 2) return null;
  return finite(sum(series, (x) => (x - centre) * (x - centre)) / (series.length - 1));
}

/** Sample standard deviation (divisor n - 1), or null with fewer than 2 values. */
export function deviation(series: Series): number | null {
  const value = variance(series);
  return value === null ? null : Math.sqrt(value);
}

/** True when all values are equal, so that a deviation is zero or nothing but rounding. */
export function isConstant(series: Series): boolean {
  for (let i = 1; i < series.length; i++) if (series[i] !== series[0]) return false;
  return true;
}

/** Central moment of `order` 2, 3 or 4 (divisor n), or null for an empty series. */
export function centralMoment(series: Series, order: 2 | 3 | 4): number | null {
  const centre = mean(series);
  if (centre === null) return null;
  const total = sum(series, (x) => {
    const square = (x - centre) * (x - centre);
    return order === 2 ? square : order === 3 ? square * (x - centre) : square * square;
  });
  return finite(total / series.length);
}

/** Sample covariance (divisor n - 1) of two series of one length, or null with fewer than 2 pairs. */
export function covariance(a: Series, b: Series): number | null {
  const centreA = mean(a);
  const centreB = mean(b);
  if (centreA === null || centreB === null || a.length < 2) return null;
  const products = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) products[i] = ((a[i] as number) - centreA) * ((b[i] as number) - centreB);
  return finite(sum(products) / (a.length - 1));
}

/** Ascending copy of a series. */
export function ascending(series: Series): Float64Array {
  return Float64Array.from(series).sort((a, b) => a - b);
}

/**
 * Quantile of an ascending series, interpolated linearly between the two nearest ranks; null for an empty series.
 *
 * Source: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7 (numpy's default).
 *
 * @param share Between 0 and 1.
 */
export function quantileOfAscending(sorted: Series, share: number): number | null {
  if (sorted.length === 0) return null;
  const rank = share * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (rank - below) * (high - low);
}
