// Acknowledgements: what became of an order short of a fill, and decisions that became none.

import { z } from "zod";
import {
  bucket,
  clientOrderId,
  correlationId,
  count,
  eventHead,
  name,
  nodeId,
  oneOf,
  orderId,
  positive,
  reason,
  side,
  strategy,
  symbol,
  unsigned,
  venue,
} from "./field.js";
import type { Frozen } from "./field.js";

/** What an acknowledgement may say. The last two are said of decisions before there is an order. */
export const ACK_STATUSES = [
  "accepted",
  "triggered",
  "activated",
  "amended",
  "resized",
  "split",
  "cancel_requested",
  "canceled",
  "cancel_rejected",
  "replaced",
  "rejected",
  "expired",
  "reduced",
  "refused",
] as const;
export type AckStatus = (typeof ACK_STATUSES)[number];

/** Longest text of an acknowledgement. */
export const ACK_TEXT_LENGTH = 1_024;

/** Schema of an acknowledgement. */
export const ACK_SCHEMA = z
  .strictObject({
    ...eventHead("ack"),
    strategy: strategy.nullable(),
    symbol: symbol.nullable(),
    side: side.nullable(),
    bucket,
    orderId: orderId.nullable(),
    clientOrderId: clientOrderId.nullable(),
    correlationId: correlationId.nullable(),
    intentId: name(
      "Intent that it was made from; null where a node decided by itself, or it cannot be read.",
    ).nullable(),
    nodeId,
    venue,
    venueOrderId: name("Id that the venue gave the order; null where it gave none.").nullable(),
    seq: count(1, "Number of the acknowledgement for its order, from 1; refusals of one node and bucket have others."),
    status: oneOf(ACK_STATUSES, "What happened to the order; reduced and refused are said of a decision without one."),
    reason: reason("Why, where it was not asked for; null for none.").nullable(),
    wanted: unsigned("Quantity that was asked for, units of the instrument."),
    leaves: unsigned("Quantity that may still fill, or that was allowed of a decision, units of the instrument."),
    limit: positive("Limit after this, price; null for none.").nullable(),
    trigger: positive("Trigger after this, price; null for none.").nullable(),
    text: z
      .string()
      .min(1)
      .max(ACK_TEXT_LENGTH)
      .describe("Of a refusal: what was found, and what would be taken, for a person.")
      .exactOptional(),
  })
  .describe(
    "What became of an order short of a fill, or why a decision became no order or a smaller one; of an intent that " +
      "cannot be read, strategy, symbol and side are null.",
  );
export type AckEvent = Frozen<z.infer<typeof ACK_SCHEMA>>;
