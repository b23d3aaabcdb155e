// Graph: decisions and published series with all nodes they are made from, each node once by its content.
//
// Always true:
//   nodes stand inputs first: by depth, then by NodeID, whatever the order in which they were built;
//   two nodes of a graph have different NodeIDs; inputs, decisions and published outputs point at nodes of the graph;
//   decisions are ordered by NodeID and published series by name; an order that a decision refers to is one of them.
//
// Not here: the graph as JSON (`canonical.ts`, `parse.ts`), how it runs (`kernel/plan`).

import { crc32Text } from "../base/crc32.js";
import { digestShort } from "../base/digest.js";
import { IssueList } from "../base/error.js";
import { compareText } from "../base/order.js";
import type { GraphId, NodeId } from "./identity.js";
import { checksumOf, graphIdOf, nodeIdOf } from "./identity.js";
import { addUnlaggedState, isOutput, isSeries, isUnlaggedState, shown } from "./node-check.js";
import type { Decision, GraphNode, Output } from "./node.js";
import type { PortType } from "./spec.js";
import { upstreamOf } from "./upstream.js";

/** What a graph is made from. */
export interface GraphParts {
  /** Nodes that act. Orders that these refer to act as well, whether listed or not. */
  readonly decisions?: readonly Decision[];
  /** Series that the results show, by name. */
  readonly publish?: Readonly<Record<string, Output>>;
  /** Names of further nodes, for messages and drawings. They take no part in any identity. */
  readonly names?: Readonly<Record<string, Output<PortType> | Decision>>;
}

/** A frozen graph. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly decisions: readonly GraphNode[];
  readonly published: ReadonlyMap<string, Output>;
  /** Nodes by name: the names that were given, and the names of published series. */
  readonly names: ReadonlyMap<string, GraphNode>;
  readonly graphId: GraphId;
  /** CRC-32 of the NodeIDs of all nodes, eight hexadecimal digits. */
  readonly checksum: string;
}

/** Names are columns of results and words of messages, so they are plain words. */
export const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
export const NAME_EXPECTED = "letters, digits, _ and -, not starting with a digit or -, at most 64";

/**
 * Makes a graph.
 *
 * @returns Frozen. Its nodes are equal in content to the given ones, but may be other objects.
 * @throws InputError with every issue: `graph/no-output` without a decision and a published series, `graph/type` for
 *   values that are neither, `graph/lag` for a state source that is published without a lag, `graph/duplicate-name`,
 *   `graph/shape` for a name that is not a plain word,
 *   `graph/user-node` when one name and version of a user node has two implementations.
 * @example graph({ decisions: [targetPercent(select(crossOver(fast, slow), 1, 0))], publish: { fast, slow } })
 */
export function graph(parts: GraphParts): Graph {
  const issues = new IssueList();
  const decisions = checkedDecisions(parts, issues);
  const publish = checkedNamed(parts.publish ?? {}, "publish", isSeries, issues);
  for (const [name, output] of publish) {
    if (isUnlaggedState(output)) addUnlaggedState(output, `publish.${name}`, issues);
  }
  const names = checkedNamed(parts.names ?? {}, "names", isNamed, issues);
  if (decisions.length + publish.length === 0 && issues.issues.length === 0) {
    issues.add("graph/no-output", "graph", "at least one decision or published series", "none");
  }
  const roots = [...decisions, ...[...publish, ...names].map(([, value]) => value.node)];
  checkUserNodes(roots, issues);
  checkNames(publish, names, issues);
  issues.throwIfAny();
  return assembled(decisions, publish, names);
}

/** The name of a node in a graph (the first in the order of texts), or the start of its NodeID. */
export function nodeLabel(graph: Graph, node: GraphNode): string {
  const id = nodeIdOf(node);
  for (const [name, named] of graph.names) if (nodeIdOf(named) === id) return name;
  return digestShort(id);
}

type Named<T> = readonly (readonly [string, T])[];

function checkedDecisions(parts: GraphParts, issues: IssueList): readonly GraphNode[] {
  const nodes: GraphNode[] = [];
  for (const [index, decision] of (parts.decisions ?? []).entries()) {
    const node = (decision as Partial<Decision> | null)?.node;
    if (node?.spec?.kind === "decision") nodes.push(node);
    else issues.add("graph/type", `decisions.${index}`, "a decision, such as a target or an order", shown(decision));
  }
  return nodes;
}

