// Chart data: the series that the page draws, thinned to what a screen can show.
//
// Thinning keeps the lowest and the highest value of each stretch of a line and the extremes of each stretch of bars,
// so that no peak, no trough and no wick is lost; means are used only for exposure, and it is said in the caption.
// Units: times in Unix seconds, or a date's midnight where bars are a day or longer; values in whole units of currency
// or price.

import {
  gatherBars,
  intervalNs,
  type BarsTape,
  type FillTable,
  type Instrument,
  type RunTables,
  type Study,
} from "../../kernel/index.js";

/** A line: strictly rising times and a value each. */
export interface Line {
  readonly t: readonly number[];
  readonly v: readonly number[];
}

export interface PriceChart {
  readonly symbol: string;
  readonly interval: string;
  readonly decimals: number;
  /** Bars in one candle. */
  readonly step: number;
  readonly t: readonly number[];
  readonly o: readonly number[];
  readonly h: readonly number[];
  readonly l: readonly number[];
  readonly c: readonly number[];
  /** Fills by candle: candle, 1 bought or -1 sold, fills, quantity, average price, 1 when one was forced. */
  readonly marks: readonly (readonly [number, number, number, number, number, number])[];
}

const LINE_POINTS_MAX = 3_000;
const CANDLES_MAX = 12_000;
const CANDLES_PER_TAPE_MAX = 4_000;
const CANDLES_PER_TAPE_MIN = 400;
const DAY_SECONDS = 86_400;

const DAY_NS = 86_400_000_000_000n;

/** Whether every tape has bars of a day or longer, so that dates say all there is to say. */
export function isDaily(bars: readonly BarsTape[], study: Study): boolean {
  if (bars.length > 0) return bars.every((tape) => intervalNs(tape.interval) >= DAY_NS);
  return study.samples.row.length > 1 && study.samples.row.every((row, i) => row === i);
}

/** Seconds of a close; the midnight of its UTC day when bars are daily. */
export function chartSeconds(timeNs: bigint, daily: boolean): number {
  const seconds = Number((timeNs - 1n) / 1_000_000_000n);
  return daily ? Math.floor(seconds / DAY_SECONDS) * DAY_SECONDS : Number(timeNs / 1_000_000_000n);
}

/**
 * Says on which bar an event of an instrument happened: the time of the first bar that closes after it, so that a fill
 * at Tuesday's open is Tuesday's, whatever the clock said then. A forced fill stands at a close and is that bar's.
 */
export type BarTimeOf = (symbol: string, timeNs: bigint, isForced: boolean) => bigint;

/** Bar times of daily tapes, which are small; events of finer bars keep their own time. */
export function barTimes(bars: readonly BarsTape[], daily: boolean): BarTimeOf {
  const closes = new Map<string, BigInt64Array>();
  if (daily) {
    for (const tape of bars)
      if (!closes.has(tape.instrument.symbol)) closes.set(tape.instrument.symbol, gatherBars(tape).time);
  }
  return (symbol, timeNs, isForced) => {
    const times = closes.get(symbol);
    if (times === undefined || isForced) return timeNs;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] as bigint) <= timeNs) low = middle + 1;
      else high = middle;
    }
    return times[low] ?? timeNs;
  };
}

/** The lowest and the highest of each stretch of rows, in the order in which they occurred. O(rows). */
export function thinned(rowCount: number, pointsMax: number, valueAt: (row: number) => number): number[] {
  const rows: number[] = [];
  if (rowCount <= pointsMax) {
    for (let row = 0; row < rowCount; row++) rows.push(row);
    return rows;
  }
  const stretches = Math.max(1, Math.floor(pointsMax / 2) - 1);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * rowCount) / stretches);
    const to = Math.floor(((stretch + 1) * rowCount) / stretches);
    let lowest = from;
    let highest = from;
    for (let row = from + 1; row < to; row++) {
      if (valueAt(row) < valueAt(lowest)) lowest = row;
      if (valueAt(row) > valueAt(highest)) highest = row;
    }
    rows.push(Math.min(lowest, highest));
    if (lowest !== highest) rows.push(Math.max(lowest, highest));
  }
  if (rows[rows.length - 1] !== rowCount - 1) rows.push(rowCount - 1);
  return rows;
}

