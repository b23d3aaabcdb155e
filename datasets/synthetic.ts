// Synthetic bars: a seeded random walk with jumps, opening gaps, absent bars and volume, in integers, equal on every
// host.
//
// How it works: each row draws its words from its own counter (row, instrument, block) under the seed, and the walk
//   takes three normal-like steps inside a bar, so that open, high, low and close lie on one path. Normals are sums of
//   four uniform words (Irwin-Hall), which needs no logarithm. Only + - x / and square root of floats are used, which
//   IEEE 754 defines to the bit.
//
// Always true:
//   the first n rows do not depend on how many rows were asked for, nor on the other instruments of a set;
//   low <= open, close <= high; prices are at least `PRICE_MIN` mantissa units; times rise by whole intervals.
// Units: time in ns since 1970-01-01T00:00:00Z; prices and volumes as mantissas; probabilities and volatility in parts
//   per million.

import { INSTRUMENT_CLASSES, intervalNs, InputError, IssueList, memoryTape } from "../kernel/index.js";
import type { BarColumns, BarsTape, Instrument, InstrumentClass } from "../kernel/index.js";
import { philox } from "./philox.js";

/** What to make. Everything but the seed and the number of rows has a default. */
export interface SyntheticOptions {
  /** Required, so that nobody gets an unrecorded seed: an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Bars of each instrument, 0 to 2^31 - 1. */
  readonly rows: number;
  /** Bar length; `1m` by default. */
  readonly interval?: string;
  /**
   * Number of instruments, named `SYN` when there is one and `SYN001`, `SYN002` … when there are more. 1 by default.
   */
  readonly instruments?: number;
  /** Open time of the first bar, ns; 2020-01-01T00:00:00Z by default. */
  readonly startNs?: bigint;
  /** Open of the first bar in mantissa units at two decimals; 10000 (100.00) by default. */
  readonly priceStart?: number;
  /** Standard deviation of one bar's return; by default 12,000 a day, scaled by the square root of the bar's length. */
  readonly volatilityPpm?: number;
  /** Chance that a bar jumps by ten to twenty standard deviations; 500 by default. */
  readonly jumpPpm?: number;
  /** Chance that a bar opens away from the last close; 20,000 by default. */
  readonly gapPpm?: number;
  /** Chance that one to sixteen bars are absent before a bar; 1,000 by default. */
  readonly absentPpm?: number;
  /** `weekdays` makes no bars that open on a Saturday or Sunday (UTC); `continuous`, the default, knows no days. */
  readonly calendar?: "continuous" | "weekdays";
  /** What they are, for venues that trade nothing else; `equity` by default. */
  readonly assetClass?: InstrumentClass;
}

type FullOptions = Required<SyntheticOptions>;

const START_NS = 1_577_836_800_000_000_000n;
const PRICE_MIN = 10;
const PRICE_MAX = 2 ** 46;
const SEGMENT_ROWS = 65_536;
const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
/** Standard deviation of the sum of four 16-bit uniform words: sqrt(4 / 12) x 65,536. */
const NORMAL_DEVIATION = 37_837;
const WORD = 2 ** 32;

/**
 * Makes the tapes, sorted by symbol. Rows are made as they are read, a segment at a time; nothing is kept.
 *
 * @throws InputError `config/range` with every option that is out of its range.
 */
export function syntheticTapes(options: SyntheticOptions): BarsTape[] {
  const full = checked(options);
  const tapes: BarsTape[] = [];
  for (let index = 0; index < full.instruments; index += 1) {
    const symbol = full.instruments === 1 ? "SYN" : `SYN${String(index + 1).padStart(3, "0")}`;
    const instrument = { ...syntheticInstrument(symbol), assetClass: full.assetClass };
    tapes.push({
      kind: "bars",
      instrument,
      interval: full.interval,
      rowCount: full.rows,
      segments: () => walk(full, index),
    });
  }
  return tapes.sort((a, b) => (a.instrument.symbol < b.instrument.symbol ? -1 : 1));
}

/** One synthetic tape with its columns in memory. Allocates 48 bytes a row. */
export function syntheticTape(options: SyntheticOptions): BarsTape {
  const tape = syntheticTapes({ ...options, instruments: 1 })[0] as BarsTape;
  const whole = barColumns(tape.rowCount);
  let at = 0;
  for (const segment of tape.segments()) {
    whole.time.set(segment.time, at);
    whole.open.set(segment.open, at);
    whole.high.set(segment.high, at);
    whole.low.set(segment.low, at);
    whole.close.set(segment.close, at);
    whole.volume.set(segment.volume as BigInt64Array, at);
    at += segment.rowCount;
  }
  return memoryTape(tape.instrument, tape.interval, whole);
}

/** Facts of a synthetic instrument: a share in US dollars with cents, traded one by one. */
export function syntheticInstrument(symbol: string): Instrument {
  return {
    symbol,
    venue: null,
    assetClass: "equity",
    currency: { code: "USD", decimals: 2 },
    priceDecimals: 2,
    sizeDecimals: 0,
    tick: 1n,
    lot: 1n,
    quantityMin: 0n,
    notionalMin: 0n,
    multiplier: 1n,
    multiplierDecimals: 0,
  };
}

