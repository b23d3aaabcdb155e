// Sizing: the quantity that a decision's value asks for, and the caps that it meets (`FILLS.md` S1 to S3).
//
// Always true:
//   everything from a decision's value on is an integer, rounded against the account: values that are risked and fees
//   up, quantities down to the lot;
//   a size grows with equity and with what is asked for, and falls as stops lie further away and fees rise (S5); a buy
//   and a sell at mirrored prices have one size.
// Units: money, price and quantity mantissas; shares in 1e-9.
// Source: risk by a stop, `FILLS.md` S1; target volatility, R. Carver, Systematic Trading (2015), chapter 9: position =
//   capital x target volatility / instrument volatility; Kelly, E. O. Thorp, The Kelly Criterion in Blackjack, Sports
//   Betting and the Stock Market (2006), section 7: full share = (mean - rate) / variance, given by the strategy.

import {
  TERMS_FLAG_EXACT_SIZES, TERMS_MEASURE, TERMS_OPTIONS, UNIT_KELLY, UNIT_PERCENT, UNIT_QUANTITY, UNIT_RISK,
  UNIT_VALUE, UNIT_VOLATILITY,
} from "./abi-decision";
import { EXECUTION_PARTICIPATION } from "./abi-execution";
import { MARKET_MARK } from "./abi-order";
import { VIEW_EQUITY } from "./abi-policy";
import {
  REASON_INVALID_ORDER, REASON_NONE, REASON_POSITION_SIZE_LIMIT, REASON_SIZE_OFF_LOT, REASON_VOLUME_BUDGET,
  REASON_WATERMARK,
} from "./abi-reason";
import {
  INSTRUMENT_LOT, INSTRUMENT_STREAM, INSTRUMENT_UNIT, RUN_LEVERAGE, RUN_LIMIT_ORDER_SHARE, RUN_LIMIT_ORDER_UNITS,
  RUN_LIMIT_POSITION_SHARE, RUN_LIMIT_POSITION_UNITS, STREAM_BLOCK_CURSOR, STREAM_BLOCK_FIRST, STREAM_VOLUME,
} from "./abi-run";
import { feeWhole, slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { equityIn, quantityFor, valueCeil, valueFloor, worthIn } from "./ledger";
import { isKnown, policyState } from "./policy";
import { execution, instrumentAt, marketAt, run, streamAt } from "./run";
import { INTEGER_MAX, isNear, price, priceFault, valueOf, wholeBelow } from "./term";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** Largest quantity that is looked at; far beyond what any account pays for. */
const LOTS_MAX: i64 = i64.MAX_VALUE >> 2;

/** Why the last size could not be made. */
export let sizingFault: i32 = 0;
/** Cap that the last size met, REASON_NONE when none. */
export let cappedBy: i32 = 0;

/** Money that a share of equity is in the currency of an instrument, 0 without equity; of that of a view, unless 0. */
// @ts-ignore: decorator
@inline export function shareOfEquity(facts: usize, share: i64, view: usize = 0): i64 {
  const worth = view == 0 ? equityIn(facts) : viewedIn(facts, view);
  if (share == WHOLE && worth >= 0) return worth;
  return worth > 0 ? mulDivFloor(worth, share, WHOLE) : 0;
}

function viewedIn(facts: usize, view: usize): i64 {
  return worthIn(facts, load<i64>(policyState(view), VIEW_EQUITY));
}

/** `quantity` (>= 0) in whole lots, rounded down. */
// @ts-ignore: decorator
@inline export function wholeLots(facts: usize, quantity: i64): i64 {
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  return lot == 1 ? quantity : quantity - quantity % lot;
}

/**
 * Quantity, in whole lots and without a sign, of an order whose size is `value` x `scale`. `basis` is the price at
 * which it would trade, `expected` the same after slippage. Leaves `sizingFault`.
 *
 * @param view What shares are of in place of the account's equity; 0 for that.
 */
export function orderSize(
  terms: usize, unit: i32, facts: usize, row: i32, value: f64, scale: f64, buys: bool, basis: i64, expected: i64,
  view: usize,
): i64 {
  sizingFault = REASON_NONE;
  const exact = Math.abs(value * scale);
  if (unit == UNIT_QUANTITY) {
    const lots = wholeLots(facts, <i64>wholeBelow(exact));
    const mustFit = (load<i32>(terms, TERMS_OPTIONS) & TERMS_FLAG_EXACT_SIZES) != 0;
    if (mustFit && !isNear(exact, <f64>lots)) sizingFault = REASON_SIZE_OFF_LOT;
    return lots;
  }
  const size = <i64>nearest(exact);
  if (unit == UNIT_VALUE) return wholeLots(facts, quantityFor(facts, basis, size));
  if (!isKnown(view)) {
    sizingFault = REASON_WATERMARK;
    return 0;
  }
  if (unit == UNIT_PERCENT) return wholeLots(facts, quantityFor(facts, basis, shareOfEquity(facts, size, view)));
  if (unit == UNIT_RISK) return riskSize(terms, facts, row, shareOfEquity(facts, size, view), buys, basis, expected);
  const measure = nearest(valueOf(load<u32>(terms, TERMS_MEASURE), row) * 1e9);
  if (!(measure >= 1) || measure > INTEGER_MAX) {
    // A Kelly share that is not positive is no bet; a volatility that is not positive is no volatility.
    if (unit != UNIT_KELLY || measure != measure) sizingFault = REASON_INVALID_ORDER;
    return 0;
  }
  const share = unit == UNIT_VOLATILITY
    ? shareWithin(mulDivFloor(size, WHOLE, <i64>measure))
    : mulDivFloor(size, <i64>measure, WHOLE);
  return wholeLots(facts, quantityFor(facts, basis, shareOfEquity(facts, share, view)));
}

/** A share of equity, at most the leverage; all of it in a cash account. */
function shareWithin(share: i64): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  const most = leverage == 0 ? WHOLE : leverage;
  return share < most ? share : most;
}

