// Feedback from accounts of every kind: what state sources say, against the books that the tables show.

import { describe, expect, it } from "vitest";
import {
  atr,
  bars,
  bracket,
  graph,
  gt,
  mul,
  limitOrder,
  memoryActions,
  memoryConversions,
  runGraph,
  sma,
  sub,
  add,
  targetQuantity,
  lt,
} from "../../kernel/index.js";
import type { Dataset, Decision, Output, RunConfig, RunResult } from "../../kernel/index.js";
import { syntheticTape } from "../../datasets/synthetic.js";
import { datasetOf, HOUR_NS, share, tape, zigzag } from "../kernel/run/small-tapes.js";
import { CONFIG, ENGINE, every, PORTFOLIO, POSITION, valuesOf } from "./feedback-runs.js";

const { close, high, low } = bars();
const FREE: RunConfig = { ...CONFIG, slippage: { kind: "none" } };
const at = (...hours: number[]): BigInt64Array => BigInt64Array.from(hours, (hour) => BigInt(hour) * HOUR_NS);

/** Realised profit of the portfolio and of each position, one row before. */
const REALISED: Record<string, Output> = {
  ...every({ all: PORTFOLIO.realizedPnl }, 1),
  ...every({ each: POSITION.realizedPnl }, 1),
};

function run(
  decisions: readonly Decision[],
  publish: Record<string, Output>,
  dataset: Dataset,
  config = FREE,
): RunResult {
  const options = { capture: true };
  const result = runGraph(ENGINE, graph({ decisions, publish }), dataset, config, options);
  const cut = runGraph(ENGINE, graph({ decisions, publish }), dataset, config, { ...options, blockRows: 5 });
  expect(cut.resultDigest).toBe(result.resultDigest);
  return result;
}

