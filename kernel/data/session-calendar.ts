// Session calendars: a market's hours as data, resolved to sessions over a range of time.
//
// Always true:
//   hours are wall-clock times at one offset from UTC: a market with daylight saving time is stated as explicit
//   sessions, which whoever knows time zones makes (`adapters/files/calendar-instants.ts`).
// Units: ns since 1970-01-01T00:00:00Z; days counted from 1970-01-01; ISO days of the week, 1 Monday to 7 Sunday.

import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { digestJson } from "../base/digest.js";
import type { ExtendedKind, SessionPair, Sessions } from "../market/calendar.js";
import { disorderOf, EXTENDED_KINDS, sessionsOf } from "../market/calendar.js";
import type { ExtendedPairs, HourKind } from "../market/extended-hours.js";
import { inOrder, misplacedKinds, sessionsWith, shortened } from "../market/extended-hours.js";
import type { ExtendedSpec, SessionSpec } from "./calendar.js";
import { instantOf, instantText } from "./civil-date.js";

/** An instant: nanoseconds, or ISO 8601 in UTC, `2024-03-08T14:30:00Z`. */
export type InstantInput = bigint | string;

/** When a market trades. */
export type SessionCalendar =
  /** Without a pause; a session is a day that begins at `dayStart`, `00:00` UTC by default. */
  | { readonly kind: "always"; readonly dayStart?: string }
  /** The same hours every week, at an offset from UTC (`-05:00`, `UTC`). */
  | {
      readonly kind: "weekly";
      readonly offset: string;
      readonly sessions: readonly SessionSpec[];
      /** Local dates without a session, `2013-12-25`. */
      readonly holidays?: readonly string[];
      /** Local date to the wall-clock close of a shortened day. */
      readonly earlyCloses?: Readonly<Record<string, string>>;
      /**
       * Hours around the sessions, which holidays and early closes are for as well: a post-market of a shortened day
       * starts at the early close and ends when it always does.
       */
      readonly extended?: ExtendedSpec;
    }
  /** Every session, open and close, and likewise what is around them. */
  | {
      readonly kind: "sessions";
      readonly sessions: readonly InstantPair[];
      readonly extended?: Readonly<Partial<Record<ExtendedKind, readonly InstantPair[]>>>;
    };

/** An open and a close. */
export type InstantPair = readonly [InstantInput, InstantInput];

/** A calendar whose statements fit together. */
export interface CheckedCalendar {
  /** Says everything about the calendar; explicit sessions by their digest. */
  readonly canonical: Json;
  /** Sessions from before `from` until after `to`, ns. O(days between). */
  resolve(from: bigint, to: bigint): Sessions;
}

const DAY_NS = 86_400_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
/** Days before and after a range, so that every instant in it has a session around or after it. */
const MARGIN_DAYS = 15;

type Given = Readonly<Record<string, unknown>>;
type Wrong = (path: string, expected: string, received: unknown) => void;

/**
 * Checks a calendar. Reports `config/calendar` with everything that is wrong and gives null then.
 *
 * @param path Where the calendar stands, for messages.
 */
export function checkCalendar(calendar: unknown, path: string, issues: IssueList): CheckedCalendar | null {
  const before = issues.issues.length;
  const wrong: Wrong = (at, expected, received) => issues.add("config/calendar", at, expected, textOf(received));
  const kind = isObject(calendar) ? calendar["kind"] : undefined;
  if (!isObject(calendar) || (kind !== "always" && kind !== "weekly" && kind !== "sessions")) {
    wrong(`${path}.kind`, "always, weekly or sessions", kind ?? calendar);
    return null;
  }
  const fields = { always: ["dayStart"], weekly: WEEKLY_FIELDS, sessions: ["sessions", "extended"] }[kind];
  for (const field of Object.keys(calendar)) {
    if (field !== "kind" && !fields.includes(field)) wrong(`${path}.${field}`, `one of ${fields.join(", ")}`, field);
  }
  const check = { always: checkAlways, weekly: checkWeekly, sessions: checkSessions }[kind];
  const checked = check(calendar, path, wrong);
  return issues.issues.length === before ? checked : null;
}

