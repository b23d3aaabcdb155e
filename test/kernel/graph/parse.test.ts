// Graphs from canonical JSON, and everything that is refused there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  graph,
  graphDocument,
  graphJson,
  nodeIdOf,
  parseGraph,
  userNode,
} from "../../../kernel/index.js";
import type { Graph, GraphDocument } from "../../../kernel/index.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { issueLinesOf, issuesOf } from "./issues-of.js";
import { bands, close, greater, select, sma, target, TEST_CATALOGUE } from "./test-catalogue.js";

const WRITTEN = {
  nodes: [
    { name: "signal", type: "target", inputs: { value: "choice" } },
    { name: "close", type: "close" },
    { name: "fast", type: "sma", inputs: { x: "close" }, params: { period: 10 } },
    { name: "slow", type: "sma", version: 1, inputs: { x: { node: "close" } }, params: { period: 30.0 } },
    { name: "up", type: "greater", inputs: { b: "slow", a: "fast" } },
    { name: "choice", type: "select", inputs: { when: "up", a: 1, b: 0 } },
  ],
  decisions: ["signal"],
  publish: ["fast", "slow"],
};

function read(json: unknown): Graph {
  return parseGraph(json, TEST_CATALOGUE);
}

function lines(json: unknown): readonly string[] {
  return issueLinesOf(() => read(json));
}

function node(name: string, type: string, inputs: object = {}, more: object = {}): object {
  return { name, type, inputs, ...more };
}

