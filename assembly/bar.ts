// The bar in hand: the row of an instrument's executing stream that orders meet, and the rules of the run for it.
//
// Always true:
//   these globals are set by `takeBar` before orders meet a bar and are read during that meeting only; no state of a
//   run is in them.
// Units: price and quantity mantissas, times in ns.

import { EXECUTION_FLAG_SAME_CLOSE, EXECUTION_FLAGS, EXECUTION_PARTICIPATION } from "./abi-execution";
import {
  MARKET_BUDGET, MARKET_MARK, MARKET_STATUS, MARKET_STATUS_SINCE, STATUS_HALTED, STATUS_LIMIT_DOWN, STATUS_LIMIT_UP,
  STATUS_NORMAL,
} from "./abi-order";
import {
  INSTRUMENT_LOT, INSTRUMENT_SESSION_COUNT, INSTRUMENT_SESSIONS, INSTRUMENT_STREAM, STREAM_BLOCK_CURSOR,
  STREAM_BLOCK_FIRST, STREAM_BUDGETED, STREAM_CLOSE, STREAM_CLOSED, STREAM_HIGH, STREAM_INTERVAL, STREAM_LOW,
  STREAM_OPEN, STREAM_TIME, STREAM_VOLUME,
} from "./abi-run";
import { VOLUME_UNKNOWN, WHOLE } from "./cost";
import { execution, instrumentAt, marketAt, streamAt, venues } from "./run";
import { makeBudgets } from "./venue";
import { mulDivFloor } from "./wide";

export const DAY_NS: i64 = 86_400_000_000_000;

export let instrument: i32 = 0;
export let facts: usize = 0;
export let market: usize = 0;
export let open: i64 = 0;
export let high: i64 = 0;
export let low: i64 = 0;
export let close: i64 = 0;
/** VOLUME_UNKNOWN when the tape does not say it. */
export let volume: i64 = 0;
export let openTime: i64 = 0;
export let closeTime: i64 = 0;
/** Close time of the bar ahead of it, i64 minimum for none. */
let before: i64 = 0;
/** True when the bar lies wholly outside of the sessions that its instrument keeps. */
let isOutside: bool = false;

/** Price and time of the point of the bar at which things happen now. */
export let price: i64 = 0;
export let time: i64 = 0;

/** Moves to the point at `newPrice` and `newTime`. */
// @ts-ignore: decorator
@inline export function setPoint(newPrice: i64, newTime: i64): void {
  price = newPrice;
  time = newTime;
}

/** Takes the bar in hand of an instrument, at its open, and makes its volume budget unless it has one. */
export function takeBar(index: i32): void {
  instrument = index;
  facts = instrumentAt(index);
  market = marketAt(index);
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const row = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + load<i32>(stream, STREAM_BLOCK_CURSOR)) << 3;
  open = load<i64>(<usize>load<u32>(stream, STREAM_OPEN) + row);
  closeTime = load<i64>(<usize>load<u32>(stream, STREAM_TIME) + row);
  const volumes: usize = load<u32>(stream, STREAM_VOLUME);
  volume = volumes == 0 ? VOLUME_UNKNOWN : load<i64>(volumes + row);
  // Its close less its length, but never before the close of the bar ahead of it.
  const byLength = closeTime - load<i64>(stream, STREAM_INTERVAL);
  const closed = load<i64>(stream, STREAM_CLOSED);
  before = closed == closeTime ? byLength : closed;
  openTime = before > byLength ? before : byLength;
  isOutside = keepsSessions(facts) && liesOutside();
  // Under `sameClose` a bar is met twice, at its open and at its close, with one budget.
  if (load<i64>(stream, STREAM_BUDGETED) != closeTime) {
    store<i64>(stream, closeTime, STREAM_BUDGETED);
    store<i64>(market, volumeBudget(), MARKET_BUDGET);
    if (venues != 0) makeBudgets();
  }
  setPoint(open, openTime);
}

/**
 * Takes the rest of the bar in hand: its high, low and close. Many an order meets its bar at the open alone, and each
 * column lies in memory that nothing else of such a bar has read.
 */
export function takeRange(): void {
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const row = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + load<i32>(stream, STREAM_BLOCK_CURSOR)) << 3;
  high = load<i64>(<usize>load<u32>(stream, STREAM_HIGH) + row);
  low = load<i64>(<usize>load<u32>(stream, STREAM_LOW) + row);
  close = load<i64>(<usize>load<u32>(stream, STREAM_CLOSE) + row);
}

