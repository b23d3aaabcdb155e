// Arrivals: how an order meets the market at the point of the bar in hand, when it gets there, and when its trigger is
// met.
//
// A limit that finds the market at its limit takes, unless it must not; a stop whose trigger is met takes, or rests as
// a limit; what cannot rest ends (`FILLS.md` B5, B7, B8, C8).
// Not here: how much fills and at which price (`fill.ts`).

import { UPDATE_ACTIVATED, UPDATE_TRIGGERED } from "./abi-event";
import { EXECUTION_FLAG_CANCEL_REMAINDER, EXECUTION_FLAG_STRICT_CLOSE, EXECUTION_FLAGS } from "./abi-execution";
import { LIFE_ACCEPT } from "./abi-life";
import {
  FORCE_FOK, FORCE_IOC, ORDER_ACTIVATION, ORDER_DISPLAY, ORDER_FLAG_ACTIVE, ORDER_FLAG_CARRIED, ORDER_FLAG_EXITS,
  ORDER_FLAG_POST_ONLY, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAG_RESTED, ORDER_FLAG_TRIGGERED, ORDER_FORCE, ORDER_LIMIT,
  ORDER_LIMIT_OFFSET, ORDER_SHOWN, ORDER_TRIGGER, ORDER_TYPE, TYPE_MARKET, TYPE_MARKET_ON_CLOSE, TYPE_MARKET_ON_OPEN,
  TYPE_TRAILING_STOP_LIMIT,
} from "./abi-order";
import {
  REASON_FOK_UNFILLED, REASON_IOC_REMAINDER, REASON_NOT_MARKETABLE, REASON_POST_ONLY, REASON_REDUCE_ONLY,
  REASON_VOLUME_BUDGET,
} from "./abi-reason";
import { INSTRUMENT_TICK } from "./abi-run";
import * as bar from "./bar";
import { fillOrder, isIdle, priceOf, reducible, shrinkToPosition, TAKES } from "./fill";
import { moveOn } from "./life";
import { affordable, buyingPowerAtFill } from "./margin";
import { addReduceOnly, addTrailing, appendPending, endOrder, leaveTrailing, parkOrder } from "./order";
import { buysOf, clearFlag, hasFlag, isAuctionLimit, isLimit, isTrailing, setFlag, sizeOf } from "./order-kind";
import { actsUp, beyondLimit, restOrder, trailingLevel } from "./place";
import { recordUpdate } from "./record";
import { execution, orderAt } from "./run";
import { slippedAtPoint } from "./slippage";
import { touch } from "./trial";
import { budgetOf, leaveVenue, takeVenueOf } from "./venue";
import { addChecked } from "./wide";

/**
 * The order in `slot` arrives at the point in hand. Gives true when it takes from the market at once; else it rests,
 * waits or has ended.
 */
export function arrive(slot: i32): bool {
  touch(slot);
  const order = orderAt(slot);
  const type = <i32>load<u8>(order, ORDER_TYPE);
  if (isPostOnlyTaker(order)) {
    refuseTaker(slot);
    return false;
  }
  moveOn(order, LIFE_ACCEPT);
  addReduceOnly(slot);
  if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) shrinkToPosition(slot);
  if (type == TYPE_MARKET || type == TYPE_MARKET_ON_OPEN || type == TYPE_MARKET_ON_CLOSE) return true;
  if (hasFlag(order, ORDER_FLAG_TRIGGERED) && !isLimit(order)) return true;
  if (isLimit(order)) return arriveLimit(slot, order);
  // A level that was made here lies away from the price; one that was given may be met already.
  if (isTrailing(order) && !startTrailing(slot, order)) {
    restOrder(slot);
    return false;
  }
  const trigger = load<i64>(order, ORDER_TRIGGER);
  if (bar.volume == 0 || (actsUp(order) ? bar.price < trigger : bar.price > trigger)) {
    restOrder(slot);
    return false;
  }
  return meetTrigger(slot);
}

