// One order in the hands of the order manager: its state by the kernel's life cycle, its fills, and what is open.
//
// Always true:
//   the state changes only by the table of `kernel/log/order-life.ts`, so what has ended never lives again;
//   every fill counts once, by its number, whenever it comes: behind the end of its order it is late, not lost;
//   an order is settled when it has ended and every fill that the venue counted is there.
// Units: mantissas; instants in ns since 1970.

import { nextOrderState } from "../../../kernel/index.js";
import type { OrderLifeEvent, OrderState } from "../../../kernel/index.js";
import type { SentOrder } from "./order-terms.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { VenueExecution } from "./venue-message.js";

/** Later than any time. */
export const NEVER = 2n ** 63n - 1n;

export interface ManagedOrder {
  readonly order: SentOrder;
  /** When it was submitted. */
  readonly sentAt: bigint;
  /** Order whose place it is to take, or null. */
  readonly replaces: string | null;
  /** Order that is to take its place, or null. */
  replacedBy: string | null;
  state: OrderState;
  /** Filled of this order. */
  filled: bigint;
  /** Filled by the orders before it in its chain. */
  carried: bigint;
  /** What the venue says that it filled in all; null until the order has ended there. */
  stated: bigint | null;
  readonly fills: Map<number, VenueExecution>;
  /** Until the venue has shown that it knows the order: how often it was sent, and until when the last one is good. */
  sending: { readonly attempt: number; readonly goodUntil: bigint } | null;
  /** True from the first request to cancel it on. */
  wantsCancel: boolean;
  /** When the venue is asked unless there is news before. */
  dueAt: bigint;
  /** Last question, and when it was put. */
  asked: { readonly ask: number; readonly at: bigint } | null;
  /** Why it ended, where nobody here asked for it. */
  reason: ExecutionReason | null;
  /** Number of the last change. */
  number: number;
}

/** How an order took an event. */
export type Answer = "applied" | "ignored" | "refused";

/** States behind which nothing follows. */
const ENDS: readonly OrderState[] = ["filled", "canceled", "replaced", "rejected", "expired"];

export function hasEnded({ state }: ManagedOrder): boolean {
  return ENDS.includes(state);
}

/** True when nothing more is to come. */
export function isSettled(managed: ManagedOrder): boolean {
  if (!hasEnded(managed)) return false;
  return managed.state === "filled" || managed.filled >= (managed.stated ?? managed.filled);
}

/** What may still fill; 0 once it has ended. */
export function leavesOf(managed: ManagedOrder): bigint {
  return hasEnded(managed) ? 0n : managed.order.quantity - managed.carried - managed.filled;
}

/** Lets an event of the life cycle happen. */
export function step(managed: ManagedOrder, event: OrderLifeEvent): Answer {
  const next = nextOrderState(managed.state, event);
  if (next === "ignored" || next === "refused") return next;
  managed.state = next;
  managed.number++;
  return "applied";
}

/** What a fill did. */
export interface FillAnswer {
  readonly answer: Answer;
  /** True when the order had ended before it came. */
  readonly isLate: boolean;
}

/**
 * Counts a fill, unless it is there already (ignored), or contradicts one that is, or the quantity (refused).
 */
export function takeFill(managed: ManagedOrder, fill: VenueExecution): FillAnswer {
  const isLate = hasEnded(managed);
  const known = managed.fills.get(fill.seq);
  if (known !== undefined) return { answer: isSameFill(known, fill) ? "ignored" : "refused", isLate };
  const filled = managed.filled + fill.quantity;
  const isPossible = fill.quantity > 0n && Number.isSafeInteger(fill.seq) && fill.seq >= 1;
  if (!isPossible || managed.carried + filled > managed.order.quantity) return { answer: "refused", isLate };
  managed.fills.set(fill.seq, fill);
  managed.filled = filled;
  managed.sending = null;
  const isWhole = managed.carried + filled === managed.order.quantity;
  // The life cycle takes no fill behind an end; the money moved all the same.
  if (isLate) managed.number++;
  else step(managed, isWhole ? "fill_rest" : "fill_part");
  return { answer: "applied", isLate };
}

function isSameFill(a: VenueExecution, b: VenueExecution): boolean {
  return (
    a.at === b.at && a.price === b.price && a.quantity === b.quantity && a.fee === b.fee && a.liquidity === b.liquidity
  );
}

/** Lets an order end at the venue, with what was filled of it there. */
export function end(managed: ManagedOrder, event: "cancel" | "expire" | "replace" | "reject", filled: bigint): Answer {
  const answer = step(managed, event);
  if (answer !== "applied") return answer;
  managed.stated = filled;
  managed.sending = null;
  return answer;
}

/** The same content under the same id: what makes a repetition one. */
export function isSameOrder(a: SentOrder, b: SentOrder): boolean {
  const names = Object.keys(a) as (keyof SentOrder)[];
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
