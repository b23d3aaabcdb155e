// Closed forms of a bar (`FILLS.md` 2.1 and B9): what one long position with a stop and a target, an entry with both as
// its children, or a trailing stop comes to at the worst and at the best over every path that the bar allows.
//
// Written as the tables stand in the rules; `boundsOverPaths` finds the same by walking every path. A short position is
// the mirror: negate all prices, and swap high and low.
//
// Always true:
//   a stop lies below, a target above the entry; a limit fills one tick beyond its price, a stop at its price.
// Units: prices as mantissas; `tick` is the step of the grid.
// Source: `FILLS.md` 2.1, B5, B7, B9, B10.

import { larger } from "./integers.js";
import type { PriceRange } from "./tick-path.js";

/** Exits of one position; `null` for none. */
export interface Bracket {
  readonly stop: bigint | null;
  readonly target: bigint | null;
}

/** What became of the position by the close: never opened, still held, or left at a price. */
export type BarOutcome = "no entry" | "hold" | { readonly exit: bigint };

export interface OutcomeBounds {
  readonly worst: BarOutcome;
  readonly best: BarOutcome;
}

/**
 * A long position that was held before the bar, or opened at its open.
 *
 * @example heldBounds({ open: 5n, high: 9n, low: 2n, close: 6n }, { stop: 3n, target: 8n }, 1n).worst // { exit: 3n }
 */
export function heldBounds(bar: PriceRange, { stop, target }: Bracket, tick: bigint): OutcomeBounds {
  const isAtStop = (price: bigint): boolean => stop !== null && price <= stop;
  const isBeyondTarget = (price: bigint): boolean => target !== null && price >= target + tick;
  if (isAtStop(bar.open)) return both({ exit: bar.open });
  if (isBeyondTarget(bar.open)) return both(exitAt(target));
  const stopped = isAtStop(bar.low) ? exitAt(stop) : null;
  const taken = isBeyondTarget(bar.high) ? exitAt(target) : null;
  return { worst: stopped ?? taken ?? "hold", best: taken ?? stopped ?? "hold" };
}

/** A buy limit at or below the open, with its children. */
export function limitEntryBounds(bar: PriceRange, limit: bigint, bracket: Bracket, tick: bigint): OutcomeBounds {
  const { stop, target } = bracket;
  const filledAt = limit - tick;
  if (bar.low > filledAt) return both("no entry");
  const isBeyondTarget = (price: bigint): boolean => target !== null && price >= target + tick;
  const stopped = stop !== null && bar.low <= stop ? exitAt(stop) : null;
  const outlivesEntry = stop === null || stop < filledAt;
  return {
    worst: stopped ?? (isBeyondTarget(bar.close) ? exitAt(target) : "hold"),
    best: isBeyondTarget(bar.high) && outlivesEntry ? exitAt(target) : (stopped ?? "hold"),
  };
}

/** A buy stop above the open, with its children. */
export function stopEntryBounds(bar: PriceRange, trigger: bigint, bracket: Bracket, tick: bigint): OutcomeBounds {
  const { stop, target } = bracket;
  if (bar.high < trigger) return both("no entry");
  const isAtStop = (price: bigint): boolean => stop !== null && price <= stop;
  const taken = target !== null && bar.high >= target + tick ? exitAt(target) : null;
  return {
    worst: isAtStop(bar.low) ? exitAt(stop) : (taken ?? "hold"),
    best: taken ?? (isAtStop(bar.close) ? exitAt(stop) : "hold"),
  };
}

/**
 * A long position with a trailing stop: `level` at the open of the bar, `offset` below the highest price since. The
 * best of a bar that reaches the level is an exit at the highest level that the bar can carry it to; of one that does
 * not, an exit there only when the close lies below it.
 */
export function trailingBounds(bar: PriceRange, level: bigint, offset: bigint): OutcomeBounds {
  if (bar.open <= level) return both({ exit: bar.open });
  const first = larger(level, bar.open - offset);
  const last = larger(first, bar.high - offset);
  const isReached = bar.low <= first;
  const canCatchUp = bar.high - offset >= bar.low;
  return {
    worst: isReached ? { exit: first } : canCatchUp ? { exit: bar.low } : "hold",
    best: isReached || bar.close <= last ? { exit: last } : "hold",
  };
}

/** What one unit of the position is worth at the close: the price it was left at, or the close. */
export function worthAtClose(outcome: BarOutcome, bar: PriceRange): bigint | null {
  if (outcome === "no entry") return null;
  return outcome === "hold" ? bar.close : outcome.exit;
}

function both(outcome: BarOutcome): OutcomeBounds {
  return { worst: outcome, best: outcome };
}

function exitAt(price: bigint | null): BarOutcome {
  if (price === null) throw new Error("an exit has a price");
  return { exit: price };
}
