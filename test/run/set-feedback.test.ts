// Node sets whose publishing, fills and portfolio are replaced: by operators and by user nodes, alone and together.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  AttachOptions,
  BarsTape,
  ChainPlace,
  FillSeries,
  NumberOutput,
  RunConfig,
  RunOptions,
  RunResult,
  SetPortfolio,
} from "../../kernel/index.js";
import {
  add,
  bars,
  coalesce,
  cumMax,
  cumSum,
  defineNodeSet,
  delayed,
  div,
  eq,
  graph,
  gt,
  lt,
  mod,
  mul,
  nodeIdOf,
  NODE_SETS,
  nodeSetRegistry,
  portfolioView,
  REASONS,
  reduceSum,
  riskControl,
  runGraph,
  select,
  sma,
  strategyScope,
  sub,
  targetQuantity,
  userNode,
} from "../../kernel/index.js";
import { expectationsOf } from "../kernel/graph/issues-of.js";
import { tape, zigzag } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import { linesBefore, runOrders } from "./order-lines.js";
import { resumedRun } from "./resumed.js";
import { half } from "./half-node.js";
import { runsOf } from "../model/arbitrary-case.js";

const registry = nodeSetRegistry();
const { close, time } = bars();
const START = 100_000;
const SHORT = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
/** A set whose own risk cuts, so that what risk sees shows. */
const JUDGED = defineNodeSet({
  name: "judged",
  version: 1,
  summary: "A target behind risk.",
  gates: () => ({
    risk: riskControl({
      position: 0.2,
      concentration: null,
      leverage: 0.5,
      volatility: 0.6,
      samples: 6,
      samplesMin: 2,
    }),
  }),
});
/** In units, from the fourth row on. */
const QUANTITY = { signal: "targetQuantity", when: gt(time, 4 * 3600) } as const satisfies AttachOptions;

function run(
  options: AttachOptions,
  prices: readonly number[],
  signal: NumberOutput,
  config: Partial<RunConfig> = {},
): RunResult {
  const { decisions } = JUDGED.attach(signal, { ...QUANTITY, ...options });
  return runOrders(decisions, [tape("A", prices)], { cash: START, ...SHORT, ...config });
}

/** Cash as fills leave it, and what they add up to at a price: the portfolio of one instrument, or of several. */
const folded =
  (price: NumberOutput): SetPortfolio =>
  ({ bought, sold, value, fees }: FillSeries) => {
    const held = cumSum(sub(coalesce(bought, 0), coalesce(sold, 0)));
    const cash = add(START, cumSum(coalesce(sub(value, fees), 0)));
    const equity = add(reduceSum(sub(cash, START)), add(START, reduceSum(mul(held, price))));
    return { equity, peak: cumMax(equity) };
  };

const all = (fills: FillSeries): FillSeries => fills;
const up = gt(close, sma(close, 2));
const swing = select(up, 300, -200);
// Quarters of a dollar, which floats have exactly.
const QUARTERS = fc
  .array(fc.integer({ min: 330, max: 470 }), { minLength: 10, maxLength: 30 })
  .map((prices) => prices.map((price) => price * 25));

