// Points of a bar in the reference: what arrives and expires, the open over all instruments, and the close.
//
// Always true:
//   at a point all that reduces fills first, instrument by instrument, then what opens by acceptance (B14).

import { larger, smaller } from "./integers.js";
import {
  compareAtPrice,
  isHeldToClose,
  isMet,
  isWithin,
  limitChance,
  marketChance,
  mayAct,
  ratchet,
  trigger,
} from "./reference-act.js";
import type { Chance, Moment } from "./reference-fill.js";
import { endOrder, fillAt, shrink } from "./reference-fill.js";
import { sessionsOf, statusOf } from "./reference-market.js";
import type { ReferenceOrder } from "./reference-order.js";
import { isBuy, isProtective } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { barOf, follow, openOf, ordersOf, positionOf, reducible, sourceOf } from "./reference-state.js";
import { amend } from "./reference-submit.js";

/** Ends what is no longer good at a time. */
export function expire(state: ReferenceState, instrument: number, until: bigint): void {
  for (const order of ordersOf(state, instrument)) {
    if (order.expires === null || order.expires > until) continue;
    follow(state, "B13");
    endOrder(state, order, "expired", order.expires);
  }
}

/** Before an open: what expired, cancels and amendments that arrived, in the order of their times. */
function clear(state: ReferenceState, instrument: number, until: bigint): void {
  for (const order of ordersOf(state, instrument)) {
    const { amendment, cancelAt, expires } = order;
    if (cancelAt !== null && cancelAt <= until && (expires === null || cancelAt < expires))
      endOrder(state, order, "canceled", cancelAt);
    else if (expires !== null && expires <= until) {
      follow(state, "B13");
      endOrder(state, order, "expired", expires);
    } else if (amendment !== null && amendment.at <= until) amend(state, order, amendment);
  }
}

/** The open point of all instruments that have a bar. */
export function openPoint(state: ReferenceState, due: readonly number[]): void {
  const moments = due.map((instrument) => momentAt(state, instrument, "open"));
  for (const moment of moments) clear(state, moment.instrument, moment.time);
  for (const moment of moments) arrive(state, moment);
  settlePoint(state, moments);
  for (const moment of moments) afterOpen(state, moment);
}

/** The close: closing auctions; or, under `sameClose` once it is decided, market orders. */
export function closePoint(state: ReferenceState, due: readonly number[], point: "close" | "decided"): void {
  settlePoint(
    state,
    due.map((instrument) => momentAt(state, instrument, point)),
  );
}

interface Point extends Moment {
  readonly instrument: number;
}

function momentAt(state: ReferenceState, instrument: number, point: "open" | "close" | "decided"): Point {
  const bar = barOf(state, instrument);
  const time = point === "open" ? openOf(state, instrument) : bar.time;
  return { instrument, point, time, price: point === "open" ? bar.open : bar.close };
}

/** Orders whose first open this is: refused, or in the market from here on (B2, G3). */
function arrive(state: ReferenceState, moment: Point): void {
  for (const order of ordersOf(state, moment.instrument)) {
    if (order.state !== "waiting" || !order.isNew || order.accepted > moment.time) continue;
    if (!mayTrade(state, order)) continue;
    follow(state, "B2", "G3");
    admit(state, order, moment);
  }
}

function mayTrade(state: ReferenceState, order: ReferenceOrder): boolean {
  const { row } = positionOf(state, order.instrument);
  return mayAct(state, order, statusOf(sourceOf(state, order.instrument), row));
}

/** Lets a new order into the market at a price, or ends it with a reason. False when it ended. */
export function admit(state: ReferenceState, order: ReferenceOrder, moment: Moment): boolean {
  const { terms, instrument } = order;
  order.hasArrived = true;
  const refuse = (rule: string, reason: string): false => {
    follow(state, rule);
    endOrder(state, order, reason, moment.time);
    return false;
  };
  if (terms.reduceOnly === true) {
    const size = reducible(state, instrument, order.leaves);
    if (size === 0n) return refuse("C3", "reduce_only");
    shrink(state, order, size, "reduce_only", moment.time);
  }
  if (terms.postOnly === true && order.role === "limit" && isWithin(order, moment.price))
    return refuse("D3", "post_only");
  if (order.role === "stop" && isMet(state, order, moment.price)) {
    if (!isProtective(order)) return refuse("C8", "stop_in_market");
    follow(state, "C8");
  }
  return true;
}

/** B14: what reduces, by instrument; then what opens, in the order of acceptance. */
function settlePoint(state: ReferenceState, moments: readonly Point[]): void {
  for (const moment of moments) {
    const acting = actingAt(state, moment);
    for (const order of [...acting].sort(compareAtPrice(state))) {
      if (reducible(state, order.instrument, order.leaves) > 0n) act(state, order, moment, "reducing");
    }
  }
  const all = moments.flatMap((moment) => actingAt(state, moment).map((order) => ({ order, moment })));
  if (moments.length > 1 && all.length > 1) follow(state, "B14");
  const queue = all.sort((a, b) => a.order.sequence - b.order.sequence);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { order, moment } = next;
    if (!isOpenOrder(order)) continue;
    const { filled } = order;
    act(state, order, moment, "all");
    actReleased(state, moment);
    // An iceberg that showed its next slice stands behind the others.
    if (order.terms.display !== undefined && order.filled !== filled) queue.push(next);
  }
}

function isOpenOrder(order: ReferenceOrder): boolean {
  return order.state === "waiting" || order.state === "live";
}

/** Orders that this point concerns, in the order of acceptance. */
function actingAt(state: ReferenceState, moment: Point): readonly ReferenceOrder[] {
  return ordersOf(state, moment.instrument).filter((order) => {
    if (order.accepted > openOf(state, moment.instrument) && moment.point !== "decided") return false;
    return isActing(state, order, moment) && mayTrade(state, order);
  });
}

