// Decisions of a plan: which instrument each lane of a target trades, and on which rows.

import {
  DECISION_BYTES,
  DECISION_ORDER,
  DECISION_TARGET_PERCENT,
  DECISION_TARGET_QUANTITY,
  DECISION_TARGET_VALUE,
} from "../../assembly/abi-decision.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode, Output } from "../graph/node.js";
import type { Instrument } from "../market/instrument.js";
import { EVERY_INSTRUMENT } from "../nodes/bars.js";
import type { Lowering } from "./lower.js";
import type { PlanLane } from "./plan.js";

/** Kind of each decision node, as the data plane numbers them. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ["targetPercent", DECISION_TARGET_PERCENT],
  ["targetValue", DECISION_TARGET_VALUE],
  ["targetQuantity", DECISION_TARGET_QUANTITY],
  ["marketOrder", DECISION_ORDER],
]);

/** Bytes of a decision's state: its last value and whether there is one. */
const STATE_BYTES = 16;

/** Most decisions of a plan: their table must stay far below the memory. */
const DECISIONS_MAX = Math.floor((1 << 26) / DECISION_BYTES);

/** Adds the decisions of a node, one an instrument that it trades. */
export function lowerDecision(lowering: Lowering, node: GraphNode): void {
  const [port] = Object.keys(node.spec.inputs);
  const values = lowering.lanesOf(node.inputs[port as string] as Output);
  const when = node.inputs["when"];
  const triggers = when === undefined ? null : lowering.lanesOf(when);
  for (const [instrument, value] of tradedLanes(lowering, node, values, triggers ?? [])) {
    const trigger = triggers === null ? null : pickTrigger(lowering, node, triggers, instrument);
    const own = lowering.chosen.find(instrument, null);
    const clocks = [value.clock, trigger?.clock ?? null];
    const clock = clocks.every((each) => each === null) ? own : lowering.unionClock(clocks);
    const valueColumn = lowering.aligned(value, clock);
    const whenColumn = trigger === null ? null : lowering.aligned(trigger, clock, true);
    const facts = lowering.chosen.instruments[instrument] as Instrument;
    const kind = KINDS.get(node.spec.type) as number;
    lowering.mix(valueColumn, clock);
    if (whenColumn !== null) lowering.mix(whenColumn, clock);
    lowering.decisions.push({
      kind,
      node,
      instrument,
      clock,
      value: valueColumn,
      when: whenColumn,
      stateOffset: lowering.newState(STATE_BYTES),
      scale: scaleOf(kind, facts),
    });
  }
  if (lowering.decisions.length > DECISIONS_MAX) {
    lowering.issues.add(
      "run/resources",
      `graph.${nodeLabel(lowering.graph, node)}`,
      `at most ${DECISIONS_MAX} decisions`,
      "more",
    );
  }
}

/** Instruments that a node trades, each with the lane of its value. */
function tradedLanes(
  lowering: Lowering,
  node: GraphNode,
  lanes: readonly PlanLane[],
  triggers: readonly PlanLane[],
): readonly (readonly [number, PlanLane])[] {
  const { instruments } = lowering.chosen;
  const symbol = node.params["instrument"];
  const only = lanes[0] as PlanLane;
  const path = `graph.${nodeLabel(lowering.graph, node)}`;
  if (symbol !== EVERY_INSTRUMENT) {
    const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
    const lane = lanes.length === 1 ? only : lanes.find((each) => each.instrument === index);
    if (lane !== undefined && index >= 0) return [[index, lane]];
    lowering.issues.add(
      "graph/shape",
      path,
      `a target with a lane of ${String(symbol)}`,
      `${lanes.length} lanes of other instruments`,
    );
    return [];
  }
  if (lanes.length > 1 || only.instrument >= 0) return lanes.map((lane) => [lane.instrument, lane]);
  // A constant trades what its trigger is made from, whatever else the graph trades.
  const own = triggers.filter((lane) => lane.instrument >= 0);
  if (only.clock === null && own.length > 0) return own.map((lane) => [lane.instrument, only]);
  // A constant, or a series over all instruments, trades the one instrument there is; a constant trades each of several
  // alike.
  if (instruments.length === 1 || only.clock === null) return instruments.map((_, index) => [index, only]);
  const advice = 'Say which: targetPercent(x, { instrument: "SPY" }).';
  lowering.issues.add(
    "graph/shape",
    path,
    "to know which instrument is traded",
    "a target that belongs to no single one",
    advice,
  );
  return [];
}

function pickTrigger(
  lowering: Lowering,
  node: GraphNode,
  triggers: readonly PlanLane[],
  instrument: number,
): PlanLane | null {
  if (triggers.length === 1) return triggers[0] as PlanLane;
  const own = triggers.find((lane) => lane.instrument === instrument);
  if (own !== undefined) return own;
  const path = `graph.${nodeLabel(lowering.graph, node)}.when`;
  lowering.issues.add(
    "graph/shape",
    path,
    "a trigger with a lane of each traded instrument",
    `${triggers.length} lanes of others`,
  );
  return null;
}

/** Factor from a decision's value to an integer: 1e9 for a share, the decimals of money or quantity otherwise. */
function scaleOf(kind: number, facts: Instrument): number {
  if (kind === DECISION_TARGET_PERCENT) return 1e9;
  return Number(10n ** BigInt(kind === DECISION_TARGET_VALUE ? facts.currency.decimals : facts.sizeDecimals));
}
