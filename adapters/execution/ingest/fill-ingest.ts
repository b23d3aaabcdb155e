// Fill ingest: what venues report, at least once and in any order, to normalised fills, each once and in order.
//
// How it works: a report is held against its schema, its order and its instrument. One whose turn it is is posted.
// Whatever else comes goes to quarantine with its reason: one that is early waits there and comes back by itself when
// those before it are posted, one that was posted before is listed and given up, and what cannot be taken comes back
// repaired or as it was. Postings are numbered here, fills and movements alike.
//
// Always true:
//   a fill is posted once, after every fill of its order with a lower number, and never beyond the order's quantity;
//   the fills of an order, in any order and any of them repeated, give the same postings;
//   a report is posted or has a letter; only of a repetition whose letter is still kept there is the count alone;
//   as many fills are counted as posted as were posted.
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
 * What became of a report: `held` came before its turn and waits for it. Each is to be acknowledged to the venue once
 * its fills and letters are kept: they make what waits again.
 */
export type IngestOutcome = "posted" | "duplicate" | "held" | "quarantined";

export interface IngestResult {
  readonly outcome: IngestOutcome;
  /** Fills that were posted by it: its own, and those that waited for it. */
  readonly fills: readonly FillEvent[];
  /** New letters, and letters that changed their state. */
  readonly letters: readonly DeadLetterEvent[];
  /** Why it has a letter; empty otherwise. */
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

