// Trade rows: the trades as compact arrays for the page's table.
//
// Always true:
//   a page holds at most `TRADES_MAX` of them and says how many there are; the whole list is in the run's tables.

import type { RunTables, Trade } from "../../kernel/index.js";
import { chartSeconds, type BarTimeOf } from "./chart-time.js";

export const TRADES_MAX = 5_000;

/**
 * Number, instrument, 1 long or -1 short, entry and exit (Unix seconds), quantity, entry and exit price, net profit,
 * return, bars, MAE, MFE, fees, state, marks.
 */
export type TradeRow = readonly (number | null)[];

/**
 * The first trades, in the order in which they ended. State: 0 closed, 1 forced, 2 open, 3 liquidated. Marks: 1 for an
 * ambiguous bar, 2 for one decided between two walks, 3 for both.
 *
 * @param inside 1 for each fill of the bar that closes at its time (`fillsAtClose`).
 */
export function tradeRows(
  trades: readonly Trade[],
  tables: RunTables,
  daily: boolean,
  barTimeOf: BarTimeOf,
  inside: Uint8Array,
): readonly TradeRow[] {
  const money = 10 ** tables.currency.decimals;
  return trades.slice(0, TRADES_MAX).map((trade) => {
    const instrument = tables.instruments[trade.instrument];
    const symbol = instrument?.symbol ?? "";
    const size = 10 ** (instrument?.sizeDecimals ?? 0);
    const price = (value: number | null): number | null => {
      return value === null ? null : Number(value.toFixed(Math.min((instrument?.priceDecimals ?? 2) + 2, 12)));
    };
    return [
      trade.number,
      trade.instrument,
      trade.side === "long" ? 1 : -1,
      chartSeconds(barTimeOf(symbol, trade.entryTime, inside[trade.entryFill] === 1), daily),
      chartSeconds(barTimeOf(symbol, trade.exitTime, !trade.closed || inside[trade.exitFill] === 1), daily),
      Number(trade.quantity) / size,
      price(trade.entryPrice),
      price(trade.exitPrice),
      Number(trade.netProfit) / money,
      share(trade.return),
      trade.bars,
      share(trade.adverseReturn),
      share(trade.favourableReturn),
      Number(trade.fees) / money,
      stateOf(trade),
      (trade.ambiguous ? 1 : 0) + (trade.heuristic ? 2 : 0),
    ];
  });
}

function stateOf({ closed, forced, liquidated }: Trade): number {
  if (!closed) return 2;
  return liquidated ? 3 : forced ? 1 : 0;
}

function share(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}
