// Presets against numbers worked by hand from the published formulas of the engines that they stand for.

import { describe, expect, it } from "vitest";
import {
  bars,
  eq,
  graph,
  marketOrder,
  memoryTape,
  runGraph,
  select,
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
