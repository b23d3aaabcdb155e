// The walk of a bar in the reference, tick by tick: at each price what it meets acts in its order, with everything that
// follows at once (G5), before the next tick.
//
// Not here: which ways there are to walk a bar.

import { compareAtPrice, isMet, mayAct, ratchet } from "./reference-act.js";
import type { FillEvent } from "./reference-event.js";
import type { Moment } from "./reference-fill.js";
import { statusOf } from "./reference-market.js";
import { liquidate, mayLiquidate } from "./reference-margin.js";
import { act, actReleased } from "./reference-open.js";
import type { ReferenceOrder } from "./reference-order.js";
import { isBuy } from "./reference-order.js";
import type { Waypoints } from "./reference-path.js";
import { boundWalk, bothWalks, isReached, shapeOf, waypointsOf } from "./reference-path.js";
import type { ReferenceState } from "./reference-state.js";
import { barOf, becomes, copyOf, equityOf, follow, ordersOf, positionOf, sourceOf } from "./reference-state.js";
import { ticksBetween } from "./tick-path.js";

/** Walks the bar in hand of an instrument by the path mode of the run. */
export function walkBar(state: ReferenceState, instrument: number): void {
  const isMoved = movableOrders(state, instrument).some((order) => isReached(state, order));
  if (!isMoved && !mayLiquidate(state, instrument)) return;
  const mode = state.given.path ?? "worst";
  follow(state, "B3");
  if (mode === "worst" || mode === "best") return walkBound(state, instrument, mode);
  if (mode !== "given") return walk(state, instrument, waypointsOf(mode, barOf(state, instrument)));
  const ticks = state.given.pathOf?.(instrument, positionOf(state, instrument).row) ?? [];
  walk(state, instrument, ticks);
}

/** Orders in the market that a walk can meet. */
function movableOrders(state: ReferenceState, instrument: number): readonly ReferenceOrder[] {
  const statuses = statusOf(sourceOf(state, instrument), positionOf(state, instrument).row);
  return ordersOf(state, instrument).filter((order) => order.state === "live" && mayAct(state, order, statuses));
}

/** B4: the known walk of a shape, or the better or worse of two. */
function walkBound(state: ReferenceState, instrument: number, bound: "worst" | "best"): void {
  const shape = mayLiquidate(state, instrument) ? null : shapeOf(state, instrument);
  const bar = barOf(state, instrument);
  follow(state, "B4");
  if (shape?.isWhole === true) {
    if (shape.kind === "limitEntry" || shape.kind === "stopEntry") follow(state, "B10");
    const other = copyOf(state);
    walk(other, instrument, boundWalk(other, instrument, shape, bound === "worst" ? "best" : "worst"));
    const before = state.events.length;
    walk(state, instrument, boundWalk(state, instrument, shape, bound));
    if (!areSameFills(state, other, before)) flag(state, instrument, "ambiguous");
    return;
  }
  // Cut by volume, the walks of a shape are only the best that are known.
  const walkTo = (end: "worst" | "best"): Waypoints =>
    shape === null ? bothWalks(state, instrument)[end === "worst" ? 0 : 1] : boundWalk(state, instrument, shape, end);
  const [first, second] = [walkTo("worst"), walkTo("best")];
  const other = copyOf(state);
  const before = state.events.length;
  walk(other, instrument, second);
  walk(state, instrument, first);
  const isSame = areSameFills(state, other, before);
  const gain = equityAt(other, instrument, bar.close) - equityAt(state, instrument, bar.close);
  if (bound === "worst" ? gain < 0n : gain > 0n) becomes(state, other);
  if (!isSame) flag(state, instrument, "heuristic");
}

function flag(state: ReferenceState, instrument: number, certainty: "ambiguous" | "heuristic"): void {
  state.events.push({ kind: "ambiguity", time: barOf(state, instrument).time, instrument, certainty });
}

function areSameFills(a: ReferenceState, b: ReferenceState, from: number): boolean {
  const text = (state: ReferenceState): string =>
    state.events
      .slice(from)
      .filter((event): event is FillEvent => event.kind === "fill")
      .map(({ order, price, quantity }) => `${order} ${price} ${quantity}`)
      .join("\n");
  return text(a) === text(b);
}

/** Equity with the instrument at a price, fees included. */
function equityAt(state: ReferenceState, instrument: number, price: bigint): bigint {
  const position = positionOf(state, instrument);
  const { mark } = position;
  position.mark = price;
  const equity = equityOf(state);
  position.mark = mark;
  return equity;
}

/** Walks a bar over its waypoints. */
function walk(state: ReferenceState, instrument: number, waypoints: Waypoints): void {
  const { facts } = sourceOf(state, instrument);
  const { time, open } = barOf(state, instrument);
  // What stands at the open has acted there.
  for (const order of ordersOf(state, instrument)) order.quietAt = state.ticks;
  const ticks = ticksBetween([open, ...waypoints], facts.tick);
  for (const [index, price] of ticks.entries()) {
    if (index > 0) state.ticks += 1;
    const move = price - (ticks[index - 1] ?? price);
    const tick = { instrument, point: "walk", time, price, move } as const;
    meet(state, tick);
    liquidate(state, instrument, tick);
  }
  state.ticks += 1;
}

/** Limits that slippage took past themselves can be had by a move their way: that of their trigger, or a later one. */
function comeBack(state: ReferenceState, { instrument, move }: Tick): void {
  for (const order of ordersOf(state, instrument)) {
    if (isBuy(order) ? move < 0n : move > 0n) order.awaitsReturn = false;
  }
}

type Tick = Moment & { readonly instrument: number; readonly move: bigint };

/** Everything that one tick does. */
function meet(state: ReferenceState, tick: Tick): void {
  const bound = 10_000;
  comeBack(state, tick);
  for (let step = 0; step <= bound; step++) {
    const met = movableOrders(state, tick.instrument).filter(
      (order) => order.quietAt !== state.ticks && !order.awaitsReturn && isMet(state, order, tick.price),
    );
    const [first] = [...met].sort(compareAtPrice(state));
    if (first === undefined) break;
    if (met.length > 1) follow(state, "B13");
    if (step === bound) throw new Error("a cascade of one time comes to an end (G5)");
    const { filled } = first;
    act(state, first, tick, "all");
    const rested = first.awaitsReturn;
    actReleased(state, tick);
    comeBack(state, tick);
    const isBack = rested && !first.awaitsReturn;
    if (!isBack && (first.terms.display === undefined || first.filled === filled)) first.quietAt = state.ticks;
  }
  for (const order of movableOrders(state, tick.instrument)) {
    const isHeld = state.given.testThenRatchet === true && order.extreme !== null;
    if (order.role === "trail" && !isHeld) ratchet(state, order, tick.price);
  }
}

/** `testThenRatchet`: a trailing stop that has started, which the walk decides, moves once the bar is over. */
export function ratchetAfterBar(state: ReferenceState, instrument: number): void {
  if (state.given.testThenRatchet !== true) return;
  const { high, low } = barOf(state, instrument);
  for (const order of movableOrders(state, instrument))
    if (order.role === "trail" && order.extreme !== null) ratchet(state, order, order.leaves > 0n ? low : high);
}
