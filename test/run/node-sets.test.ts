// Node sets: attached behind a signal they are gates, sizing and execution as one part; what is sent has passed them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  AttachOptions,
  FillSeries,
  InstrumentClass,
  RunConfig,
  RunResult,
  SetPortfolio,
  VenueProfile,
} from "../../kernel/index.js";
import {
  activationGate,
  bars,
  complianceGate,
  defineNodeSet,
  graph,
  gt,
  InputError,
  lt,
  NODE_SETS,
  nodeIdOf,
  nodeSetRegistry,
  preTradeGate,
  REASONS,
  riskControl,
  router,
  runGraph,
  select,
  targetPercent,
  timingGate,
  userNode,
  VENUE_PROFILES,
} from "../../kernel/index.js";
import { engineFor } from "../model/kernel-run.js";
import type { Bar } from "./order-lines.js";
import { expectationsOf } from "../kernel/graph/issues-of.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";

const registry = nodeSetRegistry();
const { close } = bars();
const up = select(gt(close, 100), 0.1, 0);
const PLAIN: RunConfig = { funding: "off", fees: { taker: 0 }, slippage: { kind: "none" }, participation: null };

function run(
  decisions: Parameters<typeof graph>[0]["decisions"],
  cents: readonly number[],
  config: Partial<RunConfig> = {},
  assetClass: InstrumentClass = "crypto-perpetual",
): RunResult {
  const tape = barsTape("A", flatBars(...cents), { assetClass });
  const dataset = { name: "set", fingerprint: `blake3:${"2".repeat(64)}`, bars: [tape] };
  return runGraph(engineFor(), graph({ decisions: decisions ?? [] }), dataset, { ...PLAIN, ...config });
}

describe("the registry", () => {
  it("has the sets of the specification, and says what they are", () => {
    expect(registry.names).toEqual([
      "plain",
      "ccxt_spot",
      "ccxt_futures",
      "ibkr_like",
      "intent_first",
      "decision_engine",
    ]);
    for (const set of NODE_SETS) {
      expect(set.describe()).toMatchObject({ name: set.name, version: set.version, exit: "orders" });
      expect(set.capabilities()).toEqual({ modes: ["simulate"], scopes: ["world", "strategy"] });
    }
  });

  it("refuses names that it does not know and sets that it has", () => {
    expect(() => registry.make("ccxt_futur", up, "w")).toThrow("Did you mean ccxt_futures?");
    const twin = defineNodeSet({ name: "plain", version: 2, summary: "another", gates: () => ({}) });
    expect(() => nodeSetRegistry([twin])).toThrow("one set a name");
    const own = defineNodeSet({ name: "mine", version: 1, summary: "mine", gates: () => ({ timing: timingGate() }) });
    expect(nodeSetRegistry([own]).make("mine", up, "w").decisions).toHaveLength(1);
  });
});

