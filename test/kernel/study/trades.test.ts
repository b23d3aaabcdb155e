// Trades from fills, and their statistics.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tradeStatistics } from "../../../kernel/study/trade-statistics.js";
import { moneyOf, priceScale } from "../../../kernel/study/price-scale.js";
import { tradesOf } from "../../../kernel/study/trades.js";
import { memoryTape } from "../../../kernel/market/tape-memory.js";
import { share } from "../run/small-tapes.js";
import { madeUpRun, USD, walkTape, type Step } from "./made-up-run.js";

const big = (...values: number[]) => BigInt64Array.from(values, BigInt);

/** Six bars, prices in cents: opens 100, 101, 102, ... with a spike down in bar 2 and up in bar 3. */
const TAPE = memoryTape(share("A"), "1d", {
  time: big(1, 2, 3, 4, 5, 6).map((day) => (16_804n + day) * 86_400_000_000_000n),
  open: big(100, 101, 102, 103, 104, 105),
  high: big(103, 104, 105, 130, 107, 108),
  low: big(98, 99, 60, 101, 102, 103),
  close: big(101, 102, 103, 104, 105, 106),
  volume: null,
});

describe("trades", () => {
  it("run from flat to flat, at average cost, with fees, excursions and bars held", () => {
    const steps = [
      { bar: 1, instrument: 0, target: 10n },
      { bar: 2, instrument: 0, target: 20n },
      { bar: 4, instrument: 0, target: 0n },
    ];
    const tables = madeUpRun([TAPE], steps, 100_000n);
    const [trade, ...others] = tradesOf(tables, [TAPE]);
    expect(others).toEqual([]);
    // Bought 10 at 102 and 10 at 103, sold 20 at 103: one cent of slippage each, fees rounded up to a cent.
    expect(trade).toMatchObject({
      number: 1,
      side: "long",
      closed: true,
      forced: false,
      quantity: 20n,
      quantityEntered: 20n,
      entryPrice: 1.025,
      exitPrice: 1.03,
      entryValue: 2050n,
      grossProfit: 10n,
      fees: 2n + 2n + 3n,
      slippage: 40n,
      netProfit: 3n,
      return: 3 / 2050,
      bars: 3,
      durationNs: 3n * 86_400_000_000_000n,
      // Bar 2 fell to 60 while 20 were held at 102.5; bar 3 rose to 130.
      adverse: 850n,
      favourable: 550n,
      adverseReturn: 850 / 2050,
      favourableReturn: 550 / 2050,
    });
  });

  it("keep what was realised on the way in their excursions", () => {
    const steps = [
      { bar: 1, instrument: 0, target: 2n },
      { bar: 2, instrument: 0, target: 1n },
      { bar: 4, instrument: 0, target: 0n },
    ];
    const trades = tradesOf(madeUpRun([TAPE], steps, 100_000n), [TAPE]);
    // Two bought at 102, one sold at 101; then 60 and 130 with one left, which is sold at 103.
    expect(trades).toMatchObject([
      { grossProfit: 0n, exitPrice: 1.02, adverse: 1n + 42n, favourable: 28n - 1n, bars: 3 },
    ]);
  });

  it("split a flip by quantity, the closing part taking the rest", () => {
    const tables = madeUpRun(
      [TAPE],
      [
        { bar: 1, instrument: 0, target: 3n },
        { bar: 2, instrument: 0, target: -4n },
      ],
      100_000n,
    );
    const [long, short] = tradesOf(tables, [TAPE]);
    expect(long).toMatchObject({
      side: "long",
      quantity: 3n,
      grossProfit: -3n,
      fees: 1n + 1n,
      slippage: 3n + 3n,
      forced: false,
    });
    expect(short).toMatchObject({
      side: "short",
      quantity: 4n,
      grossProfit: 4n * (101n - 106n),
      slippage: 4n,
      forced: true,
    });
    expect(short?.favourable).toBe(4n * (101n - 60n));
    expect(short?.adverse).toBe(4n * (130n - 101n));
  });

  it("stay open when nothing closes them, and are measured to the last bucket", () => {
    const tables = madeUpRun([TAPE], [{ bar: 1, instrument: 0, target: 1n }], 100_000n, false);
    const trades = tradesOf(tables, [TAPE]);
    expect(trades).toMatchObject([
      { closed: false, exitPrice: null, grossProfit: 0n, bars: 5, durationNs: 5n * 86_400_000_000_000n },
    ]);
    expect(tradeStatistics(trades)).toMatchObject({ count: 0, openCount: 1, winRate: null, longestBars: null });
  });

  it("take excursions from fills alone where there is no tape", () => {
    const tables = madeUpRun(
      [TAPE],
      [
        { bar: 1, instrument: 0, target: 1n },
        { bar: 4, instrument: 0, target: 0n },
      ],
      100_000n,
    );
    expect(tradesOf(tables, [])).toMatchObject([{ bars: 0, adverse: 0n, favourable: 1n }]);
  });

  const step = fc.record({
    bar: fc.integer({ min: 0, max: 11 }),
    instrument: fc.integer({ min: 0, max: 1 }),
    target: fc.bigInt({ min: -4n, max: 4n }),
  });
  const tapes = [walkTape("A", 12, 1), walkTape("B", 12, 2, 5)];

  it("hold every unit of profit, fee and slippage of the fills", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps: Step[], closeAtEnd) => {
        const tables = madeUpRun(tapes, steps, 1_000_000n, closeAtEnd);
        const trades = tradesOf(tables, tapes);
        const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((all, one) => all + one, 0n);
        expect(sum(trades.map((t) => t.grossProfit))).toBe(sum(tables.fills.realised));
        expect(sum(trades.map((t) => t.fees))).toBe(sum(tables.fills.fee));
        expect(sum(trades.map((t) => t.slippage))).toBe(sum(tables.fills.slippage));
        if (closeAtEnd) {
          const last = tables.portfolio.equity[tables.portfolio.rowCount - 1] as bigint;
          expect(sum(trades.map((t) => t.netProfit))).toBe(last - 1_000_000n);
        }
      }),
    );
  });

  it("went at least as far as where they ended, and as far as a plain walk over all bars finds", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps: Step[]) => {
        for (const trade of tradesOf(madeUpRun(tapes, steps, 1_000_000n), tapes)) {
          expect(trade.adverse).toBeGreaterThanOrEqual(trade.grossProfit < 0n ? -trade.grossProfit : 0n);
          expect(trade.favourable).toBeGreaterThanOrEqual(trade.grossProfit > 0n ? trade.grossProfit : 0n);
          if (trade.quantity !== trade.quantityEntered || trade.exitFill - trade.entryFill !== 1) continue;
          const sign = trade.side === "long" ? 1n : -1n;
          const entry = BigInt(Math.round(trade.entryPrice * 100));
          let worst = -trade.grossProfit;
          let count = 0;
          for (const bars of tapes[trade.instrument]?.segments() ?? []) {
            for (let i = 0; i < bars.rowCount; i++) {
              if ((bars.time[i] as bigint) <= trade.entryTime || (bars.time[i] as bigint) > trade.exitTime) continue;
              count++;
              const price = (sign > 0n ? bars.low[i] : bars.high[i]) as bigint;
              const loss = (entry - price) * sign * trade.quantity;
              if (loss > worst) worst = loss;
            }
          }
          expect(trade.bars).toBe(count);
          expect(trade.adverse).toBe(worst > 0n ? worst : 0n);
        }
      }),
    );
  });

  it("value a position with decimals and a multiplier, rounded down", () => {
    const future = { ...share("F"), priceDecimals: 3, sizeDecimals: 1, multiplier: 25n, multiplierDecimals: 1 };
    // 1.001 x 0.3 x 2.5 = 0.75075
    expect(moneyOf(1001n * 3n, priceScale(future, USD))).toBe(75n);
    expect(moneyOf(1001n * -3n, priceScale(future, USD))).toBe(-76n);
  });
});

