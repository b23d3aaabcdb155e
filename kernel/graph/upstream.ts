// Upstream: everything that some nodes are made from, inputs before the nodes that take them.

import type { GraphNode } from "./node.js";

/**
 * The nodes and all nodes they depend on, each object once, inputs first.
 *
 * Walks with a stack of its own, because a chain of nodes may be longer than the call stack is deep.
 *
 * @param isKnown Nodes for which it holds are left out, with everything above them.
 */
export function upstreamOf(roots: readonly GraphNode[], isKnown: (node: GraphNode) => boolean): GraphNode[] {
  const ordered: GraphNode[] = [];
  const opened = new Set<GraphNode>();
  const closed = new Set<GraphNode>();
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as GraphNode;
    if (closed.has(node) || isKnown(node)) {
      stack.pop();
    } else if (opened.has(node)) {
      stack.pop();
      closed.add(node);
      ordered.push(node);
    } else {
      opened.add(node);
      for (const input of Object.values(node.inputs).reverse()) stack.push(input.node);
    }
  }
  return ordered;
}
