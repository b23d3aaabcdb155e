// Benchmark: what the same capital would have become otherwise, and how the account moved with it.
//
// It enters no order and pays no fee: it is a ruler, never a result.
// Always true:
//   benchmark and account are sampled at the same times.
// Units: values in money mantissas as f64; returns as fractions.

import type { BarsTape } from "../market/tape.js";
import { covariance, deviation, finite, isConstant, mean, variance } from "./moments.js";
import { firstAfter, returnsOf, type EquitySamples } from "./samples.js";

export interface Benchmark {
  /** What it is: `SPY, bought and held`. */
  readonly label: string;
  /** Capital before the first bucket, then its value at each sample; as long as the samples' equity. */
  readonly values: Float64Array;
}

/**
 * Buy and hold of one tape: all capital in it from the open of the first bar of the run, in fractions, without costs.
 *
 * @param from Time of the run's first bucket; bars that close before it are not part of the run.
 * @returns null when no bar of the tape closes inside the run, or the first one opens at a price that is not positive.
 *   Until the first bar, the capital stays what it is.
 */
export function buyAndHold(tape: BarsTape, samples: EquitySamples, from: bigint): Benchmark | null {
  const capital = samples.equity[0] as number;
  const values = new Float64Array(samples.equity.length).fill(capital);
  let open = 0;
  let close: number | null = null;
  let next = 0;
  const complete = (): void => {
    next++;
    if (close !== null) values[next] = (close / open) * capital;
  };
  for (const segment of tape.segments()) {
    let row = firstAfter(segment.time, from - 1n, 0, segment.rowCount);
    if (close === null && row < segment.rowCount) open = Number(segment.open[row]);
    while (row < segment.rowCount && next < samples.time.length) {
      const end = firstAfter(segment.time, samples.time[next] as bigint, row, segment.rowCount);
      if (end > row) close = Number(segment.close[end - 1]);
      row = end;
      // A sample is complete only when a later bar is seen: the rest of its bars may stand in the next segment.
      if (row < segment.rowCount) complete();
    }
  }
  if (close === null || open <= 0) return null;
  while (next < samples.time.length) complete();
  return { label: `${tape.instrument.symbol}, bought and held`, values };
}

export interface BenchmarkComparison {
  /** Slope of the account's excess returns on the benchmark's. */
  readonly beta: number | null;
  /** Excess return a year that beta does not explain. */
  readonly alpha: number | null;
  readonly correlation: number | null;
  /** Deviation of the difference of returns, a year. */
  readonly trackingError: number | null;
  /** Mean difference of returns over its deviation, a year. */
  readonly informationRatio: number | null;
}

/**
 * Compares returns with the benchmark's, pair by pair, as far as both are defined. Null with fewer than 2 pairs or
 * without spread.
 *
 * Source: M. C. Jensen, "The Performance of Mutual Funds in the Period 1945-1964" (1968) for alpha, here by arithmetic
 * means times the periods of a year; T. H. Goodwin, "The Information Ratio" (1998).
 *
 * @param hurdle Riskless return a sampling period.
 */
export function compareReturns(
  returns: Float64Array,
  benchmarkValues: Float64Array,
  hurdle: number,
  periodsPerYear: number,
): BenchmarkComparison {
  const other = returnsOf(benchmarkValues);
  const count = Math.min(returns.length, other.length);
  const own = returns.subarray(0, count);
  const ruler = other.subarray(0, count);
  const common = covariance(own, ruler);
  const spread = variance(ruler);
  const flat = common === null || spread === null || spread === 0 || isConstant(ruler);
  const beta = flat ? null : finite(common / spread);
  const ownMean = mean(own) ?? 0;
  const rulerMean = mean(ruler) ?? 0;
  const ownDeviation = deviation(own) ?? 0;
  const difference = own.map((x, i) => x - (ruler[i] as number));
  const error = deviation(difference);
  const root = Math.sqrt(periodsPerYear);
  const follows = error === null || error === 0 || isConstant(difference);
  return {
    beta,
    alpha: beta === null ? null : finite((ownMean - hurdle - beta * (rulerMean - hurdle)) * periodsPerYear),
    correlation:
      flat || ownDeviation === 0 || isConstant(own) ? null : finite(common / (ownDeviation * Math.sqrt(spread))),
    trackingError: error === null ? null : finite(error * root),
    informationRatio: follows ? null : finite(((ownMean - rulerMean) / error) * root),
  };
}
