// Graph difference: what two graphs have of their own, found from their decisions down.
//
// A param that changes gives a new NodeID to its node and to everything below it. So nodes are paired from the
// decisions and published series upwards, port by port, and only what differs in itself is told: not what differs by
// its inputs.
//
// Always true:
//   graphs of one GraphID have no difference.

import { canonicalJson } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode, Output } from "../graph/node.js";
import type { PortType } from "../graph/spec.js";
import { labelOf } from "./probe.js";

/** A node of one graph. */
export interface NodeWord {
  readonly nodeId: NodeId;
  readonly label: string;
  readonly type: string;
}

/** Two nodes in one place. */
export interface NodeChange {
  /** Null where a graph has nothing in that place. */
  readonly a: NodeWord | null;
  readonly b: NodeWord | null;
  /** What differs: `param period`, `type`, `version`, `interval`, `lag of x`, with both values as text. */
  readonly changes: readonly { readonly what: string; readonly a: string; readonly b: string }[];
}

/** The differences of two graphs, decisions first. */
export function graphDifference(a: Graph, b: Graph): readonly NodeChange[] {
  return pairedNodes(a, b).flatMap(({ a: one, b: two, changes }) =>
    one !== null && two !== null && changes.length === 0 ? [] : [{ a: word(a, one), b: word(b, two), changes }],
  );
}

/** Two nodes in one place whose NodeIDs differ; null where a graph has nothing there. */
export interface NodePair {
  readonly a: GraphNode | null;
  readonly b: GraphNode | null;
  /** What differs besides their inputs. */
  readonly changes: NodeChange["changes"];
}

/** All pairs of nodes that are not the same, each before what it is made from. */
export function pairedNodes(a: Graph, b: Graph): readonly NodePair[] {
  const found: NodePair[] = [];
  const seen = new Set<string>();
  const walk = (one: GraphNode | null, two: GraphNode | null): void => {
    const ids = [one, two].map((node) => (node === null ? null : nodeIdOf(node)));
    const key = ids.join(" ");
    if (ids[0] === ids[1] || seen.has(key)) return;
    seen.add(key);
    if (one === null || two === null) return void found.push({ a: one, b: two, changes: [] });
    found.push({ a: one, b: two, changes: ownChanges(one, two) });
    if (one.spec.type !== two.spec.type) return;
    for (const port of Object.keys(one.spec.inputs)) {
      const [left, right] = [one.inputs[port]?.node ?? null, two.inputs[port]?.node ?? null];
      if (left !== null || right !== null) walk(left, right);
    }
  };
  for (const [one, two] of pairs(a.decisions, b.decisions)) walk(one, two);
  for (const name of new Set([...a.published.keys(), ...b.published.keys()]))
    walk(a.published.get(name)?.node ?? null, b.published.get(name)?.node ?? null);
  return found;
}

/** Nodes of one NodeID left out, the others by type, in order. */
function pairs(
  a: readonly GraphNode[],
  b: readonly GraphNode[],
): readonly (readonly [GraphNode | null, GraphNode | null])[] {
  const ids = new Set(a.map(nodeIdOf));
  const shared = new Set(b.map(nodeIdOf).filter((id) => ids.has(id)));
  const [left, right] = [a, b].map((nodes) => nodes.filter((node) => !shared.has(nodeIdOf(node)))) as [
    GraphNode[],
    GraphNode[],
  ];
  const paired = left.map((one) => {
    const at = right.findIndex((two) => two.spec.type === one.spec.type);
    return [one, at < 0 ? null : (right.splice(at, 1)[0] as GraphNode)] as const;
  });
  return [...paired, ...right.map((two) => [null, two] as const)];
}

/** A node as messages name it. */
export function wordOf(graph: Graph, node: GraphNode): NodeWord {
  return { nodeId: nodeIdOf(node), label: labelOf(graph, node), type: node.spec.type };
}

function word(graph: Graph, node: GraphNode | null): NodeWord | null {
  return node === null ? null : wordOf(graph, node);
}

/** What differs between two nodes besides what their inputs are made of. */
function ownChanges(a: GraphNode, b: GraphNode): NodeChange["changes"] {
  const changes: { what: string; a: string; b: string }[] = [];
  const compare = (what: string, one: string, two: string): void => {
    if (one !== two) changes.push({ what, a: one, b: two });
  };
  compare("type", a.spec.type, b.spec.type);
  if (changes.length > 0) return changes;
  compare("version", String(a.spec.version), String(b.spec.version));
  compare("interval", a.interval ?? "its inputs'", b.interval ?? "its inputs'");
  for (const param of new Set([...Object.keys(a.params), ...Object.keys(b.params)])) {
    const [one, two] = [a.params[param], b.params[param]].map((value) => canonicalJson(value ?? null));
    compare(`param ${param}`, one as string, two as string);
  }
  for (const port of Object.keys(a.spec.inputs)) {
    compare(`lag of ${port}`, lagText(a.inputs[port]), lagText(b.inputs[port]));
    compare(`output into ${port}`, a.inputs[port]?.output ?? "none", b.inputs[port]?.output ?? "none");
  }
  return changes;
}

function lagText(input: Output<PortType> | undefined): string {
  return String(input?.lag ?? 0);
}
