// Heaps of resting orders: two an instrument, one for those that act when the price rises, one for when it falls.
//
// Intrusive pairing heaps: links stand in the orders. An order comes out by the price at which it acts (ORDER_KEY), in
// walking direction; at one price protective stops come first, then other stops, then limits (`FILLS.md` B13), and
// among equals the order that was there first. A bar in whose range no root lies costs two comparisons, whatever rests.
//
// Always true:
//   an order is in at most one heap, the one that its ORDER_PLACE names.
// Source: Fredman, Sedgewick, Sleator and Tarjan, The pairing heap, 1986; merging in two passes.

import {
  MARKET_DOWN, MARKET_UP, ORDER_FLAG_PROTECTIVE, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAG_TRIGGERED, ORDER_HEAP_CHILD,
  ORDER_HEAP_NEXT, ORDER_HEAP_PREVIOUS, ORDER_INSTRUMENT, ORDER_KEY, ORDER_PLACE, ORDER_PRIORITY, ORDER_TYPE,
  PLACE_DOWN, PLACE_NONE, PLACE_UP, TYPE_STOP, TYPE_STOP_LIMIT,
} from "./abi-order";
import { assureNowhere } from "./order";
import { hasFlag, isPlainLimit, isTrailing } from "./order-kind";
import { marketAt, orderAt } from "./run";
import { touch } from "./trial";

// Classes of orders at one price, in the order in which they have their turn (B13).
/** Stops that protect a position. */
export const CLASS_PROTECTIVE: i32 = 0;
/** Other orders with a trigger, and market orders. */
export const CLASS_TRIGGERED: i32 = 1;
export const CLASS_LIMIT: i32 = 2;

/** Class of an order: CLASS_*. */
export function classOf(order: usize): i32 {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  if (isPlainLimit(type)) return CLASS_LIMIT;
  const stops = type == TYPE_STOP || type == TYPE_STOP_LIMIT || isTrailing(order);
  return stops && hasFlag(order, ORDER_FLAG_PROTECTIVE | ORDER_FLAG_REDUCE_ONLY) ? CLASS_PROTECTIVE : CLASS_TRIGGERED;
}

/** The same for an order that rests: a stop that was met and rests as a limit is a limit. */
export function restingClass(order: usize): i32 {
  return hasFlag(order, ORDER_FLAG_TRIGGERED) ? CLASS_LIMIT : classOf(order);
}

/** True when the order in slot `a` (plus one, as all links) comes out before that in `b`. */
function comesBefore(a: i32, b: i32, up: bool): bool {
  const one = orderAt(a - 1);
  const other = orderAt(b - 1);
  const key = load<i64>(one, ORDER_KEY);
  const otherKey = load<i64>(other, ORDER_KEY);
  if (key != otherKey) return up ? key < otherKey : key > otherKey;
  const kind = restingClass(one);
  const otherKind = restingClass(other);
  if (kind != otherKind) return kind < otherKind;
  return load<u32>(one, ORDER_PRIORITY) < load<u32>(other, ORDER_PRIORITY);
}

/** Joins two heaps by their roots; gives the root of both. */
function meld(a: i32, b: i32, up: bool): i32 {
  const swap = comesBefore(b, a, up);
  const root = swap ? b : a;
  const child = swap ? a : b;
  touch(root - 1);
  touch(child - 1);
  const first = load<i32>(orderAt(root - 1), ORDER_HEAP_CHILD);
  store<i32>(orderAt(child - 1), first, ORDER_HEAP_NEXT);
  store<i32>(orderAt(child - 1), root, ORDER_HEAP_PREVIOUS);
  if (first != 0) {
    touch(first - 1);
    store<i32>(orderAt(first - 1), child, ORDER_HEAP_PREVIOUS);
  }
  store<i32>(orderAt(root - 1), child, ORDER_HEAP_CHILD);
  return root;
}

