// The open point: what arrived since the last close enters the market, what the open has jumped acts, and all of it
// fills in two passes over all instruments with a bar (`FILLS.md` B5, B14).
//
// First all that reduces a position, in instrument order, so that the cash it frees is there; then all that opens one,
// in the order of acceptance. The close of a bar (auctions, and the option `sameClose`) goes the same way.
//
// Always true:
//   an order that rested through the last close and is jumped fills at its own limit, never better, unless the open is
//   an auction and the run says so.

import {
  EXECUTION_FLAG_AUCTION_OPEN, EXECUTION_FLAG_CANCEL_REMAINDER, EXECUTION_FLAG_NEXT_CLOSE, EXECUTION_FLAGS,
} from "./abi-execution";
import {
  FORCE_FOK, MARKET_DOWN, MARKET_PARKED, MARKET_PENDING_FIRST, MARKET_REDUCE_ONLY, MARKET_UP, ORDER_ACCEPTED,
  ORDER_DISPLAY, ORDER_FLAG_ACTIVE, ORDER_FLAG_AMENDS, ORDER_FLAG_CARRIED, ORDER_FLAG_RESTED, ORDER_FORCE,
  ORDER_INSTRUMENT, ORDER_KEY, ORDER_NEXT, ORDER_PRIORITY, ORDER_SEQUENCE, ORDER_SHOWN, ORDER_TYPE, TYPE_LIMIT_ON_CLOSE,
  TYPE_LIMIT_ON_OPEN, TYPE_MARKET, TYPE_MARKET_ON_CLOSE, TYPE_MARKET_ON_OPEN,
} from "./abi-order";
import { REASON_REDUCE_ONLY } from "./abi-reason";
import { arriveAmendment } from "./amend";
import { activate, arrive, isOneChance, keepBack, killsWhole, leaveRest, meetTrigger } from "./arrive";
import * as bar from "./bar";
import { endIdle, fillOrder, isIdle, JOINS, MAKES, reducible, TAKES } from "./fill";
import { CLASS_LIMIT, CLASS_TRIGGERED, classOf, removeFromHeap } from "./heap";
import { liquidateAtOpen } from "./liquidate";
import { hasLiquidation } from "./liquidation";
import { endOrder, endWithBar, parkOrder, takeOut } from "./order";
import { buysOf, hasFlag, isAuctionLimit, isLimit, isTrailing, sizeOf } from "./order-kind";
import { expireOrders, firstGap, nextGap, slotList } from "./order-list";
import { restOrder } from "./place";
import { execution, marketAt, orderAt } from "./run";
import { touch } from "./trial";
import { isTouchServed, returnParked } from "./walk";

/** Bytes of an entry of the list of what is due: slot, sequence. */
const DUE_BYTES: usize = 8;

/** No slot: fits no order. */
const NONE: i32 = -1;

/** The opens of the bars of `count` instruments, listed at `list` in their order, meet the orders of these. */
export function meetOpens(list: usize, count: i32): void {
  let due = 0;
  for (let i = 0; i < count; i++) {
    bar.takeBar(load<i32>(list + (<usize>i << 2)));
    expireOrders(bar.instrument, bar.openTime, true);
    if (bar.isHalted()) continue;
    if (bar.trades()) liquidateAtOpen();
    if (load<i32>(bar.market, MARKET_PENDING_FIRST) != 0) applyAmendments();
    if (bar.trades()) due = meetJumped(due);
    // What arrives in an empty bar has had its chance; what rests has not.
    due = gatherArrivals(due);
  }
  if (due > 0) fillDue(due, count == 1, false);
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    const bound = load<i32>(marketAt(instrument), MARKET_REDUCE_ONLY) != 0;
    if (!bound && !hasLiquidation()) continue;
    if (count > 1) bar.takeBar(instrument);
    if (bound) endIdle();
    if (bar.trades()) liquidateAtOpen();
  }
}

/** True when market orders wait for the close of the bar at whose open they would fill otherwise. */
// @ts-ignore: decorator
@inline function fillsAtNextClose(): bool {
  return (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_NEXT_CLOSE) != 0;
}

