// Identities: what changes each of them, and what does not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyNode,
  checksumOf,
  computeKeyOf,
  delayed,
  digestBytes,
  evalKeyOf,
  graph,
  isDigest,
  nodeIdOf,
  outputOf,
  runIdOf,
} from "../../../kernel/index.js";
import type { Digest, GraphNode, NodeId, NodeSpec, RunContent } from "../../../kernel/index.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { issueLinesOf } from "./issues-of.js";
import { BANDS, bands, CLOSE, close, SMA, sma, SUB, sub, target } from "./test-catalogue.js";
import { reached } from "../../rule-coverage.js";

const idOf = (output: { readonly node: GraphNode }): NodeId => nodeIdOf(output.node);

describe("nodeIdOf", () => {
  it("is the same for nodes with the same content", () => {
    expect(idOf(sma(close("A"), 10))).toBe(idOf(sma(close("A"), 10.0)));
    expect(isDigest(idOf(close()))).toBe(true);
  });

  // The pre-image of an identity must not change by accident: every stored graph and every golden run would change its
  // id.
  it("is the digest of what the node is made of", () => {
    const source =
      '{"inputs":{},"interval":"1d","params":{"instrument":"A"},"period":1,"schema":1,"type":"close","version":1}';
    const sourceId = digestBytes("goldentape 2026 NodeID v1", new TextEncoder().encode(source));
    expect(idOf(close("A", "1d"))).toBe(sourceId);
    const average =
      `{"inputs":{"x":{"lag":2,"node":"${sourceId}","output":"value"}},"interval":null,"params":{"period":10},` +
      '"period":10,"schema":1,"type":"sma","version":1}';
    const averageId = digestBytes("goldentape 2026 NodeID v1", new TextEncoder().encode(average));
    expect(idOf(sma(delayed(close("A", "1d"), 2), 10))).toBe(averageId);
    const decisionId = nodeIdOf(target(7).node);
    const outputs = new TextEncoder().encode(`{"outputs":["${decisionId}"]}`);
    expect(graph({ decisions: [target(7)] }).graphId).toBe(digestBytes("goldentape 2026 GraphID v1", outputs));
  });

  it("is what it was in the first version", () => {
    expect(idOf(sub(delayed(sma(close("A", "1d"), 10), 1), 0.5))).toBe(
      "blake3:0edcae03ed0e9f529260ff1ad32fff4c8e230073a448987a585b829c83b26235",
    );
    expect(graph({ publish: { x: sub(close("A"), 1) } }).graphId).toBe(
      "blake3:3e2369f779cacb00191357cc1514c77441415bab9764ade96ed6a3e26774bd3f",
    );
  });

  it("changes when two inputs are swapped", () => {
    expect(idOf(sub(close("A"), close("B")))).not.toBe(idOf(sub(close("B"), close("A"))));
    expect(idOf(sub(close("A"), 1))).not.toBe(idOf(sub(1, close("A"))));
  });

  it("does not depend on the order of params and inputs", () => {
    const x = close();
    const params = { period: 5, width: 1, kind: "ema", isSample: true };
    const turned = Object.fromEntries(Object.entries(params).reverse());
    expect(nodeIdOf(applyNode(BANDS, { x, middle: x }, turned))).toBe(
      nodeIdOf(applyNode(BANDS, { middle: x, x }, params)),
    );
  });

  it("fills defaults in, and takes 0 and -0 for one", () => {
    const x = close();
    const all = { period: 20, width: 2, kind: "sma", isSample: false };
    expect(nodeIdOf(applyNode(BANDS, { x }, {}))).toBe(nodeIdOf(applyNode(BANDS, { x }, all, { period: 20 })));
    expect(nodeIdOf(applyNode(BANDS, { x }, { width: -0 }))).toBe(nodeIdOf(applyNode(BANDS, { x }, { width: 0 })));
    expect(idOf(sub(x, -0))).toBe(idOf(sub(x, 0)));
  });

  it("changes with everything that goes in", () => {
    const x = close();
    const nodes = [
      applyNode(BANDS, { x }, {}),
      applyNode(BANDS, { x }, { period: 21 }),
      applyNode(BANDS, { x }, { width: 2.5 }),
      applyNode(BANDS, { x }, { kind: "ema" }),
      applyNode(BANDS, { x }, { isSample: true }),
      applyNode(BANDS, { x }, {}, { period: 21 }),
      applyNode(BANDS, { x, middle: x }, {}),
      applyNode(BANDS, { x: delayed(x, 1) }, {}),
      applyNode(BANDS, { x: delayed(delayed(x, 1), 1) }, {}),
      applyNode(BANDS, { x: close("B") }, {}),
      applyNode(BANDS, { x: close("*", "1d") }, {}),
      applyNode(BANDS, { x: bands(x).upper }, {}),
      applyNode(BANDS, { x: bands(x).lower }, {}),
      applyNode({ ...BANDS, version: 3 }, { x }, {}),
      applyNode({ ...BANDS, schemaMajor: 4 }, { x }, {}),
      applyNode({ ...BANDS, type: "bandz" }, { x }, {}),
    ];
    expect(new Set(nodes.map(nodeIdOf)).size).toBe(nodes.length);
  });

  it("adds delays up", () => {
    expect(idOf(sma(delayed(close(), 3), 2))).toBe(idOf(sma(delayed(delayed(close(), 1), 2), 2)));
  });

  it("is the same whether nodes are shared or built again", () => {
    fc.assert(
      fc.property(arbitraryGraph, (made) => {
        for (const node of made.nodes) expect(nodeIdOf(rebuilt(node))).toBe(nodeIdOf(node));
      }),
      { numRuns: 30 },
    );
  });
});