describe("a set with a portfolio of its own", () => {
  it("of the run's equity a bucket before, and of every fill, trades as the set itself", () => {
    const law = fc.property(QUARTERS, fc.integer({ min: 1, max: 3 }), (prices, lag) => {
      const risk = riskControl({
        position: 0.2,
        concentration: null,
        leverage: 0.5,
        volatility: 0.6,
        samples: 6,
        samplesMin: 2,
        lag,
      });
      const own = linesBefore(run({ components: { risk } }, prices, swing));
      const copied: SetPortfolio = (_, { portfolio }) => ({ equity: portfolio.equity });
      expect(linesBefore(run({ lag, components: { ingest: all, portfolio: copied } }, prices, swing))).toEqual(own);
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 21 });
  });

  it("made of its fills alone, trades as the set itself", () => {
    const law = fc.property(QUARTERS, (prices) => {
      const risk = riskControl({ position: 0.2, concentration: null, leverage: 0.5 });
      const own = linesBefore(run({ components: { risk } }, prices, swing));
      // Snapshots are of the close before, as those of the run are.
      const portfolio = folded(delayed(close, 1));
      expect(linesBefore(run({ components: { risk, ingest: all, portfolio } }, prices, swing))).toEqual(own);
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 22 });
  });

  it("sees of its fills what the ingest passes on: later ones, and those of a size alone", () => {
    const fills = (ingest: (fills: FillSeries) => FillSeries): RunResult =>
      run({ components: { ingest, portfolio: folded(close), risk: null } }, zigzag(30), swing);
    const late = (seen: FillSeries): FillSeries =>
      Object.fromEntries(Object.entries(seen).map(([field, series]) => [field, delayed(series, 1)])) as FillSeries;
    const large = (seen: FillSeries): FillSeries => {
      const isLarge = gt(coalesce(add(seen.bought, seen.sold), 0), 250);
      const kept = Object.entries(seen).map(([field, series]) => [field, select(isLarge, series, 0)]);
      return Object.fromEntries(kept) as FillSeries;
    };
    // Without risk nothing depends on what a quantity's chain believes.
    expect(new Set([all, late, large].map((ingest) => linesBefore(fills(ingest)).join())).size).toBe(1);
    const sized = (ingest: (fills: FillSeries) => FillSeries): string => {
      const { decisions } = JUDGED.attach(select(up, 0.5, -0.3), {
        when: gt(time, 7200),
        components: { ingest, portfolio: folded(close), risk: null },
      });
      return linesBefore(runOrders(decisions, [tape("A", zigzag(30))], { cash: START, ...SHORT })).join();
    };
    expect(new Set([all, late, large].map(sized)).size).toBe(3);
  });

  it("takes fills of its strategy alone under a scope of its own", () => {
    const other = targetQuantity(select(up, -77, 55), { gates: { strategy: strategyScope("other") } });
    const held = (options: AttachOptions): readonly string[] => {
      const { decisions } = JUDGED.attach(select(up, 0.1, 0.05), {
        strategy: "mine",
        portfolioScope: "strategy",
        ...options,
      });
      const both = runOrders([...decisions, other], [tape("A", zigzag(30))], { cash: START, ...SHORT });
      return linesBefore(both).filter((line) => line.includes("fill"));
    };
    const portfolio = folded(close);
    const alone = held({ components: { portfolio, risk: null } });
    expect(alone).not.toEqual(held({ portfolioScope: "world", components: { portfolio, risk: null } }));
    const { decisions } = JUDGED.attach(0.1, {
      strategy: "mine",
      portfolioScope: "strategy",
      components: { portfolio },
    });
    const made = graph({ decisions });
    const named = made.nodes.filter(({ spec }) => spec.type === "fillState").map(({ params }) => params["strategy"]);
    expect(named).toEqual(["mine"]);
  });
});