/** Makes one heap of a list of siblings; gives its root, 0 for none. */
function mergeSiblings(first: i32, up: bool): i32 {
  let pairs = 0;
  for (let a = first; a != 0; ) {
    const b = cutSibling(a);
    const rest = b == 0 ? 0 : cutSibling(b);
    const pair = b == 0 ? a : meld(a, b, up);
    store<i32>(orderAt(pair - 1), pairs, ORDER_HEAP_NEXT);
    pairs = pair;
    a = rest;
  }
  let root = 0;
  while (pairs != 0) {
    const rest = cutSibling(pairs);
    root = root == 0 ? pairs : meld(root, pairs, up);
    pairs = rest;
  }
  return root;
}

/** Takes the links to its neighbours off the order in slot `at`; gives its next sibling. */
function cutSibling(at: i32): i32 {
  touch(at - 1);
  const order = orderAt(at - 1);
  const next = load<i32>(order, ORDER_HEAP_NEXT);
  store<i32>(order, 0, ORDER_HEAP_NEXT);
  store<i32>(order, 0, ORDER_HEAP_PREVIOUS);
  return next;
}

/** Puts the order in `slot`, which acts at `key`, among those that act when the price rises, or when it falls. */
export function pushHeap(slot: i32, up: bool, key: i64): void {
  touch(slot);
  const order = orderAt(slot);
  assureNowhere(order);
  store<i64>(order, key, ORDER_KEY);
  store<u8>(order, <u8>(up ? PLACE_UP : PLACE_DOWN), ORDER_PLACE);
  store<i32>(order, 0, ORDER_HEAP_CHILD);
  store<i32>(order, 0, ORDER_HEAP_NEXT);
  store<i32>(order, 0, ORDER_HEAP_PREVIOUS);
  const root = marketAt(load<i32>(order, ORDER_INSTRUMENT)) + (up ? MARKET_UP : MARKET_DOWN);
  const present = load<i32>(root);
  store<i32>(root, present == 0 ? slot + 1 : meld(present, slot + 1, up));
}

/** Takes the order in `slot` out of the heap that it stands in. */
export function removeFromHeap(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  const up = load<u8>(order, ORDER_PLACE) == PLACE_UP;
  const root = marketAt(load<i32>(order, ORDER_INSTRUMENT)) + (up ? MARKET_UP : MARKET_DOWN);
  const children = mergeSiblings(load<i32>(order, ORDER_HEAP_CHILD), up);
  store<i32>(order, 0, ORDER_HEAP_CHILD);
  store<u8>(order, PLACE_NONE, ORDER_PLACE);
  if (load<i32>(root) == slot + 1) {
    store<i32>(root, children);
    return;
  }
  const previous = load<i32>(order, ORDER_HEAP_PREVIOUS);
  const next = cutSibling(slot + 1);
  touch(previous - 1);
  const isFirst = load<i32>(orderAt(previous - 1), ORDER_HEAP_CHILD) == slot + 1;
  store<i32>(orderAt(previous - 1) + (isFirst ? ORDER_HEAP_CHILD : ORDER_HEAP_NEXT), next);
  if (next != 0) {
    touch(next - 1);
    store<i32>(orderAt(next - 1), previous, ORDER_HEAP_PREVIOUS);
  }
  if (children != 0) store<i32>(root, meld(load<i32>(root), children, up));
}

/**
 * Lists at `list`, behind the `count` slots that are there, those of the heap under `root` that act up to `limit` in
 * its direction, in no particular order; gives how many there are in all.
 */
export function listHeap(root: i32, up: bool, limit: i64, list: usize, count: i32): i32 {
  if (root == 0 || isBeyond(root, up, limit)) return count;
  store<i32>(list + (<usize>count << 2), root - 1);
  // The list is its own queue: the children of each are looked at once it is listed.
  for (let next = count++; next < count; next++) {
    const order = orderAt(load<i32>(list + (<usize>next << 2)));
    for (let at = load<i32>(order, ORDER_HEAP_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_HEAP_NEXT)) {
      if (isBeyond(at, up, limit)) continue;
      store<i32>(list + (<usize>count << 2), at - 1);
      count++;
    }
  }
  return count;
}

/** True when the order at link `at` acts only beyond `limit`. */
// @ts-ignore: decorator
@inline function isBeyond(at: i32, up: bool, limit: i64): bool {
  const key = load<i64>(orderAt(at - 1), ORDER_KEY);
  return up ? key > limit : key < limit;
}
