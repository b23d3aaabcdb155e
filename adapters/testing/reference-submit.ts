// Submission in the reference: what a decision may send with the buying power there is (S2, S3), what is refused at
// once (C8), and requests about open orders.

import { absolute, areOpposite, smaller } from "./integers.js";
import { affordable, feeByRates, powerNeeded, slippedPrice, valueDown, withMinimum } from "./reference-costs.js";
import { endOrder, reasonOf } from "./reference-fill.js";
import { acceptedFrom, sessionsOf } from "./reference-market.js";
import type { Amendment, OrderTerms, ReferenceOrder } from "./reference-order.js";
import { isProtective, roleOf } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { follow, openLeaves, positionOf, powerOf, reservedOf, sourceOf } from "./reference-state.js";

interface NewOrder {
  readonly instrument: number;
  readonly decision: number;
  readonly terms: OrderTerms;
  readonly quantity: bigint;
  readonly accepted: bigint;
  readonly parent?: number | null;
  readonly group?: ReferenceOrder["group"];
}

/** Accepts an order and logs it; its children are kept as patterns. */
export function newOrder(state: ReferenceState, given: NewOrder): ReferenceOrder {
  const order = recordOf(state, given);
  order.sequence = state.sequence += 1;
  order.priority = state.priority += 1;
  order.state = "waiting";
  order.expires = expiryOf(state, given);
  const { instrument, decision, quantity, accepted } = given;
  const { sequence, parent } = order;
  const isReleased = parent !== null;
  state.events.push({ kind: "order", time: accepted, order: sequence, instrument, decision, quantity, isReleased });
  for (const terms of given.terms.children?.terms ?? []) {
    const pattern = recordOf(state, { instrument, decision, terms, quantity: 0n, accepted, parent: order.id });
    order.patterns.push(pattern.id);
  }
  return order;
}

function recordOf(state: ReferenceState, given: NewOrder): ReferenceOrder {
  const { terms, quantity } = given;
  const order: ReferenceOrder = {
    id: state.orders.length,
    instrument: given.instrument,
    decision: given.decision,
    terms,
    sequence: 0,
    priority: 0,
    state: "held",
    role: roleOf(terms.type),
    accepted: given.accepted,
    leaves: quantity,
    filled: 0n,
    limit: terms.limit ?? null,
    trigger: terms.stop ?? null,
    expires: null,
    isNew: true,
    hasArrived: false,
    quietAt: -1,
    awaitsReturn: false,
    triggeredBar: null,
    extreme: null,
    shown: terms.display === undefined ? 0n : smaller(terms.display, absolute(quantity)),
    parent: given.parent ?? null,
    patterns: [],
    released: null,
    group: given.group ?? null,
    cancelAt: null,
    amendment: null,
    reserved: 0n,
    feeByRates: 0n,
    feeCharged: 0n,
  };
  state.orders.push(order);
  return order;
}

/** When an order is no longer good: a day order at the close of the session of its acceptance, or of the next one. */
function expiryOf(state: ReferenceState, { terms, instrument, accepted }: NewOrder): bigint | null {
  if (terms.timeInForce === "gtd") return terms.expires ?? null;
  if (terms.timeInForce !== "day") return null;
  follow(state, "B12");
  return sessionsOf(sourceOf(state, instrument)).find(({ close }) => close > accepted)?.close ?? null;
}

/** Sends an order as a decision does: cut to what buying power pays for, or refused with a reason. */
export function submitOrder(
  state: ReferenceState,
  given: Omit<NewOrder, "quantity" | "accepted">,
  time: bigint,
  /** True where a smaller order than wanted is said to be one (an order, not a target). */
  isExact = true,
): ReferenceOrder | null {
  const { instrument, decision, terms } = given;
  const wanted = terms.quantity;
  const refuse = (allowed: bigint, reason: string): null => {
    state.events.push({ kind: "refusal", time, instrument, decision, wanted, allowed, reason });
    return null;
  };
  if (isInMarket(state, given)) {
    follow(state, "C8");
    return refuse(0n, "stop_in_market");
  }
  if (terms.reduceOnly === true && !mayReduce(state, instrument, wanted)) {
    follow(state, "C3");
    return refuse(0n, "reduce_only");
  }
  const { facts } = sourceOf(state, instrument);
  const isBuying = wanted > 0n;
  const price = judgedPrice(state, given);
  const reducing = freeToReduce(state, instrument, wanted);
  const opening = absolute(wanted) - reducing;
  const power = powerOf(state) - reservedOf(state) - holdOf(state, instrument, isBuying, price, reducing, 0n);
  const allowed = opening === 0n ? 0n : affordable(facts, state.given, isBuying, price, opening, power);
  const size = reducing + allowed;
  const quantity = isBuying ? size : -size;
  if (allowed < opening && (isExact || allowed === 0n)) {
    follow(state, "S2");
    refuse(quantity, reasonOf(state, isBuying));
    if (size === 0n) return null;
  }
  if (size === 0n || size < facts.quantityMin || valueDown(facts, price, size) < facts.notionalMin) {
    follow(state, "S3");
    return refuse(0n, "below_minimum");
  }
  const arrival = time + state.given.latencyNs;
  const accepted = acceptedFrom(sourceOf(state, instrument), arrival, state.given.fill);
  const order = newOrder(state, { ...given, quantity, accepted });
  order.reserved = holdOf(state, instrument, isBuying, price, reducing, allowed);
  return order;
}

