// Lowering of state sources: which lanes they have, and on which clocks their rows stand.

import { KEPT_BYTES, STATE_FILLS, STATE_PORTFOLIO, STATE_POSITION } from "../../assembly/abi-state.js";
import type { IssueList } from "../base/error.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { EVERY_INSTRUMENT } from "../nodes/bars.js";
import { FILL_STATE, PORTFOLIO_STATE } from "../nodes/state.js";
import type { PlanState } from "./plan.js";
import { ACCOUNT_LANE } from "./plan.js";
import type { PlanStreams } from "./streams.js";

/** One lane of a state source. */
export interface StateLane {
  readonly kind: number;
  /** -1 for the portfolio. */
  readonly instrument: number;
  /** -1 for all strategies together. */
  readonly strategy: number;
  readonly clock: number;
}

/**
 * Lanes of a state source: one of the portfolio, on the clock of all streams; one an instrument of positions and fills,
 * on that of its finest stream.
 *
 * @param strategies Of the plan, by name.
 * @param everyClock Clock of all streams.
 */
export function stateLanes(
  node: GraphNode,
  chosen: PlanStreams,
  strategies: readonly string[],
  everyClock: () => number,
): readonly StateLane[] {
  const whole = { kind: STATE_PORTFOLIO, instrument: -1, strategy: -1 };
  if (node.spec === PORTFOLIO_STATE) return [{ ...whole, clock: everyClock() }];
  const name = strategyNamed(node);
  const strategy = name === null ? -1 : strategies.indexOf(name);
  const kind = node.spec === FILL_STATE ? STATE_FILLS : STATE_POSITION;
  const symbol = node.params["instrument"];
  return chosen.instruments.flatMap((facts, instrument) => {
    if (symbol !== EVERY_INSTRUMENT && symbol !== facts.symbol) return [];
    return [{ kind, instrument, strategy, clock: chosen.find(instrument, null) }];
  });
}

/** Strategy that a state source is of; null for all together. */
function strategyNamed({ params }: GraphNode): string | null {
  const name = String(params["strategy"] ?? "");
  return name === "" ? null : name;
}

/** Reports a state source of a strategy that no decision of the graph acts for. */
export function checkStrategy(graph: Graph, node: GraphNode, strategies: readonly string[], issues: IssueList): void {
  const name = strategyNamed(node);
  if (name === null || strategies.includes(name)) return;
  const scoped = strategies.filter((each) => each !== "");
  const expected = scoped.length === 0 ? "no strategy: no decision has a scope" : `one of ${scoped.join(", ")}`;
  const advice = `Give its decisions the scope: gates: { strategy: strategyScope(${JSON.stringify(name)}) }.`;
  issues.add("graph/shape", `graph.${nodeLabel(graph, node)}.params.strategy`, expected, JSON.stringify(name), advice);
}

/** Instrument of the lane that a reader of a stream has. */
export function laneInstrument({ kind, instrument }: StateLane): number {
  return kind === STATE_PORTFOLIO ? ACCOUNT_LANE : instrument;
}

/** Streams of a plan in the making, each once. */
export class StateStreams {
  readonly states: PlanState[] = [];

  /** Index of the stream of a lane; made at the first call, with what it keeps among the node states. */
  indexOf(lane: StateLane, newState: (bytes: number) => number): number {
    const known = this.states.findIndex(
      ({ kind, instrument, strategy }) =>
        kind === lane.kind && instrument === lane.instrument && strategy === lane.strategy,
    );
    return known >= 0 ? known : this.states.push({ ...lane, keptOffset: newState(KEPT_BYTES) }) - 1;
  }
}
