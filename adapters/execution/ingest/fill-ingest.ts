// Fill ingest: what venues report, at least once and in any order, to normalised fills, each once and in order.
//
// How it works: a report is held against its schema, its order and its instrument. One whose turn it is is posted, one
// that is early waits, one that was posted before changes nothing. Whatever cannot be taken goes to quarantine with its
// reason, and comes back from there repaired or as it was. Postings are numbered here, fills and movements alike.
//
// Always true:
//   a fill is posted once, after every fill of its order with a lower number, and never beyond the order's quantity;
//   the fills of an order, in any order and any of them repeated, give the same postings;
//   a report is posted, waits, repeats another one, or is in quarantine: none is lost.
// Not here: positions (`../portfolio`), and which orders there should be.

import { compareText, IssueList } from "../../../kernel/index.js";
import type { Domain, Instrument, Issue } from "../../../kernel/index.js";
import { Counters } from "../outbox/counters.js";
import type { Facts } from "../portfolio/facts.js";
import { factsOf, instrumentIn } from "../portfolio/facts.js";
import { amountOf } from "../money/amount.js";
import type { AckEvent } from "../schema/ack.js";
import type { ActivationEvent } from "../schema/activation.js";
import { isFor } from "../schema/activation.js";
import type { ExecutionEvent } from "../schema/catalogue.js";
import { checkedEvent } from "../schema/check.js";
import type { DeadLetterEvent } from "../schema/dead-letter.js";
import type { FillEvent, FillTag, VenueFill } from "../schema/fill.js";
import type { OrderEvent } from "../schema/order.js";
import type { MovementEvent } from "../schema/portfolio.js";
import type { Fault } from "./dead-letters.js";
import { DeadLetters, isReadable, originalOf } from "./dead-letters.js";
import { amountsOf, normalisedFill, postableOf } from "./fill-facts.js";
import type { KnownOrder, NewFill } from "./known-order.js";
import { contentOf, knownOrder } from "./known-order.js";

export interface IngestOptions {
  readonly world: string;
  readonly domain: Domain;
  readonly instruments: readonly Instrument[];
  readonly positions?: "netting" | "hedging";
  /** How far a fill may be ahead of its turn, in numbers of its order, 64 unless said. */
  readonly aheadMax?: number;
  /** Fills of all orders that may wait, 4096 unless said. */
  readonly heldMax?: number;
}

/**
 * What became of a report. `held` is not to be acknowledged to the venue before it is posted, since what waits is not
 * kept over a restart; everything else is.
 */
export type IngestOutcome = "posted" | "duplicate" | "held" | "quarantined";

export interface IngestResult {
  readonly outcome: IngestOutcome;
  /** Fills that were posted by it: its own, and those that waited for it. */
  readonly fills: readonly FillEvent[];
  /** New letters, and letters that changed their state. */
  readonly letters: readonly DeadLetterEvent[];
  /** Why it is in quarantine; empty otherwise. */
  readonly issues: readonly Issue[];
}

const AHEAD_MAX = 64;
const HELD_MAX = 4096;
/** Statuses behind which a fill is late. */
const ENDS: readonly AckEvent["status"][] = ["canceled", "expired", "replaced", "rejected"];

export class FillIngest {
  readonly options: IngestOptions;
  /** Outcomes by reason, at the stage `ingest`. */
  readonly counters: Counters;
  private readonly facts: Facts;
  private readonly orders = new Map<string, KnownOrder>();
  private readonly quarantine: DeadLetters;
  private readonly activations = new Map<string, ActivationEvent>();
  private heldCount = 0;
  private posted = 0;

  /** @throws InputError `execution/option` for bounds that are none; what `factsOf` throws. */
  constructor(options: IngestOptions, counters = new Counters()) {
    checkOptions(options);
    this.options = options;
    this.counters = counters;
    this.facts = factsOf(options.instruments);
    this.quarantine = new DeadLetters(options.world, options.domain);
  }