/** A line through some rows; of rows in the same second the last one stays. */
function lineThrough(rows: readonly number[], time: (row: number) => number, value: (row: number) => number): Line {
  const t: number[] = [];
  const v: number[] = [];
  for (const row of rows) {
    const now = time(row);
    if (t.length > 0 && (t[t.length - 1] as number) >= now) {
      v[v.length - 1] = value(row);
      continue;
    }
    t.push(now);
    v.push(value(row));
  }
  return { t, v };
}

/** `value` to seven significant digits: more than any screen shows, and a third of the text. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

export interface AccountLines {
  readonly equity: Line;
  /** Depth below the highest value so far, as a fraction at or below zero. */
  readonly drawdown: Line;
  /** Gross exposure over equity, the mean of each stretch. */
  readonly exposure: Line;
  readonly benchmark: Line | null;
}

/** The account's lines over all buckets. O(buckets). */
export function accountLines(tables: RunTables, study: Study, daily: boolean): AccountLines {
  const { portfolio } = tables;
  const unit = 10 ** tables.currency.decimals;
  const time = (row: number): number => chartSeconds(portfolio.time[row] as bigint, daily);
  const equity = Float64Array.from({ length: portfolio.rowCount }, (_, row) => Number(portfolio.equity[row]));
  const below = new Float64Array(equity.length);
  let peak = study.samples.equity[0] ?? 0;
  for (let row = 0; row < equity.length; row++) {
    peak = Math.max(peak, equity[row] as number);
    below[row] = peak > 0 ? (equity[row] as number) / peak - 1 : 0;
  }
  const equityAt = (row: number): number => equity[row] as number;
  const belowAt = (row: number): number => below[row] as number;
  return {
    equity: lineThrough(thinned(equity.length, LINE_POINTS_MAX, equityAt), time, (row) => short(equityAt(row) / unit)),
    drawdown: lineThrough(thinned(equity.length, LINE_POINTS_MAX, belowAt), time, (row) => short(belowAt(row))),
    exposure: exposureLine(tables, equity, time),
    benchmark: benchmarkLine(study, unit, daily),
  };
}

function exposureLine(tables: RunTables, equity: Float64Array, time: (row: number) => number): Line {
  const step = Math.max(1, Math.ceil(equity.length / (LINE_POINTS_MAX / 2)));
  const ends: number[] = [];
  for (let from = 0; from < equity.length; from += step) ends.push(Math.min(from + step, equity.length) - 1);
  return lineThrough(ends, time, (end) => {
    let total = 0;
    const from = Math.floor(end / step) * step;
    for (let row = from; row <= end; row++) {
      const value = equity[row] as number;
      if (value > 0) total += Number(tables.portfolio.exposureGross[row]) / value;
    }
    return short(total / (end - from + 1));
  });
}

function benchmarkLine({ benchmark, samples }: Study, unit: number, daily: boolean): Line | null {
  if (benchmark === null) return null;
  const valueAt = (row: number): number => benchmark.values[row + 1] as number;
  const rows = thinned(samples.time.length, LINE_POINTS_MAX, valueAt);
  return lineThrough(
    rows,
    (row) => chartSeconds(samples.time[row] as bigint, daily),
    (row) => short(valueAt(row) / unit),
  );
}

/** Candles and fills of the first tapes, as many as the budget of candles allows. */
export function priceCharts(tables: RunTables, bars: readonly BarsTape[], daily: boolean): readonly PriceChart[] {
  const drawn = bars.slice(0, CANDLES_MAX / CANDLES_PER_TAPE_MIN);
  const budget = Math.min(CANDLES_PER_TAPE_MAX, Math.floor(CANDLES_MAX / Math.max(drawn.length, 1)));
  const { portfolio } = tables;
  const to = portfolio.rowCount === 0 ? null : (portfolio.time[portfolio.rowCount - 1] as bigint);
  return drawn.map((tape) => priceChart(tables, tape, daily, budget, portfolio.time[0] ?? null, to));
}

