// Bounds section: a run at worst beside the same run at best, and the trades that hang on a path that nobody knows.

import type { AmbiguousBar, BoundedTrade, Instrument, Metric, RunTables, Trade } from "../../kernel/index.js";
import { count, escaped, mantissaText, metricLabel, metricText, NONE, timeText } from "./figures.js";
import type { ReportBounds, ReportInput } from "./report-input.js";

const METRICS_SHOWN = [
  "totalReturn",
  "cagr",
  "sharpe",
  "maximumDrawdown",
  "trades",
  "winRate",
  "profitFactor",
  "liquidations",
  "fees",
];
const TRADES_SHOWN = 200;

/** Both readings, the ambiguous trades, and what they do not prove. */
export function boundsBody(input: ReportInput, reading: ReportBounds, daily: boolean): string {
  const { bounds } = reading;
  const { exact, heuristic } = bounds.bars;
  const code = escaped(input.tables.currency.code);
  const apart = money(bounds.difference, input.tables);
  const said =
    `${count(exact)} bars have exact bounds that differ, ${count(heuristic)} were decided between two walks; ` +
    `${count(bounds.trades.length)} trades were held in them, ${apart} ${code} apart in all.`;
  return (
    `${readings(input, reading)}<p class="note">${said}</p>` +
    `<p class="note caution">${escaped(bounds.caution)}</p>${ambiguousTable(bounds.trades, input.tables, daily)}`
  );
}

function readings(input: ReportInput, { best }: ReportBounds): string {
  const { decimals, code } = input.tables.currency;
  const last = ({ portfolio }: RunTables): bigint => portfolio.equity[portfolio.rowCount - 1] ?? 0n;
  const [low, high] = [last(input.tables), last(best.tables)];
  const equity = [low, high, high - low].map((one) => money(one, input.tables));
  const rows = METRICS_SHOWN.flatMap((name) => {
    const pair = [input.study, best.study].map((study) => study.metrics.find((metric) => metric.name === name));
    const [worst, other] = pair as [Metric | undefined, Metric | undefined];
    if (worst === undefined || other === undefined) return [];
    const between =
      worst.value === null || other.value === null
        ? NONE
        : metricText({ ...worst, value: other.value - worst.value }, decimals);
    return [[metricLabel(name), metricText(worst, decimals), metricText(other, decimals), between]];
  });
  const body = [[`Final equity, ${escaped(code)}`, ...equity], ...rows].map(([label, ...cells]) => {
    return `<tr><th scope="row">${label}</th>${cells.map((cell) => `<td class="num">${cell}</td>`).join("")}</tr>`;
  });
  const digest = (label: string, id: string): string =>
    `<tr><th>${label}</th><td><code>${escaped(id)}</code></td></tr>`;
  return (
    `<div class="scroll"><table class="readings"><thead><tr><th scope="col">Reading</th>` +
    `${["Worst", "Best", "Apart"].map((name) => `<th scope="col" class="num">${name}</th>`).join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table></div>` +
    `<details><summary>Identities of the reading at best</summary><table class="identities"><tbody>` +
    `${digest("Run", best.runId)}${digest("Result", best.resultDigest)}</tbody></table></details>`
  );
}

function money(mantissa: bigint, { currency }: RunTables): string {
  return mantissaText(mantissa, currency.decimals, currency.decimals);
}

/** The first of the ambiguous trades, in the order of entry. */
function ambiguousTable(trades: readonly BoundedTrade[], tables: RunTables, daily: boolean): string {
  if (trades.length === 0) return `<p class="empty">No trade hangs on a path that the bars do not say.</p>`;
  const names = ["Entry", "Instrument", "Side", "Quantity", "Bar in question", "At worst", "At best"];
  const head = [...names, "Worst", "Best", "Apart"].map((name, i) => {
    return `<th scope="col"${i === 3 || i > 6 ? ` class="num"` : ""}>${name}</th>`;
  });
  const rows = trades.slice(0, TRADES_SHOWN).map((trade) => row(trade, tables, daily));
  const more =
    trades.length > TRADES_SHOWN ? `<p class="note">The first ${TRADES_SHOWN} of ${count(trades.length)}.</p>` : "";
  return (
    `<h3>Ambiguous trades</h3><div class="scroll tall"><table class="ambiguous">` +
    `<thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>${more}`
  );
}

function row(trade: BoundedTrade, tables: RunTables, daily: boolean): string {
  const instrument = tables.instruments[trade.instrument] as Instrument;
  const profit = (one: Trade | null): string => {
    if (one === null) return `<td class="num faint">no such trade</td>`;
    const open = one.closed ? "" : ` <span class="tag">open</span>`;
    return `<td class="num ${one.netProfit < 0n ? "loss" : "gain"}">${money(one.netProfit, tables)}${open}</td>`;
  };
  const [bar] = trade.bars as [AmbiguousBar, ...AmbiguousBar[]];
  const others = trade.bars.length > 1 ? ` <span class="tag">+${trade.bars.length - 1}</span>` : "";
  const outcomes =
    bar.stake === null
      ? `<td>${bar.worst}</td><td>${bar.best}</td>`
      : `<td colspan="2"><span class="tag">heuristic</span> stake ${money(bar.stake, tables)}</td>`;
  const quantity = mantissaText((trade.worst ?? trade.best)?.quantity ?? 0n, instrument.sizeDecimals);
  return (
    `<tr><td>${timeText(trade.entryTime, daily)}</td><td>${escaped(instrument.symbol)}</td><td>${trade.side}</td>` +
    `<td class="num">${quantity}</td><td>${timeText(bar.time, daily)}${others}</td>${outcomes}` +
    `${profit(trade.worst)}${profit(trade.best)}` +
    `<td class="num strong">${trade.difference === null ? NONE : money(trade.difference, tables)}</td></tr>`
  );
}
