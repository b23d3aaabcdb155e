// State sources: the run's own portfolio, positions and fills as series, for strategies that look at what they did.
//
// What a bucket ends with is committed behind its decisions, so a node can see it in a later bucket only: every edge
// from a state source has a lag, `delayed(x, 1)` at least, which is part of the NodeID of what takes it. Whatever such
// an edge reaches runs bucket by bucket; the rest of the graph goes on running block by block.
//
// Always true:
//   before the first committed bucket every output is null;
//   a state source has no inputs, so feedback through it is no cycle of the graph.

import { applyNode, outputOf } from "../graph/build.js";
import { optionsOf } from "../graph/builder-options.js";
import type { GraphNode, NumberOutput } from "../graph/node.js";
import type { NodeSpec } from "../graph/spec.js";
import { EVERY_INSTRUMENT } from "./bars.js";

/** Outputs of the portfolio, in the order in which the data plane numbers them. */
export const PORTFOLIO_FIELDS = [
  "equity",
  "cash",
  "grossExposure",
  "netExposure",
  "reserved",
  "openOrders",
  "realizedPnl",
  "fees",
  "drawdown",
  "peak",
] as const;
export type PortfolioField = (typeof PORTFOLIO_FIELDS)[number];

/** Outputs of a position, likewise. */
export const POSITION_FIELDS = [
  "quantity",
  "entryPrice",
  "value",
  "unrealizedPnl",
  "realizedPnl",
  "openQuantity",
  "barsHeld",
] as const;
export type PositionField = (typeof POSITION_FIELDS)[number];

/** Outputs of fills, likewise. */
export const FILL_FIELDS = ["bought", "sold", "value", "fees", "count", "price", "adjusted"] as const;
export type FillField = (typeof FILL_FIELDS)[number];

function stateSource<F extends string>(type: string, fields: readonly F[], params: NodeSpec["params"]): NodeSpec {
  return Object.freeze({
    type,
    version: 1,
    kind: "state",
    inputs: {},
    params,
    outputs: Object.fromEntries(fields.map((field) => [field, "number"] as const)),
    schemaMajor: 1,
    period: () => 1,
  } satisfies NodeSpec);
}

export const PORTFOLIO_STATE: NodeSpec = stateSource("portfolioState", PORTFOLIO_FIELDS, {});
export const POSITION_STATE: NodeSpec = stateSource("positionState", POSITION_FIELDS, {
  instrument: { kind: "string", default: EVERY_INSTRUMENT },
});

/** The position of one strategy: a node type of its own, so that positions of all keep their NodeIDs. */
export const STRATEGY_POSITION: NodeSpec = stateSource("strategyPosition", POSITION_FIELDS, {
  instrument: { kind: "string", default: EVERY_INSTRUMENT },
  strategy: { kind: "string" },
});

/** The fills of all strategies, or of the one that is named. */
export const FILL_STATE: NodeSpec = stateSource("fillState", FILL_FIELDS, {
  instrument: { kind: "string", default: EVERY_INSTRUMENT },
  strategy: { kind: "string", default: "" },
});

/**
 * The portfolio at the end of each bucket, one lane with a row in every bucket of the run.
 *
 * In units of the account's currency: `equity`; `cash` of that currency; `grossExposure`, the sum of the values of
 * positions without their signs, and `netExposure`, with them; `reserved`, what open orders hold back; `realizedPnl`
 * before fees, and `fees`, since the start; `peak`, the highest equity so far, the cash at the start included. Besides:
 * `openOrders`, a count; `drawdown`, how far equity stands below the peak as a fraction of it (0.2 is twenty percent),
 * null while the peak is not positive.
 *
 * @returns Outputs that want a lag: without one, an edge from them is refused (`graph/lag`).
 * @example
 * // Half of the money while the account stands more than a tenth below its peak.
 * const drawdown = delayed(portfolioState().drawdown, 1);
 * targetPercent(select(gt(coalesce(drawdown, 0), 0.1), 0.5, 1));
 */
export function portfolioState(): Readonly<Record<PortfolioField, NumberOutput>> {
  return outputsOf(applyNode(PORTFOLIO_STATE, {}, {}), PORTFOLIO_FIELDS);
}

