// Names of tables: what the numbers in the tables of a run stand for.

import type { Params } from "../graph/spec.js";
import type { Currency, Instrument } from "../market/instrument.js";

/** A policy, or a commitment: its type, its params, and the policies that it consults. */
export interface PolicyFacts {
  readonly type: string;
  readonly params: Params;
  /** Index into `RunTables.policies` by the port that names it. */
  readonly consults: Readonly<Record<string, number>>;
}

/** Whose a decision is, as its gates say; null for what they do not. */
export interface DecisionOwner {
  /** World and strategy that its activation gate obeys. */
  readonly world: string | null;
  readonly strategy: string | null;
  /** Intent that it is made of. */
  readonly intentId: string | null;
}

/** What the numbers in the tables of a run stand for. */
export interface TableNames {
  readonly instruments: readonly Instrument[];
  readonly currency: Currency;
  /** NodeIDs of the decision nodes, in plan order. */
  readonly decisions: readonly string[];
  /** NodeID of the node set that each decision is a part of, null for none. */
  readonly sets: readonly (string | null)[];
  /** What says the slippage of each decision's own, `user:impact@1`; null for one that takes the run's. */
  readonly slippages: readonly (string | null)[];
  /** Whose each decision is. */
  readonly owners: readonly DecisionOwner[];
  /** NodeIDs of the policies, in plan order. */
  readonly policies: readonly string[];
  /** What each of them is, in the same order. */
  readonly policyFacts: readonly PolicyFacts[];
  /** Strategies with positions of their own, by name; the empty name is that of decisions without a scope. */
  readonly strategies: readonly string[];
  /** Index of each decision's strategy. */
  readonly strategyOf: readonly number[];
  /** Number of each instrument's currency, as the ledger has it. */
  readonly currencyOf: readonly number[];
  /** Whether an instrument has one position, or a long and a short one. */
  readonly positions: "netting" | "hedging";
  /** Names of the venues that orders were routed over, in the order of the configuration. */
  readonly venues: readonly string[];
}
