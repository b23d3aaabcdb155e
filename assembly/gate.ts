// Gates: what stands between a decision and its order (`NODESETS.md` 1): a gate of the strategy's own, timing,
// activation and risk. Each refuses or cuts with a reason, made here.
//
// Always true:
//   a decision without gates passes none of this;
//   what only reduces is refused by freeze, timing, unknown and disabled sides and by a gate of the strategy's own, and
//     by nothing else.

import { DECISION_GATES, DECISION_INSTRUMENT, DECISION_KIND, DECISION_ORDER, UNIT_QUANTITY } from "./abi-decision";
import { NOTE_NEXT_OPEN, NOTE_RISK, NOTE_TARGET_WEIGHT, NOTE_WEIGHT } from "./abi-event";
import {
  MARKET_MARK, ORDER_DECISION, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT,
} from "./abi-order";
import {
  GATES_ACTIVATION, GATES_ALLOW, GATES_RISK, GATES_TIMING, POLICY_INDEX, SEVERITY_LOW, SIDE_LONG, SIDE_SHORT,
  TIMING_HOURS, TIMING_HOURS_BYTES, TIMING_HOURS_COUNT, TIMING_QUEUES,
} from "./abi-policy";
import {
  REASON_COMPONENT_REFUSED, REASON_INVALID_ORDER, REASON_MARKET_CLOSED, REASON_NONE, REASON_POSITION_SIZE_LIMIT,
} from "./abi-reason";
import { openingOf, sideOf, standingOf, weightOf } from "./activation";
import { UNCHANGED } from "./amend";
import { pairFrom } from "./bar";
import { WHOLE } from "./cost";
import { isWeighted } from "./holding";
import { netHeld, ownHeld, takeStrategy } from "./ledger";
import { reducingPart } from "./order-entry";
import { openLeaves } from "./order-list";
import { gatesOf, policyParam, strategyOf } from "./policy";
import { recordNote, recordRefusal } from "./record";
import { riskAllowed, riskLimit, riskReason, riskSeverity, riskValue } from "./risk";
import { instrumentAt, marketAt } from "./run";
import { wholeLots, withinLimits } from "./sizing";
import { valueOf } from "./term";
import { addChecked, mulDivFloor } from "./wide";

/** What the last `gatedOpening` cut it for, with the policy's place plus one and its severity. */
export let gateReason: i32 = 0;
export let gatePolicy: i32 = 0;
export let gateSeverity: i32 = 0;

/** True when the decision may act at `row` with `value`; leaves a refusal otherwise. */
export function passesGates(decision: usize, index: i32, row: i32, value: f64, time: i64): bool {
  const gates: usize = load<u32>(decision, DECISION_GATES);
  if (gates == 0) return true;
  const instrument = load<i32>(decision, DECISION_INSTRUMENT);
  const allow: usize = load<u32>(gates, GATES_ALLOW);
  if (allow != 0 && valueOf(allow, row) != 1) {
    recordRefusal(REASON_COMPONENT_REFUSED, instrument, time, index, 0, 0);
    return false;
  }
  const timing: usize = load<u32>(gates, GATES_TIMING);
  if (timing != 0 && !isOpen(timing, instrument, index, time)) return false;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  if (activation == 0) return true;
  const side = sideWanted(decision, instrument, value);
  return sideRefusal(activation, instrument, index, side, time) == REASON_NONE;
}

/**
 * Why an order of `quantity` (its sign alone) of a decision may not be sent at `time`, whatever the strategy's own gate
 * says; leaves a refusal then.
 */
export function standingGate(index: i32, instrument: i32, quantity: i64, time: i64): i32 {
  const gates = gatesOf(index);
  if (gates == 0) return REASON_NONE;
  const timing: usize = load<u32>(gates, GATES_TIMING);
  if (timing != 0 && !isOpen(timing, instrument, index, time)) return REASON_MARKET_CLOSED;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  if (activation == 0) return REASON_NONE;
  return sideRefusal(activation, instrument, index, sideOf(instrument, quantity), time);
}

/** Why a side may not act, REASON_NONE when it may; leaves a refusal then. */
function sideRefusal(activation: usize, instrument: i32, index: i32, side: i32, time: i64): i32 {
  const reason = standingOf(activation, side, time);
  if (reason == REASON_NONE) return reason;
  recordRefusal(reason, instrument, time, index, 0, 0, load<i32>(activation, POLICY_INDEX) + 1);
  return reason;
}

/** True within the gate's hours of the instrument; leaves a refusal with the next time within them otherwise. */
function isOpen(timing: usize, instrument: i32, index: i32, time: i64): bool {
  const hours: usize = <usize>instrument * TIMING_HOURS_BYTES + TIMING_HOURS;
  const pairs = <usize>policyParam(timing, hours);
  if (pairs == 0 || policyParam(timing, TIMING_QUEUES) != 0) return true;
  const pair = pairFrom(pairs, <i32>policyParam(timing, hours + TIMING_HOURS_COUNT), time);
  if (pair != 0 && load<i64>(pair) <= time) return true;
  const policy = load<i32>(timing, POLICY_INDEX) + 1;
  const next: i64 = pair == 0 ? i64.MAX_VALUE : load<i64>(pair);
  recordNote(NOTE_NEXT_OPEN, SEVERITY_LOW, instrument, time, index, policy, time, next);
  recordRefusal(REASON_MARKET_CLOSED, instrument, time, index, 0, 0, policy);
  return false;
}

