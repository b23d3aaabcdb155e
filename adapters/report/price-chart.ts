// Price chart: candles with the run's fills, thinned to what a screen can show.
//
// Always true:
//   a candle of several bars has their extremes, so that no wick is lost;
//   every fill stands on the candle of its bar; fills of one side on one candle are summed up.
// Units: times as in `chart-time`; prices and quantities in whole units.

import type { BarsTape, FillTable, Instrument, RunTables } from "../../kernel/index.js";
import { AMBIGUITY_KINDS, LEDGER_KINDS } from "../../kernel/index.js";
import { chartSeconds } from "./chart-time.js";
import { GATE_STATES, gateSpans } from "./gates-section.js";

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
  /** What else happened by candle: candle, kind (index into `EVENT_NAMES`), times, money. */
  readonly events: readonly ChartEvent[];
  /** Candles in which a side was held back: first, last, and how (index into `GATE_STATES`). */
  readonly bands: readonly (readonly [from: number, to: number, state: number])[];
}

export type ChartEvent = readonly [candle: number, kind: number, times: number, money: number];

/** Kinds of events beside fills. */
export const EVENT_NAMES = ["ambiguous", "heuristic", "liquidation", "funding", "dividend", "split"] as const;

const CANDLES_MAX = 12_000;
const CANDLES_PER_TAPE_MAX = 4_000;
const CANDLES_PER_TAPE_MIN = 400;

/** Candles and fills of the first tapes, as many as the budget of candles allows. */
export function priceCharts(
  tables: RunTables,
  bars: readonly BarsTape[],
  daily: boolean,
  inside: Uint8Array,
): readonly PriceChart[] {
  const drawn = bars.slice(0, CANDLES_MAX / CANDLES_PER_TAPE_MIN);
  const budget = Math.min(CANDLES_PER_TAPE_MAX, Math.floor(CANDLES_MAX / Math.max(drawn.length, 1)));
  const { portfolio } = tables;
  const to = portfolio.rowCount === 0 ? null : (portfolio.time[portfolio.rowCount - 1] as bigint);
  const from = portfolio.time[0] ?? null;
  return drawn.map((tape) => priceChart(tables, tape, inside, { daily, candlesMax: budget, from, to }));
}

interface ChartFrame {
  readonly daily: boolean;
  readonly candlesMax: number;
  readonly from: bigint | null;
  readonly to: bigint | null;
}

function priceChart(tables: RunTables, tape: BarsTape, inside: Uint8Array, frame: ChartFrame): PriceChart {
  const { daily, candlesMax, from, to } = frame;
  const unit = 10 ** tape.instrument.priceDecimals;
  const candles = new Candles(Math.max(1, Math.ceil(tape.rowCount / candlesMax)), unit, daily);
  const index = tables.instruments.findIndex((one) => one.symbol === tape.instrument.symbol);
  const fills = rowsOfInstrument(tables.fills, index);
  const marks = new Map<string, [number, number, number, number, number, number]>();
  const events = new EventMarks(tables, index);
  let next = 0;
  const place = (): void => mark(marks, candles.last, tables.fills, fills[next++] as number, tape.instrument);
  for (const segment of tape.segments()) {
    for (let row = 0; row < segment.rowCount; row++) {
      const time = segment.time[row] as bigint;
      if ((from !== null && time < from) || (to !== null && time > to)) continue;
      candles.add(segment, row);
      while (next < fills.length && isBy(tables.fills, fills[next] as number, time, inside)) place();
      events.placeUntil(time, candles.last);
    }
  }
  // What is left was filled at the last close, such as the close at the end of data.
  while (candles.last >= 0 && next < fills.length) place();
  const columns = candles.columns();
  return {
    symbol: tape.instrument.symbol,
    interval: tape.interval,
    decimals: tape.instrument.priceDecimals,
    ...columns,
    bands: bandsOf(tables, columns.t, daily),
    marks: [...marks.values()],
    events: events.all(),
  };
}

/** Stretches of candles in which some side was drained, frozen or not active; the most restrictive where they meet. */
function bandsOf(tables: RunTables, t: readonly number[], daily: boolean): [number, number, number][] {
  const states = new Uint8Array(t.length);
  for (const { from, to, state } of gateSpans(tables)) {
    const kind = GATE_STATES.indexOf(state);
    const [first, last] = [chartSeconds(from, daily), chartSeconds(to, daily)];
    for (let i = 0; kind > 0 && i < t.length; i++) {
      const time = t[i] as number;
      if (time >= first && time < last) states[i] = Math.max(states[i] as number, kind);
    }
  }
  const bands: [number, number, number][] = [];
  states.forEach((kind, i) => {
    const last = bands.at(-1);
    if (kind === 0) return;
    if (last !== undefined && last[1] === i - 1 && last[2] === kind) last[1] = i;
    else bands.push([i, i, kind]);
  });
  return bands;
}

/** Whether a fill is of the bar that closes at `time`, or of one before it. */
function isBy(fills: FillTable, row: number, time: bigint, inside: Uint8Array): boolean {
  const at = fills.time[row] as bigint;
  return at < time || (at === time && inside[row] === 1);
}

/** What happened to an instrument beside its fills, gathered by candle. */
class EventMarks {
  readonly #rows: readonly { readonly time: bigint; readonly kind: number; readonly money: number }[];
  readonly #placed = new Map<string, [number, number, number, number]>();
  #next = 0;

  constructor(tables: RunTables, instrument: number) {
    this.#rows = eventsOf(tables, instrument);
  }

  /** Puts everything up to `time` that has no place yet on a candle. */
  placeUntil(time: bigint, candle: number): void {
    for (; this.#next < this.#rows.length; this.#next++) {
      const row = this.#rows[this.#next];
      if (row === undefined || row.time > time) return;
      const key = `${candle} ${row.kind}`;
      const known = this.#placed.get(key) ?? [candle, row.kind, 0, 0];
      this.#placed.set(key, [candle, row.kind, known[2] + 1, Number((known[3] + row.money).toPrecision(9))]);
    }
  }

  all(): readonly ChartEvent[] {
    return [...this.#placed.values()];
  }
}

function eventsOf(
  { ambiguities, fills, ledger, currency }: RunTables,
  instrument: number,
): { time: bigint; kind: number; money: number }[] {
  const unit = 10 ** currency.decimals;
  const kindOf = (name: string): number => (EVENT_NAMES as readonly string[]).indexOf(name);
  const rows: { time: bigint; kind: number; money: number }[] = [];
  for (let row = 0; row < ambiguities.rowCount; row++) {
    if (ambiguities.instrument[row] !== instrument) continue;
    const isExact = AMBIGUITY_KINDS[ambiguities.kind[row] as number] === "exact";
    const kind = kindOf(isExact ? "ambiguous" : "heuristic");
    rows.push({ time: ambiguities.time[row] as bigint, kind, money: Number(ambiguities.stake[row]) / unit });
  }
  for (let row = 0; row < fills.rowCount; row++) {
    if (fills.instrument[row] !== instrument || fills.liquidation[row] !== 1) continue;
    const money = Number((fills.realised[row] as bigint) - (fills.fee[row] as bigint)) / unit;
    rows.push({ time: fills.time[row] as bigint, kind: kindOf("liquidation"), money });
  }
  for (let row = 0; row < ledger.rowCount; row++) {
    const kind = kindOf(LEDGER_KINDS[ledger.kind[row] as number] ?? "");
    if (ledger.instrument[row] !== instrument || kind < 0) continue;
    rows.push({ time: ledger.time[row] as bigint, kind, money: Number(ledger.amount[row]) / unit });
  }
  return rows.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
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
