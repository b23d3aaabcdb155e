// Gates: what stands between a decision and its order (`NODESETS.md` 1): a gate of the strategy's own, timing,
// pre-trade, activation and risk. Each refuses or cuts with a reason, made here.
//
// Always true:
//   a decision without gates passes none of this;
//   what only reduces is refused by freeze, timing, unknown and disabled sides, by pre-trade for its symbol and market,
//     and by a gate of the strategy's own, and by nothing else.
// Not here: orders that are there already (`gate-amend.ts`) or come with a fill (`gate-release.ts`).

import { DECISION_GATES, DECISION_INSTRUMENT, DECISION_KIND, DECISION_ORDER } from "./abi-decision";
import { NOTE_NEXT_OPEN, NOTE_RISK, NOTE_TARGET_WEIGHT, NOTE_WEIGHT } from "./abi-event";
import {
  GATES_ACTIVATION, GATES_ALLOW, GATES_PRE_TRADE, GATES_RISK, GATES_TIMING, SEVERITY_LOW, SIDE_LONG, SIDE_SHORT,
  TIMING_HOURS, TIMING_HOURS_BYTES, TIMING_HOURS_COUNT, TIMING_QUEUES,
} from "./abi-policy";
import { REASON_COMPONENT_REFUSED, REASON_MARKET_CLOSED, REASON_NONE, REASON_WATERMARK } from "./abi-reason";
import { openingOf, sideOf, standingOf, weightOf } from "./activation";
import { WHOLE } from "./cost";
import { decisionAt } from "./decision";
import { ownHeld } from "./ledger";
import { openLeaves } from "./order-list";
import { gatesOf, hasPolicies, isKnown, placeOf, policyParam, viewOf } from "./policy";
import { isWithinHours, marketFault, nextOpen, preTradeAllowed, preTradeReason } from "./pre-trade";
import { recordNote, recordRefusal } from "./record";
import { riskAllowed, riskLimit, riskReason, riskSeverity, riskValue } from "./risk";
import { instrumentAt } from "./run";
import { wholeLots } from "./sizing";
import { valueOf } from "./term";
import { mulDivFloor } from "./wide";

/** Why the last gates refused or cut, with the policy's place plus one and its severity; REASON_NONE when none did. */
export let gateReason: i32 = REASON_NONE;
export let gatePolicy: i32 = 0;
export let gateSeverity: i32 = SEVERITY_LOW;

/** Forgets what gates said before. */
export function clearGate(): void {
  gateReason = REASON_NONE;
  gatePolicy = 0;
  gateSeverity = SEVERITY_LOW;
}

/** Says that `policy` refused or cut for `reason`; gives the reason. */
export function sayGate(reason: i32, policy: usize, severity: i32 = SEVERITY_LOW): i32 {
  gateReason = reason;
  gatePolicy = placeOf(policy);
  gateSeverity = severity;
  return reason;
}

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
  clearGate();
  if (marketReason(gates, instrument, index, time) == REASON_NONE) {
    const activation: usize = load<u32>(gates, GATES_ACTIVATION);
    if (activation != 0) sideReason(activation, sideWanted(decision, instrument, value), time);
  }
  return refused(instrument, index, time) == REASON_NONE;
}

/**
 * Why an order of `quantity` (its sign alone) of a decision may not be sent at `time`, whatever the strategy's own gate
 * says; leaves a refusal then.
 */
export function standingGate(index: i32, instrument: i32, quantity: i64, time: i64): i32 {
  const gates = gatesOf(index);
  if (gates == 0) return REASON_NONE;
  clearGate();
  if (marketReason(gates, instrument, index, time) == REASON_NONE) {
    const activation: usize = load<u32>(gates, GATES_ACTIVATION);
    if (activation != 0) sideReason(activation, sideOf(instrument, quantity), time);
  }
  return refused(instrument, index, time);
}

/** Leaves a refusal of a whole decision where gates said one; gives its reason. */
function refused(instrument: i32, index: i32, time: i64): i32 {
  if (gateReason != REASON_NONE) recordRefusal(gateReason, instrument, time, index, 0, 0, gatePolicy, gateSeverity);
  return gateReason;
}

/** Why a side may not act; says so. */
function sideReason(activation: usize, side: i32, time: i64): void {
  const reason = standingOf(activation, side, time);
  if (reason != REASON_NONE) sayGate(reason, activation);
}

/** Why nothing of an instrument may be sent at `time`: hours, halts and symbol. Says so, and notes the next open. */
export function marketReason(gates: usize, instrument: i32, index: i32, time: i64): i32 {
  const timing: usize = load<u32>(gates, GATES_TIMING);
  if (timing != 0 && !isOpen(timing, instrument, time)) return closedReason(timing, instrument, index, time);
  const preTrade: usize = load<u32>(gates, GATES_PRE_TRADE);
  if (preTrade == 0) return REASON_NONE;
  const fault = marketFault(preTrade, instrument, time);
  if (fault == REASON_MARKET_CLOSED) return closedReason(preTrade, instrument, index, time);
  return fault == REASON_NONE ? REASON_NONE : sayGate(fault, preTrade);
}

/** True within a timing gate's hours of the instrument; leaves `nextOpen` otherwise. */
function isOpen(timing: usize, instrument: i32, time: i64): bool {
  const hours: usize = <usize>instrument * TIMING_HOURS_BYTES + TIMING_HOURS;
  const pairs = <usize>policyParam(timing, hours);
  if (pairs == 0 || policyParam(timing, TIMING_QUEUES) != 0) return true;
  return isWithinHours(pairs, <i32>policyParam(timing, hours + TIMING_HOURS_COUNT), time);
}

