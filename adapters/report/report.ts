// Report: one run as one HTML page that needs nothing else: no network, no server, no other file.
//
// Always true:
//   equal inputs give equal bytes;
//   everything but the charts and the list of trades is readable without scripts, and the page may load nothing (its policy forbids it);
//   the page's length does not grow with the run beyond its budgets for candles, points and trades.

import { escaped, count, timeText } from "./figures.js";
import { accountLines, barTimes, isDaily, priceCharts } from "./chart-data.js";
import { chartLibrary } from "./chart-library.js";
import { keyFigures, metricsTable } from "./metrics-section.js";
import { commandBlock, configTable, graphBlock, identitiesTable } from "./provenance-section.js";
import type { ReportInput } from "./report-input.js";
import { distribution, drawdownTable, monthlyTable } from "./returns-section.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { tradeRows } from "./trade-rows.js";
import { instrumentsTable, reasonsTable, sidesTable } from "./trading-section.js";

/**
 * The page of a run, as HTML text.
 *
 * @param library Script of the chart library; default the installed one, which only Node can read.
 */
export function renderReport(input: ReportInput, library: string = chartLibrary()): string {
  const daily = isDaily(input.bars, input.study);
  return (
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">\n` +
    `<title>${escaped(input.title)} – backtest report</title>\n<style>${PAGE_STYLE}</style>\n</head>\n<body>\n` +
    `<a class="skip" href="#trades">Skip the charts</a>\n${header(input, daily)}\n<main>\n${sections(input, daily)}\n</main>\n${FOOTER}\n` +
    `<script type="application/json" id="data">${embedded(pageData(input, daily))}</script>\n` +
    `<script>${scriptText(library)}</script>\n<script>${scriptText(PAGE_SCRIPT)}</script>\n</body>\n</html>\n`
  );
}

function header(input: ReportInput, daily: boolean): string {
  const { portfolio, instruments } = input.tables;
  const first = portfolio.time[0];
  const last = portfolio.time[portfolio.rowCount - 1];
  const range =
    first === undefined || last === undefined ? "no buckets" : `${timeText(first, daily)} – ${timeText(last, daily)}`;
  const symbols = instruments.map((one) => one.symbol);
  const named =
    symbols.length <= 6 ? symbols.join(", ") : `${symbols.slice(0, 5).join(", ")} and ${symbols.length - 5} more`;
  const intervals = [...new Set(input.bars.map((tape) => tape.interval))].join(", ");
  const facts = [
    named,
    intervals === "" ? "" : `${intervals} bars`,
    range,
    `${count(portfolio.rowCount)} buckets`,
  ].filter((one) => one !== "");
  const description = input.description === undefined ? "" : `<p class="lead">${escaped(input.description)}</p>`;
  const notes = (input.notes ?? []).map((note) => `<p class="warning" role="note">${escaped(note)}</p>`).join("");
  return (
    `<header><p class="kicker">Backtest report</p><h1>${escaped(input.title)}</h1>${description}` +
    `<ul class="facts">${facts.map((fact) => `<li>${escaped(fact)}</li>`).join("")}</ul>${notes}${keyFigures(input.study, input.tables)}</header>`
  );
}

function sections(input: ReportInput, daily: boolean): string {
  const { study, tables } = input;
  const { period, periodsPerYear } = study.samples;
  const axis = daily ? "Dates are those of the bars' closes, UTC." : "Times are closes, UTC.";
  return [
    `<section id="equity"><div class="head"><h2>Equity and drawdown</h2><div class="tools" id="equity-tools"></div></div>` +
      `<div class="chart tall" id="equity-chart" role="img" aria-label="Equity, benchmark, drawdown and exposure over time"></div>` +
      `<p class="note">${axis} Lines keep the extremes of each stretch; exposure is the mean gross exposure over equity.</p></section>`,
    `<section id="price"><div class="head"><h2>Price and fills</h2><div class="tools" id="price-tools"></div></div>` +
      `<div class="chart" id="price-chart" role="img" aria-label="Prices with the run's fills"></div><p class="note" id="price-note"></p></section>`,
    `<section id="months"><h2>Returns by month <small>percent</small></h2>${monthlyTable(study)}</section>`,
    `<div class="pair"><section id="distribution"><h2>Distribution <small>returns a ${period}</small></h2>${distribution(study)}</section>` +
      `<section id="drawdowns"><h2>Deepest drawdowns</h2>${drawdownTable(study.drawdowns)}</section></div>`,
    `<section id="trades"><div class="head"><h2>Trades</h2><div class="tools" id="trade-tools"></div></div>${sidesTable(study, tables)}` +
      `<div class="scroll" id="trade-table"><noscript>The list of trades needs scripts.</noscript></div><div class="pager" id="trade-pager"></div></section>`,
    `<div class="pair"><section id="instruments"><h2>Profit and costs</h2>${instrumentsTable(study, tables)}</section>` +
      `<section id="refusals"><h2>Refusals</h2>${reasonsTable(tables)}</section></div>`,
    `<section id="metrics"><h2>Metrics</h2><p class="note">Returns are sampled once a ${period}; annual figures count ${periodsPerYear} ` +
      `of them a year. Losses, drawdowns and excursions are positive.</p>${metricsTable(study.metrics, tables)}</section>`,
    graphBlock(input.graph),
    `<section id="provenance"><h2>Run it again</h2><p class="note">The same command on the same data gives the same result digest, on every machine.</p>` +
      `${commandBlock(input.command)}<div class="pair"><div><h3>Identities</h3>${identitiesTable(input.identities)}</div>` +
      `<div><h3>Configuration</h3>${configTable(input.config)}</div></div></section>`,
  ].join("\n");
}

const FOOTER =
  `<footer><p>Made by Goldentape. Charts by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™, ` +
  `© TradingView, Inc., Apache-2.0.</p></footer>`;

function pageData(input: ReportInput, daily: boolean): unknown {
  const { study, tables } = input;
  const barTimeOf = barTimes(input.bars, daily);
  return {
    daily,
    currency: tables.currency.code,
    moneyDecimals: Math.min(tables.currency.decimals, 2),
    benchmarkLabel: study.benchmark?.label ?? null,
    ...accountLines(tables, study, daily),
    prices: priceCharts(tables, input.bars, daily),
    symbols: tables.instruments.map((one) => one.symbol),
    tradeCount: study.trades.length,
    trades: tradeRows(study.trades, tables, daily, barTimeOf),
  };
}

/** JSON that may stand inside a script element: no text in it can end the element or begin a comment. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}

/** Script text that may stand inside a script element. */
function scriptText(script: string): string {
  return script.replace(/<\/(script)/gi, "<\\/$1");
}
