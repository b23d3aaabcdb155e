// Outbox: approved orders on their way to a venue until it has answered, and the guard that refuses more of them.
//
// How it works: an order stands in the outbox from its offer to its acknowledgement. When too many of them are without
// an answer, or the oldest one for too long, the guard closes and refuses what would add exposure; what reduces still
// passes, as long as there is room at all. It opens again only well below the limits, so that it does not flutter.
//
// Always true:
//   it never holds more than its capacity, and gives each order to be sent once;
//   what adds exposure enters only while fewer than `unacknowledgedMax` are without an answer and none is for longer
//   than `lagNsMax`;
//   once closed it stays closed until both are at their lower limit or below.
// Units: times in ns since 1970 as handed in; a time that goes back counts as no time.
// Not here: what to do without an answer; the order manager asks the venue.

import { IssueList } from "../../../kernel/index.js";
import { refusal } from "../check/refusal.js";
import type { Refusal } from "../check/refusal.js";
import { Counters } from "./counters.js";

export interface OutboxLimits {
  /** Orders without an answer from which on the guard closes. */
  readonly unacknowledgedMax: number;
  /** Orders without an answer down to which it stays closed, below the maximum. */
  readonly unacknowledgedResume: number;
  /** How long the oldest one may be without an answer, ns. */
  readonly lagNsMax: bigint;
  /** Lag down to which it stays closed, ns, at most the maximum. */
  readonly lagNsResume: bigint;
  /** Orders that fit in all, those that reduce among them; at least the maximum. */
  readonly capacity: number;
}

/** An order on its way. */
export interface Outgoing<Order> {
  /** Idempotency key: offered again while it is in the outbox, it is the same order. */
  readonly key: string;
  /** True for an order that can only reduce a position. */
  readonly reduces: boolean;
  readonly order: Order;
}

/** What became of an offer. */
export type Offer = { readonly kind: "admitted" } | { readonly kind: "duplicate" } | Refusal;

interface Pending<Order> extends Outgoing<Order> {
  readonly since: bigint;
  isSent: boolean;
}

/**
 * An outbox.
 *
 * @example
 * const limits = { unacknowledgedMax: 1, unacknowledgedResume: 0, lagNsMax: 5n, lagNsResume: 0n, capacity: 2 };
 * const outbox = new Outbox(limits);
 * outbox.offer({ key: "a", reduces: false, order: "buy" }, 0n).kind; // "admitted"
 * outbox.offer({ key: "b", reduces: false, order: "buy" }, 1n).reason; // "backpressure"
 * outbox.offer({ key: "c", reduces: true, order: "sell" }, 1n).kind; // "admitted"
 * outbox.take(9); // ["buy","sell"]
 */
export class Outbox<Order> {
  readonly limits: OutboxLimits;
  /** Offers at the stage `publish`, by what became of them. */
  readonly counters: Counters;
  private readonly pending = new Map<string, Pending<Order>>();
  private closed = false;

  /** @throws InputError `execution/option` for limits that are not whole, or not in their order. */
  constructor(limits: OutboxLimits, counters = new Counters()) {
    checkLimits(limits);
    this.limits = limits;
    this.counters = counters;
  }

  /** Orders without an answer. */
  get unacknowledged(): number {
    return this.pending.size;
  }

  /** How long the oldest one has been without an answer, ns. */
  lagNs(now: bigint): bigint {
    const [oldest] = this.pending.values();
    return oldest === undefined || now < oldest.since ? 0n : now - oldest.since;
  }

  /** True while it refuses what would add exposure. */
  isClosed(now: bigint): boolean {
    const { unacknowledgedMax, unacknowledgedResume, lagNsMax, lagNsResume } = this.limits;
    const lag = this.lagNs(now);
    if (this.unacknowledged >= unacknowledgedMax || lag > lagNsMax) this.closed = true;
    else if (this.unacknowledged <= unacknowledgedResume && lag <= lagNsResume) this.closed = false;
    return this.closed;
  }

  /** Takes an order, or says why not: `backpressure`. A refused order leaves no trace but the count. */
  offer(outgoing: Outgoing<Order>, now: bigint): Offer {
    const offer = this.judged(outgoing, now);
    this.counters.add("publish", offer.kind === "refused" ? offer.reason : offer.kind);
    if (offer.kind === "admitted") this.pending.set(outgoing.key, { ...outgoing, since: now, isSent: false });
    return offer;
  }

  /** Orders that were not sent yet, at most so many, the oldest first. They count as sent from now on. */
  take(most: number): readonly Order[] {
    const orders: Order[] = [];
    for (const each of this.pending.values()) {
      if (orders.length >= most) break;
      if (each.isSent) continue;
      each.isSent = true;
      orders.push(each.order);
    }
    return orders;
  }

  /** The venue has answered: accepted, refused, or said that it has no such order. False when it was not waited for. */
  acknowledge(key: string): boolean {
    return this.pending.delete(key);
  }

  private judged({ key, reduces }: Outgoing<Order>, now: bigint): Offer {
    if (this.pending.has(key)) return { kind: "duplicate" };
    const { capacity, unacknowledgedResume, lagNsResume } = this.limits;
    const isClosed = this.isClosed(now);
    const state = `${this.unacknowledged} orders without an answer, the oldest for ${this.lagNs(now)} ns`;
    if (this.unacknowledged >= capacity) {
      return refusal("publish", "backpressure", `${state}; there is room for ${capacity}`);
    }
    if (!isClosed || reduces) return { kind: "admitted" };
    const limit = `${unacknowledgedResume} orders and ${lagNsResume} ns, or less`;
    return refusal("publish", "backpressure", `${state}; it opens again at ${limit}`);
  }
}

function checkLimits(limits: OutboxLimits): void {
  const issues = new IssueList();
  const { unacknowledgedMax, unacknowledgedResume, lagNsMax, lagNsResume, capacity } = limits;
  const expectWhole = (name: string, value: number, least: number, most: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    issues.add("execution/option", `outbox.${name}`, `a whole number from ${least} to ${most}`, String(value));
  };
  expectWhole("capacity", capacity, 1, Number.MAX_SAFE_INTEGER);
  expectWhole("unacknowledgedMax", unacknowledgedMax, 1, capacity);
  expectWhole("unacknowledgedResume", unacknowledgedResume, 0, unacknowledgedMax - 1);
  if (lagNsMax < 0n) issues.add("execution/option", "outbox.lagNsMax", "0 or more", String(lagNsMax));
  if (lagNsResume < 0n || lagNsResume > lagNsMax) {
    issues.add("execution/option", "outbox.lagNsResume", `from 0 to ${lagNsMax}`, String(lagNsResume));
  }
  issues.throwIfAny();
}
