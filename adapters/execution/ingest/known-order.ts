// Known orders: what an ingest knows of an order, and which of its fills were posted or wait for their turn.
//
// Units: quantities as mantissas of the instrument.

import { digestJson } from "../../../kernel/index.js";
import type { Digest, Instrument } from "../../../kernel/index.js";
import { amountOf } from "../money/amount.js";
import type { Leg } from "../schema/field.js";
import type { FillEvent, VenueFill } from "../schema/fill.js";
import type { OrderEvent } from "../schema/order.js";

/** A fill that is known to be new, and the letter that it was repaired from. */
export interface NewFill {
  readonly fill: VenueFill;
  readonly repairedFrom: string | null;
}

export interface KnownOrder {
  readonly order: OrderEvent;
  readonly instrument: Instrument;
  /** What it may fill in all. */
  quantity: bigint;
  filled: bigint;
  /** Number of the last fill that was posted. */
  seq: number;
  /** True when it was cancelled or ended otherwise: what fills now is late. */
  hasEnded: boolean;
  /** Content of every fill that was posted or waits, by number. */
  readonly contents: Map<number, Digest>;
  readonly held: Map<number, NewFill>;
}

export function knownOrder(order: OrderEvent, instrument: Instrument): KnownOrder {
  return {
    order,
    instrument,
    quantity: amountOf(order.quantity, instrument.sizeDecimals, `order ${order.orderId}.quantity`),
    filled: 0n,
    seq: 0,
    hasEnded: false,
    contents: new Map(),
    held: new Map(),
  };
}

/** What two reports of one fill have to agree in: everything that the venue said. */
export function contentOf(fill: VenueFill | FillEvent): Digest {
  const { ts, orderId, seq, symbol, side, price, quantity, fee, currency, liquidity, venue } = fill;
  const content = { ts, orderId, seq, symbol, side, price, quantity, fee, currency, liquidity, venue };
  return digestJson("goldentape 2026 FillContent v1", content);
}

/** Position that a fill of the order belongs to: in a hedging account a reducing order acts on the other side's. */
export function legOf({ side, reduceOnly }: OrderEvent, positions: "netting" | "hedging"): Leg {
  if (positions === "netting") return "net";
  return (side === "buy") === reduceOnly ? "short" : "long";
}
