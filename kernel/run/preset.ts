// Presets: how other engines fill orders on bars, as sets of options of our own. They let a strategy be brought over
// and give the numbers that it gave there, before its assumptions are made tighter.
//
// Always true:
//   a preset states options that a user could state; what he states himself goes before it;
//   it holds no fees, no cash and no account: these are the user's.
//
// Not here: what an engine does that no option of ours says. Each preset names it.

import type { IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";
import type { Given } from "./config-check.js";
import type { ExecutionConfig } from "./config-execution.js";

export const PRESET_NAMES = [
  "tradingview",
  "backtestingpy",
  "backtrader",
  "vectorbt",
  "freqtrade",
  "nautilus",
  "lean",
  "zipline",
] as const;

/** Name of a preset. */
export type PresetName = (typeof PRESET_NAMES)[number];

/** What all of them but Zipline leave out: slippage, and a cap on volume. */
const FULL_AT_PRICE = { slippage: { kind: "none" }, participation: null } as const satisfies ExecutionConfig;
const TOUCH = { kind: "touch" } as const;

/**
 * The broker emulator of Pine Script: next open, the nearer extreme first, a limit filled when touched, gaps filled at
 * the open. Left out: `process_orders_on_close`, margin calls, bars inspected in detail.
 *
 * Source: TradingView, Pine Script user manual, "Strategies" (broker emulator; `backtest_fill_limits_assumption` is 0
 * by default).
 */
const TRADINGVIEW: ExecutionConfig = { path: "nearest", limitFill: TOUCH, auctionOpen: true, ...FULL_AT_PRICE };

/**
 * backtesting.py: next open, whole units, a limit filled when the price goes beyond it and at the open where that is
 * better, the stop before the target. Its commission is a share of the price: `fees: { taker }` is the same money, for
 * entry and exit from 0.6 on; up to 0.3 it was added to the price of the entry only. Left out: an order too large for
 * the account is dropped whole there, and sizes as a share of equity are reckoned at the open, not at the close of the
 * decision. Children of an entry inside a bar wait for the next bar there, ours live at once.
 *
 * Source: `backtesting/backtesting.py`, `_Broker._process_orders`; issue 119 on children in the bar of their entry.
 */
const BACKTESTINGPY: ExecutionConfig = {
  path: "worst",
  limitFill: { kind: "penetrate", ticks: 1 },
  auctionOpen: true,
  ...FULL_AT_PRICE,
};

/**
 * backtrader: next open, a limit filled when touched and at the open where that is better, slippage kept inside the
 * bar. Stops of a bracket are sent ahead of targets and so are met first. Left out: children start with the bar after
 * that of their entry there; fillers for volume.
 *
 * Source: `backtrader/brokers/bbroker.py`, `_try_exec_limit`, `_try_exec_stop`; slippage documentation (`slip_match` is
 * true by default).
 */
const BACKTRADER: ExecutionConfig = {
  path: "worst",
  limitFill: TOUCH,
  auctionOpen: true,
  capToBar: true,
  ...FULL_AT_PRICE,
};

/**
 * vectorbt: a signal fills at the close of its own row, in fractions of a unit; a stop is looked at before a target,
 * both when touched and at the open where a bar opens beyond; a trailing stop moves after it was tested. Left out:
 * several signals of one row, and what accumulates.
 *
 * Source: `Portfolio.from_signals` (`price` is the close by default, `size` is unbounded, `fees` and `slippage` 0) and
 * `get_stop_price_nb` of `vectorbt/portfolio/nb.py`.
 */
const VECTORBT: ExecutionConfig = {
  path: "worst",
  limitFill: TOUCH,
  fill: "sameClose",
  auctionOpen: true,
  testThenRatchet: true,
  lots: "fractional",
  ...FULL_AT_PRICE,
};

/**
 * freqtrade: next open, orders filled at the price asked for as long as the candle has it, the stop before the return
 * on investment (the target), what is open closed at the end. Left out: trading limits, a slot that is free again only
 * with the next candle.
 *
 * Source: freqtrade documentation, "Assumptions made by backtesting".
 */
const FREQTRADE: ExecutionConfig = {
  path: "worst",
  limitFill: TOUCH,
  limitPriceAlways: true,
  closeAtEnd: true,
  ...FULL_AT_PRICE,
};

/**
 * NautilusTrader on bars: open, high, low, close in this order; a market order sent at a bar's end fills at its close;
 * a limit fills when touched, at its limit. Left out: a quarter of the volume at each of the four prices, adaptive
 * ordering, its other fill models.
 *
 * Source: NautilusTrader documentation, "Bar-based execution" and "Fill models" (`prob_fill_on_limit` is 1,
 * `prob_slippage` 0); issues 1214 and 4063 on the close of the same bar.
 */
const NAUTILUS: ExecutionConfig = {
  path: "ohlc",
  limitFill: TOUCH,
  fill: "sameClose",
  limitPriceAlways: true,
  ...FULL_AT_PRICE,
};

/**
 * LEAN with its equity fill model: orders of daily bars at the next open, a limit filled at its price once the bar goes
 * beyond it, a stop-limit only when the bar closes beyond its limit. Left out: on bars shorter than a day it fills
 * market orders at the close of the bar that the algorithm has just seen (`fill: "sameClose"`).
 *
 * Source: QuantConnect documentation, "Equity Model"; `Common/Orders/Fills/EquityFillModel.cs`.
 */
const LEAN: ExecutionConfig = {
  path: "worst",
  limitFill: { kind: "penetrate", ticks: 1 },
  limitPriceAlways: true,
  strictClose: true,
  ...FULL_AT_PRICE,
};

/**
 * Zipline with the slippage that it was made with: 2.5 % of a bar's volume, a price moved by the square of the share
 * taken, market orders at the close of the next bar, the rest carried on. Left out: Zipline looks at closes only, so
 * that its limits and stops act there, ours inside the bar; since 1.2 its default is 5 basis points and 10 %.
 *
 * Source: `zipline/finance/slippage.py`, `VolumeShareSlippage` (volume limit 0.025, price impact 0.1).
 */
const ZIPLINE: ExecutionConfig = {
  path: "worst",
  limitFill: TOUCH,
  fill: "nextClose",
  auctionOpen: true,
  slippage: { kind: "volumeShare", factor: "0.1" },
  participation: "0.025",
  remainder: "carry",
};

/** Options of each preset. */
export const PRESETS: Readonly<Record<PresetName, ExecutionConfig>> = {
  tradingview: TRADINGVIEW,
  backtestingpy: BACKTESTINGPY,
  backtrader: BACKTRADER,
  vectorbt: VECTORBT,
  freqtrade: FREQTRADE,
  nautilus: NAUTILUS,
  lean: LEAN,
  zipline: ZIPLINE,
};

/**
 * Fields with those of the preset that they name: what is stated goes before it, `undefined` is not stated. Reports
 * `config/field` for a name that is none.
 */
export function expandPreset(given: Given, issues: IssueList): Given {
  const { preset, ...stated } = given;
  if (preset === undefined) return given;
  const name = PRESET_NAMES.find((each) => each === preset);
  if (name === undefined) {
    issues.add("config/field", "config.preset", PRESET_NAMES.join(", "), shown(preset));
    return stated;
  }
  const own = Object.entries(stated).filter(([, value]) => value !== undefined);
  return { ...PRESETS[name], ...Object.fromEntries(own) };
}
