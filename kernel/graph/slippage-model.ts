// Slippage models: how much worse than the market a fill is, in TypeScript.
//
// As of every user node, name, version and params are the identity, and the code is not: whatever it depends on is
// handed in as a param, and the version changes with it.
//
// Always true:
//   a model sees plain values, made for it, and gives a number; nothing that it does to them reaches the run.

import { InputError, IssueList } from "../base/error.js";
import { instantText } from "../data/civil-date.js";
import { applyNode } from "./build.js";
import { outputAt, shown } from "./node-check.js";
import type { GraphNode, Policy } from "./node.js";
import type { NodeSpec, Params } from "./spec.js";
import type { Defaults, UserSpec } from "./user-node.js";
import { checkedIdentity } from "./user-node.js";

/** A fill in which an order takes, before it is made worse. Prices are those of the instrument, quantities units. */
export interface SlippageContext<P extends object = Params> {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Type of the order: `market`, `stop`, `limit` when it is marketable on arrival, and so on. */
  readonly orderType: string;
  /** Units that fill unless the account cannot pay for all of them, above zero. */
  readonly quantity: number;
  /** Where the market stands: the open, the close, or the price that a walk has reached. */
  readonly price: number;
  /** The bar that fills. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Units traded in it; null when the tape does not say. */
  readonly volume: number | null;
  /** Name of the simulated venue; null for the run's own market. */
  readonly venue: string | null;
  /** Smallest step of prices. */
  readonly tick: number;
  /** Time of the fill, ns. */
  readonly timeNs: bigint;
  readonly params: P;
}

/** A node type of slippage models. */
export interface SlippageSpec extends UserSpec {
  readonly slippage: (context: SlippageContext) => number;
}

/** What a slippage model is. */
export interface SlippageModelParts<P extends Defaults> {
  /** Letters, digits, `_` and `-`. The node type is `user:` and this name. */
  readonly name: string;
  /** A whole number from 1 that changes whenever an answer of the code may change. */
  readonly version: number;
  /** Default by param; it gives the type too. Values reach the code this way only. */
  readonly params?: P;
  /**
   * Distance, in price, by which the fill is worse than `price`: finite, 0 or more. The run rounds it to the tick
   * against the account, keeps it in the bar under `capToBar`, and never fills beyond a limit.
   *
   * It must be a pure function of its argument: it is asked once for fills that are alike, and also for fills of walks
   * that are not taken.
   */
  readonly slippage: (context: SlippageContext<P>) => number;
}

/** Builder of slippage models of one type, for `gates.execution`. */
export interface SlippageModel<P extends Defaults = Defaults> {
  (params?: Partial<P>): Policy<"execution">;
  /** The node type, which `parseGraph` takes to read graphs with models of this type. */
  readonly spec: SlippageSpec;
}

/**
 * Declares a slippage model: what the orders of a decision lose when they take, in place of the run's `slippage`.
 *
 * @returns A builder function. It throws InputError as `applyNode` does.
 * @throws InputError `graph/user-node` with every issue of the declaration.
 * @example
 * const rootImpact = slippageModel({
 *   name: "root-impact", version: 1, params: { factor: 0.1 },
 *   slippage: ({ price, quantity, volume, tick, params }) =>
 *     volume === null || volume === 0 ? tick : params.factor * price * Math.sqrt(quantity / volume),
 * });
 * targetPercent(1, { gates: { execution: rootImpact({ factor: 0.05 }) } });
 */
export function slippageModel<P extends Defaults>(parts: SlippageModelParts<P>): SlippageModel<P> {
  const spec = checkedSpec(parts as unknown as SlippageModelParts<Defaults>);
  const build = (params: Params = {}): Policy<"execution"> =>
    outputAt(applyNode(spec, {}, params), "execution", "execution");
  return Object.freeze(Object.assign(build, { spec })) as SlippageModel<P>;
}

function checkedSpec(parts: SlippageModelParts<Defaults>): SlippageSpec {
  const issues = new IssueList();
  const { slippage } = parts;
  const { check, ...identity } = checkedIdentity(parts, issues);
  check(typeof slippage === "function", "slippage", "a function of a fill", slippage);
  issues.throwIfAny();
  return Object.freeze({
    ...identity,
    kind: "user",
    inputs: {},
    outputs: { execution: "execution" },
    schemaMajor: 1,
    period: () => 1,
    slippage: slippage as SlippageSpec["slippage"],
  } satisfies SlippageSpec);
}

/** True for node types of slippage models. */
export function isSlippageSpec(spec: NodeSpec): spec is SlippageSpec {
  return spec.kind === "user" && spec.outputs["execution"] === "execution";
}

/**
 * Asks a model.
 *
 * @throws InputError `run/user-node` when its code throws, or gives no distance.
 */
export function askSlippage({ spec }: GraphNode, context: SlippageContext): number {
  let distance: unknown;
  try {
    distance = (spec as SlippageSpec).slippage(context);
  } catch (cause) {
    const received = cause instanceof Error ? `${cause.name}: ${cause.message}` : shown(cause);
    // The cause keeps the stack of the user's own code.
    throw Object.assign(slippageError(spec, context, "slippage to return", received), { cause });
  }
  if (typeof distance === "number" && Number.isFinite(distance) && distance >= 0) return distance;
  throw slippageError(spec, context, "a distance in price, finite, 0 or more", shown(distance));
}

/** An error about what a model said of a fill. */
export function slippageError(
  { type }: NodeSpec,
  { symbol, timeNs }: SlippageContext,
  expected: string,
  received: string,
): InputError {
  const path = `${type} for ${symbol} at ${instantText(timeNs)}`;
  return new InputError([{ code: "run/user-node", path, expected, received }]);
}
