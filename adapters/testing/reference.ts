// Reference of execution on bars: plain, slow, in BigInt, written from the rules (`FILLS.md` 1, 2, 6 and 7) and not
// from the data plane.
//
// A bucket is a time at which at least one instrument closes a bar. It settles (what expires and arrives, the open over
// all instruments, the walk of each bar, marks, the close), and then lets the caller decide; under `sameClose` what was
// decided executes at the close.
//
// Not here: isolated margins and hedged positions, tiers of margins and fees, liquidation in bars that are halted, and
// everything that is booked besides trades and funding: interest, borrowing, settlement, dividends, splits, currencies.

import { amendOrder, cancelOrder, newOrder, submitOrder } from "./reference-submit.js";
import { WHOLE } from "./reference-costs.js";
import { endOrder, fillFor } from "./reference-fill.js";
import { closePoint, expire, openPoint } from "./reference-open.js";
import { payFunding } from "./reference-margin.js";
import type { ReferenceResult } from "./reference-event.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "./reference-market.js";
import type { Amendment, OrderTerms, ReferenceOrder } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { budgetOf, equityOf, follow, grossOf, newState, ordersOf, positionOf } from "./reference-state.js";
import { ratchetAfterBar, walkBar } from "./reference-walk.js";

/** What is asked for at a time: an order, or the end or other terms of one that was sent before. */
export type Ticket =
  | {
      readonly kind: "order";
      /** By which later tickets name it. */
      readonly id: number;
      /** Close of a bar of its instrument: the bucket in which it is decided. */
      readonly time: bigint;
      readonly instrument: number;
      readonly terms: OrderTerms;
      /** Number of a group of standing orders, and how they are linked. */
      readonly group?: { readonly id: number; readonly link: "oco" | "ouo" };
    }
  | { readonly kind: "cancel"; readonly of: number; readonly instrument: number; readonly time: bigint }
  | {
      readonly kind: "amend";
      readonly of: number;
      readonly instrument: number;
      readonly time: bigint;
      readonly change: Omit<Amendment, "at">;
    };

/** Decides in a bucket, after it settled. */
export type Decide = (state: ReferenceState, time: bigint) => void;

/** Runs decisions over bars. */
export function referenceReplay(
  instruments: readonly ReferenceInstrument[],
  given: ReferenceAssumptions,
  decide: Decide,
): ReferenceResult {
  const state = newState(instruments, given);
  const times = timesOf(instruments);
  const [first] = times;
  if (first !== undefined) state.events.push({ kind: "deposit", time: first, amount: given.cash, balance: given.cash });
  for (const time of times) bucket(state, time, decide);
  end(state, times.at(-1) ?? null);
  return {
    events: state.events,
    portfolio: state.portfolio,
    positions: state.positions.map(({ quantity }) => quantity),
    cash: state.cash,
    rules: state.rules,
  };
}

/**
 * Runs tickets over bars. In a bucket cancels go first, then amendments and what only reduces, then the rest.
 *
 * @param tickets Those of one time in the order in which they are sent.
 */
export function referenceRun(
  instruments: readonly ReferenceInstrument[],
  given: ReferenceAssumptions,
  tickets: readonly Ticket[],
): ReferenceResult {
  const sent = new Map<number, ReferenceOrder["id"] | null>();
  return referenceReplay(instruments, given, (state, time) => {
    const present = tickets.filter((ticket) => ticket.time === time);
    const later: Ticket[] = [];
    for (const ticket of present) if (ticket.kind === "cancel") send(state, ticket, sent);
    for (const ticket of present) {
      if (ticket.kind === "cancel") continue;
      if (ticket.kind === "amend" || onlyReduces(state, ticket)) send(state, ticket, sent);
      else later.push(ticket);
    }
    for (const ticket of later) send(state, ticket, sent);
  });
}

/** B14 among decisions: true for an order that takes the position towards zero at most. */
function onlyReduces(state: ReferenceState, { instrument, terms }: Extract<Ticket, { kind: "order" }>): boolean {
  const { quantity: held } = positionOf(state, instrument);
  const target = held + terms.quantity;
  if (held === 0n) return false;
  return held > 0n ? target >= 0n && target <= held : target <= 0n && target >= held;
}