const WEEKLY_FIELDS: readonly string[] = ["offset", "sessions", "holidays", "earlyCloses", "extended"];

function checkAlways(calendar: Given, path: string, wrong: Wrong): CheckedCalendar {
  const start = wallClock(calendar["dayStart"] ?? "00:00", `${path}.dayStart`, wrong);
  return {
    canonical: { kind: "always", dayStart: clockText(start) },
    resolve: (from, to) => sessionsOf([...daysAround(from, to)].map((day) => dayFrom(BigInt(day) * DAY_NS + start))),
  };
}

function dayFrom(open: bigint): SessionPair {
  return [open, open + DAY_NS];
}

interface WeeklySession {
  readonly days: readonly number[];
  readonly openNs: bigint;
  readonly closeNs: bigint;
}

function checkWeekly(calendar: Given, path: string, wrong: Wrong): CheckedCalendar {
  const offsetNs = offsetOf(calendar["offset"], `${path}.offset`, wrong);
  const sessions = weeklySessions(calendar["sessions"], `${path}.sessions`, wrong);
  const extended = extendedOf(calendar["extended"], `${path}.extended`, wrong, weeklySessions);
  const holidays = datesOf(calendar["holidays"] ?? [], `${path}.holidays`, wrong);
  const earlyCloses = earlyClosesOf(calendar["earlyCloses"] ?? {}, `${path}.earlyCloses`, wrong);
  const off = new Set(holidays);
  const pairs = (kind: HourKind, hours: readonly WeeklySession[], from: bigint, to: bigint): readonly SessionPair[] => {
    // A lunch may lie in a session of the day before.
    const first = kind === "lunch" ? 1 : 0;
    const days = [...daysAround(from, to)].slice(first).filter((day) => !off.has(day));
    const opened = days.flatMap((day) => sessionsOfDay(kind, day, hours, earlyCloses.get(day) ?? null));
    return inOrder(opened.map(([open, close]): SessionPair => [open - offsetNs, close - offsetNs]));
  };
  const around = (from: bigint, to: bigint): ExtendedPairs =>
    new Map([...extended].map(([kind, hours]) => [kind, pairs(kind, hours, from, to)]));
  // Hours repeat from week to week, so that a few weeks and the days of early closes show every overlap.
  const weeks = pairs("regular", sessions, 0n, 0n);
  if (disorderOf(weeks) >= 0) wrong(`${path}.sessions`, "sessions that do not overlap", "two that do");
  else reportMisplaced(weeks, around(0n, 0n), `${path}.extended`, wrong);
  return {
    canonical: {
      kind: "weekly",
      offset: offsetText(offsetNs),
      sessions: sessions.map(sessionJson),
      holidays: [...holidays].sort((a, b) => a - b).map(dateText),
      earlyCloses: Object.fromEntries(
        [...earlyCloses].sort(([a], [b]) => a - b).map(([day, close]) => [dateText(day), clockText(close)]),
      ),
      ...extendedJson(extended, (hours) => hours.map(sessionJson)),
    },
    resolve: (from, to) => sessionsWith(pairs("regular", sessions, from, to), around(from, to)),
  };
}

function sessionJson({ days, openNs, closeNs }: WeeklySession): Json {
  return { days: [...days], open: clockText(openNs), close: clockText(closeNs % DAY_NS) };
}

/** Extended hours of a calendar by kind, in the order of the kinds; `check` reads those of one. */
function extendedOf<T>(
  extended: unknown,
  path: string,
  wrong: Wrong,
  check: (hours: unknown, path: string, wrong: Wrong) => readonly T[],
): ReadonlyMap<ExtendedKind, readonly T[]> {
  if (extended === undefined) return new Map();
  const given = isObject(extended) ? extended : {};
  if (!isObject(extended)) wrong(path, "an object from pre, lunch or post to hours", extended);
  for (const kind of Object.keys(given)) {
    if (!EXTENDED_KINDS.includes(kind as ExtendedKind))
      wrong(`${path}.${kind}`, `one of ${EXTENDED_KINDS.join(", ")}`, kind);
  }
  const kinds = EXTENDED_KINDS.filter((kind) => given[kind] !== undefined);
  return new Map(kinds.map((kind) => [kind, check(given[kind], `${path}.${kind}`, wrong)]));
}

