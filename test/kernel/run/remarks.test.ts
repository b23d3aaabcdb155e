// Remarks of a run: the year that limits on volatility count in, and activations that nobody obeys.

import { describe, expect, it } from "vitest";
import {
  activationGate,
  bars,
  bucketsPerYear,
  commitment,
  cumSum,
  eq,
  graph,
  gt,
  marketOrder,
  nodeSetRegistry,
  riskControl,
  runGraph,
  select,
  sessionsOf,
  strategyScope,
  targetPercent,
} from "../../../kernel/index.js";
import type { Dataset, Decision, Gates, RunConfig } from "../../../kernel/index.js";
import { issueLinesOf } from "../graph/issues-of.js";
import { engineFor } from "../../model/kernel-run.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "../../run/order-lines.js";
import { share } from "./small-tapes.js";

const DAY_NS = 24n * HOUR_NS;
const ONE = 1_000_000_000n;

function remarks(gates: Gates, config: Partial<RunConfig> = {}): readonly string[] {
  return runOrders([targetPercent(0.1, { gates })], [barsTape("A", flatBars(10_000, 10_000))], config).remarks;
}

describe("buckets of a year", () => {
  const [stock, coin] = [share("A"), share("B", { assetClass: "crypto-spot" })];

  it("are those of trading days for bars of a day, and of 365.25 days for all others", () => {
    expect(bucketsPerYear(DAY_NS, [stock])).toBe(252n * ONE);
    expect(bucketsPerYear(DAY_NS, [stock, coin])).toBe(252n * ONE);
    expect(bucketsPerYear(DAY_NS, [coin])).toBe(365n * ONE);
    expect(bucketsPerYear(HOUR_NS, [stock])).toBe(8766n * ONE);
    expect(bucketsPerYear(HOUR_NS / 60n, [coin])).toBe(525_960n * ONE);
    expect(bucketsPerYear(7n * DAY_NS, [stock])).toBe((36_525n * ONE + 699n) / 700n);
  });

  it("are as many as fit into sessions where there is a calendar, and into the longest of several", () => {
    const days = (hours: bigint) =>
      sessionsOf(
        Array.from({ length: 10 }, (_, day) => [BigInt(day) * DAY_NS, BigInt(day) * DAY_NS + hours * HOUR_NS]),
      );
    expect(bucketsPerYear(HOUR_NS, [stock], [days(6n)])).toBe((8766n * ONE) / 4n);
    expect(bucketsPerYear(HOUR_NS, [stock, coin], [days(6n), days(12n)])).toBe((8766n * ONE) / 2n);
    expect(bucketsPerYear(HOUR_NS, [stock, coin], [days(6n), null])).toBe(8766n * ONE);
    expect(bucketsPerYear(DAY_NS, [stock], [days(6n)])).toBe(252n * ONE);
  });
});

describe("a limit on volatility", () => {
  /** Refusals over hours that move by 1 % each, with all of the account in them. */
  const refused = (options: Parameters<typeof riskControl>[0]): number => {
    const none = { position: null, concentration: null, leverage: null, drawdown: null };
    const hour = cumSum(select(gt(bars().close, 0), 1, 0));
    const decisions = [
      marketOrder(1000, { when: eq(hour, 1) }),
      marketOrder(1, { when: gt(hour, 1), gates: { risk: riskControl({ ...none, ...options }) } }),
    ];
    const prices = flatBars(...Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 10_000 : 10_100)));
    const lines = linesBefore(runOrders(decisions, [barsTape("A", prices)], { cash: "101000" }));
    return lines.filter((line) => line.includes("volatility_limit")).length;
  };

  it("counts the buckets of a year that the bars of the run make, unless it states them", () => {
    // A deviation of 1 % an hour is 94 % a year of hours, and 16 % of 252 of them.
    expect(refused({ volatility: 0.9 })).toBeGreaterThan(0);
    expect(refused({ volatility: 1 })).toBe(0);
    expect(refused({ volatility: 0.25, periodsPerYear: 252 })).toBe(0);
  });

  it("says how many, where it goes by the bars", () => {
    const says = "Limits on volatility count 8766 buckets a year, as the bars of this run make.";
    expect(remarks({ risk: riskControl() })).toEqual([says]);
    expect(remarks({ risk: riskControl({ volatility: null }) })).toEqual([]);
    expect(remarks({ risk: riskControl({ periodsPerYear: 252 }) })).toEqual([]);
    const half = { A: { kind: "sessions", sessions: [[0n, 12n * HOUR_NS]] } } as const;
    expect(remarks({ risk: riskControl() }, { calendars: half })).toEqual([says.replace("8766", "4383")]);
  });
});

