// Reading graphs: from a document to a graph, with everything that is wrong with it reported at once.
//
// How it works: the shape is read first (`document-shape.ts`); then references are resolved, cycles looked for, and
// nodes checked inputs first. A node that has an issue is replaced by a stand-in of its type, so that the types of what
// it feeds are checked as well, and its own issue is not repeated there.
//
// Always true:
//   a graph comes back only when there was no issue;
//   an id that a document states is the id of the content beside it.

import { IssueList } from "../base/error.js";
import { parseJson } from "../base/json-text.js";
import { nearestText } from "../base/nearest.js";
import { CONSTANT, CONSTANT_BOOLEAN } from "./constant.js";
import { cyclesOf } from "./cycle.js";
import type { WrittenGraph, WrittenNode, WrittenRef } from "./document-shape.js";
import { writtenGraph } from "./document-shape.js";
import type { Graph, GraphParts } from "./graph.js";
import { graph } from "./graph.js";
import type { NodeId } from "./identity.js";
import { nodeContent, nodeIdOf, nodeIdOfContent } from "./identity.js";
import { checkedNode, isSeries, LAG_ROWS_MAX, outputAt, shown, UNRESOLVED } from "./node-check.js";
import type { GraphNode, Output } from "./node.js";
import type { NodeSpec, PortType } from "./spec.js";

/** Node types by their name. */
export type Catalogue = ReadonlyMap<string, NodeSpec>;

/**
 * The graph of a document, in the canonical form or as people write it.
 *
 * @param json A JSON text, or the value of one. Read, not kept.
 * @param catalogue Every node type that a document may use, besides constants and user nodes.
 * @param userNodes Builders from `userNode`, for documents with nodes of the types `user:<name>`; several versions of
 *   one are fine.
 * @returns Frozen. Nodes that no decision and no published series depends on are checked, and then left out.
 * @throws InputError with every issue: `json/*` and `graph/*`, the nodes named by name or the start of their id.
 */
export function parseGraph(
  json: unknown,
  catalogue: Catalogue,
  userNodes: Iterable<{ readonly spec: NodeSpec }> = [],
): Graph {
  const issues = new IssueList();
  const value = typeof json === "string" ? parseJson(json, "graph", issues) : json;
  issues.throwIfAny();
  const written = writtenGraph(value, issues);
  const parts = written === null ? null : new GraphReader(written, catalogue, userNodes, issues).read();
  issues.throwIfAny();
  const made = graph(parts as GraphParts);
  checkStated(written as WrittenGraph, made, issues);
  issues.throwIfAny();
  return made;
}

/** Whether what the document says of the whole graph holds. */
function checkStated(written: WrittenGraph, made: Graph, issues: IssueList): void {
  if (written.graphId !== undefined && written.graphId !== made.graphId) {
    issues.add("graph/id-mismatch", "graph.graphId", made.graphId, shown(written.graphId));
  }
  if (written.crc32 !== undefined && written.crc32 !== made.checksum) {
    const advice = "The document lost or gained nodes on its way.";
    issues.add("graph/checksum", "graph.crc32", made.checksum, shown(written.crc32), advice);
  }
}

/** A written node while it is read. */
interface Entry {
  readonly written: WrittenNode;
  readonly path: string;
  readonly spec: NodeSpec | null;
  /** False when type, version or schema have an issue; a neighbouring version stands in then. */
  readonly isSpecSound: boolean;
  /** The node, or a stand-in of its type when it has an issue; null before its check, and when its type is unknown. */
  node: GraphNode | null;
}

class GraphReader {
  readonly #written: WrittenGraph;
  readonly #catalogue: Catalogue;
  readonly #userSpecs: readonly NodeSpec[];
  readonly #issues: IssueList;
  readonly #entries: readonly Entry[];
  readonly #byName = new Map<string, number>();
  readonly #byId = new Map<string, number>();
  /** Ids as the document states them, so that one wrong id is one issue and not one for every node downstream. */
  readonly #statedIds = new Map<GraphNode, NodeId>();
  /** Nodes without a stated id whose content has an issue: what they feed has no id to compare with. */
  readonly #idless = new Set<GraphNode>();

