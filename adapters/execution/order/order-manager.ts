// Order manager: submits, cancels and replaces each order exactly once, over a line that loses, repeats and reorders.
//
// How it works: every change is an input (`manager-input.ts`) with its time; what comes out is requests to venues and a
// note for each thing that was applied, ignored or refused. What is not answered in time is asked about, and only the
// venue's answer decides: an order is sent again only when the venue did not know it at a time at which the earlier
// request was no longer good.
//
// Always true:
//   only an order with the proof of its checks can be submitted; the type says so;
//   repeating a submission, a cancel or a replacement changes nothing;
//   every pair of state and message has an answer; none throws, and what comes late moves money, not the state;
//   the same inputs give the same state, requests and notes: a manager is restored by repeating them.
// Units: mantissas; instants in ns since 1970.
//
// Not here: what an order must pass before (`approval.ts`), positions (the portfolio).

import type { OrderState } from "../../../kernel/index.js";
import type { ManagedOrder } from "./managed-order.js";
import { hasEnded, isSameOrder, isSettled, leavesOf, NEVER, step } from "./managed-order.js";
import { checkManagerTerms } from "./manager-terms.js";
import type { ManagerTerms } from "./manager-terms.js";
import type { ManagerInput } from "./manager-input.js";
import { takeMessage } from "./manager-message.js";
import type { ManagerNote, ManagerOutput, ManagerState } from "./manager-state.js";
import { askFor, managedOf, noteOf, placedTerms, strangerNote } from "./manager-state.js";
import type { SentOrder } from "./order-terms.js";
import type { RoutedOrder } from "../route/publish.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { VenueExecution, VenueMessage } from "./venue-message.js";

/** An order as it stands: a copy. */
export interface OrderView {
  readonly order: SentOrder;
  readonly sentAt: bigint;
  readonly state: OrderState;
  readonly filled: bigint;
  readonly carried: bigint;
  readonly leaves: bigint;
  /** What may still change the position: what may fill, and what has filled there and is not told yet. */
  readonly outstanding: bigint;
  /** True when nothing more is to come of it. */
  readonly isSettled: boolean;
  readonly wantsCancel: boolean;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly reason: ExecutionReason | null;
  /** Times that it was sent while the venue has not shown that it knows it; 0 when it has. */
  readonly sendings: number;
  readonly dueAt: bigint;
  /** By number. */
  readonly fills: readonly VenueExecution[];
  /** Number of the last change. */
  readonly number: number;
}

export interface OrderManager {
  readonly submit: (order: RoutedOrder, time: bigint) => ManagerOutput;
  /** @param reason Why, where it is not the strategy that asks: `freeze`, `drain`. */
  readonly cancel: (clientOrderId: string, time: bigint, reason?: ExecutionReason) => ManagerOutput;
  /** Puts an order in the place of an open one. Its quantity counts what the chain has filled before it. */
  readonly replace: (clientOrderId: string, order: RoutedOrder, time: bigint) => ManagerOutput;
  readonly receive: (message: VenueMessage, time: bigint) => ManagerOutput;
  /** Asks about what is overdue at `time`. */
  readonly advance: (time: bigint) => ManagerOutput;
  /** Whether orders may leave for venues. When no longer, what is open there is cancelled and nothing is sent again. */
  readonly leave: (mayLeave: boolean, time: bigint) => ManagerOutput;
  /** After an interruption: asks about every order that is not settled. */
  readonly resume: (time: bigint) => ManagerOutput;
  /** Time of the next question, or null when all is settled. */
  readonly nextDue: () => bigint | null;
  readonly order: (clientOrderId: string) => OrderView | null;
  /** Every order, in the order of submission. */
  readonly orders: () => readonly OrderView[];
  /** Orders that have not ended. */
  readonly openOrders: () => readonly OrderView[];
  /** Orders of which something is still to come: the open ones, and those of which fills are missing. */
  readonly unsettledOrders: () => readonly OrderView[];
}

/**
 * A manager without orders.
 *
 * @param record Is given each input before it is applied, for the journal.
 * @throws InputError `config/range` for terms out of range.
 */
