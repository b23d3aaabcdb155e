// Metrics: the figures of a run, each with its sampling, its annualisation and its definition.
//
// Always true:
//   the list is the same for every run; what is not defined for a run is null;
//   value at risk, expected shortfall, drawdowns and excursions are positive when money is lost.
//
// Not here: the formulas, which stand in `returns`, `ratios`, `tail`, `drawdown`, `trade-statistics`, `activity` and
// `benchmark`.

import type { FloatMath } from "../wasm/float-math.js";
import type { RunTables } from "../log/tables.js";
import { costsOf, exposureOf, turnover, type Costs } from "./activity.js";
import type { Benchmark, BenchmarkComparison } from "./benchmark.js";
import { DAY_NS } from "./calendar-day.js";
import { longestDrawdown, maximumDrawdown, ulcerIndex, type Drawdown } from "./drawdown.js";
import { finite } from "./moments.js";
import type { Metric, MetricBasis, MetricGroup, MetricUnit } from "./metric.js";
import { calmarRatio, omegaRatio, probabilisticSharpe, sharpeRatio, sortinoRatio } from "./ratios.js";
import { annualReturn, compoundAnnualGrowth, meanAnnualReturn, totalReturn, volatility } from "./returns.js";
import type { EquitySamples } from "./samples.js";
import { excessKurtosis, expectedShortfall, skewness, tailRatio, valueAtRisk } from "./tail.js";
import type { TradeStatistics } from "./trade-statistics.js";

/** What the metrics are computed from. */
export interface MetricsInput {
  readonly tables: RunTables;
  readonly samples: EquitySamples;
  readonly statistics: TradeStatistics;
  readonly drawdowns: readonly Drawdown[];
  readonly benchmark: Benchmark | null;
  readonly comparison: BenchmarkComparison | null;
  /** Riskless return a sampling period. */
  readonly hurdle: number;
  readonly math: FloatMath;
}

/** The metrics of a run in reading order. */
export function metricsOf(input: MetricsInput): readonly Metric[] {
  const costs = costsOf(input.tables);
  return [
    ...returnMetrics(input),
    ...riskMetrics(input),
    ...ratioMetrics(input),
    ...tailMetrics(input),
    ...activityMetrics(input, costs),
    ...tradeMetrics(input),
    ...costMetrics(input, costs),
    ...benchmarkMetrics(input),
  ];
}

type Row = (name: string, value: number | null, unit: MetricUnit, definition: string, scaled?: "annual") => Metric;

/** Makes the metrics of one group over one basis. */
function rows(group: MetricGroup, samplingPeriod: MetricBasis, periodsPerYear: number | null): Row {
  return (name, value, unit, definition, scaled) => ({
    name,
    group,
    // Minus zero is a zero to a reader, and would be a second spelling of it in JSON.
    value: value === null ? null : finite(value + 0),
    unit,
    samplingPeriod,
    annualisation: scaled === "annual" ? periodsPerYear : null,
    definition,
  });
}

function returnMetrics({ samples, tables, math }: MetricsInput): Metric[] {
  const { equity, returns, periodsPerYear } = samples;
  const row = rows("return", samples.period, periodsPerYear);
  return [
    row("totalReturn", totalReturn(equity), "fraction", "last equity over the initial capital, less one"),
    row(
      "annualReturn",
      annualReturn(equity, periodsPerYear, math),
      "fraction",
      "(last equity / initial capital) ^ (periods per year / samples) - 1",
      "annual",
    ),
    {
      ...row(
        "cagr",
        compoundAnnualGrowth(equity, elapsedNs(tables), math),
        "fraction",
        "(last equity / initial capital) ^ (1 / years) - 1, in years of 365.25 days from first to last bucket",
      ),
      annualisation: 1,
    },
    row(
      "meanAnnualReturn",
      meanAnnualReturn(returns, periodsPerYear),
      "fraction",
      "arithmetic mean of the returns times periods per year",
      "annual",
    ),
  ];
}

function elapsedNs(tables: RunTables): bigint {
  const { time, rowCount } = tables.portfolio;
  return rowCount < 2 ? 0n : (time[rowCount - 1] as bigint) - (time[0] as bigint);
}

