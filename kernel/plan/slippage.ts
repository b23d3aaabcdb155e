// Slippage of decisions: what a plan has of it, and its place in the memory of a run.

import * as abi from "../../assembly/abi-slippage.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode, Output } from "../graph/node.js";
import { isSlippageSpec } from "../graph/slippage-model.js";
import { upstreamOf } from "../graph/upstream.js";
import type { Lowering } from "./lower.js";
import type { Plan, PlanGates, PlanLane } from "./plan.js";

/** A decision in an instrument, and the lane of what it says of its slippage. */
interface Slipping {
  readonly node: GraphNode;
  readonly instrument: number;
  readonly slippage: PlanLane | null;
}

/**
 * The column that a decision's slippage is read from, on a clock that has a row wherever its instrument has a bar to
 * fill on; null without a series. Reports a series that is not there yet when a bucket settles.
 */
export function slippageColumn(
  lowering: Lowering,
  { node, instrument, slippage }: Slipping,
): PlanGates["slippage"] {
  if (slippage === null) return null;
  checkSettled(lowering, node);
  const clock = lowering.unionClock([slippage.clock, lowering.chosen.find(instrument, null)]);
  const column = lowering.aligned(slippage, clock);
  lowering.mix(column, clock);
  return { column, clock };
}

/** A bucket fills before what follows from state sources is computed in it. */
function checkSettled({ graph, issues }: Lowering, node: GraphNode): void {
  const above = upstreamOf([(node.inputs["slippageGate"] as Output).node], () => false);
  const state = above.find(({ spec }) => spec.kind === "state");
  if (state === undefined) return;
  const path = `graph.${nodeLabel(graph, node)}.inputs.slippageGate`;
  const expected = "a series of market data: fills of a bucket come before what reads the account in it";
  const received = `one that follows from ${state.spec.type} ${nodeLabel(graph, state)}`;
  const advice = "Take what it needs from bars, or write a slippageModel.";
  if (issues.issues.some((issue) => issue.path === path)) return;
  issues.add("graph/order", path, expected, received, advice);
}

/** Slippage models of a graph, in its order. */
export function slippageModels({ nodes }: Graph): readonly GraphNode[] {
  return nodes.filter(({ spec }) => isSlippageSpec(spec));
}

/** Index of a slippage model, null for none. */
export function modelOf({ graph }: Lowering, node: GraphNode | undefined): number | null {
  return node === undefined ? null : slippageModels(graph).indexOf(node);
}

/** True when a decision of a plan has slippage of its own. */
export function hasOwnSlippage({ decisions }: Plan): boolean {
  return decisions.some(({ gates }) => gates !== null && (gates.slippage !== null || gates.model !== null));
}

/** Bytes of the record of the slippage of decisions. */
export function slippageBytes(plan: Plan): number {
  return hasOwnSlippage(plan) ? abi.SLIPPAGE_BYTES : 0;
}

/** Bytes of the questions to slippage models. */
export function questionBytes({ models }: Plan): number {
  return models.length === 0 ? 0 : (abi.QUESTIONS_MAX + 1) * abi.QUESTION_BYTES;
}

/** Addresses that the record is written with. */
export interface SlippagePlaces {
  readonly slippage: number;
  readonly questions: number;
  /** Of what a pass keeps, and its bytes. */
  readonly passKept: number;
  readonly passBytes: number;
}

/** Writes the record into zeroed memory. */
export function writeSlippage(view: DataView, plan: Plan, places: SlippagePlaces): void {
  if (!hasOwnSlippage(plan)) return;
  const i32 = (offset: number, value: number): void => view.setInt32(places.slippage + offset, value, true);
  i32(abi.SLIPPAGE_MODELS, plan.models.length);
  i32(abi.SLIPPAGE_QUESTIONS, places.questions);
  i32(abi.SLIPPAGE_KEPT, places.passKept);
  i32(abi.SLIPPAGE_KEPT_BYTES, places.passBytes);
}
