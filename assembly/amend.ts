// Cancels and amendments: requests to change an open order, which arrive after the latency.
//
// Always true:
//   what fills before a request arrives is filled; a request that finds its order gone is refused.

import { UPDATE_AMENDED, UPDATE_SPLIT } from "./abi-event";
import { EXECUTION_LATENCY } from "./abi-execution";
import { ACCOUNT_RESERVED } from "./abi-ledger";
import { LIFE_ACCEPT, LIFE_CANCEL_REQUEST } from "./abi-life";
import {
  ORDER_ACCEPTED, ORDER_ACTIVATION, ORDER_CANCELS, ORDER_CHILD, ORDER_DECISION, ORDER_DISPLAY, ORDER_FILLED,
  ORDER_FLAG_AMENDS, ORDER_FLAG_RESTED, ORDER_FLAG_TRAIL_SHARE, ORDER_FLAGS, ORDER_INSTRUMENT, ORDER_LEAVES,
  ORDER_LIMIT, ORDER_LIMIT_OFFSET, ORDER_OFFSET, ORDER_PATTERN, ORDER_PLACE, ORDER_PRIORITY, ORDER_RESERVED,
  ORDER_SEQUENCE, ORDER_SHOWN, ORDER_SIBLING, ORDER_TRIGGER, PLACE_PENDING,
} from "./abi-order";
import { REASON_BELOW_MINIMUM, REASON_CANCELED, REASON_NOT_FOUND } from "./abi-reason";
import { INSTRUMENT_LOT, INSTRUMENT_TICK, RUN_NOW } from "./abi-run";
import { moveOn } from "./life";
import {
  appendPending, countOrders, endOrder, freeSlot, newOrder, noteExpiry, orderTableFull, reduceLeaves, sharedOut,
  takeOut,
} from "./order";
import { listOrders, slotList } from "./order-list";
import { buysOf, hasFlag, restOrder } from "./place";
import { recordRefusal, recordUpdate } from "./record";
import { account, execution, instrumentAt, marketAt, orderAt, run } from "./run";
import { touch } from "./trial";
import { addChecked, mulDivCeil, mulDivFloor } from "./wide";

/**
 * Asks at `time` to cancel the order in `slot`. The request arrives after the latency, and what fills meanwhile is
 * filled (D1 of `FILLS.md`).
 */
export function cancelOrder(slot: i32, time: i64): void {
  const latency = load<i64>(execution, EXECUTION_LATENCY);
  if (latency == 0) {
    endOrder(slot, REASON_CANCELED, time);
    return;
  }
  touch(slot);
  const order = orderAt(slot);
  if (load<i64>(order, ORDER_CANCELS) != 0) return;
  const arrives = addChecked(time, latency);
  moveOn(order, LIFE_CANCEL_REQUEST);
  store<i64>(order, arrives, ORDER_CANCELS);
  noteExpiry(marketAt(load<i32>(order, ORDER_INSTRUMENT)), arrives);
}

/** An amendment leaves what is given as this as it is. */
export const UNCHANGED: i64 = i64.MIN_VALUE;

/**
 * Asks at `time` to change what the order in `slot` wants (signed quantity left), its limit or its trigger. Without
 * room to keep a request on its way, it is refused.
 */
export function amendOrder(slot: i32, decision: i32, time: i64, leaves: i64, limit: i64, trigger: i64): bool {
  const latency = load<i64>(execution, EXECUTION_LATENCY);
  if (latency == 0) {
    applyAmendment(slot, time, leaves, limit, trigger);
    return true;
  }
  if (orderTableFull()) return false;
  // The request travels as a record of its own, which never enters the book.
  const request = newOrder(load<i32>(orderAt(slot), ORDER_INSTRUMENT), decision);
  const carrier = orderAt(request);
  store<i32>(carrier, ORDER_FLAG_AMENDS, ORDER_FLAGS);
  store<i32>(carrier, slot + 1, ORDER_PATTERN);
  store<i32>(carrier, load<i32>(orderAt(slot), ORDER_SEQUENCE), ORDER_PRIORITY);
  store<i64>(carrier, addChecked(time, latency), ORDER_ACCEPTED);
  store<i64>(carrier, leaves, ORDER_LEAVES);
  store<i64>(carrier, limit, ORDER_LIMIT);
  store<i64>(carrier, trigger, ORDER_TRIGGER);
  countOrders(load<i32>(carrier, ORDER_INSTRUMENT), 1);
  appendPending(request);
  return true;
}

/** Applies the amendment that arrived in `slot` and frees the slot; refused when its order is gone. */
export function arriveAmendment(slot: i32, time: i64): void {
  const request = orderAt(slot);
  const target = load<i32>(request, ORDER_PATTERN) - 1;
  const leaves = load<i64>(request, ORDER_LEAVES);
  const limit = load<i64>(request, ORDER_LIMIT);
  const trigger = load<i64>(request, ORDER_TRIGGER);
  const decision = load<i32>(request, ORDER_DECISION);
  const instrument = load<i32>(request, ORDER_INSTRUMENT);
  const isThere = load<i32>(orderAt(target), ORDER_SEQUENCE) == load<i32>(request, ORDER_PRIORITY);
  takeOut(slot);
  freeSlot(slot);
  countOrders(instrument, -1);
  if (isThere) applyAmendment(target, time, leaves, limit, trigger);
  else recordRefusal(REASON_NOT_FOUND, instrument, time, decision, leaves == UNCHANGED ? 0 : leaves, 0);
}

