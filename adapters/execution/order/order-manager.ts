// Order manager: submits, cancels and replaces each order exactly once, over a line that loses, repeats and reorders.
//
// How it works: what comes out of every change is requests to venues and a note for each thing that was applied,
// ignored or refused. What is not answered in time is asked about, and only the
// venue's answer decides: an order is sent again only when the venue did not know it at a time at which the earlier
// request was no longer good.
//
// Always true:
//   only an order with the proof of its checks can be submitted; the type says so;
//   repeating a submission, a cancel or a replacement changes nothing;
//   every pair of state and message has an answer; none throws, and what comes late moves money, not the state;
//   the same calls give the same state, requests and notes: a manager is made again by repeating them.
// Units: mantissas; instants in ns since 1970.
//
// Not here: what an order must pass before (`approval.ts`), positions (the portfolio).

import type { OrderState } from "../../../kernel/index.js";
import type { ManagedOrder } from "./managed-order.js";
import { hasEnded, isSameOrder, isSettled, leavesOf, NEVER, step } from "./managed-order.js";
import { checkManagerTerms } from "./manager-terms.js";
import type { ManagerTerms } from "./manager-terms.js";
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
 * @throws InputError `config/range` for terms out of range.
 */
export function openOrderManager(terms: ManagerTerms): OrderManager {
  checkManagerTerms(terms);
  const state: ManagerState = { terms, orders: new Map(), asks: 0, mayLeave: true };
  const view = (managed: ManagedOrder): OrderView => viewOf(state, managed);
  const views = (): readonly OrderView[] => [...state.orders.values()].map(view);
  return {
    submit: (order, time) => submitted(state, order, null, time),
    cancel: (clientOrderId, time, reason) => canceled(state, clientOrderId, reason ?? null, time),
    replace: (clientOrderId, order, time) => replaced(state, clientOrderId, order, time),
    receive: (message, time) => takeMessage(state, message, time),
    advance: (time) => joined(overdue(state, time).map((managed) => askFor(state, managed, time))),
    leave: (mayLeave, time) => {
      state.mayLeave = mayLeave;
      return mayLeave ? NOTHING : joined(atVenues(state).map((id) => canceled(state, id, null, time)));
    },
    resume: (time) => joined(unsettled(state).map((managed) => askFor(state, managed, time))),
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
