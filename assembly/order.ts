// Open orders: a table of fixed size, and the lists in which orders wait: pending (for an open or a close), parked (for
// the next bar), trailing and reduce-only; the heaps are in `heap.ts`.
//
// Always true:
//   an order stands in the one list or heap that ORDER_PLACE names, or is in the hand of the function that fills it;
//   ACCOUNT_RESERVED is the sum of what the open orders hold;
//   every change of state goes through the life cycle (`life.ts`).

import { UPDATE_RESIZED } from "./abi-event";
import { ACCOUNT_OPEN_ORDERS, ACCOUNT_RESERVED } from "./abi-ledger";
import { LIFE_CANCEL, LIFE_EXPIRE, LIFE_REJECT, LIFE_REPLACE, LIFE_SUBMIT, LIFE_SUBMITTED } from "./abi-life";
import {
  FORCE_DAY, MARKET_EXPIRY, MARKET_ORDERS, MARKET_PARKED, MARKET_PENDING_FIRST, MARKET_PENDING_LAST, MARKET_REDUCE_ONLY,
  MARKET_TRAILING, ORDER_ACCEPTED, ORDER_ACTIVATION, ORDER_BYTES, ORDER_DECISION, ORDER_DISPLAY, ORDER_EXPIRES,
  ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS, ORDER_FORCE, ORDER_GROUP, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIFE,
  ORDER_LIMIT, ORDER_LIMIT_OFFSET, ORDER_NEXT, ORDER_OFFSET, ORDER_PATTERN, ORDER_PLACE, ORDER_PREVIOUS, ORDER_PRIORITY,
  ORDER_REDUCE_NEXT, ORDER_REDUCE_PREVIOUS, ORDER_RESERVED, ORDER_SEQUENCE, ORDER_SHOWN, ORDER_TERM_FLAGS,
  ORDER_TRAIL_NEXT, ORDER_TRAIL_PREVIOUS, ORDER_TRIAL, ORDER_TRIGGER, ORDER_TYPE, PLACE_DOWN, PLACE_NONE, PLACE_PARKED,
  PLACE_PENDING, PLACE_UP,
} from "./abi-order";
import { REASON_EXPIRED, REASON_POST_ONLY, REASON_REPLACED, REASON_STOP_IN_MARKET } from "./abi-reason";
import { RUN_ORDER_CAPACITY, RUN_ORDER_FREE, RUN_ORDER_SEQUENCE, RUN_ORDERS_USED } from "./abi-run";
import { TRAP_ORDER_PLACE } from "./abi-trap";
import { closeTime, sessionFrom } from "./bar";
import { removeFromHeap } from "./heap";
import { moveOn } from "./life";
import { dropChildren, forgetPattern, leaveGroup } from "./link";
import { hasFlag } from "./order-kind";
import { recordOrder, recordOrderEnd, recordTerms, recordUpdate } from "./record";
import { account, instrumentAt, marketAt, orderAt, run } from "./run";
import { assure } from "./trap";
import { touch } from "./trial";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** True when no further order can be kept. */
export function orderTableFull(): bool {
  return load<i32>(run, RUN_ORDER_FREE) == 0 && load<i32>(run, RUN_ORDERS_USED) == load<i32>(run, RUN_ORDER_CAPACITY);
}

/** True when `count` further orders can be kept. O(count). */
export function roomForOrders(count: i32): bool {
  let room = load<i32>(run, RUN_ORDER_CAPACITY) - load<i32>(run, RUN_ORDERS_USED);
  for (let at = load<i32>(run, RUN_ORDER_FREE); at != 0 && room < count; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    room++;
  }
  return room >= count;
}

/**
 * Takes a slot for an order in `instrument`, made by `decision` (-1: by the engine). All its fields are zero but these
 * and an expiry that never comes; the caller fills in the terms. The table must not be full.
 */
