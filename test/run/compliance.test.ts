// Compliance: each reason on both sides of its boundary, the law of the throttle against a plain model, what counts in
// it, and that neither blocks nor snapshots change anything.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  ComplianceOptions,
  ComplianceRules,
  Decision,
  Gates,
  RunConfig,
  RunOptions,
  RunResult,
  ThrottleRule,
} from "../../kernel/index.js";
import {
  amendOrder,
  bars,
  bracket,
  cancelOrders,
  complianceGate,
  eq,
  graph,
  gt,
  limitOrder,
  marketOrder,
  nodeIdOf,
  refusalCounts,
  runGraph,
  select,
  strategyScope,
  targetQuantity,
} from "../../kernel/index.js";
import { datasetOf, tape } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { linesBefore } from "./order-lines.js";
import { resumedRun } from "./resumed.js";

const SECOND = 1_000_000_000;
const { close, time } = bars();
const RULES: ComplianceRules = { region: "EU", venues: [{ venue: "kraken", regions: ["EU", "UK"] }] };
const PLAIN: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null, cash: 1_000_000 };

const always = gt(close, 0);
const each = (quantity: number, gates: Gates): Decision => marketOrder(quantity, { when: always, gates });
const behind = (rules: Partial<ComplianceRules> = {}, options: ComplianceOptions = {}): Gates => ({
  compliance: complianceGate({ ...RULES, ...rules }, options),
});
const throttled = (ordersPerSecond: number, burst: number, changes: Partial<ThrottleRule> = {}): Gates =>
  behind({ throttles: [{ strategy: "*", venue: "*", ordersPerSecond, burst, ...changes }] });

/** Bars of A at 100.00 that close at these times, in ns. */
const flatAt = (times: readonly number[], symbol = "A") =>
  tape(
    symbol,
    times.map(() => 10_000),
    { times, unitNs: 1n, interval: "1s" },
  );

function runAt(
  times: readonly number[],
  decisions: readonly Decision[],
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
  symbols: readonly string[] = ["A"],
): RunResult {
  const dataset = datasetOf(symbols.map((symbol) => flatAt(times, symbol)));
  return runGraph(engineFor(), graph({ decisions }), dataset, { ...PLAIN, ...config }, options);
}

/** Orders and refusals in their order, `order quantity` or `reason wanted allowed`; what fills left out. */
function said(result: RunResult): readonly string[] {
  return linesBefore(result).flatMap((line) => {
    const order = /^\d+ order \d+ \w+ (-?\d+)$/.exec(line);
    const refusal = /^\d+ refusal (\w+) (-?\d+) allowed (-?\d+)$/.exec(line);
    return order !== null ? [`order ${order[1]}`] : refusal !== null ? [refusal.slice(1).join(" ")] : [];
  });
}

const seconds = (...given: readonly number[]): readonly number[] => given.map((each) => each * SECOND);

