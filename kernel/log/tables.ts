// Tables of a run: what the event log says, one typed column a field.
//
// Always true:
//   all columns of a table have `rowCount` rows, in the order of the log;
//   instruments are named by their index in `RunTables.instruments`.
// Units: time in ns since 1970-01-01T00:00:00Z; prices, quantities and money as mantissas at the decimals of the
//   instrument and of the account currency; signed quantities: positive buys, negative sells.

import { ORDER_TYPE_NAMES } from "../nodes/order-rules.js";
import type { RouteTable } from "./route-rows.js";
import type { TableNames } from "./table-names.js";

/** Orders as they were accepted, and what became of them. */
export interface OrderTable {
  readonly rowCount: number;
  /** Acceptance time. */
  readonly time: BigInt64Array;
  /** Sequence number, rising in the order of acceptance; `rowOfOrder` finds the row of one. */
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  /**
   * Index of the decision node that made it, in `RunTables.decisions`; negative for one that the engine made: -1 less
   * the index of the strategy that it is for.
   */
  readonly decision: Int32Array;
  readonly quantity: BigInt64Array;
  /** Index into `ORDER_TYPES`. */
  readonly type: Uint8Array;
  /** Index into `TIMES_IN_FORCE`. */
  readonly force: Uint8Array;
  /** Bits of `ORDER_FLAGS`, the first one lowest. */
  readonly flags: Uint8Array;
  /** Limit as accepted, price mantissa; 0 for none, as in the four columns that follow. */
  readonly limit: BigInt64Array;
  /** Trigger as accepted, or the level that a trailing order was given. */
  readonly trigger: BigInt64Array;
  /** Trailing offset: a price mantissa, or a share in 1e-9 with the flag `trailShare`. */
  readonly offset: BigInt64Array;
  /** Distance of the limit from the trigger of a trailing stop-limit. */
  readonly limitOffset: BigInt64Array;
  /** Price from which on it trails. */
  readonly activation: BigInt64Array;
  /** Quantity shown at a time; 0 for all of it. */
  readonly display: BigInt64Array;
  /** Time from which it is no longer good, ns; `NEVER` for none. */
  readonly expires: BigInt64Array;
  /** Sequence number of the order whose fill released it; 0 for none. */
  readonly parent: Int32Array;
  /** Sequence number of an order of its group that was there before it; 0 for none. */
  readonly group: Int32Array;
  /**
   * Sequence number of the first order of its chain: of what released it, and of the split that it is a leg of; its own
   * where it stands at the start. What follows one trade from order to portfolio.
   */
  readonly correlation: Int32Array;
  /** Signed quantity that was filled. */
  readonly filled: BigInt64Array;
  /** State at the end of the log, index into `ORDER_STATES`. */
  readonly state: Uint8Array;
  /** Why it ended before it was filled whole, index into `REASONS`; 0 where it did not. */
  readonly reason: Uint8Array;
  /** Index into `RunTables.venues`; -1 for the market that the run itself assumes. */
  readonly venue: Int32Array;
}

/** Orders with what the loop alone can say: where buckets end stands beside the log (`RunResult.batches`). */
export interface SentOrderTable extends OrderTable {
  /**
   * Time of the bucket that sent it, ns: the one in which it was decided, or in which a fill released it or the engine
   * made it. An order that waits for its latency or for an open is accepted behind it.
   */
  readonly bucket: BigInt64Array;
}

/** Expiry of an order that has none. */
export const NEVER = 2n ** 63n - 1n;

/** Changes of open orders. */
export interface UpdateTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  /** Index into `UPDATE_KINDS`. */
  readonly kind: Uint8Array;
  /** What it is after the change: signed quantity left, limit and trigger. */
  readonly leaves: BigInt64Array;
  readonly limit: BigInt64Array;
  readonly trigger: BigInt64Array;
}

/** Bars that do not say what happened (`FILLS.md` B4). */
export interface AmbiguityTable {
  readonly rowCount: number;
  /** Close time of the bar. */
  readonly time: BigInt64Array;
  readonly instrument: Int32Array;
  /** Index into `AMBIGUITY_KINDS`. */
  readonly kind: Uint8Array;
  /** The order in question: the protective stop, the entry, or the oldest of several in reach. */
  readonly order: Int32Array;
  /** Index into `OUTCOMES`: how the bar ends for it at worst and at best; both 0 where two walks were compared. */
  readonly worst: Uint8Array;
  readonly best: Uint8Array;
  /** Money between the two walks that were compared; 0 for exact bounds. */
  readonly stake: BigInt64Array;
  /** Fills that stand before it in the log: it belongs to the bar that made the last of them, or none. */
  readonly fills: Int32Array;
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
  /** Number of the fill among those of its order, from 1: with the order it names a fill (`NODESETS.md` 5). */
  readonly seq: Int32Array;
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
  /** 1 when the engine closed the position at the end of data (B16). */
  readonly forced: Uint8Array;
  /** 1 when the engine closed the position because its margin was used up (C5); its fee holds that of liquidation. */
  readonly liquidation: Uint8Array;
  /** 1 when its side was frozen or drained as it filled. */
  readonly late: Uint8Array;
  /** Index into `RunTables.venues`; -1 for the market that the run itself assumes. */
  readonly venue: Int32Array;
}

