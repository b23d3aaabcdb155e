// Events of the layer: what it decided, sent, heard and refused, as events that hold to their schemas.
//
// Always true:
//   every event is checked against its schema before it leaves;
//   no two acknowledgements have one number for one subject: a repetition is seen by its key.
// Units: in events decimal texts at the decimals of the instrument.

import { digestJson, mantissaText } from "../../../kernel/index.js";
import type { Domain, Instrument } from "../../../kernel/index.js";
import type { CheckTrace } from "../check/approval.js";
import type { Refusal } from "../check/refusal.js";
import type { OrderManager, OrderView } from "../order/order-manager.js";
import type { ManagerNote, ManagerOutput } from "../order/manager-state.js";
import type { SentOrder, SizedOrder } from "../order/order-terms.js";
import type { VenueExecution, VenueRequest } from "../order/venue-message.js";
import type { Facts } from "../portfolio/facts.js";
import { instrumentIn } from "../portfolio/facts.js";
import { ACK_TEXT_LENGTH } from "../schema/ack.js";
import type { AckEvent } from "../schema/ack.js";
import { checkEvent } from "../schema/check.js";
import type { DecisionEvent } from "../schema/decision.js";
import type { Side } from "../schema/field.js";
import type { OpenOrderEvent, OrderEvent } from "../schema/order.js";
import type { ExecutionReason } from "../schema/reason.js";

/** What the events are about. */
export interface EventPlace {
  readonly world: string;
  readonly domain: Domain;
  readonly facts: Facts;
}

/** What a refusal is about, as far as it can be read. */
export interface RefusedSubject {
  readonly strategy: string | null;
  readonly symbol: string | null;
  readonly side: Side | null;
  readonly bucket: bigint;
  readonly intentId: string | null;
  readonly nodeId: string | null;
  /** Quantity that was wanted and that was allowed, units of the instrument. */
  readonly wanted: bigint;
  readonly allowed: bigint;
}

/** An intent that was judged: everything that was asked, and what came of it. */
export interface JudgedIntent {
  readonly subject: RefusedSubject;
  readonly action: DecisionEvent["action"];
  readonly sizing: readonly string[];
  readonly trace: readonly CheckTrace[];
  /** What was refused behind the checks, venue by venue. */
  readonly refusals: readonly Refusal[];
}

const NOTE_LENGTH = 256;

export class LayerEvents {
  private readonly place: EventPlace;
  private readonly manager: OrderManager;
  /** Number of the last state of each order that was told. */
  private readonly told = new Map<string, number>();
  private refusals = 0;
  private decisions = 0;

  constructor(place: EventPlace, manager: OrderManager) {
    this.place = place;
    this.manager = manager;
  }

  /**
   * Orders that were sent for the first time, and acknowledgements.
   *
   * @throws InputError `event/facts` for an order of a symbol that is not known.
   */
  ofRequests({ requests, notes }: ManagerOutput): readonly (OrderEvent | AckEvent)[] {
    const sent = requests.flatMap((request) => {
      const view = firstSent(request, this.manager);
      return view === null ? [] : [this.order(view)];
    });
    const acks = notes.flatMap((note) => {
      const view = note.status === null ? null : this.manager.order(note.clientOrderId);
      return view === null ? [] : [this.ack(note, view)];
    });
    return [...sent, ...acks];
  }

  /** States of orders that changed since they were told last. */
  ofStates({ notes }: ManagerOutput): readonly OpenOrderEvent[] {
    return notes.flatMap(({ clientOrderId, time }) => {
      const view = this.manager.order(clientOrderId);
      if (view === null || this.told.get(clientOrderId) === view.number) return [];
      this.told.set(clientOrderId, view.number);
      return [this.openOrder(view, time)];
    });
  }

