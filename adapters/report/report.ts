// Report: one run as one HTML page that needs nothing else: no network, no server, no other file.
//
// Always true:
//   equal inputs give equal bytes;
//   everything but the charts and the list of trades is readable without scripts, and the page may load nothing (its
//   policy forbids it);
//   the page's length does not grow with the run beyond its budgets for candles, points and trades.

import { ORDER_STATES, ORDER_TYPES, REASONS, TIMES_IN_FORCE, UPDATE_KINDS } from "../../kernel/index.js";
import { assumptionsTable } from "./assumption-words.js";
import { boundsBody } from "./bounds-section.js";
import { worldOf } from "../execution/index.js";
import type { RunNames } from "../execution/index.js";
import { decisionRows } from "./decision-rows.js";
import { decisionCounts } from "./decisions-section.js";
import { fillsAtClose } from "./fill-bars.js";
import { gatesBody, hasGates } from "./gates-section.js";
import { lineageRows } from "./lineage-rows.js";
import { orderRows } from "./order-rows.js";
import { escaped, count, timeText } from "./figures.js";
import { accountLines } from "./account-lines.js";
import { barTimes, isDaily } from "./chart-time.js";
import { EVENT_NAMES, priceCharts } from "./price-chart.js";
import { chartLibrary } from "./chart-library.js";
import { keyFigures, metricsTable } from "./metrics-section.js";
import { commandBlock, configTable, graphBlock, identitiesTable } from "./provenance-section.js";
import type { ReportInput } from "./report-input.js";
import { distribution, drawdownTable, monthlyTable } from "./returns-section.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { tradeRows } from "./trade-rows.js";
import { instrumentsTable, reasonsTable, sidesTable, unprotectedNote, venuesTable } from "./trading-section.js";

/**
 * The page of a run, as HTML text.
 *
 * @param library Script of the chart library; default the installed one, which only Node can read.
 */