describe("realised profit", () => {
  it("of one instrument is that of the account, whatever walks were tried and undone", () => {
    const risk = atr(high, low, close, 5);
    const entry = limitOrder(20, sub(close, mul(risk, 0.2)), {
      when: gt(close, sma(close, 3)),
      timeInForce: "gtd",
      goodFor: "4h",
    });
    const decisions = bracket(entry, { stop: sub(close, mul(risk, 0.5)), target: add(close, mul(risk, 0.4)) });
    const walk = syntheticTape({ seed: 3, rows: 400, interval: "1h" });
    const result = run(decisions, REALISED, datasetOf([walk]), { ...FREE, path: "worst" });
    const { ambiguities, fills } = result.tables();
    expect([ambiguities.rowCount > 5, fills.rowCount > 60]).toEqual([true, true]);
    const all = valuesOf(result, "all");
    expect(new Set(all).size).toBeGreaterThan(30);
    expect(valuesOf(result, "each")).toEqual(all);
  });

  it("counts what a split pays for a fraction", () => {
    const one = 1_000_000_000_000n;
    const actions = memoryActions(share("A"), {
      time: at(6),
      priceFactor: BigInt64Array.of(one),
      // Three for two.
      splitFactor: BigInt64Array.of(666_666_666_667n),
      referencePrice: BigInt64Array.of(9_000n),
    });
    const prices = [9_000, 9_000, 9_600, 9_600, 9_600, 9_600, 6_400, 6_400];
    const dataset = { ...datasetOf([tape("A", prices)]), actions: [actions] };
    const result = run([targetQuantity(7)], { ...REALISED, ...every({ quantity: POSITION.quantity }, 1) }, dataset);
    expect(valuesOf(result, "quantity")).toEqual([null, 0, 7, 7, 7, 7, 7, 10]);
    // Half a share at 64, which had cost 60.
    expect(valuesOf(result, "each").map((value) => value?.toFixed(2))).toEqual([
      undefined,
      ...["0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "2.00"],
    ]);
    expect(valuesOf(result, "all")).toEqual(valuesOf(result, "each"));
  });
});

describe("money", () => {
  it("of a position is in the currency of its instrument, of the portfolio in that of the account", () => {
    const rates = { time: at(1, 5), rate: BigInt64Array.of(1_100_000_000_000n, 1_250_000_000_000n) };
    const conversions = [memoryConversions(share("EUR/USD"), "EUR", "USD", rates)];
    const euros = { currency: { code: "EUR", decimals: 2 } };
    const prices = [10_000, 10_000, 10_000, 12_000, 12_000, 12_000, 11_000];
    const dataset = { ...datasetOf([tape("E", prices, { facts: euros })]), conversions };
    const fields = { value: POSITION.value, unrealised: POSITION.unrealizedPnl, realised: POSITION.realizedPnl };
    const whole = { net: PORTFOLIO.netExposure, gross: PORTFOLIO.grossExposure, all: PORTFOLIO.realizedPnl };
    const signal = targetQuantity(10, { when: lt(close, 100.5) });
    const half = targetQuantity(5, { when: gt(close, 119) });
    const config: RunConfig = { ...FREE, fees: { taker: 0 }, account: { currency: "USD" } };
    const result = run([signal, half], every({ ...fields, ...whole }, 1), dataset, config);
    expect(valuesOf(result, "value")).toEqual([null, 0, 1000, 1000, 1200, 600, 600]);
    expect(valuesOf(result, "unrealised")).toEqual([null, 0, 0, 0, 200, 100, 100]);
    expect(valuesOf(result, "realised")).toEqual([null, 0, 0, 0, 0, 100, 100]);
    expect(valuesOf(result, "net")).toEqual([null, 0, 1100, 1100, 1320, 750, 750]);
    expect(valuesOf(result, "gross")).toEqual(valuesOf(result, "net"));
    expect(valuesOf(result, "all")).toEqual([null, 0, 0, 0, 0, 125, 125]);
  });

  it("of what is sold short is a negative value and exposure", () => {
    const prices = { A: zigzag(8), B: zigzag(8) };
    const dataset = datasetOf([tape("A", prices.A), tape("B", prices.B)]);
    const decisions = [targetQuantity(30, { instrument: "A" }), targetQuantity(-20, { instrument: "B" })];
    const config: RunConfig = { ...FREE, account: { kind: "margin", leverage: 2 } };
    const fields = every({ value: POSITION.value, entry: POSITION.entryPrice, pnl: POSITION.unrealizedPnl }, 1);
    const exposures = every({ net: PORTFOLIO.netExposure, gross: PORTFOLIO.grossExposure }, 1);
    const result = run(decisions, { ...fields, ...exposures }, dataset, config);
    const last = prices.A[6] as number;
    const paid = (prices.A[1] as number) / 100;
    expect([valuesOf(result, "value", 0).at(-1), valuesOf(result, "value", 1).at(-1)]).toEqual([
      (30 * last) / 100,
      (-20 * last) / 100,
    ]);
    expect([valuesOf(result, "entry", 0).at(-1), valuesOf(result, "entry", 1).at(-1)]).toEqual([paid, paid]);
    expect(valuesOf(result, "pnl", 1).at(-1)).toBeCloseTo(-20 * (last / 100 - paid), 9);
    expect([valuesOf(result, "net").at(-1), valuesOf(result, "gross").at(-1)]).toEqual([
      (10 * last) / 100,
      (50 * last) / 100,
    ]);
  });

  it("of an inverse contract has the sign of the position in exposures, and its price of entry in units", () => {
    const facts = {
      inverse: true,
      assetClass: "crypto-perpetual",
      currency: { code: "BTC", decimals: 8 },
      multiplier: 100n,
    } as const;
    const dataset = datasetOf([tape("X", [2_000_000, 2_000_000, 2_500_000, 2_500_000], { facts })]);
    const config: RunConfig = { ...FREE, cash: 10, funding: "off", account: { kind: "margin", leverage: 5 } };
    const fields = every({ value: POSITION.value, entry: POSITION.entryPrice, pnl: POSITION.unrealizedPnl }, 1);
    const exposures = every({ net: PORTFOLIO.netExposure, gross: PORTFOLIO.grossExposure }, 1);
    const result = run([targetQuantity(1000)], { ...fields, ...exposures }, dataset, config);
    // 1,000 contracts of 100 dollars at 20,000 are 5 coins, and at 25,000 are 4: one coin earned.
    expect(valuesOf(result, "value")).toEqual([null, 0, -5, -4]);
    expect(valuesOf(result, "entry")).toEqual([null, null, 20_000, 20_000]);
    expect(valuesOf(result, "pnl")).toEqual([null, 0, 0, 1]);
    expect(valuesOf(result, "net")).toEqual([null, 0, 5, 4]);
    expect(valuesOf(result, "gross")).toEqual([null, 0, 5, 4]);
  });
});
