// Lineage: everything in a journal that belongs to one trade, from the decision to the fills.
//
// Orders, acknowledgements, fills and exit signals carry the correlationId of their chain; an intent is found through
// the orders made from it, a decision and a refusal through the intent, a decision of a run through the node, symbol,
// bucket and side that it shares with its order, and what a venue reported through the orderId.

import type { EventKind, EventOf, ExecutionEvent } from "../schema/catalogue.js";

/** What belongs to one trade, each list in the order of the journal. */
export interface Lineage {
  readonly correlationId: string;
  readonly decisions: readonly EventOf<"decision">[];
  readonly intents: readonly EventOf<"intent">[];
  readonly orders: readonly EventOf<"order">[];
  readonly acks: readonly EventOf<"ack">[];
  readonly fills: readonly EventOf<"fill">[];
  readonly exitSignals: readonly EventOf<"exit_signal">[];
  readonly deadLetters: readonly EventOf<"dead_letter">[];
  /** NodeIDs of the nodes that made any of it, and of the node sets that these are parts of, each once. */
  readonly nodeIds: readonly string[];
}

/** The lineage of an order, or null when no order of `events` has that id. O(events). */
export function lineageOfOrder(events: readonly ExecutionEvent[], orderId: string): Lineage | null {
  const order = events.find((event) => event.kind === "order" && event.orderId === orderId);
  return order?.kind === "order" ? lineageOf(events, order.correlationId) : null;
}

/** The lineage of a correlationId; empty lists where there is nothing of it. O(events). */
export function lineageOf(events: readonly ExecutionEvent[], correlationId: string): Lineage {
  const own = events.filter((event) => "correlationId" in event && event.correlationId === correlationId);
  const orders = ofKind(own, "order");
  const intentIds = new Set(orders.map(({ intentId }) => intentId));
  const orderIds = new Set(orders.map(({ orderId }) => orderId));
  const intents = ofKind(events, "intent").filter((each) => intentIds.has(each.intentId));
  const made = new Set(orders.filter(({ parentOrderId }) => parentOrderId === null).map(decidedBy));
  const decisions = ofKind(events, "decision").filter((each) =>
    each.intentId === null ? each.outcome === "acted" && made.has(decidedBy(each)) : intentIds.has(each.intentId),
  );
  const acks = ofKind(events, "ack").filter(
    (each) => each.correlationId === correlationId || (each.intentId !== null && intentIds.has(each.intentId)),
  );
  const fills = ofKind(own, "fill");
  const exitSignals = ofKind(own, "exit_signal");
  const deadLetters = ofKind(events, "dead_letter").filter(
    (each) => each.orderId !== null && orderIds.has(each.orderId),
  );
  const all = [...decisions, ...intents, ...orders, ...acks, ...fills, ...exitSignals];
  const ids = [...all.map(({ nodeId }) => nodeId), ...orders.map(({ setNodeId }) => setNodeId)];
  const nodeIds = [...new Set(ids.filter((id) => id !== null))];
  return { correlationId, decisions, intents, orders, acks, fills, exitSignals, deadLetters, nodeIds };
}

/** What an order without an intent was decided by: a node, for a symbol, in a bucket. */
function decidedBy({ nodeId, symbol, bucket, side }: EventOf<"decision"> | EventOf<"order">): string {
  return JSON.stringify([nodeId, symbol, bucket, side]);
}

function ofKind<Kind extends EventKind>(events: readonly ExecutionEvent[], kind: Kind): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> & ExecutionEvent => event.kind === kind);
}