export function renderReport(input: ReportInput, library: string = chartLibrary()): string {
  const daily = isDaily(input.bars, input.study);
  const lines = [
    "<!doctype html>",
    `<html lang="en">`,
    "<head>",
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<title>${escaped(input.title)} – backtest report</title>`,
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body>",
    `<a class="skip" href="#trades">Skip the charts</a>`,
    header(input, daily),
    "<main>",
    ...chartSections(input, daily),
    ...boundsSections(input, daily),
    ...resultSections(input, daily),
    ...runSections(input),
    "</main>",
    FOOTER,
    `<script type="application/json" id="data">${embedded(pageData(input, daily))}</script>`,
    `<script>${scriptText(library)}</script>`,
    `<script>${scriptText(PAGE_SCRIPT)}</script>`,
    "</body>",
    "</html>",
  ];
  return `${lines.join("\n")}\n`;
}

/** What the page may load: nothing but what stands in it. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

function header(input: ReportInput, daily: boolean): string {
  const { portfolio, instruments } = input.tables;
  const first = portfolio.time[0];
  const last = portfolio.time[portfolio.rowCount - 1];
  const isEmpty = first === undefined || last === undefined;
  const range = isEmpty ? "no buckets" : `${timeText(first, daily)} – ${timeText(last, daily)}`;
  const symbols = instruments.map((one) => one.symbol);
  const named =
    symbols.length <= 6 ? symbols.join(", ") : `${symbols.slice(0, 5).join(", ")} and ${symbols.length - 5} more`;
  const intervals = [...new Set(input.bars.map((tape) => tape.interval))].join(", ");
  const bars = intervals === "" ? "" : `${intervals} bars`;
  const facts = [named, bars, range, `${count(portfolio.rowCount)} buckets`].filter((one) => one !== "");
  return [
    `<header><p class="kicker">Backtest report</p><h1>${escaped(input.title)}</h1>`,
    input.description === undefined ? "" : `<p class="lead">${escaped(input.description)}</p>`,
    `<ul class="facts">${facts.map((fact) => `<li>${escaped(fact)}</li>`).join("")}</ul>`,
    ...notesOf(input).map((note) => `<p class="warning" role="note">${escaped(note)}</p>`),
    `${keyFigures(input.study, input.tables)}</header>`,
  ].join("\n");
}

/** What a reader must know first: what the caller says, and what the run shows. */
function notesOf({ notes = [], tables }: ReportInput): readonly string[] {
  const unprotected = unprotectedNote(tables);
  return unprotected === null ? notes : [...notes, unprotected];
}

/** A section with its heading and, where the script puts controls, a place for them. */
function section(id: string, title: string, body: string, toolsId?: string): string {
  const heading = `<h2>${title}</h2>`;
  const top =
    toolsId === undefined ? heading : `<div class="head">${heading}<div class="tools" id="${toolsId}"></div></div>`;
  return `<section id="${id}">${top}${body}</section>`;
}

function pair(left: string, right: string): string {
  return `<div class="pair">${left}${right}</div>`;
}

function note(text: string): string {
  return `<p class="note">${text}</p>`;
}

function chart(id: string, kind: string, label: string): string {
  return `<div class="${kind}" id="${id}" role="img" aria-label="${label}"></div>`;
}

function chartSections(input: ReportInput, daily: boolean): string[] {
  const axis = daily ? "Dates are those of the bars' closes, UTC." : "Times are closes, UTC.";
  const lines =
    "Where a point stands for many buckets, lines keep their extremes; exposure is the mean gross one over equity.";
  const band =
    input.bounds === undefined
      ? ""
      : " The band lies between the readings at worst and at best; below it, those at worst.";
  const account = chart("equity-chart", "chart tall", "Equity, benchmark, drawdown and exposure over time");
  const prices = chart("price-chart", "chart", "Prices with the run's fills");
  return [
    section("equity", "Equity and drawdown", account + note(`${axis} ${lines}${band}`), "equity-tools"),
    section("price", "Price and fills", `${prices}<p class="note" id="price-note"></p>`, "price-tools"),
  ];
}

function boundsSections(input: ReportInput, daily: boolean): string[] {
  if (input.bounds === undefined) return [];
  return [section("bounds", "Both bounds", boundsBody(input, input.bounds, daily))];
}

function gateSections({ tables }: ReportInput, daily: boolean): string[] {
  return hasGates(tables) ? [section("gates", "Gates", gatesBody(tables, daily))] : [];
}

function venueSections({ tables }: ReportInput): string[] {
  return tables.venues.length === 0 ? [] : [section("venues", "Venues", venuesTable(tables))];
}

function lineageNames({ world, strategy }: RunNames): string {
  const unnamed = `of ${escaped(strategy)} where gates name no strategy`;
  return `correlations are those of the world ${escaped(world)}, and ${unnamed}`;
}

function decisionSections({ tables }: ReportInput): string[] {
  if (tables.decisionRecords.rowCount === 0) return [];
  const list = `<div class="scroll" id="decision-table"><noscript>The list needs scripts.</noscript></div>`;
  const body = `${decisionCounts(tables)}${list}<div class="pager" id="decision-pager"></div>`;
  const about = note("Every recommendation, exit and rebalance that was judged; its number unfolds checks and size.");
  return [section("decisions", "Decisions", about + body, "decision-tools")];
}

function resultSections(input: ReportInput, daily: boolean): string[] {
  const { study, tables } = input;
  const { period, periodsPerYear } = study.samples;
  const list = `<div class="scroll" id="trade-table"><noscript>The list of trades needs scripts.</noscript></div>`;
  const sampled =
    `Returns are sampled once a ${period}; annual figures count ${periodsPerYear} of them a year. ` +
    "Losses, drawdowns and excursions are positive.";
  return [
    section("months", "Returns by month <small>percent</small>", monthlyTable(study)),
    pair(
      section("distribution", `Distribution <small>returns a ${period}</small>`, distribution(study)),
      section("drawdowns", "Deepest drawdowns", drawdownTable(study.drawdowns)),
    ),
    section(
      "trades",
      "Trades",
      `${sidesTable(study, tables)}${list}<div class="pager" id="trade-pager"></div>`,
      "trade-tools",
    ),
    ...decisionSections(input),
    section(
      "orders",
      "Orders",
      `<div class="scroll" id="order-table"><noscript>The list of orders needs scripts.</noscript></div>` +
        `<div class="pager" id="order-pager"></div>` +
        note(`The number of an order unfolds its lineage: ${lineageNames(namesOf(input))}.`),
      "order-tools",
    ),
    pair(
      section("instruments", "Profit and costs", instrumentsTable(study, tables)),
      section("refusals", "Refusals", reasonsTable(tables)),
    ),
    ...venueSections(input),
    ...gateSections(input, daily),
    section("metrics", "Metrics", note(sampled) + metricsTable(study.metrics, tables)),
  ];
}

function runSections(input: ReportInput): string[] {
  const promise = note("The same command on the same data gives the same result digest, on every machine.");
  const identities = `<h3>Identities</h3>${identitiesTable(input.identities)}`;
  const facts = `${identities}<h3>Configuration</h3>${configTable(input.config)}`;
  return [
    section("assumed", "What was assumed", assumptionsTable(input.config, input.tables.slippages)),
    graphBlock(input.graph),
    section("provenance", "Run it again", promise + commandBlock(input.command) + facts),
  ];
}

const FOOTER =
  `<footer><p>Made by Goldentape. Charts by <a href="https://www.tradingview.com/">TradingView</a> ` +
  `Lightweight Charts™, © TradingView, Inc., Apache-2.0.</p></footer>`;

/** Under whose names the correlations of the page are made. */
function namesOf({ title, tables, world = worldOf(tables) }: ReportInput): RunNames {
  return { world, strategy: title };
}

function pageData(input: ReportInput, daily: boolean): unknown {
  const { study, tables } = input;
  const barTimeOf = barTimes(input.bars, daily);
  const inside = fillsAtClose(tables, input.bars);
  return {
    daily,
    currency: tables.currency.code,
    moneyDecimals: Math.min(tables.currency.decimals, 2),
    benchmarkLabel: study.benchmark?.label ?? null,
    account: accountLines(tables, study, daily, input.bounds?.best.tables ?? null),
    prices: priceCharts(tables, input.bars, daily, inside),
    events: EVENT_NAMES,
    symbols: tables.instruments.map((one) => one.symbol),
    priceDecimals: tables.instruments.map((one) => one.priceDecimals),
    tradeCount: study.trades.length,
    trades: tradeRows(study.trades, tables, daily, barTimeOf, inside),
    orderCount: tables.orders.rowCount,
    orders: orderRows(tables, daily),
    venues: tables.venues,
    lineage: lineageRows(tables, input.identities.runId, namesOf(input), daily, inside),
    decisionCount: tables.decisionRecords.rowCount,
    decisions: decisionRows(tables, daily),
    words: {
      types: ORDER_TYPES,
      forces: TIMES_IN_FORCE,
      states: ORDER_STATES,
      reasons: REASONS,
      updates: UPDATE_KINDS,
    },
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
