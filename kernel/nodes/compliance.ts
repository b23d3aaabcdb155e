// Compliance: the rules of what may be sent where (regions, restricted instruments, orders a second), one type for the
// live layer and for runs, and the gate that obeys them in a run (`NODESETS.md` 1).
//
// Always true:
//   nothing fails open: a venue of which the rules do not say that it serves the region takes nothing;
//   a restriction holds from its first instant on and no longer at its last (`until` is exclusive);
//   the same rules in another order are the same gate, but for throttles, of which the first that covers holds.
// Units: instants in ns since 1970, orders a second.
//
// Not here: what the data plane makes of it (`assembly/compliance.ts`); the live layer's
// (`adapters/execution/check/compliance.ts`).

import { COMPLIANCE_TRADED, POLICY_COMPLIANCE, THROTTLE_BYTES } from "../../assembly/abi-policy.js";
import type { IssueList } from "../base/error.js";
import { compareText } from "../base/order.js";
import { optionsOf } from "../graph/builder-options.js";
import { shown } from "../graph/node-check.js";
import type { Policy } from "../graph/node.js";
import type { Params, ParamSpec, PolicySpec } from "../graph/spec.js";
import { madePolicy, policySpec } from "./policy-spec.js";

/** A word of a rule that stands for every symbol, strategy or venue. */
export const EVERY = "*";

/** Instruments that may not be traded for a time. */
export interface Restriction {
  /** A symbol, or `*` for all. */
  readonly symbol: string;
  /** A strategy, or `*` for all. */
  readonly strategy: string;
  /** First instant, ns since 1970; left out: always was. */
  readonly from?: bigint;
  /** First instant at which it holds no longer, ns since 1970; left out: for ever. */
  readonly until?: bigint;
  /** What reduces a position is let through. Default false. */
  readonly allowsReducing?: boolean;
  /** For a person, and in no identity: `watch list 12`. */
  readonly why: string;
}

/** How many orders may pass. Of several rules for one strategy and venue the first holds. */
export interface ThrottleRule {
  /** A strategy's name, or `*` for each one by itself. */
  readonly strategy: string;
  /** A venue's name, or `*` for each one by itself. */
  readonly venue: string;
  /** Orders that a bucket gains a second, from 1 to a million. */
  readonly ordersPerSecond: number;
  /** Orders that a full bucket holds, and which may pass at once, from 1 to a million. */
  readonly burst: number;
}

/** What may be sent where. */
export interface ComplianceRules {
  /** Region of the account: `EU`. */
  readonly region: string;
  /** Regions that each venue serves. */
  readonly venues: readonly { readonly venue: string; readonly regions: readonly string[] }[];
  /** Regions in which an instrument may be traded; one that is not listed may be traded in all. */
  readonly instruments?: readonly { readonly symbol: string; readonly regions: readonly string[] }[];
  readonly restrictions?: readonly Restriction[];
  readonly throttles?: readonly ThrottleRule[];
}

/** True when a word of a rule means `name`. */
export function covers(word: string, name: string): boolean {
  return word === EVERY || word === name;
}

type Row = readonly string[];
const rowsOf = (params: Params, list: string): readonly Row[] => params[list] as readonly Row[];

const asGiven = (rows: readonly Row[]): readonly Row[] => rows;
const byText = (rows: readonly Row[]): readonly Row[] => [...rows].sort((a, b) => compareText(textOf(a), textOf(b)));
const textOf = (row: Row): string => JSON.stringify(row);
const withRegions = (name: string, regions: readonly string[]): Row =>
  [name].concat([...new Set(regions)].sort(compareText));

