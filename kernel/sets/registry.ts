// Registry of node sets: the ones that ship, and those that a user adds.

import { nearestText } from "../base/nearest.js";
import { shown } from "../graph/node-check.js";
import type { NumberInput } from "../graph/node.js";
import { COMMITMENT, decisionEngine } from "../nodes/commitment.js";
import { activationGate } from "../nodes/policy.js";
import type { Intent } from "./intent.js";
import type { AttachedSet, AttachOptions, NodeSet } from "./node-set.js";
import { defineNodeSet, setError, venueGate, venueGates } from "./node-set.js";
import { BINANCE_FUTURES, BINANCE_SPOT, IBKR_US_STOCKS } from "./venues.js";

/** The decision alone: what a target without gates is. */
export const PLAIN: NodeSet = defineNodeSet({
  name: "plain",
  version: 1,
  summary: "The decision alone, with the account's own checks: what a target without gates is.",
  gates: () => ({}),
});

export const CCXT_SPOT: NodeSet = defineNodeSet({
  name: "ccxt_spot",
  version: 1,
  summary: "Coins bought and sold for cash on a crypto exchange, never short.",
  profile: BINANCE_SPOT,
  gates: venueGates(false, BINANCE_SPOT),
});

export const CCXT_FUTURES: NodeSet = defineNodeSet({
  name: "ccxt_futures",
  version: 1,
  summary: "Perpetuals margined in USDT: leverage, margin mode, hedge mode, liquidation and funding.",
  profile: BINANCE_FUTURES,
  gates: venueGates(false, BINANCE_FUTURES),
  funding: "required",
});

export const IBKR_LIKE: NodeSet = defineNodeSet({
  name: "ibkr_like",
  version: 1,
  summary: "Shares in a margin account with fees by the share, in the hours of the exchange.",
  profile: IBKR_US_STOCKS,
  gates: venueGates(true, IBKR_US_STOCKS),
});

export const INTENT_FIRST: NodeSet = defineNodeSet({
  name: "intent_first",
  version: 1,
  summary: "A list of intents as data, each of which becomes an order or a target at its time.",
  entry: "intents",
  gates: venueGates(false),
});

export const DECISION_ENGINE: NodeSet = defineNodeSet({
  name: "decision_engine",
  version: 1,
  summary: "Recommendations in, orders out: checks, sizer, breaker, reserve, tiers, stops and rebalance.",
  gates: ({ world = "default", strategy = "*" }) => ({
    preTrade: venueGate(),
    activation: activationGate({ world, strategy, assume: "active" }),
  }),
  decide: (confidence, { engine = {}, instrument }, gates) =>
    decisionEngine(confidence, { ...engine, ...(instrument === undefined ? {} : { instrument }), gates }),
  sizing: COMMITMENT,
});

/** The sets that ship. */
export const NODE_SETS: readonly NodeSet[] = [PLAIN, CCXT_SPOT, CCXT_FUTURES, IBKR_LIKE, INTENT_FIRST, DECISION_ENGINE];

/** Node sets by name. */
export interface NodeSetRegistry {
  readonly names: readonly string[];
  /** @throws InputError `config/field` for a name that is not known. */
  get(name: string): NodeSet;
  /** Attaches the set of a name behind a signal. Errors as `get` and `NodeSet.attach`. */
  make(
    name: string,
    entry: NumberInput | readonly Intent[],
    world: string,
    options?: Omit<AttachOptions, "world">,
  ): AttachedSet;
}

/**
 * A registry of the sets that ship and of others.
 *
 * @throws InputError `config/field` for two sets of one name.
 * @example
 * const attached = nodeSetRegistry().make("ccxt_spot", select(gt(close, sma(close, 50)), 1, 0), "default");
 * graph({ decisions: attached.decisions });
 */
export function nodeSetRegistry(others: readonly NodeSet[] = []): NodeSetRegistry {
  const sets = new Map<string, NodeSet>();
  for (const set of [...NODE_SETS, ...others]) {
    if (sets.has(set.name)) throw setError(`nodeSets.${set.name}`, "one set a name", "two");
    sets.set(set.name, set);
  }
  const names = Object.freeze([...sets.keys()]);
  const get = (name: string): NodeSet => {
    const set = sets.get(name);
    if (set !== undefined) return set;
    const near = nearestText(String(name), names);
    const advice = near === null ? undefined : `Did you mean ${near}?`;
    throw setError("nodeSets", `one of ${names.join(", ")}`, shown(name), advice);
  };
  return Object.freeze({
    names,
    get,
    make: (
      name: string,
      entry: NumberInput | readonly Intent[],
      world: string,
      options: Omit<AttachOptions, "world"> = {},
    ) => get(name).attach(entry, { ...options, world }),
  });
}
