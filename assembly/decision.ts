// Decisions: the rows at which targets, orders, cancels and amendments act, and in which order they do.
//
// A decision acts when its trigger is true, or, without one, when its value changes; a null does nothing. In a bucket,
// cancels go first, then amendments and whatever only reduces a position, then what opens one, so that a rebalance
// spends what it frees (`FILLS.md` B14, S4). A decision that is sent with a parent never acts by itself.
//
// Not here: the quantity of a target (`target.ts`), orders and what is sent with them (`order-decision.ts`).
// Units: values in the unit of the decision, turned into integers to the nearest by its scale; from there mantissas
// only.

import {
  DECISION_AMEND, DECISION_BYTES, DECISION_CANCEL, DECISION_CLOCK, DECISION_COMMITMENT, DECISION_INSTRUMENT,
  DECISION_KIND, DECISION_ORDER, DECISION_SCALE, DECISION_STATE, DECISION_VALUE, DECISION_WHEN,
} from "./abi-decision";
import { MARKET_MARK } from "./abi-order";
import { REASON_INVALID_ORDER, REASON_NO_PRICE } from "./abi-reason";
import { RUN_DECISION_COUNT, RUN_DECISIONS, RUN_SCRATCH } from "./abi-run";
import { clockAt, rowOfBucket } from "./block";
import { isNull } from "./column";
import { runCommitments } from "./commitment";
import { noteLane } from "./commitment-lane";
import { takeTime } from "./compliance";
import { passesGates } from "./gate";
import { takeStrategy } from "./ledger";
import { applyOrder } from "./order-decision";
import { hasCommitments, strategyOfDecision } from "./policy";
import { takeBucket } from "./publisher";
import { recordRefusal } from "./record";
import { renews, renewTargets } from "./renewal";
import { amendOrders, cancelOrders } from "./request";
import { marketAt, run } from "./run";
import { applyTarget } from "./target";
import { INTEGER_MAX, valueOf } from "./term";

// Passes over what acts in a bucket. What acts alone waits for nothing and needs one only.
const PASS_CANCEL = 0;
const PASS_REDUCE = 1;
const PASS_OPEN = 2;
const PASS_ALONE = 3;

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
  takeBucket(bucket);
  takeTime(time);
  if (renews) renewTargets(time);
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
    if (load<i32>(decision, DECISION_KIND) == DECISION_COMMITMENT) {
      noteLane(decision, row, time);
      continue;
    }
    if (!acts(decision, row)) {
      if (when != 0 && load<f64>(<usize>when + (<usize>row << 3)) != 1) falseWhen = when;
      continue;
    }
    store<i32>(list + (<usize>acting << 3), i);
    store<i32>(list + (<usize>acting << 3), row, 4);
    acting++;
  }
  if (acting > 0) applyDecisions(list, acting, time);
  if (hasCommitments()) runCommitments(time);
}

/** All passes over the acting decisions (pairs of index and row at `list`). */
function applyDecisions(list: usize, acting: i32, time: i64): void {
  if (acting == 1) {
    const index = load<i32>(list);
    applyIn(PASS_ALONE, decisionAt(index), index, load<i32>(list, 4), time);
    return;
  }
  for (let pass = PASS_CANCEL; pass <= PASS_OPEN; pass++) {
    for (let i = 0; i < acting; i++) {
      const entry = list + (<usize>i << 3);
      const index = load<i32>(entry);
      if (index < 0) continue;
      if (applyIn(pass, decisionAt(index), index, load<i32>(entry, 4), time)) store<i32>(entry, -1);
    }
  }
}

/** Applies a decision if this is the pass for it; gives true when it is dealt with. */
function applyIn(pass: i32, decision: usize, index: i32, row: i32, time: i64): bool {
  const kind = load<i32>(decision, DECISION_KIND);
  takeStrategy(strategyOfDecision(index));
  if (kind == DECISION_CANCEL) {
    cancelOrders(decision, index, time);
    return true;
  }
  if (pass == PASS_CANCEL) return false;
  if (kind == DECISION_AMEND) {
    amendOrders(decision, index, row, time);
    return true;
  }
  const value = valueOf(load<u32>(decision, DECISION_VALUE), row);
  if (pass != PASS_OPEN) {
    if (!canSize(decision, index, value, time) || !passesGates(decision, index, row, value, time)) return true;
  }
  const reducing = pass == PASS_REDUCE;
  return kind == DECISION_ORDER
    ? applyOrder(decision, index, row, value, reducing, time)
    : applyTarget(decision, index, value, reducing, time);
}

/** False when the value cannot be sized: it is too large, or there is no positive price. Leaves a refusal then. */
function canSize(decision: usize, index: i32, value: f64, time: i64): bool {
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  if (Math.abs(value * load<f64>(decision, DECISION_SCALE)) > INTEGER_MAX) {
    recordRefusal(REASON_INVALID_ORDER, instrument, time, index, 0, 0);
    return false;
  }
  if (load<i64>(marketAt(instrument), MARKET_MARK) <= 0) {
    recordRefusal(REASON_NO_PRICE, instrument, time, index, 0, 0);
    return false;
  }
  return true;
}
