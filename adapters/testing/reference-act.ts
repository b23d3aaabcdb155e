// When an order of the reference acts: whether a price meets it, what its trigger makes of it, and the price it can
// have.
//
// Everything is judged at one price, that of the market at an open, at a tick of the walk, or at a close; so a stop
// that the walk reaches acts at its trigger, and one that the market has passed already at the worse price there (B7).

import { divCeil, divFloor, larger, smaller } from "./integers.js";
import { slippedPrice, WHOLE } from "./reference-costs.js";
import type { Chance, Moment } from "./reference-fill.js";
import type { ReferenceOrder } from "./reference-order.js";
import { becomesLimit, isBuy, isProtective } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { barOf, follow, positionOf, reducible, sourceOf } from "./reference-state.js";

/** True when the market at this price meets the order. Auctions and market orders wait for points, not for prices. */
export function isMet(state: ReferenceState, order: ReferenceOrder, price: bigint): boolean {
  switch (order.role) {
    case "limit":
      return order.isNew ? isWithin(order, price) : isBeyond(state, order, price);
    case "stop":
    case "trail":
      return order.trigger !== null && (isBuy(order) ? price >= order.trigger : price <= order.trigger);
    case "touch":
      return order.trigger !== null && (isBuy(order) ? price <= order.trigger : price >= order.trigger);
    default:
      return false;
  }
}

/** At or better than the limit. */
export function isWithin({ limit, leaves }: Pick<ReferenceOrder, "limit" | "leaves">, price: bigint): boolean {
  return limit === null || (leaves > 0n ? price <= limit : price >= limit);
}

/** B6: the market is past the limit by the ticks that a fill takes. */
function isBeyond(state: ReferenceState, order: ReferenceOrder, price: bigint): boolean {
  const margin = (state.given.limitTicks ?? 1n) * sourceOf(state, order.instrument).facts.tick;
  return isWithin(order, isBuy(order) ? price + margin : price - margin);
}

/**
 * The price that a limit can have where the market meets it: a resting one its own (B6), a new one that is in the
 * market that of a taker (B5).
 */
export function limitChance(state: ReferenceState, order: ReferenceOrder, moment: Moment): Chance {
  const limit = order.limit as bigint;
  if (!order.isNew) {
    follow(state, moment.point === "open" ? "B5" : "B6");
    return { price: limit, liquidity: "maker", cap: null };
  }
  follow(state, "B5");
  return takerAt(state, order, moment.price);
}

/** A limit that takes: at the market, or at its limit where every improvement is denied. */
export function takerAt(state: ReferenceState, { limit }: ReferenceOrder, price: bigint): Chance {
  if (limit === null || state.given.limitPriceAlways !== true) return { price, liquidity: "taker", cap: limit };
  return { price: limit, liquidity: "taker", cap: limit, isFixed: true };
}

/** A chance for a market order. */
export function marketChance(moment: Moment): Chance {
  return { price: moment.price, liquidity: "taker", cap: null };
}

/**
 * Triggers an order and gives its chance at this moment: a market order's (B7), or a limit's by B8; `null` when it
 * rests from now on.
 */
export function trigger(state: ReferenceState, order: ReferenceOrder, moment: Moment): Chance | null {
  const { instrument, terms } = order;
  const bar = barOf(state, instrument);
  const { sequence } = order;
  state.events.push({ kind: "trigger", time: moment.time, order: sequence, instrument, price: moment.price });
  const at = order.trigger as bigint;
  const isTrail = order.role === "trail";
  order.triggeredBar = bar.time;
  if (!becomesLimit(terms)) {
    follow(state, isTrail ? "B9" : "B7");
    order.role = "market";
    return marketChance(moment);
  }
  follow(state, "B8");
  order.role = "limit";
  order.isNew = false;
  if (terms.limitOffset !== undefined) order.limit = isBuy(order) ? at + terms.limitOffset : at - terms.limitOffset;
  return afterTrigger(state, order, moment);
}