export function newOrder(instrument: i32, decision: i32): i32 {
  let slot = load<i32>(run, RUN_ORDER_FREE) - 1;
  let trial = 0;
  if (slot < 0) {
    // A slot that was never used needs no undoing: it goes with the count of those that were.
    slot = load<i32>(run, RUN_ORDERS_USED);
    store<i32>(run, slot + 1, RUN_ORDERS_USED);
  } else {
    touch(slot);
    trial = load<i32>(orderAt(slot), ORDER_TRIAL);
    store<i32>(run, load<i32>(orderAt(slot), ORDER_NEXT), RUN_ORDER_FREE);
  }
  const order = orderAt(slot);
  memory.fill(order, 0, ORDER_BYTES);
  store<i32>(order, trial, ORDER_TRIAL);
  store<i32>(order, instrument, ORDER_INSTRUMENT);
  store<i32>(order, decision, ORDER_DECISION);
  store<i64>(order, i64.MAX_VALUE, ORDER_EXPIRES);
  return slot;
}

/**
 * Counts the order in `slot` among the open ones, accepted at `accepted`, and records it with the sequence of its
 * `parent`. It stands in no list yet.
 */
export function enterBook(slot: i32, accepted: i64, parent: i32): void {
  const order = orderAt(slot);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const sequence = nextSequence();
  joinBook(order, sequence, accepted);
  const terms = <i32>load<u8>(order, ORDER_FORCE) | ((load<i32>(order, ORDER_FLAGS) & ORDER_TERM_FLAGS) << 4);
  const type = <i32>load<u8>(order, ORDER_TYPE);
  const quantity = load<i64>(order, ORDER_LEAVES);
  recordOrder(type, terms, instrument, accepted, sequence, load<i32>(order, ORDER_DECISION), quantity);
  if (parent != 0 || hasTerms(order)) recordTerms(order, accepted, parent, groupSequence(order));
}

/** Takes the next sequence number of an order. */
// @ts-ignore: decorator
@inline export function nextSequence(): i32 {
  const sequence = load<i32>(run, RUN_ORDER_SEQUENCE) + 1;
  store<i32>(run, sequence, RUN_ORDER_SEQUENCE);
  return sequence;
}

/** Counts `order` among the open ones, with its sequence and what it holds, accepted at `accepted`. */
// @ts-ignore: decorator
@inline export function joinBook(order: usize, sequence: i32, accepted: i64): void {
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  store<i32>(order, sequence, ORDER_SEQUENCE);
  store<i32>(order, sequence, ORDER_PRIORITY);
  store<i64>(order, accepted, ORDER_ACCEPTED);
  store<i64>(order, load<i64>(order, ORDER_DISPLAY), ORDER_SHOWN);
  moveOn(order, LIFE_SUBMIT);
  if (load<u8>(order, ORDER_FORCE) == FORCE_DAY) endWithSession(order, accepted);
  countOrders(instrument, 1);
  noteExpiry(marketAt(instrument), load<i64>(order, ORDER_EXPIRES));
  const reserved = load<i64>(order, ORDER_RESERVED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_RESERVED), reserved), ACCOUNT_RESERVED);
}

/**
 * Lets a day order end with the session that it is accepted in, or the next one. Without a calendar each bar is a
 * session, and the first one that ends after its acceptance says the end (`endWithBar`).
 */
function endWithSession(order: usize, accepted: i64): void {
  const session = sessionFrom(instrumentAt(load<i32>(order, ORDER_INSTRUMENT)), accepted);
  if (session != 0) store<i64>(order, load<i64>(session, 8), ORDER_EXPIRES);
}

/** Lets a day order that no session has ended yet end at `closeTime`, the close of a bar that is its session. */
export function endWithBar(slot: i32, closeTime: i64): void {
  const order = orderAt(slot);
  if (load<u8>(order, ORDER_FORCE) != FORCE_DAY || load<i64>(order, ORDER_EXPIRES) != i64.MAX_VALUE) return;
  touch(slot);
  store<i64>(order, closeTime, ORDER_EXPIRES);
  noteExpiry(marketAt(load<i32>(order, ORDER_INSTRUMENT)), closeTime);
}