describe("a node set", () => {
  it("is the decision alone when it is plain: one way, not two", () => {
    const [attached] = registry.make("plain", up, "default").decisions;
    expect(nodeIdOf((attached as { node: never }).node)).toBe(nodeIdOf(targetPercent(up).node));
  });

  it("puts its name, version and profile into the identity of what it sends", () => {
    const ids = (version: number, profile?: VenueProfile): string => {
      const set = defineNodeSet({
        name: "s",
        version,
        summary: "s",
        gates: () => ({}),
        ...(profile === undefined ? {} : { profile }),
      });
      return nodeIdOf((set.attach(up).decisions[0] as { node: never }).node);
    };
    const [spot] = VENUE_PROFILES as [VenueProfile];
    expect(new Set([ids(1), ids(2), ids(1, spot), ids(1, { ...spot, version: 2 })]).size).toBe(4);
    expect(ids(1)).toBe(ids(1));
  });

  it("sends nothing without its gates", () => {
    const { decisions, config } = registry.make("ccxt_futures", up, "paper", { strategy: "s" });
    const inputs = decisions[0]?.node.inputs ?? {};
    expect(Object.keys(inputs)).toEqual(
      expect.arrayContaining(["riskGate", "preTradeGate", "activationGate", "setGate"]),
    );
    const frozen = { activations: [{ time: 0n, world: "paper", version: 1, freeze: true }] };
    const result = run(decisions, [10_000, 10_100, 10_200, 9_900], { account: config.account as never, ...frozen });
    expect(result.counts.orders).toBe(0);
    expect(linesBefore(result)[0]).toBe("1 refusal freeze 0 allowed 0");
  });

  it("brings the fees, the account and the funding of its venue", () => {
    const futures = registry.make("ccxt_futures", up, "w").config;
    expect(futures).toMatchObject({
      fees: { taker: "0.0005", maker: "0.0002" },
      funding: "required",
      account: { kind: "margin" },
    });
    const lower = registry.make("ccxt_futures", up, "w", { account: { leverage: "5", marginMode: "isolated" } }).config;
    expect(lower.account).toMatchObject({
      kind: "margin",
      leverage: "5",
      marginMode: "isolated",
      maintenance: "0.004",
    });
    expect(registry.make("ibkr_like", up, "w").config.fees).toMatchObject({ perUnit: "0.005", minimum: "1" });
    expect(registry.make("plain", up, "w").config).toEqual({});
  });

  it("takes other parts in place of its own: a policy, an operator, a user node, or none", () => {
    const calm = userNode({
      name: "calm",
      version: 1,
      period: 1,
      inputs: { price: "number" },
      outputs: { value: "boolean" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row++) outputs.value.set(row, (inputs.price.get(row) ?? 0) < 103);
      },
    });
    const make = (components: AttachOptions["components"]): ReturnType<typeof registry.make> =>
      registry.make("ccxt_futures", up, "w", {
        when: gt(close, 0),
        ...(components === undefined ? {} : { components }),
      });
    const strict = make({ risk: riskControl({ position: 0.05 }) });
    expect(linesBefore(run(strict.decisions, [10_100, 10_100])).slice(0, 2)).toEqual([
      "1 refusal position_size_limit 99 allowed 49",
      "1 order 1 market 49",
    ]);
    expect(run(make({ risk: lt(close, 100) }).decisions, [10_100, 10_100]).tables().refusals.rowCount).toBe(2);
    expect(run(make({ risk: null }).decisions, [10_100, 10_100]).counts.orders).toBe(1);
    const { decisions } = make({ risk: calm({ price: close }).value });
    expect(linesBefore(run(decisions, [10_300, 10_250, 10_250])).filter((line) => !line.includes("fill"))).toEqual([
      "1 refusal component_refused 0 allowed 0",
      "2 order 1 market 97",
    ]);
    const sized = registry.make("ccxt_futures", up, "w", { components: { sizing: select(gt(close, 100), 7, 0) } });
    expect(linesBefore(run(sized.decisions, [10_100, 10_100]))[0]).toBe("1 order 1 market 7");
  });

  it("trades what its venue does, by a pre-trade gate that can be replaced or left out", () => {
    for (const { name } of NODE_SETS) expect(registry.get(name).describe().ports).toContain("preTrade");
    const first = (
      set: "ccxt_spot" | "ccxt_futures" | "ibkr_like",
      assetClass: InstrumentClass,
      components: AttachOptions["components"] = {},
    ): string | undefined => {
      const { decisions } = registry.make(set, up, "w", { components });
      return linesBefore(run(decisions, [10_100, 10_100], {}, assetClass))[0];
    };
    const refused = "1 refusal symbol_validation_failed 0 allowed 0";
    expect(first("ccxt_spot", "crypto-spot")).toBe("1 order 1 market 99");
    expect(first("ccxt_spot", "equity")).toBe(refused);
    expect(first("ccxt_futures", "crypto-spot")).toBe(refused);
    expect(first("ibkr_like", "equity")).toBe("1 order 1 market 99");
    expect(first("ibkr_like", "index")).toBe(refused);
    expect(first("ccxt_spot", "equity", { preTrade: null })).toBe("1 order 1 market 99");
    expect(first("ccxt_spot", "equity", { preTrade: preTradeGate({ symbols: ["A"] }) })).toBe("1 order 1 market 99");
    expect(first("ccxt_spot", "equity", { preTrade: lt(close, 100) })).toBe("1 refusal component_refused 0 allowed 0");
    const idOf = (components: AttachOptions["components"] = {}): string =>
      nodeIdOf((registry.make("ccxt_spot", up, "w", { components }).decisions[0] as { node: never }).node);
    expect(new Set([idOf(), idOf({ preTrade: null }), idOf({ preTrade: preTradeGate() })]).size).toBe(3);
    const gateOf = (decisions: AttachedDecisions): string | undefined =>
      decisions[0]?.node.inputs["preTradeGate"]?.node.spec.type;
    const five = {
      intentId: "five",
      ts: HOUR_NS,
      instrument: "A",
      side: "buy",
      size: { type: "quantity", value: 5 },
    } as const;
    expect(gateOf(registry.make("intent_first", [five], "w").decisions)).toBe("preTradeGate");
    expect(gateOf(registry.make("decision_engine", up, "w", { engine: { stops: false } }).decisions)).toBe(
      "preTradeGate",
    );
  });

  it("names the parts that can be replaced, and refuses to replace another", () => {
    const portfolio: SetPortfolio = (_, books) => ({ equity: books.portfolio.equity });
    const parts = {
      risk: gt(close, 0),
      timing: timingGate(),
      preTrade: null,
      activation: null,
      compliance: complianceGate({ region: "EU", venues: [] }),
      router: router(),
      sizing: select(gt(close, 100), 7, 0),
      execution: 5,
      publish: 10,
      portfolio,
      ingest: (fills: FillSeries) => fills,
    } as const;
    const replaceable = (name: string): readonly string[] =>
      Object.entries(parts).flatMap(([part, given]) => {
        const entry = name === "intent_first" ? [] : up;
        try {
          const options = name === "decision_engine" ? { engine: { stops: false } as const } : {};
          registry.make(name, entry, "w", {
            ...options,
            components: { ...(part === "ingest" ? { portfolio } : {}), [part]: given },
          });
          return [part];
        } catch (error) {
          if (error instanceof InputError) return [];
          throw error;
        }
      });
    for (const { name } of NODE_SETS) {
      expect([...registry.get(name).describe().ports].sort()).toEqual([...replaceable(name)].sort());
    }
    const withSize = NODE_SETS.filter(({ name }) => registry.get(name).describe().ports.includes("sizing"));
    expect(NODE_SETS.length - withSize.length).toBe(2);
  });

  it("refuses parts of another kind, unknown parts, modes that need a gateway and a scope without a name", () => {
    const attach =
      (options: unknown): (() => unknown) =>
      () =>
        registry.make("ccxt_spot", up, "w", options as AttachOptions);
    expect(expectationsOf(attach({ components: { risk: timingGate() } }))).toEqual([
      "ccxt_spot.components.risk: a risk policy or a boolean series",
    ]);
    const { ports } = registry.make("ccxt_spot", up, "w").set.describe();
    expect(expectationsOf(attach({ components: { fills: null } }))).toEqual([
      `ccxt_spot.components.fills: ${ports.join(", ")}`,
    ]);
    expect(expectationsOf(attach({ mode: "live" }))).toEqual(["ccxt_spot.mode: simulate, which needs no gateway"]);
    expect(expectationsOf(attach({ mode: "fast", portfolioScope: "strategy" }))).toEqual([
      "ccxt_spot.mode: simulate, validate, compute-only, shadow, paper, live",
      "ccxt_spot.strategy: the name of the strategy whose positions are meant",
    ]);
    expect(expectationsOf(() => registry.make("ccxt_spot", [], "w"))).toEqual([
      "ccxt_spot.entry: a signal, a series of numbers",
    ]);
    expect(expectationsOf(() => registry.make("intent_first", up, "w"))).toEqual([
      "intent_first.entry: a list of intents",
    ]);
  });

  it("gives each strategy its own positions where its scope says so, under one risk", () => {
    const scoped = (strategy: string, level: number): AttachedDecisions =>
      registry.make("ccxt_futures", select(gt(close, level), 0.08, 0), "w", {
        strategy,
        portfolioScope: "strategy",
        components: { risk: riskControl({ concentration: 0.1, position: 0.1, volatility: null }) },
      }).decisions;
    const result = run([...scoped("a", 100), ...scoped("b", 101)], [10_050, 10_150, 10_150], {
      account: { kind: "margin", leverage: 3 },
    });
    const { quantity } = result.tables().fills;
    // 8 % and then what is left to 10 % of them together.
    expect([...quantity]).toEqual([79n, 19n]);
    expect(result.tables().strategies).toEqual(["a", "b"]);
  });
});

