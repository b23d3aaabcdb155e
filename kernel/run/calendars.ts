// Calendars of a run: which instrument has which sessions, and which orders cannot do without.
//
// A bar of a day or more is a session of its own where there is no calendar; on shorter bars an order for the day, or
// for an open or a close of the market, needs to know when these are.
//
// Always true:
//   every calendar of a run is in its canonical configuration, and so in the RunID.

import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { digestJson } from "../base/digest.js";
import type { CheckedCalendar, SessionCalendar } from "../data/session-calendar.js";
import { checkCalendar } from "../data/session-calendar.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { shown } from "../graph/node-check.js";
import type { Sessions } from "../market/calendar.js";
import { intervalNs } from "../market/interval.js";
import type { BarsTape, Dataset } from "../market/tape.js";
import type { Plan } from "../plan/plan.js";

/** Calendars by symbol; `*` stands for every instrument that is not named. */
export type CalendarsConfig = Readonly<Record<string, SessionCalendar>>;

/** Checked calendars by symbol. */
export type CheckedCalendars = ReadonlyMap<string, CheckedCalendar>;

/** Sessions of each instrument of a plan, null for one without a calendar, and what the RunID has of them. */
export interface PlanSessions {
  readonly sessions: readonly (Sessions | null)[];
  readonly canonical: { readonly [symbol: string]: Json };
}

const EVERY_SYMBOL = "*";
const DAY_NS = 86_400_000_000_000n;

/** Checks the calendars of a configuration. Reports `config/type` and `config/calendar`. */
export function checkCalendars(value: unknown, issues: IssueList): CheckedCalendars {
  const checked = new Map<string, CheckedCalendar>();
  if (value === undefined) return checked;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.add("config/type", "config.calendars", "an object from symbol to calendar", shown(value));
    return checked;
  }
  for (const [symbol, given] of Object.entries(value)) {
    const calendar = checkCalendar(given, `config.calendars.${symbol}`, issues);
    if (calendar !== null) checked.set(symbol, calendar);
  }
  return checked;
}

/**
 * Resolves the calendars over the tapes of a plan: those of the configuration before those of the dataset. Reports
 * `config/calendar` for symbols that nothing of the plan has, and for every order that needs sessions and has none.
 */
export function resolveCalendars(
  calendars: CheckedCalendars,
  dataset: Dataset,
  plan: Plan,
  issues: IssueList,
): PlanSessions {
  for (const symbol of calendars.keys()) {
    if (symbol === EVERY_SYMBOL || dataset.bars.some((tape) => tape.instrument.symbol === symbol)) continue;
    issues.add("config/calendar", `config.calendars.${symbol}`, "an instrument of the dataset, or *", shown(symbol));
  }
  const canonical: Record<string, Json> = {};
  const shared = new Map<string, Sessions>();
  const sessions = plan.instruments.map(({ symbol }, index) => {
    const calendar = calendars.get(symbol) ?? calendars.get(EVERY_SYMBOL) ?? null;
    const own = dataset.calendars?.get(symbol) ?? null;
    if (calendar === null) {
      if (own !== null) canonical[symbol] = sessionsCanonical(own);
      return own;
    }
    canonical[symbol] = calendar.canonical;
    const range = rangeOf(plan, index);
    if (range === null) return null;
    const key = `${digestJson("goldentape 2026 calendar v1", calendar.canonical)} ${range.from} ${range.to}`;
    const known = shared.get(key) ?? calendar.resolve(range.from, range.to);
    shared.set(key, known);
    return known;
  });
  reportMissing(plan, sessions, issues);
  return { sessions, canonical };
}

function sessionsCanonical({ count, instants, extended = {} }: Sessions): { readonly [field: string]: Json } {
  const texts = Array.from({ length: count }, (_, i) => [String(instants[2 * i]), String(instants[2 * i + 1])]);
  const around = Object.entries(extended).map(([kind, hours]) => [kind, sessionsCanonical(hours)] as const);
  const digest = digestJson("goldentape 2026 sessions v1", texts);
  return { kind: "sessions", count, digest, ...(around.length === 0 ? {} : { extended: Object.fromEntries(around) }) };
}

/** First and last close of an instrument's bars, ns; null when it has none. O(segments). */
export function rangeOf(plan: Plan, instrument: number): { readonly from: bigint; readonly to: bigint } | null {
  const times = plan.streams.filter((stream) => stream.instrument === instrument).flatMap(({ tape }) => endsOf(tape));
  if (times.length === 0) return null;
  return { from: times.reduce((a, b) => (a < b ? a : b)), to: times.reduce((a, b) => (a > b ? a : b)) };
}

function endsOf(tape: BarsTape): readonly bigint[] {
  let first: bigint | null = null;
  let last = 0n;
  for (const { rowCount, time } of tape.segments()) {
    if (rowCount === 0) continue;
    first ??= time[0] as bigint;
    last = time[rowCount - 1] as bigint;
  }
  return first === null ? [] : [first, last];
}

const SESSION_TYPES: readonly unknown[] = ["marketOnOpen", "marketOnClose", "limitOnOpen", "limitOnClose"];

/** What of a node's terms asks for sessions, null when nothing does. */
function sessionTerm({ params }: GraphNode): string | null {
  if (SESSION_TYPES.includes(params["type"])) return String(params["type"]);
  return params["timeInForce"] === "day" ? "time in force day" : null;
}

function reportMissing(plan: Plan, sessions: readonly (Sessions | null)[], issues: IssueList): void {
  const reported = new Set<string>();
  for (const { node, instrument } of plan.decisions) {
    const term = sessionTerm(node);
    const stream = plan.streams.find((each) => each.instrument === instrument && each.executes);
    if (term === null || stream === undefined || sessions[instrument] !== null) continue;
    if (intervalNs(stream.tape.interval) >= DAY_NS) continue;
    const { symbol } = stream.tape.instrument;
    const path = `graph.${nodeLabel(plan.graph, node)}`;
    const key = `${path} ${symbol}`;
    if (reported.has(key)) continue;
    reported.add(key);
    const expected = `a calendar of ${symbol}, because ${term} on bars of ${stream.tape.interval} needs its sessions`;
    const advice = `State one: { calendars: { ${JSON.stringify(symbol)}: { kind: "always" } } }, or import one.`;
    issues.add("config/calendar", path, expected, "none", advice);
  }
}
