// Fills of the reference: what an order gets at a price, and what follows at the same time: the orders it is linked
// with (C1, C2), those that may only reduce (C3), and its end.
//
// Not here: when an order acts, and at which price.

import { absolute, larger, smaller } from "./integers.js";
import { affordable, feeByRates, slippedPrice, valueUp, withMinimum } from "./reference-costs.js";
import { releaseChildren } from "./reference-link.js";
import type { ReferenceOrder } from "./reference-order.js";
import { isBuy } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import {
  awaitsOpening,
  barOf,
  book,
  follow,
  orderOf,
  ordersOf,
  positionOf,
  powerOf,
  reducible,
  sourceOf,
} from "./reference-state.js";

/** Where the market stands when an order acts. */
export interface Moment {
  /** `decided` is the close after the decisions, under `sameClose`. */
  readonly point: "open" | "walk" | "close" | "decided";
  /** Time that the events carry. */
  readonly time: bigint;
  /** Price that the market is at. */
  readonly price: bigint;
}

/** The price that an order can have, before slippage when it takes. */
export interface Chance {
  readonly price: bigint;
  readonly liquidity: "taker" | "maker";
  /** Price that slippage may not pass; `null` for none. */
  readonly cap: bigint | null;
  /** The price is what it is, and does not slip. */
  readonly isFixed?: boolean;
}

/** Fills what a chance gives of an order: what reduces, then (for `all`) what opens (B13, C9). */
export function fillAt(
  state: ReferenceState,
  order: ReferenceOrder,
  chance: Chance,
  moment: Moment,
  part: "reducing" | "all",
): void {
  if (order.terms.timeInForce === "fok" && !fitsWhole(state, order, chance))
    return endOrder(state, order, "fok_unfilled", moment.time);
  const wanted = withinBudget(state, order, reducible(state, order.instrument, order.leaves), chance);
  if (wanted > 0n) fill(state, order, chance, isBuy(order) ? wanted : -wanted, moment);
  if (part === "all" && order.state !== "ended") open(state, order, chance, moment);
}

/** The part that opens, as far as buying power goes; an order that gets less than the volume allows is over (S2). */
function open(state: ReferenceState, order: ReferenceOrder, chance: Chance, moment: Moment): void {
  const { instrument } = order;
  if (reducible(state, instrument, order.leaves) > 0n) return;
  const wanted = withinBudget(state, order, absolute(order.leaves), chance);
  if (wanted <= 0n) return;
  const price = priceOf(state, order, chance, isBuy(order) ? wanted : -wanted);
  // What is held is worth what it trades at when an addition to it is judged.
  if (state.given.leverageE9 !== null) positionOf(state, instrument).mark = price;
  const quantity = affordable(
    sourceOf(state, instrument).facts,
    state.given,
    isBuy(order),
    price,
    wanted,
    powerOf(state),
  );
  if (quantity > 0n) fill(state, order, chance, isBuy(order) ? quantity : -quantity, moment, price);
  if (quantity === wanted || order.state === "ended") return;
  follow(state, "S2");
  endOrder(state, order, reasonOf(state, isBuy(order)), moment.time);
}

/** Why an opening got less than it wanted. */
export function reasonOf(state: ReferenceState, isBuying: boolean): string {
  return isBuying || state.given.leverageE9 !== null ? "insufficient_buying_power" : "not_shortable";
}

/** B11, and the slice that an iceberg shows while it rests. */
function withinBudget(state: ReferenceState, order: ReferenceOrder, size: bigint, { liquidity }: Chance): bigint {
  const { budget } = positionOf(state, order.instrument);
  const isWhole = order.terms.display === undefined || liquidity === "taker" || isAlone(state, order);
  const shown = isWhole ? size : smaller(size, order.shown);
  return budget === null ? shown : smaller(shown, budget);
}

/** An iceberg with nothing else at its price fills through, slice after slice. */
function isAlone(state: ReferenceState, order: ReferenceOrder): boolean {
  return !ordersOf(state, order.instrument).some(
    (other) =>
      other !== order &&
      other.role === "limit" &&
      other.state === "live" &&
      other.limit === order.limit &&
      isBuy(other) === isBuy(order),
  );
}

/** FOK: everything at once, by volume and by buying power. */
function fitsWhole(state: ReferenceState, order: ReferenceOrder, chance: Chance): boolean {
  const { instrument, leaves } = order;
  const { budget } = positionOf(state, instrument);
  const size = absolute(leaves);
  if (budget !== null && budget < size) return false;
  const opening = size - reducible(state, instrument, leaves);
  if (opening === 0n) return true;
  const price = priceOf(state, order, chance, leaves);
  const { facts } = sourceOf(state, instrument);
  return affordable(facts, state.given, isBuy(order), price, opening, powerOf(state)) === opening;
}

/** Price of a fill: a maker's own, a taker's moved against the account, at most to the cap (B5) and the bar (B7). */
function priceOf(state: ReferenceState, order: ReferenceOrder, chance: Chance, quantity: bigint): bigint {
  if (chance.liquidity === "maker" || chance.isFixed === true) return chance.price;
  const { facts } = sourceOf(state, order.instrument);
  const bar = barOf(state, order.instrument);
  let price = slippedPrice(facts, state.given, chance.price, quantity, bar.volume);
  const isBuying = quantity > 0n;
  if (state.given.capToBar === true) price = isBuying ? smaller(price, bar.high) : larger(price, bar.low);
  if (chance.cap === null) return price;
  return isBuying ? smaller(price, chance.cap) : larger(price, chance.cap);
}

