// Exact model of a replay of decisions: targets and orders by the docstrings of the decisions, over the reference of
// execution.
//
// Not here: nodes; a decision is given as its values.

import { divFloor, larger, nearestEven } from "../../adapters/testing/integers.js";
import { referenceReplay } from "../../adapters/testing/reference.js";
import { lotsWorth, WHOLE, wholeLots } from "../../adapters/testing/reference-costs.js";
import type { ReferenceResult } from "../../adapters/testing/reference-event.js";
import { endOrder } from "../../adapters/testing/reference-fill.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "../../adapters/testing/reference-market.js";
import type { ReferenceState } from "../../adapters/testing/reference-state.js";
import {
  equityOf,
  follow,
  openLeaves,
  ordersOf,
  positionOf,
  sourceOf,
} from "../../adapters/testing/reference-state.js";
import { submitOrder } from "../../adapters/testing/reference-submit.js";
import type { ModelDecision } from "./market.js";

/** Replays decisions over bars. */
export function modelReplay(
  instruments: readonly ReferenceInstrument[],
  decisions: readonly ModelDecision[],
  given: ReferenceAssumptions,
): ReferenceResult {
  const lastValues = new Map<number, number>();
  return referenceReplay(instruments, given, (state, time) => decide(state, decisions, lastValues, time));
}

interface Acting {
  readonly decision: ModelDecision;
  readonly index: number;
  readonly value: number;
}

function decide(
  state: ReferenceState,
  decisions: readonly ModelDecision[],
  lastValues: Map<number, number>,
  time: bigint,
): void {
  const acting = decisions
    .map((decision, index) => ({ decision, index, value: actingValue(state, decision, index, lastValues) }))
    .filter((each): each is Acting => each.value !== null);
  const later = acting.filter((each) => !refusesSize(state, each, time) && !appliesReducing(state, each, time));
  for (const each of later) apply(state, each, time);
}

/** The value on which a decision acts in this bucket, or null. */
function actingValue(
  state: ReferenceState,
  decision: ModelDecision,
  index: number,
  lastValues: Map<number, number>,
): number | null {
  const position = positionOf(state, decision.instrument);
  if (position.bar === null) return null;
  const value = decision.values[position.row] ?? null;
  if (value === null) return null;
  if (decision.when !== null) return decision.when[position.row] === true ? value : null;
  if (lastValues.get(index) === value) return null;
  lastValues.set(index, value);
  return value;
}

/** Refuses what no quantity can be made from. */
function refusesSize(state: ReferenceState, acting: Acting, time: bigint): boolean {
  const { decision, value } = acting;
  const { facts } = sourceOf(state, decision.instrument);
  const isTooLarge = Math.abs(value * scaleOf(decision, facts)) > 9e18;
  if (!isTooLarge && positionOf(state, decision.instrument).mark !== null) return false;
  refuse(state, acting, isTooLarge ? "invalid_order" : "no_price", time);
  return true;
}

/** First pass of decisions: those that take a position towards zero at most. */
function appliesReducing(state: ReferenceState, acting: Acting, time: bigint): boolean {
  const held = positionOf(state, acting.decision.instrument).quantity;
  if (held === 0n) return false;
  const wanted = wantedOf(state, acting);
  const target = acting.decision.kind === "marketOrder" ? held + wanted : wanted;
  const isWithin = held > 0n ? target >= 0n && target <= held : target <= 0n && target >= held;
  if (isWithin) apply(state, acting, time);
  return isWithin;
}

/** Quantity in whole lots: the position wanted, or the order's own. */
function wantedOf(state: ReferenceState, { decision, value }: Acting): bigint {
  const { facts } = sourceOf(state, decision.instrument);
  const isQuantity = decision.kind === "targetQuantity" || decision.kind === "marketOrder";
  const exact = Math.abs(value) * scaleOf(decision, facts);
  const size = isQuantity ? wholeOf(exact) : nearestEven(exact);
  const equity = larger(equityOf(state), 0n);
  const money = decision.kind === "targetPercent" ? divFloor(equity * size, WHOLE) : size;
  const mark = positionOf(state, decision.instrument).mark as bigint;
  const lots = isQuantity ? wholeLots(facts, size) : lotsWorth(facts, money, mark);
  return value < 0 ? -lots : lots;
}

/** A quantity in whole units: the one that is meant, whatever the last bits of a sum say, or the one below. */
function wholeOf(quantity: number): bigint {
  const whole = Math.round(quantity);
  return BigInt(Math.abs(quantity - whole) <= quantity * 1e-12 ? whole : Math.floor(quantity));
}

function apply(state: ReferenceState, acting: Acting, time: bigint): void {
  const { instrument, kind } = acting.decision;
  const wanted = wantedOf(state, acting);
  if (kind === "marketOrder") return submit(state, acting, wanted, time);
  const { quantity: held } = positionOf(state, instrument);
  if (wanted === held + openLeaves(state, instrument)) {
    follow(state, "S4");
    // A share or value that is too small for one lot is refused with a reason (S3); being there already is not (S4).
    if (wanted === 0n && acting.value !== 0 && held === 0n) refuse(state, acting, "below_minimum", time);
    return;
  }
  for (const order of ordersOf(state, instrument)) endOrder(state, order, "superseded", time + state.given.latencyNs);
  if (wanted !== held) submit(state, acting, wanted - held, time);
}

function refuse(state: ReferenceState, acting: Acting, reason: string, time: bigint): void {
  const { instrument } = acting.decision;
  const decision = acting.index;
  state.events.push({ kind: "refusal", time, instrument, decision, wanted: 0n, allowed: 0n, reason });
}

function submit(state: ReferenceState, { decision, index }: Acting, quantity: bigint, time: bigint): void {
  const order = { instrument: decision.instrument, decision: index, terms: { type: "market" as const, quantity } };
  submitOrder(state, order, time, decision.kind === "marketOrder");
}

/** Factor from a decision's value to an integer. */
function scaleOf(decision: ModelDecision, facts: ReferenceInstrument["facts"]): number {
  if (decision.kind === "targetPercent") return 1e9;
  return 10 ** (decision.kind === "targetValue" ? facts.currency.decimals : facts.sizeDecimals);
}
