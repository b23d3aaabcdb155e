// Calendars of a dataset: the sessions of each instrument whose import said when it trades.
//
// How it works: time zones are known here and not in the kernel, so that a run gets pairs of instants. What knows them
//   is loaded when a calendar needs it.
//
// Always true:
//   bars of a day or more get no sessions: each of them is a session of its own.

import { checkCalendar, intervalNs, IssueList } from "../../kernel/index.js";
import type { ImportRecord, Sessions, TapeContent } from "../../kernel/index.js";

const DAY_NS = 86_400_000_000_000n;

/**
 * Sessions by symbol, from the manifests of tapes of bars shorter than a day; the first tape of a symbol decides.
 *
 * @param records What the import of each tape did, in the order of the tapes; null for tapes that were made.
 * @throws InputError `config/calendar` for sessions that overlap.
 */
export async function calendarsOf(
  contents: readonly TapeContent[],
  records: readonly (ImportRecord | null)[],
): Promise<ReadonlyMap<string, Sessions>> {
  const calendars = new Map<string, Sessions>();
  for (const [index, content] of contents.entries()) {
    const { symbol } = content.instrument;
    const isShort = content.interval !== null && intervalNs(content.interval) < DAY_NS;
    if (!isShort || calendars.has(symbol)) continue;
    const sessions = await sessionsOfTape(content, records[index] ?? null);
    if (sessions !== null) calendars.set(symbol, sessions);
  }
  return calendars;
}

async function sessionsOfTape(content: TapeContent, record: ImportRecord | null): Promise<Sessions | null> {
  const calendar = record?.manifest.calendar ?? null;
  if (calendar === null || calendar.kind === "weekdays") return null;
  const range = rangeOf(content);
  if (range === null) return null;
  const [from, to] = range;
  if (calendar.kind === "continuous") {
    return checkCalendar({ kind: "always" }, "calendar", new IssueList())?.resolve(from, to) ?? null;
  }
  const { calendarSessions } = await import("../files/calendar-instants.js");
  return calendarSessions(calendar, from, to, `dataset.${content.instrument.symbol}.calendar`);
}

/** Times of the first and the last row, null without rows. */
export function rangeOf(content: Pick<TapeContent, "segments">): readonly [from: bigint, to: bigint] | null {
  let range: readonly [bigint, bigint] | null = null;
  for (const { rowCount, columns } of content.segments()) {
    const [time] = columns;
    if (rowCount === 0 || time === undefined) continue;
    range = [range === null ? (time[0] as bigint) : range[0], time[rowCount - 1] as bigint];
  }
  return range;
}