  /** Number of the last posting. */
  get through(): number {
    return this.posted;
  }

  /** Fills that wait for those before them. */
  get waitingCount(): number {
    return this.heldCount;
  }

  /** Dead letters in their present state, by number. */
  get letters(): readonly DeadLetterEvent[] {
    return this.quarantine.list();
  }

  /**
   * Learns from an event of this world: an order from its publication on, that it ended or was amended, and what is
   * frozen or drained, so that a late fill is tagged. Other events are passed over; repetitions change nothing.
   *
   * @throws InputError `event/facts` for an order of an unknown symbol or with more decimals than it has.
   */
  learn(event: ExecutionEvent): void {
    if (event.kind === "order") this.learnOrder(event);
    else if (event.kind === "ack") this.learnAck(event);
    else if (event.kind === "activation") this.learnActivation(event);
  }

  /** Forgets an order of which nothing more is to come: what does come is of an unknown order. */
  forget(orderId: string): void {
    this.heldCount -= this.orders.get(orderId)?.held.size ?? 0;
    this.orders.delete(orderId);
  }

  /** Takes a report of a venue as it came, at `ts`, ns as digits. */
  receive(report: unknown, ts: string): IngestResult {
    return this.taken(report, null, ts);
  }

  /** Numbers a movement of cash, so that it takes its place among the fills. */
  move(movement: Omit<MovementEvent, "number">): MovementEvent {
    return { ...movement, number: ++this.posted };
  }

  /**
   * Tries a letter again as it was: its order may be known now.
   *
   * @throws InputError `execution/quarantine` unless the letter waits.
   */
  replay(letterId: string, ts: string): IngestResult {
    const letter = this.quarantine.waiting(letterId);
    return this.taken(originalOf(letter), letter.repairedFrom, ts);
  }

