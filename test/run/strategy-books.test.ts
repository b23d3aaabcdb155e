// Books by strategy: what a state source says of one strategy's positions, and to whose trades and equity belongs what
// they pay and receive while they are held.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOfRun } from "../../adapters/execution/index.js";
import type { PortfolioEvent } from "../../adapters/execution/index.js";
import type { Decision, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  bars,
  coalesce,
  createWorkspace,
  delayed,
  eq,
  graph,
  gt,
  InputError,
  limitOrder,
  lt,
  marketOrder,
  memoryFunding,
  nodeIdOf,
  openReplay,
  positionState,
  runGraph,
  select,
  strategyScope,
  targetQuantity,
  tradesOf,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import type { Values } from "./feedback-runs.js";
import { every, valuesOf } from "./feedback-runs.js";
import { barsTape, flatBars, HOUR_NS } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";

const { time } = bars();
const at = (hour: number): ReturnType<typeof eq> => eq(time, hour * 3600);
const trend = { strategy: strategyScope("trend") };
const value = { strategy: strategyScope("value") };
const CONFIG: RunConfig = {
  cash: "100000",
  fees: { taker: 0.001 },
  slippage: { kind: "none" },
  participation: null,
  account: { kind: "margin", leverage: 5, maintenance: null },
};

function run(
  decisions: readonly Decision[],
  publish: Parameters<typeof graph>[0]["publish"],
  cents: readonly number[],
  options: RunOptions = {},
): RunResult {
  const dataset = {
    name: "books",
    fingerprint: `blake3:${"4".repeat(64)}`,
    bars: [barsTape("A", flatBars(...cents))],
  } as const;
  return runGraph(engineFor(), graph({ decisions, ...(publish === undefined ? {} : { publish }) }), dataset, CONFIG, {
    capture: true,
    ...options,
  });
}

describe("the position of a strategy", () => {
  const both = [
    marketOrder(30, { when: at(1), gates: trend }),
    marketOrder(-20, { when: at(2), gates: value }),
    marketOrder(-30, { when: at(4), gates: trend }),
    marketOrder(5, { when: at(4), gates: value }),
    limitOrder(-5, 200, { when: at(1), gates: value }),
  ];
  const series = (name: string, options: { readonly strategy?: string }): Record<string, never> => {
    const outputs = Object.entries(every(positionState(options), 1)).map(([field, output]) => [
      `${name}_${field}`,
      output,
    ]);
    return Object.fromEntries(outputs) as Record<string, never>;
  };
  const result = run(
    both,
    { ...series("all", {}), ...series("trend", { strategy: "trend" }), ...series("value", { strategy: "value" }) },
    [10_000, 10_100, 10_200, 10_300, 10_400, 10_400],
  );
  const shown = (name: string): Values => valuesOf(result, name);

  it("is its own, where that of the world is all of them together", () => {
    expect(shown("trend_quantity")).toEqual([null, 0, 30, 30, 30, 0]);
    expect(shown("value_quantity")).toEqual([null, 0, 0, -20, -20, -15]);
    expect(shown("all_quantity")).toEqual([null, 0, 30, 10, 10, -15]);
    expect(shown("trend_entryPrice")).toEqual([null, null, 101, 101, 101, null]);
    expect(shown("value_entryPrice")).toEqual([null, null, null, 102, 102, 102]);
    expect(shown("all_entryPrice")).toEqual([null, null, 101, null, null, 102]);
    expect(shown("trend_barsHeld")).toEqual([null, 0, 1, 2, 3, 0]);
    expect(shown("value_barsHeld")).toEqual([null, 0, 0, 1, 2, 3]);
  });

  it("adds up to that of the world, in money and in what its orders still want", () => {
    for (const field of ["quantity", "value", "unrealizedPnl", "realizedPnl", "openQuantity"]) {
      const sum = shown(`trend_${field}`).map((each, i) =>
        each === null ? null : each + (shown(`value_${field}`)[i] ?? 0),
      );
      expect(sum).toEqual(shown(`all_${field}`));
    }
    expect(shown("trend_realizedPnl").at(-1)).toBe(90);
    expect(shown("value_realizedPnl").at(-1)).toBe(-10);
    expect(shown("trend_openQuantity")).toEqual([null, 30, 0, 0, -30, 0]);
    expect(shown("value_openQuantity")).toEqual([null, -5, -25, -5, 0, -5]);
  });

  it("has a watermark of its own, and a NodeID that the one of the world keeps", () => {
    const decisions = [targetQuantity(1, { gates: trend })];
    const publish = {
      mine: delayed(positionState({ strategy: "trend" }).quantity, 1),
      all: delayed(positionState().quantity, 1),
    };
    const dataset = {
      name: "books",
      fingerprint: `blake3:${"4".repeat(64)}`,
      bars: [barsTape("A", flatBars(100, 100))],
    } as const;
    const { replay } = openReplay(createWorkspace(engineFor(), dataset), graph({ decisions, publish }), CONFIG);
    replay.advance(HOUR_NS);
    expect(replay.watermarks().map(({ state, strategy, rows }) => [state, strategy, rows])).toEqual(
      expect.arrayContaining([
        ["position", null, 1],
        ["position", "trend", 1],
      ]),
    );
    expect(nodeIdOf(positionState({ strategy: "trend" }).quantity.node)).not.toBe(
      nodeIdOf(positionState().quantity.node),
    );
  });

  it("is refused where no decision has its scope, with those that there are", () => {
    const publish = { wrong: delayed(positionState({ strategy: "trent" }).quantity, 1) };
    const issue = (decisions: readonly Decision[]): string => {
      try {
        run(decisions, publish, [10_000]);
      } catch (error) {
        if (error instanceof InputError) return error.issues.map(({ code, expected }) => `${code} ${expected}`).join();
        throw error;
      }
      return "nothing";
    };
    expect(issue([targetQuantity(1, { gates: trend }), targetQuantity(1, { gates: value })])).toBe(
      "graph/shape one of trend, value",
    );
    expect(issue([targetQuantity(1)])).toBe("graph/shape no strategy: no decision has a scope");
  });

  it("feeds back into its own decisions alone, the same however the run is cut", () => {
    const held = (strategy: string): ReturnType<typeof coalesce> =>
      coalesce(delayed(positionState({ strategy }).barsHeld, 1), 0);
    const decisions = [
      targetQuantity(select(lt(held("trend"), 3), 10, 0), { gates: trend }),
      targetQuantity(select(gt(held("trend"), 1), -4, 0), { gates: value }),
    ];
    const cents = Array.from({ length: 60 }, (_, i) => 10_000 + ((i * 37) % 90));
    const digests = [1, 7, 1024].map((blockRows) => run(decisions, {}, cents, { blockRows }).resultDigest);
    expect(new Set(digests).size).toBe(1);
    expect(run(decisions, {}, cents).counts.fills).toBeGreaterThan(20);
  });
});

describe("what positions pay and receive", () => {
  const PERPETUAL = { assetClass: "crypto-perpetual" } as const;

  /** Funding at rates in hundredths of a percent, an hour each. */
  function funded(decisions: readonly Decision[], rates: readonly number[], cents: readonly number[]): RunResult {
    const funding = memoryFunding(share("A", PERPETUAL), {
      time: BigInt64Array.from(rates, (_, i) => BigInt(i + 1) * HOUR_NS),
      rate: BigInt64Array.from(rates, (rate) => BigInt(rate) * 100_000_000n),
      markPrice: null,
    });
    const tape = barsTape("A", flatBars(...cents), PERPETUAL);
    const dataset = {
      name: "books",
      fingerprint: `blake3:${"5".repeat(64)}`,
      bars: [tape],
      funding: [funding],
    } as const;
    const account = { ...(CONFIG.account as object), instruments: { A: { borrow: "0.5" } } } as RunConfig["account"];
    return runGraph(engineFor(), graph({ decisions }), dataset, {
      ...CONFIG,
      ...(account === undefined ? {} : { account }),
    });
  }

  it("belongs to the trade of the strategy that held", () => {
    const decisions = [
      marketOrder(100, { when: at(1), gates: trend }),
      marketOrder(-40, { when: at(1), gates: value }),
      marketOrder(-100, { when: at(3), gates: trend }),
    ];
    // 1 % at the ends of the second and the third hour; the long position is gone before the fourth.
    const result = funded(decisions, [0, 100, 100, 100], [10_000, 10_000, 10_000, 10_000]);
    const { ledger } = result.tables();
    const moved = [...ledger.kind].flatMap((_, row) =>
      (ledger.instrument[row] as number) < 0 || (ledger.order[row] as number) !== 0
        ? []
        : [[ledger.strategy[row], ledger.amount[row]]],
    );
    expect(moved).toEqual([
      [0, -10_000n],
      [1, 4_000n],
      [0, -10_000n],
      [1, 4_000n],
      [1, 4_000n],
    ]);
    expect(tradesOf(result.tables(), []).map(({ strategy, side, carry }) => [strategy, side, carry])).toEqual([
      [0, "long", -20_000n],
      [1, "short", 12_000n],
    ]);
  });

  it("adds up, by trades and by the books of each strategy, to the equity of the world", () => {
    let carried = 0;
    const order = fc.record({
      hour: fc.integer({ min: 1, max: 7 }),
      quantity: fc.integer({ min: -30, max: 30 }),
      isTrend: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 2, maxLength: 8 }),
        fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 9, maxLength: 9 }),
        fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 9, maxLength: 9 }),
        (orders, rates, prices) => {
          const decisions = [
            targetQuantity(0, { when: at(1), gates: trend }),
            targetQuantity(0, { when: at(1), gates: value }),
            ...orders.map(({ hour, quantity, isTrend }) =>
              targetQuantity(quantity, { when: at(hour), gates: isTrend ? trend : value }),
            ),
          ];
          const result = funded(
            decisions,
            rates,
            prices.map((price) => price * 100),
          );
          const tables = result.tables();
          const trades = tradesOf(tables, []);
          const cents = (text: string | undefined): bigint => BigInt(Math.round(Number(text ?? "0") * 100));
          const events = [...eventsOfRun(result, { world: "w", strategy: "none", scope: "strategy" })];
          let sum = 0n;
          for (const [strategy, name] of tables.strategies.entries()) {
            const shots = events.filter(
              (event) => event.kind === "portfolio" && event.strategy === name && event.symbol === null,
            );
            const account = (shots.at(-1) as PortfolioEvent | undefined)?.account;
            const own = trades.filter((trade) => trade.strategy === strategy);
            carried += own.filter((trade) => trade.carry !== 0n).length;
            // What trades have made, carry in them, and what is held at the last close: that is its equity.
            const made = own.reduce((total, trade) => total + trade.netProfit, 0n) + cents(account?.unrealised);
            expect(cents(account?.equity)).toBe(made);
            sum += made;
          }
          // Nothing earns interest here: what is no strategy's is the deposit.
          expect(sum).toBe((tables.portfolio.equity.at(-1) as bigint) - 10_000_000n);
        },
      ),
      { numRuns: runsOf(60), seed: 51 },
    );
    expect(carried).toBeGreaterThan(40);
  });
});
