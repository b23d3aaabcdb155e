// Checks of events against their schemas, with every issue in the words of the kernel.

import type { z } from "zod";
import { InputError } from "../../../kernel/index.js";
import type { Issue } from "../../../kernel/index.js";
import { EVENT_KINDS, EVENT_SCHEMAS } from "./catalogue.js";
import type { EventKind, EventOf, ExecutionEvent } from "./catalogue.js";

/** An event that holds to its schema, or everything that is wrong with it. */
export type Checked<Event> = { readonly event: Event } | { readonly issues: readonly Issue[] };

const RECEIVED_LENGTH = 80;

/**
 * The event in `value`, or what is wrong with it. Unknown fields are refused.
 *
 * @param path What the value is, the start of the path of every issue.
 * @returns A copy that shares nothing with `value`.
 */
export function checkedEvent<Kind extends EventKind>(kind: Kind, value: unknown, path: string): Checked<EventOf<Kind>> {
  const schema: z.ZodType = EVENT_SCHEMAS[kind];
  const parsed = schema.safeParse(value);
  if (parsed.success) return { event: parsed.data as EventOf<Kind> };
  return { issues: issuesOf(parsed.error, value, path) };
}

/** What of a value does not hold to a schema, as issues of `event/schema`; none when it does. */
export function schemaIssues(schema: z.ZodType, value: unknown, path: string): readonly Issue[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : issuesOf(parsed.error, value, path);
}

function issuesOf({ issues }: z.ZodError, value: unknown, path: string): readonly Issue[] {
  return issues.map((issue) => issueOf(issue, value, path));
}

/**
 * The event in `value`.
 *
 * @throws InputError `event/schema` with everything that is missing, unknown or of another form.
 * @example
 * const id = { kind: "exit_signal", schemaVersion: 1, world: "main", domain: "live", ts: "0", strategy: "trend" };
 * const where = { symbol: "SPY", bucket: "0", nodeId: null, correlationId: null, leg: "net", decisionId: null };
 * const what = { exitId: "e1", trigger: "stop", quantity: "12.5", level: "410.25", mark: null };
 * checkEvent("exit_signal", { ...id, ...where, ...what }, "event").quantity; // "12.5"
 */
export function checkEvent<Kind extends EventKind>(kind: Kind, value: unknown, path: string): EventOf<Kind> {
  const checked = checkedEvent(kind, value, path);
  if ("issues" in checked) throw new InputError(checked.issues);
  return checked.event;
}

/** The event in `value`, whatever kind it says it is. Issues as `checkedEvent`. */
export function checkedAnyEvent(value: unknown, path: string): Checked<ExecutionEvent> {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  const known = EVENT_KINDS.find((each) => each === kind);
  if (known !== undefined) return checkedEvent(known, value, path);
  const expected = `one of ${EVENT_KINDS.join(", ")}`;
  return { issues: [{ code: "event/schema", path: `${path}.kind`, expected, received: textOf(kind) }] };
}

type SchemaIssue = z.core.$ZodIssue;

function issueOf(issue: SchemaIssue, value: unknown, path: string): Issue {
  const place = [path, ...issue.path.map(String)].join(".");
  const found = valueAt(value, issue.path);
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.join(", ");
    const advice = "Leave it out: what a schema does not know would be lost.";
    return { code: "event/schema", path: place, expected: "no other field", received: keys, advice };
  }
  const expected = expectationOf(issue);
  const received = textOf(found);
  const advice = adviceOf(issue, found);
  return { code: "event/schema", path: place, expected, received, ...(advice === null ? {} : { advice }) };
}

function expectationOf(issue: SchemaIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "nonoptional") return "a value";
      return issue.expected === "string" ? "a text" : `a value of type ${issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1 ? textOf(issue.values[0]) : `one of ${issue.values.map(String).join(", ")}`;
    default:
      return issue.message;
  }
}

function adviceOf(issue: SchemaIssue, found: unknown): string | null {
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof found === "number")
    return "Write numbers that count money, prices, units or time as text: a float may not hold them.";
  if (issue.code === "invalid_type" && issue.expected === "bigint" && typeof found === "number")
    return "Write whole numbers that count as bigint, such as 100n: a float may not hold them.";
  return null;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return (JSON.stringify(value) ?? typeof value).slice(0, RECEIVED_LENGTH);
}