/**
 * Reads the text form of a synthetic dataset: `synthetic:seed=7,rows=100000,interval=1h,instruments=3`.
 *
 * @throws InputError `config/unknown-field`, `config/type` or `config/range` with every issue.
 */
export function parseSynthetic(text: string): SyntheticOptions {
  const issues = new IssueList();
  const options: Record<string, number | string | bigint> = {};
  for (const part of text.replace(/^synthetic:/, "").split(",")) {
    const [key = "", value = ""] = part.split("=");
    if (TEXT_OPTIONS.has(key)) options[key] = value;
    else if (key === "startNs" && /^-?[0-9]{1,18}$/.test(value)) options[key] = BigInt(value);
    else if (NUMBER_OPTIONS.has(key) && /^[0-9]{1,16}$/.test(value)) options[key] = Number(value);
    else if (NUMBER_OPTIONS.has(key))
      issues.add("config/type", `synthetic.${key}`, "a whole number", JSON.stringify(value));
    else
      issues.add(
        "config/unknown-field",
        `synthetic.${key}`,
        `one of ${[...NUMBER_OPTIONS, ...TEXT_OPTIONS, "startNs"].join(", ")}`,
        JSON.stringify(part),
      );
  }
  for (const key of ["seed", "rows"]) {
    if (!(key in options))
      issues.add("config/field", `synthetic.${key}`, "a whole number", "nothing", "Write seed=1,rows=1000.");
  }
  issues.throwIfAny();
  const parsed = options as unknown as SyntheticOptions;
  checked(parsed);
  return parsed;
}

const NUMBER_OPTIONS: ReadonlySet<string> = new Set([
  "seed",
  "rows",
  "instruments",
  "priceStart",
  "volatilityPpm",
  "jumpPpm",
  "gapPpm",
  "absentPpm",
]);

const TEXT_OPTIONS: ReadonlySet<string> = new Set(["interval", "calendar", "assetClass"]);

function checked(options: SyntheticOptions): FullOptions {
  const interval = options.interval ?? "1m";
  const days = Number(intervalNs(interval) / NS_PER_SECOND) / SECONDS_PER_DAY;
  const full: FullOptions = {
    seed: options.seed,
    rows: options.rows,
    interval,
    instruments: options.instruments ?? 1,
    startNs: options.startNs ?? START_NS,
    priceStart: options.priceStart ?? 10_000,
    volatilityPpm: options.volatilityPpm ?? Math.floor(12_000 * Math.sqrt(days)),
    jumpPpm: options.jumpPpm ?? 500,
    gapPpm: options.gapPpm ?? 20_000,
    absentPpm: options.absentPpm ?? 1_000,
    calendar: options.calendar ?? "continuous",
    assetClass: options.assetClass ?? "equity",
  };
  const issues = new IssueList();
  const within = (key: keyof FullOptions, low: number, high: number): void => {
    const value = full[key];
    if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high) {
      issues.add("config/range", `synthetic.${key}`, `a whole number from ${low} to ${high}`, String(value));
    }
  };
  within("seed", 0, Number.MAX_SAFE_INTEGER);
  within("rows", 0, 2 ** 31 - 1);
  within("instruments", 1, 10_000);
  within("priceStart", PRICE_MIN, PRICE_MAX);
  for (const key of ["volatilityPpm", "jumpPpm", "gapPpm", "absentPpm"] as const) within(key, 0, 300_000);
  if (full.calendar !== "continuous" && full.calendar !== "weekdays") {
    issues.add("config/range", "synthetic.calendar", "continuous or weekdays", String(full.calendar));
  }
  if (!INSTRUMENT_CLASSES.includes(full.assetClass)) {
    issues.add("config/range", "synthetic.assetClass", INSTRUMENT_CLASSES.join(", "), String(full.assetClass));
  }
  if (full.startNs % NS_PER_SECOND !== 0n) {
    issues.add("config/range", "synthetic.startNs", "a whole second", String(full.startNs));
  }
  if (issues.issues.length > 0) throw new InputError(issues.issues);
  return full;
}

interface FullBarColumns extends BarColumns {
  readonly volume: BigInt64Array;
}