describe("trade statistics", () => {
  it("are the ones by hand", () => {
    // Two winners and a loser: bought at the open of bars 1, 2, 3 with a cent of slippage each way and a fee of a cent.
    const tape = memoryTape(share("A"), "1d", {
      time: TAPE.segments()[Symbol.iterator]().next().value.time,
      open: big(100, 100, 150, 150, 120, 120),
      high: big(150, 150, 150, 150, 150, 150),
      low: big(90, 90, 90, 90, 90, 90),
      close: big(100, 150, 150, 120, 120, 180),
      volume: null,
    });
    const to = (bar: number, target: bigint) => ({ bar, instrument: 0, target });
    const tables = madeUpRun([tape], [to(1, 1n), to(2, 0n), to(3, 1n), to(4, 0n), to(5, 1n)], 10_000n);
    const profits = tradesOf(tables, [tape]).map((one) => one.netProfit);
    expect(profits).toEqual([46n, -34n, 57n]);
    const mean = 23;
    const deviation = Math.sqrt(((46 - mean) ** 2 + (-34 - mean) ** 2 + (57 - mean) ** 2) / 2);
    const trades = tradesOf(tables, [tape]);
    const all = tradeStatistics(trades, { countForced: true });
    // The last one was closed by the end of data, which says nothing of the strategy's odds (B16).
    expect(tradeStatistics(trades)).toMatchObject({
      count: 3,
      forcedCount: 1,
      wins: 1,
      losses: 1,
      winRate: 1 / 2,
      profitFactor: 103 / 34,
      expectancy: 23,
      kelly: 0.5 - 0.5 / (46 / 34),
    });
    expect(all).toMatchObject({
      count: 3,
      wins: 2,
      losses: 1,
      winRate: 2 / 3,
      profitFactor: 103 / 34,
      expectancy: 23,
      averageWin: 51.5,
      averageLoss: 34,
      best: 57n,
      worst: -34n,
      winStreak: 1,
      lossStreak: 1,
      longestBars: 1,
      averageBars: 1,
    });
    expect(all.systemQuality).toBeCloseTo((Math.sqrt(3) * mean) / deviation, 12);
    expect(all.kelly).toBeCloseTo(2 / 3 - 1 / 3 / (51.5 / 34), 12);
  });
});
