// Price chart: candles with the run's fills, thinned to what a screen can show.
//
// Always true:
//   a candle of several bars has their extremes, so that no wick is lost;
//   every fill stands on the candle of its bar; fills of one side on one candle are summed up.
// Units: times as in `chart-time`; prices and quantities in whole units.

import type { BarsTape, FillTable, Instrument, RunTables } from "../../kernel/index.js";
import { chartSeconds } from "./chart-time.js";

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

const CANDLES_MAX = 12_000;
const CANDLES_PER_TAPE_MAX = 4_000;
const CANDLES_PER_TAPE_MIN = 400;

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