function priceChart(
  tables: RunTables,
  tape: BarsTape,
  daily: boolean,
  candlesMax: number,
  from: bigint | null,
  to: bigint | null,
): PriceChart {
  const unit = 10 ** tape.instrument.priceDecimals;
  const candles = new Candles(Math.max(1, Math.ceil(tape.rowCount / candlesMax)), unit, daily);
  const index = tables.instruments.findIndex((one) => one.symbol === tape.instrument.symbol);
  const fills = rowsOfInstrument(tables.fills, index);
  const marks = new Map<string, [number, number, number, number, number, number]>();
  let next = 0;
  const place = (): void => mark(marks, candles.last, tables.fills, fills[next++] as number, tape.instrument);
  for (const segment of tape.segments()) {
    for (let row = 0; row < segment.rowCount; row++) {
      const time = segment.time[row] as bigint;
      if ((from !== null && time < from) || (to !== null && time > to)) continue;
      candles.add(segment, row);
      while (next < fills.length && (tables.fills.time[fills[next] as number] as bigint) < time) place();
    }
  }
  // What is left was filled at the last close, such as the close at the end of data.
  while (candles.last >= 0 && next < fills.length) place();
  return {
    symbol: tape.instrument.symbol,
    interval: tape.interval,
    decimals: tape.instrument.priceDecimals,
    ...candles.columns(),
    marks: [...marks.values()],
  };
}

function rowsOfInstrument(fills: FillTable, instrument: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < fills.rowCount; row++) if (fills.instrument[row] === instrument) rows.push(row);
  return rows;
}

function mark(
  marks: Map<string, [number, number, number, number, number, number]>,
  candle: number,
  fills: FillTable,
  row: number,
  instrument: Instrument,
): void {
  const quantity = Number(fills.quantity[row]) / 10 ** instrument.sizeDecimals;
  const side = quantity > 0 ? 1 : -1;
  const key = `${candle} ${side}`;
  const known = marks.get(key) ?? [candle, side, 0, 0, 0, 0];
  const size = Math.abs(quantity);
  const price = Number(fills.price[row]) / 10 ** instrument.priceDecimals;
  const total = known[3] + size;
  const average = total === 0 ? price : known[4] + ((price - known[4]) * size) / total;
  const forced = known[5] === 1 || fills.forced[row] === 1 ? 1 : 0;
  marks.set(key, [candle, side, known[2] + 1, Number(total.toPrecision(12)), Number(average.toPrecision(9)), forced]);
}

/** Candles of `step` bars each. */
class Candles {
  readonly #step: number;
  readonly #unit: number;
  readonly #daily: boolean;
  #bars = 0;
  readonly t: number[] = [];
  readonly o: number[] = [];
  readonly h: number[] = [];
  readonly l: number[] = [];
  readonly c: number[] = [];

  constructor(step: number, unit: number, daily: boolean) {
    this.#step = step;
    this.#unit = unit;
    this.#daily = daily;
  }

  /** Index of the candle that the last bar went to; -1 before the first. */
  get last(): number {
    return this.t.length - 1;
  }

  add(
    bars: { time: BigInt64Array; open: BigInt64Array; high: BigInt64Array; low: BigInt64Array; close: BigInt64Array },
    row: number,
  ): void {
    const time = chartSeconds(bars.time[row] as bigint, this.#daily);
    const high = Number(bars.high[row]) / this.#unit;
    const low = Number(bars.low[row]) / this.#unit;
    const close = Number(bars.close[row]) / this.#unit;
    const at = this.last;
    // Two bars in one second, or two sessions in one day, cannot stand side by side on the axis.
    if (at >= 0 && (this.#bars % this.#step !== 0 || (this.t[at] as number) >= time)) {
      this.t[at] = Math.max(this.t[at] as number, time);
      this.h[at] = Math.max(this.h[at] as number, high);
      this.l[at] = Math.min(this.l[at] as number, low);
      this.c[at] = close;
    } else {
      this.t.push(time);
      this.o.push(Number(bars.open[row]) / this.#unit);
      this.h.push(high);
      this.l.push(low);
      this.c.push(close);
    }
    this.#bars++;
  }

  columns(): { step: number; t: number[]; o: number[]; h: number[]; l: number[]; c: number[] } {
    return { step: this.#step, t: this.t, o: this.o, h: this.h, l: this.l, c: this.c };
  }
}
