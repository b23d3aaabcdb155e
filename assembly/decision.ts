// Decisions: the rows at which a target or an order acts, its size in whole lots, and the orders that follow.
//
// A decision acts when its trigger is true, or, without one, when its value changes; a null does nothing. Targets that
// reduce a position run before those that open one, so that a rebalance spends what it frees (`FILLS.md` B14, S4).
//
// Always true:
//   a target applied twice at the same prices sends nothing the second time (S4);
//   a size is rounded towards zero to the lot (S2) and never rounded up to a minimum (S3).
// Units: values in the unit of the decision, turned into integers to the nearest by its scale; from there mantissas
// only.

import {
  DECISION_BYTES, DECISION_CLOCK, DECISION_INSTRUMENT, DECISION_KIND, DECISION_ORDER, DECISION_SCALE, DECISION_STATE,
  DECISION_TARGET_PERCENT, DECISION_TARGET_VALUE, DECISION_TERMS, DECISION_VALUE, DECISION_WHEN, TERMS_TYPE, TERMS_UNIT,
} from "./abi-decision";
import { EXECUTION_LATENCY } from "./abi-execution";
import { POSITION_QUANTITY } from "./abi-ledger";
import { MARKET_MARK, MARKET_PENDING_FIRST, ORDER_LEAVES, ORDER_RESERVED } from "./abi-order";
import {
  REASON_BACKPRESSURE, REASON_BELOW_MINIMUM, REASON_INVALID_ORDER, REASON_NO_PRICE, REASON_SUPERSEDED,
} from "./abi-reason";
import {
  INSTRUMENT_LOT, INSTRUMENT_NOTIONAL_MIN, INSTRUMENT_QUANTITY_MIN, INSTRUMENT_VALUE_DIVISOR, RUN_DECISION_COUNT,
  RUN_DECISIONS, RUN_SCRATCH,
} from "./abi-run";
import { clockAt, rowOfBucket } from "./block";
import { isNull } from "./column";
import { slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { equity, quantityFor, valueFloor } from "./ledger";
import { affordable, buyingPower, refusalOfOpening, reservedFor } from "./margin";
import { acceptOrder, endOrder, newOrder, orderTableFull } from "./order";
import { openLeaves } from "./order-list";
import { recordRefusal } from "./record";
import { execution, instrumentAt, marketAt, orderAt, positionAt, run } from "./run";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** Largest magnitude that a decision's value may have as an integer: below it every f64 turns into an exact i64. */
const INTEGER_MAX: f64 = 9.0e18;

// @ts-ignore: decorator
@inline export function decisionAt(index: i32): usize {
  return <usize>load<u32>(run, RUN_DECISIONS) + <usize>index * DECISION_BYTES;
}

/** True when the decision acts at `row` of its clock; keeps the value that the next change is measured against. */
// @ts-ignore: decorator
@inline export function acts(decision: usize, row: i32): bool {
  const when: usize = load<u32>(decision, DECISION_WHEN);
  // The trigger first: many decisions have one in common, and their values lie far apart.
  if (when != 0 && load<f64>(when + (<usize>row << 3)) != 1) return false;
  const value = load<f64>(<usize>load<u32>(decision, DECISION_VALUE) + (<usize>row << 3));
  if (isNull(value)) return false;
  if (when != 0) return true;
  const kept: usize = load<u32>(decision, DECISION_STATE);
  if (load<i64>(kept, 8) != 0 && load<f64>(kept) == value) return false;
  store<f64>(kept, value);
  store<i64>(kept, 1, 8);
  return true;
}

/** Lets every decision with a row in `bucket` of the block act at `time`. */
export function decide(bucket: i32, time: i64): void {
  const list: usize = load<u32>(run, RUN_SCRATCH);
  let acting = 0;
  let falseWhen: u32 = 0;
  for (let i = 0, count = load<i32>(run, RUN_DECISION_COUNT); i < count; i++) {
    const decision = decisionAt(i);
    const when = load<u32>(decision, DECISION_WHEN);
    // The lanes of a panel have one trigger, so what is false for one is false for those that follow.
    if (when != 0 && when == falseWhen) continue;
    const row = rowOfBucket(clockAt(load<i32>(decision, DECISION_CLOCK)), bucket);
    if (row < 0) continue;
    if (!acts(decision, row)) {
      if (when != 0 && load<f64>(<usize>when + (<usize>row << 3)) != 1) falseWhen = when;
      continue;
    }
    store<i32>(list + (<usize>acting << 3), i);
    store<i32>(list + (<usize>acting << 3), row, 4);
    acting++;
  }
  if (acting > 0) applyDecisions(list, acting, time);
}

/** Two passes over the acting decisions (pairs of index and row at `list`): what reduces, then the rest. */
export function applyDecisions(list: usize, acting: i32, time: i64): void {
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < acting; i++) {
      const entry = list + (<usize>i << 3);
      const index = load<i32>(entry);
      if (index < 0) continue;
      const decision = decisionAt(index);
      const value = load<f64>(<usize>load<u32>(decision, DECISION_VALUE) + (<usize>load<i32>(entry, 4) << 3));
      const isDone = pass == 0
        ? applyReducing(decision, index, value, time)
        : applyOpening(decision, index, value, time);
      if (isDone) store<i32>(entry, -1);
    }
  }
}

