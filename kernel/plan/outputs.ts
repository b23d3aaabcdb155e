// Outputs of a graph: which of them anything takes, and their order by content.

import { compareText } from "../base/order.js";
import type { Graph } from "../graph/graph.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode, Output } from "../graph/node.js";

/** Order of outputs by their content, which has no names in it. */
export function compareOutputs(a: Output, b: Output): number {
  const byNode = compareText(nodeIdOf(a.node), nodeIdOf(b.node));
  return byNode || compareText(a.output, b.output) || a.lag - b.lag;
}

/** Stands for an output of a node in `usedOutputs`. */
export function usedKey(node: GraphNode, output: string): string {
  return `${nodeIdOf(node)} ${output}`;
}

/** Outputs that an edge or a published series takes. */
export function usedOutputs(graph: Graph): ReadonlySet<string> {
  const outputs = [...graph.nodes.flatMap((node) => Object.values(node.inputs)), ...graph.published.values()];
  return new Set(outputs.map((output) => usedKey(output.node, output.output)));
}