  /** A refusal before there was an order, or a smaller order than was wanted. */
  refusal(
    { reason, text = "" }: { readonly reason: ExecutionReason; readonly text?: string },
    subject: RefusedSubject,
    time: bigint,
  ): AckEvent {
    const { strategy, symbol, side, bucket, nodeId, intentId, wanted, allowed } = subject;
    const nobody = {
      orderId: null,
      clientOrderId: null,
      correlationId: null,
      venue: null,
      venueOrderId: null,
    } as const;
    const decimals = symbol === null ? 0 : (this.place.facts.instruments.get(symbol)?.sizeDecimals ?? 0);
    const event = {
      ...this.head("ack", time),
      ...nobody,
      strategy,
      symbol,
      side,
      bucket: bucket.toString(),
      nodeId,
      intentId,
      seq: ++this.refusals,
      status: allowed === 0n ? "refused" : "reduced",
      reason,
      wanted: mantissaText(wanted, decimals),
      leaves: mantissaText(allowed, decimals),
      limit: null,
      trigger: null,
      ...(text === "" ? {} : { text: text.slice(0, ACK_TEXT_LENGTH) }),
    };
    return checkEvent("ack", event, "ack");
  }

  /** The record of an intent that was judged: every step of its size, every check, and what venues were left out. */
  decision({ subject, action, sizing, trace, refusals }: JudgedIntent, time: bigint): DecisionEvent {
    const { world, domain } = this.place;
    const { strategy, symbol, side, bucket, intentId, nodeId, allowed } = subject;
    const isActed = allowed > 0n;
    // By its number: one order may be asked to change twice in a bucket.
    const identity = { world, domain, strategy, intentId, number: ++this.decisions };
    const { sizeDecimals } = instrumentIn(this.place.facts, symbol ?? "", "decision");
    const steps = sizing.map((note) => step("size", "adjusted", null, note));
    const last = refusals.at(-1)?.reason ?? null;
    const checks = trace.map(({ check, verdict, text }) =>
      step(check, OUTCOMES[verdict], verdict === "reject" ? last : null, text),
    );
    const wasRejected = trace.some(({ verdict }) => verdict === "reject");
    const left = (wasRejected ? [] : refusals).map(({ stage, reason, text }) =>
      step(stage, isActed ? "noted" : "failed", reason, text),
    );
    const event = {
      ...this.head("decision", time),
      strategy,
      symbol,
      side,
      bucket: bucket.toString(),
      nodeId,
      decisionId: digestJson("goldentape 2026 LayerDecisionID v1", identity),
      recommendationId: null,
      policy: "execution",
      action,
      outcome: isActed ? "acted" : "skipped",
      reason: isActed ? null : last,
      confidence: null,
      quantity: mantissaText(allowed, sizeDecimals),
      intentId,
      trace: [...steps, ...checks, ...left],
    };
    return checkEvent("decision", event, "decision");
  }

  private order({ order, replaces, sentAt }: OrderView): OrderEvent {
    const { priceDecimals, sizeDecimals } = this.instrument(order.symbol);
    const event = {
      ...this.head("order", sentAt),
      ...identityOf(order),
      intentId: order.intentId,
      parentOrderId: replaces === null ? null : (this.manager.order(replaces)?.order.orderId ?? null),
      groupOrderId: null,
      setNodeId: null,
      venue: order.venue,
      type: order.type,
      timeInForce: order.timeInForce,
      quantity: mantissaText(order.quantity, sizeDecimals),
      limit: priceText(order.limit, priceDecimals),
      trigger: priceText(order.trigger, priceDecimals),
      trailOffset: null,
      trailUnit: null,
      limitOffset: null,
      activation: null,
      display: null,
      expires: order.expires === null ? null : order.expires.toString(),
      postOnly: order.postOnly,
      reduceOnly: order.reduceOnly,
    };
    return checkEvent("order", event, "order");
  }

