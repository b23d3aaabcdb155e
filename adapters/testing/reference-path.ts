// Paths of a bar in the reference: the waypoints of each path mode (B3), and for `worst` and `best` those that the
// shape of the orders calls for (B4, B10, 2.1).
//
// For one position the table below gives the walk that is known to be the worst, or the best, of all; a short position
// is the mirror. Everything else walks both ways from the same state and keeps one.
//
// Source: `FILLS.md` B3, B4, B9, B10 and 2.1.

import { areOpposite, absolute } from "./integers.js";
import { levelBehind } from "./reference-act.js";
import { WHOLE } from "./reference-costs.js";
import type { ReferenceBar } from "./reference-market.js";
import type { ReferenceOrder } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { barOf, orderOf, ordersOf, positionOf, sourceOf } from "./reference-state.js";

export type Waypoints = readonly bigint[];

/**
 * What the orders of an instrument amount to, as far as the bar reaches them, and whether the volume that is left fills
 * it whole, in and out.
 */
export type OrderShape =
  | { readonly kind: "held"; readonly isLong: boolean; readonly isWhole: boolean }
  | {
      readonly kind: "limitEntry";
      readonly isLong: boolean;
      readonly isWhole: boolean;
      readonly price: bigint;
      readonly target: bigint | null;
      readonly stop: bigint | null;
    }
  | { readonly kind: "stopEntry"; readonly isLong: boolean; readonly isWhole: boolean; readonly price: bigint }
  | { readonly kind: "trailing"; readonly isLong: boolean; readonly isWhole: true; readonly order: ReferenceOrder };

/** B3: the one walk of a mode that looks at the bar alone. */
export function waypointsOf(mode: "ohlc" | "olhc" | "nearest" | "colour", bar: ReferenceBar): Waypoints {
  const { open, high, low, close } = bar;
  const highFirst = [open, high, low, close];
  const lowFirst = [open, low, high, close];
  switch (mode) {
    case "ohlc":
      return highFirst;
    case "olhc":
      return lowFirst;
    case "nearest":
      return high - open < open - low ? highFirst : lowFirst;
    case "colour":
      return close < open ? highFirst : lowFirst;
  }
}

/** The two walks of everything without a closed form, the one to keep at equal equity first (B4). */
export function bothWalks(state: ReferenceState, instrument: number): readonly [Waypoints, Waypoints] {
  const { open, high, low, close } = barOf(state, instrument);
  const highFirst = [open, high, low, close];
  const lowFirst = [open, low, high, close];
  return positionOf(state, instrument).quantity < 0n ? [highFirst, lowFirst] : [lowFirst, highFirst];
}

/** The walk that is the worst, or the best, of all for a shape. */
export function boundWalk(
  state: ReferenceState,
  instrument: number,
  shape: OrderShape,
  bound: "worst" | "best",
): Waypoints {
  const { open, high, low, close } = barOf(state, instrument);
  const { tick } = sourceOf(state, instrument).facts;
  // Seen from the position: against it first, or in its favour.
  const [against, inFavour] = shape.isLong ? [low, high] : [high, low];
  const againstFirst = [open, against, inFavour, close];
  const favourFirst = [open, inFavour, against, close];
  switch (shape.kind) {
    case "held":
      return bound === "worst" ? againstFirst : favourFirst;
    case "limitEntry": {
      const margin = (state.given.limitTicks ?? 1n) * tick;
      const filledAt = shape.isLong ? shape.price - margin : shape.price + margin;
      const byTarget = [open, filledAt, inFavour, against, close];
      return (bound === "worst") !== isBetterHeld(state, instrument, shape) ? favourFirst : byTarget;
    }
    case "stopEntry":
      return bound === "worst" ? [open, shape.price, against, inFavour, close] : againstFirst;
    case "trailing":
      return trailingWalk(state, instrument, shape.order, bound);
  }
}

/**
 * True when a target is worse than holding to the close: with a limit that fills only several ticks beyond its price,
 * the close may lie past a target that it does not fill. A stop that the bar reaches makes the target the better end.
 */
function isBetterHeld(state: ReferenceState, instrument: number, shape: OrderShape & { kind: "limitEntry" }): boolean {
  const { low, high, close } = barOf(state, instrument);
  const margin = (state.given.limitTicks ?? 1n) * sourceOf(state, instrument).facts.tick;
  const { target, stop, isLong } = shape;
  if (target === null) return false;
  const isStopped = stop !== null && (isLong ? low <= stop : high >= stop);
  const isPast = isLong ? close > target && close < target + margin : close < target && close > target - margin;
  return isPast && !isStopped;
}

/** B9: reached as it is; carried to the far extreme and left there; or never reached. */
function trailingWalk(
  state: ReferenceState,
  instrument: number,
  order: ReferenceOrder,
  bound: "worst" | "best",
): Waypoints {
  const { open, high, low, close } = barOf(state, instrument);
  const { tick } = sourceOf(state, instrument).facts;
  const isLong = order.leaves < 0n;
  const [against, inFavour] = isLong ? [low, high] : [high, low];
  const level = order.trigger as bigint;
  const isReached = isLong ? low <= level : high >= level;
  if (bound === "best") return isReached ? [open, inFavour, against, close] : [open, against, inFavour, close];
  if (isReached) return [open, against, inFavour, close];
  for (let price = open; isLong ? price <= high : price >= low; price += isLong ? tick : -tick) {
    const carried = levelBehind(state, order, price);
    if (isLong ? carried >= low : carried <= high) return [open, price, against, inFavour, close];
  }
  return [open, inFavour, against, close];
}

