// Lanes of a commitment: one instrument of a panel of recommendations, what its row says, and what is held of it.
//
// A row with a confidence is a recommendation; it takes the place of one of the same instrument that still waits. An
// exit takes both away. What went unjudged leaves a decision record, in which nothing was checked.
// Units: confidence, sessions and shares in 1e-9; prices and money as mantissas.

import {
  CYCLE_BYTES, KEPT_ALLOWED, KEPT_ATR, KEPT_BYTES, KEPT_CONFIDENCE, KEPT_DEFERS, KEPT_DISTANCE, KEPT_EARNINGS,
  KEPT_FLOOR, KEPT_IDLE_EXIT, KEPT_LEVEL_ATR, KEPT_SHARE, KEPT_SINCE, KEPT_STOP, KEPT_WAITING, LANE_ATR, LANE_DEFER,
  LANE_EARNINGS, LANE_NUMBER, LANE_OWNER, LANE_PRICE_SCALE, LANE_SHARE, OWNER_LANES, OWNER_LANE_FIRST,
  VERDICT_COMMITMENT,
} from "./abi-commitment";
import {
  DECISION_COMMITMENT, DECISION_GATES, DECISION_INSTRUMENT, DECISION_KIND, DECISION_TERMS, DECISION_VALUE,
} from "./abi-decision";
import { MARKET_MARK } from "./abi-order";
import { GATES_ALLOW } from "./abi-policy";
import { REASON_SUPERSEDED } from "./abi-reason";
import { RUN_DECISION_COUNT } from "./abi-run";
import { beginChecks } from "./checks";
import { isNull } from "./column";
import { decisionAt } from "./decision";
import { ownHeld } from "./ledger";
import { openLeaves } from "./order-list";
import { policyAt, policyParam, policyState } from "./policy";
import { recordVerdict } from "./record";
import { instrumentAt, marketAt, run } from "./run";
import { INTEGER_MAX, isNear, valueOf } from "./term";
import { valueCeil } from "./value";
import { addChecked, mulDivCeil, mulDivFloor } from "./wide";

/** Counts the prices that are kept of an instrument in other units: `before` of them became `after`. */
export function splitLanes(instrument: i32, after: i64, before: i64): void {
  for (let i = 0, count = load<i32>(run, RUN_DECISION_COUNT); i < count; i++) {
    const decision = decisionAt(i);
    if (load<i32>(decision, DECISION_KIND) != DECISION_COMMITMENT) continue;
    if (load<i32>(decision, DECISION_INSTRUMENT) != instrument) continue;
    const kept = keptOf(decision);
    store<i64>(kept, mulDivCeil(load<i64>(kept, KEPT_ATR), before, after), KEPT_ATR);
    store<i64>(kept, mulDivCeil(load<i64>(kept, KEPT_DISTANCE), before, after), KEPT_DISTANCE);
    store<i64>(kept, mulDivCeil(load<i64>(kept, KEPT_LEVEL_ATR), before, after), KEPT_LEVEL_ATR);
    store<i64>(kept, mulDivFloor(load<i64>(kept, KEPT_STOP), before, after), KEPT_STOP);
    store<i64>(kept, mulDivFloor(load<i64>(kept, KEPT_FLOOR), before, after), KEPT_FLOOR);
  }
}

/** What is not there: no sessions to earnings, no share. */
export const ABSENT: i64 = -1;

// @ts-ignore: decorator
@inline export function laneOf(decision: usize): usize {
  return load<u32>(decision, DECISION_TERMS);
}

/** What is kept of lane `number` of a commitment. */
// @ts-ignore: decorator
@inline export function keptAt(owner: usize, number: i32): usize {
  return policyState(owner) + CYCLE_BYTES + <usize>number * KEPT_BYTES;
}

/** What is kept of the lane of a decision. */
export function keptOf(decision: usize): usize {
  const lane = laneOf(decision);
  return keptAt(policyAt(load<i32>(lane, LANE_OWNER)), load<i32>(lane, LANE_NUMBER));
}

// @ts-ignore: decorator
@inline export function laneCount(owner: usize): i32 {
  return <i32>policyParam(owner, OWNER_LANES);
}

