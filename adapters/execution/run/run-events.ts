// Run events: a run's log as the events that a live world would have published, in the order in which things happened.
//
// Activations, decision records and exit signals, orders with what became of them, refusals, fills, movements of cash
// and splits come from the log; portfolio snapshots from a fold over these, valued at the closes of the run's tapes.
//
// Always true:
//   every event is valid against its schema, and the same run has the same events on every machine;
//   an event belongs to the bucket whose batch it is in (`RunResult.batches`); its own time may lie outside of it, as
//     that of an order does which is accepted at a later open;
//   the folded account is the one that the run says itself, bucket by bucket (`run-snapshots.ts`).
// Not here: notes that belong to no decision record, and ambiguous bars, which stay in the tables of the run.

import { invariant, mantissaText, REASONS, UPDATE_KINDS } from "../../../kernel/index.js";
import type { BatchItem, Domain, Instrument, Reason, RunResult, RunTables } from "../../../kernel/index.js";
import { absolute } from "../money/amount.js";
import type { AckEvent, AckStatus } from "../schema/ack.js";
import type { MovementEvent, PortfolioScope } from "../schema/portfolio.js";
import type { Posting } from "../portfolio/portfolio.js";
import type { PublishedEvent } from "../topic/topic.js";
import { ackOf, advance, openOrderOf, RunOrders, sideOf, textOr } from "./run-orders.js";
import type { RunIdentity } from "./run-orders.js";
import { RunDecisions } from "./run-decisions.js";
import { checkNames } from "./run-names.js";
import { worldOf } from "./run-order-ids.js";
import { RunPostings } from "./run-postings.js";
import { assureWhole, RunSnapshots } from "./run-snapshots.js";

export interface RunEventOptions {
  /** The one that the activation gates of the run obey, unless said; `default` where they obey none or several. */
  readonly world?: string;
  /** Name for decisions that neither a scope nor an activation gate gives one; `default` unless said. */
  readonly strategy?: string;
  /** `backtest` unless said. */
  readonly domain?: Domain;
  /** Scope of the snapshots, `world` unless said. */
  readonly scope?: PortfolioScope;
  /** Snapshots at the end of every bucket, or only where something was posted; every bucket unless said. */
  readonly snapshots?: "bucket" | "postings";
}

/**
 * The events of a run.
 *
 * @throws InputError `execution/option` when the run has no log; `event/facts` for every name that no event can carry:
 *   the caller's, and those of strategies, instruments, venues and currencies.
 * @example
 * const events = [...eventsOfRun(result, { world: "main", strategy: "trend" })];
 * events[0].kind; // "movement"
 */
export function* eventsOfRun(result: RunResult, options: RunEventOptions = {}): Generator<PublishedEvent> {
  assureWhole(result);
  const { strategy = "default", domain = "backtest", scope = "world", snapshots = "bucket" } = options;
  const { world = worldOf(result.tables()) } = options;
  checkNames(result.tables(), { world, strategy, domain });
  const reader = new LogReader(result, { world, strategy, domain });
  const shots = new RunSnapshots(result, { world, strategy, domain }, scope, snapshots);
  for (const { timeNs, items } of result.batches()) {
    yield* shots.before(timeNs);
    for (const item of items) {
      for (const event of reader.read(item, String(timeNs))) {
        if (event.kind === "fill" || event.kind === "movement") shots.post(event satisfies Posting);
        yield event;
      }
    }
  }
  yield* shots.before(null);
}

const UPDATE_STATUSES: readonly (AckStatus | undefined)[] = UPDATE_KINDS.map((kind) =>
  kind === "" ? undefined : kind,
);
/** What the venue refuses when an order reaches it (`kernel/log/order-rows.ts`). */
const VENUE_REFUSALS: readonly Reason[] = ["post_only", "stop_in_market"];

/** Reads records one by one, in their order. */
class LogReader {
  private readonly tables: RunTables;
  private readonly identity: RunIdentity;
  private readonly orders: RunOrders;
  private readonly postings: RunPostings;
  private readonly decisions: RunDecisions;
  /** Refusals of one bucket, by node, instrument and side: what numbers them. */
  private refusals = { bucket: "", counts: new Map<string, number>() };

  constructor(result: RunResult, identity: RunIdentity) {
    this.tables = result.tables();
    this.identity = identity;
    this.orders = new RunOrders(result, identity);
    this.postings = new RunPostings(this.tables, identity);
    this.decisions = new RunDecisions(result, identity, this.orders);
  }

