// Lists of open orders: those of an instrument or of a decision, what is on its way, and what the clock ends.

import {
  MARKET_DOWN, MARKET_EXPIRY, MARKET_PARKED, MARKET_PENDING_FIRST, MARKET_UP, ORDER_CANCELS, ORDER_DECISION,
  ORDER_EXPIRES, ORDER_FLAG_AMENDS, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAG_TRIGGERED, ORDER_INSTRUMENT, ORDER_LEAVES,
  ORDER_NEXT, ORDER_PLACE, ORDER_SEQUENCE, ORDER_TYPE, PLACE_NONE, PLACE_PENDING, TYPE_MARKET,
} from "./abi-order";
import { REASON_EXPIRED } from "./abi-reason";
import { RUN_ORDER_CAPACITY, RUN_ORDERS_USED, RUN_SLOTS } from "./abi-run";
import { cancelReason } from "./activation";
import { listHeap } from "./heap";
import { hasStrategies, strategyInHand } from "./ledger";
import { endOrder } from "./order";
import { buysOf, hasFlag, isLimit } from "./order-kind";
import { strategyOf } from "./policy";
import { marketAt, orderAt, run } from "./run";
import { addChecked } from "./wide";

/** True for an order that fills at whatever the price is: a market order, or a stop that was met. */
// @ts-ignore: decorator
@inline export function isOnItsWay(order: usize): bool {
  if (hasFlag(order, ORDER_FLAG_AMENDS)) return false;
  if (load<u8>(order, ORDER_TYPE) == TYPE_MARKET) return true;
  // A limit that was triggered waits here when it was amended.
  return hasFlag(order, ORDER_FLAG_TRIGGERED) && !isLimit(order);
}

/** True for an order that `openLeaves` counts: one on its way that waits for an open. */
export function waitsForOpen(order: usize): bool {
  return isOnItsWay(order) && load<u8>(order, ORDER_PLACE) == PLACE_PENDING;
}

/** True for an order of the strategy in hand. */
// @ts-ignore: decorator
@inline export function isOwn(order: usize): bool {
  return !hasStrategies() || strategyOf(order) == strategyInHand();
}

/**
 * Signed quantity of market orders of `instrument` that are on their way, those of the strategy in hand, or of all;
 * resting orders are none.
 */
// @ts-ignore: decorator
@inline export function openLeaves(instrument: i32, ofAll: bool = false): i64 {
  const first = load<i32>(marketAt(instrument), MARKET_PENDING_FIRST);
  return first == 0 ? 0 : leavesFrom(first, ofAll);
}

function leavesFrom(first: i32, ofAll: bool): i64 {
  let sum: i64 = 0;
  let at = first;
  for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    const order = orderAt(at - 1);
    if (isOnItsWay(order) && (ofAll || isOwn(order))) sum = addChecked(sum, load<i64>(order, ORDER_LEAVES));
  }
  return sum;
}

/**
 * True when a market order of the other side than `order`, and of its strategy, is on its way, that may open what
 * `order` is to reduce.
 */
export function awaitsOpening(order: usize): bool {
  let at = load<i32>(marketAt(load<i32>(order, ORDER_INSTRUMENT)), MARKET_PENDING_FIRST);
  for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    const other = orderAt(at - 1);
    if (!isOnItsWay(other) || hasFlag(other, ORDER_FLAG_REDUCE_ONLY) || buysOf(other) == buysOf(order)) continue;
    if (!hasStrategies() || strategyOf(other) == strategyOf(order)) return true;
  }
  return false;
}

/**
 * Lists at `list` the slots of all open orders of `instrument`, those that wait first, then those that rest; gives how
 * many. Requests on their way are not among them. O(open orders).
 */
export function listOrders(instrument: i32, list: usize): i32 {
  const market = marketAt(instrument);
  let count = 0;
  let at = load<i32>(market, MARKET_PENDING_FIRST);
  for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    if (hasFlag(orderAt(at - 1), ORDER_FLAG_AMENDS)) continue;
    store<i32>(list + (<usize>count << 2), at - 1);
    count++;
  }
  count = listHeap(load<i32>(market, MARKET_UP), true, i64.MAX_VALUE, list, count);
  count = listHeap(load<i32>(market, MARKET_DOWN), false, i64.MIN_VALUE, list, count);
  for (at = load<i32>(market, MARKET_PARKED); at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    store<i32>(list + (<usize>count << 2), at - 1);
    count++;
  }
  sortBySequence(list, count);
  return count;
}

