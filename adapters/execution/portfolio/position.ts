// Positions: signed quantities with their cost, by average or first in, first out, as folds over fills.
//
// Always true:
//   a flat position has a quantity, a cost and a value of exactly zero and no lots;
//   a flip realises the closed part and opens the rest at the price of the fill;
//   fees are kept apart from realised profit.
// Units: price, quantity and money mantissas of the instrument and its currency.
// Rounding: a cost that leaves is rounded up, a value down (`FILLS.md` G6).

import { invariant } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import { absolute, divCeil, divFloor, within } from "../money/amount.js";
import { signedValue, tradeCash } from "../money/value.js";
import type { Lot } from "./lots.js";
import { releaseLots, splitLots } from "./lots.js";

/** How the cost of a part of a position is found. */
export const COSTINGS = ["average", "fifo"] as const;
export type Costing = (typeof COSTINGS)[number];

/** A position of one symbol and leg. */
export interface Position {
  readonly quantity: bigint;
  /** Signed: what was paid for what is held. */
  readonly cost: bigint;
  /** Price at which it is valued; null before there is one. */
  readonly mark: bigint | null;
  readonly value: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
  readonly lots: readonly Lot[];
}

export const FLAT: Position = {
  quantity: 0n,
  cost: 0n,
  mark: null,
  value: 0n,
  realised: 0n,
  fees: 0n,
  funding: 0n,
  lots: [],
};

/** A trade as a position sees it. */
export interface PositionTrade {
  readonly price: bigint;
  /** Signed, not 0. */
  readonly quantity: bigint;
  /** Cash before the fee. */
  readonly cash: bigint;
  /** Positive is paid. */
  readonly fee: bigint;
}

/** The position after a trade, marked at its price. */
export function traded(position: Position, facts: Instrument, costing: Costing, trade: PositionTrade): Position {
  const { price, quantity, fee } = trade;
  const closing = closingPart(position.quantity, quantity);
  const opening = quantity - closing;
  // The closed part brings what it would have brought alone; the opened part costs the rest, so that no cash is lost.
  const closingCash = opening === 0n ? trade.cash : closing === 0n ? 0n : tradeCash(facts, price, closing);
  const closed = closing === 0n ? position : reduced(position, costing, closing, closingCash);
  const opened = opening === 0n ? closed : added(closed, costing, opening, closingCash - trade.cash);
  const fees = within(opened.fees + fee, "position.fees", opened.fees, fee);
  return marked({ ...opened, fees }, facts, price);
}

/** The part of a signed trade that takes a position towards flat. */
function closingPart(held: bigint, quantity: bigint): bigint {
  if (held === 0n || held > 0n === quantity > 0n) return 0n;
  return absolute(quantity) <= absolute(held) ? quantity : -held;
}

function reduced(position: Position, costing: Costing, quantity: bigint, cash: bigint): Position {
  const size = absolute(quantity);
  const { cost, lots } =
    costing === "fifo"
      ? releaseLots(position.lots, size)
      : { cost: releasedCost(position.cost, absolute(position.quantity), size), lots: [] };
  const left = {
    ...position,
    quantity: position.quantity + quantity,
    cost: position.cost - cost,
    realised: within(position.realised + cash - cost, "position.realised", position.realised, cash, cost),
    lots,
  };
  invariant(left.quantity !== 0n || left.cost === 0n, "a flat position has no cost");
  return left;
}

function added(position: Position, costing: Costing, quantity: bigint, cost: bigint): Position {
  return {
    ...position,
    quantity: within(position.quantity + quantity, "position.quantity", position.quantity, quantity),
    cost: within(position.cost + cost, "position.cost", position.cost, cost),
    lots: costing === "fifo" ? [...position.lots, { quantity: absolute(quantity), cost }] : [],
  };
}

/** The part of `cost` that leaves with `part` of `all`, rounded up; all of it when nothing stays. */
function releasedCost(cost: bigint, all: bigint, part: bigint): bigint {
  return part === all ? cost : divCeil(cost * part, all);
}

/** The position at a price. */
export function marked(position: Position, facts: Instrument, price: bigint): Position {
  const value = position.quantity === 0n ? 0n : signedValue(facts, price, position.quantity);
  return { ...position, mark: price, value: within(value, "position.value", price, position.quantity) };
}

/** What a split does to a position. */
export interface PositionSplit {
  /** Units after it for `before` units. */
  readonly after: bigint;
  readonly before: bigint;
  /** What it adds to the signed quantity: of several strategies in one position each says its own part. */
  readonly change: bigint;
  /** Cash for the fraction that is not. */
  readonly cash: bigint;
  /** Profit realised on that fraction. */
  readonly realised: bigint;
}

/** The position after a split. Its mark moves with it, so that it is not worth more by a rounding. */
export function splitPosition(position: Position, facts: Instrument, costing: Costing, split: PositionSplit): Position {
  const { after, before, change, cash, realised } = split;
  const kept = position.quantity + change;
  const released = cash - realised;
  // Parts of two strategies may cancel out; what is left of the cost of nothing is realised.
  const cost = kept === 0n ? 0n : position.cost - released;
  const gained = cash + cost - position.cost;
  const left = {
    ...position,
    quantity: kept,
    cost,
    realised: within(position.realised + gained, "position.realised", position.realised, gained),
    value: 0n,
    lots: costing === "fifo" ? lotsAfter(position, kept, released) : [],
  };
  if (position.mark === null) return left;
  const round = kept < 0n ? divCeil : divFloor;
  const mark = round(position.mark * before, after);
  return marked(left, facts, mark < 1n ? 1n : mark);
}

/** Lots scale with their position; one that was flat, or turns over, is a single lot then. */
function lotsAfter(position: Position, kept: bigint, released: bigint): readonly Lot[] {
  if (kept === 0n) return [];
  if (position.quantity === 0n || position.quantity > 0n !== kept > 0n) {
    return [{ quantity: absolute(kept), cost: position.cost - released }];
  }
  return splitLots(position.lots, absolute(position.quantity), absolute(kept), released);
}
