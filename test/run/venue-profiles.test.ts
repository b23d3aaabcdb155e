// Venue profiles: facts with source and day, and what a run that a venue's set trades in has otherwise.

import { describe, expect, it } from "vitest";
import type { BarsTape, Decision, Instrument, InstrumentClass, RunConfig, RunResult } from "../../kernel/index.js";
import {
  bars,
  graph,
  gt,
  nodeSetRegistry,
  runGraph,
  select,
  targetPercent,
  VENUE_PROFILES,
  venueRemarks,
} from "../../kernel/index.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars } from "./order-lines.js";

const registry = nodeSetRegistry();
const up = select(gt(bars().close, 100), 0.1, 0);

describe("a profile", () => {
  /** A run over tapes, with no more than what is given. */
  const over = (tapes: readonly BarsTape[], decisions: readonly Decision[], config: Partial<RunConfig>): RunResult => {
    const dataset = { name: "set", fingerprint: `blake3:${"1".repeat(64)}`, bars: tapes };
    return runGraph(engineFor(), graph({ decisions }), dataset, { fees: { taker: 0 }, ...config, funding: "off" });
  };

  it("says of which day and from where its facts are", () => {
    for (const profile of VENUE_PROFILES) {
      expect(profile.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(profile.sources.length).toBeGreaterThan(0);
    }
  });

  it("compares what it knows with the instruments of a dataset", () => {
    const facts = {
      assetClass: "crypto-spot",
      priceDecimals: 2,
      sizeDecimals: 5,
      tick: 1n,
      lot: 1n,
      quantityMin: 1n,
      notionalMin: 500n,
    } as const;
    const { decisions, config } = registry.make("ccxt_spot", up, "w");
    const remarks = (symbol: string, given: Partial<Instrument>, sent = decisions): readonly string[] =>
      venueRemarks(over([barsTape(symbol, flatBars(10_000), given)], sent, config), () => false);
    expect(remarks("BTC/USDT", facts)).toEqual([]);
    const coarse = { ...facts, tick: 10n, notionalMin: 0n };
    expect(remarks("BTC/USDT", coarse)).toEqual([
      "dataset.BTC/USDT.tick: 0.1 in place of 0.01, as binance-spot@1 has it.",
      "dataset.BTC/USDT.notionalMin: 0 in place of 5, as binance-spot@1 has it.",
    ]);
    expect(remarks("SPY", { ...facts, assetClass: "equity" })).toHaveLength(1);
    expect(remarks("BTC/USDT", coarse, [targetPercent(0.1)])).toEqual([]);
  });

  it("is compared with what its own set trades alone, where two share a run", () => {
    const spot = registry.make("ccxt_spot", 0.05, "w", { instrument: "S" });
    const futures = registry.make("ccxt_futures", 0.05, "w", { instrument: "P" });
    const tapes = (ofP: InstrumentClass) => [
      barsTape("P", flatBars(10_000), { assetClass: ofP }),
      barsTape("S", flatBars(10_000), { assetClass: "crypto-spot" }),
    ];
    const both = [...futures.decisions, ...spot.decisions];
    const remarks = (ofP: InstrumentClass): readonly string[] =>
      venueRemarks(over(tapes(ofP), both, futures.config), () => false);
    const ofTerms = expect.stringContaining("account and fees of this run are not what binance-spot@1 has") as string;
    expect(remarks("crypto-perpetual")).toEqual([ofTerms]);
    expect(remarks("equity")).toEqual([
      ofTerms,
      "dataset.P.assetClass: equity in place of one of what binance-usdm@1 trades: crypto-perpetual.",
    ]);
  });

  it("is missed where a run is without the account or the fees of its set", () => {
    const { decisions, config } = registry.make("ccxt_futures", 0.05, "w");
    const tapes = [barsTape("A", flatBars(10_000), { assetClass: "crypto-perpetual" })];
    const remarks = (given: RunConfig): readonly string[] => venueRemarks(over(tapes, decisions, given), () => false);
    const said = (what: string): string =>
      `The ${what} not what binance-usdm@1 has: ` +
      "an attached set has them in its config, which is to be a part of the run's.";
    expect(remarks(config as RunConfig)).toEqual([]);
    expect(remarks({ fees: { taker: 0 } })).toEqual([said("account and fees of this run are")]);
    expect(remarks({ ...config, fees: { taker: 0 } })).toEqual([said("fees of this run are")]);
    expect(remarks({ fees: config.fees ?? { taker: 0 } })).toEqual([said("account of this run is")]);
  });

  it("say the hours of a venue where nobody states a calendar", () => {
    const { decisions, config } = registry.make("ibkr_like", up, "w");
    const result = over([barsTape("A", flatBars(10_000))], decisions, config);
    expect(venueRemarks(result, () => false)).toEqual([
      "ibkr-us-stocks@1 is open Monday, Tuesday, Wednesday, Thursday, Friday, 09:30 to 16:00 (America/New_York); " +
        "without a calendar A may trade in every bar.",
    ]);
    expect(venueRemarks(result, (symbol) => symbol === "A")).toEqual([]);
  });
});