/**
 * Lists at `list`, behind the `count` that stand there, the slots of open orders of `instrument` that are in hand at a
 * point of a bar, and so in no list: what is due at it, and what was released and has not arrived. Gives how many there
 * are then. O(slots of the order table in use).
 */
export function listInHand(instrument: i32, list: usize, count: i32): i32 {
  for (let slot = 0, used = load<i32>(run, RUN_ORDERS_USED); slot < used; slot++) {
    const order = orderAt(slot);
    // Children that wait, and slots that are free, have no sequence.
    if (load<i32>(order, ORDER_SEQUENCE) == 0 || load<u8>(order, ORDER_PLACE) != PLACE_NONE) continue;
    if (load<i32>(order, ORDER_INSTRUMENT) != instrument) continue;
    store<i32>(list + (<usize>count << 2), slot);
    count++;
  }
  return count;
}

/** Lists at `list` the slots of the open orders of `instrument` that `decision` made, by sequence; gives how many. */
export function listOrdersOf(instrument: i32, decision: i32, list: usize): i32 {
  const all = listOrders(instrument, list);
  let count = 0;
  for (let i = 0; i < all; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    if (load<i32>(orderAt(slot), ORDER_DECISION) != decision) continue;
    store<i32>(list + (<usize>count << 2), slot);
    count++;
  }
  return count;
}

/** Sorts `count` slots at `list` by sequence. */
function sortBySequence(list: usize, count: i32): void {
  for (let gap = firstGap(count); gap > 0; gap = nextGap(gap)) {
    for (let i = gap; i < count; i++) {
      const slot = load<i32>(list + (<usize>i << 2));
      const sequence = load<u32>(orderAt(slot), ORDER_SEQUENCE);
      let place = i;
      while (place >= gap) {
        const before = load<i32>(list + (<usize>(place - gap) << 2));
        if (load<u32>(orderAt(before), ORDER_SEQUENCE) <= sequence) break;
        store<i32>(list + (<usize>place << 2), before);
        place -= gap;
      }
      store<i32>(list + (<usize>place << 2), slot);
    }
  }
}

// Lists are sorted by Shell's method, which needs no stack, with gaps by five elevenths (Gonnet).
/** Largest gap with which a list of `count` is sorted; 0 when there is nothing to sort. */
// @ts-ignore: decorator
@inline export function firstGap(count: i32): i32 {
  return count < 2 ? 0 : count < 8 ? 1 : count / 2;
}

/** The gap after `gap`; 0 after the last. */
// @ts-ignore: decorator
@inline export function nextGap(gap: i32): i32 {
  return gap == 2 ? 1 : <i32>((<i64>gap * 5) / 11);
}

/** Scratch for lists of orders: one of three with 8 bytes for each order of the table. */
// @ts-ignore: decorator
@inline export function slotList(which: i32): usize {
  return <usize>load<u32>(run, RUN_SLOTS) + (<usize>(which * load<i32>(run, RUN_ORDER_CAPACITY)) << 3);
}

/** Ends the orders of `instrument` whose time has come by `time`, and those whose cancel has arrived. */
export function expireOrders(instrument: i32, time: i64, cancels: bool): void {
  const market = marketAt(instrument);
  if (time < load<i64>(market, MARKET_EXPIRY)) return;
  const list = slotList(1);
  const count = listOrders(instrument, list);
  let earliest = i64.MAX_VALUE;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    // An end may take others of the list with it.
    if (load<i32>(order, ORDER_SEQUENCE) == 0) continue;
    const expires = load<i64>(order, ORDER_EXPIRES);
    const canceled = load<i64>(order, ORDER_CANCELS);
    const isCanceled = cancels && canceled != 0 && canceled <= time && canceled < expires;
    if (isCanceled) endOrder(slot, cancelReason(instrument, order), canceled);
    else if (expires <= time) endOrder(slot, REASON_EXPIRED, expires);
    else {
      if (expires < earliest) earliest = expires;
      if (canceled != 0 && canceled < earliest) earliest = canceled;
    }
  }
  store<i64>(market, earliest, MARKET_EXPIRY);
}
