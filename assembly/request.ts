// Requests: decisions that cancel or amend the open orders of another decision.
//
// Always true:
//   a request to what is gone leaves a refusal, and changes nothing; one that is repeated while nothing is there leaves
//   one refusal in all;
//   an amendment never makes an order hold more than buying power pays for.

import {
  DECISION_INSTRUMENT, DECISION_STATE, DECISION_TERMS, TERMS_LIMIT, TERMS_OF, TERMS_SIZE, TERMS_STOP,
} from "./abi-decision";
import { ACCOUNT_RESERVED } from "./abi-ledger";
import {
  ORDER_FLAG_REDUCE_ONLY, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_PATTERN, ORDER_RESERVED, ORDER_SEQUENCE,
} from "./abi-order";
import {
  REASON_BACKPRESSURE, REASON_INSUFFICIENT_BUYING_POWER, REASON_INVALID_ORDER, REASON_NONE, REASON_NOT_FOUND,
} from "./abi-reason";
import { INSTRUMENT_UNIT } from "./abi-run";
import { amendOrder, cancelOrder, UNCHANGED } from "./amend";
import { isNull } from "./column";
import { amendmentFault } from "./compliance";
import { clearGate, gatePolicy, gateSeverity } from "./gate";
import { amendedPrice, amendmentReason, isTaken, weightedLeaves } from "./gate-amend";
import { takeStrategy } from "./ledger";
import { buyingPower, reservedFor } from "./margin";
import { reducingPart } from "./order-entry";
import { buysOf, hasFlag } from "./order-kind";
import { listOrdersOf, slotList } from "./order-list";
import { strategyOf } from "./policy";
import { recordRefusal } from "./record";
import { account, instrumentAt, orderAt } from "./run";
import { wholeLots } from "./sizing";
import { INTEGER_MAX, price, priceFault, valueOf, wholeBelow } from "./term";
import { addChecked, subChecked } from "./wide";

/** Asks to cancel the open orders of the decision that `decision` refers to. */
export function cancelOrders(decision: usize, index: i32, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const list = slotList(0);
  const count = listOrdersOf(instrument, ordersOf(decision), list);
  noteFound(decision, index, count, time);
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    // The end of one may have been the end of another.
    if (load<i32>(orderAt(slot), ORDER_SEQUENCE) != 0) cancelOrder(slot, time);
  }
}

/** Leaves a refusal when a request found nothing, once until it finds something again. */
function noteFound(decision: usize, index: i32, count: i32, time: i64): void {
  const kept: usize = load<u32>(decision, DECISION_STATE);
  const refused = load<i64>(kept, 8) != 0;
  store<i64>(kept, count == 0 ? 1 : 0, 8);
  if (count != 0 || refused) return;
  recordRefusal(REASON_NOT_FOUND, load<i32>(decision, DECISION_INSTRUMENT), time, index, 0, 0);
}

/** Index of the decision whose orders a request is about. */
// @ts-ignore: decorator
@inline function ordersOf(decision: usize): i32 {
  return load<i32>(load<u32>(decision, DECISION_TERMS), TERMS_OF) - 1;
}

/** Asks to change the open orders of the decision that `decision` refers to, as its columns say at `row`. */
export function amendOrders(decision: usize, index: i32, row: i32, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const list = slotList(0);
  const count = listOrdersOf(instrument, ordersOf(decision), list);
  noteFound(decision, index, count, time);
  for (let i = 0; i < count; i++) {
    clearGate();
    const reason = amend(load<i32>(list + (<usize>i << 2)), decision, index, row, time);
    if (reason != REASON_NONE) recordRefusal(reason, instrument, time, index, 0, 0, gatePolicy, gateSeverity);
  }
}

