// Messages between the order manager and a venue, whichever protocol carries them.
//
// What a venue promises, and all that exactly-once stands on:
//   a request that reaches it after `goodUntil` is not executed (a receive window, as exchanges call it);
//   an order is known by its clientOrderId; a second one of that id is not executed, but answered with the first;
//   a question is answered with what the venue knows when the question reaches it, with every fill so far;
//   fills of an order are numbered from 1 without gaps.
// A rejection names the attempt that it is about: an earlier one may come late, when a later one is alive.
// It does not promise that anything arrives, arrives once, or arrives in order.
//
// Units: quantities and prices as mantissas, instants in ns since 1970.

import type { SentForce, SentType, Side } from "./order-terms.js";

/** Terms of an order as the venue is told them. */
export interface PlacedTerms {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: SentType;
  readonly timeInForce: SentForce;
  /** Whole quantity; of a replacement with what the orders before it in the chain filled. */
  readonly quantity: bigint;
  readonly limit: bigint | null;
  readonly trigger: bigint | null;
  readonly expires: bigint | null;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

interface Addressed {
  readonly venue: string;
  readonly destination: "venue" | "simulation";
}

/** What goes to a venue. Cancelling and asking may be repeated at will; the others are good until a time. */
export type VenueRequest = Addressed &
  (
    | { readonly kind: "place"; readonly terms: PlacedTerms; readonly goodUntil: bigint; readonly attempt: number }
    | { readonly kind: "cancel"; readonly clientOrderId: string }
    | {
        readonly kind: "replace";
        /** Order whose place is taken. */
        readonly clientOrderId: string;
        readonly terms: PlacedTerms;
        readonly goodUntil: bigint;
        readonly attempt: number;
      }
    | { readonly kind: "ask"; readonly clientOrderId: string; readonly ask: number }
  );

/** An execution. */
export interface VenueExecution {
  /** Number of the fill of its order, from 1. */
  readonly seq: number;
  /** When it was executed, on the clock of the venue. */
  readonly at: bigint;
  readonly price: bigint;
  readonly quantity: bigint;
  /** Money; a rebate is negative. */
  readonly fee: bigint;
  readonly liquidity: "taker" | "maker";
}

/** States in which a venue can say that an order is. */
export type VenueState = "open" | "filled" | "canceled" | "replaced" | "rejected" | "expired";

/** What comes back. `filled` is all that the venue filled of the order. */
export type VenueMessage = { readonly clientOrderId: string } & (
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly attempt: number; readonly text: string }
  | ({ readonly kind: "fill" } & VenueExecution)
  | { readonly kind: "canceled"; readonly filled: bigint }
  | { readonly kind: "expired"; readonly filled: bigint }
  | { readonly kind: "cancelRefused"; readonly text: string }
  | { readonly kind: "replaced"; readonly by: string; readonly filled: bigint }
  | {
      readonly kind: "replaceRefused";
      readonly by: string;
      readonly attempt: number;
      /** `nothingLeft`: the order had already filled as much as was asked for in its place. */
      readonly why: "tooLate" | "nothingLeft" | "terms";
    }
  | { readonly kind: "unknown"; readonly ask: number }
  | {
      readonly kind: "status";
      readonly ask: number;
      readonly state: VenueState;
      readonly filled: bigint;
      /** What orders before it in its chain filled. */
      readonly carried: bigint;
      readonly fills: readonly VenueExecution[];
    }
);

/** Every kind of message. */
export const VENUE_MESSAGE_KINDS = [
  "accepted",
  "rejected",
  "fill",
  "canceled",
  "expired",
  "cancelRefused",
  "replaced",
  "replaceRefused",
  "unknown",
  "status",
] as const satisfies readonly VenueMessage["kind"][];

/** Fills that a message tells. */
export function executionsIn(message: VenueMessage): readonly VenueExecution[] {
  if (message.kind === "fill") return [message];
  return message.kind === "status" ? message.fills : [];
}