/** Quantity (signed, whole lots) that a decision's value asks for: the target position, or the order itself. */
function wantedQuantity(decision: usize, value: f64): i64 {
  const facts = instrumentAt(load<i32>(decision, DECISION_INSTRUMENT));
  const kind = load<i32>(decision, DECISION_KIND);
  const whole = <i64>nearest(value * load<f64>(decision, DECISION_SCALE));
  const size = whole < 0 ? -whole : whole;
  let quantity = size;
  if (kind == DECISION_TARGET_PERCENT || kind == DECISION_TARGET_VALUE) {
    const worth = equity();
    const money = kind == DECISION_TARGET_VALUE ? size : worth > 0 ? mulDivFloor(worth, size, WHOLE) : 0;
    const price = load<i64>(marketAt(load<i32>(decision, DECISION_INSTRUMENT)), MARKET_MARK);
    quantity = quantityFor(facts, price, money);
  }
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  if (lot != 1) quantity -= quantity % lot;
  return whole < 0 ? -quantity : quantity;
}

/** False when the value cannot be sized: it is too large, or there is no positive price. Leaves a refusal then. */
function canSize(decision: usize, index: i32, value: f64, time: i64): bool {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  if (Math.abs(value * load<f64>(decision, DECISION_SCALE)) > INTEGER_MAX) {
    recordRefusal(REASON_INVALID_ORDER, instrument, time, index, 0, 0);
    return false;
  }
  const terms: usize = load<u32>(decision, DECISION_TERMS);
  if (terms != 0 && (load<i32>(decision, DECISION_KIND) != DECISION_ORDER || (load<i32>(terms, TERMS_TYPE)
    | load<i32>(terms, TERMS_UNIT)) != 0)) {
    recordRefusal(REASON_INVALID_ORDER, instrument, time, index, 0, 0);
    return false;
  }
  if (load<i64>(marketAt(instrument), MARKET_MARK) <= 0) {
    recordRefusal(REASON_NO_PRICE, instrument, time, index, 0, 0);
    return false;
  }
  return true;
}

/** First pass: a decision that only reduces its position. Gives true when the decision is dealt with. */
function applyReducing(decision: usize, index: i32, value: f64, time: i64): bool {
  if (!canSize(decision, index, value, time)) return true;
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const held = load<i64>(positionAt(instrument), POSITION_QUANTITY);
  if (held == 0) return false;
  const wanted = wantedQuantity(decision, value);
  const target = load<i32>(decision, DECISION_KIND) == DECISION_ORDER ? addChecked(held, wanted) : wanted;
  const within = held > 0 ? target >= 0 && target <= held : target <= 0 && target >= held;
  if (!within) return false;
  if (load<i32>(decision, DECISION_KIND) == DECISION_ORDER) submit(decision, index, wanted, time);
  else moveTo(decision, index, target, value, time);
  return true;
}