/** True when a limit that must not take would. */
function isPostOnlyTaker(order: usize): bool {
  return hasFlag(order, ORDER_FLAG_POST_ONLY) && isLimit(order) && isMarketable(order);
}

/**
 * Ends the order in `slot`, which must not take and would, as it was sent: what is refused is not cut first. To have
 * nothing to reduce is the nearer reason.
 */
function refuseTaker(slot: i32): void {
  endOrder(slot, isIdle(orderAt(slot)) ? REASON_REDUCE_ONLY : REASON_POST_ONLY, bar.time);
}

/** True when the point in hand is at a limit or better. */
function isMarketable(order: usize): bool {
  const limit = load<i64>(order, ORDER_LIMIT);
  return buysOf(order) ? bar.price <= limit : bar.price >= limit;
}

/** A limit arrives: it takes when the market is there already; else it rests. */
function arriveLimit(slot: i32, order: usize): bool {
  if (isMarketable(order)) return true;
  restOrEnd(slot, order);
  return false;
}

/** True for an order that is filled where it gets its chance, or not at all. */
// @ts-ignore: decorator
@inline export function isOneChance(order: usize): bool {
  return <i32>load<u8>(order, ORDER_FORCE) >= FORCE_IOC;
}

/** Lets a limit rest that found nothing to take; one that must not rest ends. */
function restOrEnd(slot: i32, order: usize): void {
  const force = <i32>load<u8>(order, ORDER_FORCE);
  if (isAuctionLimit(load<u8>(order, ORDER_TYPE))) {
    endOrder(slot, isIdle(order) ? REASON_REDUCE_ONLY : REASON_NOT_MARKETABLE, bar.time);
  } else if (force == FORCE_IOC) endOrder(slot, REASON_IOC_REMAINDER, bar.time);
  else if (force == FORCE_FOK) endOrder(slot, REASON_FOK_UNFILLED, bar.time);
  else restOrder(slot);
}

/**
 * Lets an order trail that does so from the start, or whose activation price is met. Gives true when it keeps a level
 * that it was given.
 */
function startTrailing(slot: i32, order: usize): bool {
  const activation = load<i64>(order, ORDER_ACTIVATION);
  if (activation != 0 && (buysOf(order) ? bar.price > activation : bar.price < activation)) return false;
  return activate(slot, order);
}

/** Lets the order in `slot` trail from the price of the point in hand on. Gives true when it keeps a given level. */
export function activate(slot: i32, order: usize): bool {
  const level = trailingLevel(order, bar.price);
  const given = load<i64>(order, ORDER_TRIGGER);
  const keeps = given != 0 && (buysOf(order) ? given < level : given > level);
  setFlag(order, ORDER_FLAG_ACTIVE);
  if (!keeps) store<i64>(order, level, ORDER_TRIGGER);
  addTrailing(slot);
  if (load<i64>(order, ORDER_ACTIVATION) != 0) recordUpdate(UPDATE_ACTIVATED, order, bar.time);
  return keeps;
}

/**
 * The trigger of the order in `slot`, which stands in no list, is met at the point in hand (B7, B8). Gives true when it
 * takes from the market at once; else it rests as a limit, or has ended.
 */