/** Takes an instrument at its last mark in hand: a market without bounds, for what the engine itself closes. */
export function takeMark(index: i32, now: i64): void {
  instrument = index;
  facts = instrumentAt(index);
  market = marketAt(index);
  volume = VOLUME_UNKNOWN;
  const last = load<i64>(market, MARKET_MARK);
  open = last;
  high = last;
  low = last;
  close = last;
  openTime = now;
  closeTime = now;
  isOutside = false;
  setPoint(last, now);
}

/**
 * Quantity that own orders may take from the bar (B11): nothing from an empty one, everything when its volume is not
 * known or not capped.
 */
function volumeBudget(): i64 {
  const share = load<i64>(execution, EXECUTION_PARTICIPATION);
  if (volume == 0) return 0;
  if (share == 0 || volume == VOLUME_UNKNOWN) return i64.MAX_VALUE;
  const budget = mulDivFloor(volume, share, WHOLE);
  return budget - budget % load<i64>(facts, INSTRUMENT_LOT);
}

/** True when the bar is in no session, or a halt was in force at its open, or began in it: nothing trades (B12). */
// @ts-ignore: decorator
@inline export function isHalted(): bool {
  if (isOutside) return true;
  if (load<i32>(market, MARKET_STATUS) == STATUS_HALTED) return true;
  return load<i32>(market, MARKET_STATUS) == STATUS_NORMAL && load<i64>(market, MARKET_STATUS_SINCE) > openTime;
}

/** True when the bar triggers and fills what rests: it has volume, and no halt. */
export function trades(): bool {
  return volume != 0 && !isHalted();
}

/** True when an order on this side finds nobody to trade with: a buyer at limit-up, a seller at limit-down. */
export function isBlocked(buys: bool): bool {
  return load<i32>(market, MARKET_STATUS) == (buys ? STATUS_LIMIT_UP : STATUS_LIMIT_DOWN);
}

/** True when the bar is the first of a session; without a calendar each bar is a session. */
export function opensSession(): bool {
  const session = sessionFrom(facts, openTime);
  return session == 0 || load<i64>(session) >= before && load<i64>(session) < closeTime;
}

/** True when the bar is the last of a session; without a calendar each bar is a session. */
export function closesSession(): bool {
  const session = sessionFrom(facts, openTime);
  return session == 0 || load<i64>(session, 8) <= closeTime;
}

/**
 * True for an instrument that trades in its sessions alone: it has some, and its bars are shorter than a day. A bar of
 * a day is the whole of its sessions, whatever its times are.
 */
export function keepsSessions(instrumentFacts: usize): bool {
  if (load<i32>(instrumentFacts, INSTRUMENT_SESSION_COUNT) == 0) return false;
  return load<i64>(streamAt(load<i32>(instrumentFacts, INSTRUMENT_STREAM)), STREAM_INTERVAL) < DAY_NS;
}

/** True when no session has a part of the bar. */
function liesOutside(): bool {
  const session = sessionFrom(facts, openTime);
  return session == 0 || load<i64>(session) >= closeTime;
}

/**
 * When an order that reaches the market of an instrument at `at` is accepted there: at once, or with the open of the
 * next session. Under `sameClose` the close of a session is still a part of it. Behind the calendar no session comes.
 */
export function acceptedFrom(index: i32, at: i64): i64 {
  const instrumentFacts = instrumentAt(index);
  if (!keepsSessions(instrumentFacts)) return at;
  const closes = (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_SAME_CLOSE) != 0;
  const session = sessionFrom(instrumentFacts, closes ? at - 1 : at);
  return session == 0 || load<i64>(session) < at ? at : load<i64>(session);
}

/**
 * The first session of the instrument with these facts that ends after `at`, as its open and its close; 0 without a
 * calendar, or after its end.
 */
export function sessionFrom(instrumentFacts: usize, at: i64): usize {
  const count = load<i32>(instrumentFacts, INSTRUMENT_SESSION_COUNT);
  return pairFrom(load<u32>(instrumentFacts, INSTRUMENT_SESSIONS), count, at);
}

/** The first of `count` sorted pairs of open and close at `pairs` that ends after `at`, 0 when none does. */
export function pairFrom(pairs: usize, count: i32, at: i64): usize {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i64>(pairs + (<usize>middle << 4), 8) <= at) low = middle + 1;
    else high = middle;
  }
  return low < count ? pairs + (<usize>low << 4) : 0;
}