function checkedNamed<T>(
  record: Readonly<Record<string, T>>,
  path: string,
  isFine: (value: unknown) => boolean,
  issues: IssueList,
): Named<T> {
  const entries = Object.entries(record).sort(([a], [b]) => compareText(a, b));
  return entries.filter(([name, value]) => {
    if (!NAME_PATTERN.test(name)) issues.add("graph/shape", `${path}.${name}`, NAME_EXPECTED, JSON.stringify(name));
    if (isFine(value)) return true;
    issues.add("graph/type", `${path}.${name}`, path === "publish" ? "a series" : "an output of a node", shown(value));
    return false;
  });
}

function isNamed(value: unknown): boolean {
  return isOutput(value) || (value as Partial<Decision> | null)?.node?.spec?.kind === "decision";
}

/** One name and version of a user node must stand for one implementation, since identities cannot see the code. */
function checkUserNodes(roots: readonly GraphNode[], issues: IssueList): void {
  const specs = new Map<string, GraphNode["spec"]>();
  for (const { spec } of upstreamOf(roots, () => false)) {
    if (spec.kind !== "user") continue;
    const key = JSON.stringify([spec.type, spec.version]);
    const known = specs.get(key) ?? spec;
    specs.set(key, known);
    if (known === spec || issues.issues.some((issue) => issue.path === spec.type)) continue;
    const advice = "Give the changed one a new version, or hand what differs in as a param.";
    issues.add("graph/user-node", spec.type, `one implementation of version ${spec.version}`, "two", advice);
  }
}

function checkNames(publish: Named<Output>, names: Named<Decision>, issues: IssueList): void {
  const published = new Map(publish);
  for (const [name, { node }] of names) {
    const other = published.get(name);
    if (other === undefined || nodeIdOf(other.node) === nodeIdOf(node)) continue;
    issues.add("graph/duplicate-name", `names.${name}`, "one node for each name", `a published series of another node`);
  }
}

function assembled(decisions: readonly GraphNode[], publish: Named<Output>, names: Named<Decision>): Graph {
  const canonical = canonicalNodes([...decisions, ...publish.map(([, output]) => output.node)]);
  const nodeOf = (node: GraphNode): GraphNode | undefined => canonical.get(nodeIdOf(node));
  const rewired = (output: Output): Output => Object.freeze({ ...output, node: nodeOf(output.node) as GraphNode });
  const named = new Map<string, GraphNode>();
  const pairs = [...publish, ...names].sort(([a], [b]) => compareText(a, b));
  for (const [name, value] of pairs) {
    // A name of a node that nothing depends on has nothing to name here.
    const node = nodeOf(value.node);
    if (node !== undefined) named.set(name, node);
  }
  // Inputs bring the orders that a decision refers to.
  const acting = [...canonical.values()].filter(({ spec }) => spec.kind === "decision");
  acting.sort((a, b) => compareText(nodeIdOf(a), nodeIdOf(b)));
  return Object.freeze({
    nodes: Object.freeze([...canonical.values()]),
    decisions: Object.freeze(acting),
    published: new Map(publish.map(([name, output]) => [name, rewired(output)])),
    names: named,
    graphId: graphIdOf(
      acting,
      publish.map(([, output]) => output),
    ),
    checksum: crc32Text(checksumOf(canonical.keys())),
  });
}

/** One node for each NodeID, wired to each other, in the order of the graph. */
function canonicalNodes(roots: readonly GraphNode[]): Map<NodeId, GraphNode> {
  const found = new Map<NodeId, { readonly id: NodeId; readonly node: GraphNode; readonly depth: number }>();
  for (const node of upstreamOf(roots, () => false)) {
    const id = nodeIdOf(node);
    if (found.has(id)) continue;
    let depth = 0;
    const inputs = Object.entries(node.inputs).map(([port, input]) => {
      const above = found.get(nodeIdOf(input.node)) as { readonly node: GraphNode; readonly depth: number };
      depth = Math.max(depth, above.depth + 1);
      return [port, Object.freeze({ ...input, node: above.node })] as const;
    });
    // A node whose inputs stayed keeps its object, and with it the id that was computed for it.
    const isWired = inputs.every(([port, input]) => input.node === node.inputs[port]?.node);
    const wired = isWired ? node : Object.freeze({ ...node, inputs: Object.freeze(Object.fromEntries(inputs)) });
    found.set(id, { id, node: wired, depth });
  }
  const ordered = [...found.values()].sort((a, b) => a.depth - b.depth || compareText(a.id, b.id));
  return new Map(ordered.map(({ id, node }) => [id, node]));
}