/** Largest quantity whose loss at the protective stop is at most `budget` (S1). */
function riskSize(
  terms: usize, facts: usize, row: i32, budget: i64, buys: bool, basis: i64, expected: i64,
): i64 {
  const stop = price(terms, TERMS_MEASURE, facts, row, !buys, false);
  sizingFault = priceFault();
  if (sizingFault != REASON_NONE) return 0;
  if (buys ? stop >= basis : stop <= basis) {
    sizingFault = REASON_INVALID_ORDER;
    return 0;
  }
  return largestRisk(facts, buys, expected, slippedPrice(facts, !buys, stop, 1, VOLUME_UNKNOWN), budget);
}

/** Largest number of lots from `entry` to `exit` whose loss is within `budget`: the loss grows with the quantity. */
function largestRisk(facts: usize, buys: bool, entry: i64, exit: i64, budget: i64): i64 {
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  let low: i64 = 0;
  let high: i64 = 1;
  // Doubling keeps the amounts that are tried near the one that is found.
  while (high < LOTS_MAX / lot && lossOf(facts, buys, entry, exit, high * lot) <= budget) {
    low = high;
    high *= 2;
  }
  while (low + 1 < high) {
    const middle = low + (high - low) / 2;
    if (lossOf(facts, buys, entry, exit, middle * lot) <= budget) low = middle;
    else high = middle;
  }
  return low * lot;
}

/** What `quantity` loses when opened at `entry` and stopped out at `exit`, with both fees; rebates do not count. */
function lossOf(facts: usize, buys: bool, entry: i64, exit: i64, quantity: i64): i64 {
  const paid = valueCeil(facts, buys ? entry : exit, quantity);
  const received = valueFloor(facts, buys ? exit : entry, quantity);
  const lost = paid > received ? paid - received : received - paid;
  return addChecked(lost, addChecked(feeOf(facts, paid, quantity), feeOf(facts, received, quantity)));
}

// @ts-ignore: decorator
@inline function feeOf(facts: usize, value: i64, quantity: i64): i64 {
  const fee = feeWhole(facts, value, quantity, false);
  return fee > 0 ? fee : 0;
}

/**
 * `size` (> 0) of an order that takes a position of `before` (what is on its way included) further, cut by the limits
 * of the run and, for a unit whose size is the engine's, by the share of the last bar's volume that own orders may take
 * (S2). Leaves in `cappedBy` what cut it. What the account pays for is not looked at here.
 */
export function withinLimits(instrument: i32, unit: i32, buys: bool, size: i64, before: i64): i64 {
  const facts = instrumentAt(instrument);
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  cappedBy = REASON_NONE;
  let allowed = size;
  const position = limitOf(facts, mark, RUN_LIMIT_POSITION_UNITS, RUN_LIMIT_POSITION_SHARE);
  if (position != i64.MAX_VALUE) {
    const room = buys ? subChecked(position, before) : addChecked(position, before);
    allowed = cut(allowed, room, REASON_POSITION_SIZE_LIMIT);
  }
  // The size of these is the engine's own doing; what a strategy states itself is spread over bars (B11).
  if (unit >= UNIT_RISK) allowed = cut(allowed, expectedBudget(facts), REASON_VOLUME_BUDGET);
  const most = limitOf(facts, mark, RUN_LIMIT_ORDER_UNITS, RUN_LIMIT_ORDER_SHARE);
  allowed = cut(allowed, most, REASON_POSITION_SIZE_LIMIT);
  return wholeLots(facts, allowed);
}

function cut(size: i64, most: i64, reason: i32): i64 {
  if (most >= size) return size;
  cappedBy = reason;
  return most > 0 ? most : 0;
}

/** Quantity of a limit in units (1e-9) or as a share of equity, the lesser of both; the largest integer for none. */
function limitOf(facts: usize, mark: i64, units: usize, share: usize): i64 {
  const inUnits = load<i64>(run + units);
  const inShares = load<i64>(run + share);
  let most = i64.MAX_VALUE;
  if (inUnits > 0) most = mulDivFloor(inUnits, load<i64>(facts, INSTRUMENT_UNIT), WHOLE);
  if (inShares > 0 && mark > 0) {
    const worth = quantityFor(facts, mark, shareOfEquity(facts, inShares));
    if (worth < most) most = worth;
  }
  return most;
}

/** Quantity that a bar like the one in this bucket lets own orders take; without such a bar no cap. */
function expectedBudget(facts: usize): i64 {
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const share = load<i64>(execution, EXECUTION_PARTICIPATION);
  const cursor = load<i32>(stream, STREAM_BLOCK_CURSOR);
  const volumes: usize = load<u32>(stream, STREAM_VOLUME);
  if (share == 0 || cursor < 0 || volumes == 0) return i64.MAX_VALUE;
  const volume = load<i64>(volumes + (<usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + cursor) << 3));
  return volume == VOLUME_UNKNOWN ? i64.MAX_VALUE : mulDivFloor(volume, share, WHOLE);
}
