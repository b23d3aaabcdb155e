// What each message of a venue does to the order manager's orders.
//
// Always true:
//   a message about an order that is not known is refused, and changes nothing;
//   "unknown" counts only as the answer to the last question, and only when that was put after the request was
//   no longer good: before, the request may still arrive.

import type { Answer, ManagedOrder } from "./managed-order.js";
import { end, hasEnded, isSettled, leavesOf, NEVER, step, takeFill } from "./managed-order.js";
import type { CountedFill, ManagerNote, ManagerOutput, ManagerState } from "./manager-state.js";
import { askFor, noteOf, placedTerms, strangerNote } from "./manager-state.js";
import type { AckStatus } from "../schema/ack.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { VenueExecution, VenueMessage, VenueRequest } from "./venue-message.js";

type MessageOf<Kind extends VenueMessage["kind"]> = Extract<VenueMessage, { kind: Kind }>;

/** Where what comes out is gathered. */
interface Draft {
  readonly state: ManagerState;
  readonly time: bigint;
  readonly requests: VenueRequest[];
  readonly notes: ManagerNote[];
  readonly fills: CountedFill[];
}

/** Takes a message. */
export function takeMessage(state: ManagerState, message: VenueMessage, time: bigint): ManagerOutput {
  const draft: Draft = { state, time, requests: [], notes: [], fills: [] };
  const managed = state.orders.get(message.clientOrderId);
  if (managed === undefined) {
    draft.notes.push(strangerNote(message.clientOrderId, time, message.kind));
    return draft;
  }
  take(draft, managed, message);
  return draft;
}

function take(draft: Draft, managed: ManagedOrder, message: VenueMessage): void {
  switch (message.kind) {
    case "accepted":
      return accepted(draft, managed);
    case "fill":
      return filled(draft, managed, message);
    case "rejected":
      return rejected(draft, managed, message.attempt, message.text);
    case "canceled":
      return ended(draft, managed, "cancel", message.filled);
    case "expired":
      return ended(draft, managed, "expire", message.filled);
    case "cancelRefused":
      return cancelRefused(draft, managed, message.text);
    case "replaced":
      return replaced(draft, managed, message.by, message.filled);
    case "replaceRefused":
      return replaceRefused(draft, managed, message);
    case "unknown":
      return unknown(draft, managed, message.ask);
    case "status":
      return status(draft, managed, message);
  }
}

function note(
  draft: Draft,
  managed: ManagedOrder,
  event: string,
  answer: Answer,
  text = "",
  reason: ExecutionReason | null = null,
  status: AckStatus | null = null,
): void {
  const isNews = answer === "applied" || status === "accepted";
  draft.notes.push({
    ...noteOf(managed, draft.time, event, answer, text, reason),
    status: isNews ? status : null,
  });
}

/** When to look again: never at what is settled, soon at what is in motion, later at what rests. */
function schedule({ state: { terms }, time }: Draft, managed: ManagedOrder): void {
  if (isSettled(managed)) managed.dueAt = NEVER;
  else {
    const isMoving = hasEnded(managed) || managed.wantsCancel || managed.sending !== null;
    managed.dueAt = time + (isMoving ? terms.answerNs : terms.patrolNs);
  }
}

function accepted(draft: Draft, managed: ManagedOrder): void {
  const isNews = managed.sending !== null && !hasEnded(managed);
  managed.sending = hasEnded(managed) ? managed.sending : null;
  const answer = managed.state === "accepted" ? "ignored" : step(managed, "accept");
  if (isNews && answer !== "applied") managed.number++;
  // Told once: also of an order that is being cancelled, which the life cycle leaves as it is.
  note(draft, managed, "accepted", answer, "", null, isNews ? "accepted" : null);
  // A cancel that overtook its order found nothing there.
  if (isNews && managed.wantsCancel) cancelAgain(draft, managed);
  schedule(draft, managed);
}

function cancelAgain(draft: Draft, managed: ManagedOrder): void {
  const isNews = step(managed, "cancel_request") === "applied";
  const { venue, destination, clientOrderId } = managed.order;
  draft.requests.push({ kind: "cancel", venue, destination, clientOrderId });
  note(draft, managed, "cancel", "applied", "again", null, isNews ? "cancel_requested" : null);
}

function filled(draft: Draft, managed: ManagedOrder, fill: VenueExecution): void {
  const { answer, isLate } = takeFill(managed, fillFields(fill));
  const text = answer === "refused" ? "it contradicts an earlier fill, or exceeds the order" : "";
  draft.notes.push(noteOf(managed, draft.time, `fill ${fill.seq}`, answer, text, null, isLate && answer === "applied"));
  if (answer !== "applied") return;
  draft.fills.push({ time: draft.time, order: managed.order, fill: fillFields(fill), isLate });
  schedule(draft, managed);
}