/** Splits of what was held. */
export interface SplitTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly instrument: Int32Array;
  /** Units after for units before. */
  readonly after: BigInt64Array;
  readonly before: BigInt64Array;
  /** Signed quantity held before, and after it. */
  readonly held: BigInt64Array;
  readonly kept: BigInt64Array;
  /** Profit realised on the fraction that was paid in cash; the ledger has the cash. */
  readonly realised: BigInt64Array;
  /** Fills that stand before it in the log. */
  readonly fills: Int32Array;
  /** Index into `RunTables.strategies`. */
  readonly strategy: Uint8Array;
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
  /** Index of the policy that refused, in `RunTables.policies`; -1 when none did. */
  readonly policy: Int32Array;
  /** Index into `SEVERITIES`: how far what was measured lies over its limit. */
  readonly severity: Uint8Array;
}

/** What policies measured and changed, in the order of the log: ahead of the refusal or order that follows from it. */
export interface NoteTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly instrument: Int32Array;
  /** Decision that it was for; -1 for none. */
  readonly decision: Int32Array;
  readonly policy: Int32Array;
  /** Index into `NOTE_KINDS`, which says what the two values are. */
  readonly kind: Uint8Array;
  readonly severity: Uint8Array;
  readonly value: BigInt64Array;
  readonly limit: BigInt64Array;
  /** Row of the decision record that it was noted for, in `RunTables.decisionRecords`; -1 for none. */
  readonly record: Int32Array;
}

/** What commitments judged: recommendations, exits and rebalances, whether they acted or not. */
export interface DecisionTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly instrument: Int32Array;
  readonly decision: Int32Array;
  /** The commitment, in `RunTables.policies`. */
  readonly policy: Int32Array;
  /** Index into `DECISION_KINDS`. */
  readonly kind: Uint8Array;
  /** 1 when an order was sent, or for an exit when one was cancelled. */
  readonly acted: Uint8Array;
  /** Why it did not act, index into `REASONS`; 0 where it did. */
  readonly reason: Uint8Array;
  /** Index into `TIERS`. */
  readonly tier: Uint8Array;
  /** Bits of `DECISION_CHECK_NAMES`, the first one lowest: those that were evaluated, and those of them that passed. */
  readonly evaluated: Uint8Array;
  readonly passed: Uint8Array;
  /** In 1e-9; -1 for one that is none. */
  readonly confidence: BigInt64Array;
  /** Money that was decided on, 0 where it came to none. */
  readonly amount: BigInt64Array;
  /** Signed quantity that was sent. */
  readonly quantity: BigInt64Array;
  /** Sequence number of the order that was sent; 0 for none. */
  readonly order: Int32Array;
  /** Orders, fills and ends of orders that stand before it in the log. */
  readonly orders: Int32Array;
  readonly fills: Int32Array;
  readonly ends: Int32Array;
}

/** Messages about activation, as each policy took them. */
export interface ActivationTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly policy: Int32Array;
  /** Bits of `ACTIVATION_FLAGS`, the first one lowest. */
  readonly flags: Uint8Array;
  /** Sides that it is for: 1 long, 2 short. */
  readonly sides: Uint8Array;
  /** Sides that took it; the others knew its version, or a newer one. */
  readonly applied: Uint8Array;
  /** In 1e-9; -1 where the message has none. */
  readonly weight: BigInt64Array;
  readonly version: BigInt64Array;
  /** Time from which it is stale; `NEVER` for none. */
  readonly expires: BigInt64Array;
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
  /** 0 for the account's currency; others are numbered by the account. */
  readonly currency: Uint8Array;
  /**
   * Index into `RunTables.strategies`: whose position it is on account of. 0 for what has no position; the order of a
   * trade or a fee says it for these.
   */
  readonly strategy: Uint8Array;
  /** 1 for what is on account of the short position of a hedging account, which has a long one beside it. */
  readonly short: Uint8Array;
  readonly amount: BigInt64Array;
  /** Cash of that currency after it. */
  readonly balance: BigInt64Array;
}

