// Events of the layer: what the order manager did, as orders, acknowledgements, open orders and reports of fills that
// hold to their schemas.
//
// Always true:
//   every event is checked against its schema before it leaves;
//   the same output gives the same events, with the same numbers: repeating it is seen by their keys.
// Units: in events decimal texts at the decimals of the instrument.

import { InputError, mantissaText } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import type { OrderManager, OrderView } from "../order/order-manager.js";
import type { CountedFill, ManagerNote, ManagerOutput } from "../order/manager-state.js";
import type { SentOrder, SizedOrder } from "../order/order-terms.js";
import type { VenueRequest } from "../order/venue-message.js";
import type { AckEvent } from "../schema/ack.js";
import { checkEvent } from "../schema/check.js";
import type { Domain } from "../schema/field.js";
import type { VenueFill } from "../schema/fill.js";
import type { OpenOrderEvent, OrderEvent } from "../schema/order.js";
import type { Refusal } from "../check/refusal.js";

/** What the events are about. */
export interface EventPlace {
  readonly world: string;
  readonly domain: Domain;
  readonly instruments: readonly Instrument[];
}

/** What went out and what became of it; reports of fills go through the ingest before they count. */
export type LayerEvent = OrderEvent | AckEvent | OpenOrderEvent | VenueFill;

/** Makes the events of an output, in their order, as `openLayerEvents` says. */
export type LayerEvents = (output: ManagerOutput, manager: OrderManager) => readonly LayerEvent[];

/**
 * Events of outputs, to be called with each one: orders that were sent for the first time, acknowledgements, fills, and
 * the state of every order that changed since it was told last.
 *
 * Throws InputError `event/facts` when called for an order of a symbol without an instrument.
 */
export function openLayerEvents(place: EventPlace): LayerEvents {
  const told = new Map<string, number>();
  return (output, manager) => {
    const sent = output.requests.flatMap((request) => {
      const order = firstSent(request, manager);
      return order === null ? [] : [orderEvent(order, manager, place)];
    });
    const acks = output.notes.flatMap((note) => {
      const view = note.status === null ? null : manager.order(note.clientOrderId);
      return view === null ? [] : [ackEvent(note, view, place)];
    });
    const fills = output.fills.map((fill) => venueFillEvent(fill, place));
    const states = output.notes.flatMap(({ clientOrderId, time }) => {
      const view = manager.order(clientOrderId);
      if (view === null || told.get(clientOrderId) === view.number) return [];
      told.set(clientOrderId, view.number);
      return [openOrderEvent(view, time, place)];
    });
    return [...sent, ...acks, ...fills, ...states];
  };
}

/** The order that a request sends for the first time. */
function firstSent(request: VenueRequest, manager: OrderManager): OrderView | null {
  const isFirst = (request.kind === "place" || request.kind === "replace") && request.attempt === 1;
  return isFirst ? manager.order(request.terms.clientOrderId) : null;
}

function instrumentOf(symbol: string, { instruments }: EventPlace): Instrument {
  const found = instruments.find((instrument) => instrument.symbol === symbol);
  if (found !== undefined) return found;
  const expected = `one of ${instruments.map((instrument) => instrument.symbol).join(", ")}`;
  throw new InputError([{ code: "event/facts", path: "order.symbol", expected, received: symbol }]);
}

function head<const Kind extends string>(kind: Kind, { world, domain }: EventPlace, time: bigint) {
  return { kind, schemaVersion: 1, world, domain, ts: time.toString() } as const;
}

function identity({ strategy, symbol, side, bucket, clientOrderId, orderId, correlationId, nodeId }: SentOrder) {
  return { strategy, symbol, side, bucket: bucket.toString(), clientOrderId, orderId, correlationId, nodeId };
}

