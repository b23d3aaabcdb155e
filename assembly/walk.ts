// The walk: the price moves from point to point of a bar's path, and what it meets on the way acts, in order.
//
// Along a leg the order that acts nearest comes first; at one price protective stops, other stops, limits, and what
// reduces before what opens (`FILLS.md` B13). What an order releases or ends counts from that point on. Trailing levels
// move with the leg that goes in their favour and are met by the one that goes against them (B9).
//
// Always true:
//   no fill lies outside the walk;
//   an order whose chance in this bar is gone is parked, and rests again after it.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import {
  EXECUTION_FLAG_TEST_THEN_RATCHET, EXECUTION_FLAGS, EXECUTION_LIMIT_FILL, EXECUTION_TOUCH_PROBABILITY,
  LIMIT_FILL_TOUCH_PROBABILITY,
} from "./abi-execution";
import {
  MARKET_DOWN, MARKET_PARKED, MARKET_TRAILING, MARKET_UP, ORDER_ACCEPTED, ORDER_DISPLAY,
  ORDER_FLAG_ACTIVE, ORDER_KEY, ORDER_LIMIT, ORDER_PRIORITY, ORDER_SHOWN, ORDER_TRAIL_NEXT, ORDER_TRIGGER,
} from "./abi-order";
import { REASON_REDUCE_ONLY } from "./abi-reason";
import { RUN_INSTRUMENT_COUNT, RUN_ORDER_SEQUENCE } from "./abi-run";
import { activate, meetTrigger, showSlice, takeNow } from "./arrive";
import * as bar from "./bar";
import { drawFor, drawnBillionth, PURPOSE_TOUCH, startDraw } from "./draw";
import { countStep, fillOrder, isIdle, MAKES, reducible } from "./fill";
import { listHeap, removeFromHeap, restingClass } from "./heap";
import { held, isFlat } from "./ledger";
import { liquidate } from "./liquidate";
import { hasLiquidation, liquidationOnLeg } from "./liquidation";
import { endOrder, parkOrder, takeOut } from "./order";
import { buysOf, hasFlag, isLimit, isTrailing, sizeOf } from "./order-kind";
import { slotList } from "./order-list";
import { pointAt, pointCount } from "./path";
import { restOrder, trailingLevel } from "./place";
import { execution, orderAt, run, settings } from "./run";
import { touch } from "./trial";
import { budgetOf } from "./venue";

/** Walks the path in hand. */
export function walkPath(): void {
  const count = pointCount;
  for (let i = 1; i < count; i++) walkLeg(pointAt(i - 1), pointAt(i));
}

/** Lets the price go from `from` to `to`. */
function walkLeg(from: i64, to: i64): void {
  if (from == to) return;
  const up = to > from;
  const root = bar.market + (up ? MARKET_UP : MARKET_DOWN);
  bar.setPoint(from, bar.closeTime);
  const liquidates = hasLiquidation();
  while (true) {
    const at = load<i32>(root);
    const key = at == 0 ? 0 : load<i64>(orderAt(at - 1), ORDER_KEY);
    const isReached = at != 0 && (up ? key <= to : key >= to);
    if (liquidates && liquidateBefore(up, isReached ? key : to, isReached)) continue;
    if (!isReached) break;
    moveTo(key, up);
    act(firstAt(at, up), to);
  }
  bar.setPoint(to, bar.closeTime);
  if ((load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_TEST_THEN_RATCHET) == 0) moveTrailing(to, up);
}

/** Moves the point to `price`; what was left behind by an earlier leg acts where the price is now. */
// @ts-ignore: decorator
@inline function moveTo(price: i64, up: bool): void {
  if (up ? price > bar.price : price < bar.price) bar.setPoint(price, bar.closeTime);
}

/**
 * Liquidates a position that the leg takes beyond its margin before `limit`, or at it unless an order acts there, whose
 * fills come first (C5). Gives true when it did.
 */
function liquidateBefore(up: bool, limit: i64, orderFirst: bool): bool {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = bar.instrument, end = load<i32>(settings, SETTINGS_POSITION_COUNT); i < end; i += count) {
    if (liquidatesBefore(i, up, limit, orderFirst)) return true;
  }
  return false;
}

/** The same for one position. */
function liquidatesBefore(position: i32, up: bool, limit: i64, orderFirst: bool): bool {
  if (held(position) == 0) return false;
  const price = liquidationOnLeg(position, bar.price, limit);
  if (price == 0 || (price == limit && orderFirst)) return false;
  moveTo(price, up);
  liquidate(position);
  return true;
}

