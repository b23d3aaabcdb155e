// Shape of a graph document: from unknown JSON to named parts, before any of it is looked up.
//
// Two forms are one: the canonical form, where every node has its id and every reference is an id, and the form that
// people write, where nodes have names, references are names, and what has a default is left out.
//
//   { "nodes": [ { "name": "close", "type": "close" },
//                { "name": "fast", "type": "sma", "inputs": { "x": "close" }, "params": { "period": 10 } },
//                { "name": "up", "type": "greater", "inputs": { "a": "fast", "b": { "node": "fast", "lag": 1 } } } ],
//     "publish": ["fast", "up"] }
//
// A reference is `name`, `name.output`, an id, `{ node, output, lag }`, or a plain number or boolean.

import { digestShort, isDigest } from "../base/digest.js";
import type { IssueList } from "../base/error.js";
import { GRAPH_FORMAT } from "./canonical.js";
import { NAME_EXPECTED, NAME_PATTERN } from "./graph.js";
import { shown } from "./node-check.js";

/** A node as it was written. */
export interface WrittenNode {
  /** What messages call it: its name, the start of its id, or its place. */
  readonly label: string;
  readonly name: string | null;
  readonly id: string | null;
  readonly type: string;
  readonly version: unknown;
  readonly schema: unknown;
  readonly interval: unknown;
  readonly period: unknown;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: ReadonlyMap<string, WrittenRef | null>;
}

/** A reference as it was written; null stands for one that had no form. */
export type WrittenRef =
  | { readonly kind: "value"; readonly value: number | boolean }
  | { readonly kind: "node"; readonly node: string; readonly output: string | null; readonly lag: number };