/** Index of the decision of lane `number`. */
// @ts-ignore: decorator
@inline export function laneDecision(owner: usize, number: i32): i32 {
  return <i32>policyParam(owner, (<usize>number << 3) + OWNER_LANE_FIRST);
}

/** The policy whose place stands in the params of a commitment at `field`; 0 when it consults none. */
export function consulted(owner: usize, field: usize): usize {
  const place = <i32>policyParam(owner, field);
  return place == 0 ? 0 : policyAt(place - 1);
}

/** Takes what a decision's columns say at `row`. */
export function noteLane(decision: usize, row: i32, time: i64): void {
  const lane = laneOf(decision);
  const kept = keptOf(decision);
  const range: usize = load<u32>(lane, LANE_ATR);
  if (range != 0) noteRange(kept, valueOf(range, row) * load<f64>(lane, LANE_PRICE_SCALE));
  const defer: usize = load<u32>(lane, LANE_DEFER);
  if (defer != 0 && valueOf(defer, row) == 1) {
    store<i64>(kept, 1, KEPT_DEFERS);
    supersede(lane, kept, time);
    return;
  }
  store<i64>(kept, 0, KEPT_IDLE_EXIT);
  const confidence = valueOf(load<u32>(decision, DECISION_VALUE), row);
  if (isNull(confidence)) return;
  supersede(lane, kept, time);
  store<i64>(kept, 1, KEPT_WAITING);
  store<i64>(kept, time, KEPT_SINCE);
  store<i64>(kept, confidence >= 0 && confidence <= 1 ? <i64>nearest(confidence * 1e9) : ABSENT, KEPT_CONFIDENCE);
  store<i64>(kept, amountAt(load<u32>(lane, LANE_EARNINGS), row), KEPT_EARNINGS);
  store<i64>(kept, amountAt(load<u32>(lane, LANE_SHARE), row), KEPT_SHARE);
  const gates: usize = load<u32>(decision, DECISION_GATES);
  const allow: usize = gates == 0 ? 0 : load<u32>(gates, GATES_ALLOW);
  store<i64>(kept, allow == 0 || valueOf(allow, row) == 1 ? 1 : 0, KEPT_ALLOWED);
}

/** Drops the recommendation of a lane that still waits, if one does. */
function supersede(lane: usize, kept: usize, time: i64): void {
  if (load<i64>(kept, KEPT_WAITING) == 0) return;
  dropWaiting(policyAt(load<i32>(lane, LANE_OWNER)), load<i32>(lane, LANE_NUMBER), REASON_SUPERSEDED, time);
}

/** Drops the recommendation that waits in lane `number` of a commitment, with a decision record that says why. */
export function dropWaiting(owner: usize, number: i32, reason: i32, time: i64): void {
  const kept = keptAt(owner, number);
  store<i64>(kept, 0, KEPT_WAITING);
  beginChecks();
  const index = laneDecision(owner, number);
  recordVerdict(owner, index, VERDICT_COMMITMENT, reason, time, load<i64>(kept, KEPT_CONFIDENCE), 0, 0);
}

/** Keeps an ATR, rounded up: a stop lies rather further away. */
function noteRange(kept: usize, range: f64): void {
  if (!(range > 0) || range >= INTEGER_MAX) return;
  const whole = nearest(range);
  store<i64>(kept, <i64>(isNear(range, whole) && whole > 0 ? whole : ceil(range)), KEPT_ATR);
}

/** Value of a column in 1e-9; ABSENT without one, for null and below zero. */
function amountAt(column: usize, row: i32): i64 {
  if (column == 0) return ABSENT;
  const value = valueOf(column, row) * 1e9;
  return value >= 0 && value < INTEGER_MAX ? <i64>nearest(value) : ABSENT;
}

/** Quantity of an instrument with what is on its way; 0 when that is not long. */
export function committed(instrument: i32): i64 {
  const quantity = addChecked(ownHeld(instrument), openLeaves(instrument));
  return quantity > 0 ? quantity : 0;
}

/** Value of that at the mark, rounded up. */
export function exposureOf(instrument: i32): i64 {
  const quantity = committed(instrument);
  const price = load<i64>(marketAt(instrument), MARKET_MARK);
  return quantity == 0 || price <= 0 ? 0 : valueCeil(instrumentAt(instrument), price, quantity);
}
