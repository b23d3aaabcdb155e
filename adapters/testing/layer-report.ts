// Reports of fills that come another way than a venue's answers: true copies, and copies with a flaw planted in them.

import type { SentOrder, VenueExecution, VenueFill } from "../execution/index.js";

/** What is wrong with a report: each is in quarantine for a reason of its own. */
export const REPORT_FLAWS = {
  /** A price that is none. */
  malformed: "schema",
  /** Of an order that nobody sent. */
  stranger: "unknown_order",
  /** With a number far ahead of its turn. */
  ahead: "out_of_order",
  /** With another price than the fill that was posted. */
  contradicting: "conflicting_duplicate",
} as const;
export type ReportFlaw = keyof typeof REPORT_FLAWS;

/** A report as it came, and what is wrong with it. */
export interface PlantedReport {
  readonly flaw: ReportFlaw;
  readonly value: unknown;
}

/** A fill as its venue reports it, in whole numbers. */
export function venueFill(fill: VenueExecution, sent: SentOrder): VenueFill {
  const { seq, at, price, quantity, fee, liquidity } = fill;
  const { orderId, symbol, side, venue } = sent;
  const head = { kind: "venue_fill", schemaVersion: 1, ts: String(at), seq, liquidity } as const;
  const digits = { price: String(price), quantity: String(quantity), fee: String(fee) };
  return { ...head, orderId, symbol, side, ...digits, currency: "USD", venue };
}

/** A copy with a flaw. */
export function flawed(copy: VenueFill, flaw: ReportFlaw): unknown {
  switch (flaw) {
    case "malformed":
      return { ...copy, price: "much" };
    case "stranger":
      return { ...copy, orderId: "nobody" };
    case "ahead":
      return { ...copy, seq: copy.seq + 1_000_000 };
    case "contradicting":
      return { ...copy, price: String(BigInt(copy.price) + 1n) };
  }
}
