// Cancels and amendments: requests to change an open order, which arrive after the latency.
//
// Always true:
//   what fills before a request arrives is filled, and so is what the bar fills inside which it does: nobody knows
//     which was first; a request that finds its order gone is refused.

import { UPDATE_AMENDED } from "./abi-event";
import { ACCOUNT_RESERVED } from "./abi-ledger";
import { LIFE_ACCEPT, LIFE_CANCEL_REQUEST } from "./abi-life";
import {
  ORDER_ACCEPTED, ORDER_CANCELS, ORDER_DECISION, ORDER_FLAG_AMENDS, ORDER_FLAG_RESTED, ORDER_FLAGS, ORDER_INSTRUMENT,
  ORDER_LEAVES, ORDER_LIMIT, ORDER_PATTERN, ORDER_PLACE, ORDER_PRIORITY, ORDER_RESERVED, ORDER_SEQUENCE, ORDER_TRIGGER,
  ORDER_VENUE, PLACE_PENDING,
} from "./abi-order";
import { REASON_NONE, REASON_NOT_FOUND } from "./abi-reason";
import { INSTRUMENT_STREAM, STREAM_CLOSED } from "./abi-run";
import { cancelReason } from "./activation";
import { amendmentFault, takeSent } from "./compliance";
import { gatePolicy, gateSeverity } from "./gate";
import { amendmentReason } from "./gate-amend";
import { moveOn } from "./life";
import {
  appendPending, countOrders, endOrder, freeSlot, newOrder, noteExpiry, orderTableFull, reduceLeaves, sharedOut,
  takeOut,
} from "./order";
import { clearFlag, sizeOf } from "./order-kind";
import { recordRefusal, recordUpdate } from "./record";
import { account, instrumentAt, marketAt, orderAt, streamAt } from "./run";
import { touch } from "./trial";
import { latencyOf } from "./venue";
import { addChecked } from "./wide";

/**
 * Asks at `time` to cancel the order in `slot`. The request arrives after the latency, and what fills meanwhile is
 * filled (D1 of `FILLS.md`): so is what the bar fills inside which it arrives.
 */
export function cancelOrder(slot: i32, time: i64): void {
  if (isInBar(orderAt(slot), time)) cancelFrom(slot, addChecked(time, latencyOf(orderAt(slot))));
  else cancelAtOnce(slot, time);
}

/** Cancels the order in `slot` at `time` without a latency, wherever its bar stands; else as `cancelOrder` does. */
export function cancelAtOnce(slot: i32, time: i64): void {
  const order = orderAt(slot);
  const latency = latencyOf(order);
  if (latency != 0) return cancelFrom(slot, addChecked(time, latency));
  // One that came before, inside a bar, has waited for this one.
  const before = load<i64>(order, ORDER_CANCELS);
  endOrder(slot, cancelReason(load<i32>(order, ORDER_INSTRUMENT), order), before != 0 && before < time ? before : time);
}

/** True unless a bar of the order's instrument has just closed: what is asked for then waits for its next open (B2). */
// @ts-ignore: decorator
@inline function isInBar(order: usize, time: i64): bool {
  const stream = load<i32>(instrumentAt(load<i32>(order, ORDER_INSTRUMENT)), INSTRUMENT_STREAM);
  return load<i64>(streamAt(stream), STREAM_CLOSED) != time;
}

/** Lets a cancel of the order in `slot` arrive at `arrives`: it is gone from the first open from there on. */
export function cancelFrom(slot: i32, arrives: i64): void {
  touch(slot);
  const order = orderAt(slot);
  if (load<i64>(order, ORDER_CANCELS) != 0) return;
  moveOn(order, LIFE_CANCEL_REQUEST);
  store<i64>(order, arrives, ORDER_CANCELS);
  noteExpiry(marketAt(load<i32>(order, ORDER_INSTRUMENT)), arrives);
}

/** An amendment leaves what is given as this as it is. */
export const UNCHANGED: i64 = i64.MIN_VALUE;

/**
 * Asks at `time` to change what the order in `slot` wants (signed quantity left), its limit or its trigger, behind the
 * bar inside which that arrives. Where compliance keeps it from the order's venue, and without room to keep a request
 * on its way, it is not sent; gives false then.
 */
