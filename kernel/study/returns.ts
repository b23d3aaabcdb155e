// Returns: what the account earned, in total and a year.
//
// Always true:
//   a result is a finite number, or null where it is not defined.
// Units: fractions; 0.1 is ten percent.

import type { FloatMath } from "../wasm/float-math.js";
import { finite, mean, deviation, type Series } from "./moments.js";
import { DAY_NS } from "./calendar-day.js";

/** Last value over the first, less one; null when there is no sample or the first is not positive. */
export function totalReturn(equity: Float64Array): number | null {
  const first = equity[0] ?? 0;
  return equity.length < 2 || first <= 0 ? null : finite((equity[equity.length - 1] as number) / first - 1);
}

/**
 * Growth a year as the samples count years: `(last / first) ^ (periodsPerYear / samples) - 1`; -1 after a total loss.
 *
 * Source: `annual_return` of empyrical 0.5.
 */
export function annualReturn(equity: Float64Array, periodsPerYear: number, math: FloatMath): number | null {
  return equity.length < 3 ? null : growth(equity, periodsPerYear / (equity.length - 1), math);
}

const YEAR_NS = 365.25 * Number(DAY_NS);

/**
 * Growth a year as the calendar counts years of 365.25 days: `(last / first) ^ (1 / years) - 1`; -1 after a total
 * loss. Null for less than one day.
 *
 * @param elapsedNs From the first bucket to the last.
 */
export function compoundAnnualGrowth(equity: Float64Array, elapsedNs: bigint, math: FloatMath): number | null {
  return elapsedNs < DAY_NS ? null : growth(equity, YEAR_NS / Number(elapsedNs), math);
}

function growth(equity: Float64Array, exponent: number, math: FloatMath): number | null {
  const total = totalReturn(equity);
  if (total === null) return null;
  return total <= -1 ? -1 : finite(math.pow(1 + total, exponent) - 1);
}

/** Arithmetic mean of the returns times the periods of a year. */
export function meanAnnualReturn(returns: Series, periodsPerYear: number): number | null {
  const average = mean(returns);
  return average === null ? null : finite(average * periodsPerYear);
}

/** Sample standard deviation of the returns times the root of the periods of a year. Null with fewer than 2 returns. */
export function volatility(returns: Series, periodsPerYear: number): number | null {
  const spread = deviation(returns);
  return spread === null ? null : finite(spread * Math.sqrt(periodsPerYear));
}
