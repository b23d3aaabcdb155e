// Portfolio views: what decisions take for the account in place of its books, and the rules that gates keep with one.
//
// Always true:
//   a view is what a chain believes; cash, positions, buying power and the limits of a run stay those of the books.

import { POLICY_PORTFOLIO, VIEW_BYTES } from "../../assembly/abi-policy.js";
import { optionNames, optionsOf } from "../graph/builder-options.js";
import type { NumberInput, Policy } from "../graph/node.js";
import type { NodeShape, PolicySpec, RefuseShape } from "../graph/spec.js";
import { madePolicy, policySpec } from "./policy-spec.js";

export const PORTFOLIO_VIEW: PolicySpec = policySpec("portfolio", {
  type: "portfolioView",
  code: POLICY_PORTFOLIO,
  inputs: { equity: { type: "number" }, peak: { type: "number", optional: true } },
  params: {},
  stateBytes: () => VIEW_BYTES,
  encode: () => [],
});

/** Series of a portfolio view, each of one lane, in units of the account's currency. */
export interface PortfolioSeries {
  readonly equity: NumberInput;
  /** What drawdown is measured from; the highest equity of the view's own rows without. */
  readonly peak?: NumberInput;
}

/**
 * A portfolio of series (operators or user nodes) in place of the account's snapshots. Decisions that name it see its
 * row of their bucket, or the newest one before: risk judges by its equity, its peak and the returns from row to row,
 * and sizes that are shares of equity are shares of its. What a view sees of the books it sees over a lag of its own,
 * so `riskControl` beside it keeps the lag of 1.
 *
 * At a row where equity or peak is null, and before the first, what opens is refused with `watermark`, and so are sizes
 * by a share of equity; what reduces passes. Targets move from the positions of the books, so that a target sent twice
 * is sent once.
 *
 * @throws InputError `graph/type`; `graph/shape` for a series of several lanes, when the run is made.
 * @example
 * // Risk and sizes reckon with 10,000, whatever the account has.
 * targetPercent(1, { gates: { portfolio: portfolioView({ equity: 10_000 }), risk: riskControl() } })
 */
export function portfolioView(series: PortfolioSeries): Policy<"portfolio"> {
  const { equity, peak } = optionsOf("portfolioView", series, optionNames(PORTFOLIO_VIEW));
  return madePolicy(PORTFOLIO_VIEW, "portfolio", {}, { equity, peak });
}

/** The rules that gates keep with a portfolio view. */
export function checkView({ ports, inputs }: NodeShape, refuse: RefuseShape): void {
  const lag = inputs["riskGate"]?.node.params["lag"];
  if (!ports.has("portfolioGate") || lag === undefined || lag === 1) return;
  const advice = "Delay the series of the view in its place: delayed(equity, 2).";
  refuse("inputs.riskGate", "a risk control of lag 1 beside a portfolio view", `lag ${String(lag)}`, advice);
}
