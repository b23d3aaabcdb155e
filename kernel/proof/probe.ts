// Probes: a graph that publishes every value of its nodes, so that runs can be compared node by node.
//
// Decisions, orders and events are those of the graph itself; its identity and its checkpoints are not, since what is
// published takes part in both.
//
// Always true:
//   probes stand in the order of the graph, inputs first.

import { digestShort } from "../base/digest.js";
import type { Graph } from "../graph/graph.js";
import { graph as made, nodeLabel } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import { nodeIdOf } from "../graph/identity.js";
import { isConstantSpec } from "../graph/constant.js";
import { outputOf } from "../graph/build.js";
import type { GraphNode, Output } from "../graph/node.js";
import { isSlippageSpec } from "../graph/slippage-model.js";
import type { SeriesLane } from "../run/host-nodes.js";
import type { RunResult } from "../run/run.js";

/** One value of a node, or a delayed edge from a state source. */
export interface Probe {
  readonly node: GraphNode;
  readonly nodeId: NodeId;
  readonly output: string;
  /** Rows of delay: those of an edge from a state source, else 0. */
  readonly lag: number;
  /** Name, or type and start of the NodeID, and the output where it has several: `macd 7c740cc89d1c.signal`. */
  readonly label: string;
  /** Name of the series. */
  readonly name: string;
}

/** A graph with its probes. */
export interface ProbedGraph {
  readonly graph: Graph;
  readonly probes: readonly Probe[];
}

/** Publishes every value that an edge or a published series of a graph takes, and every output of its other nodes. */
export function probed(graph: Graph): ProbedGraph {
  const outputs = graph.nodes.flatMap((node) => outputsOf(graph, node));
  const probes = outputs.map(({ node, output, lag }, index): Probe => {
    const isOnly = Object.keys(node.spec.outputs).length === 1;
    const label = isOnly ? labelOf(graph, node) : `${labelOf(graph, node)}.${output}`;
    return { node, nodeId: nodeIdOf(node), output, lag, label, name: `p${index}` };
  });
  const publish = Object.fromEntries(outputs.map((output, index) => [`p${index}`, output]));
  return { graph: made({ decisions: graph.decisions.map((node) => ({ node })), publish }), probes };
}

/** The name of a node in its graph, or its type and the start of its NodeID. */
export function labelOf(graph: Graph, node: GraphNode): string {
  const label = nodeLabel(graph, node);
  return label === digestShort(nodeIdOf(node)) ? `${node.spec.type} ${label}` : label;
}

function outputsOf(graph: Graph, node: GraphNode): readonly Output[] {
  const { kind } = node.spec;
  if (kind === "decision" || kind === "policy" || isConstantSpec(node.spec) || isSlippageSpec(node.spec)) return [];
  const edges = [...graph.nodes.flatMap((each) => Object.values(each.inputs)), ...graph.published.values()];
  const taken = edges.filter((edge) => edge.node === node) as readonly Output[];
  // A state source is read over delayed edges only; of bars, only the fields that somebody reads are columns.
  if (kind === "state") return distinct(taken);
  if (kind === "source") return distinct(taken.map((edge) => ({ ...edge, lag: 0 })));
  return Object.keys(node.spec.outputs).map((output) => outputOf(node, output) as Output);
}

function distinct(outputs: readonly Output[]): readonly Output[] {
  const isFirst = (each: Output, index: number): boolean =>
    outputs.findIndex((other) => other.output === each.output && other.lag === each.lag) === index;
  return outputs.filter(isFirst);
}

/** Lanes of each probe, by its name. */
export function probeLanes({ series }: RunResult): ReadonlyMap<string, readonly SeriesLane[]> {
  return new Map(series.map(({ name, lanes }) => [name, lanes]));
}
