// The feedback of a node set: fills as its ingest passes them on, and the portfolio that is made of them, in place of
// the run's own.
//
// Always true:
//   what stands here sees the books over the lag that the set is attached with, at least one row;
//   the books themselves take every fill: what is replaced is what the chain sees and obeys.

import type { IssueList } from "../base/error.js";
import { delayed } from "../graph/build.js";
import { isSeries, shown } from "../graph/node-check.js";
import type { NumberOutput, Policy } from "../graph/node.js";
import type { PortfolioSeries } from "../nodes/portfolio-view.js";
import { portfolioView } from "../nodes/portfolio-view.js";
import type { FillField, PortfolioField, PositionField } from "../nodes/state.js";
import { FILL_FIELDS, fillState, portfolioState, positionState } from "../nodes/state.js";

/** Fills of a bucket before: a panel a field, as `fillState` names them. */
export type FillSeries = Readonly<Record<FillField, NumberOutput>>;

/** The run's own books, as they were a bucket before. */
export interface SetBooks {
  readonly portfolio: Readonly<Record<PortfolioField, NumberOutput>>;
  readonly position: Readonly<Record<PositionField, NumberOutput>>;
}

/** What passes fills on to a portfolio: all of them, later, fewer, or others. */
export type SetIngest = (fills: FillSeries) => FillSeries;
/** A view, or what makes its series of the fills that the ingest passed on and of the run's books. */
export type SetPortfolio = Policy<"portfolio"> | ((fills: FillSeries, books: SetBooks) => PortfolioSeries);

/** How a set is attached, as far as its feedback goes. */
export interface FeedbackOptions {
  /** Rows between a bucket and the newest fills and books that ingest and portfolio are functions of; 1 by default. */
  readonly lag?: number;
  readonly instrument?: string;
  readonly strategy?: string;
  readonly portfolioScope?: "world" | "strategy";
  readonly components?: { readonly ingest?: SetIngest; readonly portfolio?: SetPortfolio };
}

/** What stands in place of the run's own ingest and portfolio. */
export interface SetFeedback {
  /** Fills as an ingest passes them on; null without one. */
  readonly fills: FillSeries | null;
  readonly view: Policy<"portfolio"> | null;
}

const LAG_MAX = 100_000;
const SERIES_FIELDS: readonly string[] = ["equity", "peak"];

/** Ingest and portfolio that a set of a name is attached with. Reports what is none with its path. */
export function feedbackOf(name: string, options: FeedbackOptions, issues: IssueList): SetFeedback {
  const none = { fills: null, view: null };
  const { lag = 1, components = {} } = options;
  const { ingest, portfolio } = components;
  const count = issues.issues.length;
  if (!Number.isSafeInteger(lag) || lag < 1 || lag > LAG_MAX) {
    issues.add("config/range", `${name}.lag`, `a whole number of rows, 1 to ${LAG_MAX}`, shown(lag));
  }
  if (options.lag !== undefined && typeof portfolio !== "function") {
    const advice = "Give components.portfolio: (fills, books) => ({ equity: … }).";
    issues.add("config/field", `${name}.lag`, "a portfolio that sees over it", shown(portfolio), advice);
  }
  if (ingest !== undefined && typeof ingest !== "function") {
    issues.add("graph/type", `${name}.components.ingest`, "a function that passes fills on", shown(ingest));
  }
  if (ingest !== undefined && typeof portfolio !== "function") {
    const advice = "Give components.portfolio: (fills) => ({ equity: … }).";
    issues.add("config/field", `${name}.components.ingest`, "a portfolio made of its fills", shown(portfolio), advice);
  }
  const isView = portfolio === undefined || typeof portfolio === "function" || portfolio?.type === "portfolio";
  if (!isView) {
    const expected = "a portfolioView, or a function that makes its series";
    issues.add("graph/type", `${name}.components.portfolio`, expected, shown(portfolio));
  }
  if (issues.issues.length > count || portfolio === undefined) return none;
  if (typeof portfolio !== "function") return { fills: null, view: portfolio };
  const { fills, books } = seenOf(options, lag);
  const passed = ingest === undefined ? fills : ingest(fills);
  if (!areFills(passed, `${name}.components.ingest`, issues)) return none;
  const view = viewOf(portfolio(passed, books), `${name}.components.portfolio`, issues);
  return { fills: ingest === undefined ? null : passed, view };
}

/** Fills and books of what a set acts on, so many rows before. */
function seenOf(options: FeedbackOptions, lag: number): { readonly fills: FillSeries; readonly books: SetBooks } {
  const { instrument, strategy, portfolioScope = "world" } = options;
  const of = {
    ...(instrument === undefined ? {} : { instrument }),
    ...(portfolioScope === "world" || strategy === undefined ? {} : { strategy }),
  };
  const books = { portfolio: later(portfolioState(), lag), position: later(positionState(of), lag) };
  return { fills: later(fillState(of), lag), books };
}

function later<F extends string>(outputs: Readonly<Record<F, NumberOutput>>, lag: number): Record<F, NumberOutput> {
  const delayedOnes = Object.entries<NumberOutput>(outputs).map(([field, output]) => [field, delayed(output, lag)]);
  return Object.freeze(Object.fromEntries(delayedOnes)) as Record<F, NumberOutput>;
}

/** True when every field of fills is there; reports each that is not. */
function areFills(passed: unknown, path: string, issues: IssueList): passed is FillSeries {
  const count = issues.issues.length;
  const fields = recordOf(passed);
  for (const field of FILL_FIELDS) {
    const series = fields[field];
    if (isSeries(series) && series.type === "number") continue;
    const advice = "Pass on what stays as it is: ({ ...fills, bought }).";
    issues.add("graph/type", `${path}.${field}`, "a series of numbers", shown(series), advice);
  }
  return issues.issues.length === count;
}

/** The view of series that a portfolio gave; null with issues for what is none. */
function viewOf(given: unknown, path: string, issues: IssueList): Policy<"portfolio"> | null {
  const count = issues.issues.length;
  const fields = recordOf(given);
  for (const [field, series] of Object.entries(fields)) {
    if (!SERIES_FIELDS.includes(field)) {
      issues.add("config/unknown-field", `${path}.${field}`, SERIES_FIELDS.join(", "), field);
    } else if (!(isSeries(series) && series.type === "number") && !Number.isFinite(series)) {
      issues.add("graph/type", `${path}.${field}`, "a series of numbers, or a plain one", shown(series));
    }
  }
  if (fields["equity"] === undefined) issues.add("graph/type", `${path}.equity`, "a series of numbers", shown(given));
  return issues.issues.length > count ? null : portfolioView(fields as unknown as PortfolioSeries);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
