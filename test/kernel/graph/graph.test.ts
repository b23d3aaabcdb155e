// Graphs: canonical form, order, and every issue at once.

import { describe, expect, it } from "vitest";
import { constant, delayed, graph, nodeIdOf, nodeLabel } from "../../../kernel/index.js";
import { issueLinesOf } from "./issues-of.js";
import { bands, close, greater, select, sma, sub, target } from "./test-catalogue.js";

function crossing() {
  const fast = sma(close(), 10);
  const slow = sma(close(), 30);
  return graph({ decisions: [target(select(greater(fast, slow), 1, 0))], publish: { fast, slow } });
}

describe("graph", () => {
  it("holds each node once, inputs first", () => {
    const made = crossing();
    expect(made.nodes.map((node) => node.spec.type).sort()).toEqual(
      ["close", "constant", "constant", "greater", "select", "sma", "sma", "target"].sort(),
    );
    const seen = new Set<unknown>();
    for (const node of made.nodes) {
      for (const input of Object.values(node.inputs)) expect(seen.has(input.node)).toBe(true);
      seen.add(node);
    }
    expect(made.published.get("fast")?.node).toBe(made.names.get("fast"));
    expect(made.nodes).toContain(made.names.get("slow"));
    expect(nodeLabel(made, made.names.get("slow") as never)).toBe("slow");
    expect(Object.isFrozen(made)).toBe(true);
  });

  it("has the same ids each time it is built", () => {
    expect(crossing().graphId).toBe(crossing().graphId);
    expect(crossing().checksum).toBe(crossing().checksum);
    expect(crossing().graphId).toMatch(/^blake3:[0-9a-f]{64}$/);
    expect(crossing().checksum).toMatch(/^[0-9a-f]{8}$/);
  });

  it("does not depend on the order or the names of what is published", () => {
    const [a, b] = [sma(close(), 2), sma(close(), 3)];
    const one = graph({ publish: { a, b } });
    const other = graph({ publish: { x: sma(close(), 3), y: sma(close(), 2), z: sma(close(), 2) } });
    expect(other.graphId).toBe(one.graphId);
    expect(other.checksum).toBe(one.checksum);
    expect(other.nodes.map(nodeIdOf)).toEqual(one.nodes.map(nodeIdOf));
  });

  it("is another graph when another output or a delayed one is published", () => {
    const { upper, lower } = bands(close());
    const ids = [{ upper }, { upper: lower }, { upper: delayed(upper, 1) }, { upper: delayed(upper, 2) }].map(
      (publish) => graph({ publish }).graphId,
    );
    expect(new Set(ids).size).toBe(4);
  });

  it("takes a chain of nodes that is longer than the call stack is deep", () => {
    let chain = sub(close(), 1);
    for (let depth = 1; depth < 20_000; depth += 1) chain = sub(chain, 1);
    expect(graph({ publish: { chain } }).nodes.length).toBe(20_002);
  });

  it("refuses everything that is wrong at once", () => {
    const issues = issueLinesOf(() =>
      graph({
        decisions: [close() as never],
        publish: { "1st": close(), bad: 7 as never, twice: close() },
        names: { twice: constant(1) },
      }),
    );
    expect(issues).toEqual([
      "graph/type decisions.0",
      "graph/shape publish.1st",
      "graph/type publish.bad",
      "graph/duplicate-name names.twice",
    ]);
  });

  it("refuses a graph without an output", () => {
    expect(issueLinesOf(() => graph({}))).toEqual(["graph/no-output graph"]);
  });
});