/** Counts so many more open orders of an instrument; requests on their way are counted with them. */
// @ts-ignore: decorator
@inline export function countOrders(instrument: i32, more: i32): void {
  const market = marketAt(instrument);
  store<i32>(market, load<i32>(market, MARKET_ORDERS) + more, MARKET_ORDERS);
  store<i64>(account, load<i64>(account, ACCOUNT_OPEN_ORDERS) + more, ACCOUNT_OPEN_ORDERS);
}

/** True when an order has terms beyond type, side, quantity, time in force and flags. */
function hasTerms(order: usize): bool {
  const prices = load<i64>(order, ORDER_LIMIT) | load<i64>(order, ORDER_TRIGGER) | load<i64>(order, ORDER_OFFSET);
  const others = load<i64>(order, ORDER_LIMIT_OFFSET) | load<i64>(order, ORDER_ACTIVATION)
    | load<i64>(order, ORDER_DISPLAY) | load<i32>(order, ORDER_GROUP);
  return (prices | others) != 0 || load<i64>(order, ORDER_EXPIRES) != i64.MAX_VALUE;
}

/** Sequence of another order of the group, 0 for none. */
function groupSequence(order: usize): i32 {
  const next = load<i32>(order, ORDER_GROUP);
  return next == 0 ? 0 : load<i32>(orderAt(next - 1), ORDER_SEQUENCE);
}

/** Keeps the earliest time at which an order of `market` ends by the clock. */
// @ts-ignore: decorator
@inline export function noteExpiry(market: usize, time: i64): void {
  if (time < load<i64>(market, MARKET_EXPIRY)) store<i64>(market, time, MARKET_EXPIRY);
}

/** Asserts that `order` stands nowhere: in two lists it would tie both into rings, which no loop leaves. */
// @ts-ignore: decorator
@inline export function assureNowhere(order: usize): void {
  const place = load<u8>(order, ORDER_PLACE);
  assure(place == PLACE_NONE, TRAP_ORDER_PLACE, load<i32>(order, ORDER_SEQUENCE), place);
}

/** Lets the order in `slot` wait for an open or a close, behind those that were there before it. */
export function appendPending(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  assureNowhere(order);
  const market = marketAt(load<i32>(order, ORDER_INSTRUMENT));
  const before = placeBefore(market, order);
  const after = before == 0 ? load<i32>(market, MARKET_PENDING_FIRST) : load<i32>(orderAt(before - 1), ORDER_NEXT);
  store<u8>(order, PLACE_PENDING, ORDER_PLACE);
  store<i32>(order, before, ORDER_PREVIOUS);
  store<i32>(order, after, ORDER_NEXT);
  if (before == 0) store<i32>(market, slot + 1, MARKET_PENDING_FIRST);
  else {
    touch(before - 1);
    store<i32>(orderAt(before - 1), slot + 1, ORDER_NEXT);
  }
  if (after == 0) store<i32>(market, slot + 1, MARKET_PENDING_LAST);
  else {
    touch(after - 1);
    store<i32>(orderAt(after - 1), slot + 1, ORDER_PREVIOUS);
  }
}

/** The last order of the pending ones with a lower sequence; what is left of an order keeps its place. */
function placeBefore(market: usize, order: usize): i32 {
  let at = load<i32>(market, MARKET_PENDING_LAST);
  const sequence = load<u32>(order, ORDER_SEQUENCE);
  // A request has no sequence and goes to the end.
  if (sequence == 0) return at;
  while (at != 0 && load<u32>(orderAt(at - 1), ORDER_SEQUENCE) > sequence) {
    at = load<i32>(orderAt(at - 1), ORDER_PREVIOUS);
  }
  return at;
}

/** Keeps the order in `slot` out of the rest of this bar's walk. */
export function parkOrder(slot: i32): void {
  assureNowhere(orderAt(slot));
  const market = marketAt(load<i32>(orderAt(slot), ORDER_INSTRUMENT));
  linkFirst(market + MARKET_PARKED, slot, ORDER_NEXT, ORDER_PREVIOUS);
  store<u8>(orderAt(slot), PLACE_PARKED, ORDER_PLACE);
}

