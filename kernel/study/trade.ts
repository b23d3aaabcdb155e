// Trade: a round trip of one instrument, from flat to flat, at average cost.
//
// Units: prices as numbers in the price's own unit; money as bigint mantissas of the instrument's currency, which is
// that of the account but in accounts of several; quantities as mantissas, prices and quantities as they were traded,
// whatever split came later.

export interface Trade {
  /** Sequence number, from 1, in the order in which trades ended; open trades come last. */
  readonly number: number;
  /** Index into `RunTables.instruments`. */
  readonly instrument: number;
  /** Index into `RunTables.strategies`: whose position it was. */
  readonly strategy: number;
  readonly side: "long" | "short";
  /** False while the position was still held at the end of the log; profits are then what was realised so far. */
  readonly closed: boolean;
  /** Whether the engine closed it at the end of data (B16). */
  readonly forced: boolean;
  /** Whether the engine closed it because its margin was used up (C5). */
  readonly liquidated: boolean;
  /** Whether a bar of its life has exact bounds that differ: the trade hangs on a path that nobody knows. */
  readonly ambiguous: boolean;
  /** Whether a bar of its life was decided by comparing two walks, which differed. */
  readonly heuristic: boolean;
  /** Rows of the ambiguity table that are bars of its life, both kinds. */
  readonly ambiguities: readonly number[];
  /** Time of the first fill. */
  readonly entryTime: bigint;
  /** Time of the last fill; of the last bucket while the trade is open. */
  readonly exitTime: bigint;
  /** Rows of the fill table: the first and the last fill. */
  readonly entryFill: number;
  readonly exitFill: number;
  /** Largest absolute position. */
  readonly quantity: bigint;
  /** Everything that was entered; more than `quantity` when the trade was scaled out and in again. */
  readonly quantityEntered: bigint;
  readonly entryPrice: number;
  /** Average price of everything that was closed; null when nothing was. */
  readonly exitPrice: number | null;
  /** Value of everything that was entered, at its fill prices. */
  readonly entryValue: bigint;
  readonly grossProfit: bigint;
  readonly fees: bigint;
  readonly slippage: bigint;
  /** Funding and dividends received while it was held, less what was paid, borrowing included. */
  readonly carry: bigint;
  /** Gross profit less fees, with carry. Slippage is already in the fill prices. */
  readonly netProfit: bigint;
  /** Net profit over entry value; null when the entry value is zero. */
  readonly return: number | null;
  /** Bars of the instrument that closed while the trade was held. */
  readonly bars: number;
  readonly durationNs: bigint;
  /** Worst loss on the way, before fees, at bar extremes and fill prices; zero or more. */
  readonly adverse: bigint;
  /** Best profit on the way, before fees; zero or more. */
  readonly favourable: bigint;
  /** The same over the entry value. */
  readonly adverseReturn: number | null;
  readonly favourableReturn: number | null;
}

/** A trade by its fills alone. */
export type Held = Omit<Trade, "ambiguous" | "heuristic" | "ambiguities">;