/** A document as it was written. Everything that had no form has an issue and is left out. */
export interface WrittenGraph {
  readonly nodes: readonly WrittenNode[];
  /** Null when the document does not list decisions. */
  readonly decisions: readonly string[] | null;
  readonly publish: ReadonlyMap<string, WrittenRef | null>;
  readonly names: ReadonlyMap<string, string>;
  readonly graphId: unknown;
  readonly crc32: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const GRAPH_MEMBERS = ["format", "graphId", "crc32", "nodes", "decisions", "publish", "names"];
const NODE_MEMBERS = ["id", "name", "type", "version", "interval", "period", "params", "inputs", "schema"];

/** The parts of a document, or null when it is no document at all. Issues are `graph/format` and `graph/shape`. */
export function writtenGraph(value: unknown, issues: IssueList): WrittenGraph | null {
  const members = checkedMembers(value, GRAPH_MEMBERS, "graph", issues);
  if (members === null) return null;
  const { format } = members;
  if (format !== undefined && format !== GRAPH_FORMAT) {
    issues.add("graph/format", "graph.format", `"${GRAPH_FORMAT}"`, shown(format));
    return null;
  }
  const nodes = listOf(members["nodes"], "graph.nodes", issues).map((node, index) => writtenNode(node, index, issues));
  const decisions = members["decisions"];
  const names = recordOf(members["names"], "graph.names", issues);
  return {
    nodes: nodes.filter((node) => node !== null),
    decisions: decisions === undefined ? null : textsOf(decisions, "graph.decisions", issues),
    publish: publishOf(members["publish"], issues),
    names: new Map(Object.entries(names).filter((entry): entry is [string, string] => isText(entry, issues))),
    graphId: members["graphId"],
    crc32: members["crc32"],
  };
}

function writtenNode(value: unknown, index: number, issues: IssueList): WrittenNode | null {
  const place = `graph.nodes.${index}`;
  const members = checkedMembers(value, NODE_MEMBERS, place, issues);
  if (members === null) return null;
  const { id = null, name = null, type } = members;
  if (name !== null && (typeof name !== "string" || !NAME_PATTERN.test(name))) {
    issues.add("graph/shape", `${place}.name`, NAME_EXPECTED, shown(name));
    return null;
  }
  if (id !== null && !isDigest(id)) {
    issues.add("graph/id-mismatch", `${place}.id`, "blake3: and 64 hexadecimal digits, lower case", shown(id));
    return null;
  }
  const label = name ?? (id === null ? String(index) : digestShort(id));
  const path = `graph.nodes.${label}`;
  if (typeof type !== "string") {
    issues.add("graph/shape", `${path}.type`, "the type of the node, a text", shown(type));
    return null;
  }
  const { version, schema, interval, period } = members;
  const inputs = Object.entries(recordOf(members["inputs"], `${path}.inputs`, issues));
  return {
    label,
    name,
    id,
    type,
    version,
    schema,
    interval,
    period,
    params: recordOf(members["params"], `${path}.params`, issues),
    inputs: new Map(inputs.map(([port, ref]) => [port, writtenRef(ref, `${path}.inputs.${port}`, issues)])),
  };
}

function writtenRef(value: unknown, path: string, issues: IssueList): WrittenRef | null {
  if (typeof value === "boolean" || typeof value === "number") return { kind: "value", value };
  if (typeof value === "string") return { kind: "node", ...nodeAndOutput(value), lag: 0 };
  if (typeof value !== "object" || value === null) {
    issues.add("graph/shape", path, "a name, an id, { node, output, lag } or a plain number or boolean", shown(value));
    return null;
  }
  const members = checkedMembers(value, ["node", "output", "lag"], path, issues);
  if (members === null) return null;
  const { node, output = null, lag = 0 } = members;
  if (typeof node !== "string" || (output !== null && typeof output !== "string")) {
    issues.add("graph/shape", path, "node and output as texts", shown(value));
    return null;
  }
  if (typeof lag !== "number" || !Number.isSafeInteger(lag) || lag < 0) {
    issues.add("graph/lag", `${path}.lag`, "a whole number of rows, 0 for none", shown(lag));
    return null;
  }
  const ref = nodeAndOutput(node);
  return { kind: "node", node: ref.node, output: output ?? ref.output, lag };
}

function nodeAndOutput(text: string): { readonly node: string; readonly output: string | null } {
  const dot = text.indexOf(".");
  return dot === -1 ? { node: text, output: null } : { node: text.slice(0, dot), output: text.slice(dot + 1) };
}

function publishOf(value: unknown, issues: IssueList): ReadonlyMap<string, WrittenRef | null> {
  const path = "graph.publish";
  if (!Array.isArray(value)) {
    const entries = Object.entries(recordOf(value, path, issues));
    for (const [name] of entries) checkName(name, path, issues);
    return new Map(entries.map(([name, ref]) => [name, writtenRef(ref, `${path}.${name}`, issues)]));
  }
  const published = new Map<string, WrittenRef | null>();
  for (const name of textsOf(value, path, issues)) {
    checkName(name, path, issues);
    if (published.has(name)) issues.add("graph/duplicate-name", `${path}.${name}`, "each name once", "two");
    published.set(name, writtenRef(name, `${path}.${name}`, issues));
  }
  return published;
}

function checkName(name: string, path: string, issues: IssueList): void {
  if (NAME_PATTERN.test(name)) return;
  issues.add("graph/shape", `${path}.${name}`, `a name: ${NAME_EXPECTED}`, JSON.stringify(name));
}

function checkedMembers(value: unknown, known: readonly string[], path: string, issues: IssueList): Members | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.add("graph/shape", path, "an object", shown(value));
    return null;
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) issues.add("graph/shape", `${path}.${name}`, `one of ${known.join(", ")}`, name);
  }
  // Absent and undefined members are the same to JSON.
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => known.includes(name) && member !== undefined),
  );
}

function recordOf(value: unknown, path: string, issues: IssueList): Members {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  issues.add("graph/shape", path, "an object", shown(value));
  return {};
}

function listOf(value: unknown, path: string, issues: IssueList): readonly unknown[] {
  if (Array.isArray(value)) return value;
  issues.add("graph/shape", path, "a list", shown(value));
  return [];
}

function textsOf(value: unknown, path: string, issues: IssueList): readonly string[] {
  return listOf(value, path, issues).filter((item, index): item is string => {
    if (typeof item !== "string") issues.add("graph/shape", `${path}.${index}`, "a name or an id", shown(item));
    return typeof item === "string";
  });
}

function isText([name, value]: [string, unknown], issues: IssueList): boolean {
  checkName(name, "graph.names", issues);
  if (typeof value !== "string") issues.add("graph/shape", `graph.names.${name}`, "a name or an id", shown(value));
  return typeof value === "string";
}