/** The execution alone, of a message or of an answer. */
function fillFields({ seq, at, price, quantity, fee, liquidity }: VenueExecution): VenueExecution {
  return { seq, at, price, quantity, fee, liquidity };
}

function rejected(draft: Draft, managed: ManagedOrder, attempt: number, text: string): void {
  if (managed.sending !== null && managed.sending.attempt !== attempt) {
    note(draft, managed, "rejected", "ignored", `attempt ${attempt} is not the last one`);
    return;
  }
  const answer = end(managed, "reject", 0n);
  if (answer === "applied") managed.reason = "venue_rejected";
  note(draft, managed, "rejected", answer, text, "venue_rejected", "rejected");
  if (answer !== "applied") return;
  releaseReplaced(draft, managed, false);
  schedule(draft, managed);
}

function ended(draft: Draft, managed: ManagedOrder, event: "cancel" | "expire", total: bigint): void {
  const answer = end(managed, event, total);
  if (answer === "applied" && event === "expire") managed.reason = "expired";
  if (answer === "applied" && event === "cancel") managed.reason ??= reasonOfCancel(managed);
  const reason = answer === "applied" ? managed.reason : null;
  const status = event === "cancel" ? "canceled" : "expired";
  note(draft, managed, status, answer, "", reason, status);
  if (answer === "applied") schedule(draft, managed);
}

/** Why a venue cancels: it was asked to, or the order was not to rest. */
function reasonOfCancel({ wantsCancel, order: { timeInForce } }: ManagedOrder): ExecutionReason {
  if (wantsCancel) return "canceled";
  if (timeInForce === "fok") return "fok_unfilled";
  return timeInForce === "ioc" ? "ioc_remainder" : "canceled";
}

/** A cancel that came too late, or before its order: either way the venue knows better, and is asked. */
function cancelRefused(draft: Draft, managed: ManagedOrder, text: string): void {
  if (managed.state !== "canceling") {
    note(draft, managed, "cancelRefused", "ignored", text);
    return;
  }
  // An order that the venue has not shown to know is not accepted by a refusal.
  const answer = managed.sending === null ? step(managed, "cancel_refused") : "ignored";
  note(draft, managed, "cancelRefused", answer, text, null, "cancel_rejected");
  askNow(draft, managed);
}

function askNow(draft: Draft, managed: ManagedOrder): void {
  const { requests, notes } = askFor(draft.state, managed, draft.time);
  draft.requests.push(...requests);
  draft.notes.push(...notes);
}

function replaced(draft: Draft, old: ManagedOrder, by: string, total: bigint): void {
  const next = draft.state.orders.get(by);
  if (next === undefined || next.replaces !== old.order.clientOrderId) {
    note(draft, old, `replaced by ${by}`, "refused", "it was not asked for", "unknown_order");
    return;
  }
  const answer = end(old, "replace", total);
  note(draft, old, `replaced by ${by}`, answer, "", null, "replaced");
  schedule(draft, old);
  // The old order may be known to have ended already: what counts for the new one is that it stands in its place.
  inherit(draft, next, old.carried + total);
}

/** Lets an order stand in the place of the one before it. */
function inherit(draft: Draft, managed: ManagedOrder, carried: bigint): void {
  const isNews = !hasEnded(managed) && managed.sending !== null;
  if (managed.carried === 0n && carried + managed.filled <= managed.order.quantity) managed.carried = carried;
  if (isNews) accepted(draft, managed);
  if (!hasEnded(managed) && leavesOf(managed) === 0n) {
    note(draft, managed, "filled with its chain", step(managed, "fill_rest"));
  }
  schedule(draft, managed);
}

function replaceRefused(draft: Draft, old: ManagedOrder, { by, why, attempt }: MessageOf<"replaceRefused">): void {
  const next = draft.state.orders.get(by);
  if (next === undefined || next.replaces !== old.order.clientOrderId) {
    note(draft, old, `replace by ${by} refused`, "refused", "it was not asked for", "unknown_order");
    return;
  }
  if (hasEnded(next) || next.sending?.attempt !== attempt) {
    note(draft, old, `replace by ${by} refused`, "ignored", `attempt ${attempt} is not the last one`);
    return;
  }
  note(draft, old, `replace by ${by} refused`, "applied", why);
  end(next, "reject", 0n);
  next.reason = "venue_rejected";
  note(draft, next, "rejected", "applied", why, "venue_rejected", "rejected");
  schedule(draft, next);
  releaseReplaced(draft, next, why === "nothingLeft");
}