/** Second pass: a decision that opens, adds or flips. */
function applyOpening(decision: usize, index: i32, value: f64, time: i64): bool {
  const wanted = wantedQuantity(decision, value);
  if (load<i32>(decision, DECISION_KIND) == DECISION_ORDER) submit(decision, index, wanted, time);
  else moveTo(decision, index, wanted, value, time);
  return true;
}

/**
 * Sends what takes the position of the decision's instrument to `target`, in place of what is still open and differs
 * from it.
 */
function moveTo(decision: usize, index: i32, target: i64, value: f64, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const market = marketAt(instrument);
  const held = load<i64>(positionAt(instrument), POSITION_QUANTITY);
  if (target == addChecked(held, openLeaves(instrument))) {
    if (target == 0 && value != 0 && held == 0) recordRefusal(REASON_BELOW_MINIMUM, instrument, time, index, 0, 0);
    return;
  }
  for (let at = load<i32>(market, MARKET_PENDING_FIRST); at != 0; at = load<i32>(market, MARKET_PENDING_FIRST)) {
    // The order that replaces it arrives after the latency, and not before that does it end.
    endOrder(at - 1, REASON_SUPERSEDED, addChecked(time, load<i64>(execution, EXECUTION_LATENCY)));
  }
  if (target != held) submit(decision, index, subChecked(target, held), time);
}

/** Sends an order for `wanted` (signed, whole lots), cut to what buying power allows, or a refusal. */
function submit(decision: usize, index: i32, wanted: i64, time: i64): void {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const facts = instrumentAt(instrument);
  const buys = wanted > 0;
  const size = buys ? wanted : -wanted;
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  const reducing = reducingPart(instrument, wanted);
  const opening = size - reducing;
  let allowed = opening;
  const price = size == 0 ? mark : slippedPrice(facts, buys, mark, size, VOLUME_UNKNOWN);
  if (opening > 0) allowed = affordable(facts, buys, price, opening, buyingPower(facts, price, reducing, buys));
  const quantity = reducing + allowed;
  const explicit = load<i32>(decision, DECISION_KIND) == DECISION_ORDER;
  if (allowed < opening && (explicit || allowed == 0)) {
    recordRefusal(refusalOfOpening(buys), instrument, time, index, wanted, buys ? quantity : -quantity);
    if (quantity == 0) return;
  }
  const tooSmall = quantity < load<i64>(facts, INSTRUMENT_QUANTITY_MIN)
    || valueFloor(facts, price, quantity) < load<i64>(facts, INSTRUMENT_NOTIONAL_MIN);
  if (quantity == 0 || tooSmall) {
    recordRefusal(REASON_BELOW_MINIMUM, instrument, time, index, wanted, 0);
  } else if (orderTableFull()) {
    recordRefusal(REASON_BACKPRESSURE, instrument, time, index, wanted, 0);
  } else {
    const reserved = reservedFor(facts, buys, price, reducing, allowed);
    const slot = newOrder(instrument, index);
    store<i64>(orderAt(slot), buys ? quantity : -quantity, ORDER_LEAVES);
    store<i64>(orderAt(slot), reserved, ORDER_RESERVED);
    acceptOrder(slot, time);
  }
}

/** How much of `wanted` (signed) only reduces the position, counting what is already on its way out. */
function reducingPart(instrument: i32, wanted: i64): i64 {
  const held = load<i64>(positionAt(instrument), POSITION_QUANTITY);
  if (held == 0 || (held ^ wanted) >= 0) return 0;
  const pending = openLeaves(instrument);
  const left = (held ^ pending) < 0 ? addChecked(held, pending) : held;
  if (left == 0 || (left ^ wanted) >= 0) return 0;
  const all = left < 0 ? -left : left;
  const size = wanted < 0 ? -wanted : wanted;
  return size < all ? size : all;
}
