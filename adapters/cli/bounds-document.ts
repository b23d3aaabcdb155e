// Documents of two bounds: what `goldentape run --bounds` says about a run at worst and at best, as JSON and as tables.

import { instantText, mantissaText as decimalText, summaryOf } from "../../kernel/index.js";
import type { AmbiguousBar, BoundedTrade, Bounds, Instrument, Metric, RunTables, Trade } from "../../kernel/index.js";
import { count, fixed, mantissaText, metricLabel, metricText, NONE, timeText } from "../report/figures.js";
import { tableText } from "./output.js";
import type { FinishedRun } from "./run-document.js";

/** The other reading of a run, and where the two part. */
export interface BestReading {
  readonly run: FinishedRun;
  readonly bounds: Bounds;
}

interface ReadingDocument {
  readonly runId: string;
  readonly resultDigest: string;
  readonly finalEquity: string | null;
  readonly summary: Readonly<Record<string, number | null>>;
}

interface TradeDocument {
  readonly quantity: string;
  readonly exitTime: string | null;
  readonly exitPrice: number | null;
  readonly netProfit: string;
}

/** The `bounds` of a run's JSON document. Money and quantities are decimal text; times are ISO 8601 in UTC. */
export interface BoundsDocument {
  readonly worst: ReadingDocument;
  readonly best: ReadingDocument;
  /** Bars that do not say what happened, by either reading. */
  readonly bars: { readonly exact: number; readonly heuristic: number };
  readonly difference: string;
  readonly trades: readonly {
    readonly instrument: string;
    readonly side: "long" | "short";
    readonly entryTime: string;
    readonly certainty: "exact" | "heuristic";
    readonly bars: readonly {
      readonly time: string;
      readonly kind: "exact" | "heuristic";
      readonly order: number;
      readonly worst: string | null;
      readonly best: string | null;
      readonly stake: string | null;
    }[];
    /** Null where the reading has no such trade. */
    readonly worst: TradeDocument | null;
    readonly best: TradeDocument | null;
    readonly difference: string | null;
  }[];
  readonly caution: string;
}

/** The two readings, and every ambiguous trade. */
export function boundsDocument(worst: FinishedRun, { run: best, bounds }: BestReading): BoundsDocument {
  const { instruments, currency } = worst.result.tables();
  const money = (mantissa: bigint): string => decimalText(mantissa, currency.decimals);
  return {
    worst: readingDocument(worst),
    best: readingDocument(best),
    bars: bounds.bars,
    difference: money(bounds.difference),
    trades: bounds.trades.map((trade) => {
      const instrument = instruments[trade.instrument] as Instrument;
      return {
        instrument: instrument.symbol,
        side: trade.side,
        entryTime: instantText(trade.entryTime),
        certainty: trade.certainty,
        bars: trade.bars.map(({ stake, time, ...bar }) => ({
          time: instantText(time),
          ...bar,
          stake: stake === null ? null : money(stake),
        })),
        worst: tradeDocument(trade.worst, instrument, money),
        best: tradeDocument(trade.best, instrument, money),
        difference: trade.difference === null ? null : money(trade.difference),
      };
    }),
    caution: bounds.caution,
  };
}

function readingDocument({ result, study }: FinishedRun): ReadingDocument {
  const { portfolio, currency } = result.tables();
  const last = portfolio.equity[portfolio.rowCount - 1];
  return {
    runId: result.runId,
    resultDigest: result.resultDigest,
    finalEquity: last === undefined ? null : decimalText(last, currency.decimals),
    summary: summaryOf(study.metrics),
  };
}

function tradeDocument(
  trade: Trade | null,
  { sizeDecimals }: Instrument,
  money: (mantissa: bigint) => string,
): TradeDocument | null {
  if (trade === null) return null;
  return {
    quantity: decimalText(trade.quantity, sizeDecimals),
    exitTime: trade.closed ? instantText(trade.exitTime) : null,
    exitPrice: trade.exitPrice,
    netProfit: money(trade.netProfit),
  };
}

const METRICS_SHOWN = [
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "maximumDrawdown",
  "trades",
  "winRate",
  "profitFactor",
  "expectancy",
  "liquidations",
  "fees",
  "funding",
];

