// Released children: what a parent fills brings the orders to life that wait for it (`FILLS.md` C1).
//
// The patterns of a parent that is done become live orders themselves; those of one that may fill further stay, and
// orders are made after them. All children of one fill are there before the first of them enters the market.
//
// Always true:
//   a child's quantity is its factor times what the parent filled, in whole lots, rounded down.

import { UPDATE_RESIZED } from "./abi-event";
import {
  MARKET_REDUCE_ONLY, ORDER_ACTIVATION, ORDER_CHILD, ORDER_DECISION, ORDER_FILLED, ORDER_FLAG_FROM_FILL,
  ORDER_FLAG_PROTECTIVE, ORDER_FLAG_RELEASE_FULL, ORDER_FLAGS, ORDER_FORCE, ORDER_GROUP, ORDER_INSTRUMENT, ORDER_LEAVES,
  ORDER_LIMIT, ORDER_LIVE, ORDER_PARENT, ORDER_PATTERN, ORDER_PLACE, ORDER_RESERVED, ORDER_SEQUENCE, ORDER_SIBLING,
  ORDER_TRIGGER, ORDER_TYPE, ORDER_VENUE, PLACE_NONE, TYPE_LIMIT,
} from "./abi-order";
import { REASON_BACKPRESSURE } from "./abi-reason";
import { INSTRUMENT_TICK, RUN_RELEASED } from "./abi-run";
import { cancelWith } from "./activation";
import { arrive, takeNow } from "./arrive";
import * as bar from "./bar";
import { awayToTick, WHOLE } from "./cost";
import { shrinkReduceOnly } from "./fill";
import { gatedRelease } from "./gate-release";
import { CLASS_LIMIT, CLASS_PROTECTIVE, classOf } from "./heap";
import { dropChildren, holdChild, joinGroup, leaveGroup } from "./link";
import { endWithBar, enterBook, freeSlot, newOrder, orderTableFull } from "./order";
import { buysOf, hasFlag, isTouch, setFlag } from "./order-kind";
import { slotList } from "./order-list";
import { recordRefusal, recordRoute, recordUpdate } from "./record";
import { orderAt, run } from "./run";
import { wholeLots } from "./sizing";
import { touch } from "./trial";
import { addChecked, mulDivFloor } from "./wide";

/** Releases the children of the order in `slot` for `quantity` (signed) that it filled at `price` (C1). */
export function releaseChildren(slot: i32, quantity: i64, price: i64): void {
  const parent = orderAt(slot);
  const isDone = load<i64>(parent, ORDER_LEAVES) == 0;
  const full = hasFlag(parent, ORDER_FLAG_RELEASE_FULL);
  if (full && !isDone) return;
  const released = full ? load<i64>(parent, ORDER_FILLED) : quantity;
  const sequence = load<i32>(parent, ORDER_SEQUENCE);
  const before = load<i32>(run, RUN_RELEASED);
  if (isDone && !hasLiveChild(parent)) takeChildren(slot, sequence, released, price);
  else copyChildren(slot, sequence, released, price);
  // They enter the market once all of them are there: one that fills at once ends the others of its group.
  const list = slotList(2) + (<usize>before << 3);
  const count = load<i32>(run, RUN_RELEASED) - before;
  for (let kind = CLASS_PROTECTIVE; kind <= CLASS_LIMIT; kind++) enterClass(list, count, kind);
  store<i32>(run, before, RUN_RELEASED);
  if (load<i32>(bar.market, MARKET_REDUCE_ONLY) != 0) shrinkReduceOnly(bar.instrument, slot);
}

/** Lets the released orders of a class (B13) enter the market: where both legs are met at once, the stop first (C4). */
function enterClass(list: usize, count: i32, kind: i32): void {
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 3));
    const order = orderAt(slot);
    const isThere = load<i32>(order, ORDER_SEQUENCE) == load<i32>(list + (<usize>i << 3), 4);
    if (isThere && classOf(order) == kind && arrive(slot)) takeNow(slot);
  }
}

