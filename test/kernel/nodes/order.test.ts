// Builders of orders, brackets, groups and amendments.

import { describe, expect, it } from "vitest";
import {
  amendOrder,
  atr,
  bars,
  bracket,
  cancelOrders,
  CATALOGUE,
  crossOver,
  graph,
  graphDocument,
  graphJson,
  limitIfTouched,
  limitOnClose,
  limitOnOpen,
  limitOrder,
  marketIfTouched,
  marketOnClose,
  marketOnOpen,
  marketOrder,
  mermaidText,
  mul,
  nodeIdOf,
  oco,
  order,
  ouo,
  parseGraph,
  sma,
  stopLimitOrder,
  stopOrder,
  sub,
  targetPercent,
  trailingStop,
  trailingStopLimit,
} from "../../../kernel/index.js";
import type { Decision } from "../../../kernel/index.js";
import { issueLinesOf } from "../graph/issues-of.js";

const { high, low, close } = bars();
const when = crossOver(close, sma(close, 20));

describe("orders", () => {
  it("have one id, built in TypeScript or written as JSON", () => {
    const entry = stopOrder(10, high, { when, timeInForce: "gtd", goodFor: "3d" });
    const [, stop, target] = bracket(entry, { stop: sub(low, 1), target: mul(high, 1.1) }) as [
      Decision,
      Decision,
      Decision,
    ];
    const made = graph({ decisions: [stop, target], names: { entry, stop, target } });
    const written = parseGraph(
      {
        nodes: [
          { name: "bars", type: "bars" },
          { name: "mean", type: "sma", inputs: { x: "bars.close" }, params: { period: 20 } },
          { name: "up", type: "crossOver", inputs: { a: "bars.close", b: "mean" } },
          {
            name: "entry",
            type: "order",
            inputs: { size: 10, stop: "bars.high", when: "up" },
            params: { type: "stop", timeInForce: "gtd", goodFor: "3d" },
          },
          { name: "below", type: "sub", inputs: { a: "bars.low", b: 1 } },
          { name: "above", type: "mul", inputs: { a: "bars.high", b: 1.1 } },
          {
            name: "stop",
            type: "order",
            inputs: { size: -1, stop: "below", parent: "entry" },
            params: { type: "stop", reduceOnly: true },
          },
          {
            name: "target",
            type: "order",
            inputs: { size: -1, limit: "above", parent: "entry", sibling: "stop" },
            params: { type: "limit", reduceOnly: true, link: "ouo" },
          },
        ],
      },
      CATALOGUE,
    );
    expect(written.names.get("target") && nodeIdOf(written.names.get("target") as never)).toBe(nodeIdOf(target.node));
    expect(written.graphId).toBe(made.graphId);
    expect(parseGraph(graphJson(made), CATALOGUE).graphId).toBe(made.graphId);
  });

  it("bring the orders that they refer to into the graph", () => {
    const entry = limitOrder(10, low, { when });
    const [, stop] = bracket(entry, { stop: sub(low, 1) }) as [Decision, Decision];
    const alone = graph({ decisions: [stop] });
    expect(alone.decisions).toHaveLength(2);
    expect(alone.graphId).toBe(graph({ decisions: [stop, entry] }).graphId);
    expect(graphDocument(alone).decisions).toHaveLength(2);
  });

  it("are of the type that their builder is named after", () => {
    const made: readonly (readonly [string, Decision])[] = [
      ["market", marketOrder(1)],
      ["limit", limitOrder(1, close)],
      ["stop", stopOrder(1, close)],
      ["stopLimit", stopLimitOrder(1, close, high)],
      ["marketIfTouched", marketIfTouched(1, low)],
      ["limitIfTouched", limitIfTouched(1, low, close)],
      ["trailingStop", trailingStop(1, 2)],
      ["trailingStopLimit", trailingStopLimit(1, 2, 1)],
      ["marketOnOpen", marketOnOpen(1)],
      ["marketOnClose", marketOnClose(1)],
      ["limitOnOpen", limitOnOpen(1, close)],
      ["limitOnClose", limitOnClose(1, close)],
    ];
    for (const [type, { node }] of made) expect(node.params["type"]).toBe(type);
    expect(nodeIdOf(limitOrder(1, close).node)).toBe(nodeIdOf(order(1, { type: "limit", limit: close }).node));
  });

  it("take an instant as any text of it", () => {
    const till = (goodTill: string) => nodeIdOf(limitOrder(1, close, { timeInForce: "gtd", goodTill }).node);
    expect(till("2026-01-31")).toBe(till("2026-01-31T00:00:00Z"));
    expect(till("2026-01-31T09:30:00.500Z")).toBe(till("2026-01-31T09:30:00.5Z"));
    expect(till("2026-01-31")).not.toBe(till("2026-02-01"));
  });

  it("are drawn with thick edges between them", () => {
    const entry = limitOrder(10, low, { when });
    const text = mermaidText(graph({ decisions: [...bracket(entry, { stop: low }), cancelOrders(entry, when)] }));
    expect(text).toMatch(/n\d+ ==>\|"parent"\| n\d+/);
    expect(text).toMatch(/n\d+ ==>\|"of"\| n\d+/);
    expect(text).toContain('{{"order(type limit)"}}');
  });
});

