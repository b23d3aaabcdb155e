// Topics: where each kind of event is published, under the world and the domain that it belongs to.
//
//     {world}.{domain}.trade.activations   what sides may do from a time on
//     {world}.{domain}.trade.decisions     what policies were asked and decided, and what sends positions out
//     {world}.{domain}.trade.orders        orders and what became of them
//     {world}.{domain}.trade.fills         postings: fills and movements, numbered without gaps
//     {world}.{domain}.trade.portfolio     compacted: the newest snapshot of each key
//     {world}.{domain}.trade.open_orders   compacted: the newest state of each order
//     {world}.{domain}.trade.fills.dlq     compacted: the newest state of each dead letter
//
// Always true:
//   a world has no dot in its name and the domain is one of four words, so that a topic has one reading;
//   domains share no topic.

import { DOMAINS } from "../../../kernel/index.js";
import type { Domain } from "../../../kernel/index.js";
import type { EventKind, EventOf, ExecutionEvent } from "../schema/catalogue.js";

/** Kinds of events that are published. */
export type PublishedKind = Exclude<EventKind, "intent" | "venue_fill" | "layer_input" | "world_decision">;
export type PublishedEvent = EventOf<PublishedKind>;

/** Streams of a world and domain. */
export const STREAMS = [
  "trade.activations",
  "trade.decisions",
  "trade.orders",
  "trade.fills",
  "trade.portfolio",
  "trade.open_orders",
  "trade.fills.dlq",
] as const;
export type Stream = (typeof STREAMS)[number];

/** Streams of which only the newest event of a key counts. */
export const COMPACTED_STREAMS: readonly Stream[] = ["trade.portfolio", "trade.open_orders", "trade.fills.dlq"];

const STREAM_BY_KIND: Readonly<Record<PublishedKind, Stream>> = {
  activation: "trade.activations",
  decision: "trade.decisions",
  exit_signal: "trade.decisions",
  order: "trade.orders",
  ack: "trade.orders",
  fill: "trade.fills",
  movement: "trade.fills",
  portfolio: "trade.portfolio",
  open_order: "trade.open_orders",
  dead_letter: "trade.fills.dlq",
};

/** A topic, taken apart. */
export interface TopicParts {
  readonly world: string;
  readonly domain: Domain;
  readonly stream: Stream;
}

/** True for an event of a kind that is published. */
export function isPublished(event: ExecutionEvent): event is PublishedEvent {
  return event.kind in STREAM_BY_KIND;
}

/** The topic of a stream. */
export function topicName({ world, domain, stream }: TopicParts): string {
  return `${world}.${domain}.${stream}`;
}

/** The topic that an event is published on. */
export function topicOf({ kind, world, domain }: PublishedEvent): string {
  return topicName({ world, domain, stream: STREAM_BY_KIND[kind] });
}

/**
 * The parts of a topic, or null for a text that is none.
 *
 * @example topicParts("main.live.trade.fills").domain; // "live"
 */
export function topicParts(topic: string): TopicParts | null {
  const [, world, word, rest] = /^([A-Za-z0-9_-]{1,64})\.([a-z]+)\.(.+)$/.exec(topic) ?? [];
  const domain = DOMAINS.find((each) => each === word);
  const stream = STREAMS.find((each) => each === rest);
  return world === undefined || domain === undefined || stream === undefined ? null : { world, domain, stream };
}
