// Points of a bar in the reference: what arrives and expires, the open over all instruments, and the close.
//
// Always true:
//   at a point all that reduces fills first, instrument by instrument, then what opens by acceptance (B14).

import { larger, smaller } from "./integers.js";
import {
  compareAtPrice,
  hasOneChance,
  isHeldToClose,
  isMet,
  isOpenFor,
  isWithin,
  limitChance,
  marketChance,
  mayAct,
  ratchet,
  takerAt,
  trigger,
} from "./reference-act.js";
import type { Chance, Moment } from "./reference-fill.js";
import { endOrder, fillAt, hasSomethingToReduce, isIdle, mayStillReduce } from "./reference-fill.js";
import { liquidate } from "./reference-margin.js";
import { sessionsOf, statusOf } from "./reference-market.js";
import type { ReferenceOrder } from "./reference-order.js";
import { isBuy } from "./reference-order.js";
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
  for (const order of ordersOf(state, instrument)) order.awaitsReturn = false;
  for (const order of ordersOf(state, instrument)) {
    const { amendment, cancelAt, expires } = order;
    if (cancelAt !== null && cancelAt <= until && (expires === null || cancelAt < expires))
      endOrder(state, order, "canceled", cancelAt);
    else if (expires !== null && expires <= until) {
      follow(state, "B13");
      endOrder(state, order, "expired", expires);
    } else if (amendment !== null && amendment.at <= until) amend(state, order, amendment);
  }
  for (const order of state.orders) {
    // An amendment that arrives for what is gone.
    if (order.instrument !== instrument || order.state !== "ended" || order.amendment === null) continue;
    if (order.amendment.at > until) continue;
    order.amendment = null;
    const nothing = { wanted: 0n, allowed: 0n, decision: order.decision };
    state.events.push({ kind: "refusal", time: until, instrument, ...nothing, reason: "not_found" });
  }
}

/** The open point of all instruments that have a bar. */
export function openPoint(state: ReferenceState, due: readonly number[]): void {
  const moments = due.map((instrument) => momentAt(state, instrument, "open"));
  for (const moment of moments) clear(state, moment.instrument, moment.time);
  for (const moment of moments) liquidate(state, moment.instrument, moment);
  for (const moment of moments) arrive(state, moment);
  settlePoint(state, moments);
  for (const moment of moments) liquidate(state, moment.instrument, moment);
  for (const moment of moments) afterOpen(state, moment);
}

/** The close: closing auctions; or, under `sameClose` once it is decided, market orders. */
export function closePoint(state: ReferenceState, due: readonly number[], point: "close" | "decided"): void {
  const moments = due.map((instrument) => momentAt(state, instrument, point));
  if (point === "close") for (const moment of moments) arrive(state, moment);
  settlePoint(state, moments);
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
    // What is for the close arrives there.
    if (order.state !== "waiting" || !order.isNew || (order.role === "closeAuction") !== (moment.point === "close"))
      continue;
    if (!isInForce(state, order, moment)) continue;
    // A trailing stop starts where something trades.
    if (order.role === "trail" && barOf(state, order.instrument).volume === 0n) continue;
    follow(state, "B2", "G3");
    // A bar without volume is a bar: what may not stand in the market is refused (C3), what may waits for a trade.
    if (!isOpenTo(state, order)) mayStillReduce(state, order, moment);
    else if (!mayTrade(state, order)) admit(state, order, moment);
    else if (admit(state, order, moment) && barOf(state, order.instrument).volume === 0n)
      missChance(state, order, moment);
  }
}

/** A chance in a bar in which nothing trades. */
function missChance(state: ReferenceState, order: ReferenceOrder, moment: Point): void {
  if (!isActing(state, order, moment)) return;
  const isAuction = order.role === "openAuction" || order.role === "closeAuction";
  if (isAuction && !isWithin(order, moment.price)) endOrder(state, order, "not_marketable", moment.time);
  else act(state, order, moment, "all");
}

function isOpenTo(state: ReferenceState, order: ReferenceOrder): boolean {
  const { row } = positionOf(state, order.instrument);
  return isOpenFor(state, order, statusOf(sourceOf(state, order.instrument), row));
}

function mayTrade(state: ReferenceState, order: ReferenceOrder): boolean {
  const { row } = positionOf(state, order.instrument);
  return mayAct(state, order, statusOf(sourceOf(state, order.instrument), row));
}

/** Lets a new order into the market at a price, or ends it with a reason. False when it ended. */
export function admit(state: ReferenceState, order: ReferenceOrder, moment: Moment): boolean {
  if (order.terms.postOnly === true && order.role === "limit" && isWithin(order, moment.price)) {
    follow(state, "D3");
    // As it was sent: what is refused is not cut first, and to have nothing to reduce is the nearer reason.
    endOrder(state, order, isIdle(state, order) ? "reduce_only" : "post_only", moment.time);
    return false;
  }
  if (!mayStillReduce(state, order, moment)) return false;
  // A stop that an open jumps acts (B5); whether it stood in the market was judged when it was sent (C8).
  const { timeInForce } = order.terms;
  const hasOneChance = timeInForce === "ioc" || timeInForce === "fok";
  if (hasOneChance && order.role === "limit" && !isWithin(order, moment.price)) {
    endOrder(state, order, timeInForce === "ioc" ? "ioc_remainder" : "fok_unfilled", moment.time);
    return false;
  }
  if (order.parent !== null && order.role === "stop" && isMet(state, order, moment.price)) follow(state, "C8");
  return true;
}