function riskMetrics({ samples, drawdowns, tables }: MetricsInput): Metric[] {
  const row = rows("risk", samples.period, samples.periodsPerYear);
  const bucket = rows("risk", "bucket", null);
  const deepest = maximumDrawdown(drawdowns);
  const longest = longestDrawdown(drawdowns);
  const exists = tables.portfolio.rowCount > 0;
  return [
    row(
      "volatility",
      volatility(samples.returns, samples.periodsPerYear),
      "fraction",
      "sample standard deviation of the returns times the root of periods per year",
      "annual",
    ),
    bucket(
      "maximumDrawdown",
      deepest?.depth ?? (exists ? 0 : null),
      "fraction",
      "largest fall below the highest equity so far, over that highest equity",
    ),
    bucket("maximumDrawdownPeak", seconds(deepest?.peak), "unixSeconds", "time of the highest equity before it"),
    bucket("maximumDrawdownTrough", seconds(deepest?.trough), "unixSeconds", "time of its lowest equity"),
    bucket(
      "maximumDrawdownRecovery",
      seconds(deepest?.recovery),
      "unixSeconds",
      "time at which the peak was reached again; none when it was not",
    ),
    bucket(
      "maximumDrawdownDuration",
      days(deepest?.durationNs),
      "days",
      "from its peak to its recovery, or to the end",
    ),
    bucket(
      "longestDrawdownDuration",
      days(longest?.durationNs),
      "days",
      "longest time from a peak to its recovery, or to the end",
    ),
    row("ulcerIndex", ulcerIndex(samples.equity), "fraction", "root of the mean squared drawdown (Martin)"),
  ];
}

function seconds(timeNs: bigint | null | undefined): number | null {
  return timeNs === null || timeNs === undefined ? null : Number(timeNs) / 1e9;
}

function days(durationNs: bigint | number | null | undefined): number | null {
  return durationNs === null || durationNs === undefined ? null : Number(durationNs) / Number(DAY_NS);
}

function ratioMetrics({ samples, drawdowns, hurdle, math }: MetricsInput): Metric[] {
  const { equity, returns, periodsPerYear, period } = samples;
  const row = rows("ratio", period, periodsPerYear);
  const depth = maximumDrawdown(drawdowns)?.depth ?? 0;
  return [
    row(
      "sharpe",
      sharpeRatio(returns, hurdle, periodsPerYear),
      "ratio",
      "mean excess return over its sample standard deviation, times the root of periods per year (Sharpe 1994)",
      "annual",
    ),
    row(
      "probabilisticSharpe",
      probabilisticSharpe(returns, hurdle, math),
      "fraction",
      "probability that the true Sharpe ratio is above 0, given length, skew, kurtosis (Bailey, Lopez de Prado 2012)",
    ),
    row(
      "sortino",
      sortinoRatio(returns, hurdle, periodsPerYear),
      "ratio",
      "mean excess return over the downside deviation (all returns in the divisor), times the root of periods per year",
      "annual",
    ),
    row(
      "calmar",
      calmarRatio(annualReturn(equity, periodsPerYear, math), depth),
      "ratio",
      "annual return over the maximum drawdown, over the whole run (Young 1991)",
      "annual",
    ),
    row("omega", omegaRatio(returns, hurdle), "ratio", "sum of excess returns above zero over the sum of those below"),
  ];
}

function tailMetrics({ samples }: MetricsInput): Metric[] {
  const row = rows("tail", samples.period, null);
  const { returns } = samples;
  return [
    row("valueAtRisk95", valueAtRisk(returns, 0.95), "fraction", "loss exceeded in 5 % of the periods, historical"),
    row(
      "expectedShortfall95",
      expectedShortfall(returns, 0.95),
      "fraction",
      "mean loss of the worst 5 % of the periods",
    ),
    row("skew", skewness(returns), "ratio", "third standardised moment, corrected for small samples (G1)"),
    row(
      "kurtosis",
      excessKurtosis(returns),
      "ratio",
      "fourth standardised moment less 3, corrected for small samples (G2)",
    ),
    row("tailRatio", tailRatio(returns), "ratio", "size of the 95th percentile over the size of the 5th"),
  ];
}

function activityMetrics({ tables, samples }: MetricsInput, costs: Costs): Metric[] {
  const bucket = rows("activity", "bucket", null);
  const fill = rows("activity", "fill", samples.periodsPerYear);
  const exposure = exposureOf(tables.portfolio);
  const years = samples.time.length / samples.periodsPerYear;
  return [
    bucket("exposureTime", exposure.time, "fraction", "share of buckets that ended with a position"),
    bucket("exposureAverage", exposure.average, "ratio", "mean of gross exposure over equity"),
    bucket("exposureMaximum", exposure.maximum, "ratio", "largest gross exposure over equity"),
    fill(
      "turnover",
      turnover(costs.traded, tables.portfolio, years),
      "ratio",
      "value bought and sold a year over the mean equity",
      "annual",
    ),
  ];
}

