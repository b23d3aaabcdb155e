// Order entry: what of a wanted quantity the account may send, and the order that is sent.
//
// Always true:
//   what is sent is no more than was wanted, than buying power pays for after fees, and than the limits of the run
//   (`FILLS.md` S2); what is below a minimum is nothing, with a reason (S3);
//   what its publisher does not take is cut behind every check of the account (`publisher.ts`), and compliance is asked
//     about what is left (`compliance.ts`);
//   what is sent while its side may open nothing may only reduce for as long as it is open;
//   only a market order counts on what it reduces to free buying power: a resting order may never fill.

import { NOTE_PUBLISH } from "./abi-event";
import {
  ORDER_FLAG_EXITS, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS, ORDER_LEAVES, ORDER_RESERVED, TYPE_MARKET,
} from "./abi-order";
import { SEVERITY_LOW } from "./abi-policy";
import { REASON_BACKPRESSURE, REASON_BELOW_MINIMUM, REASON_NONE } from "./abi-reason";
import { INSTRUMENT_NOTIONAL_MIN, INSTRUMENT_QUANTITY_MIN } from "./abi-run";
import { complies } from "./compliance";
import { gatedOpening, gatePolicy, gateReason, gateSeverity, isGated, onlyReduces } from "./gate";
import { hasStrategies, isHedging, netHeld, ownHeld } from "./ledger";
import { affordable, buyingPower, refusalOfOpening, reservedFor } from "./margin";
import { newOrder, roomForOrders } from "./order";
import { openLeaves } from "./order-list";
import { approve, publish, publishSwift } from "./publish";
import { onlyTakenOut, takenOf } from "./publisher";
import { recordNote, recordRefusal } from "./record";
import { instrumentAt, orderAt } from "./run";
import { cappedBy, withinLimits } from "./sizing";
import { sendSwift } from "./swift";
import { valueFloor } from "./value";
import { addChecked } from "./wide";

/** Buying power that the quantity last allowed holds. */
export let reservedPower: i64 = 0;
/** ORDER_FLAG_* that the order of the quantity last allowed has for its gates. */
export let gateFlags: i32 = 0;

/**
 * Signed quantity of `wanted` (whole lots) that may be sent at `price`; 0 when none may. Leaves a refusal for what was
 * cut off an order of a size of its own, and for a target of which nothing is left; leaves `reservedPower`.
 *
 * @param reduceOnly The order never opens, so that it needs no buying power.
 */
export function allowedQuantity(
  index: i32, instrument: i32, unit: i32, type: i32, wanted: i64, price: i64, reduceOnly: bool, time: i64,
  states: bool = false,
): i64 {
  const facts = instrumentAt(instrument);
  const buys = wanted > 0;
  const size = buys ? wanted : -wanted;
  const reducing = reduceOnly ? size : reducingPart(instrument, wanted);
  const before = addChecked(ownHeld(instrument), openLeaves(instrument));
  const limited = reduceOnly || size == 0 ? size : limitedSize(instrument, unit, buys, size, before, reducing);
  let reason = limited < size ? cappedBy : REASON_NONE;
  const leaving = limited < reducing ? limited : reducing;
  const freed = type == TYPE_MARKET && !reduceOnly ? leaving : 0;
  let opening = limited - leaving;
  let policy = 0;
  let severity = 0;
  if (opening > 0) {
    const gated = gatedOpening(index, instrument, buys, opening, price, freed, false, states, time);
    if (gateReason != REASON_NONE) {
      reason = gateReason;
      policy = gatePolicy;
      severity = gateSeverity;
    }
    opening = gated;
  }
  if (opening > 0) {
    const allowed = affordable(facts, buys, price, opening, buyingPower(facts, price, freed, buys));
    if (allowed < opening) {
      reason = refusalOfOpening(buys);
      policy = 0;
      severity = 0;
    }
    opening = allowed;
  }
  const quantity = leaving + opening;
  if (reason != REASON_NONE && (states || policy != 0 || opening == 0)) {
    recordRefusal(reason, instrument, time, index, wanted, buys ? quantity : -quantity, policy, severity);
    if (quantity == 0) return 0;
  }
  if (quantity == 0 || isTooSmall(facts, price, quantity)) {
    recordRefusal(REASON_BELOW_MINIMUM, instrument, time, index, wanted, 0);
    return 0;
  }
  const taken = takenOf(index, instrument, quantity, leaving);
  if (taken < quantity) recordNote(NOTE_PUBLISH, SEVERITY_LOW, instrument, time, index, 0, quantity, taken);
  if (taken != 0 && !complies(index, instrument, buys ? taken : -taken, taken <= leaving)) return 0;
  if (!roomForOrders(1) || taken < quantity && (taken == 0 || isTooSmall(facts, price, taken))) {
    recordRefusal(REASON_BACKPRESSURE, instrument, time, index, wanted, 0);
    return 0;
  }
  gateFlags = flagsOf(index, buys, reduceOnly || onlyTakenOut, taken == leaving, time);
  reservedPower = reduceOnly ? 0 : reservedFor(facts, buys, price, freed, taken - leaving);
  approve(index, buys ? taken : -taken);
  return buys ? taken : -taken;
}