function barColumns(rowCount: number): FullBarColumns {
  const column = (): BigInt64Array => new BigInt64Array(rowCount);
  return { rowCount, time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/**
 * The columns of a segment as pairs of 32-bit halves, low half first: the byte order that the columns have everywhere
 * else too.
 */
interface BarHalves {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Int32Array;
}

function halvesOf(columns: FullBarColumns): BarHalves {
  const halves = (column: BigInt64Array): Int32Array =>
    new Int32Array(column.buffer, column.byteOffset, column.length * 2);
  return {
    open: halves(columns.open),
    high: halves(columns.high),
    low: halves(columns.low),
    close: halves(columns.close),
    volume: halves(columns.volume),
  };
}

/** The walk of one instrument, a segment at a time. */
function* walk(options: FullOptions, instrumentIndex: number): Generator<BarColumns> {
  const state: WalkState = {
    price: options.priceStart,
    slot: 0,
    intervalSeconds: Number(intervalNs(options.interval) / NS_PER_SECOND),
    startSeconds: Number(options.startNs / NS_PER_SECOND),
    absentBelow: (options.absentPpm * WORD) / 1e6,
    jumpBelow: ((options.absentPpm + options.jumpPpm) * WORD) / 1e6,
    gapBelow: ((options.absentPpm + options.jumpPpm + options.gapPpm) * WORD) / 1e6,
  };
  const words = new Uint32Array(4);
  for (let from = 0; from < options.rows; from += SEGMENT_ROWS) {
    const segment = barColumns(Math.min(SEGMENT_ROWS, options.rows - from));
    const halves = halvesOf(segment);
    for (let row = 0; row < segment.rowCount; row += 1) {
      step(options, instrumentIndex, state, words, halves, from + row, row);
      segment.time[row] = nextClose(options, state);
    }
    yield segment;
  }
}

interface WalkState {
  /** Last close, mantissa units. */
  price: number;
  /** Bars, made or absent, before this one. */
  slot: number;
  readonly intervalSeconds: number;
  readonly startSeconds: number;
  readonly absentBelow: number;
  readonly jumpBelow: number;
  readonly gapBelow: number;
}

function step(
  options: FullOptions,
  instrumentIndex: number,
  state: WalkState,
  words: Uint32Array,
  out: BarHalves,
  rowIndex: number,
  row: number,
): void {
  const key0 = options.seed | 0;
  const key1 = Math.floor(options.seed / WORD) | 0;
  const deviation = options.volatilityPpm / 1e6;
  // Three steps of one third of the variance each make one bar.
  const stepDeviation = deviation / Math.sqrt(3);

  philox(words, rowIndex, instrumentIndex, 1, 0, key0, key1);
  const third = normal(words[0] as number, words[1] as number);
  const volumeWord = words[2] as number;
  const event = words[3] as number;
  philox(words, rowIndex, instrumentIndex, 0, 0, key0, key1);
  const first = normal(words[0] as number, words[1] as number);
  const second = normal(words[2] as number, words[3] as number);

  const isAbsent = event < state.absentBelow;
  const isJump = !isAbsent && event < state.jumpBelow;
  const isGap = !isAbsent && !isJump && event < state.gapBelow;
  if (isAbsent && rowIndex > 0) state.slot += 1 + (volumeWord & 15);

  const open = isGap ? moved(state.price, third * deviation) : state.price;
  const jump = isJump ? (volumeWord & 1 ? 1 : -1) * deviation * (10 + ((volumeWord >>> 1) % 11)) : 0;
  const a = moved(open, first * stepDeviation);
  const b = moved(a, second * stepDeviation + jump);
  const close = moved(b, third * stepDeviation);
  const base = 100 + ((volumeWord >>> 12) % 4_900);
  const volume = isJump ? base * 5 : base;

  put(out.open, row, open);
  put(out.high, row, Math.max(open, a, b, close));
  put(out.low, row, Math.min(open, a, b, close));
  put(out.close, row, close);
  put(out.volume, row, volume);
  state.price = close;
}

/** Close time of the next bar; weekends are passed over when the calendar asks for it. */
function nextClose(options: FullOptions, state: WalkState): bigint {
  let openSeconds = state.startSeconds + state.slot * state.intervalSeconds;
  while (options.calendar === "weekdays" && isWeekend(openSeconds)) {
    state.slot += 1;
    openSeconds += state.intervalSeconds;
  }
  state.slot += 1;
  return BigInt(openSeconds + state.intervalSeconds) * NS_PER_SECOND;
}

/** Day 0, 1970-01-01, was a Thursday; days 2 and 3 of each such week are Saturday and Sunday. */
function isWeekend(seconds: number): boolean {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  const weekday = ((day % 7) + 7) % 7;
  return weekday === 2 || weekday === 3;
}

/** A normal-like draw of mean 0 and deviation 1 from four 16-bit words. */
function normal(wordA: number, wordB: number): number {
  const sum = (wordA >>> 16) + (wordA & 0xffff) + (wordB >>> 16) + (wordB & 0xffff);
  return (sum - 131_070) / NORMAL_DEVIATION;
}

/** Price after a return, rounded to the nearest unit, halves up, and held inside the bounds. */
function moved(price: number, relative: number): number {
  const next = Math.floor(price + price * relative + 0.5);
  return Math.min(Math.max(next, PRICE_MIN), PRICE_MAX);
}

/** Stores a safe integer as i64 without making a BigInt, which would cost more than the draw. */
function put(halves: Int32Array, row: number, value: number): void {
  halves[row * 2] = value | 0;
  halves[row * 2 + 1] = Math.floor(value / WORD);
}
