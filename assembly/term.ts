// Terms of an order: the prices that its decision's columns say in a row, as integers of the instrument.
//
// How it works: `readTerms` leaves what it read in the globals below, and a reason when a term cannot be had.
//
// Always true:
//   a price is a positive multiple of the tick; these globals are no state of a run, they are read at once.
// Units: price and quantity mantissas; shares in 1e-9.
// Rounding: a buy's price up to the tick, a sell's down (`FILLS.md` G6); a distance to where its price would be rounded
//   to, so that a stop or a trailing level lies further away and a target nearer; a quantity shown down to the lot.

import {
  TERMS_ACTIVATION, TERMS_DISPLAY, TERMS_FLAG_EXACT_PRICES, TERMS_FLAGS, TERMS_LIMIT, TERMS_LIMIT_OFFSET,
  TERMS_OPTIONS, TERMS_PRICE_SCALE, TERMS_STOP, TERMS_TRAIL, TERMS_TRAIL_UNIT, TERMS_TYPE, TRAIL_PERCENT, TRAIL_TICKS,
} from "./abi-decision";
import {
  ORDER_FLAG_FROM_FILL, TYPE_STOP, TYPE_STOP_LIMIT, TYPE_TRAILING_STOP, TYPE_TRAILING_STOP_LIMIT,
} from "./abi-order";
import { REASON_INVALID_ORDER, REASON_NO_PRICE, REASON_NONE, REASON_PRICE_OFF_TICK } from "./abi-reason";
import { INSTRUMENT_TICK, INSTRUMENT_UNIT } from "./abi-run";
import { wholeLots } from "./sizing";

/** Largest magnitude that a decision's number may have as an integer: below it every f64 turns into an exact i64. */
export const INTEGER_MAX: f64 = 9.0e18;
/** A number this near to a whole one, by its own size, is meant to be it: sums of prices carry errors of some 1e-16. */
const NEARNESS: f64 = 1e-12;

export let limitPrice: i64 = 0;
export let triggerPrice: i64 = 0;
/** Trailing offset: a price distance, or a share in 1e-9. */
export let trailOffset: i64 = 0;
export let limitOffset: i64 = 0;
export let activationPrice: i64 = 0;
export let displayed: i64 = 0;

let fault: i32 = 0;

/** The whole number that `value` (>= 0) is meant to be, or the one below it. */
// @ts-ignore: decorator
@inline export function wholeBelow(value: f64): f64 {
  const whole = nearest(value);
  return isNear(value, whole) ? whole : floor(value);
}

/** True when `value` is `whole` but for the errors that sums and products leave. */
// @ts-ignore: decorator
@inline export function isNear(value: f64, whole: f64): bool {
  return Math.abs(value - whole) <= Math.abs(value) * NEARNESS;
}

/** Value of `column` (an address) at `row`. */
// @ts-ignore: decorator
@inline export function valueOf(column: usize, row: i32): f64 {
  return load<f64>(column + (<usize>row << 3));
}

/**
 * Reads the terms of an order that buys, or sells, at `row` of its decision. Gives REASON_NONE, or why there is no such
 * order.
 */
export function readTerms(terms: usize, facts: usize, row: i32, buys: bool): i32 {
  const type = load<i32>(terms, TERMS_TYPE);
  const measured = (load<i32>(terms, TERMS_FLAGS) & ORDER_FLAG_FROM_FILL) != 0;
  const isStop = type == TYPE_STOP || type == TYPE_STOP_LIMIT || type == TYPE_TRAILING_STOP
    || type == TYPE_TRAILING_STOP_LIMIT;
  // Distances from a fill: behind it for a stop, ahead of it for all else.
  const up = measured ? isStop : buys;
  fault = REASON_NONE;
  limitPrice = price(terms, TERMS_LIMIT, facts, row, up, false);
  triggerPrice = price(terms, TERMS_STOP, facts, row, up, false);
  activationPrice = price(terms, TERMS_ACTIVATION, facts, row, measured ? false : buys, false);
  limitOffset = price(terms, TERMS_LIMIT_OFFSET, facts, row, true, true);
  trailOffset = trail(terms, facts, row);
  displayed = shown(terms, facts, row);
  return fault;
}

/** Price, or distance of prices, of the column in `field`; 0 when there is none, or with a fault when it is not one. */
export function price(terms: usize, field: usize, facts: usize, row: i32, up: bool, zero: bool): i64 {
  const column: usize = load<u32>(terms + field);
  if (column == 0) return 0;
  const value = valueOf(column, row) * load<f64>(terms, TERMS_PRICE_SCALE);
  if (zero && value == 0) return 0;
  if (!(value > 0) || value > INTEGER_MAX) return faulty(REASON_NO_PRICE);
  const tick = load<i64>(facts, INSTRUMENT_TICK);
  const count = value / <f64>tick;
  const whole = nearest(count);
  let ticks = <i64>whole;
  if (!isNear(count, whole)) {
    if (load<i32>(terms, TERMS_OPTIONS) & TERMS_FLAG_EXACT_PRICES) return faulty(REASON_PRICE_OFF_TICK);
    ticks = <i64>(up ? ceil(count) : floor(count));
  }
  // A price below one tick is none.
  return ticks == 0 ? faulty(REASON_NO_PRICE) : ticks * tick;
}

/** Fault of the last `price` that was asked for by itself. */
export function priceFault(): i32 {
  const found = fault;
  fault = REASON_NONE;
  return found;
}

/** Trailing offset: a distance of prices rounded up, or a share. */
function trail(terms: usize, facts: usize, row: i32): i64 {
  const column: usize = load<u32>(terms, TERMS_TRAIL);
  const unit = load<i32>(terms, TERMS_TRAIL_UNIT);
  if (column == 0) return 0;
  if (unit == TRAIL_PERCENT) {
    const share = nearest(valueOf(column, row) * 1e9);
    return share >= 1 && share < 1e9 ? <i64>share : faulty(REASON_NO_PRICE);
  }
  if (unit == TRAIL_TICKS) {
    const ticks = ceil(valueOf(column, row));
    const most = INTEGER_MAX / <f64>load<i64>(facts, INSTRUMENT_TICK);
    return ticks >= 1 && ticks <= most ? <i64>ticks * load<i64>(facts, INSTRUMENT_TICK) : faulty(REASON_NO_PRICE);
  }
  return price(terms, TERMS_TRAIL, facts, row, true, false);
}

/** Quantity shown at a time, in whole lots. */
function shown(terms: usize, facts: usize, row: i32): i64 {
  const column: usize = load<u32>(terms, TERMS_DISPLAY);
  if (column == 0) return 0;
  const value = wholeBelow(valueOf(column, row) * <f64>load<i64>(facts, INSTRUMENT_UNIT));
  if (!(value >= 1) || value > INTEGER_MAX) return faulty(REASON_INVALID_ORDER);
  const lots = wholeLots(facts, <i64>value);
  return lots == 0 ? faulty(REASON_INVALID_ORDER) : lots;
}

/** Keeps the first fault. */
function faulty(reason: i32): i64 {
  if (fault == REASON_NONE) fault = reason;
  return 0;
}