/**
 * Lets an order live on that was not replaced.
 *
 * @param isEnough True when it has filled what was asked for in its place: the rest of it is wanted no more.
 */
function releaseReplaced(draft: Draft, next: ManagedOrder, isEnough: boolean): void {
  const old = next.replaces === null ? undefined : draft.state.orders.get(next.replaces);
  if (old === undefined) return;
  if (old.replacedBy === next.order.clientOrderId) old.replacedBy = null;
  if (!isEnough || hasEnded(old) || old.wantsCancel) return;
  old.wantsCancel = true;
  cancelAgain(draft, old);
  schedule(draft, old);
}

function unknown(draft: Draft, managed: ManagedOrder, ask: number): void {
  const event = `unknown to ${ask}`;
  const { sending, asked } = managed;
  if (hasEnded(managed) || asked?.ask !== ask) {
    note(draft, managed, event, "ignored", "not the answer to the last question");
    return;
  }
  if (sending === null) {
    note(draft, managed, event, "refused", "the venue has known it before");
    schedule(draft, managed);
    return;
  }
  const gone = sending.goodUntil + draft.state.terms.skewNs;
  if (asked.at <= gone) {
    note(draft, managed, event, "ignored", "the request may still arrive");
    managed.dueAt = gone + 1n;
    return;
  }
  note(draft, managed, event, "applied", "the request was never executed");
  sendAgain(draft, managed, sending.attempt);
}

/** Sends what was never executed again, unless it is wanted no more. */
function sendAgain(draft: Draft, managed: ManagedOrder, attempt: number): void {
  const { state, time } = draft;
  const fault = againFault(state, managed, attempt);
  if (fault !== null) {
    giveUp(draft, managed, fault);
    return;
  }
  const goodUntil = time + state.terms.validNs;
  managed.sending = { attempt: attempt + 1, goodUntil };
  managed.dueAt = time + state.terms.answerNs;
  const { venue, destination } = managed.order;
  const sent = { venue, destination, terms: placedTerms(managed.order), goodUntil, attempt: attempt + 1 } as const;
  draft.requests.push(
    managed.replaces === null
      ? { kind: "place", ...sent }
      : { kind: "replace", clientOrderId: managed.replaces, ...sent },
  );
  note(draft, managed, `attempt ${attempt + 1}`, "applied");
}

function againFault(state: ManagerState, managed: ManagedOrder, attempt: number): string | null {
  // So is every order for a venue from the time on at which orders may leave no more.
  if (managed.wantsCancel) return "it is wanted no more";
  const { expires } = managed.order;
  if (attempt >= state.terms.attemptsMax) return `sent ${attempt} times`;
  const old = managed.replaces === null ? undefined : state.orders.get(managed.replaces);
  if (old !== undefined && (hasEnded(old) || old.wantsCancel)) return "the order that it replaces has ended";
  return expires !== null && managed.asked !== null && managed.asked.at >= expires ? "it is no longer good" : null;
}

/** Ends an order that no venue ever had. */
function giveUp(draft: Draft, managed: ManagedOrder, text: string): void {
  end(managed, managed.wantsCancel ? "cancel" : "reject", 0n);
  managed.reason ??= managed.wantsCancel ? "canceled" : "unknown_order";
  const status = managed.wantsCancel ? "canceled" : "rejected";
  note(draft, managed, "given up", "applied", text, managed.reason, status);
  releaseReplaced(draft, managed, false);
  schedule(draft, managed);
}

function status(draft: Draft, managed: ManagedOrder, message: MessageOf<"status">): void {
  note(draft, managed, `status of ${message.ask}`, "applied", message.state);
  if (managed.replaces !== null && message.state !== "rejected") inherit(draft, managed, message.carried);
  else if (managed.sending !== null && message.state !== "rejected") accepted(draft, managed);
  for (const fill of message.fills) filled(draft, managed, fill);
  switch (message.state) {
    case "open":
      // Asked for by the last question, the venue still had it: the cancel has not reached it.
      if (managed.wantsCancel && !hasEnded(managed) && managed.asked?.ask === message.ask) cancelAgain(draft, managed);
      break;
    case "canceled":
      ended(draft, managed, "cancel", message.filled);
      break;
    case "expired":
      ended(draft, managed, "expire", message.filled);
      break;
    case "rejected":
      rejected(draft, managed, managed.sending?.attempt ?? 0, "as the venue says when asked");
      break;
    case "replaced":
      if (managed.replacedBy === null) ended(draft, managed, "cancel", message.filled);
      else replaced(draft, managed, managed.replacedBy, message.filled);
      break;
    case "filled":
      break;
  }
  schedule(draft, managed);
}
