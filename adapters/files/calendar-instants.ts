// Calendar instants: a calendar spelled out as the close times at which bars are expected, and as sessions.
//
// Units: ns since 1970-01-01T00:00:00Z; days of the week by ISO, 1 Monday to 7 Sunday.

import {
  civilFromDay,
  disorderOf,
  EXTENDED_KINDS,
  inOrder,
  instantText,
  intervalNs,
  misplacedKinds,
  sessionsWith,
  shortened,
} from "../../kernel/index.js";
import type { CalendarSpec, ExtendedKind, HourKind, SessionPair, Sessions, SessionSpec } from "../../kernel/index.js";
import { fault } from "./opened-bytes.js";
import { clockNs } from "./time-reader.js";
import { zoneClock } from "./zone-clock.js";
import type { ZoneClock } from "./zone-clock.js";

const NS_PER_DAY = 86_400_000_000_000n;

export interface BarTiming {
  readonly interval: string;
  /** Zone of the bars' dates. */
  readonly zone: string;
  /** Session close of bars dated by day, when the import states one. */
  readonly closeTime: string | null;
}

/**
 * Expected close times between two instants, a day of margin on both sides, strictly rising.
 * A continuous calendar has none of its own and is checked by its interval instead.
 */
export function* expectedCloses(
  calendar: Exclude<CalendarSpec, { kind: "continuous" }>,
  timing: BarTiming,
  from: bigint,
  to: bigint,
): Generator<bigint> {
  const zone = zoneClock(calendar.kind === "sessions" ? calendar.zone : timing.zone);
  if (zone === null) return;
  const holidays = new Set(calendar.holidays ?? []);
  const length = intervalNs(timing.interval);
  let last: bigint | null = null;
  for (let day = Number(from / NS_PER_DAY) - 2; BigInt(day) * NS_PER_DAY <= to + NS_PER_DAY; day += 1) {
    if (holidays.has(dateText(day))) continue;
    const closes =
      calendar.kind === "weekdays" ? weekdayClose(day, timing, zone) : sessionCloses(calendar, day, length, zone);
    for (const close of closes) {
      if (last !== null && close <= last) continue;
      last = close;
      yield close;
    }
  }
}

function weekdayClose(day: number, timing: BarTiming, zone: ZoneClock): bigint[] {
  if (weekdayOf(day) > 5) return [];
  const close = timing.closeTime === null ? NS_PER_DAY : (clockNs(timing.closeTime) ?? NS_PER_DAY);
  const instant = zone.instant(day, close);
  return typeof instant === "bigint" ? [instant] : [];
}

function* sessionCloses(
  calendar: Extract<CalendarSpec, { kind: "sessions" }>,
  day: number,
  length: bigint,
  zone: ZoneClock,
): Generator<bigint> {
  const early = calendar.earlyCloses?.[dateText(day)];
  for (const session of calendar.sessions) {
    if (!session.days.includes(weekdayOf(day))) continue;
    const openNs = clockNs(session.open) ?? 0n;
    const closeNs = clockNs(early ?? session.close) ?? NS_PER_DAY;
    const open = zone.instant(day, openNs);
    const close = zone.instant(closeNs > openNs ? day : day + 1, closeNs);
    if (typeof open !== "bigint" || typeof close !== "bigint") continue;
    if (length >= NS_PER_DAY) yield close;
    else for (let time = open + length; time <= close; time += length) yield time;
  }
}

/** Days before and after a range, so that every instant in it has a session around or after it. */
const MARGIN_DAYS = 15;
const HOUR_NS = 3_600_000_000_000n;

/** A calendar with sessions of its own. */
export type ZonedCalendar = Extract<CalendarSpec, { kind: "sessions" }>;

/**
 * Sessions from before `from` until after `to`, in order, with their extended hours. An early close cuts what reaches
 * beyond it; a post-market starts there.
 *
 * @param path Where the calendar stands, for messages.
 * @throws InputError `config/calendar` for a zone that is none, for sessions that overlap and for hours that do not go
 *   with them.
 */
export function calendarSessions(calendar: ZonedCalendar, from: bigint, to: bigint, path: string): Sessions {
  const zone = zoneClock(calendar.zone);
  if (zone === null) {
    const expected = "an IANA time zone or an offset";
    throw fault("config/calendar", `${path}.zone`, expected, JSON.stringify(calendar.zone));
  }
  const pairs = pairsBetween(calendar, "regular", calendar.sessions, zone, from, to);
  const disorder = disorderOf(pairs);
  if (disorder >= 0) {
    const received = `one from ${instantText((pairs[disorder] as SessionPair)[0])} on`;
    throw fault("config/calendar", `${path}.sessions`, "sessions that do not overlap", received);
  }
  const { extended = {} } = calendar;
  const around = EXTENDED_KINDS.flatMap((kind): [ExtendedKind, readonly SessionPair[]][] => {
    const hours = extended[kind];
    return hours === undefined ? [] : [[kind, pairsBetween(calendar, kind, hours, zone, from, to)]];
  });
  const [misplaced] = misplacedKinds(pairs, new Map(around));
  if (misplaced === undefined) return sessionsWith(pairs, new Map(around));
  const expected = "hours around sessions that overlap nothing, and a lunch within a session";
  throw fault("config/calendar", `${path}.extended.${misplaced}`, expected, "others");
}

function pairsBetween(
  { holidays, earlyCloses }: ZonedCalendar,
  kind: HourKind,
  hours: readonly SessionSpec[],
  zone: ZoneClock,
  from: bigint,
  to: bigint,
): readonly SessionPair[] {
  const pairs: SessionPair[] = [];
  const last = Number(to / NS_PER_DAY) + MARGIN_DAYS;
  // A lunch may lie in a session of the day before.
  const first = Number(from / NS_PER_DAY) - MARGIN_DAYS + (kind === "lunch" ? 1 : 0);
  for (let day = first; day <= last; day += 1) {
    const date = dateText(day);
    if (holidays?.includes(date) === true) continue;
    const early = earlyCloses?.[date];
    pairs.push(...pairsOfDay(kind, hours, day, early === undefined ? null : (clockNs(early) ?? null), zone));
  }
  return inOrder(pairs);
}

function pairsOfDay(
  kind: HourKind,
  hours: readonly SessionSpec[],
  day: number,
  early: bigint | null,
  zone: ZoneClock,
): readonly SessionPair[] {
  return hours.flatMap((session): SessionPair[] => {
    if (!session.days.includes(weekdayOf(day))) return [];
    const openNs = clockNs(session.open) ?? 0n;
    const wall = clockNs(session.close) ?? NS_PER_DAY;
    const left = shortened(kind, openNs, wall > openNs ? wall : wall + NS_PER_DAY, early);
    return left === null ? [] : [[instantNear(zone, day, left[0]), instantNear(zone, day, left[1])]];
  });
}

/** Instant of a wall-clock time; one that a change of the clock skips or repeats is taken an hour later. */
function instantNear(zone: ZoneClock, day: number, nsOfDay: bigint): bigint {
  const days = nsOfDay > NS_PER_DAY ? 1 : 0;
  const instant = zone.instant(day + days, nsOfDay - BigInt(days) * NS_PER_DAY);
  return typeof instant === "bigint" ? instant : instantNear(zone, day, nsOfDay + HOUR_NS);
}

/** 1970-01-01 was a Thursday, 4. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

function dateText(day: number): string {
  const { year, month, dayOfMonth } = civilFromDay(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
}
