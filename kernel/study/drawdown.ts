// Drawdowns: how far the account stood below its highest value so far, and for how long.
//
// Always true:
//   depth >= 0; an account that never fell has no drawdown, and its depth is 0;
//   every bucket counts, not only the daily samples, so that nothing between two samples is hidden.
// Units: time in ns; depth as a fraction of the peak (0.2 is twenty percent; more than 1 when equity fell below zero).
// Source: I. Aldridge, "High-Frequency Trading" (2nd ed., 2013), ch. 6, for the measure; P. G. Martin, "The Investor's
//   Guide to Fidelity Funds" (1989) for the ulcer index.

import { sum } from "./moments.js";

/** One fall from a peak to the return to it. */
export interface Drawdown {
  readonly depth: number;
  /** Time of the highest value before the fall. */
  readonly peak: bigint;
  readonly trough: bigint;
  /** Time at which the peak was reached again; null when it was not. */
  readonly recovery: bigint | null;
  /** From the peak to the recovery, or to the last bucket when there was none. */
  readonly durationNs: bigint;
}

/** An account's value over its buckets. */
export interface EquityCurve {
  readonly time: BigInt64Array;
  readonly equity: BigInt64Array;
  readonly rowCount: number;
}

/**
 * All drawdowns of a curve in order of time. O(rows).
 *
 * @param initialEquity Value before the first bucket; a fall in the first bucket has that bucket's time as its peak.
 */
export function drawdowns(curve: EquityCurve, initialEquity: bigint): readonly Drawdown[] {
  const found: Drawdown[] = [];
  if (curve.rowCount === 0) return found;
  let peak = initialEquity;
  let peakTime = curve.time[0] as bigint;
  let lowest = initialEquity;
  let lowestTime = peakTime;
  const note = (recovery: bigint | null, end: bigint): void => {
    if (lowest >= peak || peak <= 0n) return;
    const depth = 1 - Number(lowest) / Number(peak);
    found.push({ depth, peak: peakTime, trough: lowestTime, recovery, durationNs: end - peakTime });
  };
  for (let i = 0; i < curve.rowCount; i++) {
    const value = curve.equity[i] as bigint;
    if (value >= peak) {
      const time = curve.time[i] as bigint;
      note(time, time);
      peak = value;
      peakTime = time;
      lowest = value;
    } else if (value < lowest) {
      lowest = value;
      lowestTime = curve.time[i] as bigint;
    }
  }
  note(null, curve.time[curve.rowCount - 1] as bigint);
  return found;
}

/** The deepest drawdown, the earliest of equals; null when there was none. */
export function maximumDrawdown(all: readonly Drawdown[]): Drawdown | null {
  let deepest: Drawdown | null = null;
  for (const one of all) if (deepest === null || one.depth > deepest.depth) deepest = one;
  return deepest;
}

/** The longest drawdown, the earliest of equals; null when there was none. */
export function longestDrawdown(all: readonly Drawdown[]): Drawdown | null {
  let longest: Drawdown | null = null;
  for (const one of all) if (longest === null || one.durationNs > longest.durationNs) longest = one;
  return longest;
}

/** Depth below the highest value so far, for each value but the first: 0 at a new high. */
export function depths(values: Float64Array): Float64Array {
  const result = new Float64Array(Math.max(values.length - 1, 0));
  let peak = values[0] ?? 0;
  for (let i = 0; i < result.length; i++) {
    const value = values[i + 1] as number;
    peak = Math.max(peak, value);
    result[i] = peak > 0 ? 1 - value / peak : 0;
  }
  return result;
}

/** Root of the mean squared depth over the samples, or null without samples. Source: Martin (1989). */
export function ulcerIndex(values: Float64Array): number | null {
  const below = depths(values);
  return below.length === 0 ? null : Math.sqrt(sum(below, (x) => x * x) / below.length);
}