describe("every place of a set's feedback", () => {
  const twice = userNode({
    name: "twice",
    version: 2,
    period: 1,
    inputs: { x: "number" },
    outputs: { value: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, (inputs.x.get(row) ?? 0) * 2);
    },
  });
  const components = {
    publish: half({ x: 60 }).value as NumberOutput,
    ingest: (fills: FillSeries) => ({ ...fills, fees: twice({ x: fills.fees }).value as NumberOutput }),
    portfolio: (fills: FillSeries) => {
      const paid = cumSum(coalesce(fills.fees, 0));
      return { equity: half({ x: sub(200_000, paid) }).value as NumberOutput };
    },
  };
  const tapes: readonly BarsTape[] = [tape("A", zigzag(60))];
  const config: RunConfig = { fees: { taker: 0.001 }, participation: null, ...SHORT };

  it("may be a user node, with one result however the run is cut", () => {
    const { decisions } = JUDGED.attach(select(up, 0.5, -0.3), { components });
    const made = graph({ decisions });
    const dataset = { name: "f", fingerprint: `blake3:${"3".repeat(64)}`, bars: tapes } as const;
    const at = (options: RunOptions): string => runGraph(engineFor(), made, dataset, config, options).resultDigest;
    const whole = runGraph(engineFor(), made, dataset, config);
    expect(whole.counts.fills).toBeGreaterThan(5);
    for (const options of [{ blockRows: 1 }, { blockRows: 7 }, { stepEveryBucket: true }, { windowRows: 9 }]) {
      expect(at(options)).toBe(whole.resultDigest);
    }
    const parts = { engines: [engineFor()], graph: made, dataset, config };
    expect(resumedRun(parts, [2, 9, 31]).resultDigest).toBe(whole.resultDigest);
    for (const units of whole.tables().orders.quantity) expect(units >= -130n && units <= 130n).toBe(true);
  });

  it("is named by what stands there", () => {
    const said = (place: ChainPlace, given: AttachOptions["components"]): readonly string[] => {
      const { chain } = registry.make("ccxt_futures", 0.1, "w", given === undefined ? {} : { components: given });
      return chain
        .filter((link) => link.place === place)
        .map(({ component, version, runs }) => `${component} ${version} ${runs}`);
    };
    expect(said("OrderPublish", components)).toEqual(["user:half 1 user"]);
    expect(said("OrderPublish", { publish: true })).toEqual(["constantBoolean 1 wasm"]);
    expect(said("OrderPublish", { publish: gt(close, 1) })).toEqual(["gt 1 wasm"]);
    expect(said("FillIngest", components)).toEqual(["fillState 1 wasm", "user:twice 2 user"]);
    expect(said("Portfolio", components)).toEqual(["user:half 1 user"]);
    expect(said("Portfolio", { portfolio: portfolioView({ equity: 5, peak: cumMax(close) }) })).toEqual([
      "constant 1 wasm",
      "cumMax 1 wasm",
    ]);
    const own = said("Portfolio", undefined).concat(said("FillIngest", undefined), said("OrderPublish", undefined));
    expect(own.map((each) => each.split(" ")[0])).toEqual(["ledger", "fill", "publish"]);
  });

  it("is part of the identity of what the set sends", () => {
    const { publish, ingest, portfolio } = components;
    const ids = [
      {},
      { publish },
      { portfolio },
      { ingest, portfolio },
      { publish, ingest, portfolio },
      { publish: 30 },
      { portfolio: portfolioView({ equity: 1 }) },
    ].map((given) => nodeIdOf(JUDGED.attach(0.1, { components: given }).decisions[0]!.node));
    expect(new Set(ids).size).toBe(ids.length);
    const later = JUDGED.attach(0.1, { lag: 2, components: { portfolio } }).decisions[0]!.node;
    expect(ids).not.toContain(nodeIdOf(later));
  });
});

