// Order events: an order as it leaves for its venue, and what the compacted state of open orders says of it.

import { z } from "zod";
import { ORDER_STATES, ORDER_TYPES, TIMES_IN_FORCE } from "../../../kernel/index.js";
import {
  bucket,
  clientOrderId,
  correlationId,
  count,
  digest,
  eventHead,
  flag,
  instant,
  name,
  nodeId,
  oneOf,
  orderId,
  positive,
  side,
  strategy,
  symbol,
  unsigned,
  venue,
} from "./field.js";
import type { Frozen } from "./field.js";

/** What makes an order the order that it is: its idempotency key is made from these and the world. */
const identity = {
  strategy,
  symbol,
  side,
  bucket,
  clientOrderId,
  orderId,
  correlationId,
  nodeId,
};

/** Schema of an order as it was published. */
export const ORDER_SCHEMA = z
  .strictObject({
    ...eventHead("order"),
    ...identity,
    intentId: name("Intent that it was made from, or null where a node decided by itself.").nullable(),
    parentOrderId: name("Order whose fill let it out, or which it replaces; null for none.").nullable(),
    groupOrderId: name("First order of its one-cancels-the-other group; null for none.").nullable(),
    setNodeId: digest("NodeID of the node set that its decision is a part of, null for none.").nullable(),
    venue,
    type: oneOf(ORDER_TYPES, "Type of the order."),
    timeInForce: oneOf(TIMES_IN_FORCE, "How long it is good: till cancelled, till a date, for the day, or at once."),
    quantity: positive("Quantity ordered, units of the instrument."),
    limit: positive("Limit, price; null for none.").nullable(),
    trigger: positive("Trigger of a stop or touch order, price; null for none.").nullable(),
    trailOffset: positive("Trailing offset, in `trailUnit`; null for none.").nullable(),
    trailUnit: z
      .enum(["price", "share"])
      .nullable()
      .describe(
        "Unit of the trailing offset: a price difference, or a share of the price (0.01 is 1 %); null for none.",
      ),
    limitOffset: positive("Distance of the limit from the trigger of a trailing stop-limit, price; null.").nullable(),
    activation: positive("Price from which on it trails; null for at once.").nullable(),
    display: positive("Quantity shown at a time, units of the instrument; null for all of it.").nullable(),
    expires: instant("From when it is no longer good; null for never.").nullable(),
    postOnly: flag("True when it may only rest, never take."),
    reduceOnly: flag("True when it may only reduce the position."),
  })
  .describe("An order as it was published: it passed every check, and its idempotency key is made from it.");
export type OrderEvent = Frozen<z.infer<typeof ORDER_SCHEMA>>;

/** Schema of the compacted state of an order. */
export const OPEN_ORDER_SCHEMA = z
  .strictObject({
    ...eventHead("open_order"),
    ...identity,
    venue,
    state: oneOf(ORDER_STATES, "State in the life cycle of the order; the last five are final."),
    quantity: positive("Quantity ordered, units of the instrument."),
    filled: unsigned("Quantity filled so far, units of the instrument."),
    leaves: unsigned("Quantity that may still fill, units of the instrument; 0 once the state is final."),
    limit: positive("Limit, price; null for none.").nullable(),
    trigger: positive("Trigger, price; null for none.").nullable(),
    number: count(1, "Number of this state of the order, from 1: of two the higher one is newer."),
  })
  .describe("State of an order after its last change: the newest one for a key replaces the others.");
export type OpenOrderEvent = Frozen<z.infer<typeof OPEN_ORDER_SCHEMA>>;
