// Inputs of the order manager: everything that ever changes it, as plain data for a journal.
//
// Always true:
//   an input that was written and read back is the same input;
//   the manager's state is a fold of its inputs: nothing else goes in.
// Units: in the text form, numbers that count (quantities, prices, money, instants) are digits; see COUNTED.

import { canonicalJson, InputError, IssueList, parseJson } from "../../../kernel/index.js";
import type { Json } from "../../../kernel/index.js";
import type { Domain } from "../schema/field.js";
import { INPUT_KINDS } from "../schema/manager-input.js";
import type { InputKind, ManagerInputEvent } from "../schema/manager-input.js";
import type { SentOrder } from "./order-terms.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { VenueMessage } from "./venue-message.js";

/** What happened, and when. */
export type ManagerInput = { readonly time: bigint } & (
  | { readonly kind: "submit"; readonly order: SentOrder }
  | { readonly kind: "cancel"; readonly clientOrderId: string; readonly reason: ExecutionReason | null }
  | { readonly kind: "replace"; readonly clientOrderId: string; readonly order: SentOrder }
  | { readonly kind: "message"; readonly message: VenueMessage }
  /** Time passed. */
  | { readonly kind: "advance" }
  /** Whether orders may leave for venues from now on. */
  | { readonly kind: "leave"; readonly mayLeave: boolean }
  /** Back after an interruption: nobody knows what of the last requests went out. */
  | { readonly kind: "resume" }
);

/** Fields that count. */
const COUNTED: ReadonlySet<string> = new Set([
  "time",
  "at",
  "bucket",
  "quantity",
  "limit",
  "trigger",
  "expires",
  "price",
  "fee",
  "filled",
  "carried",
]);
const DIGITS = /^-?[0-9]{1,20}$/;

/** An input as JSON. */
export function inputJson(input: ManagerInput): Json {
  return written(input);
}

/**
 * The input that `inputJson` wrote.
 *
 * @throws InputError `json/type` where it is no input, or a number that counts is not in digits.
 */
export function inputOfJson(json: Json, path = "input"): ManagerInput {
  const issues = new IssueList();
  const input = read(json, path, issues) as ManagerInput | null;
  const kind = typeof input === "object" && input !== null ? (input.kind as unknown) : undefined;
  if (!INPUT_KINDS.some((known) => known === kind))
    issues.add("json/type", `${path}.kind`, `one of ${INPUT_KINDS.join(", ")}`, String(kind));
  issues.throwIfAny();
  return input as ManagerInput;
}

/** An input as an event for a journal. */
export function inputEventOf(input: ManagerInput, world: string, domain: Domain): ManagerInputEvent {
  const head = { kind: "manager_input", schemaVersion: 1, world, domain, ts: input.time.toString() } as const;
  const kind: InputKind = input.kind;
  const correlationId = "order" in input ? input.order.correlationId : null;
  return { ...head, input: kind, clientOrderId: idOf(input), correlationId, content: canonicalJson(inputJson(input)) };
}

function idOf(input: ManagerInput): string | null {
  switch (input.kind) {
    case "submit":
      return input.order.clientOrderId;
    case "cancel":
    case "replace":
      return input.clientOrderId;
    case "message":
      return input.message.clientOrderId;
    default:
      return null;
  }
}

/**
 * The input of an event.
 *
 * @throws InputError `json/type` where the content is no input.
 */
export function inputOfEvent({ content }: ManagerInputEvent, path = "input"): ManagerInput {
  const issues = new IssueList();
  const json = parseJson(content, path, issues);
  if (issues.issues.length > 0) throw new InputError(issues.issues);
  return inputOfJson(json as Json, path);
}

function written(value: unknown): Json {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
}

function read(value: Json, path: string, issues: IssueList): unknown {
  if (Array.isArray(value)) return value.map((item: Json, index) => read(item, `${path}.${index}`, issues));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const place = `${path}.${name}`;
    if (!COUNTED.has(name) || member === null) return [name, read(member as Json, place, issues)];
    if (typeof member === "string" && DIGITS.test(member)) return [name, BigInt(member)];
    issues.add("json/type", place, "digits", JSON.stringify(member));
    return [name, 0n];
  });
  return Object.fromEntries(members) as unknown;
}