  /** Dead letters in their present state, by number: all that wait, and the newest 1,024 of the others. */
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
    return this.taken(report, null, ts, true);
  }

  /** Takes a report that was asked for, as part of all that a venue knows: it may repeat what is posted. */
  confirm(report: unknown, ts: string): IngestResult {
    return this.taken(report, null, ts, false);
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
    return this.taken(originalOf(letter), letter.repairedFrom, ts, false);
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
   * Takes a repaired event in place of that of a letter. Its fill keeps the letter's id; when it cannot be posted now
   * either, a letter of its own, which names the first, takes its place.
   *
   * @throws InputError `execution/quarantine` unless the letter waits.
   */
  repair(letterId: string, repaired: unknown, ts: string): IngestResult {
    const letter = this.quarantine.waiting(letterId);
    // What it was before its repair is not to come back by itself.
    const held = this.unheld(letter);
    const result = this.taken(repaired, letterId, ts, false);
    const isOther = this.quarantine.waitingFor(repaired)?.letterId !== letterId;
    const { outcome } = result;
    const isReplaced = outcome === "held" ? isOther : outcome === "quarantined" && result.letters.length > 0;
    if (held !== null && outcome === "quarantined" && !isReplaced) this.hold(held);
    if (!this.quarantine.isWaiting(letterId) || (!isReplaced && outcome !== "duplicate")) return result;
    const settled = this.quarantine.settle(letter, isReplaced ? "replaced" : "replayed", ts);
    return { ...result, letters: [...result.letters, settled] };
  }

  /** Gives a letter up. @throws InputError `execution/quarantine` unless it waits. */
  discard(letterId: string, ts: string): DeadLetterEvent {
    const letter = this.quarantine.waiting(letterId);
    this.unheld(letter);
    return this.quarantine.settle(letter, "discarded", ts);
  }

  /**
   * An ingest that knows what a journal says: orders, ends, what was posted, the letters, and what waits for its turn.
   * Where the journal ends between two fills of one report, `replayAll` or its repetition posts the rest.
   */
  static restored(options: IngestOptions, events: Iterable<ExecutionEvent>): FillIngest {
    const ingest = new FillIngest(options);
    for (const event of events) {
      if (event.kind === "fill") ingest.remember(event);
      else if (event.kind === "dead_letter") ingest.quarantine.keep(event);
      else ingest.learn(event);
      if (event.kind === "fill" || event.kind === "movement") ingest.posted = Math.max(ingest.posted, event.number);
    }
    for (const letter of ingest.letters) {
      const fresh = letter.state === "waiting" && letter.reason === "out_of_order" ? fillOf(letter) : null;
      if (fresh !== null) ingest.place(fresh);
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

  /**
   * Takes a report, counts what became of it, and posts what it lets go on.
   *
   * @param isReport False for what was asked for: it may repeat what is there.
   */
  private taken(report: unknown, repairedFrom: string | null, ts: string, isReport: boolean): IngestResult {
    const checked = checkedEvent("venue_fill", report, "fill");
    if ("issues" in checked)
      return this.quarantined({ reason: "schema", issues: checked.issues }, report, repairedFrom, ts);
    const { event } = checked;
    const place = this.place({ fill: event, repairedFrom });
    if (typeof place !== "string") return this.quarantined(place, report, repairedFrom, ts);
    switch (place) {
      case "posted":
        return { outcome: "posted", issues: [], ...this.drained(event.orderId, ts) };
      case "held": {
        const fault = outOfOrder(event, this.orders.get(event.orderId));
        return { ...this.quarantined(fault, report, repairedFrom, ts), outcome: "held" };
      }
      case "waits":
        if (isReport) this.counters.add("ingest", "duplicate");
        return { outcome: "held", issues: [], fills: [], letters: [] };
      case "duplicate":
        return this.repeated(event, isReport, ts);
    }
  }

  /** A report of what is posted: its letter, where one waits, is taken after all; otherwise it has one of its own. */
  private repeated(fill: VenueFill, isReport: boolean, ts: string): IngestResult {
    const letters = this.settledWith(fill, null, "replayed", ts);
    if (!isReport) return { outcome: "duplicate", fills: [], letters, issues: [] };
    const fault = duplicate(fill);
    this.counters.add("ingest", fault.reason);
    const posted = { outcome: "duplicate", fills: [], issues: fault.issues } as const;
    if (letters.length > 0) return { ...posted, letters };
    const own = this.quarantine.add({ raw: fill, repairedFrom: null, ...fault }, ts, "discarded");
    return { ...posted, letters: own === null ? [] : [own] };
  }

  private quarantined(fault: Fault, raw: unknown, repairedFrom: string | null, ts: string): IngestResult {
    this.counters.add("ingest", fault.reason);
    const letter = this.quarantine.add({ raw, repairedFrom, ...fault }, ts);
    return { outcome: "quarantined", fills: [], letters: letter === null ? [] : [letter], issues: fault.issues };
  }

  /** Settles the letters that wait with a fill, or that it was repaired from. */
  private settledWith(
    fill: VenueFill,
    repairedFrom: string | null,
    state: "replayed" | "replaced",
    ts: string,
  ): readonly DeadLetterEvent[] {
    const same = this.quarantine.waitingFor(fill);
    const ids = [same?.letterId ?? null, repairedFrom];
    return ids.flatMap((id) =>
      id !== null && this.quarantine.isWaiting(id)
        ? [this.quarantine.settle(this.quarantine.waiting(id), state, ts)]
        : [],
    );
  }

  /** Where a report goes: to be posted now, to wait, nowhere, or why it cannot be taken. A new one is held. */
  private place(fresh: NewFill): "posted" | "held" | "waits" | "duplicate" | Fault {
    const { fill } = fresh;
    const known = this.orders.get(fill.orderId);
    if (known === undefined) return unknownOrder(fill);
    const content = contentOf(fill);
    const before = known.contents.get(fill.seq);
    const isNext = fill.seq === known.seq + 1;
    if (before === content && known.held.has(fill.seq)) return isNext ? "posted" : "waits";
    if (before === content) return "duplicate";
    if (before !== undefined) return conflict(fill);
    const amounts = isNext ? postableOf(fresh, known) : amountsOf(fresh, known);
    if ("reason" in amounts) return amounts;
    const { aheadMax = AHEAD_MAX, heldMax = HELD_MAX } = this.options;
    if (!isNext && (fill.seq > known.seq + aheadMax || this.heldCount >= heldMax)) return outOfOrder(fill, known);
    this.hold(fresh);
    return isNext ? "posted" : "held";
  }

  private hold(fresh: NewFill): void {
    const { fill } = fresh;
    const known = this.orders.get(fill.orderId);
    if (known === undefined) return;
    known.contents.set(fill.seq, contentOf(fill));
    known.held.set(fill.seq, fresh);
    this.heldCount++;
  }

  /** Takes what waits with a letter out of its turn; null where nothing does. */
  private unheld({ letterId, orderId, seq }: DeadLetterEvent): NewFill | null {
    const known = this.orders.get(orderId ?? "");
    const held = known?.held.get(seq ?? 0);
    if (known === undefined || held === undefined) return null;
    if (this.quarantine.waitingFor(held.fill)?.letterId !== letterId) return null;
    known.held.delete(held.fill.seq);
    known.contents.delete(held.fill.seq);
    this.heldCount--;
    return held;
  }

  /** What is next of an order: of what waits, or of what came too far ahead of its turn to be held. */
  private nextOf(known: KnownOrder): NewFill | undefined {
    const seq = known.seq + 1;
    const held = known.held.get(seq);
    if (held !== undefined) return held;
    const letter = this.quarantine.waitingAt(known.order.orderId, seq);
    const fresh = letter === null ? null : fillOf(letter);
    if (fresh === null) return undefined;
    this.hold(fresh);
    return fresh;
  }

  /** Posts what is next of an order, and what waited for it; what turns out to exceed the order is quarantined. */
  private drained(orderId: string, ts: string): Pick<IngestResult, "fills" | "letters"> {
    const fills: FillEvent[] = [];
    const letters: DeadLetterEvent[] = [];
    const known = this.orders.get(orderId);
    if (known === undefined) return { fills, letters };
    for (let next = this.nextOf(known); next !== undefined; next = this.nextOf(known)) {
      const { seq } = next.fill;
      known.held.delete(seq);
      this.heldCount--;
      const amounts = postableOf(next, known);
      if ("reason" in amounts) {
        known.contents.delete(seq);
        // Why it waited is no longer what keeps it: its letter gives way to one that says what does.
        letters.push(...this.settledWith(next.fill, next.repairedFrom, "replaced", ts));
        letters.push(...this.quarantined(amounts, next.fill, next.repairedFrom, ts).letters);
        return { fills, letters };
      }
      known.seq = seq;
      known.filled += amounts.quantity;
      const positions = this.options.positions ?? "netting";
      const context = { number: ++this.posted, positions, tags: this.tagsOf(known) };
      fills.push(normalisedFill(next, known, amounts, context));
      this.counters.add("ingest", "posted");
      letters.push(...this.settledWith(next.fill, next.repairedFrom, "replayed", ts));
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

/** The fill that a letter has, or null where it has none that can be read. */
function fillOf(letter: DeadLetterEvent): NewFill | null {
  if (!isReadable(letter)) return null;
  const checked = checkedEvent("venue_fill", originalOf(letter), "fill");
  return "event" in checked ? { fill: checked.event, repairedFrom: letter.repairedFrom } : null;
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

function outOfOrder({ seq }: VenueFill, known: KnownOrder | undefined): Fault {
  const expected = `fill ${(known?.seq ?? 0) + 1} of its order`;
  const advice = "It is posted by itself once those before it are; ask the venue for them.";
  return faultOf("out_of_order", "fill.seq", expected, String(seq), advice);
}

function duplicate({ orderId, seq }: VenueFill): Fault {
  const advice = "Nothing is to be done: it is posted.";
  return faultOf("duplicate", "fill.seq", `fill ${seq} of ${orderId} once`, "the same again", advice);
}

function faultOf(reason: Fault["reason"], path: string, expected: string, received: string, advice: string): Fault {
  return { reason, issues: [{ code: "execution/quarantine", path, expected, received, advice }] };
}