export function openOrderManager(terms: ManagerTerms, record?: (input: ManagerInput) => void): OrderManager {
  checkManagerTerms(terms);
  const state: ManagerState = { terms, orders: new Map(), asks: 0, mayLeave: true };
  const take = (input: ManagerInput): ManagerOutput => {
    record?.(input);
    return applied(state, input);
  };
  const view = (managed: ManagedOrder): OrderView => viewOf(state, managed);
  const views = (): readonly OrderView[] => [...state.orders.values()].map(view);
  return {
    submit: (order, time) => take({ kind: "submit", time, order }),
    cancel: (clientOrderId, time, reason) => take({ kind: "cancel", time, clientOrderId, reason: reason ?? null }),
    replace: (clientOrderId, order, time) => take({ kind: "replace", time, clientOrderId, order }),
    receive: (message, time) => take({ kind: "message", time, message }),
    advance: (time) => take({ kind: "advance", time }),
    leave: (mayLeave, time) => take({ kind: "leave", time, mayLeave }),
    resume: (time) => take({ kind: "resume", time }),
    nextDue: () => {
      const due = [...state.orders.values()].reduce((least, { dueAt }) => (dueAt < least ? dueAt : least), NEVER);
      return due === NEVER ? null : due;
    },
    order: (clientOrderId) => {
      const managed = state.orders.get(clientOrderId);
      return managed === undefined ? null : view(managed);
    },
    orders: views,
    openOrders: () => [...state.orders.values()].filter((managed) => !hasEnded(managed)).map(view),
    unsettledOrders: () => unsettled(state).map(view),
  };
}

/**
 * The manager that took `inputs`. What it would have sent is not sent again: call `resume`.
 *
 * @param inputs From a journal that was verified: their orders had the proof of their checks when they were written.
 * @param record Is given what comes after them.
 */
export function restoreOrderManager(
  terms: ManagerTerms,
  inputs: Iterable<ManagerInput>,
  record?: (input: ManagerInput) => void,
): OrderManager {
  let isRestoring = true;
  const manager = openOrderManager(terms, (input) => {
    if (!isRestoring) record?.(input);
  });
  for (const input of inputs) repeat(manager, input);
  isRestoring = false;
  return manager;
}

/** Repeats an input. A journal holds orders that were proven before they were written, which is their proof now. */
function repeat(manager: OrderManager, input: ManagerInput): void {
  switch (input.kind) {
    case "submit":
      manager.submit(input.order as RoutedOrder, input.time);
      return;
    case "cancel":
      manager.cancel(input.clientOrderId, input.time, input.reason ?? undefined);
      return;
    case "replace":
      manager.replace(input.clientOrderId, input.order as RoutedOrder, input.time);
      return;
    case "message":
      manager.receive(input.message, input.time);
      return;
    case "advance":
      manager.advance(input.time);
      return;
    case "leave":
      manager.leave(input.mayLeave, input.time);
      return;
    case "resume":
      manager.resume(input.time);
  }
}

/** See `OrderView`. An order that is to take the place of one that is open adds only what it asks for beyond that. */
function outstandingOf({ orders }: ManagerState, managed: ManagedOrder): bigint {
  if (hasEnded(managed)) return isSettled(managed) ? 0n : (managed.stated ?? managed.filled) - managed.filled;
  const old = managed.replaces === null ? undefined : orders.get(managed.replaces);
  if (old === undefined || managed.sending === null || hasEnded(old)) return leavesOf(managed);
  const added = managed.order.quantity - old.order.quantity;
  return added > 0n ? added : 0n;
}

function viewOf(manager: ManagerState, managed: ManagedOrder): OrderView {
  const { order, sentAt, state, filled, carried, wantsCancel, replaces, replacedBy, reason, sending, dueAt, number } =
    managed;
  return {
    order,
    sentAt,
    state,
    filled,
    carried,
    leaves: leavesOf(managed),
    outstanding: outstandingOf(manager, managed),
    isSettled: isSettled(managed),
    wantsCancel,
    replaces,
    replacedBy,
    reason,
    sendings: sending?.attempt ?? 0,
    dueAt,
    fills: [...managed.fills.values()].sort((a, b) => a.seq - b.seq),
    number,
  };
}

function applied(state: ManagerState, input: ManagerInput): ManagerOutput {
  switch (input.kind) {
    case "submit":
      return submitted(state, input.order, null, input.time);
    case "cancel":
      return canceled(state, input.clientOrderId, input.reason, input.time);
    case "replace":
      return replaced(state, input.clientOrderId, input.order, input.time);
    case "message":
      return takeMessage(state, input.message, input.time);
    case "advance":
      return joined(overdue(state, input.time).map((managed) => askFor(state, managed, input.time)));
    case "leave":
      state.mayLeave = input.mayLeave;
      return input.mayLeave ? NOTHING : joined(atVenues(state).map((id) => canceled(state, id, null, input.time)));
    case "resume":
      return joined(unsettled(state).map((managed) => askFor(state, managed, input.time)));
  }
}