/** Counts the order in `slot` among the trailing ones. */
export function addTrailing(slot: i32): void {
  const market = marketAt(load<i32>(orderAt(slot), ORDER_INSTRUMENT));
  if (isLinked(market + MARKET_TRAILING, slot, ORDER_TRAIL_PREVIOUS)) return;
  linkFirst(market + MARKET_TRAILING, slot, ORDER_TRAIL_NEXT, ORDER_TRAIL_PREVIOUS);
}

/** Counts the order in `slot` among those that may only reduce, if it is one. */
export function addReduceOnly(slot: i32): void {
  if (!hasFlag(orderAt(slot), ORDER_FLAG_REDUCE_ONLY)) return;
  const market = marketAt(load<i32>(orderAt(slot), ORDER_INSTRUMENT));
  if (isLinked(market + MARKET_REDUCE_ONLY, slot, ORDER_REDUCE_PREVIOUS)) return;
  linkFirst(market + MARKET_REDUCE_ONLY, slot, ORDER_REDUCE_NEXT, ORDER_REDUCE_PREVIOUS);
}

/** True when the order in `slot` stands in the list from `head` on: it is its first, or has one before it. */
function isLinked(head: usize, slot: i32, previousField: usize): bool {
  return load<i32>(head) == slot + 1 || load<i32>(orderAt(slot) + previousField) != 0;
}

/** Puts the order in `slot` in front of the list from `head` on, through two of its link fields. */
function linkFirst(head: usize, slot: i32, nextField: usize, previousField: usize): void {
  touch(slot);
  const order = orderAt(slot);
  const first = load<i32>(head);
  store<i32>(order + nextField, first);
  store<i32>(order + previousField, 0);
  if (first != 0) {
    touch(first - 1);
    store<i32>(orderAt(first - 1) + previousField, slot + 1);
  }
  store<i32>(head, slot + 1);
}

/** Takes the order in `slot` out of the list from `head` on. */
function unlink(head: usize, slot: i32, nextField: usize, previousField: usize): void {
  touch(slot);
  const order = orderAt(slot);
  const next = load<i32>(order + nextField);
  const previous = load<i32>(order + previousField);
  if (previous == 0) store<i32>(head, next);
  else {
    touch(previous - 1);
    store<i32>(orderAt(previous - 1) + nextField, next);
  }
  if (next != 0) {
    touch(next - 1);
    store<i32>(orderAt(next - 1) + previousField, previous);
  }
  store<i32>(order + nextField, 0);
  store<i32>(order + previousField, 0);
}

/** Takes the order in `slot` out of the list or heap in which it stands. */
export function takeOut(slot: i32): void {
  const order = orderAt(slot);
  const place = <i32>load<u8>(order, ORDER_PLACE);
  if (place == PLACE_NONE) return;
  if (place == PLACE_UP || place == PLACE_DOWN) {
    removeFromHeap(slot);
    return;
  }
  const market = marketAt(load<i32>(order, ORDER_INSTRUMENT));
  if (place == PLACE_PENDING) {
    const isLast = load<i32>(market, MARKET_PENDING_LAST) == slot + 1;
    if (isLast) store<i32>(market, load<i32>(order, ORDER_PREVIOUS), MARKET_PENDING_LAST);
    unlink(market + MARKET_PENDING_FIRST, slot, ORDER_NEXT, ORDER_PREVIOUS);
  } else if (place == PLACE_PARKED) {
    unlink(market + MARKET_PARKED, slot, ORDER_NEXT, ORDER_PREVIOUS);
  }
  store<u8>(order, PLACE_NONE, ORDER_PLACE);
}

