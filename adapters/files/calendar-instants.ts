// Calendar instants: a calendar spelled out as the close times at which bars are expected.
//
// Units: ns since 1970-01-01T00:00:00Z; days of the week by ISO, 1 Monday to 7 Sunday.

import { civilFromDay, intervalNs } from "../../kernel/index.js";
import type { CalendarSpec } from "../../kernel/index.js";
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

/** 1970-01-01 was a Thursday, 4. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

function dateText(day: number): string {
  const { year, month, dayOfMonth } = civilFromDay(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
}
