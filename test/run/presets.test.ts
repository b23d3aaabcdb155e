// Presets against numbers worked by hand from the published formulas of the engines that they stand for.

import { describe, expect, it } from "vitest";
import {
  bars,
  bracket,
  eq,
  graph,
  limitOrder,
  marketOrder,
  memoryTape,
  runGraph,
  select,
  stopLimitOrder,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import type { BarsTape, Graph, NumberOutput, RunConfig, RunResult } from "../../kernel/index.js";
import { nodeEngine } from "../../adapters/node/kernel-module.js";
import { datasetOf, DAY_NS, share } from "../kernel/run/small-tapes.js";

const ENGINE = nodeEngine();

/** Open, high, low, close in cents. */
type Row = readonly [open: number, high: number, low: number, close: number];

function tapeOf(rows: readonly Row[]): BarsTape {
  const column = (index: number): BigInt64Array => BigInt64Array.from(rows, (row) => BigInt(row[index] as number));
  const time = BigInt64Array.from(rows, (_, row) => BigInt(row + 1) * DAY_NS);
  const columns = { time, open: column(0), high: column(1), low: column(2), close: column(3), volume: null };
  return memoryTape(share("A"), "1d", columns);
}

/** A value by day, from 1; `otherwise` on the others. */
function onDays(values: Readonly<Record<number, number>>, otherwise: number): NumberOutput {
  const day = bars().time;
  return Object.entries(values).reduce<NumberOutput>(
    (rest, [at, value]) => select(eq(day, Number(at) * 86_400), value, rest),
    select(eq(day, -1), 0, otherwise),
  );
}

function run(made: Graph, rows: readonly Row[], config: RunConfig): RunResult {
  return runGraph(ENGINE, made, datasetOf([tapeOf(rows)]), config);
}

/** True on one day, from 1. */
const onDay = (day: number) => eq(bars().time, day * 86_400);

const FREE = { fees: { taker: 0 }, cash: 100_000 } as const;

/** Prices of the fills, in cents. */
const pricesOf = (result: RunResult): readonly bigint[] => [...result.tables().fills.price];

/** A bar in which nothing happens at 100.00. */
const CALM: Row = [10_000, 10_000, 10_000, 10_000];

const equityOf = (result: RunResult): readonly bigint[] => [...result.tables().portfolio.equity];

describe("vectorbt", () => {
  const made = graph({ decisions: [targetPercent(onDays({ 2: 1, 3: 1 }, 0))] });
  const CONFIG: RunConfig = { preset: "vectorbt", fees: { taker: "0.01" }, cash: 1010 };

  it("buys with all its cash at the close of the signal, in fractions, and sells at the close of the exit", () => {
    // Portfolio.from_signals(close, entries on day 2, exits on day 4, init_cash=1010, fees=0.01), by
    // buy_nb: size = cash / (price x (1 + fees)), cash = 0; sell_nb: cash = size x price x (1 - fees).
    //   day 2: size = 1010 / (80 x 1.01) = 12.5, worth 1000.00
    //   day 3: 12.5 x 88 = 1100.00
    //   day 4: 12.5 x 100 x 0.99 = 1237.50
    const rows: readonly Row[] = [
      [7900, 8000, 7800, 7900],
      [7950, 8100, 7900, 8000],
      [8200, 8900, 8100, 8800],
      [9800, 10100, 9700, 10000],
      [10100, 10200, 10000, 10100],
    ];
    const result = run(made, rows, CONFIG);
    const { fills } = result.tables();
    expect([...fills.price]).toEqual([8000n, 10_000n]);
    expect([...fills.quantity]).toEqual([1_250_000_000n, -1_250_000_000n]);
    expect(equityOf(result)).toEqual([101_000n, 100_000n, 110_000n, 123_750n, 123_750n]);
  });

  it("differs where its floats have fractions of a cent: by rounding against the account, a few cents", () => {
    // 1010 / (39 x 1.01) x 49 x 0.99 = 1243.846..., 124384 cents.
    const rows: readonly Row[] = [3900, 3900, 4400, 4900, 4900].map((close) => [close, close, close, close]);
    const [last] = equityOf(run(made, rows, CONFIG)).slice(-1);
    expect(last).toBeLessThanOrEqual(124_384n);
    expect(last).toBeGreaterThan(124_384n - 4n);
  });
});

describe("backtesting.py", () => {
  it("buys whole units at the next open, with the commission as a share of the price", () => {
    // Backtest(cash=10_000, commission=0.002), buy(size=30) on day 1, position.close() on day 3, by
    // _process_orders: market orders at the next open; equity = cash + sum of size x (close - entry);
    // commission 0.002 x price x size at entry and at exit.
    //   day 2: entry 30 at 101 = 3030.00, commission 6.06; equity 10000 - 6.06 + 30 x (104 - 101) = 10083.94
    //   day 3: 10000 - 6.06 + 30 x (99 - 101) = 9933.94
    //   day 4: exit 30 at 98 = 2940.00, commission 5.88; 10000 - 6.06 - 5.88 + 30 x (98 - 101) = 9898.06
    const rows: readonly Row[] = [
      [10000, 10100, 9900, 10000],
      [10100, 10500, 10000, 10400],
      [10300, 10300, 9800, 9900],
      [9800, 9900, 9700, 9750],
      [9750, 9800, 9700, 9800],
    ];
    const made = graph({ decisions: [targetQuantity(onDays({ 1: 30, 2: 30 }, 0))] });
    const result = run(made, rows, { preset: "backtestingpy", fees: { taker: "0.002" }, cash: 10_000 });
    expect([...result.tables().fills.price]).toEqual([10_100n, 9800n]);
    expect(equityOf(result)).toEqual([1_000_000n, 1_008_394n, 993_394n, 989_806n, 989_806n]);
  });
});

/** Long 10 from the open of day 2, a stop at 95 and a target at 105. */
const BRACKET = graph({ decisions: bracket(marketOrder(10, { when: onDay(1) }), { stop: 95, target: 105 }) });
/** A limit to buy 10 at 99, sent at the close of day 1. */
const BUY_AT_99 = graph({ decisions: [limitOrder(10, 99, { when: onDay(1) })] });

describe("TradingView", () => {
  it("goes to the nearer extreme first: high when strictly nearer, else low", () => {
    // Open 100 is 5.01 below the high and 6 above the low: target at 105; the mirror: stop at 95.
    const near: Row = [10_000, 10_501, 9400, 10_000];
    expect(pricesOf(run(BRACKET, [CALM, CALM, near], { ...FREE, preset: "tradingview" }))).toEqual([10_000n, 10_500n]);
    const far: Row = [10_000, 10_600, 9499, 10_000];
    expect(pricesOf(run(BRACKET, [CALM, CALM, far], { ...FREE, preset: "tradingview" }))).toEqual([10_000n, 9500n]);
    const tie: Row = [10_000, 10_501, 9499, 10_000];
    expect(pricesOf(run(BRACKET, [CALM, CALM, tie], { ...FREE, preset: "tradingview" }))).toEqual([10_000n, 9500n]);
  });

  it("fills a limit that is touched, and one that an open jumps at the open", () => {
    const touched: Row = [10_000, 10_000, 9900, 10_000];
    expect(pricesOf(run(BUY_AT_99, [CALM, touched], { ...FREE, preset: "tradingview" }))).toEqual([9900n]);
    expect(pricesOf(run(BUY_AT_99, [CALM, touched], FREE))).toEqual([]);
    const jumped: Row = [9700, 9800, 9700, 9800];
    expect(pricesOf(run(BUY_AT_99, [CALM, CALM, jumped], { ...FREE, preset: "tradingview" }))).toEqual([9700n]);
    expect(pricesOf(run(BUY_AT_99, [CALM, CALM, jumped], FREE))).toEqual([9900n]);
  });
});

describe("backtrader", () => {
  it("takes the stop where a bar has both, and keeps slippage inside the bar", () => {
    const both: Row = [10_000, 10_600, 9400, 10_500];
    expect(pricesOf(run(BRACKET, [CALM, CALM, both], { ...FREE, preset: "backtrader" }))).toEqual([10_000n, 9500n]);
    // 5 % of slippage on a stop at 95 would be 90.25: _slip_down matches the low, 94.
    const slippage = { kind: "bps", bps: 500 } as const;
    const config = { ...FREE, preset: "backtrader", slippage } as const;
    expect(pricesOf(run(BRACKET, [CALM, CALM, both], config))).toEqual([10_000n, 9400n]);
  });

  it("fills a limit at the open where that is better, whether it rested or not", () => {
    const lower: Row = [9800, 9950, 9700, 9900];
    expect(pricesOf(run(BUY_AT_99, [CALM, lower], { ...FREE, preset: "backtrader" }))).toEqual([9800n]);
    expect(pricesOf(run(BUY_AT_99, [CALM, CALM, lower], { ...FREE, preset: "backtrader" }))).toEqual([9800n]);
  });
});

describe("backtesting.py, with brackets", () => {
  it("takes the stop first, wants a price beyond the limit, and fills at the open where that is better", () => {
    const both: Row = [10_000, 10_600, 9400, 10_500];
    expect(pricesOf(run(BRACKET, [CALM, CALM, both], { ...FREE, preset: "backtestingpy" }))).toEqual([10_000n, 9500n]);
    const touched: Row = [10_000, 10_000, 9900, 10_000];
    expect(pricesOf(run(BUY_AT_99, [CALM, touched], { ...FREE, preset: "backtestingpy" }))).toEqual([]);
    // price = min(open, limit): 98.
    const lower: Row = [9800, 9950, 9700, 9900];
    expect(pricesOf(run(BUY_AT_99, [CALM, lower], { ...FREE, preset: "backtestingpy" }))).toEqual([9800n]);
    expect(pricesOf(run(BUY_AT_99, [CALM, CALM, lower], { ...FREE, preset: "backtestingpy" }))).toEqual([9800n]);
  });

  it("gives the equity of a bracket with commission", () => {
    // Backtest(cash=10_000, commission=0.001), buy(size=10, sl=95, tp=105): entry at the open of day 2, 101, commission
    // 1.01; day 3 opens at 94, below the stop: exit at 94, commission 0.94; 10000 - 1.01 - 0.94 + 10 x (94 - 101).
    const rows: readonly Row[] = [CALM, [10_100, 10_300, 10_000, 10_200], [9400, 9600, 9300, 9500]];
    const result = run(BRACKET, rows, { preset: "backtestingpy", fees: { taker: "0.001" }, cash: 10_000 });
    expect(pricesOf(result)).toEqual([10_100n, 9400n]);
    expect(equityOf(result)).toEqual([1_000_000n, 1_000_899n, 992_805n]);
  });
});

describe("vectorbt, with stops", () => {
  it("enters at the close, and from the next bar on looks at the stop before the target, at the open beyond", () => {
    const both: Row = [10_000, 10_600, 9400, 10_500];
    expect(pricesOf(run(BRACKET, [CALM, both], { ...FREE, preset: "vectorbt" }))).toEqual([10_000n, 9500n]);
    const gap: Row = [9300, 9600, 9200, 9500];
    expect(pricesOf(run(BRACKET, [CALM, gap], { ...FREE, preset: "vectorbt" }))).toEqual([10_000n, 9300n]);
    const above: Row = [10_700, 10_800, 10_600, 10_700];
    expect(pricesOf(run(BRACKET, [CALM, above], { ...FREE, preset: "vectorbt" }))).toEqual([10_000n, 10_700n]);
  });

  it("moves a trailing stop after the test", () => {
    // From the close of day 1, 100, at 4 below the best price: 96 for day 2, whose low is 97; then 106 for day 3.
    const entry = marketOrder(10, { when: onDay(1) });
    const trailing = graph({ decisions: bracket(entry, { trail: 4 }) });
    const up: Row = [10_000, 11_000, 9700, 10_800];
    const down: Row = [10_800, 10_900, 10_500, 10_550];
    const result = run(trailing, [CALM, up, down], { ...FREE, preset: "vectorbt" });
    expect(pricesOf(result)).toEqual([10_000n, 10_600n]);
  });
});

describe("freqtrade", () => {
  it("takes the stop first, fills limits at their price however the open lies, and closes at the end", () => {
    const both: Row = [10_000, 10_600, 9400, 10_500];
    expect(pricesOf(run(BRACKET, [CALM, CALM, both], { ...FREE, preset: "freqtrade" }))).toEqual([10_000n, 9500n]);
    const lower: Row = [9800, 9950, 9700, 9900];
    // Bought at 99 as asked; what is open at the end is closed at the last close, 99.
    expect(pricesOf(run(BUY_AT_99, [CALM, lower], { ...FREE, preset: "freqtrade" }))).toEqual([9900n, 9900n]);
    const touched: Row = [10_000, 10_000, 9900, 10_000];
    expect(pricesOf(run(BUY_AT_99, [CALM, touched], { ...FREE, preset: "freqtrade" }))).toEqual([9900n, 10_000n]);
  });
});

describe("NautilusTrader", () => {
  it("enters at the bar's own close and walks open, high, low, close", () => {
    const both: Row = [10_000, 10_600, 9400, 9500];
    expect(pricesOf(run(BRACKET, [CALM, both], { ...FREE, preset: "nautilus" }))).toEqual([10_000n, 10_500n]);
    const touched: Row = [10_000, 10_500, 9600, 10_000];
    expect(pricesOf(run(BRACKET, [CALM, touched], { ...FREE, preset: "nautilus" }))).toEqual([10_000n, 10_500n]);
  });

  it("fills a limit at its price, even when the bar opens beyond it", () => {
    const lower: Row = [9800, 9950, 9700, 9900];
    expect(pricesOf(run(BUY_AT_99, [CALM, lower], { ...FREE, preset: "nautilus" }))).toEqual([9900n]);
  });
});

describe("LEAN", () => {
  it("fills a limit at its price once the bar goes beyond it", () => {
    const touched: Row = [10_000, 10_000, 9900, 10_000];
    expect(pricesOf(run(BUY_AT_99, [CALM, touched], { ...FREE, preset: "lean" }))).toEqual([]);
    const beyond: Row = [10_000, 10_000, 9899, 10_000];
    expect(pricesOf(run(BUY_AT_99, [CALM, beyond], { ...FREE, preset: "lean" }))).toEqual([9900n]);
    const lower: Row = [9800, 9950, 9700, 9900];
    expect(pricesOf(run(BUY_AT_99, [CALM, lower], { ...FREE, preset: "lean" }))).toEqual([9900n]);
  });

  it("fills a stop-limit in the bar of its trigger only by the close", () => {
    const made = graph({ decisions: [stopLimitOrder(10, 102, 101, { when: onDay(1) })] });
    const back: Row = [10_000, 10_300, 10_000, 10_050];
    expect(pricesOf(run(made, [CALM, back], { ...FREE, preset: "lean" }))).toEqual([10_100n]);
    // Its fee would make a fill the worse reading of this bar, which comes back to the limit and closes above it.
    const away: Row = [10_000, 10_300, 10_000, 10_150];
    const costly: RunConfig = { ...FREE, preset: "lean", fees: { taker: "0.01" } };
    expect(pricesOf(run(made, [CALM, away], costly))).toEqual([]);
    expect(pricesOf(run(made, [CALM, away], { ...costly, strictClose: false }))).toEqual([10_100n]);
  });
});

describe("Zipline", () => {
  it("takes 2.5 % of the volume, moves the price by the square of the share, and carries the rest", () => {
    // VolumeShareSlippage: impact = 0.1 x (filled / volume)^2 x price = 0.1 x 0.025^2 x 100 = 0.00625, up to the cent.
    // Orders of a bar fill at the close of the next.
    const rows: readonly Row[] = [CALM, [9000, 10_000, 9000, 10_000], [9000, 10_000, 9000, 10_000]];
    const volume = BigInt64Array.from([1000n, 1000n, 1000n]);
    const column = (index: number): BigInt64Array => BigInt64Array.from(rows, (row) => BigInt(row[index] as number));
    const time = BigInt64Array.from(rows, (_, row) => BigInt(row + 1) * DAY_NS);
    const columns = { time, open: column(0), high: column(1), low: column(2), close: column(3), volume };
    const made = graph({ decisions: [marketOrder(40, { when: onDay(1) })] });
    const dataset = datasetOf([memoryTape(share("A"), "1d", columns)]);
    const { fills } = runGraph(ENGINE, made, dataset, { ...FREE, preset: "zipline" }).tables();
    expect([...fills.quantity]).toEqual([25n, 15n]);
    expect([...fills.price]).toEqual([10_001n, 10_001n]);
    expect([...fills.time]).toEqual([2n * DAY_NS, 3n * DAY_NS]);
  });
});