describe("bracket", () => {
  const entry = marketOrder(10, { when });
  const terms = ({ node }: Decision) => node.params;

  it("gives the entry and children that reduce it and shrink together", () => {
    const [first, stop, trail, target] = bracket(entry, {
      stop: sub(close, mul(atr(high, low, close, 14), 2)),
      trail: 0.05,
      trailUnit: "percent",
      target: mul(close, 1.1),
    }) as [Decision, Decision, Decision, Decision];
    expect(first).toBe(entry);
    for (const child of [stop, trail, target]) {
      expect(terms(child)).toMatchObject({ reduceOnly: true, release: "partial" });
      expect(child.node.inputs["parent"]?.node).toBe(entry.node);
      expect(child.node.inputs["size"]?.node.params["value"]).toBe(-1);
    }
    expect([stop, trail, target].map((child) => terms(child)["type"])).toEqual(["stop", "trailingStop", "limit"]);
    expect([stop, trail, target].map((child) => terms(child)["link"])).toEqual(["none", "ouo", "ouo"]);
    expect(target.node.inputs["sibling"]?.node).toBe(trail.node);
  });

  it("measures prices from the fill when it is asked to, but never a distance that trails", () => {
    const [, stop, trail] = bracket(entry, { stop: 2, trail: 1, fromFill: true }) as [Decision, Decision, Decision];
    expect([terms(stop)["fromFill"], terms(trail)["fromFill"]]).toEqual([true, false]);
  });

  it("makes the stop a stop-limit when it has a limit", () => {
    const [, stop] = bracket(entry, { stop: 90, stopLimit: 89 }) as [Decision, Decision];
    expect(terms(stop)["type"]).toBe("stopLimit");
  });

  it("refuses to be empty, and what is no order", () => {
    expect(issueLinesOf(() => bracket(entry, {}))).toEqual(["graph/order bracket"]);
    expect(issueLinesOf(() => bracket(targetPercent(1), { stop: 90 }))).toEqual(["graph/type order.inputs.parent"]);
  });
});

describe("groups", () => {
  it("tie orders in a row", () => {
    const [a, b, c] = oco(
      stopOrder(1, high, { when }),
      limitOrder(1, low, { when }),
      marketIfTouched(1, low, { when }),
    );
    expect(b?.node.inputs["sibling"]?.node).toBe(a?.node);
    expect(c?.node.inputs["sibling"]?.node).toBe(b?.node);
    expect([a, b, c].map((each) => each?.node.params["link"])).toEqual(["none", "oco", "oco"]);
  });

  it("refuse a group of one, what is no order, and what is tied already", () => {
    const [a, b] = ouo(limitOrder(1, low), limitOrder(2, low)) as [Decision, Decision];
    expect(issueLinesOf(() => oco(a))).toEqual(["graph/order oco"]);
    expect(issueLinesOf(() => oco(a, targetPercent(1)))).toEqual(["graph/type oco.1"]);
    expect(issueLinesOf(() => oco(limitOrder(3, low), b))).toEqual(["graph/order oco.1"]);
  });
});

describe("amendments", () => {
  it("change what the order has", () => {
    const entry = limitOrder(1, low, { when });
    expect(() => amendOrder(entry, { limit: low, size: 2, when })).not.toThrow();
    expect(issueLinesOf(() => amendOrder(entry, { when }))).toEqual(["graph/order amend.inputs.size"]);
    expect(issueLinesOf(() => amendOrder(entry, { stop: low, when }))).toEqual(["graph/order amend.inputs.stop"]);
    expect(issueLinesOf(() => cancelOrders(targetPercent(1), when))).toEqual(["graph/type cancel.inputs.of"]);
  });
});