export function meetTrigger(slot: i32): bool {
  touch(slot);
  const order = orderAt(slot);
  if (load<u8>(order, ORDER_TYPE) == TYPE_TRAILING_STOP_LIMIT) {
    const offset = load<i64>(order, ORDER_LIMIT_OFFSET);
    const level = load<i64>(order, ORDER_TRIGGER);
    const tick = load<i64>(bar.facts, INSTRUMENT_TICK);
    const limit = buysOf(order) ? addChecked(level, offset) : level - offset;
    // Any price is good enough for a seller whose limit would be no price.
    store<i64>(order, limit < tick ? tick : limit, ORDER_LIMIT);
  }
  setFlag(order, ORDER_FLAG_TRIGGERED);
  clearFlag(order, ORDER_FLAG_RESTED);
  if (isTrailing(order)) leaveTrailing(bar.market, slot);
  recordUpdate(UPDATE_TRIGGERED, order, bar.time);
  if (!isLimit(order)) return true;
  if (isPostOnlyTaker(order)) {
    refuseTaker(slot);
    return false;
  }
  const limit = load<i64>(order, ORDER_LIMIT);
  const buys = buysOf(order);
  const isStrict = (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_STRICT_CLOSE) != 0;
  if (isStrict) bar.takeRange();
  const beyond = beyondLimit(bar.facts);
  if (isStrict && (buys ? bar.close > limit - beyond : bar.close < limit + beyond)) {
    if (isOneChance(order)) restOrEnd(slot, order);
    else parkOrder(slot);
    return false;
  }
  takeVenueOf(order);
  const price = slippedAtPoint(order, buys, sizeOf(order));
  leaveVenue();
  if (buys ? price <= limit : price >= limit) return true;
  restOrEnd(slot, order);
  return false;
}

/** The order in `slot`, which stands in no list, takes what it can at the point in hand; what is left waits or ends. */
export function takeNow(slot: i32): void {
  if (bar.isBlocked(buysOf(orderAt(slot)))) {
    keepBack(slot);
    return;
  }
  if (killsWhole(slot, TAKES)) return;
  if (fillOrder(slot, TAKES, true)) leaveRest(slot);
}

/** Ends an order that must be filled whole or not at all when the point in hand does not have the whole. */
export function killsWhole(slot: i32, manner: i32): bool {
  const order = orderAt(slot);
  if (load<u8>(order, ORDER_FORCE) != FORCE_FOK) return false;
  const size = sizeOf(order);
  const opening = size - reducible(order);
  takeVenueOf(order);
  const price = priceOf(order, size, manner);
  // What was let through as a reduction is filled whole as one, or not at all.
  const exits = opening > 0 && hasFlag(order, ORDER_FLAG_EXITS);
  const isThere = size <= budgetOf(order) && !exits
    && (opening == 0 || opening == affordable(
      bar.facts, buysOf(order), price, opening, buyingPowerAtFill(), manner != TAKES,
    ));
  leaveVenue();
  if (!isThere) endOrder(slot, REASON_FOK_UNFILLED, bar.time);
  return !isThere;
}

/** Lets the order in `slot` wait for the next open; a stop that was met has its turn as a market order there (B11). */
function carry(slot: i32): void {
  touch(slot);
  setFlag(orderAt(slot), ORDER_FLAG_CARRIED);
  appendPending(slot);
}

/** The order in `slot`, which stands in no list, may not trade in this bar: it waits for the next one. */
export function keepBack(slot: i32): void {
  if (isLimit(orderAt(slot))) parkOrder(slot);
  else carry(slot);
}

/** What becomes of the rest of the order in `slot`, which stands in no list, when nothing more fills at this point. */
export function leaveRest(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  showSlice(order);
  if (isIdle(order)) endOrder(slot, REASON_REDUCE_ONLY, bar.time);
  else if (isOneChance(order)) endOrder(slot, REASON_IOC_REMAINDER, bar.time);
  else if (isAuctionLimit(load<u8>(order, ORDER_TYPE))) endOrder(slot, REASON_VOLUME_BUDGET, bar.time);
  else if (isLimit(order)) parkOrder(slot);
  else if ((load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_CANCEL_REMAINDER) != 0) {
    endOrder(slot, REASON_VOLUME_BUDGET, bar.time);
  } else carry(slot);
}

/** Lets an iceberg show the next slice once nothing of the last one is left. */
export function showSlice(order: usize): void {
  const display = load<i64>(order, ORDER_DISPLAY);
  if (display == 0 || load<i64>(order, ORDER_SHOWN) > 0) return;
  const left = sizeOf(order);
  store<i64>(order, display < left ? display : left, ORDER_SHOWN);
}