describe("activations that no gate obeys", () => {
  const told = (world: string, strategy = "*"): Partial<RunConfig> => ({
    activations: [{ time: 0n, world, strategy, version: 1 }],
  });

  it("are said with the nearest name that one does", () => {
    const gates = { activation: activationGate({ world: "w1", strategy: "trend" }) };
    expect(remarks(gates, told("w1"))).toEqual([]);
    expect(remarks(gates, told("w1", "trend"))).toEqual([]);
    expect(remarks(gates, told("W1"))).toEqual([
      "Activations had no effect: no gate obeys the world that is called W1. Is w1 meant?",
    ]);
    expect(remarks(gates, told("w1", "trends"))).toEqual([
      "Activations had no effect: no gate obeys the strategy of world w1 that is called trends. Is trend meant?",
    ]);
    expect(remarks(gates, told("paper"))[0]).toMatch(/called paper\. Gates obey w1\.$/);
    expect(remarks({}, told("paper"))[0]).toMatch(/called paper\. The graph has no activation gate\.$/);
  });

  it("are said of node sets", () => {
    const { decisions } = nodeSetRegistry().make("plain", 0.1, "w1");
    const dataset: Dataset = {
      name: "d",
      fingerprint: `blake3:${"0".repeat(64)}`,
      bars: [barsTape("A", flatBars(100))],
    };
    const config = { fees: { taker: 0 }, ...told("W1") } as RunConfig;
    expect(runGraph(engineFor(), graph({ decisions }), dataset, config).remarks.length).toBe(1);
  });
});

describe("intents and sectors that say something else than they seem to", () => {
  const run = (decisions: readonly Decision[], from: bigint | null = null): readonly string[] => {
    const tape = barsTape("A", flatBars(10_000, 10_000, 10_000), { assetClass: "crypto-spot" });
    const { remarks: all } = runOrders(decisions, [tape], {}, from === null ? {} : { from });
    return all.filter((remark) => !remark.startsWith("Limits on volatility"));
  };
  const intents = (...times: readonly bigint[]): readonly Decision[] => {
    const list = times.map((ts) => ({
      intentId: `at${ts}`,
      ts,
      instrument: "A",
      side: "buy" as const,
      size: { type: "quantity" as const, value: 1 },
    }));
    return nodeSetRegistry().make("intent_first", list, "w").decisions;
  };

  it("name intents that are older than the data, or than the range of the run", () => {
    expect(run(intents(0n, HOUR_NS))).toEqual([]);
    expect(run(intents(-5n, HOUR_NS))).toEqual([
      "The intent at-5 at 1969-12-31T23:59:59.999999995Z acts at the first bar: " +
        "the data begin at 1970-01-01T00:00:00Z.",
    ]);
    expect(run(intents(HOUR_NS, 3n * HOUR_NS), 2n * HOUR_NS)).toEqual([
      "The intent at3600000000000 at 1970-01-01T01:00:00Z acts at the first bar: " +
        "the data begin at 1970-01-01T02:00:00Z.",
    ]);
  });

  it("name sectors of symbols that the run does not have", () => {
    const on = (sectors: Readonly<Record<string, string>>): readonly string[] => run([commitment(0.8, { sectors })]);
    expect(on({ A: "tech" })).toEqual([]);
    expect(on({ A: "tech", ZZZ: "index" })).toEqual(["Sectors of ZZZ bind nothing: the run has none of them."]);
    const many = Object.fromEntries(["A", "B", "C", "D", "E", "F", "G"].map((symbol) => [symbol, "tech"]));
    expect(on(many)).toEqual(["Sectors of B, C, D, E, F, … bind nothing: the run has none of them."]);
  });
});

describe("a strategy", () => {
  const scoped = (capital: number, name = "a"): Decision =>
    targetPercent(0.1, { gates: { strategy: strategyScope(name, { capital }) } });
  const run = (...decisions: readonly Decision[]) =>
    issueLinesOf(() => runOrders(decisions, [barsTape("A", flatBars(10_000, 10_000))], {}));

  it("has one capital in a run", () => {
    expect(run(scoped(0.5), scoped(0.7))).toEqual([expect.stringMatching(/^graph\/shape .*\.inputs\.strategyGate$/)]);
    expect(run(scoped(0.5), scoped(0.7, "b"))).toEqual([]);
  });
});
