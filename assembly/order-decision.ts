// Order decisions: an order with its terms and all that is sent with it, judged against what is known when it is sent.
//
// Always true:
//   an order is sent with all its children that have prices, or not at all; one whose protective stop has no price is
//   refused with it;
//   an entry whose stop the market has passed is refused (`FILLS.md` C8), and so is an order that may only reduce when
//   there is nothing to reduce.

import {
  DECISION_GATES, DECISION_INSTRUMENT, DECISION_SCALE, DECISION_TERMS, DECISION_VALUE, TERMS_CHILD,
  TERMS_FLAG_GOOD_TILL, TERMS_FLAGS, TERMS_FORCE, TERMS_GOOD, TERMS_GROUP, TERMS_NEXT_CHILD, TERMS_OPTIONS, TERMS_TYPE,
  TERMS_UNIT,
} from "./abi-decision";
import { EXECUTION_LATENCY } from "./abi-execution";
import {
  FORCE_GTD, MARKET_MARK, ORDER_ACTIVATION, ORDER_CHILD, ORDER_DECISION, ORDER_DISPLAY, ORDER_EXPIRES,
  ORDER_FLAG_PROTECTIVE, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAG_TRAIL_SHARE, ORDER_FLAGS, ORDER_FORCE, ORDER_INSTRUMENT,
  ORDER_LEAVES, ORDER_LIMIT, ORDER_LIMIT_OFFSET, ORDER_OFFSET, ORDER_RESERVED, ORDER_SIBLING, ORDER_TRIGGER, ORDER_TYPE,
  TYPE_LIMIT_IF_TOUCHED, TYPE_MARKET_IF_TOUCHED, TYPE_STOP, TYPE_STOP_LIMIT, TYPE_TRAILING_STOP,
  TYPE_TRAILING_STOP_LIMIT,
} from "./abi-order";
import {
  REASON_BACKPRESSURE, REASON_INVALID_ORDER, REASON_NONE, REASON_REDUCE_ONLY, REASON_STOP_IN_MARKET,
  REASON_WATERMARK,
} from "./abi-reason";
import { INSTRUMENT_TICK } from "./abi-run";
import { acceptedFrom } from "./bar";
import { slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { decisionAt } from "./decision";
import { held, ownHeld, positionFor } from "./ledger";
import { holdChild, joinGroup } from "./link";
import { newOrder, roomForOrders } from "./order";
import { allowedQuantity, gateFlags, reservedPower } from "./order-entry";
import { isPlainLimit, setFlag } from "./order-kind";
import { listOrdersOf, openLeaves, slotList } from "./order-list";
import { placeOf, viewOf } from "./policy";
import { publish } from "./publish";
import { recordRefusal } from "./record";
import { reckonAt, reckonAtDearest } from "./route";
import { execution, instrumentAt, marketAt, orderAt, venues } from "./run";
import { orderSize, sizingFault } from "./sizing";
import {
  activationPrice, displayed, INTEGER_MAX, limitOffset, limitPrice, readTerms, trailOffset, triggerPrice, valueOf,
} from "./term";
import { leaveVenue } from "./venue";
import { addChecked, mulDivCeil, subChecked } from "./wide";

/** Price at which the order whose terms were read would trade when nothing slipped, and the price to reckon with. */
let basis: i64 = 0;
let expected: i64 = 0;

/** Applies an order, in the reducing pass only when it takes the position towards zero; gives true when it did. */
export function applyOrder(decision: usize, index: i32, row: i32, value: f64, reducing: bool, time: i64): bool {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const before = ownHeld(instrument);
  const buys = value > 0;
  if (reducing && before == 0) return false;
  const terms: usize = load<u32>(decision, DECISION_TERMS);
  const reason = readTerms(terms, instrumentAt(instrument), row, buys);
  if (reason != REASON_NONE) {
    recordRefusal(reason, instrument, time, index, 0, 0);
    return true;
  }
  if (venues != 0) reckonAtDearest(index, instrument, buys, load<i32>(terms, TERMS_TYPE), limitPrice, triggerPrice);
  const wanted = wantedQuantity(decision, terms, instrument, row, value);
  leaveVenue();
  if (sizingFault != REASON_NONE) {
    const policy = sizingFault == REASON_WATERMARK ? placeOf(viewOf(load<u32>(decision, DECISION_GATES))) : 0;
    recordRefusal(sizingFault, instrument, time, index, 0, 0, policy);
    return true;
  }
  const target = addChecked(before, wanted);
  const within = before > 0 ? target >= 0 && target <= before : target <= 0 && target >= before;
  if (reducing && !within) return false;
  submit(decision, index, row, wanted, time);
  return true;
}

/** Quantity (signed, whole lots) that an order's size asks for; leaves `basis`, `expected` and `sizingFault`. */
function wantedQuantity(decision: usize, terms: usize, instrument: i32, row: i32, value: f64): i64 {
  const facts = instrumentAt(instrument);
  const buys = value > 0;
  takePrices(load<i32>(terms, TERMS_TYPE), load<i32>(terms, TERMS_FLAGS), instrument, buys);
  const unit = load<i32>(terms, TERMS_UNIT);
  const scale = load<f64>(decision, DECISION_SCALE);
  const view = viewOf(load<u32>(decision, DECISION_GATES));
  const size = orderSize(terms, unit, facts, row, value, scale, buys, basis, expected, view);
  return buys ? size : -size;
}

/** Prices that an order of `type` is reckoned at: its limit, its trigger, or the mark; takers with slippage. */
function takePrices(type: i32, flags: i32, instrument: i32, buys: bool): void {
  const facts = instrumentAt(instrument);
  basis = load<i64>(marketAt(instrument), MARKET_MARK);
  if (hasLimit(type)) basis = limitPrice;
  else if (type == TYPE_STOP || type == TYPE_MARKET_IF_TOUCHED) basis = triggerPrice;
  else if (type == TYPE_TRAILING_STOP || type == TYPE_TRAILING_STOP_LIMIT) basis = trailingLevel(facts, flags, buys);
  const rests = hasLimit(type) || type == TYPE_TRAILING_STOP_LIMIT;
  expected = rests ? basis : slippedPrice(facts, buys, basis, 1, VOLUME_UNKNOWN);
}

/** True for the types whose limit is known when they are sent. */
function hasLimit(type: i32): bool {
  return isPlainLimit(type) || type == TYPE_STOP_LIMIT || type == TYPE_LIMIT_IF_TOUCHED;
}

/** First level of a trailing order, from the mark unless it was given, with the distance of its limit. */
function trailingLevel(facts: usize, flags: i32, buys: bool): i64 {
  let away = limitOffset;
  if (triggerPrice == 0) {
    const share = (flags & ORDER_FLAG_TRAIL_SHARE) != 0;
    away = addChecked(away, share ? mulDivCeil(basis, trailOffset, WHOLE) : trailOffset);
  }
  const from = triggerPrice == 0 ? basis : triggerPrice;
  const level = buys ? addChecked(from, away) : subChecked(from, away);
  const tick = load<i64>(facts, INSTRUMENT_TICK);
  return level < tick ? tick : level;
}

/** Sends an order for `wanted` (signed, whole lots) and its children, or leaves refusals. */
function submit(decision: usize, index: i32, row: i32, wanted: i64, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const terms: usize = load<u32>(decision, DECISION_TERMS);
  const flags = load<i32>(terms, TERMS_FLAGS);
  const reduceOnly = (flags & ORDER_FLAG_REDUCE_ONLY) != 0;
  const type = load<i32>(terms, TERMS_TYPE);
  const reason = wanted == 0 ? REASON_NONE : standing(instrument, type, reduceOnly, wanted);
  if (reason != REASON_NONE) {
    recordRefusal(reason, instrument, time, index, wanted, 0);
    return;
  }
  const unit = load<i32>(terms, TERMS_UNIT);
  if (venues != 0) {
    reckonAt(index, instrument, wanted, type, limitPrice, triggerPrice, load<i32>(terms, TERMS_CHILD) != 0);
    takePrices(type, flags, instrument, wanted > 0);
  }
  const quantity = allowedQuantity(index, instrument, unit, type, wanted, expected, reduceOnly, time, true);
  leaveVenue();
  if (quantity == 0) return;
  const unprotected = protectionFault(terms, row, quantity > 0, time);
  if (unprotected != REASON_NONE || !roomForOrders(familySize(terms))) {
    const refusal = unprotected != REASON_NONE ? unprotected : REASON_BACKPRESSURE;
    recordRefusal(refusal, instrument, time, index, wanted, 0);
    return;
  }
  const slot = newOrder(instrument, index);
  // The terms of the children were looked at in between.
  readTerms(terms, instrumentAt(instrument), row, quantity > 0);
  writeTerms(orderAt(slot), terms, quantity, time);
  // What is shown whole is no iceberg.
  if (displayed >= (quantity < 0 ? -quantity : quantity)) store<i64>(orderAt(slot), 0, ORDER_DISPLAY);
  store<i64>(orderAt(slot), reservedPower, ORDER_RESERVED);
  setFlag(orderAt(slot), gateFlags);
  if (load<i32>(terms, TERMS_GROUP) != 0) joinOpenGroup(slot, index, instrument);
  publish(slot, time, load<i32>(terms, TERMS_CHILD) != 0);
  sendChildren(slot, terms, row, quantity > 0, time);
}

/** Why an order is refused as things stand: a stop in the market, or nothing to reduce. */
function standing(instrument: i32, type: i32, reduceOnly: bool, wanted: i64): i32 {
  const buys = wanted > 0;
  if (reduceOnly) return mayReduce(instrument, buys) ? REASON_NONE : REASON_REDUCE_ONLY;
  const isStop = type == TYPE_STOP || type == TYPE_STOP_LIMIT;
  const isTrailing = type == TYPE_TRAILING_STOP || type == TYPE_TRAILING_STOP_LIMIT;
  if (!isStop && (!isTrailing || triggerPrice == 0)) return REASON_NONE;
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  return (buys ? triggerPrice <= mark : triggerPrice >= mark) ? REASON_STOP_IN_MARKET : REASON_NONE;
}

/** True when an order on this side has something to reduce, or when what opens the other side is on its way. */
function mayReduce(instrument: i32, buys: bool): bool {
  const quantity = held(positionFor(instrument, buys ? 1 : -1, true));
  const pending = openLeaves(instrument);
  return buys ? quantity < 0 || pending < 0 : quantity > 0 || pending > 0;
}

/** Orders of a family: the one with these terms and all that are sent with it. */
function familySize(terms: usize): i32 {
  let size = 1;
  for (let at = load<i32>(terms, TERMS_CHILD); at != 0; ) {
    const child: usize = load<u32>(decisionAt(at - 1), DECISION_TERMS);
    size += familySize(child);
    at = load<i32>(child, TERMS_NEXT_CHILD);
  }
  return size;
}

/**
 * Why an order may not be sent: a protective child, or child of a child, of which no order can be made. Leaves a
 * refusal of that child.
 */
function protectionFault(terms: usize, row: i32, buys: bool, time: i64): i32 {
  for (let at = load<i32>(terms, TERMS_CHILD); at != 0; ) {
    const decision = decisionAt(at - 1);
    const child: usize = load<u32>(decision, DECISION_TERMS);
    const reason = childFault(decision, child, row, buys);
    const protects = (load<i32>(child, TERMS_FLAGS) & ORDER_FLAG_PROTECTIVE) != 0;
    if (reason != REASON_NONE && protects) {
      recordRefusal(reason, load<i32>(decision, DECISION_INSTRUMENT), time, at - 1, 0, 0);
      return reason;
    }
    if (reason == REASON_NONE) {
      const below = protectionFault(child, row, childBuys(decision, row, buys), time);
      if (below != REASON_NONE) return below;
    }
    at = load<i32>(child, TERMS_NEXT_CHILD);
  }
  return REASON_NONE;
}

/** Factor of what its parent fills that a child is for, in 1e-9. */
// @ts-ignore: decorator
@inline function factorOf(decision: usize, row: i32): f64 {
  return nearest(valueOf(load<u32>(decision, DECISION_VALUE), row) * load<f64>(decision, DECISION_SCALE));
}

// @ts-ignore: decorator
@inline function childBuys(decision: usize, row: i32, parentBuys: bool): bool {
  return factorOf(decision, row) > 0 == parentBuys;
}

/** Why no order can be made of a child at `row`; leaves its terms read. */
function childFault(decision: usize, terms: usize, row: i32, parentBuys: bool): i32 {
  const factor = Math.abs(factorOf(decision, row));
  if (!(factor >= 1) || factor > INTEGER_MAX) return REASON_INVALID_ORDER;
  const facts = instrumentAt(load<i32>(decision, DECISION_INSTRUMENT));
  return readTerms(terms, facts, row, childBuys(decision, row, parentBuys));
}

/** Lets the children of the order in `parent` wait for it, tied as their groups say. */
function sendChildren(parent: i32, terms: usize, row: i32, parentBuys: bool, time: i64): void {
  for (let at = load<i32>(terms, TERMS_CHILD); at != 0; ) {
    const index = at - 1;
    const decision = decisionAt(index);
    const child: usize = load<u32>(decision, DECISION_TERMS);
    at = load<i32>(child, TERMS_NEXT_CHILD);
    const reason = childFault(decision, child, row, parentBuys);
    const instrument = load<i32>(decision, DECISION_INSTRUMENT);
    if (reason != REASON_NONE) {
      recordRefusal(reason, instrument, time, index, 0, 0);
      continue;
    }
    const slot = newOrder(instrument, index);
    writeTerms(orderAt(slot), child, <i64>factorOf(decision, row), time);
    if (load<i32>(child, TERMS_GROUP) != 0) joinHeldGroup(slot, parent, index);
    holdChild(slot, parent);
    sendChildren(slot, child, row, childBuys(decision, row, parentBuys), time);
  }
}

/** Writes the terms that were read last into a new order. */
function writeTerms(order: usize, terms: usize, leaves: i64, time: i64): void {
  store<u8>(order, <u8>load<i32>(terms, TERMS_TYPE), ORDER_TYPE);
  store<u8>(order, <u8>load<i32>(terms, TERMS_FORCE), ORDER_FORCE);
  store<i32>(order, load<i32>(terms, TERMS_FLAGS), ORDER_FLAGS);
  store<i64>(order, leaves, ORDER_LEAVES);
  store<i64>(order, limitPrice, ORDER_LIMIT);
  store<i64>(order, triggerPrice, ORDER_TRIGGER);
  store<i64>(order, trailOffset, ORDER_OFFSET);
  store<i64>(order, limitOffset, ORDER_LIMIT_OFFSET);
  store<i64>(order, activationPrice, ORDER_ACTIVATION);
  store<i64>(order, displayed, ORDER_DISPLAY);
  if (load<i32>(terms, TERMS_FORCE) != FORCE_GTD) return;
  const good = load<i64>(terms, TERMS_GOOD);
  const isInstant = (load<i32>(terms, TERMS_OPTIONS) & TERMS_FLAG_GOOD_TILL) != 0;
  const sent = addChecked(time, load<i64>(execution, EXECUTION_LATENCY));
  const accepted = acceptedFrom(load<i32>(order, ORDER_INSTRUMENT), sent);
  store<i64>(order, isInstant ? good : addChecked(accepted, good), ORDER_EXPIRES);
}

/** Ties an order that is to be sent to the open orders of its group: all these stand in one ring. */
function joinOpenGroup(slot: i32, index: i32, instrument: i32): void {
  const list = slotList(0);
  let at = index;
  do {
    if (listOrdersOf(instrument, at, list) > 0) {
      joinGroup(slot, load<i32>(list));
      return;
    }
    at = load<i32>(load<u32>(decisionAt(at), DECISION_TERMS), TERMS_GROUP) - 1;
  } while (at != index);
}

/** Ties a child that is to wait for `parent` to the children of its group that wait for the same order. */
function joinHeldGroup(slot: i32, parent: i32, index: i32): void {
  for (let at = load<i32>(orderAt(parent), ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    if (!isInGroup(load<i32>(orderAt(at - 1), ORDER_DECISION), index)) continue;
    joinGroup(slot, at - 1);
    return;
  }
}

/** True when decision `other` is in the group of decision `index`. */
function isInGroup(other: i32, index: i32): bool {
  let at = index;
  do {
    if (at == other) return true;
    at = load<i32>(load<u32>(decisionAt(at), DECISION_TERMS), TERMS_GROUP) - 1;
  } while (at != index);
  return false;
}