function send(state: ReferenceState, ticket: Ticket, sent: Map<number, number | null>): void {
  if (ticket.kind === "order") {
    const { instrument, terms, group, id, time } = ticket;
    // Numbers of standing groups are negative, those of children positive.
    const linked = group === undefined ? null : { id: -1 - group.id, link: group.link };
    const order = submitOrder(state, { instrument, decision: id, terms, group: linked }, time);
    sent.set(id, order?.id ?? null);
    return;
  }
  const of = sent.get(ticket.of) ?? null;
  const order = of === null ? undefined : state.orders[of];
  const isThere =
    order !== undefined &&
    (ticket.kind === "cancel"
      ? cancelOrder(state, order, ticket.time)
      : amendOrder(state, order, ticket.change, ticket.time));
  if (isThere) return;
  const { of: decision, time, instrument } = ticket;
  const nothing = { wanted: 0n, allowed: 0n };
  state.events.push({ kind: "refusal", time, instrument, decision, ...nothing, reason: "not_found" });
}

function timesOf(instruments: readonly ReferenceInstrument[]): readonly bigint[] {
  const times = new Set(instruments.flatMap(({ bars }) => bars.map(({ time }) => time)));
  return [...times].sort((a, b) => (a < b ? -1 : 1));
}

/** One bucket: settle, decide, and the close of what was decided. */
function bucket(state: ReferenceState, time: bigint, decide: Decide): void {
  const due: number[] = [];
  for (const [instrument, { bars }] of state.instruments.entries()) {
    const position = positionOf(state, instrument);
    position.row = bars.findIndex((bar) => bar.time === time);
    position.bar = bars[position.row] ?? null;
    position.budget = budgetOf(state, instrument);
    if (position.bar !== null) due.push(instrument);
    else if (position.mark !== null) follow(state, "B15");
  }
  follow(state, "B1", "G1", "G2");
  const before = state.portfolio.at(-1)?.time ?? time;
  payFunding(state, before, time - 1n);
  settle(state, due, time);
  payFunding(state, time - 1n, time);
  decide(state, time);
  if (state.given.fill === "sameClose") {
    closePoint(state, due, "decided");
    mark(state, due);
  }
  state.portfolio.push(portfolioRow(state, time));
}

function settle(state: ReferenceState, due: readonly number[], time: bigint): void {
  openPoint(state, due);
  for (const instrument of due) expire(state, instrument, time - 1n);
  for (const instrument of walkOrder(state, due)) walkBar(state, instrument);
  for (const instrument of due) ratchetAfterBar(state, instrument);
  mark(state, due);
  closePoint(state, due, "close");
  for (const instrument of due) {
    expire(state, instrument, time);
    positionOf(state, instrument).closed = time;
  }
  mark(state, due);
}

/** Instruments whose orders only reduce, in their order; then the others by their oldest order. */
function walkOrder(state: ReferenceState, due: readonly number[]): readonly number[] {
  const rank = (instrument: number): number => {
    const held = positionOf(state, instrument).quantity;
    const live = ordersOf(state, instrument).filter((order) => order.state === "live");
    const onlyReduces = live.every(({ leaves }) => (held > 0n ? leaves < 0n : leaves > 0n) && held !== 0n);
    return onlyReduces ? -1 : Math.min(...live.map(({ sequence }) => sequence));
  };
  const ranks = new Map(due.map((instrument) => [instrument, rank(instrument)]));
  return [...due].sort((a, b) => (ranks.get(a) as number) - (ranks.get(b) as number) || a - b);
}

function mark(state: ReferenceState, due: readonly number[]): void {
  for (const instrument of due) {
    const position = positionOf(state, instrument);
    position.mark = position.bar?.close ?? position.mark;
  }
}

function portfolioRow(state: ReferenceState, time: bigint): ReferenceResult["portfolio"][number] {
  return { time, equity: equityOf(state), cash: state.cash, exposureGross: grossOf(state) };
}

/** B16: what is open ends; positions are marked at the last close, or closed there. */
function end(state: ReferenceState, time: bigint | null): void {
  if (time === null) return;
  follow(state, "B16");
  for (const [instrument] of state.instruments.entries()) {
    for (const order of ordersOf(state, instrument)) endOrder(state, order, "end_of_data", time);
  }
  if (!state.given.closeAtEnd) return;
  for (const [instrument, { quantity, mark: price }] of state.positions.entries()) {
    if (quantity === 0n || price === null) continue;
    const terms: OrderTerms = { type: "market", quantity: -quantity };
    const order = newOrder(state, { instrument, decision: -1, terms, quantity: -quantity, accepted: time });
    const moment = { point: "close" as const, time, price };
    fillFor(state, order, price, -quantity, moment, { slipped: 0n, liquidity: "taker", isForced: true });
  }
  state.portfolio.splice(-1, 1, portfolioRow(state, time));
}

/** Share of a child that closes what its parent filled. */
export const CLOSES_ALL = -WHOLE;
