// Two bounds of one run: the trades that hang on a path that the bars do not say, found in both readings.

import { describe, expect, it } from "vitest";
import {
  bars,
  BOUNDS_CAUTION,
  boundsOf,
  bracket,
  eq,
  graph,
  marketOrder,
  runBounds,
  runGraph,
  tradesOf,
} from "../../../kernel/index.js";
import type { Dataset, Reading, RunConfig, RunTables, Trade } from "../../../kernel/index.js";
import { engineFor } from "../../model/kernel-run.js";
import { datasetOf, HOUR_NS, ohlcTape } from "../run/small-tapes.js";
import type { Ohlc } from "../run/small-tapes.js";
import { madeUpRun, noAmbiguities, walkTape } from "./made-up-run.js";

function datasetFrom(rows: readonly Ohlc[]): Dataset {
  return datasetOf([ohlcTape("X", rows, "1h")]);
}

/** Buys 10 at the open after a close of 100.00, with a stop at 95.00 and a target at 105.00. */
const { close } = bars();
const STRATEGY = graph({
  decisions: [...bracket(marketOrder(10, { when: eq(close, 100) }), { stop: 95, target: 105 })],
});
const CONFIG: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, cash: 10_000 };

const START: Ohlc = [10_000, 10_000, 10_000, 10_000];
const QUIET: Ohlc = [10_000, 10_100, 9_900, 10_050];
const BOTH: Ohlc = [10_050, 10_600, 9_400, 10_060];
const TARGET: Ohlc = [10_050, 10_600, 9_900, 10_060];

describe("bounds", () => {
  const dataset = datasetFrom([START, QUIET, BOTH, START, QUIET, TARGET]);
  const bounds = runBounds(engineFor(), STRATEGY, dataset, { ...CONFIG, preset: "tradingview", path: "ohlc" });

  it("list the trade whose bar reaches stop and target, and what it came to in each reading", () => {
    expect(bounds.bars).toEqual({ exact: 1, heuristic: 0 });
    expect(bounds.trades).toHaveLength(1);
    const [trade] = bounds.trades;
    expect(trade).toMatchObject({
      instrument: 0,
      side: "long",
      entryTime: HOUR_NS,
      certainty: "exact",
      bars: [{ time: 3n * HOUR_NS, kind: "exact", worst: "stop", best: "target", stake: null }],
      worst: { quantity: 10n, exitPrice: 95, netProfit: -5_000n, ambiguous: true },
      best: { quantity: 10n, exitPrice: 105, netProfit: 5_000n, ambiguous: true },
      difference: 10_000n,
    });
    expect(bounds.difference).toBe(10_000n);
    expect(bounds.caution).toBe(BOUNDS_CAUTION);
    expect(bounds.caution).toContain("before slippage and fees");
    expect(bounds.caution).toContain("two consistent readings, not a proof about later bars");
  });

  it("leave out the trade whose bar decides", () => {
    const { worst, best } = bounds;
    for (const result of [worst, best]) {
      const trades = tradesOf(result.tables(), dataset.bars);
      expect(trades.map((one) => one.ambiguous)).toEqual([true, false]);
      expect(trades[1]?.netProfit).toBe(5_000n);
    }
  });

  it("are two ordinary runs, whatever path was asked for", () => {
    for (const path of ["worst", "best"] as const) {
      const config: RunConfig = { ...CONFIG, preset: "tradingview", path };
      const alone = runGraph(engineFor(), STRATEGY, dataset, config);
      expect(bounds[path].runId).toBe(alone.runId);
      expect(bounds[path].resultDigest).toBe(alone.resultDigest);
      expect(bounds[path].tables().portfolio).toEqual(alone.tables().portfolio);
    }
    expect(bounds.worst.resultDigest).not.toBe(bounds.best.resultDigest);
  });

  it("of bars that all decide have nothing to list and one result", () => {
    const sure = runBounds(engineFor(), STRATEGY, datasetFrom([START, QUIET, TARGET, QUIET]), CONFIG);
    expect([sure.bars, sure.trades, sure.difference]).toEqual([{ exact: 0, heuristic: 0 }, [], 0n]);
    expect(sure.worst.tables().portfolio).toEqual(sure.best.tables().portfolio);
  });

  it("say everything that is wrong at once, as a run does", () => {
    const config = { ...CONFIG, participation: 2 };
    expect(() => runBounds(engineFor(), STRATEGY, dataset, config)).toThrow("config/range");
  });
});

describe("two readings", () => {
  const tape = walkTape("A", 20, 1);
  const run = madeUpRun(
    [tape],
    [
      { bar: 2, instrument: 0, target: 10n },
      { bar: 5, instrument: 0, target: 0n },
      { bar: 7, instrument: 0, target: 4n },
      { bar: 9, instrument: 0, target: 0n },
    ],
    1_000_000n,
  );
  /** A reading in which the bars behind so many fills are ambiguous, exactly (1) or by two walks (2). */
  const reading = (kind: number, fills: readonly number[], keep: (trade: Trade) => boolean = () => true): Reading => {
    const tables: RunTables = {
      ...run,
      ambiguities: {
        ...noAmbiguities(),
        rowCount: fills.length,
        time: BigInt64Array.from(fills, (count) => BigInt(count)),
        instrument: new Int32Array(fills.length),
        kind: new Uint8Array(fills.length).fill(kind),
        order: Int32Array.from(fills),
        worst: new Uint8Array(fills.length).fill(1),
        best: new Uint8Array(fills.length),
        stake: new BigInt64Array(fills.length).fill(9n),
        fills: Int32Array.from(fills),
      },
    };
    return { tables, trades: tradesOf(tables, [tape]).filter(keep) };
  };

  it("list what either of them marks, in the order of entry, with a bar once", () => {
    const { trades, bars: count } = boundsOf(reading(1, [3]), reading(1, [1, 3]));
    expect(trades.map((one) => [one.certainty, one.bars.map((bar) => bar.order)])).toEqual([
      ["exact", [1]],
      ["exact", [3]],
    ]);
    expect(trades.map((one) => [one.worst?.ambiguous, one.best?.ambiguous])).toEqual([
      [false, true],
      [true, true],
    ]);
    expect(count).toEqual({ exact: 2, heuristic: 0 });
  });

  it("keep two walks, with their stake, apart from exact bounds", () => {
    const { trades, bars: count } = boundsOf(reading(2, [1]), reading(2, [1]));
    expect(trades[0]).toMatchObject({ certainty: "heuristic", difference: 0n });
    expect(trades[0]?.bars).toEqual([{ time: 1n, kind: "heuristic", order: 1, worst: null, best: null, stake: 9n }]);
    expect(count).toEqual({ exact: 0, heuristic: 1 });
  });

  it("keep two trades of one entry time apart", () => {
    const together = ({ tables, trades }: Reading): Reading => ({
      tables,
      trades: trades.map((trade) => ({ ...trade, entryTime: 5n })),
    });
    const { trades } = boundsOf(together(reading(1, [1, 3])), together(reading(1, [1, 3])));
    expect(trades.map((one) => [one.worst?.number, one.best?.number])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it("say so when one of them has no such trade", () => {
    const { trades, difference } = boundsOf(
      reading(1, [3]),
      reading(1, [], (one) => one.number === 1),
    );
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ worst: { number: 2 }, best: null, difference: null });
    expect(difference).toBe(0n);
  });
});