/** Whose position, or fills, a state source reads. */
export interface PositionStateOptions {
  /** Symbol, or `*` (the default) for every instrument of the dataset: one lane each. */
  readonly instrument?: string;
  /**
   * Name of a strategy with a scope (`strategyScope`): what it holds, wants and fills itself. Without one, what all
   * strategies of the world do together.
   */
  readonly strategy?: string;
}

const WHOSE = ["instrument", "strategy"] as const satisfies readonly (keyof PositionStateOptions)[];

/**
 * The position in an instrument at the end of each bucket in which that has a bar: a lane an instrument, with the rows
 * of its finest bars.
 *
 * In units of the instrument: `quantity`, negative for a short position; `openQuantity`, what orders at work still
 * want, sales negative (children that wait for their parent want nothing). In units of price: `entryPrice`, the average
 * that was paid for what is held, null when flat. In units of the instrument's currency: `value` at its last close,
 * `unrealizedPnl` against what was paid, `realizedPnl` before fees since the start. Besides: `barsHeld`, the bars at
 * whose close it was held in one direction without a break, 0 when flat. Of an account that hedges, long and short
 * positions together; its `entryPrice` is null while both are held, as it is while several strategies hold one.
 *
 * Exposures of a strategy are sums over its lanes: `reduceSum(delayed(positionState({ strategy }).value, 1))`.
 *
 * @returns Outputs that want a lag: without one, an edge from them is refused (`graph/lag`).
 * @throws InputError a symbol that the dataset does not have, or a strategy that no decision has the scope of, is
 *   reported when the run is made.
 * @example
 * // Out after ten bars, whatever the signal says.
 * const { close } = bars();
 * const held = delayed(positionState().barsHeld, 1);
 * targetPercent(select(and(gt(close, sma(close, 20)), lt(coalesce(held, 0), 10)), 1, 0));
 */
export function positionState(options: PositionStateOptions = {}): Readonly<Record<PositionField, NumberOutput>> {
  const { instrument, strategy } = optionsOf("positionState", options, WHOSE);
  const node =
    strategy === undefined
      ? applyNode(POSITION_STATE, {}, { instrument })
      : applyNode(STRATEGY_POSITION, {}, { instrument, strategy });
  return outputsOf(node, POSITION_FIELDS);
}

/**
 * What filled in an instrument in each bucket in which that has a bar: a lane an instrument, with the rows of its
 * finest bars. What the engine closes itself, forced or by liquidation, is among it.
 *
 * In units of the instrument: `bought` and `sold`, neither with a sign; `adjusted`, what splits added to what was held,
 * negative for what they took, which is no fill. In units of the instrument's currency: `value`, the cash that the
 * fills brought before fees, negative for what they cost, and `fees`. Besides: `count`, the fills; `price`, their mean
 * by volume, null without a fill. Every other field is 0 then.
 *
 * A position is their sum: that of `bought - sold + adjusted` up to a row is `positionState().quantity` of that row,
 * and fees add up to those of the portfolio. Cash from other sources (dividends, funding, interest, the fraction of a
 * split) is no fill; `portfolioState().cash` has it.
 *
 * @returns Outputs that want a lag: without one, an edge from them is refused (`graph/lag`).
 * @throws InputError as `positionState`.
 * @example
 * // Cash as fills leave it, from 100,000 on.
 * const { value, fees } = fillState();
 * const cash = add(100_000, coalesce(cumSum(sub(delayed(value, 1), delayed(fees, 1))), 0));
 */
export function fillState(options: PositionStateOptions = {}): Readonly<Record<FillField, NumberOutput>> {
  const { instrument, strategy } = optionsOf("fillState", options, WHOSE);
  return outputsOf(applyNode(FILL_STATE, {}, { instrument, strategy }), FILL_FIELDS);
}

function outputsOf<F extends string>(node: GraphNode, fields: readonly F[]): Readonly<Record<F, NumberOutput>> {
  const outputs = fields.map((field) => [field, outputOf(node, field) as NumberOutput] as const);
  return Object.freeze(Object.fromEntries(outputs)) as Record<F, NumberOutput>;
}

export const STATE_SOURCES: readonly NodeSpec[] = [PORTFOLIO_STATE, POSITION_STATE, STRATEGY_POSITION, FILL_STATE];
