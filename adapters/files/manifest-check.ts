// Manifest check: what a well-formed import manifest must also satisfy before a file is opened.

import { InputError, instrumentOf, intervalNs, IssueList, TAPE_SCHEMAS } from "../../kernel/index.js";
import type {
  CalendarSpec,
  FieldSchema,
  ImportManifest,
  Instrument,
  Issue,
  NumberRule,
  SessionSpec,
} from "../../kernel/index.js";
import { fault } from "./opened-bytes.js";
import { SESSIONS_SCHEMA } from "./manifest-schema.js";
import { clockNs, dayOfDate } from "./time-reader.js";
import { zoneClock } from "./zone-clock.js";

/** A manifest whose statements fit together. */
export interface CheckedManifest {
  readonly manifest: ImportManifest;
  readonly instrument: Instrument;
  /** Fields that the tape will have, in schema order, the time first. */
  readonly fields: readonly FieldSchema[];
}

/**
 * Checks a manifest.
 *
 * @throws InputError `dataset/manifest` and `instrument/fact` with everything that does not fit.
 */
export function checkManifest(manifest: ImportManifest): CheckedManifest {
  if (manifest.kind === "depth") {
    const expected = "bars, trades, quotes, funding, actions, status or conversion";
    throw fault("dataset/manifest", "manifest.kind", expected, "depth, which cannot be imported yet");
  }
  const issues = new IssueList();
  const wrong = (path: string, expected: string, received: string): void =>
    issues.add("dataset/manifest", `manifest.${path}`, expected, received);
  let instrument: Instrument | null = null;
  try {
    instrument = instrumentOf(manifest.instrument, "manifest.instrument");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    issues.issues.push(...error.issues);
  }
  const fields = checkFields(manifest, wrong);
  checkTime(manifest, wrong);
  if (instrument !== null) {
    checkNumbers("price", manifest.price, instrument.priceDecimals, wrong);
    checkNumbers("size", manifest.size, instrument.sizeDecimals, wrong);
  }
  if (manifest.calendar !== null) checkCalendar(manifest.calendar, wrong);
  issues.throwIfAny();
  return { manifest, instrument: instrument as Instrument, fields };
}

type Wrong = (path: string, expected: string, received: string) => void;

function checkFields(manifest: ImportManifest, wrong: Wrong): FieldSchema[] {
  const schema = TAPE_SCHEMAS[manifest.kind];
  const fields = schema.filter((field) => manifest.columns[field.name] !== undefined);
  for (const field of schema) {
    if (!field.optional && manifest.columns[field.name] === undefined)
      wrong(`columns.${field.name}`, `the column of ${field.name}`, "nothing");
  }
  for (const name of Object.keys(manifest.columns)) {
    if (!schema.some((field) => field.name === name)) {
      wrong(`columns.${name}`, `one of ${schema.map((field) => field.name).join(", ")}`, JSON.stringify(name));
    }
  }
  if (typeof manifest.columns["time"] === "object") wrong("columns.time", "one column", "the middle of two");
  return fields;
}

function checkTime(manifest: ImportManifest, wrong: Wrong): void {
  const { time, kind, interval } = manifest;
  if (zoneClock(time.zone) === null)
    wrong("time.zone", "an IANA time zone or an offset such as +03:00", JSON.stringify(time.zone));
  if (kind === "bars" && interval === undefined) wrong("interval", "the length of the bars", "nothing");
  if (kind !== "bars" && interval !== undefined)
    wrong("interval", `nothing, because ${kind} have no length`, JSON.stringify(interval));
  const isDaily =
    interval !== undefined && isInterval(interval, wrong) && intervalNs(interval) % 86_400_000_000_000n === 0n;
  const isDated = time.unit === "iso" || time.unit === "compact";
  if (time.closeTime !== undefined) {
    if (clockNs(time.closeTime) === null)
      wrong("time.closeTime", "a wall-clock time such as 16:00", JSON.stringify(time.closeTime));
    if (!isDated || !(isDaily || kind === "actions")) {
      const expected = "nothing, unless bars of whole days or actions are dated by iso or compact dates";
      wrong("time.closeTime", expected, time.closeTime);
    }
  }
  if (time.unit === "ms-of-day") {
    const isKnown = time.baseDate === "file-name" || (time.baseDate !== undefined && dayOfDate(time.baseDate) !== null);
    if (!isKnown)
      wrong("time.baseDate", "a date such as 2013-10-07, or file-name", JSON.stringify(time.baseDate ?? null));
  } else if (time.baseDate !== undefined)
    wrong("time.baseDate", "nothing, unless the unit is ms-of-day", JSON.stringify(time.baseDate));
}