describe("the decision engine as a set", () => {
  const recommended = select(gt(close, 100), 0.9, 0.1);
  const engine = { checks: { window: false }, sizer: { cap: null }, stops: false, rebalance: false } as const;

  it("takes recommendations, and obeys its world", () => {
    const { decisions } = registry.make("decision_engine", recommended, "w", { engine });
    const open = run(decisions, [10_000, 10_100, 10_200]);
    expect(open.tables().decisionRecords.rowCount).toBeGreaterThan(0);
    expect(open.counts.orders).toBe(1);
    const activations = [{ time: 0n, world: "w", version: 1, freeze: true }];
    const frozen = run(decisions, [10_000, 10_100, 10_200], { activations });
    expect(frozen.counts.orders).toBe(0);
    expect([...frozen.tables().refusals.reason].map((code) => REASONS[code])).toContain("freeze");
  });

  it("sizes by its own policies, and no other set has any", () => {
    const attach = (options: AttachOptions) => () => registry.make("decision_engine", recommended, "w", options);
    expect(expectationsOf(attach({ engine, components: { sizing: close }, signal: "quantity" }))).toEqual([
      "decision_engine.signal: a confidence alone, from row to row",
      "decision_engine.components.sizing: the set's own sizes",
    ]);
    expect(expectationsOf(() => registry.make("plain", up, "w", { engine }))).toEqual([
      "plain.engine: no engine: only decision_engine has one",
    ]);
  });
});