describe("parseGraph", () => {
  it("reads what people write to the graph that the builder makes", () => {
    const fast = sma(close(), 10);
    const slow = sma(close(), 30);
    const built = graph({ decisions: [target(select(greater(fast, slow), 1, 0))], publish: { fast, slow } });
    const made = read(WRITTEN);
    expect(made.graphId).toBe(built.graphId);
    expect(made.checksum).toBe(built.checksum);
    expect(made.nodes.map(nodeIdOf)).toEqual(built.nodes.map(nodeIdOf));
    expect([...made.names.keys()]).toEqual(["choice", "close", "fast", "signal", "slow", "up"]);
  });

  it("reads one of several outputs, and delays", () => {
    const nodes = [node("close", "close"), node("b", "bands", { x: { node: "close", lag: 2 } }, { version: 2 })];
    const made = read({ nodes, publish: { low: "b.lower", high: { node: "b", output: "upper", lag: 1 }, top: "b" } });
    expect(made.published.get("low")).toMatchObject({ output: "lower", lag: 0 });
    expect(made.published.get("high")).toMatchObject({ output: "upper", lag: 1 });
    expect(made.published.get("top")).toMatchObject({ output: "upper", lag: 0 });
    expect(Object.values(made.nodes[1]?.inputs ?? {})[0]?.lag).toBe(2);
  });

  it("takes every decision when none is listed", () => {
    const { decisions: _, ...rest } = WRITTEN;
    expect(read(rest).graphId).toBe(read(WRITTEN).graphId);
  });

  it("gives equal bytes and ids for a canonical document that is read back", () => {
    fc.assert(
      fc.property(arbitraryGraph, (built) => {
        const text = graphJson(built);
        const made = read(text);
        expect(made.graphId).toBe(built.graphId);
        expect(made.checksum).toBe(built.checksum);
        expect(made.nodes.map(nodeIdOf)).toEqual(built.nodes.map(nodeIdOf));
        expect(graphJson(made)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it("does not care for the order of nodes, members and decisions", () => {
    fc.assert(
      fc.property(arbitraryGraph, (built) => {
        const document = graphDocument(built);
        const turned = { ...reversed(document), nodes: document.nodes.map(reversed).reverse() };
        expect(graphJson(read(turned))).toBe(canonicalJson(document));
      }),
      { numRuns: 30 },
    );
  });

  it("finds every change of a canonical document", () => {
    const document = graphDocument(graph({ publish: { lower: bands(sma(close(), 3)).lower } }));
    const position = document.nodes.findIndex(({ type }) => type === "sma");
    const change = (part: object): GraphDocument => {
      const nodes = document.nodes.map((entry, index) => (index === position ? { ...entry, ...part } : entry));
      return { ...document, nodes };
    };
    const label = document.nodes[position]?.id.slice(7, 19) as string;
    expect(lines(change({ params: { period: 2 }, period: 2 }))).toEqual([`graph/id-mismatch graph.nodes.${label}.id`]);
    expect(lines(change({ period: 4 }))).toEqual([`graph/id-mismatch graph.nodes.${label}.id`]);
    expect(lines({ ...document, crc32: "00000000" })).toEqual(["graph/checksum graph.crc32"]);
    expect(lines({ ...document, graphId: "blake3:0" })).toEqual(["graph/id-mismatch graph.graphId"]);
    expect(lines({ ...document, publish: {} })).toEqual(["graph/no-output graph"]);
  });
});

function reversed<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).reverse()) as T;
}

describe("parseGraph refuses", () => {
  it("everything at once, with the nodes named", () => {
    const nodes = [
      node("close", "close", {}, { params: { instrument: 5 }, interval: "1 day" }),
      node("close", "close"),
      node("a", "smaa", { x: "close" }),
      node("b", "sma", { x: "close", z: "clos" }, { params: { period: 0.5, ddof: 1 } }),
      node("c", "sma", { x: "gone" }, { params: { period: 5 }, period: 4, version: 9 }),
      node("d", "sub", { a: "close.open" }),
      node("e", "sub", { a: "up", b: Number.NaN }),
      node("up", "greater", { a: "b", b: { node: "c", lag: -1 } }),
      node("f", "sma", { x: "close" }, { params: { period: Number.NaN } }),
      node("g", "user:mine"),
      node("h", "target", { value: "a" }, { tags: ["x"] }),
    ];
    const found = lines({ nodes, decisions: ["close", "h"], publish: { up: "up", "no name": "b" } });
    expect([...found].sort()).toEqual(
      [
        "graph/lag graph.nodes.up.inputs.b.lag",
        "graph/shape graph.nodes.10.tags",
        "graph/shape graph.publish.no name",
        "graph/unknown-type graph.nodes.a.type",
        "graph/unknown-version graph.nodes.c.version",
        "graph/user-node graph.nodes.g.type",
        "graph/duplicate-name graph.nodes.close",
        "graph/param-type graph.nodes.close.params.instrument",
        "graph/interval graph.nodes.close.interval",
        "graph/unknown-node graph.nodes.c.inputs.x",
        "graph/period graph.nodes.c.period",
        "graph/unknown-node graph.nodes.b.inputs.z",
        "graph/unknown-param graph.nodes.b.params.ddof",
        "graph/param-type graph.nodes.b.params.period",
        "graph/unknown-port graph.nodes.b.inputs.z",
        "graph/unknown-output graph.nodes.d.inputs.a",
        "graph/missing-port graph.nodes.d.inputs.b",
        "graph/param-type graph.nodes.f.params.period",
        "graph/type graph.nodes.e.inputs.a",
        "graph/type graph.nodes.e.inputs.b",
        "graph/type graph.decisions.0",
      ].sort(),
    );
  });

  it("a cycle without a lag, with its nodes listed", () => {
    const nodes = [
      node("close", "close"),
      node("a", "sub", { a: "close", b: "c" }),
      node("b", "sma", { x: "a" }, { params: { period: 2 } }),
      node("c", "sub", { a: "b", b: { node: "a", lag: 1 } }),
      node("self", "sub", { a: "self", b: 1 }),
    ];
    const issues = issuesOf(() => read({ nodes, publish: ["c"] }));
    expect(issues.map((issue) => `${issue.code} ${issue.path}: ${issue.received}`)).toEqual([
      "graph/cycle graph.nodes.a: a -> b -> c -> a",
      "graph/cycle graph.nodes.self: self -> self",
    ]);
    expect(issues[0]?.expected).toBe("no cycle without a lag");
  });

  it("a cycle with a lag, saying where feedback comes from", () => {
    const nodes = [node("a", "sub", { a: 1, b: "b" }), node("b", "sub", { a: { node: "a", lag: 3 }, b: 1 })];
    const [issue, ...others] = issuesOf(() => read({ nodes, publish: ["a"] }));
    expect(others).toEqual([]);
    expect(issue?.received).toBe("a -> (lag 3) b -> a");
    expect(issue?.advice).toContain("position");
  });

  it("an id that is not that of its content, once and not for every node downstream", () => {
    const document = graphDocument(read(WRITTEN));
    const closeNode = document.nodes.find(({ type }) => type === "close");
    const nodes = document.nodes.map((entry) =>
      entry === closeNode ? { ...entry, params: { instrument: "X" } } : entry,
    );
    const issues = issuesOf(() => read({ ...document, nodes }));
    expect(issues.map((issue) => issue.code)).toEqual(["graph/id-mismatch"]);
    expect(issues[0]?.path).toBe(`graph.nodes.${closeNode?.id.slice(7, 19)}.id`);
  });

  it("text that is not strict JSON", () => {
    expect(lines("{")).toEqual(["json/type graph"]);
    expect(
      lines('{"nodes":[{"type":"close","name":"a","params":{"instrument":"A","instrument":"B"}}],"publish":["a"]}'),
    ).toEqual(["json/not-canonical graph.nodes.0.params.instrument"]);
    expect(lines('{"format":"goldentape/graph@2","nodes":[]}')).toEqual(["graph/format graph.format"]);
    expect(lines("[]")).toEqual(["graph/shape graph"]);
    expect(
      lines(
        '{"nodes":[{"type":"close","name":"a"},{"type":"sub","name":"b","inputs":{"a":"a","b":1e999}}],' +
          '"publish":["b"]}',
      ),
    ).toEqual(["graph/type graph.nodes.b.inputs.b"]);
    expect(lines('{"nodes":[],"publish":"x"}')).toEqual(["graph/shape graph.publish"]);
  });

  it("one name for two nodes", () => {
    const nodes = [node("a", "close"), node("b", "close", {}, { params: { instrument: "X" } })];
    expect(lines({ nodes, publish: { b: "a" } })).toEqual(["graph/duplicate-name graph.names.b"]);
    expect(lines({ nodes, publish: ["a", "b"], names: { a: "b" } })).toEqual(["graph/duplicate-name graph.names.a"]);
  });
});

describe("parseGraph with user nodes", () => {
  const parts = { name: "half", inputs: { x: "number" }, outputs: { value: "number" }, period: 1 } as const;
  const first = userNode({ ...parts, version: 1, compute: () => undefined });
  const second = userNode({ ...parts, version: 2, compute: () => undefined });

  it("takes the version that was written, and the newest without one", () => {
    const nodes = [node("close", "close"), node("h", "user:half", { x: "close" })];
    const newest = parseGraph({ nodes, publish: ["h"] }, TEST_CATALOGUE, [first, second]);
    expect(newest.graphId).toBe(graph({ publish: { h: second({ x: close() }).value } }).graphId);
    const old = graph({ publish: { h: first({ x: close() }).value } });
    expect(parseGraph(graphJson(old), TEST_CATALOGUE, [first, second]).graphId).toBe(old.graphId);
    expect(issueLinesOf(() => parseGraph(graphJson(old), TEST_CATALOGUE, [second]))).toHaveLength(1);
  });
});