/** Says that a policy found the market closed, with a note of the next time at which it is open. */
function closedReason(policy: usize, instrument: i32, index: i32, time: i64): i32 {
  recordNote(NOTE_NEXT_OPEN, SEVERITY_LOW, instrument, time, index, placeOf(policy), time, nextOpen);
  return sayGate(REASON_MARKET_CLOSED, policy);
}

/** Side that a decision is about: that of what it would add to, reduce or leave; else of what it wants to hold. */
function sideWanted(decision: usize, instrument: i32, value: f64): i32 {
  const isOrder = load<i32>(decision, DECISION_KIND) == DECISION_ORDER;
  if (isOrder) return sideOf(instrument, value > 0 ? 1 : -1);
  // What is held leaves before the other side opens, which is judged by itself; what is on its way may never come.
  const held = ownHeld(instrument);
  const before = held != 0 ? held : openLeaves(instrument);
  return (before == 0 ? value > 0 : before > 0) ? SIDE_LONG : SIDE_SHORT;
}

/**
 * True when a decision may open nothing on this side at `time`: it drains, is stale, not active or not known. What is
 * sent then may only reduce for as long as it is open, whatever closes the position before it.
 */
export function onlyReduces(index: i32, buys: bool, time: i64): bool {
  const gates = gatesOf(index);
  const activation: usize = gates == 0 ? 0 : load<u32>(gates, GATES_ACTIVATION);
  return activation != 0 && openingOf(activation, buys ? SIDE_LONG : SIDE_SHORT, time) != REASON_NONE;
}

/** True when something stands between a decision and what it opens. */
export function isGated(index: i32): bool {
  return hasPolicies() && gatesOf(index) != 0;
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
  const weight = targetWeight(decisionAt(index), value);
  if (weight == WHOLE) return;
  const policy = placeOf(load<u32>(gatesOf(index), GATES_ACTIVATION));
  recordNote(NOTE_TARGET_WEIGHT, SEVERITY_LOW, instrument, time, index, policy, weight, target);
}

/**
 * How much of `opening` (> 0, whole lots) at `price` the gates of a decision let through, for an order whose other part
 * frees `freed` units. Leaves `gateReason`, and who cut it.
 *
 * @param inBar A point of a bar is in hand, at which orders may stand in no list.
 * @param isWeighted The quantity was given outright, so that the side's weight is still to be taken.
 */
export function gatedOpening(
  index: i32, instrument: i32, buys: bool, opening: i64, price: i64, freed: i64, inBar: bool, isWeighted: bool,
  time: i64,
): i64 {
  const within = boundOpening(index, instrument, buys, opening, price, inBar, isWeighted, time);
  const gates = gatesOf(index);
  const preTrade: usize = gates == 0 ? 0 : load<u32>(gates, GATES_PRE_TRADE);
  if (preTrade == 0 || within == 0) return within;
  const allowed = preTradeAllowed(preTrade, instrument, buys, within, freed, price);
  if (preTradeReason != REASON_NONE) sayGate(preTradeReason, preTrade);
  return allowed;
}

/** The same by activation, portfolio view and risk alone. */
export function boundOpening(
  index: i32, instrument: i32, buys: bool, opening: i64, price: i64, inBar: bool, isWeighted: bool, time: i64,
): i64 {
  clearGate();
  const gates = gatesOf(index);
  if (gates == 0) return opening;
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  let allowed = opening;
  if (activation != 0) {
    const side = buys ? SIDE_LONG : SIDE_SHORT;
    const reason = openingOf(activation, side, time);
    if (reason != REASON_NONE) {
      sayGate(reason, activation);
      return 0;
    }
    if (isWeighted) allowed = weighted(activation, side, index, instrument, opening, time);
  }
  const view = viewOf(gates);
  if (!isKnown(view)) {
    sayGate(REASON_WATERMARK, view);
    return 0;
  }
  const risk: usize = load<u32>(gates, GATES_RISK);
  if (risk == 0 || allowed == 0) return allowed;
  const within = riskAllowed(risk, instrument, buys, allowed, price, inBar);
  if (riskReason == REASON_NONE) return allowed;
  sayGate(riskReason, risk, riskSeverity);
  recordNote(NOTE_RISK, riskSeverity, instrument, time, index, gatePolicy, riskValue, riskLimit);
  return within;
}

/** What the weight of its side leaves of a quantity (> 0, whole lots) that a decision wants to open outright. */
export function weightedOpening(index: i32, instrument: i32, buys: bool, opening: i64, time: i64): i64 {
  const gates = gatesOf(index);
  const activation: usize = gates == 0 ? 0 : load<u32>(gates, GATES_ACTIVATION);
  if (activation == 0) return opening;
  return weighted(activation, buys ? SIDE_LONG : SIDE_SHORT, index, instrument, opening, time);
}

/** What the weight of a side leaves of a quantity given outright, with a note when it is less. */
function weighted(activation: usize, side: i32, index: i32, instrument: i32, opening: i64, time: i64): i64 {
  const weight = weightOf(activation, side);
  if (weight == WHOLE) return opening;
  const left = wholeLots(instrumentAt(instrument), mulDivFloor(opening, weight, WHOLE));
  recordNote(NOTE_WEIGHT, SEVERITY_LOW, instrument, time, index, placeOf(activation), opening, left);
  return left;
}
