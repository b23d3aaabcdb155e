// Venues of a run: several simulated venues of an instrument as data, among which a router chooses (`router` of a
// decision's gates), checked, made canonical, and joined with the instruments of a plan.
//
// Always true:
//   what a venue does not state is what the run assumes; one that states nothing is the run's own market;
//   the order in which venues are given breaks the ties between them, so it is part of the canonical form.

import { POLICY_ROUTER } from "../../assembly/abi-policy.js";
import { VENUES_ALL_MAX, VENUES_MAX } from "../../assembly/abi-venue.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import type { FeeTable } from "../plan/fees.js";
import type { Plan } from "../plan/plan.js";
import type { PlanVenue, PlanVenues } from "../plan/venues.js";
import type { ExecutionSettings } from "../plan/write-execution.js";
import type { DecimalInput } from "./config-check.js";
import { decimalWithin, RATE_DECIMALS, rateText, record, WHOLE } from "./config-check.js";
import { checkLatency } from "./config-execution.js";
import type { FeeConfig } from "./config-fees.js";
import { checkVenueFees } from "./config-fees.js";
import type { SlippageConfig } from "./config-slippage.js";
import { checkSlippage } from "./config-slippage.js";

/** A simulated venue. What is left out is as the run assumes it. */
export interface VenueConfig {
  /** As orders, fills and routes name it. */
  readonly name: string;
  /** Symbols that it trades; every instrument by default. */
  readonly symbols?: readonly string[];
  /** Fees there, on what is filled there. */
  readonly fees?: FeeConfig;
  /** Half spread: how far a taker's price lies from the bar's. It takes the place of the run's slippage. */
  readonly slippage?: SlippageConfig;
  /** Nanoseconds from a decision to its acceptance there. */
  readonly latencyNs?: number;
  /**
   * Share of a bar's volume that own orders may take there, above 0, at most 1; by default no bound besides the run's
   * `participation`, which holds for all venues together.
   */
  readonly participation?: DecimalInput;
  /** Most units of a bar that it fills; no bound by default. */
  readonly maxUnits?: DecimalInput;
}

/** A checked venue. */
export interface CheckedVenue extends PlanVenue {
  /** `null` for every instrument. */
  readonly symbols: readonly string[] | null;
}

export interface CheckedVenues {
  readonly canonical: readonly Json[];
  readonly venues: readonly CheckedVenue[];
}

const FIELDS: readonly (keyof VenueConfig)[] = [
  "name",
  "symbols",
  "fees",
  "slippage",
  "latencyNs",
  "participation",
  "maxUnits",
];
/** Names stand in events, so they are what a venue may be called there. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Checks the venues of a run. Reports `config/field`, `config/type`, `config/range`, `config/unknown-field`. */
export function checkVenues(
  value: unknown,
  currency: Currency,
  run: ExecutionSettings,
  isSameClose: boolean,
  issues: IssueList,
): CheckedVenues {
  if (value === undefined) return { canonical: [], venues: [] };
  if (!Array.isArray(value) || value.length === 0 || value.length > VENUES_ALL_MAX) {
    issues.add("config/type", "config.venues", `a list of 1 to ${VENUES_ALL_MAX} venues`, shown(value));
    return { canonical: [], venues: [] };
  }
  const seen = new Set<string>();
  const checked = value.map((each: unknown, i) => {
    const one = checkVenue(each, `config.venues[${i}]`, currency, run, isSameClose, issues);
    const { name } = one.venue;
    if (seen.has(name)) issues.add("config/field", `config.venues[${i}].name`, "each venue once", shown(name));
    seen.add(name);
    return one;
  });
  return { canonical: checked.map((each) => each.canonical), venues: checked.map((each) => each.venue) };
}

