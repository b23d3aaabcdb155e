// Orders of the live layer: what is asked for, and what it does to a position.
//
// Units: quantities and prices as mantissas at the decimals of the instrument, always positive, the side apart;
//   positions signed; instants in ns since 1970.

import type { Digest } from "../../../kernel/index.js";
import { absolute } from "../money/amount.js";
import type { Side } from "../schema/field.js";

export type { Side };

/** Types of orders that an intent can ask for. */
export const SENT_TYPES = ["market", "limit", "stop", "stopLimit"] as const;
export type SentType = (typeof SENT_TYPES)[number];

/** How long an order is good. */
export type SentForce = "gtc" | "gtd" | "day" | "ioc" | "fok";

/** An order with its size, before anybody judged it. */
export interface SizedOrder {
  readonly world: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: Side;
  /** End of the bucket at which it was decided. */
  readonly bucket: bigint;
  readonly intentId: string;
  /** NodeID of the node that made it, or null. */
  readonly nodeId: Digest | null;
  readonly type: SentType;
  readonly timeInForce: SentForce;
  readonly quantity: bigint;
  readonly limit: bigint | null;
  readonly trigger: bigint | null;
  /** From when it is no longer good, for `gtd`; null otherwise. */
  readonly expires: bigint | null;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

/** An order for one venue, with the ids that it has there and here. */
export interface SentOrder extends SizedOrder {
  readonly venue: string;
  /** Id that the venue is given: the same at every repetition. */
  readonly clientOrderId: string;
  /** Id that our own events name it by. */
  readonly orderId: string;
  readonly correlationId: Digest;
  /** Whether it leaves for the venue, or for the simulator in its place. */
  readonly destination: "venue" | "simulation";
}

/** A quantity with the sign of its side. */
export function signedQuantity(side: Side, quantity: bigint): bigint {
  return side === "buy" ? quantity : -quantity;
}

/** What open orders of each side may still fill. */
export interface OpenLeaves {
  readonly openBuy: bigint;
  readonly openSell: bigint;
}

/** What open orders on a side may still fill. */
export function openOnSide(side: Side, { openBuy, openSell }: OpenLeaves): bigint {
  return side === "buy" ? openBuy : openSell;
}

/** True when an order on a side takes a position towards flat. */
export function isOpposite(side: Side, position: bigint): boolean {
  return side === "buy" ? position < 0n : position > 0n;
}

/** What is held of a symbol, signed, and what may still come. */
export interface HeldFacts extends OpenLeaves {
  readonly position: bigint;
}

/** What of an order on a side only makes a position smaller: what is held against it, less what is open on its side. */
export function reducingRoom(side: Side, held: HeldFacts): bigint {
  if (!isOpposite(side, held.position)) return 0n;
  const room = absolute(held.position) - openOnSide(side, held);
  return room > 0n ? room : 0n;
}

/** True when an order can only make a position smaller, whatever else is filled meanwhile: see `reduces`. */
export function isReduction({ side, quantity }: Pick<SizedOrder, "side" | "quantity">, held: HeldFacts): boolean {
  return reduces(side, quantity, held.position, openOnSide(side, held));
}

/**
 * True when an order can only make a position smaller, whatever else is filled meanwhile: it is on the other side, and
 * with the orders that are open on its side it does not go through zero.
 *
 * @param position Signed quantity held.
 * @param open What orders on the side of this one may still fill.
 * @example reduces("sell", 4n, 10n, 6n) // true
 */
export function reduces(side: Side, quantity: bigint, position: bigint, open: bigint): boolean {
  return isOpposite(side, position) && quantity + open <= absolute(position);
}

/** True when an order may be split over venues: what has to fill whole, or waits for a price, goes to one. */
export function isSpreadable({ type, timeInForce }: SizedOrder): boolean {
  return timeInForce !== "fok" && (type === "market" || type === "limit");
}
