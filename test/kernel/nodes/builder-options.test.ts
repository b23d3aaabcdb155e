// Options of builders: a name that is not known, a limit below 0 or a value of another kind never leaves out a gate.

import { describe, expect, it } from "vitest";
import {
  activationGate,
  amendOrder,
  bars,
  bollinger,
  bracket,
  CATALOGUE,
  circuitBreaker,
  commitment,
  complianceGate,
  commitmentSizer,
  decisionChecks,
  decisionEngine,
  fillState,
  graph,
  graphJson,
  hysteresis,
  ichimoku,
  keltner,
  limitOrder,
  macd,
  marketOrder,
  order,
  parabolicSar,
  parseGraph,
  portfolioView,
  positionState,
  preTradeGate,
  reservePool,
  riskControl,
  router,
  stochastic,
  stopManager,
  strategyScope,
  supertrend,
  targetPercent,
  targetQuantity,
  targetValue,
  tierPolicy,
  timingGate,
  vwap,
  weeklyRebalance,
} from "../../../kernel/index.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";

const { close, high, low, volume } = bars();
const entry = limitOrder(1, close);

/** Every builder with options, called as a JavaScript caller may. */
const BUILDERS: Readonly<Record<string, (options: never) => unknown>> = {
  riskControl,
  timingGate,
  preTradeGate,
  activationGate,
  strategyScope: (options) => strategyScope("a", options),
  router,
  complianceGate: (options) => complianceGate({ region: "EU", venues: [] }, options),
  "complianceGate.rules": complianceGate,
  portfolioView,
  circuitBreaker,
  reservePool,
  tierPolicy,
  decisionChecks,
  commitmentSizer,
  stopManager,
  weeklyRebalance,
  gates: (gates) => targetPercent(1, { gates }),
  targetPercent: (options) => targetPercent(1, options),
  targetValue: (options) => targetValue(1, options),
  targetQuantity: (options) => targetQuantity(1, options),
  order: (options) => order(1, options),
  bracket: (options) => bracket(entry, options),
  amendOrder: (options) => amendOrder(entry, options),
  commitment: (options) => commitment(0.8, options),
  decisionEngine: (options) => decisionEngine(0.8, options),
  "decisionEngine.tier": (tier) => decisionEngine(0.8, { tier, stops: false }),
  bars,
  positionState,
  fillState,
  vwap: (options) => vwap(close, volume, options),
  bollinger: (options) => bollinger(close, options),
  keltner: (options) => keltner(high, low, close, options),
  macd: (options) => macd(close, options),
  stochastic: (options) => stochastic(high, low, close, options),
  ichimoku: (options) => ichimoku(high, low, close, options),
  parabolicSar: (options) => parabolicSar(high, low, options),
  supertrend: (options) => supertrend(high, low, close, options),
  hysteresis: (options) => hysteresis(close, options),
};