  /** Tries all letters that wait, by order and number, until none of them goes further. Gives those that went. */
  replayAll(ts: string): readonly IngestResult[] {
    const results: IngestResult[] = [];
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const letter of [...this.letters].sort(byOrderAndSeq)) {
        if (!this.quarantine.isWaiting(letter.letterId) || !isReadable(letter)) continue;
        const result = this.replay(letter.letterId, ts);
        if (this.quarantine.isWaiting(letter.letterId)) continue;
        results.push(result);
        isMoving = true;
      }
    }
    return results;
  }

  /**
   * Takes a repaired event in place of that of a letter. Its fill keeps the letter's id; when it cannot be taken
   * either, a letter of its own, which names the first, takes its place. A letter waits until its fill is posted.
   *
   * @throws InputError `execution/quarantine` unless the letter waits.
   */
  repair(letterId: string, repaired: unknown, ts: string): IngestResult {
    const letter = this.quarantine.waiting(letterId);
    const result = this.taken(repaired, letterId, ts);
    const isReplaced = result.outcome === "quarantined" && result.letters.length > 0;
    if (!this.quarantine.isWaiting(letterId) || (!isReplaced && result.outcome !== "duplicate")) return result;
    const settled = this.quarantine.settle(letter, isReplaced ? "replaced" : "replayed", ts);
    return { ...result, letters: [...result.letters, settled] };
  }

  /** Gives a letter up. @throws InputError `execution/quarantine` unless it waits. */
  discard(letterId: string, ts: string): DeadLetterEvent {
    return this.quarantine.settle(this.quarantine.waiting(letterId), "discarded", ts);
  }

  /** An ingest that knows what a journal says: orders, ends, what was posted, and the letters. */
  static restored(options: IngestOptions, events: Iterable<ExecutionEvent>): FillIngest {
    const ingest = new FillIngest(options);
    for (const event of events) {
      if (event.kind === "fill") ingest.remember(event);
      else if (event.kind === "dead_letter") ingest.quarantine.keep(event);
      else ingest.learn(event);
      if (event.kind === "fill" || event.kind === "movement") ingest.posted = Math.max(ingest.posted, event.number);
    }
    return ingest;
  }

  private remember(fill: FillEvent): void {
    const known = this.orders.get(fill.orderId);
    if (known === undefined) return;
    known.contents.set(fill.seq, contentOf(fill));
    known.filled += amountOf(fill.quantity, known.instrument.sizeDecimals, `fill ${fill.number}.quantity`);
    known.seq = Math.max(known.seq, fill.seq);
  }

  private learnOrder(order: OrderEvent): void {
    if (this.orders.has(order.orderId)) return;
    const instrument = instrumentIn(this.facts, order.symbol, `order ${order.orderId}`);
    this.orders.set(order.orderId, knownOrder(order, instrument));
  }

  private learnAck({ orderId, status, leaves }: AckEvent): void {
    const known = orderId === null ? undefined : this.orders.get(orderId);
    if (known === undefined) return;
    if (ENDS.includes(status)) known.hasEnded = true;
    if (status !== "amended" && status !== "resized" && status !== "split") return;
    known.quantity = known.filled + amountOf(leaves, known.instrument.sizeDecimals, `ack ${orderId}.leaves`);
  }

  private learnActivation(activation: ActivationEvent): void {
    const { strategy, symbol, side } = activation;
    const scope = JSON.stringify([strategy, symbol, side]);
    const known = this.activations.get(scope);
    if (known === undefined || activation.version > known.version) this.activations.set(scope, activation);
  }

  /** Takes a report, counts what became of it, and posts what it lets go on. */
  private taken(report: unknown, repairedFrom: string | null, ts: string): IngestResult {
    const checked = checkedEvent("venue_fill", report, "fill");
    if ("issues" in checked)
      return this.quarantined({ reason: "schema", issues: checked.issues }, report, repairedFrom, ts);
    const { event } = checked;
    const outcome = this.place({ fill: event, repairedFrom });
    if (typeof outcome !== "string") return this.quarantined(outcome, report, repairedFrom, ts);
    this.counters.add("ingest", outcome);
    const nothing = { fills: [], letters: outcome === "duplicate" ? this.settledWith(event, null, ts) : [] };
    return { outcome, issues: [], ...(outcome === "posted" ? this.drained(event.orderId, ts) : nothing) };
  }

  private quarantined(fault: Fault, raw: unknown, repairedFrom: string | null, ts: string): IngestResult {
    this.counters.add("ingest", fault.reason);
    const letter = this.quarantine.add({ raw, repairedFrom, ...fault }, ts);
    return { outcome: "quarantined", fills: [], letters: letter === null ? [] : [letter], issues: fault.issues };
  }

  /** Letters that waited with a fill that was posted, or that it was repaired from. */
  private settledWith(fill: VenueFill, repairedFrom: string | null, ts: string): readonly DeadLetterEvent[] {
    const same = this.quarantine.waitingFor(fill);
    const ids = [same?.letterId ?? null, repairedFrom];
    return ids.flatMap((id) =>
      id !== null && this.quarantine.isWaiting(id)
        ? [this.quarantine.settle(this.quarantine.waiting(id), "replayed", ts)]
        : [],
    );
  }

  /** Where a report goes: to be posted now, to wait, nowhere, or why it cannot be taken. A new one is held. */
  private place(fresh: NewFill): "posted" | "held" | "duplicate" | Fault {
    const { fill } = fresh;
    const known = this.orders.get(fill.orderId);
    if (known === undefined) return unknownOrder(fill);
    const content = contentOf(fill);
    const before = known.contents.get(fill.seq);
    // A repetition of what waits is not safe yet either: it waits along.
    if (before === content) return known.held.has(fill.seq) ? "held" : "duplicate";
    if (before !== undefined) return conflict(fill);
    const isNext = fill.seq === known.seq + 1;
    const amounts = isNext ? postableOf(fresh, known) : amountsOf(fresh, known);
    if ("reason" in amounts) return amounts;
    const { aheadMax = AHEAD_MAX, heldMax = HELD_MAX } = this.options;
    if (!isNext && (fill.seq > known.seq + aheadMax || this.heldCount >= heldMax)) return outOfOrder(fill, known);
    known.contents.set(fill.seq, content);
    known.held.set(fill.seq, fresh);
    this.heldCount++;
    return isNext ? "posted" : "held";
  }

  /** Posts what is next of an order, and what waited for it; what turns out to exceed the order is quarantined. */
  private drained(orderId: string, ts: string): Pick<IngestResult, "fills" | "letters"> {
    const fills: FillEvent[] = [];
    const letters: DeadLetterEvent[] = [];
    const known = this.orders.get(orderId);
    for (let next = nextOf(known); known !== undefined && next !== undefined; next = nextOf(known)) {
      const { seq } = next.fill;
      known.held.delete(seq);
      this.heldCount--;
      const amounts = postableOf(next, known);
      if ("reason" in amounts) {
        known.contents.delete(seq);
        letters.push(...this.quarantined(amounts, next.fill, next.repairedFrom, ts).letters);
        return { fills, letters };
      }
      known.seq = seq;
      known.filled += amounts.quantity;
      const positions = this.options.positions ?? "netting";
      const context = { number: ++this.posted, positions, tags: this.tagsOf(known) };
      fills.push(normalisedFill(next, known, amounts, context));
      letters.push(...this.settledWith(next.fill, next.repairedFrom, ts));
    }
    return { fills, letters };
  }

  /** Marks of a fill that comes while its order should not fill any more. Freeze outranks drain. */
  private tagsOf({ order, hasEnded }: KnownOrder): readonly FillTag[] {
    const activations = [...this.activations.values()].filter((activation) => isFor(activation, order));
    const isFrozen = activations.some(({ freeze }) => freeze);
    const isDrained = activations.some(({ drain }) => drain !== false);
    return [
      ...(isFrozen ? (["late_after_freeze"] as const) : isDrained ? (["late_after_drain"] as const) : []),
      ...(hasEnded ? (["late_after_cancel"] as const) : []),
    ];
  }
}

