// Metrics section: the key figures at the top of the page, and every metric with its sampling and its definition.

import { METRIC_GROUPS, type Metric, type MetricGroup, type RunTables, type Study } from "../../kernel/index.js";
import { count, durationText, escaped, mantissaText, metricLabel, metricText, percent } from "./figures.js";

/** The eight figures that a reader looks for first. */
export function keyFigures(study: Study, tables: RunTables): string {
  const { code, decimals } = tables.currency;
  const byName = new Map(study.metrics.map((one) => [one.name, one]));
  const value = (name: string): number | null => byName.get(name)?.value ?? null;
  const text = (name: string): string => {
    const metric = byName.get(name);
    return metric === undefined ? "" : metricText(metric, decimals);
  };
  const last = tables.portfolio.equity[tables.portfolio.rowCount - 1] ?? 0n;
  const end = `ends at ${mantissaText(last, decimals, decimals)} ${escaped(code)}`;
  const ruler = value("benchmarkReturn") === null ? "of the initial capital" : `benchmark ${text("benchmarkReturn")}`;
  const sure = `above 0 with probability ${percent(value("probabilisticSharpe"), 1)}`;
  const fills = `${count(tables.fills.rowCount)} fills, in the market ${percent(value("exposureTime"), 1)}`;
  const figures = [
    figure("Total return", text("totalReturn"), ruler, value("totalReturn")),
    figure("CAGR", text("cagr"), end, value("cagr")),
    figure("Sharpe ratio", text("sharpe"), sure),
    figure("Maximum drawdown", text("maximumDrawdown"), `lasting ${durationText(value("maximumDrawdownDuration"))}`),
    figure("Volatility", text("volatility"), "a year"),
    figure("Trades", text("trades"), fills),
    figure("Win rate", percent(value("winRate"), 1), `profit factor ${text("profitFactor")}`),
    figure("Fees", text("fees"), `${escaped(code)}, slippage ${text("slippage")}`),
  ];
  return `<dl class="figures">${figures.join("")}</dl>`;
}

/** One figure; coloured by the sign of `signed` when that is given. */
function figure(label: string, value: string, beside: string, signed: number | null = null): string {
  const side = signed === null || signed === 0 ? "" : signed < 0 ? "loss" : "gain";
  const text = `<dt>${label}</dt><dd class="${side}">${value}</dd><dd class="beside">${beside}</dd>`;
  return `<div class="figure">${text}</div>`;
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
    return (
      `<tbody><tr class="group"><th colspan="4" scope="colgroup">${HEADINGS[group]}</th>` +
      `</tr>${rows.join("")}</tbody>`
    );
  });
  return (
    `<div class="scroll"><table class="metrics"><thead><tr><th scope="col">Metric</th>` +
    `<th scope="col" class="num">Value</th>` +
    `<th scope="col">Over</th><th scope="col">Definition</th></tr></thead>${groups.join("")}</table></div>`
  );
}

function metricRow(metric: Metric, tables: RunTables): string {
  const unit = metric.unit === "money" ? ` <span class="faint">${escaped(tables.currency.code)}</span>` : "";
  const value = metricText(metric, tables.currency.decimals);
  const scaled = metric.annualisation === null ? "" : `, annual (${metric.annualisation})`;
  return (
    `<tr><th scope="row">${metricLabel(metric.name)}</th>` +
    `<td class="num strong">${value}${metric.value === null ? "" : unit}</td>` +
    `<td class="faint over">${metric.samplingPeriod}${scaled}</td>` +
    `<td class="faint">${escaped(metric.definition)}</td></tr>`
  );
}
