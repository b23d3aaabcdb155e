// Intents: what a strategy wants, before anything was checked, sized or routed.

import { z } from "zod";
import { TIMES_IN_FORCE } from "../../../kernel/index.js";
import type { IntentConstraint } from "../../../kernel/index.js";
import {
  count,
  eventHead,
  flag,
  instant,
  name,
  nodeId,
  oneOf,
  positive,
  side,
  strategy,
  symbol,
  unsigned,
} from "./field.js";
import type { Frozen } from "./field.js";

/** How the size of an intent is meant. */
export const SIZE_TYPES = ["notional", "quantity", "percent", "target_percent", "target_quantity"] as const;
export type SizeType = (typeof SIZE_TYPES)[number];

/** Schema of an intent. */
export const INTENT_SCHEMA = z
  .strictObject({
    ...eventHead("intent"),
    strategy,
    intentId: name("Id of the intent: a repetition with the same one is the same intent."),
    nodeId,
    instrument: symbol,
    side: side.describe("buy, or sell; of a target: long, or short."),
    size: z
      .strictObject({
        type: oneOf(SIZE_TYPES, "What the value counts."),
        value: unsigned(
          "Money for notional, units of the instrument for quantity and target_quantity, share of equity for percent " +
            "and target_percent (0.2 is 20 %); the side gives the sign.",
        ),
      })
      .describe("How much: an amount to trade, or a target to hold."),
    constraints: z
      .strictObject({
        timeInForce: oneOf(TIMES_IN_FORCE, "How long the order is good.").exactOptional(),
        expires: instant("From when it is no longer good.").exactOptional(),
        maxSlippageBps: count(0, "Most slippage against the price at the decision, basis points.").exactOptional(),
        limit: positive("Limit, price.").exactOptional(),
        stop: positive("Trigger of a stop, price.").exactOptional(),
        postOnly: flag("True when it may only rest.").exactOptional(),
        reduceOnly: flag("True when it may only reduce the position.").exactOptional(),
        venues: z
          .array(name("A venue."))
          .min(1)
          .describe("Venues that it may go to; all when left out.")
          .exactOptional(),
      } satisfies Readonly<Record<IntentConstraint, z.ZodType>>)
      .describe("Terms that the order has to keep; what is left out is free."),
    labels: z
      .record(z.string().min(1).max(64), z.string().max(256))
      .describe("Free words of the strategy, kept with the intent and never acted on."),
  })
  .describe("What a strategy wants, before it was checked and sized.");
export type IntentEvent = Frozen<z.infer<typeof INTENT_SCHEMA>>;