/** Rules as the params of a gate, rows of text, those lists in an order whose order says nothing. */
function paramsOf(rules: Partial<ComplianceRules>, inOrder: typeof asGiven) {
  const { region = "", venues = [], instruments = [], restrictions = [], throttles = [] } = rules;
  return {
    region,
    venues: inOrder(venues.map(({ venue, regions }) => withRegions(venue, regions))),
    instruments: inOrder(instruments.map(({ symbol, regions }) => withRegions(symbol, regions))),
    restrictions: inOrder(
      restrictions.map(({ symbol, strategy, from = "", until = "", allowsReducing }) => {
        const cells = [symbol, strategy, String(from), String(until)];
        return allowsReducing === true ? [...cells, REDUCING] : cells;
      }),
    ),
    throttles: throttles.map(({ strategy, venue, ordersPerSecond, burst }) => {
      return [strategy, venue, String(ordersPerSecond), String(burst)];
    }),
  };
}

/** Last cell of a restriction that lets through what reduces. */
const REDUCING = "reducing";
const ORDER_E9 = 1_000_000_000n;
const TIME_MAX = 2n ** 63n - 1n;

/** An instant of a restriction; `without` where it states none. */
const instantOf = (text: string | undefined, without: bigint): bigint => (text ? BigInt(text) : without);

// Cells of a row as JSON writes them: a name, an instant within 64 bits or none, a whole number from 1 to a million.
const NAME = String.raw`"([^"\\]|\\.)+"`;
const TIME = String.raw`"(-?[0-8]?\d{1,18})?"`;
const COUNT = String.raw`"([1-9]\d{0,5}|1000000)"`;

/** What a row of each list is. */
const ROWS: Readonly<Record<string, readonly [cells: string, expected: string]>> = {
  venues: [`${NAME}(,${NAME})*`, "a venue and the regions that it serves"],
  instruments: [`${NAME}(,${NAME})*`, "a symbol and the regions that may trade it"],
  restrictions: [
    `${NAME},${NAME},${TIME},${TIME}(,"${REDUCING}")?`,
    "a symbol, a strategy, and two instants in ns, the later one last",
  ],
  throttles: [
    `${NAME},${NAME},${COUNT},${COUNT}`,
    "a strategy, a venue, and orders a second and at once, 1 to 1000000",
  ],
};

/** Reports every row that says nothing or contradicts itself or another one. */
function checkRows(params: Params, refuse: (at: string, expected: string, received: string) => void): void {
  if (params["region"] === "") refuse("region", "a name", "an empty text");
  for (const [list, [cells, expected]] of Object.entries(ROWS)) {
    const pattern = new RegExp(`^\\[${cells}\\]$`);
    const rows = rowsOf(params, list);
    rows.forEach((row, index) => {
      const isRow = pattern.test(textOf(row));
      const isTime = list !== "restrictions" || !isRow || instantOf(row[2], -TIME_MAX) < instantOf(row[3], TIME_MAX);
      const isTwice = expected.includes("regions") && rows.findIndex(([name]) => name === row[0]) < index;
      if (isRow && isTime && !isTwice) return;
      refuse(`${list}.${index}`, isTwice ? `${expected}, once` : expected, shown(row));
    });
  }
}

/** Reports `config/field` for rules that say nothing or contradict themselves. */
export function checkCompliance(rules: ComplianceRules, path: string, issues: IssueList): void {
  checkRows(paramsOf(rules, asGiven), (at, ...given) => issues.add("config/field", `${path}.${at}`, ...given));
}

/** Rows of the venues that serve the region: those that an order may go to. */
function serving(params: Params): readonly Row[] {
  return rowsOf(params, "venues").filter(([, ...regions]) => regions.includes(params["region"] as string));
}

/** Places, from 1, of the run's own market and of its venues among those that an order may go to; 0 for none. */
export function servingPlaces(params: Params, venues: readonly string[]): readonly bigint[] {
  const rows = serving(params);
  return [params["market"] as string, ...venues].map((venue) => BigInt(rows.findIndex(([name]) => name === venue) + 1));
}

const ROWS_OF_TEXT: ParamSpec = { kind: "list", of: { kind: "list", of: "string" }, default: [] };
const PARAM_BYTES = 8;

