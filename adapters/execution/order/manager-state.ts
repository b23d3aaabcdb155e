// State of the order manager, what it puts out, and the steps that inputs and messages share.

import type { OrderState } from "../../../kernel/index.js";
import type { Answer, ManagedOrder } from "./managed-order.js";
import type { ManagerTerms } from "./manager-terms.js";
import type { SentOrder } from "./order-terms.js";
import type { AckStatus } from "../schema/ack.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { PlacedTerms, VenueExecution, VenueRequest } from "./venue-message.js";

export interface ManagerState {
  readonly terms: ManagerTerms;
  /** By clientOrderId, in the order of submission. */
  readonly orders: Map<string, ManagedOrder>;
  /** Number of the last question. */
  asks: number;
  /** False when no order may leave for a venue. */
  mayLeave: boolean;
}

/** What became of an input or a message. */
export interface ManagerNote {
  readonly time: bigint;
  readonly clientOrderId: string;
  /** What was to happen: `submit`, `fill 2`, `ask 7`. */
  readonly event: string;
  readonly answer: Answer;
  /** State of the order after it; null where there is no order. */
  readonly state: OrderState | null;
  /** True for a fill behind the end of its order. */
  readonly isLate: boolean;
  /** For a person; empty when the answer says it. */
  readonly text: string;
  readonly reason: ExecutionReason | null;
  /** What an acknowledgement would say of it; null where there is nothing to acknowledge. */
  readonly status: AckStatus | null;
  /** Number of the order's last change; 0 where there is no order. */
  readonly number: number;
}

/** A fill that counts, once. */
export interface CountedFill {
  readonly time: bigint;
  readonly order: SentOrder;
  readonly fill: VenueExecution;
  /** True behind the end of its order. */
  readonly isLate: boolean;
}

export interface ManagerOutput {
  /** To be sent in this order. */
  readonly requests: readonly VenueRequest[];
  readonly notes: readonly ManagerNote[];
  readonly fills: readonly CountedFill[];
}

/** An order that is new at `time`. */
export function managedOf(
  order: SentOrder,
  replaces: string | null,
  time: bigint,
  { validNs, answerNs }: ManagerTerms,
): ManagedOrder {
  return {
    order,
    sentAt: time,
    replaces,
    replacedBy: null,
    state: "new",
    filled: 0n,
    carried: 0n,
    stated: null,
    fills: new Map(),
    sending: { attempt: 1, goodUntil: time + validNs },
    wantsCancel: false,
    dueAt: time + answerNs,
    asked: null,
    reason: null,
    number: 0,
  };
}

export function noteOf(
  managed: ManagedOrder,
  time: bigint,
  event: string,
  answer: Answer,
  text = "",
  reason: ExecutionReason | null = null,
  isLate = false,
): ManagerNote {
  const { state, number } = managed;
  const { clientOrderId } = managed.order;
  return { time, clientOrderId, event, answer, state, isLate, text, reason, status: null, number };
}

/** A note about an id that is no order's. */
export function strangerNote(clientOrderId: string, time: bigint, event: string): ManagerNote {
  const about = { time, clientOrderId, event, state: null, isLate: false, status: null, number: 0 } as const;
  return { ...about, answer: "refused", text: "no such order", reason: "unknown_order" };
}

/** What the venue is told of an order. */
export function placedTerms(order: SentOrder): PlacedTerms {
  const { clientOrderId, symbol, side, type, timeInForce, quantity, limit, trigger, expires } = order;
  const { postOnly, reduceOnly } = order;
  return {
    clientOrderId,
    symbol,
    side,
    type,
    timeInForce,
    quantity,
    limit,
    trigger,
    expires,
    postOnly,
    reduceOnly,
  };
}

/** Asks the venue about an order. */
export function askFor(state: ManagerState, managed: ManagedOrder, time: bigint): ManagerOutput {
  const ask = ++state.asks;
  managed.asked = { ask, at: time };
  managed.dueAt = time + state.terms.answerNs;
  const { venue, destination, clientOrderId } = managed.order;
  return {
    requests: [{ kind: "ask", venue, destination, clientOrderId, ask }],
    notes: [noteOf(managed, time, `ask ${ask}`, "applied")],
    fills: [],
  };
}