describe("a compliance gate", () => {
  it("refuses a venue that does not serve the region, and one of which nobody said", () => {
    const at = (rules: Partial<ComplianceRules>, options: ComplianceOptions = {}): readonly string[] =>
      said(runAt(seconds(1), [each(5, behind(rules, options))]));
    expect(at({})).toEqual(["order 5"]);
    expect(at({ region: "UK" })).toEqual(["order 5"]);
    expect(at({ region: "US" })).toEqual(["compliance_region 5 0"]);
    expect(at({}, { market: "elsewhere" })).toEqual(["compliance_region 5 0"]);
    const two = [...RULES.venues, { venue: "home", regions: ["US"] }];
    expect(at({ venues: two })).toEqual(["compliance_region 5 0"]);
    expect(at({ venues: two }, { market: "kraken" })).toEqual(["order 5"]);
    expect(at({ venues: two }, { market: "home" })).toEqual(["compliance_region 5 0"]);
    expect(at({ venues: [] })).toEqual(["compliance_region 5 0"]);
  });

  it("refuses an instrument that may not be traded in the region", () => {
    const at = (symbol: string, regions: readonly string[]): readonly string[] =>
      said(runAt(seconds(1), [each(5, behind({ instruments: [{ symbol, regions }] }))]));
    expect(at("A", ["US", "EU"])).toEqual(["order 5"]);
    expect(at("A", ["US", "UK"])).toEqual(["compliance_region 5 0"]);
    expect(at("A", [])).toEqual(["compliance_region 5 0"]);
    expect(at("B", ["US"])).toEqual(["order 5"]);
  });

  it("restricts from the first instant on and no longer at the last, its strategy and its symbol alone", () => {
    const restriction = { symbol: "A", strategy: "trend", from: 2n, until: 4n, why: "list 12" };
    const at = (changes: Partial<typeof restriction>, strategy?: string): readonly string[] => {
      const restrictions = [{ ...restriction, ...changes }];
      const gates = behind({ restrictions }, strategy === undefined ? {} : { strategy });
      return said(runAt([1, 2, 3, 4], [each(1, gates)]));
    };
    const held = ["order 1", "compliance_restricted 1 0", "compliance_restricted 1 0", "order 1"];
    const free = ["order 1", "order 1", "order 1", "order 1"];
    expect(at({}, "trend")).toEqual(held);
    expect(at({}, "other")).toEqual(free);
    expect(at({})).toEqual(free);
    expect(at({ strategy: "*" })).toEqual(held);
    expect(at({ symbol: "B" }, "trend")).toEqual(free);
    expect(at({ symbol: "*" }, "trend")).toEqual(held);
    const { until: _, ...open } = restriction;
    expect(said(runAt([1, 2, 9], [each(1, behind({ restrictions: [{ ...open, strategy: "*" }] }))]))).toEqual([
      "order 1",
      "compliance_restricted 1 0",
      "compliance_restricted 1 0",
    ]);
  });

  it("stops what reduces as well, unless a restriction lets it through", () => {
    const every = { symbol: "*", strategy: "*", from: 2n, why: "wind-down" };
    const at = (allowsReducing: boolean, sold: number): readonly string[] => {
      const gates = behind({ restrictions: [{ ...every, allowsReducing }] });
      const sell = marketOrder(-sold, { when: eq(time, 2), gates });
      return said(
        runAt(
          [1, 2, 3].map((at) => at * SECOND),
          [marketOrder(5, { when: eq(time, 1) }), sell],
        ),
      );
    };
    expect(at(false, 5)).toEqual(["order 5", "compliance_restricted -5 0"]);
    expect(at(true, 5)).toEqual(["order 5", "order -5"]);
    // One unit more would open the other side; an account of cash cannot, one with margin does.
    const margin = { account: { kind: "margin", leverage: 2 } } as const;
    const gates = behind({ restrictions: [{ ...every, allowsReducing: true }] });
    const flip = marketOrder(-6, { when: eq(time, 2), gates });
    expect(said(runAt(seconds(1, 2, 3), [marketOrder(5, { when: eq(time, 1) }), flip], margin))).toEqual([
      "order 5",
      "compliance_restricted -6 0",
    ]);
  });

  it("stands behind what the account says, and leaves refusals of its own stage, named by their policy", () => {
    const compliance = complianceGate({ ...RULES, region: "US" });
    const gates = { compliance };
    const poor = runAt(seconds(1), [each(50, gates)], { cash: 50 });
    expect(said(poor)).toEqual(["insufficient_buying_power 50 0"]);
    const result = runAt(seconds(1), [each(5, gates)]);
    const { policies, refusals } = result.tables();
    expect(policies[refusals.policy[0] as number]).toBe(nodeIdOf(compliance.node));
    expect(refusalCounts(result.tables())).toEqual([{ stage: "compliance", reason: "compliance_region", times: 1 }]);
    expect(refusals.decision[0]).toBe(0);
  });

  it("says the first reason of region, restriction and throttle, and takes nothing for what it refuses", () => {
    const throttles = [{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 }];
    const restrictions = [{ symbol: "A", strategy: "*", until: 2n, why: "list 12" }];
    const [a, b, c] = [1, 2, 3].map((quantity) => each(quantity, behind({ restrictions, throttles })));
    const all = [a, b, c] as readonly Decision[];
    const [first, ...others] = said(runAt([1, 2], all)).slice(3);
    expect(
      said(runAt([1, 2], all))
        .slice(0, 3)
        .map((line) => line.split(" ")[0]),
    ).toEqual(Array.from({ length: 3 }, () => "compliance_restricted"));
    expect(first).toMatch(/^order/);
    expect(others.map((line) => line.split(" ")[0])).toEqual(["throttled", "throttled"]);
    const region = behind({ region: "US", restrictions, throttles });
    expect(said(runAt([1], [each(1, region)]))).toEqual(["compliance_region 1 0"]);
  });
});

