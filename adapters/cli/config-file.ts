// Configurations and calendars in files, for the commands that run: JSON that the kernel checks, and time zones
// resolved over the bars of the dataset.

import { readFileSync } from "node:fs";
import { InputError, IssueList } from "../../kernel/index.js";
import type { CalendarsConfig, Dataset, RunConfig, SessionCalendar, Sessions } from "../../kernel/index.js";
import type { ZonedCalendar } from "../files/calendar-instants.js";

/** Calendars that may still name a time zone. */
export type ZonedCalendars = Readonly<Record<string, SessionCalendar | ZonedCalendar>>;

/** A configuration as a file or the command line states it. */
export type StatedConfig = Omit<Partial<RunConfig>, "calendars"> & { readonly calendars?: ZonedCalendars };

/**
 * Reads a configuration: one object, of which fields and values are checked with the run. Reports `import/file` and
 * `config/type`.
 */
export function configFile(path: string | undefined, issues: IssueList): StatedConfig {
  if (path === undefined) return {};
  const value = readJson(path, "--config", issues);
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  issues.add("config/type", "--config", "a file with one JSON object", path);
  return {};
}

/**
 * The configuration of a command that takes no other options of a run: what a file says over what a strategy's file
 * assumes, and where neither states them, no fees.
 *
 * @throws InputError `import/file` or `config/type`.
 */
export function configOrNoFees(path: string | undefined, assumed: object = {}): RunConfig {
  const issues = new IssueList();
  const config = configFile(path, issues);
  issues.throwIfAny();
  return { fees: { taker: 0 }, ...assumed, ...config } as RunConfig;
}

/**
 * Calendars of `--calendar`: `always`, a file, or either for one symbol: `SPY=hours.json`. Reports `import/file` and
 * `config/calendar`.
 */
export function calendarsOf(texts: readonly string[], issues: IssueList): ZonedCalendars {
  const calendars: Record<string, SessionCalendar | ZonedCalendar> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const [symbol, source] = at < 0 ? ["*", text] : [text.slice(0, at), text.slice(at + 1)];
    if (symbol === "" || source === "") {
      issues.add("config/calendar", "--calendar", "always, FILE, or SYMBOL=FILE", JSON.stringify(text));
      continue;
    }
    const calendar = source === "always" ? { kind: "always" } : readJson(source, "--calendar", issues);
    if (calendar !== undefined) calendars[symbol] = calendar as SessionCalendar;
  }
  return calendars;
}

function readJson(path: string, option: string, issues: IssueList): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const code = error instanceof SyntaxError ? "config/type" : "import/file";
    issues.add(code, option, "a JSON file", `${path}: ${(error as Error).message}`);
    return undefined;
  }
}

/**
 * Calendars without time zones: those with one become the sessions that they have over the bars of the dataset.
 *
 * @throws InputError `config/calendar` for a zone that is none and for sessions that overlap, `dataset/manifest` for
 *   what is no calendar.
 */
export async function zonesResolved(calendars: ZonedCalendars, dataset: Dataset): Promise<CalendarsConfig> {
  const resolved: Record<string, SessionCalendar> = {};
  for (const [symbol, calendar] of Object.entries(calendars)) {
    resolved[symbol] = hasZone(calendar) ? await withoutZone(calendar, symbol, dataset) : calendar;
  }
  return resolved;
}

function hasZone(calendar: unknown): calendar is ZonedCalendar {
  return typeof calendar === "object" && calendar !== null && Object.hasOwn(calendar, "zone");
}

async function withoutZone(calendar: ZonedCalendar, symbol: string, dataset: Dataset): Promise<SessionCalendar> {
  const { calendarSessions } = await import("../files/calendar-instants.js");
  const { calendarIssues } = await import("../files/manifest-check.js");
  const path = `calendars.${symbol}`;
  const issues = calendarIssues(calendar, path);
  if (issues.length > 0) throw new InputError(issues);
  const tapes = dataset.bars.filter((tape) => symbol === "*" || tape.instrument.symbol === symbol);
  const times = tapes.flatMap((tape) => [...tape.segments()]).flatMap(({ time, rowCount }) => endsOf(time, rowCount));
  const from = times.reduce((a, b) => (a < b ? a : b), times[0] ?? 0n);
  const to = times.reduce((a, b) => (a > b ? a : b), times[0] ?? 0n);
  const sessions = calendarSessions(calendar, from, to, path);
  const around = Object.entries(sessions.extended ?? {}).map(([kind, hours]) => [kind, pairsOf(hours)] as const);
  const extended = around.length === 0 ? {} : { extended: Object.fromEntries(around) };
  return { kind: "sessions", sessions: pairsOf(sessions), ...extended };
}

function pairsOf({ count, instants }: Sessions): readonly (readonly [bigint, bigint])[] {
  return Array.from({ length: count }, (_, i) => [instants[2 * i] as bigint, instants[2 * i + 1] as bigint] as const);
}

function endsOf(time: BigInt64Array, rowCount: number): readonly bigint[] {
  return rowCount === 0 ? [] : [time[0] as bigint, time[rowCount - 1] as bigint];
}
