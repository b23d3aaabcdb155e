// Trading section: results by side and by instrument, costs, refused decisions and orders that ended early.

import { ORDER_FLAGS, REASONS, stagedRefusals, tradeStatistics } from "../../kernel/index.js";
import type { RunTables, Study, Trade } from "../../kernel/index.js";
import { count, escaped, fixed, mantissaText, percent } from "./figures.js";

const INSTRUMENTS_SHOWN = 40;

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const kind = (index: number): string => (columns[index]?.isNumber === true ? ` class="num"` : "");
  const head = columns.map((one, index) => `<th scope="col"${kind(index)}>${one.name}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cell}</td>`).join("")}</tr>`)
    .join("");
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const text = (name: string): Column => ({ name, isNumber: false });
const number = (name: string): Column => ({ name, isNumber: true });

/** Trade statistics of all, of long and of short trades. */
export function sidesTable(study: Study, tables: RunTables): string {
  const sides: [string, (trade: Trade) => boolean][] = [
    ["All", () => true],
    ["Long", (trade) => trade.side === "long"],
    ["Short", (trade) => trade.side === "short"],
  ];
  const money = 10 ** tables.currency.decimals;
  const rows = sides.map(([name, belongs]) => {
    const trades = study.trades.filter(belongs);
    const all = tradeStatistics(trades);
    const profit = trades.reduce((sum, trade) => sum + trade.netProfit, 0n);
    return [
      name,
      count(all.count),
      signed(profit, tables.currency.decimals),
      percent(all.winRate, 1),
      fixed(all.profitFactor, 2),
      fixed(all.expectancy === null ? null : all.expectancy / money, 2),
      percent(all.averageReturn),
      percent(all.averageAdverse),
      percent(all.averageFavourable),
      fixed(all.averageBars, 1),
    ];
  });
  const names = [
    "Trades",
    "Net profit",
    "Win rate",
    "Profit factor",
    "Expectancy",
    "Avg return",
    "Avg MAE",
    "Avg MFE",
    "Avg bars",
  ];
  return table([text("Side"), ...names.map(number)], rows);
}

/** Trades, profit and costs by instrument, largest profit first. */
export function instrumentsTable(study: Study, tables: RunTables): string {
  const decimals = tables.currency.decimals;
  const sums = tables.instruments.map((one) => ({
    symbol: one.symbol,
    trades: 0,
    fills: 0,
    profit: 0n,
    fees: 0n,
    slippage: 0n,
  }));
  for (const trade of study.trades) {
    const sum = sums[trade.instrument];
    if (sum === undefined) continue;
    sum.trades++;
    sum.profit += trade.netProfit;
    sum.fees += trade.fees;
    sum.slippage += trade.slippage;
  }
  for (let row = 0; row < tables.fills.rowCount; row++) {
    const sum = sums[tables.fills.instrument[row] as number];
    if (sum !== undefined) sum.fills++;
  }
  const total = { symbol: "All", trades: 0, fills: 0, profit: 0n, fees: 0n, slippage: 0n };
  for (const one of sums) {
    total.trades += one.trades;
    total.fills += one.fills;
    total.profit += one.profit;
    total.fees += one.fees;
    total.slippage += one.slippage;
  }
  const sorted = sums
    .filter((one) => one.fills > 0)
    .sort((a, b) => (a.profit === b.profit ? 0 : a.profit > b.profit ? -1 : 1));
  const shown = sorted.slice(0, INSTRUMENTS_SHOWN);
  const rows = (shown.length === 1 ? shown : [...shown, total]).map((one) => [
    escaped(one.symbol),
    count(one.trades),
    count(one.fills),
    signed(one.profit, decimals),
    mantissaText(one.fees, decimals, decimals),
    mantissaText(one.slippage, decimals, decimals),
  ]);
  if (shown.length === 0) return `<p class="empty">Nothing was traded.</p>`;
  const hidden = sorted.length - shown.length;
  const more = hidden > 0 ? `<p class="note">${hidden} more instruments are in the run's tables.</p>` : "";
  return table([text("Instrument"), ...["Trades", "Fills", "Net profit", "Fees", "Slippage"].map(number)], rows) + more;
}

/** Orders, fills and costs by venue, in the order of the configuration; the run's own market last, where it had any. */
export function venuesTable({ venues, orders, fills, currency: { decimals } }: RunTables): string {
  const sums = [...venues, "the run's own market"].map((name) => ({
    name,
    orders: 0,
    fills: 0,
    fees: 0n,
    slippage: 0n,
  }));
  const at = (venue: number): (typeof sums)[number] | undefined => sums[venue < 0 ? venues.length : venue];
  for (const venue of orders.venue) {
    const sum = at(venue);
    if (sum !== undefined) sum.orders++;
  }
  for (const [row, venue] of fills.venue.entries()) {
    const sum = at(venue);
    if (sum === undefined) continue;
    sum.fills++;
    sum.fees += fills.fee[row] as bigint;
    sum.slippage += fills.slippage[row] as bigint;
  }
  const shown = sums.filter((sum, venue) => venue < venues.length || sum.orders > 0);
  const rows = shown.map((sum) => [
    escaped(sum.name),
    count(sum.orders),
    count(sum.fills),
    mantissaText(sum.fees, decimals, decimals),
    mantissaText(sum.slippage, decimals, decimals),
  ]);
  return table([text("Venue"), ...["Orders", "Fills", "Fees", "Slippage"].map(number)], rows);
}

/** What was refused, skipped or ended early, by reason, most frequent first. */
export function reasonsTable(tables: RunTables): string {
  const counts = new Map<string, number>();
  const add = (what: string, reason: string): void => {
    const key = `${what}|${reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { reason } of stagedRefusals(tables)) add("Decision refused, cut or skipped", reason);
  for (const code of tables.orderEnds.reason) add("Order ended early", REASONS[code] ?? "none");
  if (counts.size === 0) return `<p class="empty">Nothing was refused, and every order was filled whole.</p>`;
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([key, times]) => {
      const [what = "", reason = ""] = key.split("|");
      return [what, `<code>${reason}</code>`, count(times)];
    });
  return table([text("What happened"), text("Reason"), number("Times")], rows);
}

const RELEASE_FULL = 1 << ORDER_FLAGS.indexOf("releaseFull");

/**
 * Says how often an order opened a part of a position and ended, while its children waited for the whole: they were
 * never released. Null when none did.
 */
export function unprotectedNote({ orders }: RunTables): string | null {
  let times = 0;
  for (let row = 0; row < orders.rowCount; row++) {
    const waits = ((orders.flags[row] as number) & RELEASE_FULL) !== 0;
    if (waits && orders.filled[row] !== 0n && orders.reason[row] !== 0) times++;
  }
  if (times === 0) return null;
  const which = times === 1 ? "One order" : `${count(times)} orders`;
  return `${which} ended filled in part while children waited for the whole: what was traded had no protection.`;
}

function signed(amount: bigint, decimals: number): string {
  const side = amount < 0n ? "loss" : amount > 0n ? "gain" : "";
  return `<span class="${side}">${mantissaText(amount, decimals, decimals)}</span>`;
}
