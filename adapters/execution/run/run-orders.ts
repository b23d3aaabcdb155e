// Orders of a run as events, and what becomes of them, in the words of the order life cycle.
//
// Always true:
//   ids come from the run and the order's place in it, so that the same run has the same events on every machine;
//   the state of an order after its last event is the one that the run's own table says.

import { invariant, NEVER, nextOrderState, ORDER_FLAGS, ORDER_STATES, ORDER_TYPES } from "../../../kernel/index.js";
import { mantissaText, REASONS, rowOfOrder, TIMES_IN_FORCE } from "../../../kernel/index.js";
import type { Domain, Instrument, OrderLifeEvent, OrderState, RunResult, RunTables } from "../../../kernel/index.js";
import { absolute } from "../money/amount.js";
import type { AckEvent, AckStatus } from "../schema/ack.js";
import type { Side } from "../schema/field.js";
import type { OpenOrderEvent, OrderEvent } from "../schema/order.js";
import { runOrderIds, strategyName } from "./run-order-ids.js";
import type { OrderIds, RunNames } from "./run-order-ids.js";

/** What a run does not know of itself. */
export interface RunIdentity extends RunNames {
  readonly domain: Domain;
}

/** An order of a run, as far as the log was read. */
export interface RunOrder {
  readonly event: OrderEvent;
  readonly instrument: Instrument;
  /** It was sent with an entry, or made in the place of what was. */
  readonly protects: boolean;
  state: OrderState;
  filled: bigint;
  leaves: bigint;
  limit: string | null;
  trigger: string | null;
  acks: number;
  changes: number;
}

/** Shares are in 1e-9. */
const SHARE_DECIMALS = 9;

export class RunOrders {
  private readonly tables: RunTables;
  private readonly identity: RunIdentity;
  private readonly ids: readonly OrderIds[];
  private readonly known: RunOrder[] = [];

  constructor(result: RunResult, identity: RunIdentity) {
    this.tables = result.tables();
    this.identity = identity;
    this.ids = runOrderIds(this.tables, result.runId, identity, this.tables.orders.rowCount);
  }

  /** The order with a sequence number. */
  order(sequence: number): RunOrder {
    const order = this.known[rowOfOrder(this.tables.orders.order, sequence)];
    invariant(order !== undefined, "what happens to an order comes after it in the log");
    return order;
  }

  /** All orders so far. */
  get all(): readonly RunOrder[] {
    return this.known;
  }

  /** Name of the strategy of a decision; of a negative one, which the engine made, it says the strategy itself. */
  strategyOf(decision: number): string {
    return strategyName(this.tables, decision, this.identity.strategy);
  }

  /** The order in a row of the table, which is the next one. */
  enter(row: number): RunOrder {
    const { orders, instruments } = this.tables;
    const instrument = instruments[orders.instrument[row] as number] as Instrument;
    const quantity = orders.quantity[row] as bigint;
    const event = this.eventOf(row, instrument);
    const entered: RunOrder = {
      event,
      instrument,
      protects: this.has(row, "protective"),
      state: "submitted",
      filled: 0n,
      leaves: absolute(quantity),
      limit: event.limit,
      trigger: event.trigger,
      acks: 0,
      changes: 0,
    };
    this.known.push(entered);
    return entered;
  }

  private eventOf(row: number, instrument: Instrument): OrderEvent {
    const { orders, decisions, sets, owners, venues } = this.tables;
    const { world, domain } = this.identity;
    const decision = orders.decision[row] as number;
    const strategy = this.strategyOf(decision);
    const { orderId, clientOrderId, correlationId } = this.ids[row] as OrderIds;
    const parent = orders.parent[row] as number;
    const venue = venues[orders.venue[row] as number] ?? instrument.venue;
    return {
      kind: "order",
      schemaVersion: 1,
      world,
      domain,
      ts: String(orders.time[row]),
      strategy,
      symbol: instrument.symbol,
      side: sideOf(orders.quantity[row] as bigint),
      bucket: String(orders.bucket[row]),
      clientOrderId,
      orderId,
      correlationId,
      nodeId: decisions[decision] ?? null,
      intentId: owners[decision]?.intentId ?? null,
      parentOrderId: parent === 0 ? null : this.order(parent).event.orderId,
      groupOrderId: this.groupOf(row),
      setNodeId: sets[decision] ?? null,
      venue,
      ...this.termsOf(row, instrument),
    };
  }