/** The node and everything above it as new objects, members in the opposite order. */
function rebuilt(node: GraphNode): GraphNode {
  const inputs = Object.entries(node.inputs).map(([port, input]) => {
    const output = outputOf(rebuilt(input.node), input.output);
    return [port, input.lag === 0 ? output : delayed(output, input.lag)] as const;
  });
  const params = Object.fromEntries(Object.entries(node.params).reverse());
  const { interval, period } = node;
  return applyNode(node.spec, Object.fromEntries(inputs.reverse()) as never, params, { interval, period });
}

describe("checksumOf", () => {
  it("does not depend on the order of the ids, and changes with any of them", () => {
    const ids = [close(), sma(close(), 2), sma(close(), 3)].map(idOf);
    expect(checksumOf([...ids].reverse())).toBe(checksumOf(ids));
    expect(checksumOf(ids.slice(1))).not.toBe(checksumOf(ids));
  });
});

describe("runIdOf", () => {
  const fingerprints = ["1", "2"].map((digit) => `blake3:${digit.repeat(64)}` as Digest) as [Digest, Digest];
  const content: RunContent = {
    graphId: graph({ publish: { x: close() } }).graphId,
    datasets: [
      { fingerprint: fingerprints[0], from: null, to: 10n },
      { fingerprint: fingerprints[1], from: 1n, to: null },
    ],
    config: { cash: "10000.00", fee: { kind: "percent", rate: 0.001 } },
    seed: 1,
    semanticsVersion: 1,
  };

  it("does not depend on the order of datasets and of members of the configuration", () => {
    const config = { fee: { rate: 0.001, kind: "percent" }, cash: "10000.00" };
    expect(runIdOf({ ...content, config, datasets: [...content.datasets].reverse(), seed: 1n })).toBe(runIdOf(content));
  });

  it("does not see what a caller's object has besides its parts", () => {
    expect(runIdOf({ ...content, host: "here", blockRows: 4096 } as RunContent)).toBe(runIdOf(content));
  });

  it("changes with every part", () => {
    const [first, second] = content.datasets as [RunContent["datasets"][number], RunContent["datasets"][number]];
    const others: RunContent[] = [
      content,
      { ...content, graphId: graph({ publish: { x: close("B") } }).graphId },
      { ...content, datasets: [first] },
      { ...content, datasets: [first, { ...second, from: 2n }] },
      { ...content, datasets: [{ ...first, to: null }, second] },
      { ...content, config: { cash: "10000.01" } },
      { ...content, seed: 2 },
      { ...content, seed: 2n ** 64n - 1n },
      { ...content, semanticsVersion: 2 },
    ];
    expect(new Set(others.map(runIdOf)).size).toBe(others.length);
    reached("G11");
  });

  it("refuses seeds that are no whole number of 64 bits, and configurations that are no JSON", () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN, 2n ** 64n]) {
      expect(issueLinesOf(() => runIdOf({ ...content, seed }))).toEqual(["config/range config.seed"]);
    }
    expect(issueLinesOf(() => runIdOf({ ...content, config: { cash: Number.NaN } }))).toEqual([
      "json/not-finite $.config.cash",
    ]);
  });
});

describe("computeKeyOf and evalKeyOf", () => {
  const compute = {
    nodeId: idOf(close()),
    world: "base",
    domain: "backtest",
    asOf: "2020-01-01",
    partition: null,
    dataset: `blake3:${"3".repeat(64)}`,
  } as const;
  const evaluation = { ...compute, contract: "signal@1", codeVersion: "7", resourcePolicy: { memoryMb: 64 } };

  it("change with every part", () => {
    const changes = [
      { nodeId: idOf(close("B")) },
      { world: "other" },
      { domain: "shadow" as const },
      { asOf: null },
      { partition: "SPY" },
      { dataset: `blake3:${"4".repeat(64)}` as Digest },
    ];
    const computed = [compute, ...changes.map((change) => ({ ...compute, ...change }))].map(computeKeyOf);
    expect(new Set(computed).size).toBe(changes.length + 1);
    const further = [...changes, { contract: "signal@2" }, { codeVersion: "8" }, { resourcePolicy: { memoryMb: 65 } }];
    const evaluated = [evaluation, ...further.map((change) => ({ ...evaluation, ...change }))].map(evalKeyOf);
    expect(new Set(evaluated).size).toBe(further.length + 1);
  });

  it("see nothing but their parts", () => {
    expect(computeKeyOf(evaluation)).toBe(computeKeyOf(compute));
    expect(evalKeyOf({ ...evaluation, host: "here" } as never)).toBe(evalKeyOf(evaluation));
  });
});

describe("graphs", () => {
  it("have other ids for any two specs that differ in more than their code", () => {
    const sameCode: NodeSpec = { ...SMA, period: (params) => params["period"] as number };
    expect(nodeIdOf(applyNode(sameCode, { x: close() }, { period: 2 }))).toBe(idOf(sma(close(), 2)));
    expect(nodeIdOf(applyNode(CLOSE, {}, {}))).toBe(idOf(close()));
    expect(nodeIdOf(applyNode(SUB, { a: 1, b: 2 }, {}))).toBe(idOf(sub(1, 2)));
  });
});