/** Side that a decision is about: that of what it would add to, reduce or leave; else of what it wants to hold. */
function sideWanted(decision: usize, instrument: i32, value: f64): i32 {
  const isOrder = load<i32>(decision, DECISION_KIND) == DECISION_ORDER;
  if (isOrder) return sideOf(instrument, value > 0 ? 1 : -1);
  const before = addChecked(ownHeld(instrument), openLeaves(instrument));
  // What is held leaves before the other side opens, which is judged by itself.
  return (before == 0 ? value > 0 : before > 0) ? SIDE_LONG : SIDE_SHORT;
}

/** Share of a target that its side's weight leaves, in 1e-9. */
export function targetWeight(decision: usize, value: f64): i64 {
  const gates: usize = load<u32>(decision, DECISION_GATES);
  if (gates == 0 || value == 0) return WHOLE;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  return activation == 0 ? WHOLE : weightOf(activation, value > 0 ? SIDE_LONG : SIDE_SHORT);
}

/** Notes that the weight of a side made a target of `value` one of `target` units. */
export function noteWeight(index: i32, instrument: i32, value: f64, target: i64, time: i64): void {
  const gates = gatesOf(index);
  if (gates == 0 || value == 0) return;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  const weight: i64 = activation == 0 ? WHOLE : weightOf(activation, value > 0 ? SIDE_LONG : SIDE_SHORT);
  if (weight == WHOLE) return;
  const policy = load<i32>(activation, POLICY_INDEX) + 1;
  recordNote(NOTE_TARGET_WEIGHT, SEVERITY_LOW, instrument, time, index, policy, weight, target);
}

/**
 * Why an order may not want `leaves` (signed) from `time` on, REASON_NONE when it may: what it would open further has
 * to pass the gates of its decision and the limits of the run whole. What only reduces may always grow.
 */
export function growthRefusal(order: usize, leaves: i64, time: i64): i32 {
  const before = load<i64>(order, ORDER_LEAVES);
  const isLarger = before > 0 ? leaves > before : leaves < before && leaves != UNCHANGED;
  if (!isLarger || load<i32>(order, ORDER_FLAGS) & ORDER_FLAG_REDUCE_ONLY) return REASON_NONE;
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const buys = leaves > 0;
  takeStrategy(strategyOf(order));
  const growth = buys ? leaves - before : before - leaves;
  const opening = growth - (reducingPart(instrument, leaves) - reducingPart(instrument, before));
  if (opening <= 0) return REASON_NONE;
  const index = load<i32>(order, ORDER_DECISION);
  const limit = load<i64>(order, ORDER_LIMIT);
  const price: i64 = limit != 0 ? limit : load<i64>(marketAt(instrument), MARKET_MARK);
  const held = addChecked(ownHeld(instrument), openLeaves(instrument));
  if (gatedOpening(index, instrument, buys, opening, held, price, false, time) < opening) {
    return gateReason == REASON_NONE ? REASON_INVALID_ORDER : gateReason;
  }
  const all = addChecked(addChecked(netHeld(instrument), openLeaves(instrument, true)), before);
  const isWithin = withinLimits(instrument, UNIT_QUANTITY, buys, opening, all) == opening;
  return isWithin ? REASON_NONE : REASON_POSITION_SIZE_LIMIT;
}

/**
 * How much of `opening` (> 0, whole lots), which takes a position of `before` further at `price`, the gates of a
 * decision let through. Leaves `gateReason` and the policy that cut it.
 *
 * @param isWeighted The quantity was given outright, so that the side's weight is still to be taken.
 */
export function gatedOpening(
  index: i32, instrument: i32, buys: bool, opening: i64, before: i64, price: i64, isWeighted: bool, time: i64,
): i64 {
  gateReason = REASON_NONE;
  gateSeverity = SEVERITY_LOW;
  const gates = gatesOf(index);
  if (gates == 0) return opening;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  let allowed = opening;
  if (activation != 0) {
    const side = buys ? SIDE_LONG : SIDE_SHORT;
    gateReason = openingOf(activation, side, time);
    gatePolicy = load<i32>(activation, POLICY_INDEX) + 1;
    if (gateReason != REASON_NONE) return 0;
    if (isWeighted) allowed = weighted(activation, side, index, instrument, opening, time);
  }
  const risk: usize = load<u32>(gates, GATES_RISK);
  if (risk == 0 || allowed == 0) return allowed;
  const within = riskAllowed(risk, instrument, buys, allowed, before, price);
  if (riskReason == REASON_NONE) return allowed;
  gateReason = riskReason;
  gatePolicy = load<i32>(risk, POLICY_INDEX) + 1;
  gateSeverity = riskSeverity;
  recordNote(NOTE_RISK, riskSeverity, instrument, time, index, gatePolicy, riskValue, riskLimit);
  return within;
}

/** What the weight of a side leaves of a quantity given outright, with a note when it is less. */
function weighted(activation: usize, side: i32, index: i32, instrument: i32, opening: i64, time: i64): i64 {
  const weight = weightOf(activation, side);
  if (weight == WHOLE) return opening;
  const left = wholeLots(instrumentAt(instrument), mulDivFloor(opening, weight, WHOLE));
  const policy = load<i32>(activation, POLICY_INDEX) + 1;
  recordNote(NOTE_WEIGHT, SEVERITY_LOW, instrument, time, index, policy, opening, left);
  return left;
}
