// The catalogue: every node type keeps what its spec says.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amendOrder,
  applyNode,
  CATALOGUE,
  cancelOrders,
  commitment,
  commitmentSizer,
  constant,
  delayed,
  graph,
  graphJson,
  hysteresis,
  isHandle,
  nodeIdOf,
  order,
  outputOf,
  parseGraph,
  reservePool,
  stopManager,
  tierPolicy,
} from "../../../kernel/index.js";
import type {
  Decision,
  GraphNode,
  HandleType,
  NodeSpec,
  Output,
  ParamSpec,
  ParamValue,
} from "../../../kernel/index.js";

const SMALL = 30;

describe("the catalogue", () => {
  it.each([...CATALOGUE.values()])("makes nodes of type $type that survive their document", (spec) => {
    const params = Object.entries(spec.params).map(([name, param]) => [name, arbitraryParam(param, name)] as const);
    fc.assert(
      fc.property(fc.record(Object.fromEntries(params)), (values) => {
        const node = nodeOf(spec, values);
        expect(Number.isSafeInteger(node.period) && node.period >= 1).toBe(true);
        const made = graphOf(node);
        const read = parseGraph(graphJson(made), CATALOGUE);
        expect(read.graphId).toBe(made.graphId);
        expect(read.nodes.map(nodeIdOf)).toEqual(made.nodes.map(nodeIdOf));
      }),
      { numRuns: 5 },
    );
  });
});

const ENTRY = order(1, { type: "limit", limit: 2 });

/** Node types whose params and ports depend on each other: one node each, their rules are tested on their own. */
const BUILT: ReadonlyMap<string, GraphNode> = new Map(
  [
    ENTRY,
    cancelOrders(ENTRY, true),
    amendOrder(ENTRY, { limit: 3, when: true }),
    hysteresis(2),
    commitmentSizer(),
    tierPolicy({ reserve: reservePool() }),
    commitment(0.8, { atr: 2, stops: stopManager(), sectors: { A: "x" } }),
  ].map(({ node }) => [node.spec.type, node]),
);

function nodeOf(spec: NodeSpec, params: Readonly<Record<string, ParamValue>>): GraphNode {
  const built = BUILT.get(spec.type);
  if (built !== undefined) return built;
  const inputs = Object.entries(spec.inputs).map(([port, { type }]) => [
    port,
    isHandle(type) ? undefined : type === "number" ? constant(2) : constant(true),
  ]);
  return applyNode(spec, Object.fromEntries(inputs) as never, params);
}

function graphOf(node: GraphNode): ReturnType<typeof graph> {
  if (node.spec.kind === "decision") return graph({ decisions: [{ node }] });
  if (node.spec.kind === "policy") return graph({ decisions: [gatedBy(node)] });
  const outputs = Object.keys(node.spec.outputs).map((name) => [name, outputOf(node, name)] as const);
  const lagged = outputs.map(([name, output]) => [name, node.spec.kind === "state" ? delayed(output, 2) : output]);
  return graph({ publish: Object.fromEntries(lagged) as Record<string, Output> });
}

/** A decision that consults a policy: a target through a gate, or a commitment. */
function gatedBy(node: GraphNode): Decision {
  const [role] = Object.keys(node.spec.outputs);
  const handle = { node, output: role as string, type: role as HandleType, lag: 0 };
  const ports = (CATALOGUE.get("commitment") as NodeSpec).inputs;
  if (Object.hasOwn(ports, role as string)) return commitment(0.8, { atr: 2, [role as string]: handle });
  return { node: applyNode(CATALOGUE.get("targetPercent") as NodeSpec, { target: 1, [`${role}Gate`]: handle }, {}) };
}

function arbitraryParam(spec: ParamSpec, name: string): fc.Arbitrary<ParamValue> {
  switch (spec.kind) {
    case "integer":
      return fc.integer({ min: spec.min, max: Math.min(spec.max, Math.max(spec.min, 1) + SMALL) });
    case "number":
      return fc.integer({ min: Math.ceil(spec.min ?? 0), max: Math.floor(spec.max ?? SMALL) });
    case "boolean":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...spec.choices);
    case "string":
      // Worlds are parts of topics.
      return name === "world" ? fc.constant("A") : fc.constantFrom("A", "*");
    case "list":
      return fc.constant([]);
  }
}