type AttachedDecisions = ReturnType<typeof registry.make>["decisions"];

describe("under a freeze, a drain or a weight, whatever the signal", () => {
  const moves = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 12, maxLength: 12 });
  const attached = registry.make("ccxt_futures", select(gt(close, 100), 0.09, -0.05), "w", {
    when: gt(close, 0),
    components: { risk: null, activation: activationGate({ world: "w" }) },
  });
  const margin: Partial<RunConfig> = { account: { kind: "margin", leverage: 3, maintenance: null } };
  const cents = (steps: readonly number[]): number[] => {
    let price = 10_000;
    return steps.map((step) => (price += step * 100));
  };

  it("a freeze leaves no open order, and nothing is sent", () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 10 }), (steps, hour) => {
        const activations = [
          { time: 0n, world: "w", version: 1 },
          { time: BigInt(hour) * HOUR_NS, world: "w", version: 2, freeze: true },
        ];
        const { orders } = run(attached.decisions, cents(steps), { ...margin, activations }).tables();
        expect([...orders.time].every((time) => time < BigInt(hour) * HOUR_NS)).toBe(true);
      }),
      { numRuns: runsOf(60), seed: 5 },
    );
  });

  it("a drain never raises exposure by what is sent", () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 10 }), (steps, hour) => {
        const time = BigInt(hour) * HOUR_NS;
        const activations = [
          { time: 0n, world: "w", version: 1 },
          { time, world: "w", version: 2, drain: true },
        ];
        const { fills, orders } = run(attached.decisions, cents(steps), { ...margin, activations }).tables();
        let held = 0n;
        for (let row = 0; row < fills.rowCount; row++) {
          const after = held + (fills.quantity[row] as bigint);
          const order = orders.order.indexOf(fills.order[row] as number);
          const size = (x: bigint): bigint => (x < 0n ? -x : x);
          if ((orders.time[order] as bigint) >= time) expect(size(after)).toBeLessThan(size(held));
          held = after;
        }
      }),
      { numRuns: runsOf(60), seed: 6 },
    );
  });

  it("a larger weight never holds less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (a, b) => {
        const held = (percent: number): bigint => {
          const activations = [{ time: 0n, world: "w", version: 1, weight: percent / 100 }];
          const { quantity } = run(attached.decisions, [10_100, 10_100], { ...margin, activations }).tables().fills;
          return quantity.reduce((x, y) => x + y, 0n);
        };
        expect(held(Math.min(a, b))).toBeLessThanOrEqual(held(Math.max(a, b)));
      }),
      { numRuns: runsOf(60), seed: 7 },
    );
  });

  it("a target that is sent twice at one price sends nothing the second time, filled in parts or not yet", () => {
    let sent = 0;
    fc.assert(
      fc.property(
        moves,
        fc.integer({ min: 5, max: 90 }),
        fc.integer({ min: 1, max: 100 }),
        (steps, volume, percent) => {
          const activations = [{ time: 0n, world: "w", version: 1, weight: percent / 100 }];
          const twice = cents(steps).flatMap((price) => [price, price]);
          const bars = twice.map((price): Bar => [price, price, price, price, volume]);
          const tape = barsTape("A", bars, { assetClass: "crypto-perpetual" });
          const config = { ...PLAIN, ...margin, participation: 1, activations };
          const { orders } = runOrders(attached.decisions, [tape], config).tables();
          // Every second bar repeats the price of the one before it.
          expect([...orders.time].filter((time) => (time / HOUR_NS) % 2n === 0n)).toEqual([]);
          sent += orders.rowCount;
        },
      ),
      { numRuns: runsOf(60), seed: 8 },
    );
    expect(sent).toBeGreaterThan(60);
  });
});
