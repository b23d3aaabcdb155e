// Traces of the execution layer: one line for each request, message, note and refusal.
//
// Always true:
//   orders appear under the names that the caller gives them, never under their digests.

import type { LayerOutput, ManagerNote, VenueMessage, VenueRequest } from "../execution/index.js";

type NameOf = (clientOrderId: string) => string;

const TIME_WIDTH = 9;
const EVENT_WIDTH = 46;

function timeText(time: bigint): string {
  return `${time / 1_000_000n}`.padStart(TIME_WIDTH);
}

/** A line for a restart. */
export function restartLine(time: bigint): string {
  return `${timeText(time)}    restarted from the journal`;
}

/** `      50 -> place #1 buy 10 limit 100 gtc`. */
export function requestLine(request: VenueRequest, time: bigint, nameOf: NameOf): string {
  const arrow = request.destination === "venue" ? "->" : "~>";
  return `${timeText(time)} ${arrow} ${requestText(request, nameOf)}`;
}

function requestText(request: VenueRequest, nameOf: NameOf): string {
  switch (request.kind) {
    case "place":
      return `place ${termsText(request, nameOf)}`;
    case "replace":
      return `replace ${nameOf(request.clientOrderId)} by ${termsText(request, nameOf)}`;
    case "cancel":
      return `cancel ${nameOf(request.clientOrderId)}`;
    case "ask":
      return `ask ${request.ask} of ${nameOf(request.clientOrderId)}`;
  }
}

function termsText({ terms, attempt }: Extract<VenueRequest, { kind: "place" | "replace" }>, nameOf: NameOf): string {
  const { clientOrderId, side, quantity, limit, trigger, timeInForce } = terms;
  const prices = [trigger === null ? "" : ` stop ${trigger}`, limit === null ? "" : ` limit ${limit}`].join("");
  const again = attempt === 1 ? "" : `, attempt ${attempt}`;
  return `${nameOf(clientOrderId)} ${side} ${quantity}${prices} ${timeInForce}${again}`;
}

/** `     100 <- accepted #1`. */
export function messageLine(message: VenueMessage, time: bigint, nameOf: NameOf): string {
  return `${timeText(time)} <- ${messageText(message, nameOf(message.clientOrderId), nameOf)}`;
}

function messageText(message: VenueMessage, name: string, nameOf: NameOf): string {
  switch (message.kind) {
    case "fill":
      return `fill ${message.seq} of ${name}: ${message.quantity} at ${message.price}`;
    case "canceled":
    case "expired":
      return `${message.kind} ${name}, filled ${message.filled}`;
    case "replaced":
      return `replaced ${name} by ${nameOf(message.by)}, filled ${message.filled}`;
    case "replaceRefused":
      return `replaceRefused ${name} by ${nameOf(message.by)}, ${message.why}`;
    case "rejected":
    case "cancelRefused":
      return `${message.kind} ${name}, ${message.text}`;
    case "unknown":
      return `unknown ${name}, asked ${message.ask}`;
    case "status":
      return `status of ${name}, asked ${message.ask}: ${message.state}, filled ${message.filled}`;
    case "accepted":
      return `accepted ${name}`;
  }
}

/** What became of it: one line a note, a refusal and an adjustment of a size. */
export function noteLines({ notes, refusals, sizing }: LayerOutput, time: bigint, nameOf: NameOf): readonly string[] {
  const start = `${timeText(time)}    `;
  return [
    ...notes.map((note) => `${start}${noteText(note, nameOf)}`),
    ...sizing.map((text) => `${start}sizing: ${text}`),
    ...refusals.map(({ stage, reason, text }) => `${start}refused at ${stage}: ${reason}, ${text}`),
  ];
}

function noteText({ clientOrderId, event, answer, state, isLate, text, reason }: ManagerNote, nameOf: NameOf): string {
  const named = event.replace(/\bgt[0-9a-f]{30}\b/g, nameOf);
  const head = `${nameOf(clientOrderId)} ${named}`.padEnd(EVENT_WIDTH);
  const marks = [isLate ? "late" : "", reason ?? "", text].filter((word) => word !== "").join(", ");
  return `${head} ${answer.padEnd(8)} ${state ?? "-"}${marks === "" ? "" : `, ${marks}`}`;
}