function fill(
  state: ReferenceState,
  order: ReferenceOrder,
  chance: Chance,
  quantity: bigint,
  moment: Moment,
  price: bigint = priceOf(state, order, chance, quantity),
): void {
  const position = positionOf(state, order.instrument);
  if (position.budget !== null) position.budget -= absolute(quantity);
  const slipped = chance.liquidity === "taker" ? absolute(price - chance.price) : 0n;
  fillFor(state, order, price, quantity, moment, { slipped, liquidity: chance.liquidity, isForced: false });
}

/** Books a fill, logs it, and lets follow what follows from it. */
export function fillFor(
  state: ReferenceState,
  order: ReferenceOrder,
  price: bigint,
  quantity: bigint,
  moment: Moment,
  how: { readonly slipped: bigint; readonly liquidity: "taker" | "maker"; readonly isForced: boolean },
): void {
  const { instrument } = order;
  const { facts } = sourceOf(state, instrument);
  const cash = -valueUp(facts, price, quantity);
  order.feeByRates += feeByRates(facts, state.given, absolute(cash), absolute(quantity), how.liquidity);
  const fee = withMinimum(state.given, order.feeByRates) - order.feeCharged;
  order.feeCharged += fee;
  const realised = book(state, instrument, quantity, cash, fee);
  positionOf(state, instrument).mark = price;
  state.events.push({
    kind: "fill",
    time: moment.time,
    order: order.sequence,
    instrument,
    price,
    quantity,
    cash,
    fee,
    realised,
    slippage: valueUp(facts, how.slipped, absolute(quantity)),
    isForced: how.isForced,
    liquidity: how.liquidity,
  });
  lower(state, order, quantity);
  settleGroup(state, order, quantity, moment.time);
  shrinkReduceOnly(state, instrument, moment.time);
  releaseChildren(state, order, quantity, price, moment);
}

/** Takes a quantity off what an order wants, and its share off what it holds; one that wants nothing is over. */
function lower(state: ReferenceState, order: ReferenceOrder, quantity: bigint): void {
  const left = order.leaves - quantity;
  order.reserved = (order.reserved * absolute(left)) / absolute(order.leaves);
  order.leaves = left;
  order.filled += quantity;
  if (order.terms.display !== undefined) showNext(state, order, absolute(quantity));
  if (left === 0n) order.state = "ended";
}

/** An iceberg whose slice is gone shows the next one, behind the others at its price. */
function showNext(state: ReferenceState, order: ReferenceOrder, taken: bigint): void {
  order.shown -= taken;
  if (order.shown > 0n) return;
  order.shown = smaller(order.terms.display as bigint, absolute(order.leaves));
  order.priority = state.priority += 1;
}

/** C2: any fill of one cancels the others (OCO), or takes as much off them (OUO). */
function settleGroup(state: ReferenceState, order: ReferenceOrder, quantity: bigint, time: bigint): void {
  if (order.group === null) return;
  const { id, link } = order.group;
  for (const other of ordersOf(state, order.instrument)) {
    if (other === order || other.group?.id !== id) continue;
    follow(state, "C2");
    if (link === "oco") endOrder(state, other, "oco", time);
    else shrink(state, other, absolute(other.leaves) - absolute(quantity), "oco", time);
  }
}

/** C3: what may only reduce wants no more than there is to reduce. */
function shrinkReduceOnly(state: ReferenceState, instrument: number, time: bigint): void {
  for (const order of ordersOf(state, instrument)) {
    if (order.terms.reduceOnly !== true || !order.hasArrived) continue;
    const size = reducible(state, instrument, order.leaves);
    if (size < absolute(order.leaves)) follow(state, "C3");
    shrink(state, order, size, "reduce_only", time);
  }
}

/** Leaves an order `size` to be filled at most; at zero it is over. */
export function shrink(state: ReferenceState, order: ReferenceOrder, size: bigint, reason: string, time: bigint): void {
  if (size >= absolute(order.leaves)) return;
  if (size <= 0n) return endOrder(state, order, reason, time);
  order.reserved = (order.reserved * size) / absolute(order.leaves);
  order.leaves = isBuy(order) ? size : -size;
  if (order.terms.display !== undefined) order.shown = smaller(order.shown, size);
}

/** C3: an order that arrives and may only reduce is cut to what there is to reduce. False when there is nothing. */
export function mayStillReduce(state: ReferenceState, order: ReferenceOrder, moment: Moment): boolean {
  order.hasArrived = true;
  if (order.terms.reduceOnly !== true) return true;
  follow(state, "C3");
  const size = reducible(state, order.instrument, order.leaves);
  if (size === 0n && hasSomethingToReduce(state, order, moment)) return true;
  shrink(state, order, size, "reduce_only", moment.time);
  return size > 0n;
}

/** False for what may only reduce and has nothing to, held or on its way to the same open. */
export function hasSomethingToReduce(state: ReferenceState, order: ReferenceOrder, { point }: Moment): boolean {
  if (!isIdle(state, order)) return true;
  return order.parent === null && point === "open" && awaitsOpening(state, order);
}

/** True for what may only reduce while nothing is held that it could. */
export function isIdle(state: ReferenceState, { instrument, leaves, terms }: ReferenceOrder): boolean {
  return terms.reduceOnly === true && reducible(state, instrument, leaves) === 0n;
}

/** Ends an order that is not filled whole. Patterns that it still holds go with it. */
export function endOrder(state: ReferenceState, order: ReferenceOrder, reason: string, time: bigint): void {
  const { sequence, instrument, leaves } = order;
  state.events.push({ kind: "orderEnd", time, order: sequence, instrument, leaves, reason });
  order.state = "ended";
  for (const id of order.patterns) orderOf(state, id).state = "ended";
}