function orderEvent({ order, replaces, sentAt }: OrderView, manager: OrderManager, place: EventPlace): OrderEvent {
  const { priceDecimals, sizeDecimals } = instrumentOf(order.symbol, place);
  const price = (mantissa: bigint | null): string | null =>
    mantissa === null ? null : mantissaText(mantissa, priceDecimals);
  const event = {
    ...head("order", place, sentAt),
    ...identity(order),
    intentId: order.intentId,
    parentOrderId: replaces === null ? null : (manager.order(replaces)?.order.orderId ?? null),
    groupOrderId: null,
    venue: order.venue,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: mantissaText(order.quantity, sizeDecimals),
    limit: price(order.limit),
    trigger: price(order.trigger),
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

function ackEvent({ time, status, reason, number }: ManagerNote, view: OrderView, place: EventPlace): AckEvent {
  const { order, leaves } = view;
  const { priceDecimals, sizeDecimals } = instrumentOf(order.symbol, place);
  const event = {
    ...head("ack", place, time),
    ...identity(order),
    venue: order.venue,
    venueOrderId: null,
    seq: number,
    status,
    reason,
    wanted: mantissaText(order.quantity, sizeDecimals),
    leaves: mantissaText(leaves, sizeDecimals),
    limit: order.limit === null ? null : mantissaText(order.limit, priceDecimals),
    trigger: order.trigger === null ? null : mantissaText(order.trigger, priceDecimals),
  };
  return checkEvent("ack", event, "ack");
}

/**
 * A refusal before there was an order, as an acknowledgement.
 *
 * @param seq Its number among the refusals of the order's node and bucket, from 1.
 */
export function refusalEvent(
  { reason }: Refusal,
  wanted: Pick<SizedOrder, "strategy" | "symbol" | "side" | "bucket" | "nodeId" | "quantity">,
  seq: number,
  place: EventPlace,
  time: bigint,
): AckEvent {
  const { strategy, symbol, side, bucket, nodeId, quantity } = wanted;
  const { sizeDecimals } = instrumentOf(symbol, place);
  const about = { strategy, symbol, side, bucket: bucket.toString(), nodeId };
  const nobody = { orderId: null, clientOrderId: null, correlationId: null, venue: null, venueOrderId: null } as const;
  const size = { wanted: mantissaText(quantity, sizeDecimals), leaves: "0", limit: null, trigger: null };
  return checkEvent(
    "ack",
    { ...head("ack", place, time), ...about, ...nobody, ...size, seq, status: "refused", reason },
    "ack",
  );
}

function openOrderEvent(view: OrderView, time: bigint, place: EventPlace): OpenOrderEvent {
  const { order, state, filled, leaves, number } = view;
  const { priceDecimals, sizeDecimals } = instrumentOf(order.symbol, place);
  const event = {
    ...head("open_order", place, time),
    ...identity(order),
    venue: order.venue,
    state,
    quantity: mantissaText(order.quantity, sizeDecimals),
    filled: mantissaText(filled, sizeDecimals),
    leaves: mantissaText(leaves, sizeDecimals),
    limit: order.limit === null ? null : mantissaText(order.limit, priceDecimals),
    trigger: order.trigger === null ? null : mantissaText(order.trigger, priceDecimals),
    number,
  };
  return checkEvent("open_order", event, "openOrder");
}

/** A fill as a venue reports it, for the ingest. */
export function venueFillEvent(
  { order, fill: { seq, at, price, quantity, fee, liquidity } }: Pick<CountedFill, "order" | "fill">,
  place: EventPlace,
): VenueFill {
  const { priceDecimals, sizeDecimals, currency } = instrumentOf(order.symbol, place);
  const { orderId, symbol, side, venue } = order;
  const event = {
    kind: "venue_fill",
    schemaVersion: 1,
    ts: at.toString(),
    orderId,
    seq,
    symbol,
    side,
    price: mantissaText(price, priceDecimals),
    quantity: mantissaText(quantity, sizeDecimals),
    fee: mantissaText(fee, currency.decimals),
    currency: currency.code,
    liquidity,
    venue,
  };
  return checkEvent("venue_fill", event, "fill");
}
