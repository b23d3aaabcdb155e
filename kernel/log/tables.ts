// Tables of a run: what the event log says, one typed column a field.
//
// Always true:
//   all columns of a table have `rowCount` rows, in the order of the log;
//   instruments are named by their index in `RunTables.instruments`.
// Units: time in ns since 1970-01-01T00:00:00Z; prices, quantities and money as mantissas at the decimals of the
//   instrument and of the account currency; signed quantities: positive buys, negative sells.

import type { Currency, Instrument } from "../market/instrument.js";

/** Orders as they were accepted. */
export interface OrderTable {
  readonly rowCount: number;
  /** Acceptance time. */
  readonly time: BigInt64Array;
  /** Sequence number, from 1, in the order of acceptance. */
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  /** Index of the decision node that made it, in `RunTables.decisions`; -1 for a forced close. */
  readonly decision: Int32Array;
  readonly quantity: BigInt64Array;
  /** Index into `ORDER_TYPES`. */
  readonly type: Uint8Array;
}

/** Orders that ended without being filled whole, and why. */
export interface OrderEndTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  /** Signed quantity that was left. */
  readonly leaves: BigInt64Array;
  /** Index into `REASONS`. */
  readonly reason: Uint8Array;
}

export interface FillTable {
  readonly rowCount: number;
  /** Event time: the open of the bar for a fill at the open. */
  readonly time: BigInt64Array;
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  readonly price: BigInt64Array;
  readonly quantity: BigInt64Array;
  /** Cash effect before the fee: negative when buying. */
  readonly cash: BigInt64Array;
  /** Fee paid, positive; a rebate is negative. */
  readonly fee: BigInt64Array;
  /** Profit realised by this fill against average cost, before its fee. */
  readonly realised: BigInt64Array;
  /** Money lost to slippage against the reference price (positive is a loss). */
  readonly slippage: BigInt64Array;
  /** 1 taker, 2 maker. */
  readonly liquidity: Uint8Array;
  /** 1 when the engine forced the fill (close at the end of data). */
  readonly forced: Uint8Array;
}

/** Decisions that did not become an order, or not the whole of it. */
export interface RefusalTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly instrument: Int32Array;
  readonly decision: Int32Array;
  /** Signed quantity that was wanted. */
  readonly wanted: BigInt64Array;
  /** Signed quantity that was allowed; 0 when refused whole. */
  readonly allowed: BigInt64Array;
  /** Index into `REASONS`. */
  readonly reason: Uint8Array;
}

/** Every movement of cash, in order. */
export interface LedgerTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  /** Index into `LEDGER_KINDS`. */
  readonly kind: Uint8Array;
  /** Instrument, or -1 for the account as a whole. */
  readonly instrument: Int32Array;
  /** Order that caused it, or 0. */
  readonly order: Int32Array;
  readonly amount: BigInt64Array;
  /** Cash after it. */
  readonly balance: BigInt64Array;
}

/** State of the account at the end of each bucket. */
export interface PortfolioTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly equity: BigInt64Array;
  readonly cash: BigInt64Array;
  /** Sum of absolute position values. */
  readonly exposureGross: BigInt64Array;
}

export const ORDER_TYPES = ["market"] as const;
export const LEDGER_KINDS = [
  "deposit",
  "trade",
  "fee",
  "funding",
  "interest",
  "borrow",
  "dividend",
  "conversion",
  "conversion-fee",
  "settlement",
  "margin",
  "split",
] as const;

export interface RunTables {
  readonly instruments: readonly Instrument[];
  readonly currency: Currency;
  /** NodeIDs of the decision nodes, in plan order. */
  readonly decisions: readonly string[];
  readonly orders: OrderTable;
  readonly orderEnds: OrderEndTable;
  readonly fills: FillTable;
  readonly refusals: RefusalTable;
  readonly ledger: LedgerTable;
  readonly portfolio: PortfolioTable;
}