  constructor(
    written: WrittenGraph,
    catalogue: Catalogue,
    userNodes: Iterable<{ readonly spec: NodeSpec }>,
    issues: IssueList,
  ) {
    this.#written = written;
    this.#catalogue = catalogue;
    this.#userSpecs = [...userNodes].map((builder) => builder.spec);
    this.#issues = issues;
    this.#entries = written.nodes.map((node) => {
      const path = `graph.nodes.${node.label}`;
      const issueCount = issues.issues.length;
      const spec = this.#specOf(node, path);
      return { written: node, path, spec, isSpecSound: issues.issues.length === issueCount, node: null };
    });
  }

  read(): GraphParts {
    this.#index();
    const feeds = this.#feeds();
    for (const cycle of cyclesOf(feeds)) this.#reportCycle(cycle.nodes, cycle.hasLag, feeds);
    for (const index of inputsFirst(feeds)) this.#check(this.#entries[index] as Entry);
    return { decisions: this.#decisions(), publish: this.#published(), names: this.#names() };
  }

  #specOf(node: WrittenNode, path: string): NodeSpec | null {
    const { type, version, schema } = node;
    const candidates = [CONSTANT, CONSTANT_BOOLEAN, this.#catalogue.get(type), ...this.#userSpecs].filter(
      (spec): spec is NodeSpec => spec?.type === type,
    );
    if (candidates.length === 0) {
      this.#reportUnknownType(type, path);
      return null;
    }
    // Without a version the newest is meant.
    const newest = candidates.reduce((a, b) => (b.version > a.version ? b : a));
    const spec = version === undefined ? newest : candidates.find((candidate) => candidate.version === version);
    if (spec === undefined) {
      const known = candidates.map((candidate) => candidate.version).join(", ");
      this.#issues.add("graph/unknown-version", `${path}.version`, `version ${known} of ${type}`, shown(version));
    } else if (schema !== undefined && schema !== spec.schemaMajor) {
      const expected = `schema ${spec.schemaMajor} of ${type} version ${spec.version}`;
      this.#issues.add("graph/unknown-version", `${path}.schema`, expected, shown(schema));
    }
    return spec ?? newest;
  }

  #reportUnknownType(type: string, path: string): void {
    const received = JSON.stringify(type);
    if (type.startsWith("user:")) {
      const advice = "Its TypeScript must be handed in: a document holds no code.";
      this.#issues.add("graph/user-node", `${path}.type`, "a user node that was handed in", received, advice);
      return;
    }
    const near = nearestText(type, this.#catalogue.keys());
    const advice = near === null ? undefined : `Did you mean ${near}?`;
    this.#issues.add("graph/unknown-type", `${path}.type`, "a node type of the catalogue", received, advice);
  }

  #index(): void {
    for (const [index, { written, path }] of this.#entries.entries()) {
      const { name, id } = written;
      if (name !== null && this.#byName.has(name)) {
        this.#issues.add("graph/duplicate-name", path, "each name once", `two nodes named ${name}`);
      }
      if (id !== null && this.#byId.has(id))
        this.#issues.add("graph/duplicate-name", path, "each id once", `two nodes ${id}`);
      // The first one keeps the name, so that references to it are still checked.
      if (name !== null && !this.#byName.has(name)) this.#byName.set(name, index);
      if (id !== null && !this.#byId.has(id)) this.#byId.set(id, index);
    }
  }

  #indexOf(node: string): number | undefined {
    return this.#byName.get(node) ?? this.#byId.get(node);
  }

  /** Edges from every node to the nodes that take its outputs. */
  #feeds(): { readonly to: number; readonly lag: number }[][] {
    const feeds = this.#entries.map(() => [] as { to: number; lag: number }[]);
    for (const [to, { written }] of this.#entries.entries()) {
      for (const ref of written.inputs.values()) {
        const from = ref?.kind === "node" ? this.#indexOf(ref.node) : undefined;
        if (from !== undefined && ref?.kind === "node") feeds[from]?.push({ to, lag: ref.lag });
      }
    }
    return feeds;
  }

  #reportCycle(
    nodes: readonly number[],
    hasLag: boolean,
    feeds: readonly (readonly { to: number; lag: number }[])[],
  ): void {
    const steps = nodes.map((node, position) => {
      const to = nodes[(position + 1) % nodes.length] as number;
      const lag = Math.min(...(feeds[node] ?? []).filter((edge) => edge.to === to).map((edge) => edge.lag));
      return `${this.#label(node)} ->${lag > 0 ? ` (lag ${lag})` : ""} `;
    });
    const first = nodes[0] as number;
    const received = steps.join("") + this.#label(first);
    const path = `graph.nodes.${this.#label(first)}`;
    if (!hasLag) {
      this.#issues.add("graph/cycle", path, "no cycle without a lag", received);
      return;
    }
    const expected = "no cycle, since the id of a node is made from the ids of its inputs";
    const advice =
      "Take feedback from a source of state, such as the position, whose rows are those of the bucket before.";
    this.#issues.add("graph/cycle", path, expected, received, advice);
  }

  #label(index: number): string {
    return (this.#entries[index] as Entry).written.label;
  }

  #check(entry: Entry): void {
    const { written, path, spec } = entry;
    const issueCount = this.#issues.issues.length;
    let isResolved = entry.isSpecSound;
    const inputs: Record<string, unknown> = {};
    for (const [port, ref] of written.inputs) {
      const input = this.#resolve(ref, `${path}.inputs.${port}`);
      inputs[port] = input;
      isResolved &&= input !== UNRESOLVED;
    }
    if (spec === null) return;
    const { params, interval, period } = written;
    const node = checkedNode(spec, { inputs, params, interval, period }, path, this.#issues);
    entry.node = node ?? standIn(spec);
    const isSound = isResolved && this.#issues.issues.length === issueCount;
    this.#checkId(entry, entry.node, isSound);
  }

  #checkId({ written, path }: Entry, node: GraphNode, isSound: boolean): void {
    const hasIds = isSound && Object.values(node.inputs).every((input) => !this.#idless.has(input.node));
    const id = hasIds
      ? nodeIdOfContent(nodeContent(node, (input) => this.#statedIds.get(input) ?? nodeIdOf(input)))
      : null;
    const stated = (written.id as NodeId | null) ?? id;
    if (stated === null) this.#idless.add(node);
    else this.#statedIds.set(node, stated);
    if (id === null || stated === id) return;
    const advice = "Leave the id out after an edit by hand, in every node downstream too.";
    this.#issues.add("graph/id-mismatch", `${path}.id`, `${id}, the id of this content`, shown(stated), advice);
  }

  /** What a node is given for a reference: an output, a plain value, or the mark of a reference with an issue. */
  #resolve(ref: WrittenRef | null, path: string): Output<PortType> | number | boolean | typeof UNRESOLVED {
    if (ref === null) return UNRESOLVED;
    if (ref.kind === "value") return ref.value;
    const entry = this.#entryOf(ref.node, path);
    if (entry === null || entry.spec === null) return UNRESOLVED;
    const known = Object.keys(entry.spec.outputs);
    const output = ref.output ?? known[0];
    const type =
      output !== undefined && Object.hasOwn(entry.spec.outputs, output) ? entry.spec.outputs[output] : undefined;
    if (output === undefined || type === undefined) {
      const expected = `one of the outputs of ${entry.spec.type}: ${known.join(", ") || "none"}`;
      this.#issues.add("graph/unknown-output", path, expected, shown(ref.output ?? ref.node));
      return UNRESOLVED;
    }
    if (ref.lag > LAG_ROWS_MAX) {
      this.#issues.add("graph/lag", path, `at most ${LAG_ROWS_MAX} rows`, shown(ref.lag));
      return UNRESOLVED;
    }
    // Nodes of a cycle are checked before some of their inputs.
    entry.node ??= this.#standIn(entry.spec);
    return Object.freeze({ ...outputAt(entry.node, output, type), lag: ref.lag });
  }

  #standIn(spec: NodeSpec): GraphNode {
    const node = standIn(spec);
    this.#idless.add(node);
    return node;
  }

  #entryOf(node: string, path: string): Entry | null {
    const index = this.#indexOf(node);
    if (index !== undefined) return this.#entries[index] as Entry;
    const near = nearestText(node, this.#byName.keys());
    const advice = near === null ? undefined : `Did you mean ${near}?`;
    this.#issues.add(
      "graph/unknown-node",
      path,
      "the name or id of a node of this graph",
      JSON.stringify(node),
      advice,
    );
    return null;
  }

  #decisions(): { readonly node: GraphNode }[] {
    const { decisions } = this.#written;
    if (decisions === null) {
      return this.#entries.flatMap(({ spec, node }) => (spec?.kind === "decision" && node !== null ? [{ node }] : []));
    }
    return decisions.flatMap((text, index) => {
      const path = `graph.decisions.${index}`;
      const entry = this.#entryOf(text, path);
      if (entry === null || entry.spec === null) return [];
      if (entry.spec.kind === "decision") return [{ node: entry.node ?? standIn(entry.spec) }];
      this.#issues.add(
        "graph/type",
        path,
        "a decision, such as a target or an order",
        `the ${entry.spec.kind} ${text}`,
      );
      return [];
    });
  }

  #published(): Record<string, Output> {
    const published = [...this.#written.publish].map(([name, ref]) => {
      const path = `graph.publish.${name}`;
      const output = this.#resolve(ref, path);
      if (isSeries(output)) return [name, output] as const;
      if (output !== UNRESOLVED) this.#issues.add("graph/type", path, "a series", shown(output));
      return null;
    });
    return Object.fromEntries(published.filter((entry) => entry !== null));
  }

  #names(): Record<string, { readonly node: GraphNode }> {
    const own = [...this.#byName].map(([name, index]) => [name, this.#entries[index]?.node ?? null] as const);
    const listed = [...this.#written.names].map(([name, text]) => {
      return [name, this.#entryOf(text, `graph.names.${name}`)?.node ?? null] as const;
    });
    const names = new Map<string, { readonly node: GraphNode }>();
    for (const [name, node] of [...own, ...listed]) {
      if (node === null) continue;
      const other = names.get(name)?.node ?? this.#publishedNode(name);
      if (other === undefined || other === node) names.set(name, nameable(node));
      else this.#issues.add("graph/duplicate-name", `graph.names.${name}`, "one node for each name", "two nodes");
    }
    return Object.fromEntries(names);
  }

  #publishedNode(name: string): GraphNode | undefined {
    const ref = this.#written.publish.get(name);
    const index = ref?.kind === "node" ? this.#indexOf(ref.node) : undefined;
    return index === undefined ? undefined : (this.#entries[index]?.node ?? undefined);
  }
}

/** A decision or an output of the node, as `graph` takes what has a name. */
function nameable(node: GraphNode): { readonly node: GraphNode } {
  const [first] = Object.entries(node.spec.outputs);
  return first === undefined ? { node } : outputAt(node, first[0], first[1]);
}

/** A node in place of one that has an issue. It never reaches a graph. */
function standIn(spec: NodeSpec): GraphNode {
  return Object.freeze({ spec, params: {}, inputs: {}, interval: null, period: 1 });
}

/** Indices such that a node stands after what feeds it, as far as cycles allow. */
function inputsFirst(feeds: readonly (readonly { readonly to: number }[])[]): number[] {
  const missing = new Int32Array(feeds.length);
  for (const list of feeds) for (const { to } of list) missing[to] = (missing[to] as number) + 1;
  const order = [...feeds.keys()].filter((index) => missing[index] === 0);
  for (const index of order) {
    for (const { to } of feeds[index] ?? []) {
      missing[to] = (missing[to] as number) - 1;
      if (missing[to] === 0) order.push(to);
    }
  }
  const reached = new Set(order);
  return [...order, ...[...feeds.keys()].filter((index) => !reached.has(index))];
}