describe("options of builders", () => {
  it.each(Object.entries(BUILDERS))("are refused by %s for a name that it does not know", (name, build) => {
    expect(issueLinesOf(() => build({ notAnOption: 1 } as never))).toEqual([`graph/unknown-param ${name}.notAnOption`]);
  });

  it.each(Object.entries(BUILDERS))("are refused by %s when they are no object", (name, build) => {
    for (const given of [null, 0.05, "SPY", [], close]) {
      expect(issueLinesOf(() => build(given as never))).toEqual([`graph/type ${name}`]);
    }
  });

  it("may have names without a value, and say which name was meant", () => {
    expect(() => targetPercent(1, { gate: undefined } as never)).not.toThrow();
    expect(issuesOf(() => riskControl({ postion: 0.05 } as never))).toEqual([
      {
        code: "graph/unknown-param",
        path: "riskControl.postion",
        expected: expect.stringContaining("one of leverage, drawdown, concentration, volatility, position, samples"),
        received: '"postion"',
        advice: "Did you mean position?",
      },
    ]);
    expect(issueLinesOf(() => marketOrder(1, { lmit: 5, tif: "day" } as never))).toEqual([
      "graph/unknown-param order.lmit",
      "graph/unknown-param order.tif",
    ]);
    // The ports of gates have names of their own, which are no options.
    expect(issueLinesOf(() => targetPercent(1, { riskGate: riskControl() } as never))).toEqual([
      "graph/unknown-param targetPercent.riskGate",
    ]);
    expect(issueLinesOf(() => targetPercent(1, { gates: { slippage: 5 } } as never))).toEqual([
      "graph/unknown-param gates.slippage",
    ]);
  });

  it("switch a limit off by null alone", () => {
    for (const off of [-0.05, -1, Number.NaN, Number.POSITIVE_INFINITY, "0.05", false]) {
      for (const limit of ["leverage", "drawdown", "concentration", "volatility", "position"]) {
        const [issue] = issuesOf(() => riskControl({ [limit]: off }));
        expect(issue).toMatchObject({
          path: `riskControl.params.${limit}`,
          expected: "a limit of 0 or more, or null for none",
        });
      }
      expect(issueLinesOf(() => preTradeGate({ openOrders: off } as never))).toEqual([
        "graph/param-range preTradeGate.params.openOrders",
      ]);
      expect(issueLinesOf(() => commitmentSizer({ cap: off } as never))).toEqual([
        "graph/param-range commitmentSizer.params.cap",
      ]);
    }
    for (const fine of [null, 0, 0.05, undefined]) {
      expect(() => riskControl({ position: fine } as never)).not.toThrow();
      expect(() => commitmentSizer({ cap: fine } as never)).not.toThrow();
    }
  });

  it("switch a limit off by one number in a document", () => {
    const made = graph({ decisions: [targetPercent(1, { gates: { risk: riskControl({ position: null }) } })] });
    const text = graphJson(made);
    expect(text).toContain('"position":-1');
    expect(() => parseGraph(text, CATALOGUE)).not.toThrow();
    const wrong = text.replace('"position":-1', '"position":-0.5');
    expect(issuesOf(() => parseGraph(wrong, CATALOGUE))[0]).toMatchObject({
      code: "graph/order",
      expected: "0 or more, or -1 for none",
      received: "-0.5",
    });
  });

  it("take lists as lists, never a text as its letters", () => {
    expect(issueLinesOf(() => preTradeGate({ symbols: "SPY" } as never))).toEqual([
      "graph/param-type preTradeGate.params.symbols",
    ]);
    expect(issueLinesOf(() => preTradeGate({ symbols: null } as never))).toEqual([
      "graph/param-type preTradeGate.params.symbols",
    ]);
    expect(issueLinesOf(() => preTradeGate({ classes: ["equity", 5] } as never))).toEqual([
      "graph/param-type preTradeGate.params.classes.1",
    ]);
    expect(issueLinesOf(() => timingGate({ sessions: "pre" } as never))).toEqual([
      "graph/param-type timingGate.sessions",
    ]);
    expect(issueLinesOf(() => timingGate({ sessions: null } as never))).toEqual([
      "graph/param-type timingGate.sessions",
    ]);
  });

  it("name gates of their own kind", () => {
    expect(issueLinesOf(() => targetPercent(1, { gates: { risk: null } } as never))).toEqual([
      "graph/type targetPercent.inputs.riskGate",
    ]);
    expect(issueLinesOf(() => targetPercent(1, { gates: { publish: null } } as never))).toEqual([
      "graph/type targetPercent.inputs.publishGate",
    ]);
  });

  it("name worlds as topics have them", () => {
    for (const world of ["a.b", "", "a b"])
      expect(issueLinesOf(() => activationGate({ world }))).toEqual(["graph/order activationGate.params.world"]);
  });

  it("name sectors by texts", () => {
    for (const sector of [5, null, "", "a=b"]) {
      expect(issueLinesOf(() => commitment(0.8, { sectors: { A: sector } } as never))).toEqual([
        "graph/order commitment.sectors.A",
      ]);
    }
    expect(issueLinesOf(() => commitment(0.8, { sectors: "tech" } as never))).toEqual([
      "graph/type commitment.sectors",
    ]);
  });

  it("give a stop's limit beside a stop", () => {
    expect(issueLinesOf(() => bracket(entry, { stopLimit: 5, target: 6 }))).toEqual(["graph/order bracket.stop"]);
  });
});