function extendedJson<T>(
  extended: ReadonlyMap<ExtendedKind, readonly T[]>,
  json: (hours: readonly T[]) => Json,
): { readonly extended?: Json } {
  if (extended.size === 0) return {};
  return { extended: Object.fromEntries([...extended].map(([kind, hours]) => [kind, json(hours)])) };
}

function reportMisplaced(sessions: readonly SessionPair[], extended: ExtendedPairs, path: string, wrong: Wrong): void {
  for (const kind of misplacedKinds(sessions, extended)) {
    const expected =
      kind === "lunch" ? "pauses within a session" : "hours that overlap neither each other nor sessions";
    wrong(`${path}.${kind}`, expected, kind === "lunch" ? "one that is not" : "two that do");
  }
}

/** Hours of a kind that open on a local day, in local time. */
function sessionsOfDay(
  kind: HourKind,
  day: number,
  hours: readonly WeeklySession[],
  early: bigint | null,
): readonly SessionPair[] {
  const start = BigInt(day) * DAY_NS;
  return hours
    .filter(({ days }) => days.includes(weekdayOf(day)))
    .flatMap(({ openNs, closeNs }): readonly SessionPair[] => {
      const left = shortened(kind, openNs, closeNs, early);
      return left === null ? [] : [[start + left[0], start + left[1]]];
    });
}

function weeklySessions(sessions: unknown, path: string, wrong: Wrong): readonly WeeklySession[] {
  const given = Array.isArray(sessions) ? (sessions as readonly unknown[]) : [];
  if (given.length === 0) wrong(path, "one or more sessions", sessions);
  return given.map((session, i) => weeklySession(session, `${path}.${i}`, wrong));
}

function weeklySession(session: unknown, path: string, wrong: Wrong): WeeklySession {
  const given = isObject(session) ? session : {};
  if (!isObject(session)) wrong(path, "days, open and close", session);
  const days = Array.isArray(given["days"]) ? (given["days"] as readonly unknown[]) : [];
  const isDay = (day: unknown): day is number => Number.isInteger(day) && (day as number) >= 1 && (day as number) <= 7;
  if (days.length === 0 || !days.every(isDay))
    wrong(`${path}.days`, "days from 1 (Monday) to 7 (Sunday)", given["days"]);
  const openNs = wallClock(given["open"], `${path}.open`, wrong);
  const closeNs = wallClock(given["close"], `${path}.close`, wrong);
  return {
    days: [...new Set(days.filter(isDay))].sort((a, b) => a - b),
    openNs,
    closeNs: closeNs > openNs ? closeNs : closeNs + DAY_NS,
  };
}

function datesOf(dates: unknown, path: string, wrong: Wrong): readonly number[] {
  if (!Array.isArray(dates)) wrong(path, "dates such as 2013-12-25", dates);
  const list = Array.isArray(dates) ? (dates as readonly unknown[]) : [];
  return [...new Set(list.map((date, i) => dayOf(date, `${path}.${i}`, wrong)))];
}

function earlyClosesOf(closes: unknown, path: string, wrong: Wrong): ReadonlyMap<number, bigint> {
  if (!isObject(closes)) wrong(path, "an object from date to close", closes);
  const entries = Object.entries(isObject(closes) ? closes : {});
  return new Map(
    entries.map(([date, close]) => [dayOf(date, `${path}.${date}`, wrong), wallClock(close, `${path}.${date}`, wrong)]),
  );
}

