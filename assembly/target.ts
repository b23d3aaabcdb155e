// Targets: the position that a decision wants, and the market order that goes there.
//
// Always true:
//   a target applied twice at the same prices sends nothing the second time (S4);
//   a size is rounded towards zero to the lot (S2) and never rounded up to a minimum (S3);
//   a target replaces the orders that fill at whatever the price is and are still on their way; orders that rest stay.

import {
  DECISION_GATES, DECISION_INSTRUMENT, DECISION_KIND, DECISION_SCALE, DECISION_TARGET_PERCENT, DECISION_TARGET_QUANTITY,
  UNIT_QUANTITY,
} from "./abi-decision";
import { MARKET_MARK, MARKET_PENDING_FIRST, ORDER_CANCELS, ORDER_NEXT, TYPE_MARKET } from "./abi-order";
import { REASON_BELOW_MINIMUM, REASON_SUPERSEDED, REASON_WATERMARK } from "./abi-reason";
import { cancelReason } from "./activation";
import { slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { noteWeight, targetWeight } from "./gate";
import { held, isHedging, ownHeld, positionFor } from "./ledger";
import { endOrder } from "./order";
import { allowedQuantity, gateFlags, sendOrder } from "./order-entry";
import { isOnItsWay, isOwn, openLeaves } from "./order-list";
import { isKnown, placeOf, viewOf } from "./policy";
import { recordRefusal } from "./record";
import { reckonAt } from "./route";
import { instrumentAt, marketAt, orderAt, venues } from "./run";
import { shareOfEquity, wholeLots } from "./sizing";
import { wholeBelow } from "./term";
import { quantityFor } from "./value";
import { latencyOf, leaveVenue } from "./venue";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** Applies a target, in the reducing pass only when it takes the position towards zero; gives true when it did. */
export function applyTarget(decision: usize, index: i32, value: f64, reducing: bool, time: i64): bool {
  const before = ownHeld(load<i32>(decision, DECISION_INSTRUMENT));
  if (reducing && before == 0) return false;
  const view = viewOf(load<u32>(decision, DECISION_GATES));
  if (!isKnown(view) && value != 0 && load<i32>(decision, DECISION_KIND) == DECISION_TARGET_PERCENT) {
    recordRefusal(REASON_WATERMARK, load<i32>(decision, DECISION_INSTRUMENT), time, index, 0, 0, placeOf(view));
    return true;
  }
  const target = targetQuantity(decision, value, view);
  const within = before > 0 ? target >= 0 && target <= before : target <= 0 && target >= before;
  if (reducing && !within) return false;
  moveTo(decision, index, target, value, time);
  return true;
}

/** Position (signed, whole lots) that a target's value asks for, by the equity of a view unless 0. */
function targetQuantity(decision: usize, value: f64, view: usize): i64 {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const facts = instrumentAt(instrument);
  const kind = load<i32>(decision, DECISION_KIND);
  const exact = Math.abs(value * load<f64>(decision, DECISION_SCALE));
  const weight = targetWeight(decision, value);
  let quantity: i64;
  if (kind == DECISION_TARGET_QUANTITY) quantity = weighted(<i64>wholeBelow(exact), weight);
  else {
    const size = weighted(<i64>nearest(exact), weight);
    const money = kind == DECISION_TARGET_PERCENT ? shareOfEquity(facts, size, view) : size;
    quantity = quantityFor(facts, load<i64>(marketAt(instrument), MARKET_MARK), money);
  }
  const lots = wholeLots(facts, quantity);
  return value < 0 ? -lots : lots;
}

/** What `weight`, in 1e-9, leaves of a size. */
// @ts-ignore: decorator
@inline function weighted(size: i64, weight: i64): i64 {
  return weight == WHOLE ? size : mulDivFloor(size, weight, WHOLE);
}

/**
 * Sends what takes the position of the decision's instrument to `target`, in place of what is still on its way and
 * differs from it.
 */
function moveTo(decision: usize, index: i32, target: i64, value: f64, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const before = ownHeld(instrument);
  if (target == addChecked(before, openLeaves(instrument))) {
    if (target == 0 && value != 0 && before == 0) recordRefusal(REASON_BELOW_MINIMUM, instrument, time, index, 0, 0);
    return;
  }
  supersede(instrument, time);
  if (target == before) return;
  noteWeight(index, instrument, value, target, time);
  const wanted = subChecked(target, before);
  if (!isHedging()) {
    go(index, instrument, wanted, false, time);
    return;
  }
  // The other side is reduced first; only what is left opens this one.
  const other = held(positionFor(instrument, wanted, true));
  const size = wanted < 0 ? -wanted : wanted;
  const against = other < 0 ? -other : other;
  const reduced = size < against ? size : against;
  if (reduced > 0) go(index, instrument, wanted < 0 ? -reduced : reduced, true, time);
  if (size > reduced) go(index, instrument, wanted < 0 ? reduced - size : size - reduced, false, time);
}

/** Sends a market order for as much of `wanted` (signed) as may be sent. */
function go(index: i32, instrument: i32, wanted: i64, reduceOnly: bool, time: i64): void {
  const facts = instrumentAt(instrument);
  if (venues != 0) reckonAt(index, instrument, wanted, TYPE_MARKET, 0, 0, false);
  const price = slippedPrice(facts, wanted > 0, load<i64>(marketAt(instrument), MARKET_MARK), 1, VOLUME_UNKNOWN);
  const quantity = allowedQuantity(index, instrument, UNIT_QUANTITY, TYPE_MARKET, wanted, price, reduceOnly, time);
  leaveVenue();
  if (quantity == 0) return;
  sendOrder(index, instrument, quantity, gateFlags, time);
}

/** Ends the orders of an instrument that are on their way and fill at whatever the price is. */
function supersede(instrument: i32, time: i64): void {
  for (let at = load<i32>(marketAt(instrument), MARKET_PENDING_FIRST); at != 0; ) {
    const slot = at - 1;
    at = load<i32>(orderAt(slot), ORDER_NEXT);
    const order = orderAt(slot);
    if (!isOnItsWay(order) || !isOwn(order)) continue;
    // The order that replaces it arrives after the latency, and not before that does it end; but by a cancel.
    const arrives = addChecked(time, latencyOf(order));
    const cancels = load<i64>(order, ORDER_CANCELS);
    if (cancels == 0 || cancels > arrives) endOrder(slot, REASON_SUPERSEDED, arrives);
    else endOrder(slot, cancelReason(instrument, order), cancels);
  }
}
