// Time cells: from the way a file writes times to the close times of bars, or the instants of events.
//
// Always true:
//   a bar that is labelled by its open is shifted to its close (`FILLS.md` B1), by local days when its interval is
//   counted in days;
//   a time that cannot be read exactly is a problem of its row, never a guess.
// Units: ns since 1970-01-01T00:00:00Z.

import { dayFromCivil, decimalReader, intervalNs } from "../../kernel/index.js";
import type { RowProblem, TimeRule } from "../../kernel/index.js";
import type { CellColumn, InstantUnit } from "./file-table.js";
import { zoneClock } from "./zone-clock.js";
import type { ClockFault, ZoneClock } from "./zone-clock.js";

export interface TimeReader {
  /** Writes one instant a row into `out`; rows that have none are reported and keep what was there. */
  read(
    cells: CellColumn,
    rowCount: number,
    out: BigInt64Array,
    report: (row: number, problem: RowProblem) => void,
  ): void;
}

const NS_PER_DAY = 86_400_000_000_000n;
const NS_PER_UNIT = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const;
const DECIMALS_TO_NS = { s: 9, ms: 6, us: 3, ns: 0 } as const;
const I64_MAX = 2n ** 63n - 1n;

/** Wall-clock time of one cell, reused from cell to cell. */
interface WallTime {
  day: number;
  nsOfDay: bigint;
  /** Offset from UTC in ns when the text has one. */
  offset: bigint | null;
}

/** Why a cell gave no time. */
type TimeFault = ClockFault | "unreadable" | "time-of-day" | "range";

const EXPECTED: Readonly<Record<TimeFault, string>> = {
  skipped: "a wall-clock time that exists in the zone",
  ambiguous: "a wall-clock time that exists once in the zone",
  unreadable: "a time",
  "time-of-day": "a date without a time of day, because closeTime is stated",
  range: "a time within the years 1678 to 2262",
};

/**
 * Makes a reader for one file.
 *
 * @param interval Bar length, or null for events, whose times are taken as they are.
 * @param baseDay Day of `ms-of-day` times, or null for the other units.
 * @returns null when the rule's zone is not known.
 */
export function timeReader(
  rule: TimeRule,
  interval: string | null,
  baseDay: number | null,
  place: number | string | null,
): TimeReader | null {
  const clock = zoneClock(rule.zone);
  if (clock === null) return null;
  const shift = interval !== null && rule.label === "open" && rule.closeTime === undefined ? intervalNs(interval) : 0n;
  const shiftDays = interval !== null && /[dw]$/.test(interval) ? Number(shift / NS_PER_DAY) : 0;
  const closeNs = rule.closeTime === undefined ? null : clockNs(rule.closeTime);
  const wall: WallTime = { day: 0, nsOfDay: 0n, offset: null };
  const isWall = rule.unit === "iso" || rule.unit === "compact" || rule.unit === "ms-of-day";
  const decimals = isWall ? 6 : DECIMALS_TO_NS[rule.unit as InstantUnit];
  const numbers = decimalReader(decimals, null);
  const counts = decimalReader(0, null);
  const unitNs = 10n ** BigInt(decimals);
  return { read };

  function read(
    cells: CellColumn,
    rowCount: number,
    out: BigInt64Array,
    report: (row: number, problem: RowProblem) => void,
  ): void {
    if (cells.kind === "integers" && cells.instants === "ns" && !isWall)
      return shifted(cells.values, rowCount, shift, out);
    for (let row = 0; row < rowCount; row += 1) {
      const value = cellValue(cells, row);
      const time = instantOf(value, cells);
      if (typeof time === "bigint" && time <= I64_MAX && time >= -I64_MAX) out[row] = time;
      else {
        const fault = typeof time === "bigint" ? "range" : time;
        const form = fault === "unreadable" ? ` in the form ${rule.unit}` : "";
        report(row, {
          code: "import/time",
          column: place,
          expected: EXPECTED[fault] + form,
          received: value === undefined ? "nothing" : JSON.stringify(String(value)),
        });
      }
    }
  }

  function instantOf(value: unknown, cells: CellColumn): bigint | TimeFault {
    const instants = cells.kind === "integers" || cells.kind === "values" ? cells.instants : null;
    if (instants !== null && typeof value === "bigint") {
      const instant = value * NS_PER_UNIT[instants];
      if (!isWall) return instant + shift;
      wall.day = Number(instant / NS_PER_DAY - (instant % NS_PER_DAY < 0n ? 1n : 0n));
      wall.nsOfDay = instant - BigInt(wall.day) * NS_PER_DAY;
      wall.offset = null;
      return fromWall(wall, clock as ZoneClock);
    }
    if (!isWall || rule.unit === "ms-of-day") {
      const count = integerOf(value);
      if (count === null) return "unreadable";
      if (!isWall) return count + shift;
      if (count < 0n || count > NS_PER_DAY || baseDay === null) return "unreadable";
      wall.day = baseDay;
      wall.nsOfDay = count;
      wall.offset = null;
    } else if (typeof value !== "string" && typeof value !== "number") return "unreadable";
    else if (!(rule.unit === "iso" ? parseIso(String(value), wall) : parseCompact(String(value), wall)))
      return "unreadable";
    return fromWall(wall, clock as ZoneClock);
  }

  /** A number of the rule's unit as ns, or null. */
  function integerOf(value: unknown): bigint | null {
    let number: number;
    if (typeof value === "string") {
      // Whole counts, the common case, skip the wide arithmetic that a fraction of a unit needs.
      const whole = counts.text(value);
      if (counts.fault === null) return (counts.wide ?? BigInt(whole)) * unitNs;
      number = numbers.text(value);
    } else if (typeof value === "number" && (Number.isSafeInteger(value) || !Number.isInteger(value)))
      number = numbers.float(value);
    else if (typeof value === "bigint") number = numbers.integer(value, 0);
    else return null;
    if (numbers.fault !== null) return null;
    return numbers.wide ?? BigInt(number);
  }

  function fromWall(time: WallTime, zone: ZoneClock): bigint | TimeFault {
    if (closeNs !== null) return time.nsOfDay === 0n ? zone.instant(time.day, closeNs) : "time-of-day";
    if (time.offset !== null) return BigInt(time.day) * NS_PER_DAY + time.nsOfDay - time.offset + shift;
    if (shiftDays > 0) return zone.instant(time.day + shiftDays, time.nsOfDay);
    const instant = zone.instant(time.day, time.nsOfDay);
    return typeof instant === "bigint" ? instant + shift : instant;
  }
}

