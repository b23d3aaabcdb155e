// Trade statistics: what the closed trades of a run have in common.
//
// Always true:
//   open trades are counted but enter no average;
//   what the engine closed at the end of data was not decided: it enters the money, but neither wins, losses, streaks
//   nor the odds of Kelly's fraction, unless it is asked for (`FILLS.md` B16);
//   a trade wins when its net profit is above zero, loses when it is below, and is neither at zero;
//   money is summed exactly and divided once.
// Units: money mantissas of the account currency; fractions; bars.

import { deviation, finite, mean, quotient } from "./moments.js";
import type { Trade } from "./trade.js";

export interface TradeStatistics {
  readonly count: number;
  readonly openCount: number;
  /** Closed by the engine at the end of data. */
  readonly forcedCount: number;
  readonly liquidatedCount: number;
  /** Held in a bar whose exact bounds differ, and in one that two walks decided; open ones too. */
  readonly ambiguousCount: number;
  readonly heuristicCount: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number | null;
  readonly profitFactor: number | null;
  /** Mean net profit of a trade, money mantissa. */
  readonly expectancy: number | null;
  readonly averageReturn: number | null;
  readonly averageWin: number | null;
  readonly averageLoss: number | null;
  readonly best: bigint | null;
  readonly worst: bigint | null;
  readonly systemQuality: number | null;
  readonly kelly: number | null;
  readonly averageBars: number | null;
  readonly longestBars: number | null;
  readonly averageDurationNs: number | null;
  readonly longestDurationNs: bigint | null;
  /** Mean over trades, fraction of the entry value. */
  readonly averageAdverse: number | null;
  readonly averageFavourable: number | null;
  /** Largest over trades, money mantissa. */
  readonly worstAdverse: bigint | null;
  readonly bestFavourable: bigint | null;
  readonly winStreak: number;
  readonly lossStreak: number;
}

export interface TradeStatisticsOptions {
  /** Lets trades that the engine closed at the end of data win and lose too; off by default (B16). */
  readonly countForced?: boolean;
}

/** Statistics of all trades of a run. O(trades). */
export function tradeStatistics(trades: readonly Trade[], options: TradeStatisticsOptions = {}): TradeStatistics {
  const closed = trades.filter((one) => one.closed);
  const profits = closed.map((one) => one.netProfit);
  const won = profits.filter((one) => one > 0n);
  const lost = profits.filter((one) => one < 0n);
  const count = BigInt(closed.length);
  const judged = closed.filter((one) => options.countForced === true || !one.forced).map((one) => one.netProfit);
  const wins = judged.filter((one) => one > 0n);
  const losses = judged.filter((one) => one < 0n);
  return {
    count: closed.length,
    openCount: trades.length - closed.length,
    forcedCount: closed.filter((one) => one.forced).length,
    liquidatedCount: closed.filter((one) => one.liquidated).length,
    ambiguousCount: trades.filter((one) => one.ambiguous).length,
    heuristicCount: trades.filter((one) => one.heuristic).length,
    wins: wins.length,
    losses: losses.length,
    winRate: quotient(BigInt(wins.length), BigInt(judged.length)),
    profitFactor: quotient(total(won), -total(lost)),
    expectancy: quotient(total(profits), count),
    averageReturn: mean(present(closed, (one) => one.return)),
    averageWin: quotient(total(won), BigInt(won.length)),
    averageLoss: quotient(-total(lost), BigInt(lost.length)),
    best: largest(profits),
    worst: negated(largest(profits.map((one) => -one))),
    systemQuality: systemQualityNumber(profits),
    kelly: kellyFraction(wins, losses, judged.length),
    averageBars: mean(closed.map((one) => one.bars)),
    longestBars: closed.length === 0 ? null : closed.reduce((most, one) => Math.max(most, one.bars), 0),
    averageDurationNs: quotient(total(closed.map((one) => one.durationNs)), count),
    longestDurationNs: largest(closed.map((one) => one.durationNs)),
    averageAdverse: mean(present(closed, (one) => one.adverseReturn)),
    averageFavourable: mean(present(closed, (one) => one.favourableReturn)),
    worstAdverse: largest(closed.map((one) => one.adverse)),
    bestFavourable: largest(closed.map((one) => one.favourable)),
    winStreak: longestStreak(judged, (one) => one > 0n),
    lossStreak: longestStreak(judged, (one) => one < 0n),
  };
}

const SYSTEM_QUALITY_TRADES_MAX = 100;

/**
 * Root of the number of trades (at most 100) times mean profit over its sample deviation; null with fewer than 2
 * trades or without spread.
 *
 * Source: V. K. Tharp, "The Definitive Guide to Position Sizing" (2008), with net profits where he uses multiples of
 * the initial risk, which a strategy without stops does not have.
 */
export function systemQualityNumber(profits: readonly bigint[]): number | null {
  if (profits.length < 2 || profits.every((one) => one === profits[0])) return null;
  const values = profits.map(Number);
  const spread = deviation(values);
  if (spread === null || spread === 0) return null;
  const counted = Math.min(values.length, SYSTEM_QUALITY_TRADES_MAX);
  return finite((Math.sqrt(counted) * (mean(values) as number)) / spread);
}

/**
 * Share of capital that maximises growth if trades repeat: `W - (1 - W) / R`, with W the share of wins and R the mean
 * win over the mean loss. Null unless there are both wins and losses. It assumes that the past odds are the true ones,
 * and so errs on the high side.
 *
 * Source: J. L. Kelly, "A New Interpretation of Information Rate" (1956), in the form of R. Vince, "Portfolio
 * Management Formulas" (1990).
 */
export function kellyFraction(won: readonly bigint[], lost: readonly bigint[], count: number): number | null {
  if (won.length === 0 || lost.length === 0) return null;
  const share = won.length / count;
  const averageWin = Number(total(won)) / won.length;
  const averageLoss = Number(-total(lost)) / lost.length;
  return finite(share - (1 - share) / (averageWin / averageLoss));
}

function longestStreak(profits: readonly bigint[], counts: (profit: bigint) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const profit of profits) {
    current = counts(profit) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

function present(trades: readonly Trade[], pick: (trade: Trade) => number | null): number[] {
  return trades.map(pick).filter((one) => one !== null);
}

function total(amounts: readonly bigint[]): bigint {
  let result = 0n;
  for (const amount of amounts) result += amount;
  return result;
}

function largest(amounts: readonly bigint[]): bigint | null {
  let result: bigint | null = null;
  for (const amount of amounts) if (result === null || amount > result) result = amount;
  return result;
}

function negated(amount: bigint | null): bigint | null {
  return amount === null ? null : -amount;
}