/** Changes the order in `slot`; it meets the next open as one that has just arrived. */
function applyAmendment(slot: i32, time: i64, leaves: i64, limit: i64, trigger: i64): void {
  touch(slot);
  const order = orderAt(slot);
  if (limit != UNCHANGED) store<i64>(order, limit, ORDER_LIMIT);
  if (trigger != UNCHANGED) store<i64>(order, trigger, ORDER_TRIGGER);
  if (leaves != UNCHANGED) resize(order, leaves);
  moveOn(order, LIFE_ACCEPT);
  store<i32>(order, load<i32>(order, ORDER_FLAGS) & ~ORDER_FLAG_RESTED, ORDER_FLAGS);
  if (load<u8>(order, ORDER_PLACE) != PLACE_PENDING) {
    takeOut(slot);
    store<i64>(order, time, ORDER_ACCEPTED);
    appendPending(slot);
  }
  recordUpdate(UPDATE_AMENDED, order, time);
}

/** Sets what `order` wants; what it holds grows and shrinks in proportion, rounded up when it grows. */
function resize(order: usize, leaves: i64): void {
  const before = load<i64>(order, ORDER_LEAVES);
  const size = leaves < 0 ? -leaves : leaves;
  const sizeBefore = before < 0 ? -before : before;
  if (size <= sizeBefore) {
    reduceLeaves(order, before - leaves);
    return;
  }
  const reserved = load<i64>(order, ORDER_RESERVED);
  const held = sharedOut(reserved, size, sizeBefore);
  const more = reserved > 0 && held < i64.MAX_VALUE ? held + 1 : held;
  store<i64>(order, leaves, ORDER_LEAVES);
  store<i64>(order, more, ORDER_RESERVED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_RESERVED), more - reserved), ACCOUNT_RESERVED);
}

/**
 * A split of `before` units into `after` changes the open orders of an instrument: quantities times after / before,
 * rounded towards zero to the lot, prices times before / after, rounded to the tick against the account. An order of
 * which no lot is left ends.
 */
export function splitOrders(instrument: i32, after: i64, before: i64): void {
  const list = slotList(1);
  const count = listOrders(instrument, list);
  const now = load<i64>(run, RUN_NOW);
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (load<i32>(order, ORDER_SEQUENCE) == 0) continue;
    const waits = load<u8>(order, ORDER_PLACE) == PLACE_PENDING;
    const leaves = scaledSize(instrument, load<i64>(order, ORDER_LEAVES), after, before);
    if (leaves == 0) {
      endOrder(slot, REASON_BELOW_MINIMUM, now);
      continue;
    }
    if (!waits) takeOut(slot);
    splitTerms(order, instrument, after, before);
    store<i64>(order, leaves, ORDER_LEAVES);
    if (!waits) restOrder(slot);
    recordUpdate(UPDATE_SPLIT, order, now);
  }
}

/** Changes the prices of an order and of the children that wait for it, and what it shows. */
function splitTerms(order: usize, instrument: i32, after: i64, before: i64): void {
  const buys = buysOf(order);
  scalePrice(order + ORDER_LIMIT, instrument, buys, after, before);
  scalePrice(order + ORDER_TRIGGER, instrument, buys, after, before);
  scalePrice(order + ORDER_LIMIT_OFFSET, instrument, buys, after, before);
  scalePrice(order + ORDER_ACTIVATION, instrument, buys, after, before);
  if (!hasFlag(order, ORDER_FLAG_TRAIL_SHARE)) scalePrice(order + ORDER_OFFSET, instrument, buys, after, before);
  store<i64>(order, scaledSize(instrument, load<i64>(order, ORDER_DISPLAY), after, before), ORDER_DISPLAY);
  store<i64>(order, scaledSize(instrument, load<i64>(order, ORDER_SHOWN), after, before), ORDER_SHOWN);
  store<i64>(order, scaledSize(instrument, load<i64>(order, ORDER_FILLED), after, before), ORDER_FILLED);
  for (let at = load<i32>(order, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    splitTerms(orderAt(at - 1), instrument, after, before);
  }
}

/** The price at `field` x before / after, to the tick: up for a buyer, down for a seller; 0 stays 0. */
function scalePrice(field: usize, instrument: i32, buys: bool, after: i64, before: i64): void {
  const price = load<i64>(field);
  if (price == 0) return;
  const tick = load<i64>(instrumentAt(instrument), INSTRUMENT_TICK);
  const scaled = buys ? mulDivCeil(price, before, after) : mulDivFloor(price, before, after);
  const over = scaled % tick;
  const rounded = over == 0 ? scaled : buys ? scaled - over + tick : scaled - over;
  store<i64>(field, rounded < tick ? tick : rounded);
}

/** A signed quantity x after / before, towards zero to the lot. */
function scaledSize(instrument: i32, quantity: i64, after: i64, before: i64): i64 {
  const size = mulDivFloor(quantity < 0 ? -quantity : quantity, after, before);
  const lots = size - size % load<i64>(instrumentAt(instrument), INSTRUMENT_LOT);
  return quantity < 0 ? -lots : lots;
}
