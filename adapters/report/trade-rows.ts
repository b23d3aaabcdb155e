// Trade rows: the trades as compact arrays for the page's table.
//
// Always true:
//   a page holds at most `TRADES_MAX` of them and says how many there are; the whole list is in the run's tables.

import type { RunTables, Trade } from "../../kernel/index.js";
import { chartSeconds, type BarTimeOf } from "./chart-time.js";

export const TRADES_MAX = 5_000;

/**
 * Number, instrument, 1 long or -1 short, entry and exit (Unix seconds), quantity, entry and exit price, net profit,
 * return, bars, MAE, MFE, fees, state.
 */
export type TradeRow = readonly (number | null)[];

/** The first trades, in the order in which they ended. State: 0 closed, 1 forced, 2 open. */
export function tradeRows(
  trades: readonly Trade[],
  tables: RunTables,
  daily: boolean,
  barTimeOf: BarTimeOf,
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
      chartSeconds(barTimeOf(symbol, trade.entryTime, false), daily),
      chartSeconds(barTimeOf(symbol, trade.exitTime, trade.forced || !trade.closed), daily),
      Number(trade.quantity) / size,
      price(trade.entryPrice),
      price(trade.exitPrice),
      Number(trade.netProfit) / money,
      share(trade.return),
      trade.bars,
      share(trade.adverseReturn),
      share(trade.favourableReturn),
      Number(trade.fees) / money,
      trade.closed ? (trade.forced ? 1 : 0) : 2,
    ];
  });
}

function share(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}
