// Strategies with positions of their own in one world: each holds, reduces and protects what is its own; cash, limits
// and risk are those of all.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  bars,
  bracket,
  eq,
  gt,
  limitOrder,
  marketOrder,
  memoryActions,
  REASONS,
  riskControl,
  runGraph,
  graph,
  select,
  strategyScope,
  targetPercent,
  targetQuantity,
  tradesOf,
} from "../../kernel/index.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";

const { close } = bars();
const trend = { strategy: strategyScope("trend") };
const value = { strategy: strategyScope("value") };
const margin: Partial<RunConfig> = { cash: "100000", account: { kind: "margin", leverage: 4 } };

function run(
  decisions: readonly Decision[],
  prices: readonly Bar[],
  config = margin,
  options: RunOptions = {},
): RunResult {
  return runOrders(decisions, [barsTape("A", prices)], config, options);
}

function lines(...given: Parameters<typeof run>): readonly string[] {
  return linesBefore(run(...given)).filter((line) => !line.includes("terms"));
}

/** Quantity that each strategy holds at the end, from the fills of its orders. */
function held(result: RunResult): readonly bigint[] {
  const { fills, orders, strategies, strategyOf } = result.tables();
  const sums = strategies.map(() => 0n);
  for (let row = 0; row < fills.rowCount; row++) {
    const order = orders.order.indexOf(fills.order[row] as number);
    const decision = orders.decision[order] as number;
    const strategy = decision < 0 ? -1 - decision : (strategyOf[decision] as number);
    sums[strategy] = (sums[strategy] as bigint) + (fills.quantity[row] as bigint);
  }
  return sums;
}