/** Instants that are in ns already. */
function shifted(values: BigInt64Array, rowCount: number, shift: bigint, out: BigInt64Array): void {
  if (shift === 0n) return out.set(values.subarray(0, rowCount));
  for (let row = 0; row < rowCount; row += 1) out[row] = (values[row] as bigint) + shift;
}

/** Cell of a row as a plain value; undefined when the row has no such cell. */
export function cellValue(cells: CellColumn, row: number): unknown {
  return cells.kind === "rows" ? cells.rows[row]?.[cells.index] : cells.values[row];
}

const ISO_DATE = "([0-9]{4})-([0-9]{2})-([0-9]{2})";
const ISO_CLOCK = "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?";
const ISO_OFFSET = "(Z|[+-][0-9]{2}:?(?:[0-9]{2})?| ?UTC)?";
const ISO = new RegExp(`^${ISO_DATE}${ISO_CLOCK}\\s?${ISO_OFFSET}$`);
const COMPACT = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:[T ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.([0-9]{1,9}))?)?)?$/;

/** Reads ISO 8601; the plain form to the second, a date that repeats from row to row, is read without the pattern. */
function parseIso(text: string, wall: WallTime): boolean {
  if (parsePlainIso(text, wall)) return true;
  const match = ISO.exec(text.trim());
  return match !== null && fill(match, wall) && fillOffset(match[8], wall);
}

// The date of the row before, which most rows share; a cache only.
let lastDate = "";
let lastDay = 0;

/** `2020-01-31T09:30:00Z` or the same with a blank and without a zone; false for every other form. */
function parsePlainIso(text: string, wall: WallTime): boolean {
  const isZoned = text.length === 20 && text.charCodeAt(19) === 90;
  if (!isZoned && text.length !== 19) return false;
  const separator = text.charCodeAt(10);
  if ((separator !== 84 && separator !== 32) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return false;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
  if (lastDate === "" || !text.startsWith(lastDate)) {
    const date = text.slice(0, 10);
    const day = date.charCodeAt(4) === 45 ? dayOfDate(date) : null;
    if (day === null) return false;
    lastDate = date;
    lastDay = day;
  }
  wall.day = lastDay;
  wall.nsOfDay = BigInt((hour * 60 + minute) * 60 + second) * 1_000_000_000n;
  wall.offset = isZoned ? 0n : null;
  return true;
}

/** Number of two digits; NaN when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function parseCompact(text: string, wall: WallTime): boolean {
  const match = COMPACT.exec(text.trim());
  wall.offset = null;
  return match !== null && fill(match, wall);
}

function fill(match: RegExpExecArray, wall: WallTime): boolean {
  const day = dayFromCivil(Number(match[1]), Number(match[2]), Number(match[3]));
  const hour = Number(match[4] ?? 0);
  const minute = Number(match[5] ?? 0);
  const second = Number(match[6] ?? 0);
  if (day === null || hour > 23 || minute > 59 || second > 59) return false;
  wall.day = day;
  const seconds = (hour * 60 + minute) * 60 + second;
  wall.nsOfDay = BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? "").padEnd(9, "0"));
  return true;
}

function fillOffset(text: string | undefined, wall: WallTime): boolean {
  if (text === undefined || text === "") {
    wall.offset = null;
    return true;
  }
  if (text === "Z" || text.trim() === "UTC") {
    wall.offset = 0n;
    return true;
  }
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(":", "") || "0");
  const sign = text.startsWith("-") ? -1n : 1n;
  wall.offset = sign * BigInt(hours * 60 + minutes) * 60_000_000_000n;
  return hours <= 18 && minutes <= 59;
}

/** Wall-clock text `16:00` or `16:00:30` as ns of the day; null when it is none. `24:00` is the next midnight. */
export function clockNs(text: string): bigint | null {
  const match = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?$/.exec(text);
  if (match === null) return null;
  const seconds = (Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3] ?? 0);
  return Number(match[2]) > 59 || Number(match[3] ?? 0) > 59 || seconds > 86_400
    ? null
    : BigInt(seconds) * 1_000_000_000n;
}

/** Day of a date `2013-10-07` or `20131007`, or null when there is no such date. */
export function dayOfDate(text: string): number | null {
  const match = /^([0-9]{4})-?([0-9]{2})-?([0-9]{2})$/.exec(text);
  return match === null ? null : dayFromCivil(Number(match[1]), Number(match[2]), Number(match[3]));
}
