// Gates of children: what a fill releases is judged as it enters the market, by the gates of its decision, on the
// snapshots that a decision of that bucket sees (`NODESETS.md` 2).
//
// Always true:
//   what only reduces is refused by a freeze of its side, and by nothing else: a position is not left without its stop;
//   what opens passes every gate but the strategy's own, which is asked where the family is sent.

import {
  ORDER_DECISION, ORDER_FLAG_EXITS, ORDER_FLAG_REDUCE_ONLY, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_SEQUENCE,
} from "./abi-order";
import { GATES_ACTIVATION } from "./abi-policy";
import { REASON_COMPLIANCE_RESTRICTED, REASON_FREEZE, REASON_NONE, REASON_REDUCE_ONLY } from "./abi-reason";
import { orderSide, standingOf } from "./activation";
import * as bar from "./bar";
import { complianceOf, isRestricted } from "./compliance";
import {
  clearGate, gatedOpening, gatePolicy, gateReason, gateSeverity, marketReason, onlyReduces, sayGate,
} from "./gate";
import { takeStrategy } from "./ledger";
import { endOrder, shrinkOrder } from "./order";
import { reducingPart } from "./order-entry";
import { buysOf, clearFlag, hasFlag, ownPrice, setFlag, sizeOf } from "./order-kind";
import { isOnItsWay, isOwn, listInHand, slotList } from "./order-list";
import { gatesOf, strategyOf } from "./policy";
import { recordRefusal } from "./record";
import { orderAt } from "./run";
import { touch } from "./trial";
import { addChecked } from "./wide";

/**
 * How much of `quantity` (signed) more the child in `slot`, whose prices are set, may bring to the market. Leaves a
 * refusal of the rest.
 */
export function gatedRelease(slot: i32, quantity: i64): i64 {
  const order = orderAt(slot);
  const index = load<i32>(order, ORDER_DECISION);
  const gates = gatesOf(index);
  if (gates == 0 || quantity == 0) return quantity;
  clearGate();
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const buys = quantity > 0;
  takeStrategy(strategyOf(order));
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  const isReduceOnly = hasFlag(order, ORDER_FLAG_REDUCE_ONLY);
  const side = orderSide(instrument, quantity, isReduceOnly);
  let allowed: i64 = 0;
  if (activation != 0 && standingOf(activation, side, bar.time) == REASON_FREEZE) sayGate(REASON_FREEZE, activation);
  else {
    const size = buys ? quantity : -quantity;
    allowed = isReduceOnly ? size : reducingPart(instrument, quantity, leavingWith(instrument, buys));
    const isExit = size == allowed;
    if (!isExit) allowed = addChecked(allowed, gatedPart(order, gates, buys, size - allowed));
    // One that is in the market already stays what it was sent as.
    const isNew = load<i32>(order, ORDER_SEQUENCE) == 0;
    if (isNew && onlyReduces(index, buys, bar.time)) setFlag(order, ORDER_FLAG_REDUCE_ONLY);
    else if (isNew && isExit) setFlag(order, ORDER_FLAG_EXITS);
  }
  const left = buys ? allowed : -allowed;
  if (gateReason != REASON_NONE) {
    recordRefusal(gateReason, instrument, bar.time, index, quantity, left, gatePolicy, gateSeverity);
  }
  return left;
}

/**
 * Judges what is left of the order in `slot` as an opening: it was let through as a reduction, and has nothing to
 * reduce any more. Cuts it to what its gates let it open, or ends it, with a refusal; false when it has ended.
 */
export function mayOpenNow(slot: i32): bool {
  touch(slot);
  const order = orderAt(slot);
  const index = load<i32>(order, ORDER_DECISION);
  const leaves = load<i64>(order, ORDER_LEAVES);
  const size = sizeOf(order);
  clearGate();
  takeStrategy(strategyOf(order));
  // It takes its own place, which nothing counts meanwhile.
  store<i64>(order, 0, ORDER_LEAVES);
  const allowed = gatedPart(order, gatesOf(index), leaves > 0, size);
  store<i64>(order, leaves, ORDER_LEAVES);
  clearFlag(order, ORDER_FLAG_EXITS);
  if (allowed == size) return true;
  const left = leaves > 0 ? allowed : -allowed;
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  recordRefusal(gateReason, instrument, bar.time, index, leaves, left, gatePolicy, gateSeverity);
  if (left != 0) shrinkOrder(slot, left, bar.time);
  else endOrder(slot, REASON_REDUCE_ONLY, bar.time);
  return left != 0;
}

/** How much of `wanted` (> 0) the gates let a child, or an exit that has become one, open. */
function gatedPart(order: usize, gates: usize, buys: bool, wanted: i64): i64 {
  const index = load<i32>(order, ORDER_DECISION);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  // What a walk fills is filled before the bar's close, which is already outside of a session that ends with it.
  const within = bar.time == bar.closeTime ? bar.time - 1 : bar.time;
  if (marketReason(gates, instrument, index, within) != REASON_NONE) return 0;
  const compliance = complianceOf(index);
  if (compliance != 0 && isRestricted(compliance, instrument, false, within)) {
    sayGate(REASON_COMPLIANCE_RESTRICTED, compliance);
    return 0;
  }
  const own = ownPrice(order);
  return gatedOpening(index, instrument, buys, wanted, own != 0 ? own : bar.price, 0, true, false, bar.time);
}

/**
 * Signed quantity that orders of the strategy in hand which are in hand at the point, as this one is, are about to take
 * off or add to its position in one direction. O(slots of the order table in use).
 */
function leavingWith(instrument: i32, buys: bool): i64 {
  let sum: i64 = 0;
  const list = slotList(1);
  for (let i = 0, count = listInHand(instrument, list, 0); i < count; i++) {
    const order = orderAt(load<i32>(list + (<usize>i << 2)));
    if (buysOf(order) != buys || !isOnItsWay(order) || !isOwn(order)) continue;
    sum = addChecked(sum, load<i64>(order, ORDER_LEAVES));
  }
  return sum;
}