/** B8: marketable where the market triggers it and, with its slippage, within the limit. */
function afterTrigger(state: ReferenceState, order: ReferenceOrder, moment: Moment): Chance | null {
  if (!isWithin(order, moment.price) || isHeldToClose(state, order)) return null;
  const { facts } = sourceOf(state, order.instrument);
  const slipped = slippedPrice(facts, state.given, moment.price, order.leaves, barOf(state, order.instrument).volume);
  order.awaitsReturn = !isWithin(order, slipped);
  if (order.awaitsReturn) return null;
  return takerAt(state, order, moment.price);
}

/** `strictClose`: in the bar of its trigger a limit fills only when the close is beyond it. */
export function isHeldToClose(state: ReferenceState, order: ReferenceOrder): boolean {
  const bar = barOf(state, order.instrument);
  if (state.given.strictClose !== true || order.triggeredBar !== bar.time) return false;
  return !isBeyond(state, order, bar.close);
}

/** Place among orders at one price (B13): protective stops, other takers, limits; what reduces; then by priority. */
export function compareAtPrice(state: ReferenceState): (a: ReferenceOrder, b: ReferenceOrder) => number {
  const rank = (order: ReferenceOrder): number => {
    const isStop = order.role === "stop" || order.role === "trail";
    const isAuction = order.role === "openAuction" || order.role === "closeAuction";
    const isLimit = order.role === "limit" || (isAuction && order.limit !== null);
    const kind = isLimit ? 2 : isStop && isProtective(order) ? 0 : 1;
    return 2 * kind + (reducible(state, order.instrument, order.leaves) > 0n ? 0 : 1);
  };
  return (a, b) => rank(a) - rank(b) || a.priority - b.priority;
}

/** Level of a trailing stop behind a price: rounded to the tick, away from the price (B9). */
export function levelBehind(state: ReferenceState, order: ReferenceOrder, extreme: bigint): bigint {
  const { trail } = order.terms;
  if (trail === undefined) throw new Error("a trailing order has an offset");
  const { tick } = sourceOf(state, order.instrument).facts;
  if (isBuy(order)) {
    const above = trail.kind === "amount" ? trail.amount : divCeil(extreme * trail.shareE9, WHOLE);
    return divCeil(extreme + above, tick) * tick;
  }
  const below = trail.kind === "amount" ? trail.amount : divCeil(extreme * trail.shareE9, WHOLE);
  return divFloor(extreme - below, tick) * tick;
}

/** Moves a trailing stop in favour (B9); one that waits for its activation starts where that is touched. */
export function ratchet(state: ReferenceState, order: ReferenceOrder, price: bigint): void {
  const { activation } = order.terms;
  if (order.extreme === null && activation !== undefined) {
    if (isBuy(order) ? price > activation : price < activation) return;
  }
  const further = isBuy(order) ? smaller : larger;
  order.extreme = order.extreme === null ? price : further(order.extreme, price);
  const level = levelBehind(state, order, order.extreme);
  order.trigger = order.trigger === null ? level : further(order.trigger, level);
}

/** B12: what the status of the market lets trade. */
export function isOpenFor(state: ReferenceState, order: ReferenceOrder, statuses: ReadonlySet<string>): boolean {
  const isOpen = !statuses.has("halted") && !statuses.has(isBuy(order) ? "limitUp" : "limitDown");
  if (!isOpen) follow(state, "B12");
  return isOpen;
}

/** What the market and the volume of the bar let act (B11, B12). */
export function mayAct(state: ReferenceState, order: ReferenceOrder, statuses: ReadonlySet<string>): boolean {
  const isOpen = isOpenFor(state, order, statuses);
  if (positionOf(state, order.instrument).bar?.volume !== 0n) return isOpen;
  follow(state, "B11");
  // Nothing trades in a bar without volume; what has one chance has had it.
  return isOpen && hasOneChance(state, order);
}

/** True for what does not wait for a later point when it gets nothing at this one. */
export function hasOneChance({ given }: ReferenceState, { role, terms }: ReferenceOrder): boolean {
  const isAuction = role === "openAuction" || role === "closeAuction";
  if (isAuction && terms.limit !== undefined) return true;
  if ((role === "market" || isAuction) && given.remainder === "cancel") return true;
  return (role === "market" || role === "limit") && (terms.timeInForce === "ioc" || terms.timeInForce === "fok");
}