function isActing(state: ReferenceState, order: ReferenceOrder, moment: Point): boolean {
  switch (order.role) {
    case "market":
      return moment.point === "open" || moment.point === "decided";
    case "openAuction":
      return moment.point === "open" && opensSession(state, moment.instrument);
    case "closeAuction":
      return moment.point === "close" && closesSession(state, moment.instrument);
    default:
      return moment.point === "open" && isMet(state, order, moment.price);
  }
}

/** True for the first bar that opens in a session. */
export function opensSession(state: ReferenceState, instrument: number): boolean {
  const source = sourceOf(state, instrument);
  const opened = openOf(state, instrument);
  const before = positionOf(state, instrument).closed;
  const session = sessionsOf(source).find(({ open, close }) => open <= opened && opened < close);
  return session !== undefined && (before === null || before <= session.open);
}

/** True for the last bar of a session. */
function closesSession(state: ReferenceState, instrument: number): boolean {
  const opened = openOf(state, instrument);
  const session = sessionsOf(sourceOf(state, instrument)).find(({ open, close }) => open <= opened && opened < close);
  return session !== undefined && barOf(state, instrument).time >= session.close;
}

/** One order's chance at a point or a tick, taken. */
export function act(state: ReferenceState, order: ReferenceOrder, moment: Moment, part: "reducing" | "all"): void {
  const chance = chanceOf(state, order, moment);
  if (chance === null) return settleRest(state, order, moment, part);
  fillAt(state, order, chance, moment, part);
  settleRest(state, order, moment, part);
}

function chanceOf(state: ReferenceState, order: ReferenceOrder, moment: Moment): Chance | null {
  switch (order.role) {
    case "market":
      return marketChance(moment);
    case "limit":
      if (isHeldToClose(state, order)) return null;
      return moment.point === "open" && !order.isNew
        ? openChance(state, order, moment)
        : limitChance(state, order, moment);
    case "openAuction":
    case "closeAuction":
      if (!isWithin(order, moment.price)) return null;
      return { price: moment.price, liquidity: "taker", cap: order.limit };
    default:
      return trigger(state, order, moment);
  }
}

/** B5: a resting limit that the open jumped fills at its limit, or at the price of an opening auction. */
function openChance(state: ReferenceState, order: ReferenceOrder, moment: Moment): Chance {
  const chance = limitChance(state, order, moment);
  if (state.given.auctionOpen !== true || !opensSession(state, order.instrument)) return chance;
  const better = isBuy(order) ? smaller : larger;
  return { ...chance, price: better(chance.price, moment.price) };
}

/** What becomes of the part of an order that got nothing at its chance (B11). */
function settleRest(state: ReferenceState, order: ReferenceOrder, moment: Moment, part: "reducing" | "all"): void {
  if (part === "reducing" || order.state === "ended") return;
  const { timeInForce } = order.terms;
  if (timeInForce === "ioc") return endOrder(state, order, "ioc_remainder", moment.time);
  if (timeInForce === "fok") return endOrder(state, order, "fok_unfilled", moment.time);
  if (order.role === "openAuction" || order.role === "closeAuction") {
    const isPriced = isWithin(order, moment.price);
    return endOrder(state, order, isPriced ? "volume_budget" : "not_marketable", moment.time);
  }
  if (order.role !== "market") return;
  follow(state, "B11");
  if (state.given.remainder === "cancel") return endOrder(state, order, "volume_budget", moment.time);
  order.state = "waiting";
  order.isNew = false;
}

/** After the open: what had its first open is in the market; trailing stops start or move. */
function afterOpen(state: ReferenceState, moment: Point): void {
  for (const order of ordersOf(state, moment.instrument)) {
    if (order.accepted > moment.time || !mayTrade(state, order)) continue;
    const { timeInForce } = order.terms;
    if (order.role === "limit" && order.isNew && timeInForce === "ioc") {
      endOrder(state, order, "ioc_remainder", moment.time);
      continue;
    }
    if (order.role === "limit" && order.isNew && timeInForce === "fok") {
      endOrder(state, order, "fok_unfilled", moment.time);
      continue;
    }
    order.isNew = false;
    if (order.role !== "market" && order.role !== "openAuction" && order.role !== "closeAuction") order.state = "live";
    if (order.role === "trail" && state.given.testThenRatchet !== true) ratchet(state, order, moment.price);
    if (order.role === "trail" && order.trigger === null && order.terms.activation === undefined)
      ratchet(state, order, moment.price);
  }
}

/**
 * Lets released children meet the market at once, in their order at one price (C1, C8), until nothing more is released
 * (G5).
 */
export function actReleased(state: ReferenceState, moment: Point): void {
  const bound = 10_000;
  for (let step = 0; step < bound; step++) {
    const fresh = ordersOf(state, moment.instrument).filter(
      (order) => order.isNew && order.state === "live" && order.parent !== null,
    );
    const [first] = [...fresh].sort(compareAtPrice(state));
    if (first === undefined) return;
    follow(state, "G5");
    if (!admit(state, first, moment)) continue;
    const isActingNow = isMet(state, first, moment.price) || first.role === "market";
    if (isActingNow) act(state, first, moment, "all");
    else if (first.terms.timeInForce === "ioc" || first.terms.timeInForce === "fok")
      endOrder(state, first, first.terms.timeInForce === "ioc" ? "ioc_remainder" : "fok_unfilled", moment.time);
    first.isNew = false;
    if (first.role === "trail") ratchet(state, first, moment.price);
  }
  throw new Error("a cascade of one time comes to an end (G5)");
}