const NOTHING: ManagerOutput = { requests: [], notes: [], fills: [] };

function joined(outputs: readonly ManagerOutput[]): ManagerOutput {
  return {
    requests: outputs.flatMap(({ requests }) => requests),
    notes: outputs.flatMap(({ notes }) => notes),
    fills: outputs.flatMap(({ fills }) => fills),
  };
}

function overdue(state: ManagerState, time: bigint): readonly ManagedOrder[] {
  return [...state.orders.values()].filter(({ dueAt }) => dueAt <= time);
}

function unsettled(state: ManagerState): readonly ManagedOrder[] {
  return [...state.orders.values()].filter((managed) => !isSettled(managed));
}

function atVenues(state: ManagerState): readonly string[] {
  const open = [...state.orders.values()].filter(
    (managed) => !hasEnded(managed) && managed.order.destination === "venue",
  );
  return open.map(({ order }) => order.clientOrderId);
}

function only(note: ManagerNote): ManagerOutput {
  return { requests: [], notes: [note], fills: [] };
}

function submitted(state: ManagerState, order: SentOrder, replaces: string | null, time: bigint): ManagerOutput {
  const id = order.clientOrderId;
  const event = replaces === null ? "submit" : `replace of ${replaces}`;
  const known = state.orders.get(id);
  if (known !== undefined) {
    const isRepeated = isSameOrder(known.order, order) && known.replaces === replaces;
    if (isRepeated) return only(noteOf(known, time, event, "ignored", "it was submitted before"));
    return only(noteOf(known, time, event, "refused", "another order has this id", "duplicate"));
  }
  if (!state.mayLeave && order.destination === "venue") {
    const text = "no order may leave for a venue";
    return only({ ...strangerNote(id, time, event), text, reason: "simulation_only" });
  }
  const goodUntil = time + state.terms.validNs;
  const managed = managedOf(order, replaces, time, state.terms);
  state.orders.set(id, managed);
  step(managed, "submit");
  const { venue, destination } = order;
  const sent = { venue, destination, terms: placedTerms(order), goodUntil, attempt: 1 } as const;
  return {
    requests: [replaces === null ? { kind: "place", ...sent } : { kind: "replace", clientOrderId: replaces, ...sent }],
    notes: [noteOf(managed, time, event, "applied")],
    fills: [],
  };
}

function canceled(
  state: ManagerState,
  clientOrderId: string,
  reason: ExecutionReason | null,
  time: bigint,
): ManagerOutput {
  const managed = state.orders.get(clientOrderId);
  if (managed === undefined) return only(strangerNote(clientOrderId, time, "cancel"));
  const answer = managed.wantsCancel ? "ignored" : step(managed, "cancel_request");
  if (answer !== "applied") return only(noteOf(managed, time, "cancel", answer, "it is being cancelled or has ended"));
  managed.wantsCancel = true;
  managed.reason = reason;
  managed.dueAt = time + state.terms.answerNs;
  const { venue, destination } = managed.order;
  return {
    requests: [{ kind: "cancel", venue, destination, clientOrderId }],
    notes: [{ ...noteOf(managed, time, "cancel", "applied", "", reason), status: "cancel_requested" }],
    fills: [],
  };
}

function replaced(state: ManagerState, clientOrderId: string, order: SentOrder, time: bigint): ManagerOutput {
  const event = `replace by ${order.clientOrderId}`;
  const old = state.orders.get(clientOrderId);
  if (old === undefined) return only(strangerNote(clientOrderId, time, event));
  if (old.replacedBy === order.clientOrderId) return submitted(state, order, clientOrderId, time);
  const fault = replacementFault(old, order);
  if (fault !== null) return only(noteOf(old, time, event, "refused", fault, "invalid_order"));
  const output = submitted(state, order, clientOrderId, time);
  if (output.requests.length > 0) old.replacedBy = order.clientOrderId;
  return output;
}

/** Why an order cannot be put in the place of another. */
function replacementFault(old: ManagedOrder, order: SentOrder): string | null {
  if (hasEnded(old)) return "it has ended";
  if (old.wantsCancel) return "it is being cancelled";
  if (old.sending !== null) return "the venue has not shown yet that it knows it";
  if (old.replacedBy !== null) return `it is being replaced by ${old.replacedBy}`;
  const fields = ["world", "strategy", "symbol", "side", "venue", "destination"] as const;
  const other = fields.filter((field) => old.order[field] !== order[field]);
  return other.length === 0 ? null : `the two differ in ${other.join(", ")}`;
}