/** The main figures of both readings side by side. */
export function boundsTable(worst: FinishedRun, best: FinishedRun): string {
  const { decimals, code } = worst.result.currency;
  const equity = ({ result }: FinishedRun): bigint => {
    const { portfolio } = result.tables();
    return portfolio.equity[portfolio.rowCount - 1] ?? 0n;
  };
  const money = (mantissa: bigint): string => `${mantissaText(mantissa, decimals, Math.min(decimals, 2))} ${code}`;
  const rows = METRICS_SHOWN.flatMap((name) => {
    const [low, high] = [worst, best].map(({ study }) => study.metrics.find((metric) => metric.name === name));
    if (low === undefined || high === undefined || isIdle(low, high)) return [];
    return [[metricLabel(name), metricText(low, decimals), metricText(high, decimals), apart(low, high, decimals)]];
  });
  const [low, high] = [equity(worst), equity(best)];
  const head = ["RESULT", "WORST", "BEST", "APART"];
  return tableText(head, [["Final equity", money(low), money(high), money(high - low)], ...rows], [1, 2, 3]);
}

/** True for a figure that is zero in both readings because there is nothing of its kind. */
function isIdle(low: Metric, high: Metric): boolean {
  return ["liquidations", "funding"].includes(low.name) && low.value === 0 && high.value === 0;
}

function apart(low: Metric, high: Metric, decimals: number): string {
  if (low.value === null || high.value === null) return NONE;
  return metricText({ ...low, value: high.value - low.value }, decimals);
}

const TRADES_SHOWN = 20;

/** How many bars and trades are ambiguous, the first of these trades, and what the bounds do not say. */
export function boundsText(worst: FinishedRun, { bounds }: BestReading, isDaily: boolean): string {
  const { exact, heuristic } = bounds.bars;
  const tables = worst.result.tables();
  const decimals = tables.currency.decimals;
  const said =
    `${plural(exact, "bar")} with exact bounds that differ, ${plural(heuristic, "bar")} decided between two walks; ` +
    `${plural(bounds.trades.length, "trade")} held in them`;
  if (bounds.trades.length === 0) return `${said}.\nNo trade hangs on a path that the bars do not say.`;
  const sum = `, ${mantissaText(bounds.difference, decimals, decimals)} ${tables.currency.code} apart in all`;
  const shown = bounds.trades.slice(0, TRADES_SHOWN);
  const rows = shown.map((trade) => tradeCells(trade, tables, isDaily));
  const hidden = bounds.trades.length - shown.length;
  const more = hidden === 0 ? [] : [`${count(hidden)} more: --json lists them all, --report draws them.`];
  const head = ["AMBIGUOUS TRADE", "SIDE", "QUANTITY", "BAR", "AT WORST", "AT BEST", "WORST", "BEST", "APART"];
  return [`${said}${sum}.`, "", tableText(head, rows, [2, 6, 7, 8]), ...more, "", wrapped(bounds.caution)].join("\n");
}

function plural(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? "" : "s"}`;
}

function tradeCells(trade: BoundedTrade, tables: RunTables, isDaily: boolean): string[] {
  const { decimals } = tables.currency;
  const instrument = tables.instruments[trade.instrument] as Instrument;
  const profit = (one: Trade | null): string => (one === null ? NONE : mantissaText(one.netProfit, decimals, decimals));
  const [bar] = trade.bars as [AmbiguousBar, ...AmbiguousBar[]];
  const others = trade.bars.length > 1 ? ` (+${trade.bars.length - 1})` : "";
  const stake = bar.stake === null ? "" : `two walks, ${mantissaText(bar.stake, decimals, decimals)} apart`;
  const quantity = (trade.worst ?? trade.best)?.quantity ?? 0n;
  return [
    `${instrument.symbol} ${timeText(trade.entryTime, isDaily)}`,
    trade.side,
    mantissaText(quantity, instrument.sizeDecimals),
    `${timeText(bar.time, isDaily)}${others}`,
    bar.worst ?? stake,
    bar.best ?? "",
    profit(trade.worst),
    profit(trade.best),
    trade.difference === null ? NONE : fixed(Number(trade.difference) / 10 ** decimals, decimals),
  ];
}

const WIDTH = 100;

/** Text in lines of at most `WIDTH` characters, broken between words. */
function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1] as string;
    if (line.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