function checkVenue(
  value: unknown,
  path: string,
  currency: Currency,
  run: ExecutionSettings,
  isSameClose: boolean,
  issues: IssueList,
): { readonly venue: CheckedVenue; readonly canonical: Json } {
  const given = record(issues, path, value, FIELDS);
  const fees = given["fees"] === undefined ? null : checkVenueFees(`${path}.fees`, given["fees"], currency, issues);
  const own = given["slippage"] === undefined ? null : checkSlippage(given["slippage"], issues, `${path}.slippage`);
  const latency = given["latencyNs"];
  const latencyNs =
    latency === undefined ? run.latencyNs : checkLatency(latency, isSameClose, issues, `${path}.latencyNs`);
  const isShare = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= WHOLE;
  const above = (field: string, isFine: (mantissa: bigint) => boolean, expected: string): bigint =>
    given[field] === undefined
      ? 0n
      : decimalWithin(issues, `${path}.${field}`, given[field], RATE_DECIMALS, isFine, expected);
  const participationE9 = above("participation", isShare, "a share of volume above 0, at most 1");
  const unitsE9 = above("maxUnits", (mantissa) => mantissa > 0n, "units above 0");
  const name = nameOf(given["name"], `${path}.name`, issues);
  const symbols = symbolsOf(given["symbols"], `${path}.symbols`, issues);
  const text = (amount: bigint): string | null => (amount === 0n ? null : rateText(amount));
  return {
    venue: {
      name,
      symbols,
      fees: fees?.table ?? null,
      slippageKind: own?.kind ?? run.slippageKind,
      slippage: own?.amount ?? run.slippage,
      latencyNs,
      participationE9,
      unitsE9,
    },
    canonical: {
      name,
      symbols,
      fees: fees?.canonical ?? null,
      slippage: own?.canonical ?? null,
      latencyNs: String(latencyNs),
      participation: text(participationE9),
      maxUnits: text(unitsE9),
    },
  };
}

function nameOf(value: unknown, path: string, issues: IssueList): string {
  if (typeof value === "string" && NAME.test(value)) return value;
  issues.add("config/field", path, "a name of at most 32 letters, digits, - and _", shown(value));
  return "";
}

function symbolsOf(value: unknown, path: string, issues: IssueList): readonly string[] | null {
  if (value === undefined) return null;
  const isList = Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
  if (isList) return [...new Set(value as string[])];
  issues.add("config/type", path, "a list of symbols", shown(value));
  return null;
}

/**
 * Joins the venues of a run with the instruments of a plan. Reports `instrument/unknown` for a symbol that the dataset
 * lacks, `config/range` for an instrument with too many venues, and `config/field` for venues that no router looks at.
 */
export function planVenues(
  venues: readonly CheckedVenue[],
  { instruments, policies }: Pick<Plan, "instruments" | "policies">,
  dataset: Dataset,
  issues: IssueList,
): PlanVenues {
  if (venues.length === 0) return { all: [], lists: [] };
  if (!policies.some(({ code }) => code === POLICY_ROUTER)) {
    const advice = "Name one in the gates of a decision: targetPercent(x, { gates: { router: router() } }).";
    issues.add("config/field", "config.venues", "a graph with a router to choose among them", "none", advice);
  }
  const known = new Set(dataset.bars.map((tape) => tape.instrument.symbol));
  venues.forEach(({ symbols }, i) => {
    for (const symbol of symbols ?? []) {
      if (known.has(symbol)) continue;
      issues.add("instrument/unknown", `config.venues[${i}].symbols`, "instruments of the dataset", shown(symbol));
    }
  });
  const lists = instruments.map(({ symbol }) => {
    const numbers = venues.flatMap(({ symbols }, i) => (symbols === null || symbols.includes(symbol) ? [i] : []));
    if (numbers.length > VENUES_MAX)
      issues.add("config/range", "config.venues", `at most ${VENUES_MAX} venues of ${symbol}`, String(numbers.length));
    return numbers.slice(0, VENUES_MAX);
  });
  return { all: venues, lists };
}

/** Fees of the venues that have their own. */
export function venueFees(venues: readonly PlanVenue[]): readonly FeeTable[] {
  return venues.flatMap(({ fees }) => (fees === null ? [] : [fees]));
}
