// Rules of an order's terms, refused when the graph is made.

import { describe, expect, it } from "vitest";
import { CATALOGUE, parseGraph } from "../../../kernel/index.js";
import { issueLinesOf, issuesOf } from "./issues-of.js";

type Members = Readonly<Record<string, unknown>>;

const NODES: readonly Members[] = [
  { name: "bars", type: "bars" },
  { name: "up", type: "gt", inputs: { a: "bars.close", b: 10 } },
  { name: "entry", type: "order", inputs: { size: 1, when: "up" } },
];

function orderNode(name: string, inputs: Members, params: Members = {}): Members {
  return { name, type: "order", inputs: { size: 1, ...inputs }, params };
}

/** Issues of a graph with these orders beside an entry, as `code path` lines. */
function refusals(...orders: readonly Members[]): readonly string[] {
  return issueLinesOf(() => parseGraph({ nodes: [...NODES, ...orders] }, CATALOGUE));
}

/** Paths in the one order `x` that breaks a rule. */
function broken(inputs: Members, params: Members = {}): readonly string[] {
  return refusals(orderNode("x", inputs, params)).map((line) => {
    expect(line.startsWith("graph/order graph.nodes.x.")).toBe(true);
    return line.slice("graph/order graph.nodes.x.".length);
  });
}

const price = "bars.low";

describe("the terms of an order", () => {
  it.each([
    ["a limit type without a limit", {}, { type: "limit" }, ["inputs.limit"]],
    ["a stop type without a stop", {}, { type: "stop" }, ["inputs.stop"]],
    ["a stop-limit with neither", {}, { type: "stopLimit" }, ["inputs.limit", "inputs.stop"]],
    ["an if-touched order without a stop", {}, { type: "marketIfTouched" }, ["inputs.stop"]],
    ["trailing without a trail", {}, { type: "trailingStop" }, ["inputs.trail"]],
    ["a trailing stop-limit without its offset", { trail: 1 }, { type: "trailingStopLimit" }, ["inputs.limitOffset"]],
    ["a limit at the open without a limit", {}, { type: "limitOnOpen" }, ["inputs.limit"]],
    ["a price that the type does not have", { limit: price }, { type: "market" }, ["inputs.limit"]],
    ["a trailing unit without trailing", {}, { trailUnit: "ticks" }, ["params.trailUnit"]],
    ["gtd without an end", { limit: price }, { type: "limit", timeInForce: "gtd" }, ["params.goodFor"]],
    [
      "gtd with two ends",
      {},
      { timeInForce: "gtd", goodFor: "1d", goodTill: "2026-01-31T00:00:00Z" },
      ["params.goodTill"],
    ],
    ["an end without gtd", {}, { goodFor: "1d" }, ["params.goodFor"]],
    ["a length that is none", {}, { timeInForce: "gtd", goodFor: "soon" }, ["params.goodFor"]],
    ["an instant that is none", {}, { timeInForce: "gtd", goodTill: "2026-02-30T00:00:00Z" }, ["params.goodTill"]],
    ["an instant that is not in its one form", {}, { timeInForce: "gtd", goodTill: "2026-01-31" }, ["params.goodTill"]],
    ["post-only on a market order", {}, { postOnly: true }, ["params.postOnly"]],
    [
      "post-only with ioc",
      { limit: price },
      { type: "limit", postOnly: true, timeInForce: "ioc" },
      ["params.postOnly"],
    ],
    [
      "post-only with fok",
      { limit: price },
      { type: "limit", postOnly: true, timeInForce: "fok" },
      ["params.postOnly"],
    ],
    ["ioc at the close", {}, { type: "marketOnClose", timeInForce: "ioc" }, ["params.timeInForce"]],
    ["fok at the open", { limit: price }, { type: "limitOnOpen", timeInForce: "fok" }, ["params.timeInForce"]],
    ["an iceberg that does not rest", { display: 1 }, {}, ["inputs.display"]],
    ["risk without its stop", {}, { unit: "risk" }, ["inputs.riskStop"]],
    ["volatility without it", {}, { unit: "volatility" }, ["inputs.volatility"]],
    ["kelly without its share", {}, { unit: "kelly" }, ["inputs.kelly"]],
    ["a measure of another unit", { kelly: 1 }, { unit: "value" }, ["inputs.kelly"]],
    ["an exact size of a share", {}, { unit: "percent", exactSizes: true }, ["params.exactSizes"]],
    ["exact prices without a price", {}, { exactPrices: true }, ["params.exactPrices"]],
    ["release without a parent", {}, { release: "full" }, ["params.release"]],
    ["fromFill without a parent", { limit: price }, { type: "limit", fromFill: true }, ["params.fromFill"]],
    ["a group of one", {}, { link: "oco" }, ["inputs.sibling"]],
    ["a sibling without a link", { sibling: "entry" }, {}, ["params.link"]],
    ["a trigger of a child", { parent: "entry", when: "up" }, {}, ["inputs.when"]],
    ["a unit of a child", { parent: "entry" }, { unit: "percent" }, ["params.unit"]],
    ["an exact size of a child", { parent: "entry" }, { exactSizes: true }, ["params.exactSizes"]],
    ["fromFill without a price", { parent: "entry" }, { fromFill: true }, ["params.fromFill"]],
  ] as const)("refuse %s", (_, inputs, params, expected) => {
    expect(broken(inputs, params)).toEqual(expected);
  });

  it("are refused all at once, in every node", () => {
    expect(
      refusals(
        orderNode("a", {}, { type: "limit", postOnly: true, timeInForce: "ioc" }),
        orderNode("b", {}, { link: "ouo" }),
      ),
    ).toEqual([
      "graph/order graph.nodes.a.inputs.limit",
      "graph/order graph.nodes.a.params.postOnly",
      "graph/order graph.nodes.b.inputs.sibling",
    ]);
  });

  it("let a display be as large as it likes, and a child be of any type", () => {
    expect(broken({ limit: price, display: 1_000_000 }, { type: "limit" })).toEqual([]);
    expect(broken({ parent: "entry" }, { type: "marketOnClose" })).toEqual([]);
  });

  it("are not asked for where the price itself has an issue", () => {
    expect(refusals(orderNode("x", { limit: "nowhere" }, { type: "limit" }))).toEqual([
      "graph/unknown-node graph.nodes.x.inputs.limit",
    ]);
  });
});

