// Equity samples: the account's value once a UTC day (or week, or month, when buckets are that far apart), and its
// returns.
//
// A sample is the last bucket of a UTC day; a bucket that closes at midnight belongs to the day that ends there. Days
// without a bucket have no sample. The number of periods in a year is 365 when every instrument is a crypto asset or
// when weekends are present, else 252; samples that are about a week, a month, a quarter or a year apart count 52, 12,
// 4 or 1 a year.
//
// Always true:
//   equity has one value more than there are samples: the capital before the first bucket;
//   returns stop at the first sample at or below zero, because a return on nothing is not defined.
// Units: time in ns; equity in money mantissas as f64; returns as fractions (0.01 is one percent).

import { areCrypto, CRYPTO_DAYS, TRADING_DAYS } from "../market/buckets-per-year.js";
import type { Instrument } from "../market/instrument.js";
import type { PortfolioTable } from "../log/tables.js";
import { civilFromDay } from "../data/civil-date.js";
import { DAY_NS, dayOfClose, weekday } from "./calendar-day.js";

export const SAMPLING_PERIODS = ["day", "week", "month", "quarter", "year"] as const;
export type SamplingPeriod = (typeof SAMPLING_PERIODS)[number];

export interface EquitySamples {
  readonly period: SamplingPeriod;
  /** How many samples make a year; what annual figures are scaled with. */
  readonly periodsPerYear: number;
  /** Row of the portfolio table behind each sample. */
  readonly row: Int32Array;
  /** Close time of each sample's bucket. */
  readonly time: BigInt64Array;
  /** UTC day number of each sample. */
  readonly day: Int32Array;
  /** Capital before the first bucket, then the value at each sample. */
  readonly equity: Float64Array;
  /** Return of each sample over the one before it. At most as many as there are samples. */
  readonly returns: Float64Array;
}

/**
 * Samples a portfolio once a day. Allocates; reads one row a day after a binary search.
 *
 * @param initialEquity Capital before the first bucket, money mantissa.
 * @param periodsPerYear Overrides the number of samples in a year when it is given.
 */
export function sampleEquity(
  portfolio: PortfolioTable,
  instruments: readonly Instrument[],
  initialEquity: bigint,
  periodsPerYear?: number,
): EquitySamples {
  const row = lastRowsOfDays(portfolio.time, portfolio.rowCount);
  const time = new BigInt64Array(row.length);
  const day = new Int32Array(row.length);
  const equity = new Float64Array(row.length + 1);
  equity[0] = Number(initialEquity);
  for (let i = 0; i < row.length; i++) {
    time[i] = portfolio.time[row[i] as number] as bigint;
    day[i] = dayOfClose(time[i] as bigint);
    equity[i + 1] = Number(portfolio.equity[row[i] as number]);
  }
  const period = periodOf(day);
  return {
    period,
    periodsPerYear: periodsPerYear ?? PERIODS_PER_YEAR[period] ?? daysPerYear(day, instruments),
    row,
    time,
    day,
    equity,
    returns: returnsOf(equity),
  };
}

/** Returns between neighbouring values, up to and including the first value at or below zero. */
export function returnsOf(values: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(values.length - 1, 0));
  for (let i = 0; i < returns.length; i++) {
    const before = values[i] as number;
    if (before <= 0) return returns.slice(0, i);
    returns[i] = (values[i + 1] as number) / before - 1;
  }
  return returns;
}

/** Last row of each UTC day of an ascending column of close times. O(days x log rows). */
export function lastRowsOfDays(time: BigInt64Array, rowCount: number): Int32Array {
  const rows: number[] = [];
  for (let first = 0; first < rowCount;) {
    const dayEnd = (BigInt(dayOfClose(time[first] as bigint)) + 1n) * DAY_NS;
    const next = firstAfter(time, dayEnd, first, rowCount);
    rows.push(next - 1);
    first = next;
  }
  return Int32Array.from(rows);
}

/** First row in `from` .. `to` whose time is later than `bound`; `to` when there is none. */
export function firstAfter(time: BigInt64Array, bound: bigint, from: number, to: number): number {
  // Steps double before the search halves, so that a near answer in a long column costs few reads.
  let step = 1;
  let low = from;
  while (low + step < to && (time[low + step] as bigint) <= bound) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, to);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] as bigint) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Return of one calendar month, or of one calendar year when `month` is 0. */
export interface CalendarReturn {
  readonly year: number;
  readonly month: number;
  readonly value: number;
}

/** Returns by calendar month, in order; months without a sample are left out. */
export function monthlyReturns(samples: EquitySamples): readonly CalendarReturn[] {
  return compounded(samples, (day) => {
    const date = civilFromDay(day);
    return { year: date.year, month: date.month };
  });
}

/** Returns by calendar year, in order, with `month` 0. */
export function yearlyReturns(samples: EquitySamples): readonly CalendarReturn[] {
  return compounded(samples, (day) => ({ year: civilFromDay(day).year, month: 0 }));
}

function compounded(
  samples: EquitySamples,
  keyOf: (day: number) => { year: number; month: number },
): readonly CalendarReturn[] {
  const table: CalendarReturn[] = [];
  let base = samples.equity[0] as number;
  for (let i = 0; i < samples.returns.length; i++) {
    const key = keyOf(samples.day[i] as number);
    const next = i + 1 < samples.returns.length ? keyOf(samples.day[i + 1] as number) : null;
    if (next !== null && next.year === key.year && next.month === key.month) continue;
    const end = samples.equity[i + 1] as number;
    table.push({ ...key, value: end / base - 1 });
    base = end;
  }
  return table;
}

const PERIODS_PER_YEAR: Readonly<Record<SamplingPeriod, number | null>> = {
  day: null,
  week: 52,
  month: 12,
  quarter: 4,
  year: 1,
};

function periodOf(day: Int32Array): SamplingPeriod {
  if (day.length < 2) return "day";
  const gaps = new Int32Array(day.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = (day[i + 1] as number) - (day[i] as number);
  gaps.sort((a, b) => a - b);
  const median = gaps[gaps.length >> 1] as number;
  if (median <= 4) return "day";
  if (median <= 15) return "week";
  if (median <= 60) return "month";
  return median <= 200 ? "quarter" : "year";
}

function daysPerYear(day: Int32Array, instruments: readonly Instrument[]): number {
  if (areCrypto(instruments)) return CRYPTO_DAYS;
  let saturdays = 0;
  for (const one of day) if (weekday(one) === 6) saturdays++;
  // A market that is open at weekends has one Saturday in seven days; a rare special session must not count as one.
  return day.length > 0 && saturdays * 14 >= day.length ? CRYPTO_DAYS : TRADING_DAYS;
}