function checkSessions(calendar: Given, path: string, wrong: Wrong): CheckedCalendar {
  const sessions = pairsGiven(calendar["sessions"], `${path}.sessions`, wrong);
  const extended = extendedOf(calendar["extended"], `${path}.extended`, wrong, pairsGiven);
  if ([sessions, ...extended.values()].every((pairs) => disorderOf(pairs) < 0)) {
    reportMisplaced(sessions, extended, `${path}.extended`, wrong);
  }
  return {
    canonical: { kind: "sessions", ...pairsJson(sessions), ...extendedJson(extended, pairsJson) },
    resolve: () => sessionsWith(sessions, extended),
  };
}

function pairsGiven(value: unknown, path: string, wrong: Wrong): readonly SessionPair[] {
  const given = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (given.length === 0) wrong(path, "one or more sessions", value);
  const pairs = given.map((pair, i): SessionPair => {
    const [open, close] = Array.isArray(pair) && pair.length === 2 ? (pair as readonly unknown[]) : [];
    return [timeOf(open, `${path}.${i}.0`, wrong), timeOf(close, `${path}.${i}.1`, wrong)];
  });
  const disorder = disorderOf(pairs);
  if (disorder >= 0)
    wrong(`${path}.${disorder}`, "a session that opens before it closes, after the one ahead", given[disorder]);
  return pairs;
}

function pairsJson(pairs: readonly SessionPair[]): { readonly count: number; readonly digest: string } {
  const texts = pairs.map(([open, close]) => [open.toString(), close.toString()]);
  return { count: pairs.length, digest: digestJson("goldentape 2026 sessions v1", texts) };
}

function timeOf(value: unknown, path: string, wrong: Wrong): bigint {
  const isNanos = typeof value === "string" && /^-?[0-9]{1,19}$/.test(value);
  const time =
    typeof value === "bigint" ? value : isNanos ? BigInt(value) : typeof value === "string" ? instantOf(value) : null;
  if (time !== null && BigInt.asIntN(64, time) === time) return time;
  wrong(path, "an instant: nanoseconds, or 2024-03-08T14:30:00Z", value);
  return 0n;
}

function* daysAround(from: bigint, to: bigint): Generator<number> {
  const last = Number(to / DAY_NS) + MARGIN_DAYS;
  for (let day = Number(from / DAY_NS) - MARGIN_DAYS; day <= last; day++) yield day;
}

/** 1970-01-01 was a Thursday, 4. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

const CLOCK = /^([01][0-9]|2[0-4]):([0-5][0-9])$/;

function wallClock(value: unknown, path: string, wrong: Wrong): bigint {
  const [, hours, minutes] = CLOCK.exec(typeof value === "string" ? value : "") ?? [];
  const clock = BigInt(Number(hours ?? 25) * 60 + Number(minutes ?? 0)) * MINUTE_NS;
  if (clock <= DAY_NS) return clock;
  wrong(path, "a wall-clock time from 00:00 to 24:00", value);
  return 0n;
}

function clockText(clock: bigint): string {
  const minutes = Number(clock / MINUTE_NS);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

const OFFSET = /^([+-])([01][0-9]):([0-5][0-9])$/;

function offsetOf(value: unknown, path: string, wrong: Wrong): bigint {
  if (value === "UTC" || value === "Z") return 0n;
  const [, sign, hours, minutes] = OFFSET.exec(typeof value === "string" ? value : "") ?? [];
  if (sign !== undefined) {
    const offset = BigInt(Number(hours) * 60 + Number(minutes)) * MINUTE_NS;
    return sign === "-" ? -offset : offset;
  }
  wrong(path, "an offset from UTC such as -05:00, or UTC", value);
  return 0n;
}

function offsetText(offset: bigint): string {
  return `${offset < 0n ? "-" : "+"}${clockText(offset < 0n ? -offset : offset)}`;
}

function dayOf(value: unknown, path: string, wrong: Wrong): number {
  const isDate = typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value);
  const instant = isDate ? instantOf(value) : null;
  if (instant !== null) return Number(instant / DAY_NS);
  wrong(path, "a date such as 2013-12-25", value);
  return 0;
}

function dateText(day: number): string {
  return instantText(BigInt(day) * DAY_NS).slice(0, 10);
}

function isObject(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a person would write it, cut short. */
function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : "an object";
}
