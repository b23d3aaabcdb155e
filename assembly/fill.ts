// Fills: how much of an order fills at the point of the bar in hand, at which price, and what follows from it at once.
//
// A fill either reduces a position or opens one; an order that does both fills twice (`FILLS.md` C9). What follows at
// the same point: its group ends or shrinks (C2), orders that may only reduce shrink with the position (C3), children
// are released and enter the market as it stands (C1).
//
// Always true:
//   the fills of a bar never exceed its volume budget (B11), shared by all orders of the instrument;
//   a limit never fills at a price worse than its limit;
//   an order never fills more than it still wants;
//   an opening never takes the cash of a cash account below zero, nor a margin account beyond its leverage.
// Not here: what a fill does to the books (`ledger.ts`), what it costs (`cost.ts`), when an order acts (`walk.ts`).

import { DECISION_COMMITMENT, DECISION_KIND } from "./abi-decision";
import { FILL_FLAG_FORCED, FILL_FLAG_LATE, FILL_FLAG_LIQUIDATION, FILL_FLAG_STOP } from "./abi-event";
import { EXECUTION_FLAG_CAP_TO_BAR, EXECUTION_FLAG_LIMIT_PRICE_ALWAYS, EXECUTION_FLAGS } from "./abi-execution";
import { ACCOUNT_CASH } from "./abi-ledger";
import { LIFE_FILL_PART, LIFE_FILL_REST } from "./abi-life";
import {
  MARKET_REDUCE_ONLY, ORDER_CHILD, ORDER_DECISION, ORDER_DISPLAY, ORDER_FILLED, ORDER_FLAG_EXITS, ORDER_FLAG_FORCED,
  ORDER_FLAG_LIQUIDATION, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS, ORDER_GROUP, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT,
  ORDER_REDUCE_NEXT, ORDER_SEQUENCE, ORDER_SHOWN, ORDER_TYPE, TYPE_STOP,
} from "./abi-order";
import { REASON_REDUCE_ONLY } from "./abi-reason";
import { RUN_CASCADE, RUN_LEVERAGE } from "./abi-run";
import { TRAP_CASCADE, TRAP_CASH_NEGATIVE, TRAP_OVERFILL } from "./abi-trap";
import { fillsLate } from "./activation";
import * as bar from "./bar";
import { chargeFee, feeOfNextFill } from "./cost";
import { decisionAt } from "./decision";
import { mayOpenNow } from "./gate-release";
import { hasStrategies, held, mark, positionFor, postedCash, postedRealised, postFill, takeStrategy } from "./ledger";
import { moveOn } from "./life";
import { groupFilled } from "./link";
import { liquidationFee } from "./liquidation";
import { affordable, buyingPowerAtFill, refusalOfOpening } from "./margin";
import { endOrder, leaveReduceOnly, reduceLeaves, removeOrder, shrinkOrder } from "./order";
import { buysOf, hasFlag, isLimit, sizeOf } from "./order-kind";
import { awaitsOpening } from "./order-list";
import { hasPolicies, strategyOf } from "./policy";
import { recordFill } from "./record";
import { releaseChildren } from "./release";
import { account, execution, orderAt, run } from "./run";
import { slippedAtPoint } from "./slippage";
import { assure } from "./trap";
import { touch } from "./trial";
import { valueCeil, valueFloor } from "./value";
import { budgetOf, leaveVenue, spendBudget, takeVenueOf } from "./venue";
import { addChecked } from "./wide";

/** Steps that one moment may take before something must be wrong (G5). */
const CASCADE_MAX: i32 = 100_000;

// How an order meets the point in hand.
/** Takes what is there: at the point's price, moved against the account. */
export const TAKES: i32 = 1;
/** Rested and is met at its own limit. */
export const MAKES: i32 = 2;
/** Rested and takes part in an opening auction, at the auction's price. */
export const JOINS: i32 = 3;

/** Counts a step of the cascade in hand. */
export function countStep(): void {
  const steps = load<i32>(run, RUN_CASCADE) + 1;
  store<i32>(run, steps, RUN_CASCADE);
  assure(steps <= CASCADE_MAX, TRAP_CASCADE, bar.instrument);
}

/** Lets the order in `slot` want no more than there is to reduce, if there is anything. */
export function shrinkToPosition(slot: i32): void {
  const order = orderAt(slot);
  const most = reducible(order);
  if (most == 0 || most == sizeOf(order)) return;
  shrinkOrder(slot, buysOf(order) ? most : -most, bar.time);
}

