// Canonical document: a graph as JSON, the form in which graphs are stored, sent and compared.
//
// Always true:
//   graphs with equal ids and equal names have equal documents, byte for byte;
//   reading a document back gives the same ids.
//
// Not here: reading (`parse.ts`).

import { canonicalJson } from "../base/jcs.js";
import { compareText } from "../base/order.js";
import type { Graph } from "./graph.js";
import type { GraphId, NodeContent, NodeId, OutputRef } from "./identity.js";
import { nodeContent, nodeIdOf, outputRef } from "./identity.js";

export const GRAPH_FORMAT = "goldentape/graph@1";

/** A graph as JSON. */
export interface GraphDocument {
  readonly format: typeof GRAPH_FORMAT;
  readonly graphId: GraphId;
  /** CRC-32 of the NodeIDs of all nodes, eight hexadecimal digits. */
  readonly crc32: string;
  /** Sorted by id. */
  readonly nodes: readonly (NodeContent & { readonly id: NodeId })[];
  /** Sorted. */
  readonly decisions: readonly NodeId[];
  /** Published series by name. */
  readonly publish: { readonly [name: string]: OutputRef };
  /** Nodes by name, besides the names of published series. */
  readonly names: { readonly [name: string]: NodeId };
}

/** The document of a graph, a fresh object. */
export function graphDocument(graph: Graph): GraphDocument {
  const nodes = graph.nodes.map((node) => ({ id: nodeIdOf(node), ...nodeContent(node, nodeIdOf) }));
  const publish = [...graph.published].map(([name, output]) => [name, outputRef(output)] as const);
  const names = [...graph.names].filter(([name]) => !graph.published.has(name));
  return {
    format: GRAPH_FORMAT,
    graphId: graph.graphId,
    crc32: graph.checksum,
    nodes: nodes.sort((a, b) => compareText(a.id, b.id)),
    decisions: graph.decisions.map(nodeIdOf),
    publish: Object.fromEntries(publish),
    names: Object.fromEntries(names.map(([name, node]) => [name, nodeIdOf(node)])),
  };
}

/** The document as canonical JSON (RFC 8785): one line, equal bytes for equal graphs. */
export function graphJson(graph: Graph): string {
  return canonicalJson(graphDocument(graph));
}