/** C3: there is a position on the other side, or one on its way. */
function mayReduce(state: ReferenceState, instrument: number, wanted: bigint): boolean {
  const { quantity } = positionOf(state, instrument);
  return areOpposite(quantity, wanted) || areOpposite(openLeaves(state, instrument), wanted);
}

/** C8, judged against the last price: a stop that opens and would trigger at once. */
function isInMarket(state: ReferenceState, { instrument, terms }: Omit<NewOrder, "quantity" | "accepted">): boolean {
  const { mark } = positionOf(state, instrument);
  const role = roleOf(terms.type);
  if ((role !== "stop" && role !== "trail") || isProtective({ parent: null, terms })) return false;
  if (mark === null || terms.stop === undefined) return false;
  return terms.quantity > 0n ? mark >= terms.stop : mark <= terms.stop;
}

/** Price at which an order is judged when it is sent: its limit, its trigger, or the mark; slipped for a taker. */
function judgedPrice(state: ReferenceState, { instrument, terms }: Omit<NewOrder, "quantity" | "accepted">): bigint {
  if (terms.limit !== undefined) return terms.limit;
  const { mark } = positionOf(state, instrument);
  const price = terms.stop ?? mark;
  if (price === null) throw new Error("an order is judged at a price");
  const { facts } = sourceOf(state, instrument);
  return terms.quantity === 0n ? price : slippedPrice(facts, state.given, price, terms.quantity, null);
}

/** Part of `wanted`, as a size, that reduces what open orders do not already take away. */
function freeToReduce(state: ReferenceState, instrument: number, wanted: bigint): bigint {
  const held = positionOf(state, instrument).quantity;
  const pending = openLeaves(state, instrument);
  const left = held > 0n === pending < 0n && held !== 0n && pending !== 0n ? held + pending : held;
  if (held === 0n || left === 0n || held > 0n === wanted > 0n || left > 0n === wanted > 0n) return 0n;
  return smaller(absolute(left), absolute(wanted));
}

/** Buying power that an order holds: what its opening needs, less what its reducing part frees. */
function holdOf(
  state: ReferenceState,
  instrument: number,
  isBuying: boolean,
  price: bigint,
  reducing: bigint,
  opening: bigint,
): bigint {
  const { given } = state;
  const { facts } = sourceOf(state, instrument);
  const needed = opening > 0n ? powerNeeded(facts, given, price, opening) : 0n;
  if (reducing === 0n) return needed;
  const value = valueDown(facts, price, reducing);
  if (given.leverageE9 !== null) return needed - value;
  if (isBuying) return needed;
  return needed - (value - withMinimum(given, feeByRates(facts, given, value, reducing)));
}

/** True when a request of `time` arrives at a close: in a bar, or on its way, it waits for the next open (B2, D1). */
function isAtClose(state: ReferenceState, { instrument }: ReferenceOrder, time: bigint): boolean {
  const { bars } = state.instruments[instrument] as ReferenceState["instruments"][number];
  return state.given.latencyNs === 0n && bars.some((bar) => bar.time === time);
}

/** Asks for the end of an order; at a close it ends at once. False for an order that is gone. */
export function cancelOrder(state: ReferenceState, order: ReferenceOrder, time: bigint): boolean {
  if (order.state === "ended") return false;
  const arrival = time + state.given.latencyNs;
  if (isAtClose(state, order, time)) endOrder(state, order, "canceled", time);
  else order.cancelAt ??= arrival;
  return true;
}

/** Asks for other terms; at a close they hold at once. False for an order that is gone. */
export function amendOrder(
  state: ReferenceState,
  order: ReferenceOrder,
  change: Omit<Amendment, "at">,
  time: bigint,
): boolean {
  if (order.state === "ended") return false;
  const amendment = { ...change, at: time + state.given.latencyNs };
  if (isAtClose(state, order, time)) amend(state, order, amendment);
  else order.amendment = amendment;
  return true;
}

/** D8: a new price or a larger size loses the place; a smaller size keeps it. A new price meets the market anew. */
export function amend(state: ReferenceState, order: ReferenceOrder, change: Amendment): void {
  const isMoved =
    (change.limit !== undefined && change.limit !== order.limit) ||
    (change.stop !== undefined && change.stop !== order.trigger);
  const isLarger = change.leaves !== undefined && absolute(change.leaves) > absolute(order.leaves);
  if (change.limit !== undefined) order.limit = change.limit;
  if (change.stop !== undefined) order.trigger = change.stop;
  if (change.leaves !== undefined) order.leaves = change.leaves;
  order.amendment = null;
  if (isMoved || isLarger) order.priority = state.priority += 1;
  if (!isMoved || order.state !== "live") return;
  order.isNew = true;
  order.state = "waiting";
}