/** Number of the position that the fills of `order` go to. */
// @ts-ignore: decorator
@inline export function positionOf(order: usize): i32 {
  const leaves = load<i64>(order, ORDER_LEAVES);
  if (hasStrategies()) takeStrategy(strategyOf(order));
  return positionFor(load<i32>(order, ORDER_INSTRUMENT), leaves, hasFlag(order, ORDER_FLAG_REDUCE_ONLY));
}

/** Quantity (without sign) of an order on this side that only reduces the position in hand. */
export function reducible(order: usize): i64 {
  const quantity = held(positionOf(order));
  if (quantity == 0 || (quantity ^ load<i64>(order, ORDER_LEAVES)) >= 0) return 0;
  const all = quantity < 0 ? -quantity : quantity;
  const wanted = sizeOf(order);
  return wanted < all ? wanted : all;
}

/** True when an order that may only reduce has nothing to reduce. */
export function isIdle(order: usize): bool {
  return hasFlag(order, ORDER_FLAG_REDUCE_ONLY) && reducible(order) == 0;
}

/**
 * Fills what can be filled of the order in `slot` now: all of it, or without `opens` only what reduces its position.
 * Gives true while the order is still open: with something left that volume, buying power or its display kept back.
 */
export function fillOrder(slot: i32, manner: i32, opens: bool): bool {
  const order = orderAt(slot);
  const sequence = load<i32>(order, ORDER_SEQUENCE);
  const reducing = reducible(order);
  if (reducing > 0) {
    fillPart(slot, reducing, false, manner);
    if (load<i32>(order, ORDER_SEQUENCE) != sequence) return false;
    // What is left to reduce was kept back by the volume; nothing opens before it.
    if (reducible(order) > 0) return true;
  }
  if (!opens || hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return true;
  if (hasFlag(order, ORDER_FLAG_EXITS) && budgetOf(order) > 0 && !mayOpenNow(slot)) return false;
  fillPart(slot, sizeOf(order), true, manner);
  return load<i32>(order, ORDER_SEQUENCE) == sequence;
}

/** Fills up to `wanted` (> 0), as far as budget, display and, when it opens, buying power go. */
function fillPart(slot: i32, wanted: i64, opens: bool, manner: i32): void {
  const order = orderAt(slot);
  const budget = budgetOf(order);
  let within = wanted < budget ? wanted : budget;
  if (load<i64>(order, ORDER_DISPLAY) != 0 && manner != TAKES) {
    const shown = load<i64>(order, ORDER_SHOWN);
    if (shown < within) within = shown;
  }
  if (within <= 0) return;
  const buys = buysOf(order);
  takeVenueOf(order);
  const price = priceOf(order, within, manner);
  // What a margin account holds of the instrument is worth what it trades at now, not its last close, when more is
  // added to it.
  if (opens && load<i64>(run, RUN_LEVERAGE) != 0) mark(bar.instrument, price);
  const quantity = opens ? affordable(bar.facts, buys, price, within, buyingPowerAtFill(), manner != TAKES) : within;
  const sequence = load<i32>(order, ORDER_SEQUENCE);
  if (quantity > 0) {
    spendBudget(order, quantity);
    fill(slot, manner == TAKES ? bar.price : price, price, buys ? quantity : -quantity, manner);
    const cash = load<i64>(account, ACCOUNT_CASH);
    assure(cash >= 0 || !opens || load<i64>(run, RUN_LEVERAGE) != 0, TRAP_CASH_NEGATIVE, bar.instrument, cash);
  }
  leaveVenue();
  if (quantity < within && load<i32>(order, ORDER_SEQUENCE) == sequence) {
    endOrder(slot, refusalOfOpening(buys), bar.time);
  }
}

/** Price at which the order fills `quantity` (> 0) at the point in hand. */
export function priceOf(order: usize, quantity: i64, manner: i32): i64 {
  if (manner == TAKES) return takerPrice(order, quantity);
  return manner == JOINS ? bar.price : load<i64>(order, ORDER_LIMIT);
}

/** Price at which the order takes `quantity` (> 0) at the point in hand. */
export function takerPrice(order: usize, quantity: i64): i64 {
  const buys = buysOf(order);
  const flags = load<i32>(execution, EXECUTION_FLAGS);
  const limit = isLimit(order) ? load<i64>(order, ORDER_LIMIT) : 0;
  if (limit != 0 && (flags & EXECUTION_FLAG_LIMIT_PRICE_ALWAYS) != 0) return limit;
  let price = slippedAtPoint(order, buys, quantity);
  if ((flags & EXECUTION_FLAG_CAP_TO_BAR) != 0) {
    bar.takeRange();
    if (price > bar.high) price = bar.high;
    if (price < bar.low) price = bar.low;
  }
  if (limit != 0 && (buys ? price > limit : price < limit)) price = limit;
  return price;
}

/** Fills `quantity` (signed) at `price`: fee, books, record, and what follows. Frees an order that is done. */
export function fill(slot: i32, reference: i64, price: i64, quantity: i64, manner: i32): void {
  countStep();
  touch(slot);
  const order = orderAt(slot);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const sequence = load<i32>(order, ORDER_SEQUENCE);
  const size = quantity < 0 ? -quantity : quantity;
  assure(buysOf(order) == quantity > 0 && size <= sizeOf(order), TRAP_OVERFILL, sequence, quantity);
  const value = quantity > 0 ? valueCeil(bar.facts, price, size) : valueFloor(bar.facts, price, size);
  const maker = manner != TAKES;
  const flags = load<i32>(order, ORDER_FLAGS);
  let fee = feeOfNextFill(order, bar.facts, value, size, maker);
  chargeFee(order, bar.facts, value, size, maker, fee);
  const isLiquidation = (flags & ORDER_FLAG_LIQUIDATION) != 0;
  if (isLiquidation) fee = addChecked(fee, liquidationFee(instrument, value));
  const position = positionOf(order);
  const stop = hasPolicies() && isFirstOfStop(order) ? FILL_FLAG_STOP : 0;
  // The side is that of what is held before the fill.
  const late = hasPolicies() && fillsLate(instrument, order) ? FILL_FLAG_LATE : 0;
  reduceLeaves(order, quantity);
  store<i64>(order, addChecked(load<i64>(order, ORDER_FILLED), quantity), ORDER_FILLED);
  postFill(position, price, quantity, fee);
  const off = price > reference ? price - reference : reference - price;
  const slippage = off == 0 ? 0 : valueCeil(bar.facts, off, size);
  const forced = isLiquidation ? FILL_FLAG_LIQUIDATION : (flags & ORDER_FLAG_FORCED) != 0 ? FILL_FLAG_FORCED : 0;
  recordFill(
    manner == TAKES ? TAKES : MAKES, forced | late | stop, instrument, bar.time, sequence, price, quantity, postedCash,
    fee, postedRealised, slippage,
  );
  const isDone = load<i64>(order, ORDER_LEAVES) == 0;
  moveOn(order, isDone ? LIFE_FILL_REST : LIFE_FILL_PART);
  // What its children do must not end it a second time.
  if (isDone) leaveReduceOnly(bar.market, slot);
  if (load<i64>(order, ORDER_DISPLAY) != 0) {
    store<i64>(order, load<i64>(order, ORDER_SHOWN) - size, ORDER_SHOWN);
  }
  if (load<i32>(order, ORDER_GROUP) != 0) groupFilled(slot, quantity, bar.time);
  if (load<i32>(bar.market, MARKET_REDUCE_ONLY) != 0) shrinkReduceOnly(instrument, slot);
  if (load<i32>(order, ORDER_CHILD) != 0) releaseChildren(slot, quantity, price);
  if (isDone) removeOrder(slot);
}

/** True when nothing was filled yet of a stop that protects a commitment. */
function isFirstOfStop(order: usize): bool {
  const decision = load<i32>(order, ORDER_DECISION);
  if (decision < 0 || load<u8>(order, ORDER_TYPE) != TYPE_STOP || load<i64>(order, ORDER_FILLED) != 0) return false;
  return load<i32>(decisionAt(decision), DECISION_KIND) == DECISION_COMMITMENT;
}

/**
 * Lets the orders that may only reduce shrink to the position, and end when there is none (C3); but for the one in
 * `filling`, which is in hand: it is ended by whoever fills it.
 */
export function shrinkReduceOnly(instrument: i32, filling: i32): void {
  let at = load<i32>(bar.market, MARKET_REDUCE_ONLY);
  while (at != 0) {
    const slot = at - 1;
    const order = orderAt(slot);
    at = load<i32>(order, ORDER_REDUCE_NEXT);
    if (slot == filling) continue;
    // An end drops children that wait, never orders in the book: the list stays what it was.
    if (reducible(order) == 0) endOrder(slot, REASON_REDUCE_ONLY, bar.time);
    else shrinkToPosition(slot);
  }
}

/**
 * After the open: ends the orders that may only reduce and have nothing to, but for those whose position is still on
 * its way: an account is not to be without them when it comes (C8).
 */
export function endIdle(): void {
  let at = load<i32>(bar.market, MARKET_REDUCE_ONLY);
  while (at != 0) {
    const slot = at - 1;
    const order = orderAt(slot);
    at = load<i32>(order, ORDER_REDUCE_NEXT);
    if (reducible(order) > 0) shrinkToPosition(slot);
    else if (!awaitsOpening(order)) endOrder(slot, REASON_REDUCE_ONLY, bar.time);
  }
}