/** B14: what reduces, by instrument; then what opens, in the order of acceptance. */
function settlePoint(state: ReferenceState, moments: readonly Point[]): void {
  for (const moment of moments) {
    // An auction is the one chance of a limit, whatever else it brings.
    for (const order of actingAt(state, moment)) {
      const isAuction = order.role === "openAuction" || order.role === "closeAuction";
      if (isAuction && !isWithin(order, moment.price)) endOrder(state, order, "not_marketable", moment.time);
    }
  }
  // What an order can have is judged once: it takes, or is met, with both of its parts alike.
  const chances = new Map<number, Chance | null>();
  for (const moment of moments) {
    const acting = actingAt(state, moment);
    for (const order of [...acting].sort(compareAtPrice(state))) {
      if (!isOpenOrder(order) || reducible(state, order.instrument, order.leaves) === 0n) continue;
      chances.set(order.id, chanceOf(state, order, moment));
      take(state, order, chances.get(order.id) ?? null, moment, "reducing");
      actReleased(state, moment);
    }
  }
  const all = moments.flatMap((moment) => actingAt(state, moment).map((order) => ({ order, moment })));
  if (moments.length > 1 && all.length > 1) follow(state, "B14");
  const queue = all.sort((a, b) => a.order.sequence - b.order.sequence);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { order, moment } = next;
    if (!isOpenOrder(order)) continue;
    const { filled } = order;
    const chance = chances.get(order.id);
    // What found nothing and rests is met by the walk at the earliest (B8).
    if (chance === null) continue;
    if (chance === undefined) act(state, order, moment, "all");
    else take(state, order, chance, moment, "all");
    actReleased(state, moment);
    // An iceberg that showed its next slice stands behind the others.
    if (order.terms.display !== undefined && order.filled !== filled) queue.push(next);
  }
}

function isOpenOrder(order: ReferenceOrder): boolean {
  return order.state === "waiting" || order.state === "live";
}

/** B2: accepted by the open of the bar; for its close, before the close (G3). */
function isInForce(state: ReferenceState, { accepted }: ReferenceOrder, { point, instrument, time }: Point): boolean {
  if (point === "decided") return true;
  return point === "close" ? accepted < time : accepted <= openOf(state, instrument);
}

/** Orders that this point concerns, in the order of acceptance. */
function actingAt(state: ReferenceState, moment: Point): readonly ReferenceOrder[] {
  return ordersOf(state, moment.instrument).filter((order) => {
    return isInForce(state, order, moment) && isActing(state, order, moment) && mayTrade(state, order);
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
  take(state, order, chanceOf(state, order, moment), moment, part);
}

function take(
  state: ReferenceState,
  order: ReferenceOrder,
  chance: Chance | null,
  moment: Moment,
  part: "reducing" | "all",
): void {
  if (chance === null || isIdle(state, order)) return settleRest(state, order, moment, "all");
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
      return takerAt(state, order, moment.price);
    default: {
      const chance = trigger(state, order, moment);
      if (order.terms.postOnly !== true || !isWithin(order, moment.price)) return chance;
      // A limit that must not take, and would where it is triggered.
      follow(state, "D3");
      endOrder(state, order, isIdle(state, order) ? "reduce_only" : "post_only", moment.time);
      return null;
    }
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
  if (isIdle(state, order) && (hasOneChance(state, order) || !hasSomethingToReduce(state, order, moment)))
    return endOrder(state, order, "reduce_only", moment.time);
  if (timeInForce === "ioc") return endOrder(state, order, "ioc_remainder", moment.time);
  if (timeInForce === "fok") return endOrder(state, order, "fok_unfilled", moment.time);
  const isAuction = order.role === "openAuction" || order.role === "closeAuction";
  // An auction is the one chance of a limit; what is left of a market order may wait for the next one.
  if (isAuction && order.limit !== null) return endOrder(state, order, "volume_budget", moment.time);
  if (order.role !== "market" && !isAuction) return;
  follow(state, "B11");
  if (state.given.remainder === "cancel") return endOrder(state, order, "volume_budget", moment.time);
  order.state = "waiting";
  order.isNew = false;
}

/** After the open: what had its first open is in the market; trailing stops start or move. */
function afterOpen(state: ReferenceState, moment: Point): void {
  for (const order of ordersOf(state, moment.instrument)) {
    if (order.accepted > moment.time || order.role === "closeAuction" || !isOpenTo(state, order)) continue;
    if (order.role === "trail" && !mayTrade(state, order)) continue;
    if (order.isNew && !mayStillReduce(state, order, moment)) continue;
    order.isNew = false;
    if (order.role !== "market" && order.role !== "openAuction") order.state = "live";
    if (!mayTrade(state, order)) continue;
    // One that starts has its first level from here, whatever it does inside bars.
    const isStart = order.extreme === null;
    if (order.role === "trail" && (isStart || state.given.testThenRatchet !== true))
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
    first.isNew = false;
    if (first.role === "trail") ratchet(state, first, moment.price);
  }
  throw new Error("a cascade of one time comes to an end (G5)");
}