export const COMPLIANCE_GATE: PolicySpec = policySpec("compliance", {
  type: "complianceGate",
  code: POLICY_COMPLIANCE,
  params: {
    strategy: { kind: "string", default: EVERY },
    market: { kind: "string", default: "" },
    region: { kind: "string" },
    venues: ROWS_OF_TEXT,
    instruments: ROWS_OF_TEXT,
    restrictions: ROWS_OF_TEXT,
    throttles: ROWS_OF_TEXT,
  },
  check: ({ params }, refuse) => checkRows(params, (at, ...given) => refuse(`params.${at}`, ...given)),
  stateBytes: (params) => THROTTLE_BYTES * serving(params).length,
  encode: (params, instruments) => {
    const [region, strategy] = [params["region"] as string, params["strategy"] as string];
    const traded = instruments.map(({ symbol }) => {
      const row = rowsOf(params, "instruments").find(([name]) => name === symbol);
      return row === undefined || row.includes(region, 1) ? 1n : 0n;
    });
    const restricted = rowsOf(params, "restrictions").flatMap(([symbol, whose = "", from, until, reducing]) => {
      const place = instruments.findIndex((instrument) => instrument.symbol === symbol) + 1;
      if (!covers(whose, strategy) || (place === 0 && symbol !== EVERY)) return [];
      const times = [instantOf(from, -TIME_MAX), instantOf(until, TIME_MAX)];
      return [BigInt(place), ...times, reducing === REDUCING ? 1n : 0n];
    });
    const rates = serving(params).flatMap(([venue = ""]) => {
      const throttles = rowsOf(params, "throttles");
      const rule = throttles.find(([whose = "", where = ""]) => covers(whose, strategy) && covers(where, venue));
      return rule === undefined ? [0n, 0n] : [BigInt(rule[2] as string), BigInt(rule[3] as string) * ORDER_E9];
    });
    const ratesAt = BigInt(COMPLIANCE_TRADED + PARAM_BYTES * (traded.length + restricted.length));
    return [ratesAt, ratesAt + BigInt(PARAM_BYTES * rates.length), ...traded, ...restricted, ...rates];
  },
});

/** Whose orders a compliance gate judges, and where they go. */
export interface ComplianceOptions {
  /** Name of the strategy, as rules name it; `*` by default, which is covered by rules for all alone. */
  readonly strategy?: string;
  /**
   * Venue that the run's own market stands for, where orders are not routed. By default the venue of the rules where
   * they name one alone; else none, and what is not routed is refused with `compliance_region`.
   */
  readonly market?: string;
}

/**
 * Obeys rules on what may be sent where, behind every other gate, for each venue that an order may go to:
 * `compliance_region` where the venue does not serve the region or the instrument may not be traded there,
 * `compliance_restricted` while the instrument is restricted, and `throttled` beyond the orders a second of its
 * strategy there, on the clock of the tape. A venue that an order may not go to is left out of its route, with a
 * refusal; where none is left nothing is sent. Exits are judged alike, but for restrictions that let them through.
 *
 * Each order counts, and each amendment; cancels do not, nor children, which go with their parent. A gate has throttles
 * of its own: decisions of one strategy that share them name one gate.
 *
 * @throws InputError `graph/order` with every rule that says nothing or contradicts itself.
 * @example
 * const rules = { region: "EU", venues: [{ venue: "kraken", regions: ["EU", "UK"] }] };
 * targetPercent(1, { gates: { compliance: complianceGate(rules) } });
 */
export function complianceGate(rules: ComplianceRules, options: ComplianceOptions = {}): Policy<"compliance"> {
  optionsOf("complianceGate.rules", rules, ["region", ...Object.keys(ROWS)]);
  const { strategy, market } = optionsOf("complianceGate", options, ["strategy", "market"]);
  const own = market ?? (rules.venues?.length === 1 ? rules.venues[0]?.venue : undefined);
  return madePolicy(COMPLIANCE_GATE, "compliance", { ...paramsOf(rules, byText), strategy, market: own });
}
