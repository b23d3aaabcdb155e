// Keys of events: what makes two of them the same one, and which of them belong together.
//
// The idempotency key says that an event is a repetition: an order's is made from world, strategy, symbol, side, bucket
// and clientOrderId, a fill's from orderId and seq (`NODESETS.md` 5). The partition key says among which events the
// order is kept, and in a compacted stream which event the newer one replaces.
//
// Always true:
//   a key is a digest of canonical JSON with a context of its own; no texts are joined;
//   nothing of the time at which an event was sent, or sent again, is in a key.

import { digestJson } from "../../../kernel/index.js";
import type { Digest, DigestContext } from "../../../kernel/index.js";
import type { AckEvent } from "../schema/ack.js";
import type { ActivationEvent } from "../schema/activation.js";
import type { FillEvent, VenueFill } from "../schema/fill.js";
import type { OrderEvent } from "../schema/order.js";
import type { PortfolioEvent } from "../schema/portfolio.js";
import { topicOf } from "./topic.js";
import type { PublishedEvent } from "./topic.js";

/** An event with everything that a stream needs to know of it. */
export interface Publication<Event extends PublishedEvent = PublishedEvent> {
  readonly topic: string;
  readonly partitionKey: Digest;
  readonly idempotencyKey: Digest;
  readonly event: Event;
}

/** What an order's idempotency key is made from. */
export type OrderIdentity = Pick<OrderEvent, "world" | "strategy" | "symbol" | "side" | "bucket" | "clientOrderId">;

/** Idempotency key of an order: sent again with the same one, it is the same order. */
export function orderKey({ world, strategy, symbol, side, bucket, clientOrderId }: OrderIdentity): Digest {
  return digestJson("goldentape 2026 OrderKey v1", { world, strategy, symbol, side, bucket, clientOrderId });
}

/** Idempotency key of a fill. */
export function fillKey({ orderId, seq }: Pick<FillEvent | VenueFill, "orderId" | "seq">): Digest {
  return digestJson("goldentape 2026 FillKey v1", { orderId, seq });
}

/** The id that follows a trade: made from the clientOrderId of the first order of its chain. */
export function correlationIdOf(order: Pick<OrderEvent, "world" | "strategy" | "clientOrderId">): Digest {
  const { world, strategy, clientOrderId } = order;
  return digestJson("goldentape 2026 CorrelationID v1", { world, strategy, clientOrderId });
}

/** The event with its topic and its keys. */
export function publicationOf<Event extends PublishedEvent>(event: Event): Publication<Event> {
  return { topic: topicOf(event), partitionKey: partitionKeyOf(event), idempotencyKey: idempotencyKeyOf(event), event };
}

/** Idempotency key of any event that is published. */
export function idempotencyKeyOf(event: PublishedEvent): Digest {
  const { world } = event;
  switch (event.kind) {
    case "order":
      return orderKey(event);
    case "fill":
      return fillKey(event);
    case "ack":
      return ackKey(event);
    case "activation":
      return activationKey(event);
    case "decision":
      return digestJson("goldentape 2026 DecisionKey v1", { world, decisionId: event.decisionId });
    case "exit_signal":
      return digestJson("goldentape 2026 ExitKey v1", { world, exitId: event.exitId });
    case "movement":
      return digestJson("goldentape 2026 MovementKey v1", { world, number: event.number });
    case "open_order":
      return digestJson("goldentape 2026 OpenOrderKey v1", { world, orderId: event.orderId, number: event.number });
    case "portfolio":
      return digestJson("goldentape 2026 SnapshotKey v1", { key: partitionKeyOf(event), bucket: event.bucket });
    case "dead_letter":
      return digestJson("goldentape 2026 LetterKey v1", { letterId: event.letterId, state: event.state });
  }
}

/** A refusal has no order: it is named by what was decided, and by its number there. */
function ackKey({ world, strategy, symbol, side, bucket, nodeId, orderId, seq }: AckEvent): Digest {
  const subject = orderId === null ? { world, strategy, symbol, side, bucket, nodeId } : { orderId };
  return digestJson("goldentape 2026 AckKey v1", { subject, seq });
}

/** A message to one side is known by its version, under the tag of the decision that it comes from. */
function activationKey({ world, strategy, symbol, side, version, etag }: ActivationEvent): Digest {
  return digestJson("goldentape 2026 ActivationKey v1", { world, strategy, symbol, side, version, etag });
}

const PARTITION: DigestContext = "goldentape 2026 partition v1";

/** Partition key of any event that is published. */
export function partitionKeyOf(event: PublishedEvent): Digest {
  const { world } = event;
  switch (event.kind) {
    case "portfolio":
      return portfolioKey(event);
    case "open_order":
      return digestJson(PARTITION, { world, orderId: event.orderId });
    case "dead_letter":
      return digestJson(PARTITION, { world, letterId: event.letterId });
    default:
      return digestJson(PARTITION, { world, strategy: event.strategy, symbol: event.symbol });
  }
}

/**
 * Key of a portfolio: `(world, strategy, symbol)` in the scope of a strategy, `(world, symbol)` in that of the world.
 * An account, which has no symbol, has its currency in that place.
 */
export function portfolioKey(
  event: Pick<PortfolioEvent, "world" | "scope" | "strategy" | "symbol" | "currency">,
): Digest {
  const { world, scope, strategy, symbol, currency } = event;
  const what = symbol === null ? { currency } : { symbol };
  return digestJson(PARTITION, scope === "world" ? { world, ...what } : { world, strategy, ...what });
}