/** Flags of an order that may open nothing, or that `exits`: what it wants is all there to reduce as it is sent. */
function flagsOf(index: i32, buys: bool, reduceOnly: bool, exits: bool, time: i64): i32 {
  if (reduceOnly || onlyReduces(index, buys, time)) return ORDER_FLAG_REDUCE_ONLY;
  return exits && isGated(index) ? ORDER_FLAG_EXITS : 0;
}

/** True for a quantity (> 0) that is below a minimum of its instrument. */
// @ts-ignore: decorator
@inline function isTooSmall(facts: usize, price: i64, quantity: i64): bool {
  return quantity < load<i64>(facts, INSTRUMENT_QUANTITY_MIN)
    || valueFloor(facts, price, quantity) < load<i64>(facts, INSTRUMENT_NOTIONAL_MIN);
}

/**
 * `size` within the limits of the run, which bound what all strategies hold together; what only reduces its own
 * strategy's position is bounded by that alone.
 */
export function limitedSize(instrument: i32, unit: i32, buys: bool, size: i64, before: i64, reducing: i64): i64 {
  const own = withinLimits(instrument, unit, buys, size, before);
  if (!hasStrategies()) return own;
  const all = withinLimits(instrument, unit, buys, size, addChecked(netHeld(instrument), openLeaves(instrument, true)));
  const least = reducing < own ? reducing : own;
  return all < least ? least : all;
}

/** Sends a plain market order of a quantity that was allowed, with ORDER_FLAG_* `flags`. */
export function sendOrder(index: i32, instrument: i32, quantity: i64, flags: i32, time: i64): void {
  if (flags == 0 && sendSwift(index, quantity, reservedPower, time)) {
    publishSwift(index, quantity);
    return;
  }
  const slot = newOrder(instrument, index);
  store<i32>(orderAt(slot), flags, ORDER_FLAGS);
  store<i64>(orderAt(slot), quantity, ORDER_LEAVES);
  store<i64>(orderAt(slot), reservedPower, ORDER_RESERVED);
  publish(slot, time, false);
}

/**
 * How much of `wanted` (signed) only reduces the position, counting what is already on its way out, `more` (signed) of
 * it in no list of orders. In a hedging account an order reduces nothing, unless it is told to reduce only.
 */
export function reducingPart(instrument: i32, wanted: i64, more: i64 = 0): i64 {
  if (isHedging()) return 0;
  const held = ownHeld(instrument);
  if (held == 0 || (held ^ wanted) >= 0) return 0;
  const pending = addChecked(openLeaves(instrument), more);
  const left = (held ^ pending) < 0 ? addChecked(held, pending) : held;
  if (left == 0 || (left ^ wanted) >= 0) return 0;
  const all = left < 0 ? -left : left;
  const size = wanted < 0 ? -wanted : wanted;
  return size < all ? size : all;
}
