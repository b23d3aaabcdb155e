// Account lines: equity, drawdown, exposure and benchmark over time, thinned to what a screen can show.
//
// How it works: a long run is cut into stretches of equal length, each with two points on the axis. Equity and
// drawdown put the lowest and the highest value of the stretch there, in the order in which they occurred, so that no
// peak and no trough is lost; exposure its mean.
// All lines share one axis of times, because the chart spaces points evenly and lines with times of their own would
// bend it.
//
// Units: times as in `chart-time`; money in whole units of currency; drawdown and exposure as fractions.

import type { RunTables, Study } from "../../kernel/index.js";
import { chartSeconds } from "./chart-time.js";

export interface AccountLines {
  /** Strictly rising times. */
  readonly t: readonly number[];
  readonly equity: readonly number[];
  /** At or below zero. */
  readonly drawdown: readonly number[];
  /** Gross exposure over equity. */
  readonly exposure: readonly number[];
  readonly benchmark: readonly number[] | null;
  /** Equity of the reading at best, where there is one; `equity` is then that at worst. */
  readonly best: readonly number[] | null;
}

/** Rows `from` (included) to `to` (excluded), and where they stand on the axis: one time, or two. */
export interface Stretch {
  readonly from: number;
  to: number;
  readonly t: readonly number[];
}

const POINTS_MAX = 3_000;

/** The account's lines over all buckets. O(buckets). */
export function accountLines(
  tables: RunTables,
  study: Study,
  daily: boolean,
  best: RunTables | null = null,
): AccountLines {
  const { portfolio } = tables;
  const unit = 10 ** tables.currency.decimals;
  const equity = equityOf(tables);
  const exposure = equity.map((value, row) => {
    return value > 0 ? Number(portfolio.exposureGross[row]) / unit / value : 0;
  });
  const stretches = stretchesOf(portfolio.rowCount, POINTS_MAX, (row) => {
    return chartSeconds(portfolio.time[row] as bigint, daily);
  });
  const t = stretches.flatMap((stretch) => stretch.t);
  return {
    t,
    equity: extremes(stretches, equity),
    drawdown: extremes(stretches, below(equity, (study.samples.equity[0] ?? 0) / unit)),
    exposure: means(stretches, exposure),
    benchmark: benchmarkAt(t, study, unit, daily),
    best: best === null ? null : extremes(stretches, equityOf(best)),
  };
}

function equityOf({ portfolio, currency }: RunTables): Float64Array {
  const unit = 10 ** currency.decimals;
  return Float64Array.from({ length: portfolio.rowCount }, (_, row) => Number(portfolio.equity[row]) / unit);
}

/**
 * Cuts rows into at most `pointsMax` points: one row each while there is room, else stretches with two points, and the
 * last row alone.
 *
 * @param timeOf Never falls. Rows whose time is not later than the one before them join its stretch.
 */
export function stretchesOf(rowCount: number, pointsMax: number, timeOf: (row: number) => number): Stretch[] {
  const stretches: Stretch[] = [];
  let last = -Infinity;
  const add = (from: number, to: number, rows: readonly number[]): void => {
    const t: number[] = [];
    for (const row of rows) {
      if (timeOf(row) <= last) continue;
      last = timeOf(row);
      t.push(last);
    }
    const before = stretches[stretches.length - 1];
    if (t.length === 0 && before !== undefined) before.to = to;
    else stretches.push({ from, to, t });
  };
  if (rowCount <= pointsMax) {
    for (let row = 0; row < rowCount; row++) add(row, row + 1, [row]);
    return stretches;
  }
  const count = Math.max(1, Math.floor((pointsMax - 1) / 2));
  const end = rowCount - 1;
  for (let stretch = 0; stretch < count; stretch++) {
    const from = Math.floor((stretch * end) / count);
    const to = Math.floor(((stretch + 1) * end) / count);
    if (to > from) add(from, to, [from, (from + to) >> 1]);
  }
  add(end, rowCount, [end]);
  return stretches;
}

/** The last value of a stretch with one point; the lowest and the highest, in their order, of a stretch with two. */
export function extremes(stretches: readonly Stretch[], values: Float64Array): number[] {
  return stretches.flatMap(({ from, to, t }) => {
    if (t.length < 2) return [short(values[to - 1] as number)];
    let lowest = from;
    let highest = from;
    for (let row = from + 1; row < to; row++) {
      if ((values[row] as number) < (values[lowest] as number)) lowest = row;
      if ((values[row] as number) > (values[highest] as number)) highest = row;
    }
    const order = lowest < highest ? [lowest, highest] : [highest, lowest];
    return order.map((row) => short(values[row] as number));
  });
}

function means(stretches: readonly Stretch[], values: Float64Array): number[] {
  return stretches.flatMap(({ from, to, t }) => {
    let total = 0;
    for (let row = from; row < to; row++) total += values[row] as number;
    return t.map(() => short(total / (to - from)));
  });
}

/** How far each value stands below the highest so far, as a fraction at or below zero. */
function below(equity: Float64Array, initial: number): Float64Array {
  let peak = initial;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : 0;
  });
}

/** The benchmark's last sample at each time; before the first one, what it began with. */
function benchmarkAt(
  t: readonly number[],
  { benchmark, samples }: Study,
  unit: number,
  daily: boolean,
): number[] | null {
  if (benchmark === null) return null;
  let sample = 0;
  return t.map((time) => {
    while (sample < samples.time.length && chartSeconds(samples.time[sample] as bigint, daily) <= time) sample++;
    return short((benchmark.values[sample] as number) / unit);
  });
}

/** `value` to seven significant digits: more than any screen shows, and a third of the text. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