/** True when an earlier part of the parent has released a child that is still open. */
function hasLiveChild(parent: usize): bool {
  for (let at = load<i32>(parent, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    if (load<i32>(orderAt(at - 1), ORDER_LIVE) != 0) return true;
  }
  return false;
}

/** Makes the patterns of the order in `parentSlot`, which is done, live orders themselves. */
function takeChildren(parentSlot: i32, parentSequence: i32, released: i64, price: i64): void {
  const parent = orderAt(parentSlot);
  let at = load<i32>(parent, ORDER_CHILD);
  store<i32>(parent, 0, ORDER_CHILD);
  while (at != 0) {
    const slot = at - 1;
    const child = orderAt(slot);
    touch(slot);
    at = load<i32>(child, ORDER_SIBLING);
    store<i32>(child, 0, ORDER_SIBLING);
    store<i32>(child, 0, ORDER_PARENT);
    store<u8>(child, PLACE_NONE, ORDER_PLACE);
    if (!readyChild(slot, childQuantity(child, released), price)) continue;
    enterChild(slot, parent, parentSequence);
  }
}

/**
 * Releases orders after the patterns of the order in `parentSlot`, which may fill further: a live one grows, another is
 * made anew.
 */
function copyChildren(parentSlot: i32, parentSequence: i32, released: i64, price: i64): void {
  const parent = orderAt(parentSlot);
  for (let at = load<i32>(parent, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    const pattern = orderAt(at - 1);
    const quantity = childQuantity(pattern, released);
    if (quantity == 0) continue;
    const live = load<i32>(pattern, ORDER_LIVE);
    if (live != 0) {
      const more = gatedRelease(live - 1, quantity);
      if (more != 0) growOrder(live - 1, more);
      continue;
    }
    if (orderTableFull()) {
      const decision = load<i32>(pattern, ORDER_DECISION);
      recordRefusal(REASON_BACKPRESSURE, bar.instrument, bar.time, decision, quantity, 0);
      continue;
    }
    const slot = copyPattern(at - 1);
    if (!readyChild(slot, quantity, price)) continue;
    touch(at - 1);
    store<i32>(pattern, slot + 1, ORDER_LIVE);
    store<i32>(orderAt(slot), at, ORDER_PATTERN);
    joinLiveGroup(slot, at - 1);
    enterChild(slot, parent, parentSequence);
  }
}

/** A new order with the terms of the pattern in `from`, and patterns of its own after those that wait for it. */
function copyPattern(from: i32): i32 {
  const slot = newOrder(load<i32>(orderAt(from), ORDER_INSTRUMENT), load<i32>(orderAt(from), ORDER_DECISION));
  const copy = orderAt(slot);
  const pattern = orderAt(from);
  store<u8>(copy, load<u8>(pattern, ORDER_TYPE), ORDER_TYPE);
  store<u8>(copy, load<u8>(pattern, ORDER_FORCE), ORDER_FORCE);
  store<i32>(copy, load<i32>(pattern, ORDER_FLAGS), ORDER_FLAGS);
  // Quantity, prices and times lie together.
  memory.copy(copy + ORDER_LEAVES, pattern + ORDER_LEAVES, ORDER_RESERVED - ORDER_LEAVES);
  for (let at = load<i32>(pattern, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    if (!orderTableFull()) holdChild(copyPattern(at - 1), slot);
  }
  return slot;
}

/** Ties the live order in `slot` to those that were released after other patterns of its pattern's group. */
function joinLiveGroup(slot: i32, pattern: i32): void {
  let at = load<i32>(orderAt(pattern), ORDER_GROUP);
  while (at != 0 && at != pattern + 1) {
    const live = load<i32>(orderAt(at - 1), ORDER_LIVE);
    if (live != 0) {
      joinGroup(slot, live - 1);
      return;
    }
    at = load<i32>(orderAt(at - 1), ORDER_GROUP);
  }
}

/** Signed quantity, in whole lots, of a child whose parent filled `released`. */
function childQuantity(child: usize, released: i64): i64 {
  const factor = load<i64>(child, ORDER_LEAVES);
  const size = mulDivFloor(released < 0 ? -released : released, factor < 0 ? -factor : factor, WHOLE);
  const lots = wholeLots(bar.facts, size);
  return (factor ^ released) < 0 ? -lots : lots;
}

/** Lets the live order in `slot` want `quantity` (signed) more. */
function growOrder(slot: i32, quantity: i64): void {
  touch(slot);
  const order = orderAt(slot);
  store<i64>(order, addChecked(load<i64>(order, ORDER_LEAVES), quantity), ORDER_LEAVES);
  recordUpdate(UPDATE_RESIZED, order, bar.time);
}

/**
 * Readies the child in `slot`, which stands nowhere, for the market: its prices when they count from the fill at
 * `price`, and what its gates leave of `quantity`. Gives false, and frees the slot, when that is nothing.
 */
function readyChild(slot: i32, quantity: i64, price: i64): bool {
  const child = orderAt(slot);
  store<i64>(child, quantity, ORDER_LEAVES);
  setFlag(child, ORDER_FLAG_PROTECTIVE);
  if (hasFlag(child, ORDER_FLAG_FROM_FILL)) {
    const adverse = quantity < 0 ? -1 : 1;
    const stops = !isTouch(child) && load<u8>(child, ORDER_TYPE) != TYPE_LIMIT;
    countFrom(child, ORDER_TRIGGER, price, isTouch(child) ? -adverse : adverse);
    countFrom(child, ORDER_LIMIT, price, stops ? adverse : -adverse);
    countFrom(child, ORDER_ACTIVATION, price, -adverse);
  }
  const allowed = gatedRelease(slot, quantity);
  store<i64>(child, allowed, ORDER_LEAVES);
  if (allowed != 0) return true;
  if (load<i32>(child, ORDER_GROUP) != 0) leaveGroup(slot);
  dropChildren(slot);
  freeSlot(slot);
  return false;
}

/** Enters the released order in `slot` into the book, at its parent's venue, and lists it among those to arrive. */
function enterChild(slot: i32, parent: usize, parentSequence: i32): void {
  const child = orderAt(slot);
  store<i32>(child, load<i32>(parent, ORDER_VENUE), ORDER_VENUE);
  enterBook(slot, bar.time, parentSequence);
  cancelWith(parent, slot, bar.time);
  if (load<i32>(child, ORDER_VENUE) != 0) recordRoute(child, bar.time, load<i32>(child, ORDER_SEQUENCE), 0, 0, 0);
  endWithBar(slot, bar.closeTime);
  const released = load<i32>(run, RUN_RELEASED);
  const entry = slotList(2) + (<usize>released << 3);
  store<i32>(entry, slot);
  store<i32>(entry, load<i32>(orderAt(slot), ORDER_SEQUENCE), 4);
  store<i32>(run, released + 1, RUN_RELEASED);
}

/** Turns a distance in `field` into a price on that side of `price`; 0 stays 0. */
function countFrom(order: usize, field: usize, price: i64, side: i64): void {
  const distance = load<i64>(order + field);
  if (distance != 0) store<i64>(order + field, priceFromFill(distance, price, side, buysOf(order)));
}

/** The price at `distance` from `price` on a side (1 above, -1 below), to the tick against the account (G6). */
export function priceFromFill(distance: i64, price: i64, side: i64, buys: bool): i64 {
  const tick = load<i64>(bar.facts, INSTRUMENT_TICK);
  return awayToTick(addChecked(price, side * distance), tick, buys);
}