/** Of the orders that act where the root of a heap does, and are of its class, the one that comes first (B13). */
function firstAt(root: i32, up: bool): i32 {
  const first = root - 1;
  if (isFlat(bar.instrument) || reducible(orderAt(first)) > 0) return first;
  const kind = restingClass(orderAt(first));
  const list = slotList(1);
  const count = listHeap(root, up, load<i64>(orderAt(first), ORDER_KEY), list, 0);
  let chosen = first;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (reducible(order) == 0 || restingClass(order) != kind) continue;
    const isFirst = chosen == first
      || load<u32>(order, ORDER_PRIORITY) < load<u32>(orderAt(chosen), ORDER_PRIORITY);
    if (isFirst) chosen = slot;
  }
  return chosen;
}

/** The order in `slot` acts at the point in hand, on a leg that goes to `to`. */
function act(slot: i32, to: i64): void {
  countStep();
  const order = orderAt(slot);
  const isAlone = !othersAt(slot);
  removeFromHeap(slot);
  if (bar.isBlocked(buysOf(order))) parkOrder(slot);
  else if (isTrailing(order) && !hasFlag(order, ORDER_FLAG_ACTIVE)) {
    activate(slot, order);
    restOrder(slot);
  } else if (isLimit(order)) meetLimit(slot, to, isAlone);
  else if (meetTrigger(slot)) takeNow(slot);
}

/** True when another order acts at the same price as the one in `slot`. */
function othersAt(slot: i32): bool {
  const order = orderAt(slot);
  if (load<i64>(order, ORDER_DISPLAY) == 0) return false;
  const up = !buysOf(order);
  const root = load<i32>(bar.market + (up ? MARKET_UP : MARKET_DOWN));
  return listHeap(root, up, load<i64>(order, ORDER_KEY), slotList(1), 0) > 1;
}

/** The price has gone as far beyond the limit of the order in `slot`, which stands in no list, as fills it. */
function meetLimit(slot: i32, to: i64, isAlone: bool): void {
  const order = orderAt(slot);
  if (budgetOf(order) == 0 || !isTouchServed(order, to)) {
    parkOrder(slot);
    return;
  }
  touch(slot);
  const display = load<i64>(order, ORDER_DISPLAY);
  if (display != 0 && isAlone) store<i64>(order, sizeOf(order), ORDER_SHOWN);
  if (!fillOrder(slot, MAKES, true)) return;
  if (isIdle(order)) endOrder(slot, REASON_REDUCE_ONLY, bar.time);
  else if (display != 0 && budgetOf(order) > 0) showNext(slot);
  else {
    showSlice(order);
    parkOrder(slot);
  }
}

/** An iceberg shows its next slice, behind the other orders at its price. */
function showNext(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  const sequence = load<i32>(run, RUN_ORDER_SEQUENCE) + 1;
  store<i32>(run, sequence, RUN_ORDER_SEQUENCE);
  store<i32>(order, sequence, ORDER_PRIORITY);
  showSlice(order);
  restOrder(slot);
}

/** Whether a limit that is touched but not passed fills: a draw, where the run says so (B6). */
export function isTouchServed(order: usize, to: i64): bool {
  if (load<i32>(execution, EXECUTION_LIMIT_FILL) != LIMIT_FILL_TOUCH_PROBABILITY) return true;
  const limit = load<i64>(order, ORDER_LIMIT);
  if (to != limit) return true;
  startDraw(PURPOSE_TOUCH);
  drawFor(load<i64>(order, ORDER_ACCEPTED));
  drawFor(limit);
  drawFor(buysOf(order) ? 1 : -1);
  drawFor(bar.closeTime);
  drawFor(bar.open);
  drawFor(bar.high);
  drawFor(bar.low);
  drawFor(bar.close);
  return drawnBillionth() < load<i64>(execution, EXECUTION_TOUCH_PROBABILITY);
}

/** Moves the levels of the orders that trail a price which went to `price`, upwards or downwards. */
export function moveTrailing(price: i64, up: bool): void {
  for (let at = load<i32>(bar.market, MARKET_TRAILING); at != 0; ) {
    const slot = at - 1;
    const order = orderAt(slot);
    at = load<i32>(order, ORDER_TRAIL_NEXT);
    if (buysOf(order) == up) continue;
    const level = trailingLevel(order, price);
    const before = load<i64>(order, ORDER_TRIGGER);
    if (up ? level <= before : level >= before) continue;
    takeOut(slot);
    touch(slot);
    store<i64>(order, level, ORDER_TRIGGER);
    restOrder(slot);
  }
}

/** What was kept back in this bar rests again. */
export function returnParked(market: usize): void {
  for (let at = load<i32>(market, MARKET_PARKED); at != 0; at = load<i32>(market, MARKET_PARKED)) {
    takeOut(at - 1);
    restOrder(at - 1);
  }
}