export function amendOrder(slot: i32, decision: i32, time: i64, leaves: i64, limit: i64, trigger: i64): bool {
  const order = orderAt(slot);
  if (amendmentFault(order, leaves) != REASON_NONE) return false;
  const latency = latencyOf(order);
  const isAtOnce = latency == 0 && !isInBar(order, time);
  if (!isAtOnce && orderTableFull()) return false;
  takeSent(load<i32>(order, ORDER_DECISION), load<i32>(order, ORDER_VENUE));
  if (isAtOnce) {
    applyAmendment(slot, time, leaves, limit, trigger);
    return true;
  }
  // The request travels as a record of its own, which never enters the book.
  const request = newOrder(load<i32>(order, ORDER_INSTRUMENT), decision);
  const carrier = orderAt(request);
  store<i32>(carrier, ORDER_FLAG_AMENDS, ORDER_FLAGS);
  store<i32>(carrier, slot + 1, ORDER_PATTERN);
  store<i32>(carrier, load<i32>(order, ORDER_SEQUENCE), ORDER_PRIORITY);
  store<i64>(carrier, addChecked(time, latency), ORDER_ACCEPTED);
  store<i64>(carrier, leaves, ORDER_LEAVES);
  store<i64>(carrier, limit, ORDER_LIMIT);
  store<i64>(carrier, trigger, ORDER_TRIGGER);
  countOrders(load<i32>(carrier, ORDER_INSTRUMENT), 1);
  appendPending(request);
  return true;
}

/** Applies the amendment that arrived in `slot` and frees the slot; refused when its order is gone. */
export function arriveAmendment(slot: i32, time: i64): void {
  const request = orderAt(slot);
  const target = load<i32>(request, ORDER_PATTERN) - 1;
  const leaves = load<i64>(request, ORDER_LEAVES);
  const limit = load<i64>(request, ORDER_LIMIT);
  const trigger = load<i64>(request, ORDER_TRIGGER);
  const decision = load<i32>(request, ORDER_DECISION);
  const instrument = load<i32>(request, ORDER_INSTRUMENT);
  const isThere = load<i32>(orderAt(target), ORDER_SEQUENCE) == load<i32>(request, ORDER_PRIORITY);
  takeOut(slot);
  freeSlot(slot);
  countOrders(instrument, -1);
  const wanted: i64 = leaves == UNCHANGED ? 0 : leaves;
  if (!isThere) {
    recordRefusal(REASON_NOT_FOUND, instrument, time, decision, wanted, 0);
    return;
  }
  const reason = amendmentReason(orderAt(target), leaves, limit, trigger, time);
  if (reason == REASON_NONE) applyAmendment(target, time, leaves, limit, trigger);
  else recordRefusal(reason, instrument, time, decision, wanted, 0, gatePolicy, gateSeverity);
}

/** Changes the order in `slot`; it meets the next open as one that has just arrived. */
function applyAmendment(slot: i32, time: i64, leaves: i64, limit: i64, trigger: i64): void {
  touch(slot);
  const order = orderAt(slot);
  if (limit != UNCHANGED) store<i64>(order, limit, ORDER_LIMIT);
  if (trigger != UNCHANGED) store<i64>(order, trigger, ORDER_TRIGGER);
  if (leaves != UNCHANGED) resize(order, leaves);
  moveOn(order, LIFE_ACCEPT);
  clearFlag(order, ORDER_FLAG_RESTED);
  if (load<u8>(order, ORDER_PLACE) != PLACE_PENDING) {
    takeOut(slot);
    store<i64>(order, time, ORDER_ACCEPTED);
    appendPending(slot);
  }
  recordUpdate(UPDATE_AMENDED, order, time);
}

/** Sets what `order` wants; what it holds grows and shrinks in proportion, rounded up when it grows. */
function resize(order: usize, leaves: i64): void {
  const before = load<i64>(order, ORDER_LEAVES);
  const size = leaves < 0 ? -leaves : leaves;
  const sizeBefore = sizeOf(order);
  if (size <= sizeBefore) {
    reduceLeaves(order, before - leaves);
    return;
  }
  const reserved = load<i64>(order, ORDER_RESERVED);
  const held = sharedOut(reserved, size, sizeBefore);
  const more = reserved > 0 && held < i64.MAX_VALUE ? held + 1 : held;
  store<i64>(order, leaves, ORDER_LEAVES);
  store<i64>(order, more, ORDER_RESERVED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_RESERVED), more - reserved), ACCOUNT_RESERVED);
}