  /** Terms of an order, each null where it has none. */
  private termsOf(row: number, instrument: Instrument) {
    const { orders } = this.tables;
    const has = (flag: (typeof ORDER_FLAGS)[number]) => this.has(row, flag);
    const price = (column: BigInt64Array) => textOr(column[row] as bigint, instrument.priceDecimals);
    const offset = orders.offset[row] as bigint;
    const expires = orders.expires[row] as bigint;
    const trail = has("trailShare") ? ("share" as const) : ("price" as const);
    return {
      type: ORDER_TYPES[orders.type[row] as number] as OrderEvent["type"],
      timeInForce: TIMES_IN_FORCE[orders.force[row] as number] as OrderEvent["timeInForce"],
      quantity: mantissaText(absolute(orders.quantity[row] as bigint), instrument.sizeDecimals),
      limit: price(orders.limit),
      trigger: price(orders.trigger),
      trailOffset: textOr(offset, trail === "share" ? SHARE_DECIMALS : instrument.priceDecimals),
      trailUnit: offset === 0n ? null : trail,
      limitOffset: price(orders.limitOffset),
      activation: price(orders.activation),
      display: textOr(orders.display[row] as bigint, instrument.sizeDecimals),
      expires: expires === NEVER ? null : String(expires),
      postOnly: has("postOnly"),
      reduceOnly: has("reduceOnly"),
    };
  }

  private groupOf(row: number): string | null {
    const sequence = this.tables.orders.group[row] as number;
    return sequence === 0 ? null : this.order(sequence).event.orderId;
  }

  private has(row: number, flag: (typeof ORDER_FLAGS)[number]): boolean {
    return ((this.tables.orders.flags[row] as number) & (1 << ORDER_FLAGS.indexOf(flag))) !== 0;
  }
}

export function sideOf(quantity: bigint): Side {
  return quantity < 0n ? "sell" : "buy";
}

/** Decimal text of an amount above zero, or null. */
export function textOr(amount: bigint, decimals: number): string | null {
  return amount > 0n ? mantissaText(amount, decimals) : null;
}

/** Moves an order on in its life. */
export function advance(order: RunOrder, event: OrderLifeEvent): void {
  const next = nextOrderState(order.state, event);
  invariant(next !== "refused", "no event of a log contradicts the life cycle of its order");
  if (next !== "ignored") order.state = next;
}

/** The compacted state of an order, numbered on. */
export function openOrderOf(order: RunOrder, ts: string): OpenOrderEvent {
  const { event, instrument, state, limit, trigger } = order;
  const { kind: _kind, intentId: _intent, parentOrderId: _parent, groupOrderId: _group, ...rest } = event;
  const { schemaVersion, world, domain, strategy, symbol, side, bucket, clientOrderId, orderId, ...ids } = rest;
  const { correlationId, nodeId, venue, quantity } = ids;
  const identity = { strategy, symbol, side, bucket, clientOrderId, orderId, correlationId, nodeId, venue };
  const isFinal = ORDER_STATES.indexOf(state) >= ORDER_STATES.indexOf("filled");
  const size = (amount: bigint) => mantissaText(amount, instrument.sizeDecimals);
  const amounts = { quantity, filled: size(order.filled), leaves: size(isFinal ? 0n : order.leaves) };
  const number = ++order.changes;
  return {
    kind: "open_order",
    schemaVersion,
    world,
    domain,
    ts,
    ...identity,
    state,
    ...amounts,
    limit,
    trigger,
    number,
  };
}

/** An acknowledgement of an order, numbered on. */
export function ackOf(order: RunOrder, status: AckStatus, reasonIndex: number, ts: string): AckEvent {
  const { world, domain, strategy, symbol, side, bucket, orderId, clientOrderId, ...event } = order.event;
  const reason = REASONS[reasonIndex] ?? "none";
  return {
    kind: "ack",
    schemaVersion: 1,
    world,
    domain,
    ts,
    strategy,
    symbol,
    side,
    bucket,
    orderId,
    clientOrderId,
    correlationId: event.correlationId,
    intentId: null,
    nodeId: event.nodeId,
    venue: event.venue,
    venueOrderId: null,
    seq: ++order.acks,
    status,
    reason: reason === "none" ? null : reason,
    wanted: event.quantity,
    leaves: mantissaText(order.leaves, order.instrument.sizeDecimals),
    limit: order.limit,
    trigger: order.trigger,
  };
}
