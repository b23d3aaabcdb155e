// Metrics section: the key figures at the top of the page, and every metric with its sampling and its definition.

import { METRIC_GROUPS, type Metric, type MetricGroup, type RunTables, type Study } from "../../kernel/index.js";
import { count, durationText, escaped, mantissaText, metricLabel, metricText, percent } from "./figures.js";

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly beside: string;
  readonly side: string;
}

/** The eight figures that a reader looks for first. */
export function keyFigures(study: Study, tables: RunTables): string {
  const byName = new Map(study.metrics.map((one) => [one.name, one]));
  const value = (name: string): number | null => byName.get(name)?.value ?? null;
  const text = (name: string): string => {
    const metric = byName.get(name);
    return metric === undefined ? "" : metricText(metric, tables.currency.decimals);
  };
  const side = (name: string): string => ((value(name) ?? 0) < 0 ? "loss" : (value(name) ?? 0) > 0 ? "gain" : "");
  const last = tables.portfolio.equity[tables.portfolio.rowCount - 1] ?? 0n;
  const money = `${mantissaText(last, tables.currency.decimals, tables.currency.decimals)} ${escaped(tables.currency.code)}`;
  const hasBenchmark = value("benchmarkReturn") !== null;
  const figures: Figure[] = [
    { label: "Total return", value: text("totalReturn"), beside: `ends at ${money}`, side: side("totalReturn") },
    {
      label: "CAGR",
      value: text("cagr"),
      beside: hasBenchmark ? `benchmark ${text("benchmarkReturn")} in total` : "a calendar year",
      side: side("cagr"),
    },
    {
      label: "Sharpe ratio",
      value: text("sharpe"),
      beside: `above 0 with probability ${percent(value("probabilisticSharpe"), 1)}`,
      side: "",
    },
    {
      label: "Maximum drawdown",
      value: text("maximumDrawdown"),
      beside: `lasting ${durationText(value("maximumDrawdownDuration"))}`,
      side: "",
    },
    { label: "Volatility", value: text("volatility"), beside: "a year", side: "" },
    {
      label: "Trades",
      value: text("trades"),
      beside: `${count(tables.fills.rowCount)} fills, in the market ${percent(value("exposureTime"), 1)}`,
      side: "",
    },
    {
      label: "Win rate",
      value: percent(value("winRate"), 1),
      beside: `profit factor ${text("profitFactor")}`,
      side: "",
    },
    {
      label: "Fees",
      value: text("fees"),
      beside: `${escaped(tables.currency.code)}, slippage ${text("slippage")}`,
      side: "",
    },
  ];
  const items = figures.map(
    (one) =>
      `<div class="figure"><dt>${one.label}</dt><dd class="${one.side}">${one.value}</dd><dd class="beside">${one.beside}</dd></div>`,
  );
  return `<dl class="figures">${items.join("")}</dl>`;
}

const HEADINGS: Readonly<Record<MetricGroup, string>> = {
  return: "Return",
  risk: "Risk",
  ratio: "Return per risk",
  tail: "Tails",
  activity: "Activity",
  trade: "Trades",
  cost: "Costs",
  benchmark: "Against the benchmark",
};

/** Every metric by group. */
export function metricsTable(metrics: readonly Metric[], tables: RunTables): string {
  const groups = METRIC_GROUPS.map((group) => {
    const rows = metrics.filter((one) => one.group === group).map((one) => metricRow(one, tables));
    if (rows.length === 0) return "";
    return `<tbody><tr class="group"><th colspan="4" scope="colgroup">${HEADINGS[group]}</th></tr>${rows.join("")}</tbody>`;
  });
  return (
    `<div class="scroll"><table class="metrics"><thead><tr><th scope="col">Metric</th><th scope="col" class="num">Value</th>` +
    `<th scope="col">Over</th><th scope="col">Definition</th></tr></thead>${groups.join("")}</table></div>`
  );
}

function metricRow(metric: Metric, tables: RunTables): string {
  const unit = metric.unit === "money" ? ` <span class="faint">${escaped(tables.currency.code)}</span>` : "";
  const value = metricText(metric, tables.currency.decimals);
  const scaled = metric.annualisation === null ? "" : `, annual (${metric.annualisation})`;
  return (
    `<tr><th scope="row">${metricLabel(metric.name)}</th><td class="num strong">${value}${metric.value === null ? "" : unit}</td>` +
    `<td class="faint over">${metric.samplingPeriod}${scaled}</td><td class="faint">${escaped(metric.definition)}</td></tr>`
  );
}