/**
 * Closing auctions and the market orders of the option `nextClose`, or with `sameClose` the market orders of this
 * bucket, at the closes of `count` instruments.
 */
export function meetCloses(list: usize, count: i32, sameClose: bool): void {
  let due = 0;
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    if (load<i32>(marketAt(instrument), MARKET_PENDING_FIRST) == 0) continue;
    bar.takeBar(instrument);
    if (bar.isHalted()) continue;
    const closes = !sameClose && bar.closesSession();
    if (!sameClose && !closes && !fillsAtNextClose()) continue;
    bar.takeRange();
    bar.setPoint(bar.close, bar.closeTime);
    due = gatherForClose(due, sameClose, closes);
  }
  if (due > 0) fillDue(due, false, true);
  for (let i = 0; i < count; i++) {
    const market = marketAt(load<i32>(list + (<usize>i << 2)));
    if (load<i32>(market, MARKET_PARKED) != 0) returnParked(market);
  }
}

/** Adds the order in `slot` to what is due. */
function addDue(slot: i32, due: i32): i32 {
  const entry = slotList(0) + <usize>due * DUE_BYTES;
  store<i32>(entry, slot);
  store<i32>(entry, load<i32>(orderAt(slot), ORDER_SEQUENCE), 4);
  return due + 1;
}

/** Lets the orders that were accepted by the open arrive; adds those that take from the market. */
function gatherArrivals(due: i32): i32 {
  for (let at = load<i32>(bar.market, MARKET_PENDING_FIRST); at != 0; ) {
    const slot = at - 1;
    const order = orderAt(slot);
    // What arrives is taken out of the list: read on before.
    at = load<i32>(order, ORDER_NEXT);
    if (load<i64>(order, ORDER_ACCEPTED) < bar.closeTime) endWithBar(slot, bar.closeTime);
    if (load<i64>(order, ORDER_ACCEPTED) > bar.openTime || hasFlag(order, ORDER_FLAG_AMENDS)) continue;
    const type = <i32>load<u8>(order, ORDER_TYPE);
    // No level can be made from an empty bar.
    if (bar.volume == 0 && isTrailing(order)) continue;
    if (type == TYPE_MARKET_ON_CLOSE || type == TYPE_LIMIT_ON_CLOSE) continue;
    if (type == TYPE_MARKET && fillsAtNextClose()) continue;
    if ((type == TYPE_MARKET_ON_OPEN || type == TYPE_LIMIT_ON_OPEN) && !bar.opensSession()) continue;
    takeOut(slot);
    if (!arrive(slot)) continue;
    if (bar.isBlocked(buysOf(order))) keepBack(slot);
    else due = addDue(slot, due);
  }
  return due;
}

/** Applies the amendments that have arrived by the open, before anything meets it on the old terms. */
function applyAmendments(): void {
  let at = load<i32>(bar.market, MARKET_PENDING_FIRST);
  while (at != 0) {
    const slot = at - 1;
    const order = orderAt(slot);
    at = load<i32>(order, ORDER_NEXT);
    if (!hasFlag(order, ORDER_FLAG_AMENDS) || load<i64>(order, ORDER_ACCEPTED) > bar.openTime) continue;
    arriveAmendment(slot, bar.openTime);
  }
}

/**
 * Adds the resting orders that the open has jumped and that fill at it. All of them are taken out before the first one
 * acts, and before anything arrives: what rests anew is not jumped by the same open.
 */
function meetJumped(due: i32): i32 {
  const all = gatherJumped(gatherJumped(due, true), false);
  return all == due ? due : actJumped(due, all);
}

/** Takes the resting orders out that the open has jumped, of those that act as the price rises, or falls; adds them. */
function gatherJumped(due: i32, up: bool): i32 {
  const root = bar.market + (up ? MARKET_UP : MARKET_DOWN);
  for (let at = load<i32>(root); at != 0; at = load<i32>(root)) {
    const key = load<i64>(orderAt(at - 1), ORDER_KEY);
    if (up ? key > bar.open : key < bar.open) break;
    removeFromHeap(at - 1);
    due = addDue(at - 1, due);
  }
  return due;
}