describe("sets that ship", () => {
  const publish = select(lt(mod(div(time, 3600), 2), 1), 5, 0);
  const portfolio: SetPortfolio = (_, books) => ({ equity: mul(books.portfolio.equity, 0.5) });

  it("say which parts they take", () => {
    const ports = (name: string): readonly string[] => registry.get(name).describe().ports;
    for (const { name } of NODE_SETS) expect(ports(name)).toContain("publish");
    const gates = ["risk", "timing", "preTrade", "activation", "compliance"];
    const behind = ["sizing", "router", "execution", "publish", "ingest", "portfolio"];
    expect(ports("ccxt_spot")).toEqual([...gates, ...behind]);
    expect(ports("intent_first")).toEqual(ports("ccxt_spot").filter((port) => port !== "sizing"));
    expect(ports("decision_engine")).toEqual([...gates, "router", "execution", "publish"]);
  });

  it("obey them: intents are sized by the view and cut by the publisher", () => {
    const intent = (size: "percent" | "quantity", value: number) =>
      ({
        intentId: "i",
        ts: 4n * 3_600_000_000_000n,
        instrument: "A",
        side: "buy",
        size: { type: size, value },
      }) as const;
    const sent = (given: AttachOptions["components"], size: "percent" | "quantity", value: number) => {
      const components = { risk: null, ...given };
      const { decisions } = registry.make("intent_first", [intent(size, value)], "w", { components });
      return linesBefore(
        runOrders(decisions, [tape("A", [10_000, 10_000, 10_000, 10_000, 10_000, 10_000])], { cash: START }),
      );
    };
    expect(sent({}, "percent", 0.1)[0]).toBe("4 order 1 market 100");
    expect(sent({ portfolio }, "percent", 0.1)[0]).toBe("4 order 1 market 50");
    expect(sent({ publish }, "quantity", 10)[0]).toBe("4 order 1 market 5");
  });

  it("obey them: an engine enters as far as its publisher takes", () => {
    const recommended = select(eq(time, 4 * 3600), 0.9, div(0, sub(close, close)));
    const at = (given: AttachOptions["components"]) => {
      const engine = { checks: { window: false }, stops: false, rebalance: false, sizer: { cap: null } } as const;
      const { decisions } = registry.make("decision_engine", recommended, "w", {
        engine,
        ...(given && { components: given }),
      });
      const result = runOrders(decisions, [tape("A", zigzag(12))], { cash: START });
      const { refusals, fills } = result.tables();
      return [[...fills.quantity].map(Number), [...refusals.reason].map((code) => REASONS[code])];
    };
    expect(at({ publish })).toEqual([[5], []]);
    expect(at({ publish: false })).toEqual([[], ["backpressure"]]);
  });

  it("refuse parts that they have of their own, and what is none, each with its path", () => {
    const engine = (given: object) => () => registry.make("decision_engine", 0.9, "w", { components: given });
    expect(expectationsOf(engine({ portfolio, ingest: all, sizing: close }))).toEqual([
      "decision_engine.components.portfolio: the account itself",
      "decision_engine.components.ingest: the account's own fills",
      "decision_engine.components.sizing: the set's own sizes",
    ]);
    const wrong = (given: object, options: object = {}) =>
      expectationsOf(() => registry.make("plain", 0.1, "w", { ...options, components: given as never }));
    expect(wrong({ publish: "all" })).toEqual(["plain.components.publish: a series of numbers or booleans"]);
    expect(wrong({ publish: riskControl() })).toEqual(["plain.components.publish: a series of numbers or booleans"]);
    expect(wrong({ ingest: all })).toEqual(["plain.components.ingest: a portfolio made of its fills"]);
    expect(wrong({ ingest: 5, portfolio })).toEqual(["plain.components.ingest: a function that passes fills on"]);
    expect(wrong({ ingest: all, portfolio: portfolioView({ equity: 1 }) })).toEqual([
      "plain.components.ingest: a portfolio made of its fills",
    ]);
    expect(wrong({ portfolio: riskControl() })).toEqual([
      "plain.components.portfolio: a portfolioView, or a function that makes its series",
    ]);
    expect(wrong({ portfolio: null })).toEqual([
      "plain.components.portfolio: a portfolioView, or a function that makes its series",
    ]);
    expect(wrong({ ingest: ({ count }: FillSeries) => ({ count, sold: gt(count, 1) }), portfolio })).toEqual([
      ...["bought", "sold", "value", "fees", "price", "adjusted"].map(
        (field) => `plain.components.ingest.${field}: a series of numbers`,
      ),
    ]);
    expect(wrong({ portfolio: () => ({ equity: gt(close, 1), worth: close, peak: Number.NaN }) })).toEqual([
      "plain.components.portfolio.equity: a series of numbers, or a plain one",
      "plain.components.portfolio.worth: equity, peak",
      "plain.components.portfolio.peak: a series of numbers, or a plain one",
    ]);
    expect(wrong({ portfolio: () => undefined })).toEqual(["plain.components.portfolio.equity: a series of numbers"]);
    expect(wrong({ publish: 5 }, { lag: 2 })).toEqual(["plain.lag: a portfolio that sees over it"]);
    expect(wrong({ portfolio }, { lag: 0 })).toEqual(["plain.lag: a whole number of rows, 1 to 100000"]);
    expect(wrong({ publisher: true })[0]).toContain("plain.components.publisher: risk, timing");
  });
});