/** Asks to change the order in `slot`; gives why not, when it cannot be. */
function amend(slot: i32, decision: usize, index: i32, row: i32, time: i64): i32 {
  const terms: usize = load<u32>(decision, DECISION_TERMS);
  const facts = instrumentAt(load<i32>(decision, DECISION_INSTRUMENT));
  const order = orderAt(slot);
  takeStrategy(strategyOf(order));
  const buys = buysOf(order);
  const limit = newPrice(terms, TERMS_LIMIT, facts, row, buys);
  const trigger = newPrice(terms, TERMS_STOP, facts, row, buys);
  const wrong = priceFault();
  if (wrong != REASON_NONE) return wrong;
  const given = newLeaves(terms, facts, row, buys);
  if (given == 0) return REASON_INVALID_ORDER;
  const leaves = weightedLeaves(order, given, time);
  if (limit == UNCHANGED && trigger == UNCHANGED && leaves == UNCHANGED) return REASON_NONE;
  const refusal = amendmentReason(order, leaves, limit, trigger, time);
  if (refusal != REASON_NONE) return refusal;
  if (!isTaken(order, leaves)) return REASON_BACKPRESSURE;
  const fault = amendmentFault(order, leaves);
  if (fault != REASON_NONE) return fault;
  if (!holdFor(order, facts, buys, leaves, limit, trigger)) return REASON_INSUFFICIENT_BUYING_POWER;
  return amendOrder(slot, index, time, leaves, limit, trigger) ? REASON_NONE : REASON_BACKPRESSURE;
}

/** Price of the column in `field`; UNCHANGED when there is none, or none at `row`. */
function newPrice(terms: usize, field: usize, facts: usize, row: i32, buys: bool): i64 {
  const column: usize = load<u32>(terms + field);
  if (column == 0 || isNull(valueOf(column, row))) return UNCHANGED;
  return price(terms, field, facts, row, buys, false);
}

/** Quantity that the order shall still want; UNCHANGED when none is said, 0 when it is none on the order's side. */
function newLeaves(terms: usize, facts: usize, row: i32, buys: bool): i64 {
  const column: usize = load<u32>(terms, TERMS_SIZE);
  if (column == 0 || isNull(valueOf(column, row))) return UNCHANGED;
  const value = valueOf(column, row) * <f64>load<i64>(facts, INSTRUMENT_UNIT);
  if (Math.abs(value) > INTEGER_MAX || value > 0 != buys) return 0;
  const lots = wholeLots(facts, <i64>wholeBelow(Math.abs(value)));
  return buys ? lots : -lots;
}

/**
 * Makes an order hold what its new terms need, as far as that is more. Gives false, and changes nothing, when buying
 * power does not pay for it. What a larger size needs is only judged here: the order holds it once the change arrives.
 */
function holdFor(order: usize, facts: usize, buys: bool, leaves: i64, limit: i64, trigger: i64): bool {
  // What only reduces, and what was released to leave a position, holds nothing.
  if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY) || load<i32>(order, ORDER_PATTERN) != 0) return true;
  const at = amendedPrice(order, limit, trigger);
  if (at == 0) return true;
  const before = load<i64>(order, ORDER_LEAVES);
  const held = load<i64>(order, ORDER_RESERVED);
  const whole = leaves == UNCHANGED ? before : leaves;
  const power = addChecked(buyingPower(facts, at, 0, buys), held);
  const needed = neededFor(order, facts, buys, at, whole);
  if (needed > held && needed > power) return false;
  const now = neededFor(order, facts, buys, at, before);
  if (now <= held) return true;
  store<i64>(order, now, ORDER_RESERVED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_RESERVED), subChecked(now, held)), ACCOUNT_RESERVED);
  return true;
}

/** Buying power that `leaves` (signed) of an order need at `at`. */
function neededFor(order: usize, facts: usize, buys: bool, at: i64, leaves: i64): i64 {
  const size = leaves < 0 ? -leaves : leaves;
  const opening = size - reducingPart(load<i32>(order, ORDER_INSTRUMENT), leaves);
  return opening > 0 ? reservedFor(facts, buys, at, 0, opening) : 0;
}
