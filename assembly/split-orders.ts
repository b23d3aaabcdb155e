// Split orders: what a split does to the open orders of an instrument, and to the children that wait for them.
//
// Always true:
//   an order keeps its place, its side and its terms; only its sizes and prices are counted in other units.
// Rounding: quantities towards zero to the lot, prices to the tick against the account (`FILLS.md` G6).

import { UPDATE_SPLIT } from "./abi-event";
import {
  ORDER_ACTIVATION, ORDER_CHILD, ORDER_DISPLAY, ORDER_FILLED, ORDER_FLAG_TRAIL_SHARE, ORDER_LEAVES, ORDER_LIMIT,
  ORDER_LIMIT_OFFSET, ORDER_OFFSET, ORDER_PLACE, ORDER_SEQUENCE, ORDER_SHOWN, ORDER_SIBLING, ORDER_TRIGGER,
  PLACE_PENDING,
} from "./abi-order";
import { REASON_BELOW_MINIMUM } from "./abi-reason";
import { INSTRUMENT_TICK, RUN_NOW } from "./abi-run";
import { awayToTick } from "./cost";
import { endOrder, takeOut } from "./order";
import { buysOf, hasFlag } from "./order-kind";
import { listOrders, slotList } from "./order-list";
import { restOrder } from "./place";
import { recordUpdate } from "./record";
import { instrumentAt, orderAt, run } from "./run";
import { wholeLots } from "./sizing";
import { mulDivCeil, mulDivFloor } from "./wide";

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
  store<i64>(field, awayToTick(scaled, tick, buys));
}

/** A signed quantity x after / before, towards zero to the lot. */
function scaledSize(instrument: i32, quantity: i64, after: i64, before: i64): i64 {
  const size = mulDivFloor(quantity < 0 ? -quantity : quantity, after, before);
  const lots = wholeLots(instrumentAt(instrument), size);
  return quantity < 0 ? -lots : lots;
}