function isInterval(text: string, wrong: Wrong): boolean {
  try {
    intervalNs(text);
    return true;
  } catch {
    wrong("interval", "a count and a unit, such as 1m, 4h or 1d", JSON.stringify(text));
    return false;
  }
}

function checkNumbers(name: "price" | "size", rule: NumberRule | undefined, decimals: number, wrong: Wrong): void {
  if (rule?.scale !== undefined && !/^10*$/.test(String(rule.scale)))
    wrong(`${name}.scale`, "a power of ten", String(rule.scale));
  const rounding = rule?.rounding;
  if (rounding === undefined) return;
  if (rounding.decimals !== decimals)
    wrong(`${name}.rounding.decimals`, `the instrument's ${decimals}`, String(rounding.decimals));
  if (rounding.within !== undefined && !/^[0-9]+(\.[0-9]+)?$/.test(rounding.within)) {
    wrong(`${name}.rounding.within`, "a decimal number", JSON.stringify(rounding.within));
  }
}

/** Everything that is wrong with a calendar of sessions in a zone, as `config/calendar`. */
export function calendarIssues(calendar: unknown, path: string): readonly Issue[] {
  const parsed = SESSIONS_SCHEMA.safeParse(calendar);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      code: "config/calendar" as const,
      path: [path, ...issue.path.map(String)].join("."),
      expected: issue.code === "unrecognized_keys" ? `no key ${issue.keys.join(", ")}` : issue.message,
      received: "something else",
    }));
  }
  const issues = new IssueList();
  checkCalendar(parsed.data as CalendarSpec, (at, expected, received) =>
    issues.add("config/calendar", `${path}.${at.replace(/^calendar\./, "")}`, expected, received),
  );
  return issues.issues;
}

function checkCalendar(calendar: CalendarSpec, wrong: Wrong): void {
  if (calendar.kind === "continuous") return;
  for (const date of calendar.holidays ?? []) {
    if (dayOfDate(date) === null || !date.includes("-"))
      wrong("calendar.holidays", "dates such as 2013-12-25", JSON.stringify(date));
  }
  if (calendar.kind === "weekdays") return;
  if (zoneClock(calendar.zone) === null)
    wrong("calendar.zone", "an IANA time zone or an offset", JSON.stringify(calendar.zone));
  checkHours(calendar.sessions, "calendar.sessions", wrong);
  for (const [kind, hours] of Object.entries(calendar.extended ?? {}) as [string, readonly SessionSpec[]][]) {
    checkHours(hours, `calendar.extended.${kind}`, wrong);
  }
}

function checkHours(hours: readonly SessionSpec[], path: string, wrong: Wrong): void {
  for (const [index, session] of hours.entries()) {
    for (const key of ["open", "close"] as const) {
      if (clockNs(session[key]) === null)
        wrong(`${path}.${index}.${key}`, "a wall-clock time such as 09:30", JSON.stringify(session[key]));
    }
    if (session.days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
      wrong(`${path}.${index}.days`, "days from 1 (Monday) to 7 (Sunday)", JSON.stringify(session.days));
    }
  }
}
