// Lots: what a position is made of when its cost leaves first in, first out.
//
// Always true:
//   the quantities and the costs of the lots of a position add up to its own;
//   a list of lots is never written: each function gives a new one.
// Rounding: a cost that leaves with a part of a lot is rounded up, so that no realised profit is too high.

import { divCeil, divFloor } from "../money/amount.js";

/** A lot: its quantity without a sign, and its signed cost. */
export interface Lot {
  readonly quantity: bigint;
  readonly cost: bigint;
}

/** What leaves, and what stays. */
export interface ReleasedLots {
  readonly cost: bigint;
  readonly lots: readonly Lot[];
}

/** Takes `quantity` (> 0, at most what is held) from the first lots on. */
export function releaseLots(lots: readonly Lot[], quantity: bigint): ReleasedLots {
  let wanted = quantity;
  let cost = 0n;
  let index = 0;
  for (; wanted > 0n; index++) {
    const lot = lots[index] as Lot;
    if (wanted < lot.quantity) {
      const part = divCeil(lot.cost * wanted, lot.quantity);
      const left = { quantity: lot.quantity - wanted, cost: lot.cost - part };
      return { cost: cost + part, lots: [left, ...lots.slice(index + 1)] };
    }
    cost += lot.cost;
    wanted -= lot.quantity;
  }
  return { cost, lots: lots.slice(index) };
}

/**
 * The lots after a split that takes the quantity of the position from `before` to `after` (both without a sign) and
 * `released` off its cost, which the first lot gives. A lot of which nothing is left hands its cost on.
 */
export function splitLots(lots: readonly Lot[], before: bigint, after: bigint, released: bigint): readonly Lot[] {
  const kept: Lot[] = [];
  let sum = 0n;
  let sumNow = 0n;
  let carried = -released;
  for (const lot of lots) {
    sum += lot.quantity;
    carried += lot.cost;
    const now = divFloor(sum * after, before);
    if (now === sumNow) continue;
    kept.push({ quantity: now - sumNow, cost: carried });
    sumNow = now;
    carried = 0n;
  }
  return kept;
}