  private ack({ time, status, reason, number }: ManagerNote, { order, leaves }: OrderView): AckEvent {
    const { priceDecimals, sizeDecimals } = this.instrument(order.symbol);
    const event = {
      ...this.head("ack", time),
      ...identityOf(order),
      intentId: order.intentId,
      venue: order.venue,
      venueOrderId: null,
      seq: number,
      status,
      reason,
      wanted: mantissaText(order.quantity, sizeDecimals),
      leaves: mantissaText(leaves, sizeDecimals),
      limit: priceText(order.limit, priceDecimals),
      trigger: priceText(order.trigger, priceDecimals),
    };
    return checkEvent("ack", event, "ack");
  }

  private openOrder({ order, state, filled, leaves, number }: OrderView, time: bigint): OpenOrderEvent {
    const { priceDecimals, sizeDecimals } = this.instrument(order.symbol);
    const event = {
      ...this.head("open_order", time),
      ...identityOf(order),
      venue: order.venue,
      state,
      quantity: mantissaText(order.quantity, sizeDecimals),
      filled: mantissaText(filled, sizeDecimals),
      leaves: mantissaText(leaves, sizeDecimals),
      limit: priceText(order.limit, priceDecimals),
      trigger: priceText(order.trigger, priceDecimals),
      number,
    };
    return checkEvent("open_order", event, "openOrder");
  }

  private instrument(symbol: string): Instrument {
    return instrumentIn(this.place.facts, symbol, "order");
  }

  private head<const Kind extends string>(kind: Kind, time: bigint) {
    const { world, domain } = this.place;
    return { kind, schemaVersion: 1, world, domain, ts: time.toString() } as const;
  }
}

const OUTCOMES = { allow: "passed", reject: "failed", revise: "adjusted", simulate: "noted" } as const;

function step(
  check: string,
  outcome: DecisionEvent["trace"][number]["outcome"],
  reason: ExecutionReason | null,
  text: string,
): DecisionEvent["trace"][number] {
  const note = text === "" ? null : text.slice(0, NOTE_LENGTH);
  return { check, outcome, reason, value: null, limit: null, note };
}

/** What an order is refused by: its own terms. */
export function subjectOf(order: SizedOrder, allowed: bigint): RefusedSubject {
  const { strategy, symbol, side, bucket, intentId, nodeId, quantity } = order;
  return { strategy, symbol, side, bucket, intentId, nodeId, wanted: quantity, allowed };
}

/**
 * A report of a fill for the ingest, from an answer of a venue: without symbol and currency where nobody here knows the
 * order, so that it goes to quarantine as it came.
 */
export function reportOf(fill: VenueExecution, order: SentOrder | string, { facts }: EventPlace): unknown {
  const { seq, at, price, quantity, fee, liquidity } = fill;
  const head = { kind: "venue_fill", schemaVersion: 1, ts: at.toString(), seq, liquidity } as const;
  if (typeof order === "string") {
    const digits = { price: price.toString(), quantity: quantity.toString(), fee: fee.toString() };
    return { ...head, orderId: order, ...digits };
  }
  const { priceDecimals, sizeDecimals, currency } = instrumentIn(facts, order.symbol, "fill");
  const { orderId, symbol, side, venue } = order;
  const amounts = {
    price: mantissaText(price, priceDecimals),
    quantity: mantissaText(quantity, sizeDecimals),
    fee: mantissaText(fee, currency.decimals),
  };
  return { ...head, orderId, symbol, side, ...amounts, currency: currency.code, venue };
}

/** The order that a request sends for the first time. */
function firstSent(request: VenueRequest, manager: OrderManager): OrderView | null {
  const isFirst = (request.kind === "place" || request.kind === "replace") && request.attempt === 1;
  return isFirst ? manager.order(request.terms.clientOrderId) : null;
}

function identityOf({ strategy, symbol, side, bucket, clientOrderId, orderId, correlationId, nodeId }: SentOrder) {
  return { strategy, symbol, side, bucket: bucket.toString(), clientOrderId, orderId, correlationId, nodeId };
}

function priceText(price: bigint | null, decimals: number): string | null {
  return price === null ? null : mantissaText(price, decimals);
}