describe("strategies of one world", () => {
  it("hold their own targets in one instrument, and leave those of others alone", () => {
    const decisions = [
      targetQuantity(select(gt(close, 101), 0, 100), { gates: trend }),
      targetQuantity(select(gt(close, 101), -30, -50), { gates: value }),
    ];
    const result = run(decisions, flatBars(10_000, 10_000, 10_200, 10_200));
    expect(result.tables().strategies).toEqual(["trend", "value"]);
    expect(
      linesBefore(result)
        .filter((line) => line.includes("order"))
        .map((line) => line.split(" ").at(-1)),
    ).toEqual(expect.arrayContaining(["100", "-50", "-100", "20"]));
    expect(held(result)).toEqual([0n, -30n]);
  });

  it("have trades of their own", () => {
    const decisions = [
      targetQuantity(select(gt(close, 101), 0, 100), { gates: trend }),
      targetQuantity(select(gt(close, 101), 0, -50), { gates: value }),
    ];
    const result = run(decisions, flatBars(10_000, 10_000, 10_200, 10_200));
    const trades = tradesOf(result.tables(), []).map((trade) => [trade.side, trade.quantity, trade.grossProfit]);
    expect(trades.sort()).toEqual([
      ["long", 100n, 20_000n],
      ["short", 50n, -10_000n],
    ]);
  });

  it("keep a stop alive while another strategy is short of as much", () => {
    const [entry, ...exits] = bracket(marketOrder(10, { when: eq(close, 100), gates: trend }), { stop: 95 });
    const short = marketOrder(-10, { when: eq(close, 100), gates: value });
    const prices: readonly Bar[] = [...flatBars(10_000, 10_050), [10_050, 10_050, 9_400, 9_400], ...flatBars(9_400)];
    const result = run([entry as Decision, ...exits, short], prices);
    expect(linesBefore(result).filter((line) => line.includes("fill 3") || line.includes("reduce_only"))).toEqual([
      "3 fill 3 -10 @ 9500",
    ]);
    expect(held(result)).toEqual([0n, -10n]);
  });

  it("reduce only what is their own", () => {
    const decisions = [
      marketOrder(10, { when: eq(close, 100), gates: trend }),
      marketOrder(-5, { when: eq(close, 101), reduceOnly: true, gates: value }),
      marketOrder(-15, { when: eq(close, 102), reduceOnly: true, gates: trend }),
    ];
    expect(lines(decisions, flatBars(10_000, 10_100, 10_200, 10_300)).slice(2)).toEqual([
      "2 refusal reduce_only -5 allowed 0",
      "3 order 2 market -15",
      "3 update 2 -10 limit 0 trigger 0",
      "3 fill 2 -10 @ 10300",
    ]);
  });

  it("never sell what another one holds in a cash account", () => {
    const decisions = [
      marketOrder(10, { when: eq(close, 100), gates: trend }),
      marketOrder(-5, { when: eq(close, 101), gates: value }),
    ];
    expect(lines(decisions, flatBars(10_000, 10_100, 10_200), { cash: "100000" }).at(-1)).toBe(
      "2 refusal not_shortable -5 allowed 0",
    );
  });

  it("share cash: what one has spent the other cannot", () => {
    const decisions = [
      targetPercent(0.6, { when: eq(close, 100), gates: trend }),
      targetPercent(0.6, { when: eq(close, 101), gates: value }),
    ];
    const result = run(decisions, flatBars(10_000, 10_100, 10_100), { cash: "100000" });
    const { fills, portfolio } = result.tables();
    expect(fills.rowCount).toBe(2);
    expect(portfolio.cash.every((cash) => cash >= 0n)).toBe(true);
    expect(held(result)[1]).toBeLessThan(400n);
  });

  it("size by their share of the capital", () => {
    const half = targetPercent(1, { gates: { strategy: strategyScope("half", { capital: 0.5 }) } });
    const other = targetPercent(0.1, { gates: value });
    expect(held(run([half, other], flatBars(10_000, 10_000)))).toEqual([500n, 100n]);
  });

  it("stand under limits together, which never keep an exit back", () => {
    const decisions = [
      marketOrder(100, { when: eq(close, 100), gates: trend }),
      marketOrder(80, { when: eq(close, 101), gates: value }),
      marketOrder(-100, { when: eq(close, 102), gates: trend }),
    ];
    const limited = { ...margin, limits: { maxPosition: { quantity: 150 } } };
    expect(
      lines(decisions, flatBars(10_000, 10_100, 10_200, 10_300), limited).filter((line) => !line.includes("fill")),
    ).toEqual([
      "1 order 1 market 100",
      "2 refusal position_size_limit 80 allowed 50",
      "2 order 2 market 50",
      "3 order 3 market -100",
    ]);
  });

  it("are bounded by concentration together and by position apart", () => {
    const risk = riskControl({ leverage: null, drawdown: null, volatility: null, position: 0.15, concentration: 0.2 });
    const decisions = [
      marketOrder(200, { when: eq(close, 100), gates: { ...trend, risk } }),
      marketOrder(200, { when: eq(close, 101), gates: { ...value, risk } }),
    ];
    const result = run(decisions, flatBars(10_000, 10_100, 10_200));
    const { reason, allowed } = result.tables().refusals;
    expect([...reason].map((code, i) => `${REASONS[code]} ${allowed[i]}`)).toEqual([
      "position_size_limit 150",
      // 20 % of 100,000 at 101 is 198 shares, 150 of which the other one has.
      "concentration_limit 48",
    ]);
  });

  it("are bounded together by what each of them may still open", () => {
    const risk = riskControl({ leverage: null, drawdown: null, volatility: null, position: null, concentration: 0.1 });
    const decisions = [
      limitOrder(60, 95, { when: eq(close, 100), gates: { ...trend, risk } }),
      limitOrder(60, 90, { when: eq(close, 101), gates: { ...value, risk } }),
      limitOrder(60, 80, { when: eq(close, 102), gates: { ...value, risk } }),
    ];
    // At 90 the limit is 111 shares, 60 of which the other strategy has bid for; at 80 it is 125.
    expect(
      lines(decisions, flatBars(10_000, 10_100, 10_200, 10_300)).filter((line) => line.includes("refusal")),
    ).toEqual(["2 refusal concentration_limit 60 allowed 51", "3 refusal concentration_limit 60 allowed 14"]);
  });

  it("split and close with what they hold", () => {
    const decisions = [
      marketOrder(10, { when: eq(close, 100), gates: trend }),
      marketOrder(-7, { when: eq(close, 100), gates: value }),
    ];
    const tape = barsTape("A", flatBars(10_000, 10_000, 5_000, 5_000));
    const actions = memoryActions(tape.instrument, {
      time: BigInt64Array.of(2n * HOUR_NS + 1n),
      priceFactor: BigInt64Array.of(10n ** 12n),
      splitFactor: BigInt64Array.of(5n * 10n ** 11n),
      referencePrice: null,
    });
    const dataset = { name: "split", fingerprint: `blake3:${"1".repeat(64)}`, bars: [tape], actions: [actions] };
    const config: RunConfig = {
      ...margin,
      fees: { taker: 0 },
      slippage: { kind: "none" },
      participation: null,
      closeAtEnd: true,
    };
    const tables = runGraph(engineFor(), graph({ decisions }), dataset, config).tables();
    expect([...tables.splits.kept]).toEqual([20n, -14n]);
    expect([...tables.splits.strategy]).toEqual([0, 1]);
    expect(tradesOf(tables, []).map((trade) => [trade.side, trade.closed, trade.forced])).toEqual([
      ["long", true, true],
      ["short", true, true],
    ]);
  });

  it("cannot hedge besides", () => {
    const decisions = [marketOrder(1, { gates: trend }), marketOrder(1, { gates: value })];
    const account = { kind: "margin", leverage: 2, positions: "hedging" } as const;
    expect(() => run(decisions, flatBars(10_000), { cash: "1000", account })).toThrow("netting for several strategies");
  });

  it("are liquidated together by what they hold together", () => {
    const decisions = [
      marketOrder(60, { when: eq(close, 100), gates: trend }),
      marketOrder(-20, { when: eq(close, 100), gates: value }),
    ];
    const account = { kind: "margin", leverage: 10, instruments: { A: { maintenance: "0.05" } } } as const;
    // 1,000 of cash behind 40 net: at price p equity is 1,000 + 40 (p - 100), maintenance 80 p / 20.
    const at = (low: number): RunResult =>
      run(decisions, [...flatBars(10_000), [10_000, 10_000, 9_990, 9_990], [9_990, 9_990, low, 9_990]], {
        cash: "1000",
        account,
      });
    const first = at(8_333).tables();
    expect([...first.fills.liquidation]).toEqual([0, 0, 1, 1]);
    expect(held(at(8_333))).toEqual([0n, 0n]);
    expect([...at(8_334).tables().fills.liquidation]).toEqual([0, 0]);
  });

  describe("that balance each other under one margin", () => {
    const account = { kind: "margin", leverage: 20, instruments: { A: { maintenance: "0.05" } } } as const;
    /** Long `a` and short `b` from 100.00, then a bar that goes through these prices and ends at 100.00. */
    const through = (a: number, b: number, high: number, low: number, cash = "1000"): RunResult => {
      const decisions = [
        marketOrder(a, { when: eq(bars().time, 3600), gates: trend }),
        marketOrder(-b, { when: eq(bars().time, 3600), gates: value }),
      ];
      const prices: readonly Bar[] = [...flatBars(10_000, 10_000), [10_000, high, low, 10_000], ...flatBars(10_000)];
      return run(decisions, prices, { cash, account, path: "ohlc" });
    };
    const liquidated = (result: RunResult): readonly bigint[] => {
      const { fills } = result.tables();
      return [...fills.price].filter((_, row) => fills.liquidation[row] === 1);
    };

    it("are closed within the bar by a price that makes what they must keep too much, though they gain nothing", () => {
      // 50 each: equity stays 1,000, and 5 % of 100 shares is more than that above 200.
      expect(liquidated(through(50, 50, 20_000, 10_000))).toEqual([]);
      expect(liquidated(through(50, 50, 20_001, 10_000))).toEqual([20_001n, 20_001n]);
      expect(liquidated(through(50, 50, 30_000, 10_000))).toEqual([20_001n, 20_001n]);
      expect(liquidated(through(50, 50, 10_000, 1))).toEqual([]);
    });

    it("are closed by a leg in favour of what they hold net, and by one against it", () => {
      // One share net long: 1,000 + (p - 100) against 5.05 p, which is less above 222.22; and never below 100.
      expect(liquidated(through(51, 50, 22_222, 9_000))).toEqual([]);
      expect(liquidated(through(51, 50, 22_223, 9_000))).toHaveLength(2);
      expect(held(through(51, 50, 22_223, 9_000))).toEqual([0n, 0n]);
      // Forty net long under less money: 500 + 40 (p - 100) against 3 p below 94.59.
      expect(liquidated(through(50, 10, 10_000, 9_460, "500"))).toEqual([]);
      expect(liquidated(through(50, 10, 10_000, 9_459, "500"))).toHaveLength(2);
    });

    it("are closed where the market stands when they would be bankrupt beyond what can be reckoned", () => {
      // One share net short under four thousand millions: worth nothing at forty millions of millions a share.
      const most = 200_000_000;
      expect(liquidated(through(most, most + 1, 20_001, 10_000, "4000000000"))).toEqual([20_000n, 20_000n]);
    });

    it("are closed in a bar if and only if some price of it is too much", () => {
      const met = { closed: 0, kept: 0 };
      const sizes = fc.integer({ min: 1, max: 60 });
      fc.assert(
        fc.property(
          sizes,
          sizes,
          fc.integer({ min: 100, max: 260 }),
          fc.integer({ min: 20, max: 100 }),
          (a, b, high, low) => {
            const ceil = (size: number, price: number): number => Math.ceil((size * price * 5) / 100);
            // In cents: whole prices are enough to tell a bar whose ends are whole.
            const isTooMuch = (price: number): boolean =>
              100_000 + (a - b) * (price - 10_000) < ceil(a, price) + ceil(b, price);
            const expected = [high, low].some((price) => isTooMuch(price * 100));
            const result = through(a, b, high * 100, low * 100);
            expect(liquidated(result).length > 0).toBe(expected);
            met[expected ? "closed" : "kept"]++;
          },
        ),
        { numRuns: runsOf(150), seed: 61 },
      );
      expect(met.closed).toBeGreaterThan(12);
      expect(met.kept).toBeGreaterThan(10);
    });
  });

  it("alone run as without a scope", () => {
    const plain = run([targetPercent(0.5, { when: eq(close, 100) })], flatBars(10_000, 10_100));
    const scoped = run([targetPercent(0.5, { when: eq(close, 100), gates: trend })], flatBars(10_000, 10_100));
    expect(scoped.logDigest).toBe(plain.logDigest);
  });

  it("hold together what the account holds, whatever they do, and however the run is cut", () => {
    const targets = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        targets,
        targets,
        fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 6, maxLength: 6 }),
        (a, b, prices) => {
          const tape = barsTape(
            "A",
            prices.map((price): Bar => [price * 100, price * 100, price * 100, price * 100, 15]),
          );
          const wanted = (list: readonly number[], gates: typeof trend): Decision[] =>
            list.map((quantity, i) => targetQuantity(quantity, { when: eq(bars().time, (i + 1) * 3600), gates }));
          const decisions = [...wanted(a, trend), ...wanted(b, value)];
          const config = { ...margin, participation: "0.5" } as const;
          const result = runOrders(decisions, [tape], config);
          const sum = held(result).reduce((x, y) => x + y, 0n);
          const { fills } = result.tables();
          expect(sum).toBe(fills.quantity.reduce((x, y) => x + y, 0n));
          expect(runOrders(decisions, [tape], config, { blockRows: 1 }).resultDigest).toBe(result.resultDigest);
        },
      ),
      { numRuns: runsOf(15), seed: 11 },
    );
  });

  it("are at most as many as a record can tell apart", () => {
    const prices = flatBars(100, 100, 100);
    const many = (count: number): readonly Decision[] =>
      Array.from({ length: count }, (_, i) =>
        targetQuantity(1, { gates: { strategy: strategyScope(`s${String(i).padStart(3, "0")}`) } }),
      );
    expect(held(run(many(256), prices))).toEqual(Array.from({ length: 256 }, () => 1n));
    expect(issueLinesOf(() => run(many(257), prices))).toEqual([expect.stringMatching(/^run\/resources graph\./)]);
  });
});