  /** @param bucket End of the bucket that left the record, ns as digits. */
  read({ kind, row }: BatchItem, bucket: string): readonly PublishedEvent[] {
    switch (kind) {
      case "order":
        return this.readOrder(row);
      case "orderEnd":
        return this.readEnd(row);
      case "fill":
        return this.readFill(row);
      case "update":
        return this.readUpdate(row);
      case "refusal":
        return [this.readRefusal(row, bucket)];
      case "activation":
        return this.decisions.activations(row);
      case "decision":
        return this.decisions.decision(row);
      case "split":
        return [this.postings.split(row, this.strategyName(this.tables.splits.strategy[row] as number), bucket)];
      case "ledger":
        return presentOnes([this.postings.movement((index) => this.ownerOf(index), bucket)]);
      default:
        return [];
    }
  }

  private readOrder(row: number): readonly PublishedEvent[] {
    const order = this.orders.enter(row);
    return [order.event, openOrderOf(order, order.event.ts)];
  }

  private readFill(row: number): readonly PublishedEvent[] {
    const { fills } = this.tables;
    const order = this.orders.order(fills.order[row] as number);
    const quantity = absolute(fills.quantity[row] as bigint);
    order.filled += quantity;
    order.leaves -= quantity;
    advance(order, order.leaves === 0n ? "fill_rest" : "fill_part");
    const fill = this.postings.fill(row, order);
    const exit = this.decisions.exit(order, fill);
    return [...(exit === null ? [] : [exit]), fill, openOrderOf(order, fill.ts)];
  }

  private readUpdate(row: number): readonly PublishedEvent[] {
    const { updates } = this.tables;
    const order = this.orders.order(updates.order[row] as number);
    const status = UPDATE_STATUSES[updates.kind[row] as number];
    invariant(status !== undefined, "every kind of change is a status");
    order.leaves = absolute(updates.leaves[row] as bigint);
    order.limit = textOr(updates.limit[row] as bigint, order.instrument.priceDecimals);
    order.trigger = textOr(updates.trigger[row] as bigint, order.instrument.priceDecimals);
    advance(order, "accept");
    const ts = String(updates.time[row]);
    return [ackOf(order, status, 0, ts), openOrderOf(order, ts)];
  }

  private readEnd(row: number): readonly PublishedEvent[] {
    const { orderEnds } = this.tables;
    const order = this.orders.order(orderEnds.order[row] as number);
    const reasonIndex = orderEnds.reason[row] as number;
    const reason = REASONS[reasonIndex] as Reason;
    const isRejected = VENUE_REFUSALS.includes(reason) && order.state === "submitted";
    const status =
      reason === "expired" || reason === "replaced"
        ? reason
        : isRejected
          ? ("rejected" as const)
          : ("canceled" as const);
    advance(order, LIFE_OF_END[status]);
    order.leaves = 0n;
    const ts = String(orderEnds.time[row]);
    return [ackOf(order, status, reasonIndex, ts), openOrderOf(order, ts)];
  }

  private readRefusal(row: number, bucket: string): AckEvent {
    const { refusals, instruments, decisions } = this.tables;
    const { world, domain } = this.identity;
    const instrument = instruments[refusals.instrument[row] as number] as Instrument;
    const decision = refusals.decision[row] as number;
    const ts = String(refusals.time[row]);
    const [wanted, allowed] = [refusals.wanted[row] as bigint, refusals.allowed[row] as bigint];
    const reason = REASONS[refusals.reason[row] as number] as Reason;
    const size = (amount: bigint) => mantissaText(absolute(amount), instrument.sizeDecimals);
    const side = sideOf(wanted);
    return {
      kind: "ack",
      schemaVersion: 1,
      world,
      domain,
      ts,
      strategy: this.orders.strategyOf(decision),
      symbol: instrument.symbol,
      side,
      bucket,
      orderId: null,
      clientOrderId: null,
      correlationId: null,
      intentId: null,
      nodeId: decisions[decision] ?? null,
      venue: instrument.venue,
      venueOrderId: null,
      seq: this.countRefusal(bucket, JSON.stringify([decision, instrument.symbol, side])),
      status: allowed === 0n ? "refused" : "reduced",
      reason: reason === "none" ? null : reason,
      wanted: size(wanted),
      leaves: size(allowed),
      limit: null,
      trigger: null,
    };
  }

  /** Number of a refusal among those of its subject in one bucket. */
  private countRefusal(bucket: string, subject: string): number {
    if (this.refusals.bucket !== bucket) this.refusals = { bucket, counts: new Map() };
    const count = (this.refusals.counts.get(subject) ?? 0) + 1;
    this.refusals.counts.set(subject, count);
    return count;
  }

  private strategyName(index: number): string {
    return this.orders.strategyOf(-1 - index);
  }

  /** The strategy whose position moved money; for money of no position the only one, or null where several share it. */
  private ownerOf(index: number | null): string | null {
    if (index === null && this.tables.strategies.length > 1) return null;
    return this.strategyName(index ?? 0);
  }
}

const LIFE_OF_END = { expired: "expire", replaced: "replace", rejected: "reject", canceled: "cancel" } as const;

function presentOnes(events: readonly (MovementEvent | null)[]): readonly MovementEvent[] {
  return events.filter((event) => event !== null);
}
