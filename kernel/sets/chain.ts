// The chain of a node set (`NODESETS.md` 1): what stands where between a signal and its portfolio, in order.
//
// Always true:
//   every place of the chain is named, an empty one too; what no node fills the loop itself does, in every set alike;
//   a component is named by its node type and version, the loop's own by the version of the semantics of runs.

import { constantNode, isSeries } from "../graph/node-check.js";
import type { GraphNode, Output } from "../graph/node.js";
import type { PortType } from "../graph/spec.js";
import type { NodeSpec } from "../graph/spec.js";
import type { Gates } from "../nodes/policy.js";
import { SEMANTICS_VERSION } from "../run/prepare.js";
import type { FillSeries } from "./set-portfolio.js";

/** Places of the chain, in order. */
export const CHAIN_PLACES = [
  "RiskControl",
  "TimingGate",
  "PreTradeGate",
  "Sizing",
  "Execution",
  "Router",
  "OrderPublish",
  "FillIngest",
  "Portfolio",
  "MicroBatch",
] as const;
export type ChainPlace = (typeof CHAIN_PLACES)[number];

/** One place of a chain. */
export interface ChainLink {
  readonly place: ChainPlace;
  /** Node type that stands there, or the part of the loop that does it; null for an empty place. */
  readonly component: string | null;
  readonly version: number | null;
  /** `wasm` in the loop, `user` a user node in TypeScript; null for an empty place. */
  readonly runs: "wasm" | "user" | null;
  readonly does: string;
}

type GateRole = "risk" | "timing" | "preTrade" | "activation" | "compliance";

/** What may stand in a place of its own. */
export interface ChainParts {
  readonly gates: Pick<
    Gates,
    GateRole | "router" | "execution" | "portfolio" | "publish"
  >;
  /** The decision that sends. */
  readonly sizing: NodeSpec;
  /** What was given in place of the set's own: series stand in for gates. */
  readonly given: Readonly<Partial<Record<GateRole | "sizing", unknown>>>;
  /** Fills as an ingest passes them on; null for the loop's own. */
  readonly fills?: FillSeries | null;
}

/** The chain of a set. Places of pre-trade, execution, fills and portfolio may have several links. */
export function chainOf({ gates, sizing, given, fills = null }: ChainParts): readonly ChainLink[] {
  const gate = (place: ChainPlace, role: GateRole, does: string): ChainLink => {
    const series = given[role];
    if (isSeries(series)) return ofSeries(place, series, "lets through the rows at which it is true");
    const policy = gates[role];
    return policy === undefined ? empty(place, "nothing is judged here") : ofNode(place, policy.node, does);
  };
  const account = "shortable facts, buying power, limits, minimums and room for orders";
  const preTrade = [
    gate("PreTradeGate", "preTrade", "what the account could not pay for or borrow, cut or refused as a policy"),
    gate("PreTradeGate", "activation", "freeze, drain and weight from outside"),
  ].filter(({ component }) => component !== null);
  const ofVenues = "regions, restricted instruments and orders a second of each venue, behind every other gate";
  const compliance = gate("PreTradeGate", "compliance", ofVenues);
  const size = given.sizing;
  return Object.freeze([
    gate("RiskControl", "risk", "drawdown, volatility, position, concentration and leverage of delayed snapshots"),
    gate("TimingGate", "timing", "hours of the instrument's calendar"),
    ...(preTrade.length === 0 ? [ofLoop("PreTradeGate", "account", account)] : preTrade),
    ...(compliance.component === null ? [] : [compliance]),
    isSeries(size)
      ? ofSeries("Sizing", size, "the quantity to hold")
      : { ...ofLoop("Sizing", sizing.type, "whole lots, rounded against the account"), version: sizing.version },
    ofLoop("Execution", "bars", "orders meet the bars: matching, half spread, volume, fees"),
    ...slippageOf(gates),
    gates.router === undefined
      ? empty("Router", "every order goes to the one market of the run")
      : ofNode("Router", gates.router.node, "the venue, or the split, of the least price, fee and latency penalty"),
    gates.publish === undefined
      ? ofLoop("OrderPublish", "publish", "only what was approved, under one key a bucket")
      : ofInput("OrderPublish", gates.publish, "the units of what was approved that are taken in a bucket"),
    ...(fills === null
      ? [ofLoop("FillIngest", "fill", "each fill once, numbered by order, never more than is wanted")]
      : ofEach("FillIngest", Object.values(fills), "fills as the set's portfolio sees them; the books take every one")),
    ...(gates.portfolio === undefined
      ? [ofLoop("Portfolio", "ledger", "positions, cash and snapshots, the identity asserted on every event")]
      : ofEach(
          "Portfolio",
          Object.values(gates.portfolio.node.inputs),
          "what risk and sizes take for the account; positions and cash stay those of the books",
        )),
    ofLoop("MicroBatch", "batches", "what a bucket left as one list; the last one at the end of data"),
  ]);
}

/** What says the half spread in place of the run. */
function slippageOf({ execution }: ChainParts["gates"]): readonly ChainLink[] {
  if (execution === undefined) return [];
  const node = typeof execution === "number" ? constantNode(execution) : execution.node;
  return [ofNode("Execution", node, "what takers lose to the half spread, in place of the run's slippage")];
}

function ofNode(place: ChainPlace, { spec }: GraphNode, does: string): ChainLink {
  return { place, component: spec.type, version: spec.version, runs: spec.kind === "user" ? "user" : "wasm", does };
}

function ofSeries(place: ChainPlace, series: Output, does: string): ChainLink {
  return ofNode(place, series.node, does);
}

/** A link for each type of node among those of some series. */
function ofEach(place: ChainPlace, series: readonly Output<PortType>[], does: string): readonly ChainLink[] {
  const links = series.map(({ node }) => ofNode(place, node, does));
  return links.filter(({ component }, i) => links.findIndex((link) => link.component === component) === i);
}

/** A series, or a plain value in its place. */
function ofInput(place: ChainPlace, input: Output | number | boolean, does: string): ChainLink {
  return ofNode(place, typeof input === "object" ? input.node : constantNode(input), does);
}

function ofLoop(place: ChainPlace, component: string, does: string): ChainLink {
  return { place, component, version: SEMANTICS_VERSION, runs: "wasm", does };
}

function empty(place: ChainPlace, does: string): ChainLink {
  return { place, component: null, version: null, runs: null, does };
}