/** Takes `quantity` (signed) off what `order` still wants, and the same share off what it holds. */
export function reduceLeaves(order: usize, quantity: i64): void {
  const leaves = load<i64>(order, ORDER_LEAVES);
  const left = leaves - quantity;
  const reserved = load<i64>(order, ORDER_RESERVED);
  const kept = left == 0 ? 0 : sharedOut(reserved, left < 0 ? -left : left, leaves < 0 ? -leaves : leaves);
  store<i64>(order, left, ORDER_LEAVES);
  store<i64>(order, kept, ORDER_RESERVED);
  store<i64>(account, subChecked(load<i64>(account, ACCOUNT_RESERVED), reserved - kept), ACCOUNT_RESERVED);
}

/** amount x part / all, towards zero, for a signed amount. */
export function sharedOut(amount: i64, part: i64, all: i64): i64 {
  if (amount == 0) return 0;
  return amount >= 0 ? mulDivFloor(amount, part, all) : -mulDivFloor(-amount, part, all);
}

/** Lets the order in `slot` want `leaves` (signed, less than before, on its side) from now on. */
export function shrinkOrder(slot: i32, leaves: i64, time: i64): void {
  touch(slot);
  const order = orderAt(slot);
  reduceLeaves(order, load<i64>(order, ORDER_LEAVES) - leaves);
  recordUpdate(UPDATE_RESIZED, order, time);
}

/** Ends the order in `slot` with whatever is left, saying why, and frees the slot. */
export function endOrder(slot: i32, reason: i32, time: i64): void {
  touch(slot);
  const order = orderAt(slot);
  const leaves = load<i64>(order, ORDER_LEAVES);
  moveOn(order, endingOf(order, reason));
  recordOrderEnd(reason, load<i32>(order, ORDER_INSTRUMENT), time, load<i32>(order, ORDER_SEQUENCE), leaves);
  reduceLeaves(order, leaves);
  removeOrder(slot);
}

/** What an end for `reason` is in the life cycle. */
function endingOf(order: usize, reason: i32): i32 {
  if (reason == REASON_EXPIRED) return LIFE_EXPIRE;
  if (reason == REASON_REPLACED) return LIFE_REPLACE;
  const rejects = reason == REASON_POST_ONLY || reason == REASON_STOP_IN_MARKET;
  return rejects && load<u8>(order, ORDER_LIFE) == LIFE_SUBMITTED ? LIFE_REJECT : LIFE_CANCEL;
}

/** Takes the order in `slot` out of everything and frees the slot; children that still wait for it go with it. */
export function removeOrder(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  const market = marketAt(load<i32>(order, ORDER_INSTRUMENT));
  takeOut(slot);
  dropChildren(slot);
  if (load<i32>(order, ORDER_GROUP) != 0) leaveGroup(slot);
  if (load<i32>(order, ORDER_PATTERN) != 0) forgetPattern(order);
  if (load<i32>(market, MARKET_TRAILING) != 0) leaveTrailing(market, slot);
  if (load<i32>(market, MARKET_REDUCE_ONLY) != 0) leaveReduceOnly(market, slot);
  freeSlot(slot);
  countOrders(load<i32>(order, ORDER_INSTRUMENT), -1);
}

/** Takes the order in `slot` off the trailing ones, if it is one. */
export function leaveTrailing(market: usize, slot: i32): void {
  if (!isLinked(market + MARKET_TRAILING, slot, ORDER_TRAIL_PREVIOUS)) return;
  unlink(market + MARKET_TRAILING, slot, ORDER_TRAIL_NEXT, ORDER_TRAIL_PREVIOUS);
}

/** Takes the order in `slot` off those that may only reduce, if it is one. */
export function leaveReduceOnly(market: usize, slot: i32): void {
  if (!isLinked(market + MARKET_REDUCE_ONLY, slot, ORDER_REDUCE_PREVIOUS)) return;
  unlink(market + MARKET_REDUCE_ONLY, slot, ORDER_REDUCE_NEXT, ORDER_REDUCE_PREVIOUS);
}

/** Gives the slot back. */
export function freeSlot(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  store<i32>(order, 0, ORDER_SEQUENCE);
  store<i32>(order, load<i32>(run, RUN_ORDER_FREE), ORDER_NEXT);
  store<i32>(run, slot + 1, RUN_ORDER_FREE);
}
