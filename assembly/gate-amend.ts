// Gates of amendments: an open order that is to want more, or at a price that makes it worth more, is judged as an
// order of that size and price that is sent in its place.
//
// Always true:
//   an amendment is taken whole or refused whole;
//   what may only reduce may always grow.

import { UNIT_QUANTITY } from "./abi-decision";
import {
  MARKET_MARK, ORDER_DECISION, ORDER_FLAG_REDUCE_ONLY, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT, ORDER_TRIGGER,
} from "./abi-order";
import { REASON_INVALID_ORDER, REASON_NONE, REASON_POSITION_SIZE_LIMIT } from "./abi-reason";
import { UNCHANGED } from "./amend";
import { boundOpening, clearGate, gateReason, weightedOpening } from "./gate";
import { ownHeld, takeStrategy } from "./ledger";
import { limitedSize, reducingPart } from "./order-entry";
import { hasFlag, sizeOf } from "./order-kind";
import { openLeaves } from "./order-list";
import { strategyOf } from "./policy";
import { takenOf } from "./publisher";
import { instrumentAt, marketAt } from "./run";
import { valueCeil } from "./value";
import { addChecked } from "./wide";

/** Price that an order is reckoned at with a new limit and trigger (UNCHANGED for its own); 0 for whatever comes. */
export function amendedPrice(order: usize, limit: i64, trigger: i64): i64 {
  const own = load<i64>(order, ORDER_LIMIT);
  if (limit != UNCHANGED) return limit;
  if (own != 0) return own;
  return trigger != UNCHANGED ? trigger : load<i64>(order, ORDER_TRIGGER);
}

/**
 * `leaves` (signed) as an order may be amended to it, by the weight of its side, which scales what is opened further;
 * an order never wants less for it than before.
 */
export function weightedLeaves(order: usize, leaves: i64, time: i64): i64 {
  const before = load<i64>(order, ORDER_LEAVES);
  const size = leaves < 0 ? -leaves : leaves;
  if (leaves == UNCHANGED || size <= sizeOf(order) || hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return leaves;
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  takeStrategy(strategyOf(order));
  const reducing = reducingPart(instrument, leaves);
  if (size == reducing) return leaves;
  const index = load<i32>(order, ORDER_DECISION);
  const opening = weightedOpening(index, instrument, leaves > 0, size - reducing, time);
  const wanted = addChecked(reducing, opening);
  if (wanted <= sizeOf(order)) return before;
  return leaves > 0 ? wanted : -wanted;
}

/**
 * Why an order may not want `leaves` (signed) with a new limit and trigger (each may be UNCHANGED) from `time` on,
 * REASON_NONE when it may. Leaves which policy said so.
 */
export function amendmentReason(order: usize, leaves: i64, limit: i64, trigger: i64, time: i64): i32 {
  clearGate();
  if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return REASON_NONE;
  const before = load<i64>(order, ORDER_LEAVES);
  const wanted = leaves == UNCHANGED ? before : leaves;
  const size = wanted < 0 ? -wanted : wanted;
  const isLarger = size > sizeOf(order);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const price = priceAt(instrument, amendedPrice(order, limit, trigger));
  if (!isLarger && !isDearer(order, instrument, size, price)) return REASON_NONE;
  takeStrategy(strategyOf(order));
  // It takes the place of the order as it is, which nothing counts meanwhile.
  store<i64>(order, 0, ORDER_LEAVES);
  const reason = reasonInPlace(load<i32>(order, ORDER_DECISION), instrument, wanted, price, isLarger, time);
  store<i64>(order, before, ORDER_LEAVES);
  return reason;
}

/** False when the publisher of an order does not take all that is to be wanted more with `leaves` (signed). */
export function isTaken(order: usize, leaves: i64): bool {
  const more = leaves == UNCHANGED ? 0 : (leaves < 0 ? -leaves : leaves) - sizeOf(order);
  if (more <= 0 || hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return true;
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const reducing = reducingPart(instrument, leaves < 0 ? -more : more);
  return takenOf(load<i32>(order, ORDER_DECISION), instrument, more, reducing) == more;
}

// @ts-ignore: decorator
@inline function priceAt(instrument: i32, price: i64): i64 {
  return price != 0 ? price : load<i64>(marketAt(instrument), MARKET_MARK);
}

/** True when `size` at `price` is worth more than what the order wants now. */
function isDearer(order: usize, instrument: i32, size: i64, price: i64): bool {
  const facts = instrumentAt(instrument);
  const priceNow = priceAt(instrument, amendedPrice(order, UNCHANGED, UNCHANGED));
  return price > 0 && priceNow > 0 && valueCeil(facts, price, size) > valueCeil(facts, priceNow, sizeOf(order));
}

/** Why an order of `wanted` (signed) at `price` may not be there in place of one that is. */
function reasonInPlace(index: i32, instrument: i32, wanted: i64, price: i64, isLarger: bool, time: i64): i32 {
  const buys = wanted > 0;
  const size = buys ? wanted : -wanted;
  const reducing = reducingPart(instrument, wanted);
  const opening = size - reducing;
  if (opening <= 0) return REASON_NONE;
  if (boundOpening(index, instrument, buys, opening, price, true, false, time) < opening) {
    return gateReason == REASON_NONE ? REASON_INVALID_ORDER : gateReason;
  }
  // The limits of the run are units at the present mark: a new price changes nothing of them.
  if (!isLarger) return REASON_NONE;
  const held = addChecked(ownHeld(instrument), openLeaves(instrument));
  const isWithin = limitedSize(instrument, UNIT_QUANTITY, buys, size, held, reducing) == size;
  return isWithin ? REASON_NONE : REASON_POSITION_SIZE_LIMIT;
}
