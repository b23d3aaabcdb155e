// Linked orders: groups of which one fills for all (OCO, OUO), and children that wait for their parent (OTO).
//
// A group is a ring through ORDER_GROUP. A child that waits is a pattern: it has terms but is not in the book; what its
// parent fills releases a live order made after it (`FILLS.md` C1, C2).
//
// Always true:
//   a pattern goes with its parent, and knows the live order that was released after it.
// Not here: how children are released and enter the market (`release.ts`).

import {
  ORDER_CHILD, ORDER_FLAG_GROUP_SHRINKS, ORDER_GROUP, ORDER_LIVE, ORDER_PARENT, ORDER_PATTERN, ORDER_PLACE,
  ORDER_SIBLING, PLACE_HELD,
} from "./abi-order";
import { REASON_OCO } from "./abi-reason";
import { endOrder, freeSlot, shrinkOrder } from "./order";
import { buysOf, hasFlag, sizeOf } from "./order-kind";
import { orderAt } from "./run";
import { touch } from "./trial";

/**
 * Lets the order in `slot` wait for the one in `parent`, behind its other children. Its quantity is a factor in 1e-9 of
 * what the parent fills.
 */
export function holdChild(slot: i32, parent: i32): void {
  const child = orderAt(slot);
  store<u8>(child, PLACE_HELD, ORDER_PLACE);
  store<i32>(child, parent + 1, ORDER_PARENT);
  let last = load<i32>(orderAt(parent), ORDER_CHILD);
  if (last == 0) {
    store<i32>(orderAt(parent), slot + 1, ORDER_CHILD);
    return;
  }
  while (load<i32>(orderAt(last - 1), ORDER_SIBLING) != 0) last = load<i32>(orderAt(last - 1), ORDER_SIBLING);
  store<i32>(orderAt(last - 1), slot + 1, ORDER_SIBLING);
}

/** Frees the children that still wait for the order in `slot`. */
export function dropChildren(slot: i32): void {
  let at = load<i32>(orderAt(slot), ORDER_CHILD);
  if (at == 0) return;
  store<i32>(orderAt(slot), 0, ORDER_CHILD);
  while (at != 0) {
    const child = orderAt(at - 1);
    const next = load<i32>(child, ORDER_SIBLING);
    touch(at - 1);
    const live = load<i32>(child, ORDER_LIVE);
    if (live != 0) {
      touch(live - 1);
      store<i32>(orderAt(live - 1), 0, ORDER_PATTERN);
    }
    dropChildren(at - 1);
    freeSlot(at - 1);
    at = next;
  }
}

/** Tells the pattern of the live `order` that it is gone: what the parent fills later is released anew. */
export function forgetPattern(order: usize): void {
  const pattern = load<i32>(order, ORDER_PATTERN) - 1;
  touch(pattern);
  store<i32>(orderAt(pattern), 0, ORDER_LIVE);
}

/** Puts the order in `slot` into the group of the one in `other`. */
export function joinGroup(slot: i32, other: i32): void {
  touch(slot);
  touch(other);
  const ring = load<i32>(orderAt(other), ORDER_GROUP);
  store<i32>(orderAt(slot), ring == 0 ? other + 1 : ring, ORDER_GROUP);
  store<i32>(orderAt(other), slot + 1, ORDER_GROUP);
}

/** Takes the order in `slot` out of its group. */
export function leaveGroup(slot: i32): void {
  const next = load<i32>(orderAt(slot), ORDER_GROUP);
  let last = next;
  while (load<i32>(orderAt(last - 1), ORDER_GROUP) != slot + 1) last = load<i32>(orderAt(last - 1), ORDER_GROUP);
  touch(last - 1);
  touch(slot);
  store<i32>(orderAt(last - 1), last == next ? 0 : next, ORDER_GROUP);
  store<i32>(orderAt(slot), 0, ORDER_GROUP);
}

/** The order in `slot` filled `quantity` (signed): the others of its group end, or shrink by as much (C2). */
export function groupFilled(slot: i32, quantity: i64, time: i64): void {
  const size = quantity < 0 ? -quantity : quantity;
  let at = load<i32>(orderAt(slot), ORDER_GROUP);
  while (at != 0 && at != slot + 1) {
    const other = orderAt(at - 1);
    const next = load<i32>(other, ORDER_GROUP);
    const left = sizeOf(other) - size;
    const shrinks = hasFlag(other, ORDER_FLAG_GROUP_SHRINKS);
    if (shrinks && left > 0) shrinkOrder(at - 1, buysOf(other) ? left : -left, time);
    else endOrder(at - 1, REASON_OCO, time);
    at = next;
  }
}