describe("orders that refer to orders", () => {
  it("are refused over different instruments", () => {
    const a = orderNode("a", { limit: price }, { type: "limit", instrument: "A" });
    const b = orderNode("b", { limit: price, sibling: "a" }, { type: "limit", instrument: "B", link: "oco" });
    expect(refusals(a, b)).toEqual(["graph/order graph.nodes.b.params.instrument"]);
    const child = orderNode("c", { parent: "a" }, { instrument: "B" });
    expect(refusals(a, child)).toEqual(["graph/order graph.nodes.c.params.instrument"]);
    expect(refusals(a, orderNode("c", { parent: "a" }))).toEqual([]);
  });

  it("are refused with two links in one group", () => {
    const b = orderNode("b", { sibling: "entry" }, { link: "oco" });
    const c = orderNode("c", { sibling: "b", limit: price }, { link: "ouo", type: "limit" });
    expect(refusals(b, c)).toEqual(["graph/order graph.nodes.c.params.link"]);
  });

  it("are refused when a group has children of different parents", () => {
    const child = orderNode("child", { parent: "entry" });
    const alone = orderNode("alone", { limit: price, sibling: "child" }, { type: "limit", link: "oco" });
    expect(refusals(child, alone)).toEqual(["graph/order graph.nodes.alone.inputs.sibling"]);
  });

  it("are refused in a circle", () => {
    const [line] = refusals(orderNode("a", { parent: "b" }), orderNode("b", { parent: "a" }));
    expect(line).toBe("graph/cycle graph.nodes.a");
  });

  it("are refused over a lag, and where a series is wanted", () => {
    expect(refusals(orderNode("x", { parent: { node: "entry", lag: 1 } }))).toEqual([
      "graph/lag graph.nodes.x.inputs.parent",
    ]);
    expect(refusals(orderNode("x", { limit: "entry" }, { type: "limit" }))).toEqual([
      "graph/type graph.nodes.x.inputs.limit",
    ]);
    expect(refusals(orderNode("x", { parent: "bars" }))).toEqual(["graph/type graph.nodes.x.inputs.parent"]);
    const publish = () => parseGraph({ nodes: NODES, publish: { entry: "entry" } }, CATALOGUE);
    expect(issueLinesOf(publish)).toEqual(["graph/type graph.publish.entry"]);
  });

  it("name what they got and what to do", () => {
    const nodes = [
      ...NODES,
      { name: "t", type: "targetPercent", inputs: { target: 1 } },
      orderNode("x", { parent: "t" }),
    ];
    const [issue] = issuesOf(() => parseGraph({ nodes }, CATALOGUE));
    // A target sends orders too, but none that another decision could refer to.
    expect(issue?.code).toBe("graph/unknown-output");
  });
});
