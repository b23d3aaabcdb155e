// Commitments of a plan: the record that holds one together, and what each of its lanes reads.

import { CYCLE_BYTES, KEPT_BYTES } from "../../assembly/abi-commitment.js";
import { POLICY_COMMITMENT } from "../../assembly/abi-policy.js";
import { compareText } from "../base/order.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import type { Params } from "../graph/spec.js";
import type { Instrument } from "../market/instrument.js";
import { POLICY_PORTS, sectorEntry } from "../nodes/commitment.js";
import { shareE9 } from "../nodes/policy-spec.js";
import type { Lowering } from "./lower.js";
import type { PlanCommitmentLane, PlanDecision, PlanPolicy } from "./plan.js";

/** Ports of a commitment that its lanes read besides the confidence. */
export const LANE_PORTS = ["defer", "atr", "earningsIn", "share"] as const;
export type LanePort = (typeof LANE_PORTS)[number];

const SECOND_NS = 1_000_000_000n;

/**
 * Adds a commitment of so many lanes to the policies of a plan; their decisions are added as they are made.
 *
 * @param capital Share of equity that its strategy reckons with.
 */
export function addCommitment(lowering: Lowering, node: GraphNode, laneCount: number, capital: number): void {
  const length = (param: string): bigint => BigInt(node.params[param] as number);
  lowering.policies.push({
    node,
    code: POLICY_COMMITMENT,
    params: [
      ...Object.keys(POLICY_PORTS).map((port) => lowering.placeOf(node, port)),
      length("cycle") * SECOND_NS,
      length("cycleMax"),
      length("age") * SECOND_NS,
      shareE9(capital),
    ],
    stateOffset: lowering.newState(CYCLE_BYTES + laneCount * KEPT_BYTES),
    lanes: [],
  });
}

/** What the next lane of a commitment says; `columns` are those that are connected. */
export function nextLane(
  lowering: Lowering,
  node: GraphNode,
  facts: Instrument,
  columns: ReadonlyMap<LanePort, number>,
): PlanCommitmentLane {
  const owner = lowering.policies.findIndex((policy) => policy.node === node);
  const column = (port: LanePort): number | null => columns.get(port) ?? null;
  if (facts.inverse === true) {
    const path = `graph.${nodeLabel(lowering.graph, node)}`;
    lowering.issues.add("instrument/fact", path, "contracts whose value rises with their price", facts.symbol);
  }
  return {
    number: lowering.policies[owner]?.lanes?.length ?? 0,
    owner,
    defer: column("defer"),
    atr: column("atr"),
    earningsIn: column("earningsIn"),
    share: column("share"),
    sector: sectorOf(node.params, facts.symbol),
    priceScale: Number(10n ** BigInt(facts.priceDecimals)),
  };
}

/** Adds the decision of a lane that was made. */
export function addLane(lowering: Lowering, decision: PlanDecision): void {
  if (decision.lane === undefined) return;
  const { lanes } = lowering.policies[decision.lane.owner] as PlanPolicy;
  (lanes as PlanDecision[]).push(decision);
}

/** Number of a symbol's sector, from 1 in the order of their names; 0 for none. */
function sectorOf(params: Params, symbol: string): number {
  const entries = (params["sectors"] as readonly string[]).map(sectorEntry).filter((entry) => entry !== null);
  const names = [...new Set(entries.map(([, sector]) => sector))].sort(compareText);
  const own = entries.find(([each]) => each === symbol);
  return own === undefined ? 0 : names.indexOf(own[1]) + 1;
}