function tradeMetrics({ statistics: all, tables }: MetricsInput): Metric[] {
  const row = rows("trade", "trade", null);
  const money = inCurrency(tables.currency.decimals);
  return [
    row("trades", all.count, "count", "closed trades, from flat to flat; a flip ends one and begins the next"),
    row("tradesOpen", all.openCount, "count", "trades still open at the end, in no average below"),
    row("tradesForced", all.forcedCount, "count", "closed by the engine at the end of data; neither wins nor losses"),
    row("liquidations", all.liquidatedCount, "count", "trades closed by the engine because their margin was used up"),
    row("tradesAmbiguous", all.ambiguousCount, "count", "trades with a bar whose exact bounds differ, open ones too"),
    row("tradesHeuristic", all.heuristicCount, "count", "trades with a bar decided between two walks, open ones too"),
    row("winRate", all.winRate, "fraction", "share of trades with a net profit above zero, forced ones left out"),
    row("profitFactor", all.profitFactor, "ratio", "sum of net profits over the sum of net losses"),
    row("expectancy", money(all.expectancy), "money", "mean net profit of a trade"),
    row("averageTradeReturn", all.averageReturn, "fraction", "mean of net profit over entry value"),
    row("averageWin", money(all.averageWin), "money", "mean net profit of winning trades"),
    row("averageLoss", money(all.averageLoss), "money", "mean net loss of losing trades"),
    row("bestTrade", money(all.best), "money", "largest net profit"),
    row("worstTrade", money(all.worst), "money", "smallest net profit"),
    row(
      "sqn",
      all.systemQuality,
      "ratio",
      "root of the number of trades (at most 100) times mean net profit over its standard deviation (Tharp)",
    ),
    row("kelly", all.kelly, "fraction", "win rate - loss rate / (average win / average loss) (Kelly 1956)"),
    row("averageTradeBars", all.averageBars, "bars", "mean number of bars that closed while a trade was held"),
    row("longestTradeBars", all.longestBars, "bars", "largest number of bars that closed while a trade was held"),
    row("averageTradeDuration", days(all.averageDurationNs), "days", "mean time from the first fill to the last"),
    row("longestTradeDuration", days(all.longestDurationNs), "days", "longest time from the first fill to the last"),
    row("averageMae", all.averageAdverse, "fraction", "mean of the worst loss on the way over entry value (Sweeney)"),
    row(
      "averageMfe",
      all.averageFavourable,
      "fraction",
      "mean of the best profit on the way over entry value (Sweeney)",
    ),
    row("worstMae", money(all.worstAdverse), "money", "largest loss on the way of any trade, before fees"),
    row("bestMfe", money(all.bestFavourable), "money", "largest profit on the way of any trade, before fees"),
    row("winStreak", all.winStreak, "count", "most winning trades in a row as they ended, forced ones left out"),
    row("lossStreak", all.lossStreak, "count", "most losing trades in a row as they ended, forced ones left out"),
  ];
}

function costMetrics({ tables }: MetricsInput, costs: Costs): Metric[] {
  const row = rows("cost", "fill", null);
  const money = inCurrency(tables.currency.decimals);
  return [
    row("fees", money(costs.fees), "money", "fees paid less rebates received"),
    row(
      "liquidationFees",
      money(costs.liquidationFees),
      "money",
      "fees of fills that closed a position whose margin was used up; part of the fees",
    ),
    row("funding", money(costs.earned.funding), "money", "funding of perpetuals received less paid"),
    row("interest", money(costs.earned.interest), "money", "interest on cash received less paid"),
    row("borrow", money(costs.earned.borrow), "money", "cost of borrowing what was held short, negative"),
    row(
      "dividends",
      money(costs.earned.dividend),
      "money",
      "dividends received less those paid on what was held short",
    ),
    row("conversionFees", money(costs.earned["conversion-fee"]), "money", "cost of converting currencies, negative"),
    row(
      "slippage",
      money(costs.slippage),
      "money",
      "money lost against the reference prices; already inside the fill prices",
    ),
    row("traded", money(costs.traded), "money", "value bought and sold, at fill prices"),
  ];
}

function inCurrency(decimals: number): (mantissa: bigint | number | null) => number | null {
  const unit = Number(10n ** BigInt(decimals));
  return (mantissa) => (mantissa === null ? null : Number(mantissa) / unit);
}

function benchmarkMetrics({ samples, benchmark, comparison }: MetricsInput): Metric[] {
  const row = rows("benchmark", samples.period, samples.periodsPerYear);
  const ruler = benchmark?.label ?? "no benchmark";
  const total = benchmark === null ? null : totalReturn(benchmark.values);
  const own = totalReturn(samples.equity);
  return [
    row("benchmarkReturn", total, "fraction", `total return of the benchmark (${ruler}), without costs`),
    row(
      "excessReturn",
      total === null || own === null ? null : own - total,
      "fraction",
      "total return less the benchmark's",
    ),
    row(
      "alpha",
      comparison?.alpha ?? null,
      "fraction",
      "excess return a year that beta does not explain (Jensen 1968)",
      "annual",
    ),
    row("beta", comparison?.beta ?? null, "ratio", "covariance with the benchmark's returns over their variance"),
    row("benchmarkCorrelation", comparison?.correlation ?? null, "ratio", "correlation with the benchmark's returns"),
    row(
      "trackingError",
      comparison?.trackingError ?? null,
      "fraction",
      "standard deviation of the difference of returns, times the root of periods per year",
      "annual",
    ),
    row(
      "informationRatio",
      comparison?.informationRatio ?? null,
      "ratio",
      "mean difference of returns over its standard deviation, times the root of periods per year",
      "annual",
    ),
  ];
}