/** The shape that a closed form is known for; `null` for everything else. */
export function shapeOf(state: ReferenceState, instrument: number): OrderShape | null {
  const held = positionOf(state, instrument).quantity;
  const reached = ordersOf(state, instrument).filter((order) => order.state === "live" && isReached(state, order));
  if (held === 0n) return entryShape(state, reached);
  const isLong = held > 0n;
  const areExits = reached.every(
    (order) =>
      areOpposite(order.leaves, held) && absolute(order.leaves) <= absolute(held) && order.patterns.length === 0,
  );
  if (!areExits || reached.length === 0) return null;
  const [first] = reached as [ReferenceOrder];
  if (first.role === "trail")
    return reached.length === 1 && isPlainTrail(state, first)
      ? { kind: "trailing", isLong, isWhole: true, order: first }
      : null;
  if (!isStopAndTarget(reached.map((order) => order.role)) || !reached.every(isPlain)) return null;
  if (reached.length > 1 && !areAlternatives(reached)) return null;
  return { kind: "held", isLong, isWhole: reached.length === 1 || fillsWhole(state, instrument, absolute(held)) };
}

/** B11: true when the volume that is left fills a size. */
function fillsWhole(state: ReferenceState, instrument: number, size: bigint): boolean {
  const { budget } = positionOf(state, instrument);
  return budget === null || budget >= size;
}

/** True when what one of a stop and a target fills is no longer wanted by the other, whichever it is. */
function areAlternatives(exits: readonly Pick<ReferenceOrder, "terms" | "group" | "leaves">[]): boolean {
  const areTied = exits.every(({ group }) => group !== null && group.id === exits[0]?.group?.id);
  if (!areTied && !exits.every(({ terms }) => terms.reduceOnly === true)) return false;
  const ends = exits.some(({ group }) => group?.link === "oco");
  return !ends || exits.every(({ leaves }) => leaves === exits[0]?.leaves);
}

/** A trailing stop that trails, and moves within the bar. */
function isPlainTrail(state: ReferenceState, order: ReferenceOrder): boolean {
  return order.terms.type === "trailingStop" && order.extreme !== null && state.given.testThenRatchet !== true;
}

function isPlain({ terms }: { readonly terms: ReferenceOrder["terms"] }): boolean {
  return terms.type === "stop" || terms.type === "limit";
}

/** One stop, one target, or one of both. */
function isStopAndTarget(roles: readonly string[]): boolean {
  const stops = roles.filter((role) => role === "stop").length;
  const targets = roles.filter((role) => role === "limit").length;
  return stops <= 1 && targets <= 1 && stops + targets === roles.length;
}

function entryShape(state: ReferenceState, reached: readonly ReferenceOrder[]): OrderShape | null {
  const [entry] = reached;
  if (entry === undefined || reached.length > 1 || !isPlain(entry)) return null;
  const children = entry.patterns.map((id) => orderOf(state, id));
  const areExits = children.every(
    (child) => isPlain(child) && child.terms.quantity < 0n && child.patterns.length === 0 && !child.terms.children,
  );
  if (!areExits || !isStopAndTarget(children.map((child) => child.role))) return null;
  if (children.length > 0 && !areClosing(entry, children)) return null;
  const isLong = entry.leaves > 0n;
  const isWhole = children.length === 0 || fillsWhole(state, entry.instrument, 2n * absolute(entry.leaves));
  if (entry.role === "limit") {
    const target = children.find((child) => child.role === "limit")?.limit ?? null;
    const stop = children.find((child) => child.role === "stop")?.trigger ?? null;
    return { kind: "limitEntry", isLong, isWhole, price: entry.limit as bigint, target, stop };
  }
  return { kind: "stopEntry", isLong, isWhole, price: entry.trigger as bigint };
}

/** True when the children of an entry close what it fills, each all of it or tied to the others, and no more. */
function areClosing(entry: ReferenceOrder, children: readonly ReferenceOrder[]): boolean {
  const link = entry.terms.children?.link ?? null;
  const group = link === null ? null : { id: 0, link };
  const exits = children.map(({ terms }) => ({ terms, group, leaves: terms.quantity }));
  return exits.every(({ leaves }) => leaves >= -WHOLE) && areAlternatives(exits);
}

/** True when the bar comes to the price at which an order acts next; a trailing stop moves towards any bar. */
export function isReached(state: ReferenceState, order: ReferenceOrder): boolean {
  const { high, low } = barOf(state, order.instrument);
  const isBuying = order.leaves > 0n;
  switch (order.role) {
    case "trail":
      return true;
    case "limit": {
      const margin = (state.given.limitTicks ?? 1n) * sourceOf(state, order.instrument).facts.tick;
      const limit = order.limit as bigint;
      return isBuying ? low <= limit - margin : high >= limit + margin;
    }
    case "stop": {
      const stop = order.trigger as bigint;
      return isBuying ? high >= stop : low <= stop;
    }
    case "touch": {
      const touch = order.trigger as bigint;
      return isBuying ? low <= touch : high >= touch;
    }
    default:
      return false;
  }
}
