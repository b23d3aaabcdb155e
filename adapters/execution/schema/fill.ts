// Fill events: an execution as a venue reports it, and the normalised fill that is made from it.
//
// Not here: how one becomes the other, each once and in order (`../ingest/fill-ingest.ts`).

import { z } from "zod";
import {
  bucket,
  clientOrderId,
  correlationId,
  count,
  currency,
  eventHead,
  instant,
  LEGS,
  name,
  nodeId,
  oneOf,
  orderId,
  positive,
  side,
  signed,
  strategy,
  symbol,
  venue,
} from "./field.js";
import type { Frozen } from "./field.js";

export const LIQUIDITIES = ["taker", "maker"] as const;

/** Why there was a fill: an order traded, the run ended (B16), or a margin was used up (C5). */
export const FILL_CAUSES = ["trade", "forced", "liquidation"] as const;

/** What a fill may be marked with; plain `late` where a run does not say whether its side was frozen or drained. */
export const FILL_TAGS = ["late", "late_after_freeze", "late_after_drain", "late_after_cancel", "repaired"] as const;
export type FillTag = (typeof FILL_TAGS)[number];

const execution = {
  orderId,
  seq: count(1, "Number of the fill of its order, from 1, without gaps."),
  symbol,
  side,
  price: positive("Price of the fill, in the currency of the instrument."),
  quantity: positive("Quantity filled, units of the instrument."),
  fee: signed("Fee paid for the fill, money; a rebate is negative."),
  currency,
  liquidity: oneOf(
    LIQUIDITIES,
    "Whether the order took liquidity or made it; taker where the venue does not say (C7).",
  ),
  venue,
};

/** Schema of a fill as a venue reports it, before it is known to be new, in order and of a known order. */
export const VENUE_FILL_SCHEMA = z
  .strictObject({
    kind: z.literal("venue_fill").describe("What kind of event this is."),
    schemaVersion: z.literal(1).describe("Version of this schema; another one is another meaning."),
    ts: instant("When it was executed, on the clock of the venue."),
    ...execution,
  })
  .describe("A fill as a venue reports it: at least once, in any order.");
export type VenueFill = Frozen<z.infer<typeof VENUE_FILL_SCHEMA>>;

/** Schema of a normalised fill. */
export const FILL_SCHEMA = z
  .strictObject({
    ...eventHead("fill"),
    strategy,
    ...execution,
    bucket,
    clientOrderId,
    correlationId,
    nodeId,
    leg: oneOf(LEGS, "Position that it belongs to: the only one, or the long or short one of a hedging account."),
    cash: signed("Cash effect before the fee, money: negative when buying; rounded against the account (G6)."),
    cause: oneOf(FILL_CAUSES, "Why there was a fill: a trade, the end of the run, or a liquidation."),
    number: count(1, "Number among the postings (fills and movements) of the world and domain, from 1, without gaps."),
    tags: z.array(z.enum(FILL_TAGS)).describe("What is to be known of it: late, or repaired from quarantine."),
    repairedFrom: name("Id of the dead letter that it was repaired from; null for none.").nullable(),
  })
  .describe("A fill, once, in the order in which it was posted.");
export type FillEvent = Frozen<z.infer<typeof FILL_SCHEMA>>;