/**
 * Lets the orders act that were jumped, the entries from `first` on: keeps those that fill at the open, and lets the
 * others rest.
 */
function actJumped(first: i32, due: i32): i32 {
  const list = slotList(0);
  let kept = first;
  for (let i = first; i < due; i++) {
    const slot = load<i32>(list + <usize>i * DUE_BYTES);
    if (actsAtOpen(slot)) kept = addDue(slot, kept);
  }
  return kept;
}

/** True when the order in `slot`, which the open has jumped, fills at it; else it rests, waits or has ended. */
function actsAtOpen(slot: i32): bool {
  const order = orderAt(slot);
  if (bar.isBlocked(buysOf(order))) keepBack(slot);
  else if (isTrailing(order) && !hasFlag(order, ORDER_FLAG_ACTIVE)) {
    activate(slot, order);
    restOrder(slot);
  } else if (isLimit(order)) {
    bar.takeRange();
    if (isTouchServed(order, bar.open)) return true;
    parkOrder(slot);
  } else return meetTrigger(slot);
  return false;
}

/** Adds the orders that wait for this close, which with `closes` is that of a session. */
function gatherForClose(due: i32, sameClose: bool, closes: bool): i32 {
  // Under `nextClose` a market order waits for the close of the first bar that opens after its acceptance.
  const latest = sameClose ? bar.closeTime : fillsAtNextClose() ? bar.openTime : i64.MIN_VALUE;
  for (let at = load<i32>(bar.market, MARKET_PENDING_FIRST); at != 0; ) {
    const slot = at - 1;
    const order = orderAt(slot);
    at = load<i32>(order, ORDER_NEXT);
    const type = <i32>load<u8>(order, ORDER_TYPE);
    const accepted = load<i64>(order, ORDER_ACCEPTED);
    const waits = type == TYPE_MARKET
      ? accepted <= latest
      : closes && (type == TYPE_MARKET_ON_CLOSE || type == TYPE_LIMIT_ON_CLOSE) && accepted < bar.closeTime;
    if (!waits || hasFlag(order, ORDER_FLAG_AMENDS)) continue;
    if (bar.isBlocked(buysOf(order))) continue;
    takeOut(slot);
    if (arrive(slot)) due = addDue(slot, due);
  }
  return due;
}

/** Fills what is due in two passes. With `single`, the bar in hand is that of all of them. */
function fillDue(due: i32, single: bool, atClose: bool): void {
  const list = slotList(0);
  sortDue(list, due, true);
  for (let i = 0; i < due; i++) {
    const slot = orderOf(list, i);
    if (slot == NONE) continue;
    if (!single) takePoint(slot, atClose);
    reduceFirst(slot);
  }
  sortDue(list, due, false);
  for (let i = 0; i < due; i++) {
    const slot = orderOf(list, i);
    if (slot == NONE) continue;
    if (!single) takePoint(slot, atClose);
    if (isIdle(orderAt(slot))) {
      leaveIdle(slot, atClose);
      continue;
    }
    const manner = mannerOf(orderAt(slot), atClose);
    // A jump leaves nobody beside an iceberg at its price.
    showAll(slot);
    if (killsWhole(slot, manner)) continue;
    if (fillOrder(slot, manner, true)) leaveRest(slot);
  }
}

/**
 * The order in `slot` has its turn and nothing to reduce (C3): it ends where it has no later chance, else it waits
 * until the open is over (`endIdle`).
 */
function leaveIdle(slot: i32, atClose: bool): void {
  const order = orderAt(slot);
  const cancels = (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_CANCEL_REMAINDER) != 0;
  const isLast = isOneChance(order) || isAuctionLimit(load<u8>(order, ORDER_TYPE)) || (cancels && !isLimit(order));
  if (atClose || isLast) endOrder(slot, REASON_REDUCE_ONLY, bar.time);
  else keepBack(slot);
}

