// Study: everything that is computed from the log of a run after it: samples, trades, drawdowns, benchmark and metrics.
//
// Always true:
//   it reads the log and the tapes and changes neither;
//   equal logs give equal bits: no clock, no host mathematics, sums in the order of the log.

import type { FloatMath } from "../wasm/float-math.js";
import type { RunTables } from "../log/tables.js";
import { LEDGER_KINDS } from "../log/tables.js";
import type { BarsTape } from "../market/tape.js";
import { buyAndHold, compareReturns, type Benchmark, type BenchmarkComparison } from "./benchmark.js";
import { finestTape } from "./bar-cursor.js";
import { drawdowns, type Drawdown } from "./drawdown.js";
import type { Metric } from "./metric.js";
import { metricsOf } from "./metrics.js";
import { sampleEquity, type EquitySamples } from "./samples.js";
import { statementOf, type AccountStatement } from "./statement.js";
import { tradeStatistics, type TradeStatistics } from "./trade-statistics.js";
import type { Trade } from "./trade.js";
import { tradesOf } from "./trades.js";

export interface StudyOptions {
  /** The compiled functions of the module: `floatMathOf(instance.exports)`. */
  readonly math: FloatMath;
  /** Tapes that the run read. Without them there are no excursions at bar extremes and no benchmark. */
  readonly bars?: readonly BarsTape[];
  /** Capital before the first bucket, money mantissa. Default: the deposits at the head of the ledger. */
  readonly initialEquity?: bigint;
  /** Riskless return a year, as a fraction, spread evenly over the periods. Default 0. */
  readonly risklessRate?: number;
  /** Periods of a year, when the rule of `sampleEquity` does not fit. */
  readonly periodsPerYear?: number;
  /** Symbol to buy and hold as the benchmark; default the first instrument; null for none. */
  readonly benchmark?: string | null;
  /** Lets trades closed by the engine at the end of data win and lose too; off by default (B16). */
  readonly countForced?: boolean;
}

export interface Study {
  /** In reading order; names are unique. */
  readonly metrics: readonly Metric[];
  readonly samples: EquitySamples;
  readonly trades: readonly Trade[];
  readonly tradeStatistics: TradeStatistics;
  readonly drawdowns: readonly Drawdown[];
  /** Where the equity came from; null when it cannot be reckoned from the tapes at hand. */
  readonly statement: AccountStatement | null;
  readonly benchmark: Benchmark | null;
  readonly comparison: BenchmarkComparison | null;
}

/** Studies a run. O(buckets + fills + bars held); reads the tapes once for trades and once for the benchmark. */
export function studyRun(tables: RunTables, options: StudyOptions): Study {
  const bars = options.bars ?? [];
  const portfolio = tables.portfolio;
  const initialEquity = options.initialEquity ?? depositedBefore(tables);
  const samples = sampleEquity(portfolio, tables.instruments, initialEquity, options.periodsPerYear);
  const trades = tradesOf(tables, bars);
  const statistics = tradeStatistics(trades, { countForced: options.countForced ?? false });
  const falls = drawdowns(portfolio, initialEquity);
  const benchmark = benchmarkOf(tables, samples, bars, options.benchmark);
  const hurdle = (options.risklessRate ?? 0) / samples.periodsPerYear;
  const comparison =
    benchmark === null ? null : compareReturns(samples.returns, benchmark.values, hurdle, samples.periodsPerYear);
  const metrics = metricsOf({
    tables,
    samples,
    statistics,
    drawdowns: falls,
    benchmark,
    comparison,
    hurdle,
    math: options.math,
  });
  const statement = statementOf(tables, bars);
  return { metrics, samples, trades, tradeStatistics: statistics, drawdowns: falls, statement, benchmark, comparison };
}

/** Metric values by name, in reading order: the summary of a run. */
export function summaryOf(metrics: readonly Metric[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(metrics.map((one) => [one.name, one.value]));
}

/** Sum of the deposits that stand at the head of the ledger; the first equity when the ledger has none. */
export function depositedBefore(tables: RunTables): bigint {
  const { ledger, portfolio } = tables;
  const deposit = LEDGER_KINDS.indexOf("deposit");
  let row = 0;
  while (row < ledger.rowCount && ledger.kind[row] === deposit) row++;
  if (row > 0) return ledger.balance[row - 1] as bigint;
  return portfolio.rowCount === 0 ? 0n : (portfolio.equity[0] as bigint);
}

function benchmarkOf(
  tables: RunTables,
  samples: EquitySamples,
  bars: readonly BarsTape[],
  wanted: string | null | undefined,
): Benchmark | null {
  const symbol = wanted === undefined ? tables.instruments[0]?.symbol : wanted;
  if (symbol === undefined || symbol === null || tables.portfolio.rowCount === 0) return null;
  const tape = finestTape(bars, symbol);
  return tape === null ? null : buyAndHold(tape, samples, tables.portfolio.time[0] as bigint);
}