function checkOptions(options: IngestOptions): void {
  const issues = new IssueList();
  for (const field of ["aheadMax", "heldMax"] as const) {
    const value: unknown = options[field] ?? 0;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) continue;
    issues.add("execution/option", `ingest.${field}`, "a whole number from 0 on", String(value));
  }
  issues.throwIfAny();
}

function nextOf(known: KnownOrder | undefined): NewFill | undefined {
  return known?.held.get(known.seq + 1);
}

function byOrderAndSeq(a: DeadLetterEvent, b: DeadLetterEvent): number {
  return compareText(a.orderId ?? "", b.orderId ?? "") || (a.seq ?? 0) - (b.seq ?? 0) || a.number - b.number;
}

function unknownOrder({ orderId }: VenueFill): Fault {
  const expected = "an order that was published here";
  const advice = "Replay it once the order is known, or repair it.";
  return faultOf("unknown_order", "fill.orderId", expected, orderId, advice);
}

function conflict({ orderId, seq }: VenueFill): Fault {
  const expected = `the content of fill ${seq} of ${orderId} as it came before`;
  return faultOf("conflicting_duplicate", "fill", expected, "another content", "Repair its number, or discard it.");
}

function outOfOrder({ seq }: VenueFill, known: KnownOrder): Fault {
  const expected = `fill ${known.seq + 1} of its order, or one soon after it`;
  const advice = "Replay it once those before it came.";
  return faultOf("out_of_order", "fill.seq", expected, String(seq), advice);
}

function faultOf(reason: Fault["reason"], path: string, expected: string, received: string, advice: string): Fault {
  return { reason, issues: [{ code: "execution/quarantine", path, expected, received, advice }] };
}