/** The records of a log in their order: each kind has a table, and a record is a row of it. */
export interface RecordTable {
  readonly rowCount: number;
  /** Index into `RECORD_KINDS`. */
  readonly kind: Uint8Array;
  /** Number of the record among those of its kind, from 0: its row, but in the ledger, where fills have rows too. */
  readonly row: Int32Array;
  /** Bytes of the log before it. */
  readonly offset: Float64Array;
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

/** Kinds of records, as the log numbers them from 1 on. */
export const RECORD_KINDS = [
  "",
  "order",
  "orderEnd",
  "fill",
  "refusal",
  "ledger",
  "checkpoint",
  "terms",
  "update",
  "ambiguity",
  "split",
  "note",
  "activation",
  "decision",
  "route",
] as const;
/** Types of orders, as the log numbers them. */
export const ORDER_TYPES = ORDER_TYPE_NAMES;
/** Flags of an order, the lowest bit first. */
export const ORDER_FLAGS = [
  "postOnly",
  "reduceOnly",
  "protective",
  "trailShare",
  "releaseFull",
  "groupShrinks",
  "fromFill",
] as const;
/** What changed an open order, as the log numbers it from 1 on. */
export const UPDATE_KINDS = ["", "triggered", "activated", "amended", "resized", "split"] as const;
/**
 * How far a bar's bounds go, as the log numbers it from 1 on: exact ones hold over every path, heuristic ones are the
 * better and the worse of two walks.
 */
export const AMBIGUITY_KINDS = ["", "exact", "heuristic"] as const;
/** How a bar ends for the order in question: its position is held, stopped, or reaches its target. */
export const OUTCOMES = ["hold", "stop", "target"] as const;
/** What a note says, as the log numbers it from 1 on, and what its two values are. */
export const NOTE_KINDS = [
  "",
  /** Quantity before and after the weight of its side. */
  "weight",
  /** Share of equity that a limit was reached with, and the limit, both in 1e-9. */
  "risk",
  /** Time of the decision and the next time at which the market is open, ns. */
  "next_open",
  /** Weight in 1e-9, and the position in units that it left of a target. */
  "target_weight",
  /** Active pool, and the money of a commitment; so for every step that begins with size: what it looked at, money. */
  "size_base",
  /** Cap. */
  "size_cap",
  /** Correlation in 1e-9. */
  "size_correlation",
  /** Money left under the limit of its sector. */
  "size_sector",
  /** Sectors that are held. */
  "size_diversity",
  /** Sessions to earnings in 1e-9, -1 for none. */
  "size_earnings",
  /** Heat with it, and its limit. */
  "size_heat",
  /** Quantity, and the money that it is worth. */
  "size_units",
  /** Loss in money, and the end of the pause, ns. */
  "breaker_loss",
  "breaker_symbol",
  /** Stops, and the end of the pause, ns. */
  "breaker_stops",
  /** Money that moved in, and the reserve after it. */
  "reserve_in",
  /** The reserve, and equity. */
  "reserve_high",
  "reserve_released",
  /** Tier before and after, indices into `TIERS`. */
  "tier",
  /** Price before and after. */
  "stop",
  "target",
  /** Quantity that was approved, and what the publisher took of it. */
  "publish",
  /** Quantity of an exit that was made anew, and its price. */
  "stop_anew",
  "target_anew",
  /** Money that the tier leaves beside what is held of the instrument and on its way; the step behind size_base. */
  "size_position",
] as const;
/** What a decision record is about. */
export const DECISION_KINDS = ["commitment", "defer", "rebalance"] as const;
/** Checks of a recommendation, in their order, the lowest bit first. */
export const DECISION_CHECK_NAMES = ["breaker", "window", "confidence", "duplicate", "declining", "count"] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
/** State of a side after a message, the lowest bit first. */
export const ACTIVATION_FLAGS = ["known", "active", "freeze", "drain", "cancel"] as const;
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

/** The tables that a log says by itself. */
export interface LoggedTables extends TableNames {
  readonly orders: OrderTable;
  readonly routes: RouteTable;
  readonly orderEnds: OrderEndTable;
  readonly updates: UpdateTable;
  readonly ambiguities: AmbiguityTable;
  readonly fills: FillTable;
  readonly splits: SplitTable;
  readonly refusals: RefusalTable;
  readonly notes: NoteTable;
  readonly activations: ActivationTable;
  readonly decisionRecords: DecisionTable;
  readonly ledger: LedgerTable;
}

/** All tables of a run: no log has the market data that a portfolio is valued at, nor the ends of buckets. */
export interface RunTables extends LoggedTables {
  readonly orders: SentOrderTable;
  readonly portfolio: PortfolioTable;
}