describe("the throttle", () => {
  it("lets a burst pass, then an order a second, not a nanosecond early", () => {
    const at = (...times: readonly number[]): readonly string[] =>
      said(runAt(times, [each(1, throttled(1, 1))])).map((line) => line.split(" ")[0] as string);
    expect(at(1, 2 * SECOND)).toEqual(["order", "order"]);
    expect(at(1, SECOND)).toEqual(["order", "throttled"]);
    expect(at(1, SECOND + 1)).toEqual(["order", "order"]);
    expect(at(1, SECOND, SECOND + 1, 2 * SECOND, 2 * SECOND + 1)).toEqual([
      ...["order", "throttled", "order", "throttled", "order"],
    ]);
    // A third of a second is no whole number of nanoseconds, and rounded up.
    const third = (ns: number): readonly string[] => said(runAt([1, 1 + ns], [each(1, throttled(3, 1))]));
    expect([third(333_333_333), third(333_333_334)]).toEqual([
      ["order 1", "throttled 1 0"],
      ["order 1", "order 1"],
    ]);
    const three = [1, 2, 3].map((quantity) => each(quantity, throttled(1, 2)));
    expect(said(runAt([1], three)).map((line) => line.split(" ")[0])).toEqual(["order", "order", "throttled"]);
  });

  const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 12 });
  const rules = fc.record({
    rate: fc.integer({ min: 1, max: 4 }),
    burst: fc.integer({ min: 1, max: 3 }),
    /** Orders in each bucket. */
    width: fc.integer({ min: 1, max: 3 }),
    gaps,
    unit: fc.constantFrom(SECOND / 4, SECOND / 3 + 1, SECOND / 2, SECOND),
  });

  it("passes an order when no span up to it would have more than it may, whatever the blocks and interruptions", () => {
    let refused = 0;
    fc.assert(
      fc.property(rules, ({ rate, burst, width, gaps, unit }) => {
        let at = 1;
        const times = [1, ...gaps.map((gap) => (at += Math.floor(gap * unit)))];
        const gates = throttled(rate, burst);
        const decisions = Array.from({ length: width }, (_, i) => each(i + 1, gates));
        const result = runAt(times, decisions);
        // The plain model: orders that passed, and every span that begins with one of them.
        const passed: bigint[] = [];
        const expected = times.flatMap((now) =>
          decisions.map(() => {
            const time = BigInt(now);
            const fits = [...passed, time].every((from, i) => {
              const count = BigInt(passed.length + 1 - i);
              return count * BigInt(SECOND) <= BigInt(burst * SECOND) + (time - from) * BigInt(rate);
            });
            if (fits) passed.push(time);
            else refused++;
            return fits ? "order" : "throttled";
          }),
        );
        expect(said(result).map((line) => line.split(" ")[0])).toEqual(expected);
        passed.forEach((from, i) => {
          const inSecond = passed.slice(i).filter((each) => each < from + BigInt(SECOND)).length;
          expect(inSecond).toBeLessThanOrEqual(burst + rate - 1);
        });
        for (const blockRows of [1, 3])
          expect(runAt(times, decisions, {}, { blockRows }).resultDigest).toBe(result.resultDigest);
        const parts = {
          engines: [engineFor(), engineFor("debug")],
          graph: graph({ decisions }),
          dataset: datasetOf([flatAt(times)]),
          config: PLAIN,
        };
        expect(resumedRun(parts, [1, 2, 3]).resultDigest).toBe(result.resultDigest);
      }),
      { numRuns: runsOf(20), seed: 11 },
    );
    expect(refused).toBeGreaterThan(10);
  });

  it("counts by strategy and venue, takes the first rule, and lets pass what no rule is for", () => {
    const throttles = [
      { strategy: "a", venue: "*", ordersPerSecond: 1, burst: 1 },
      { strategy: "*", venue: "kraken", ordersPerSecond: 1, burst: 2 },
    ];
    const of = (strategy: string, market: string): readonly string[] => {
      const venues = ["kraken", "other"].map((venue) => ({ venue, regions: ["EU"] }));
      const gates = behind({ venues, throttles }, { strategy, market });
      const three = [1, 2, 3].map((quantity) => each(quantity, gates));
      return said(runAt([1], three)).map((line) => line.split(" ")[0] as string);
    };
    expect(of("a", "kraken")).toEqual(["order", "throttled", "throttled"]);
    expect(of("a", "other")).toEqual(["order", "throttled", "throttled"]);
    expect(of("b", "kraken")).toEqual(["order", "order", "throttled"]);
    expect(of("b", "other")).toEqual(["order", "order", "order"]);
    const rules = { throttles: [{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 }] };
    const two = ["a", "b"].flatMap((name) =>
      [1, 2].map((quantity) =>
        targetQuantity(quantity, {
          instrument: quantity === 1 ? "A" : "B",
          gates: { ...behind(rules, { strategy: name }), strategy: strategyScope(name) },
        }),
      ),
    );
    const result = runAt([1], two, {}, {}, ["A", "B"]);
    expect(
      said(result)
        .map((line) => line.split(" ")[0])
        .sort(),
    ).toEqual(["order", "order", "throttled", "throttled"]);
  });

  it("counts amendments, and neither cancels nor children", () => {
    const gates = throttled(1, 2);
    const rest = limitOrder(1, 50, { when: eq(time, 1), gates });
    const times = seconds(1, 1.25, 1.5, 1.75, 2, 2.25);
    const amended = amendOrder(rest, { when: gt(time, 1), limit: select(gt(time, 1.6), 49, 48) });
    const result = runAt(times, [rest, amended]);
    // The order and the first amendment make the burst; the next one goes a second behind the order.
    const { time: at } = result.tables().refusals;
    expect([...at].map((ns) => Number(ns) / SECOND)).toEqual([1.5, 1.75, 2.25]);
    expect(said(result)).toEqual(["order 1", ...Array.from({ length: 3 }, () => "throttled 0 0")]);
    expect(linesBefore(result).filter((line) => line.includes("update"))).toHaveLength(2);
    const quick = [rest, cancelOrders(rest, eq(time, 2)), marketOrder(1, { when: eq(time, 2), gates })];
    expect(said(runAt(seconds(1, 2, 3), quick))).toEqual(["order 1", "order 1"]);
    const family = bracket(marketOrder(2, { when: eq(time, 1), gates }), { stop: 90, target: 110 });
    const later = marketOrder(1, { when: eq(time, 1), gates });
    expect(said(runAt(seconds(1, 2), [...family, later])).filter((line) => !line.startsWith("throttled"))).toHaveLength(
      4,
    );
  });
});