/** The slot of entry `i`, NONE when its order is gone. */
// @ts-ignore: decorator
@inline function orderOf(list: usize, i: i32): i32 {
  const entry = list + <usize>i * DUE_BYTES;
  const slot = load<i32>(entry);
  return load<i32>(orderAt(slot), ORDER_SEQUENCE) == load<i32>(entry, 4) ? slot : NONE;
}

/** Takes the bar of the order in `slot` in hand, at its open or its close. */
function takePoint(slot: i32, atClose: bool): void {
  const instrument = load<i32>(orderAt(slot), ORDER_INSTRUMENT);
  if (instrument != bar.instrument) bar.takeBar(instrument);
  if (!atClose) return;
  bar.takeRange();
  bar.setPoint(bar.close, bar.closeTime);
}

/** Fills the part of the order in `slot` that reduces its position. What must be filled whole waits for its turn. */
function reduceFirst(slot: i32): void {
  const order = orderAt(slot);
  const part = reducible(order);
  if (part == 0) return;
  const whole = load<u8>(order, ORDER_FORCE) == FORCE_FOK;
  if (whole && part != sizeOf(order)) return;
  const manner = mannerOf(order, false);
  showAll(slot);
  if (whole && killsWhole(slot, manner)) return;
  fillOrder(slot, manner, false);
}

/** Lets an iceberg show all that is left. */
function showAll(slot: i32): void {
  const order = orderAt(slot);
  if (load<i64>(order, ORDER_DISPLAY) == 0) return;
  touch(slot);
  store<i64>(order, sizeOf(order), ORDER_SHOWN);
}

/** How an order that is due meets the point: what rested is met at its limit, the rest takes. */
function mannerOf(order: usize, atClose: bool): i32 {
  if (!isLimit(order) || !hasFlag(order, ORDER_FLAG_RESTED)) return TAKES;
  const joins = (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_AUCTION_OPEN) != 0;
  return joins && !atClose && bar.opensSession() ? JOINS : MAKES;
}

/** Sorts what is due by instrument, class and priority, for what reduces; or by priority alone, for what opens. */
function sortDue(list: usize, due: i32, byInstrument: bool): void {
  for (let gap = firstGap(due); gap > 0; gap = nextGap(gap)) {
    for (let i = gap; i < due; i++) {
      const entry = load<i64>(list + <usize>i * DUE_BYTES);
      let place = i;
      for (; place >= gap; place -= gap) {
        const before = load<i64>(list + <usize>(place - gap) * DUE_BYTES);
        if (!isEarlier(<i32>entry, <i32>before, byInstrument)) break;
        store<i64>(list + <usize>place * DUE_BYTES, before);
      }
      store<i64>(list + <usize>place * DUE_BYTES, entry);
    }
  }
}

/** Class of an order that is due (B13): what rested is a limit, and what was carried over a market order. */
// @ts-ignore: decorator
@inline function dueClass(order: usize): i32 {
  const isLater = hasFlag(order, ORDER_FLAG_CARRIED) || (hasFlag(order, ORDER_FLAG_RESTED) && isLimit(order));
  if (!isLater) return classOf(order);
  return isLimit(order) ? CLASS_LIMIT : CLASS_TRIGGERED;
}

/** True when the order in slot `a` has its turn before that in `b`. */
function isEarlier(a: i32, b: i32, byInstrument: bool): bool {
  const one = orderAt(a);
  const other = orderAt(b);
  if (byInstrument) {
    const instrument = load<i32>(one, ORDER_INSTRUMENT);
    const otherInstrument = load<i32>(other, ORDER_INSTRUMENT);
    if (instrument != otherInstrument) return instrument < otherInstrument;
    const kind = dueClass(one);
    const otherKind = dueClass(other);
    if (kind != otherKind) return kind < otherKind;
  }
  return load<u32>(one, ORDER_PRIORITY) < load<u32>(other, ORDER_PRIORITY);
}
