// Run columns: the tables of a run as named, typed columns, ready for any file format.
//
// Always true:
//   all columns of a table have `rowCount` rows, in the order of the log; nothing is rounded;
//   names of instruments, reasons and kinds stand in dictionaries, so a row holds an index.
// Units: times in ns, UTC; a decimal column holds mantissas and its number of decimals. A column over instruments with
//   different decimals is brought to the largest of them, exactly.

import type {
  Instrument,
  LoggedTables,
  OrderTable,
  PortfolioTable,
  RunTables,
  SentOrderTable,
  Trade,
} from "../../kernel/index.js";
import {
  ACTIVATION_FLAGS,
  AMBIGUITY_KINDS,
  DECISION_CHECK_NAMES,
  DECISION_KINDS,
  InputError,
  LEDGER_KINDS,
  NOTE_KINDS,
  ORDER_FLAGS,
  ORDER_STATES,
  ORDER_TYPES,
  OUTCOMES,
  REASONS,
  rowOfOrder,
  SEVERITIES,
  TIERS,
  TIMES_IN_FORCE,
  UPDATE_KINDS,
} from "../../kernel/index.js";

/** One column. Arrays are those of the run's tables wherever nothing had to be changed; do not write to them. */
export type RunColumn = { readonly name: string } & (
  | { readonly kind: "time"; readonly data: BigInt64Array }
  /** A time that a row may lack: `NEVER` is null. */
  | { readonly kind: "instant"; readonly data: BigInt64Array }
  | { readonly kind: "decimal"; readonly data: BigInt64Array; readonly decimals: number }
  | { readonly kind: "integer"; readonly data: Int32Array }
  | { readonly kind: "flag"; readonly data: Uint8Array }
  | { readonly kind: "real"; readonly data: readonly (number | null)[] }
  /** Indices into `words`; -1 is null, which only a `nullable` column has. */
  | { readonly kind: "word"; readonly data: Int32Array; readonly words: readonly string[]; readonly nullable: boolean }
);

export interface ColumnTable {
  readonly name: string;
  readonly rowCount: number;
  readonly columns: readonly RunColumn[];
}

/** Columns of an activation message: whether the long and the short side took it. */
const SIDES = ["tookLong", "tookShort"] as const;

/** Names of the tables that `runColumns` gives, in order. */
export const RUN_TABLES = [
  "orders",
  "orderEnds",
  "updates",
  "ambiguities",
  "fills",
  "splits",
  "refusals",
  "notes",
  "activations",
  "decisionRecords",
  "routes",
  "ledger",
  "portfolio",
] as const;

/** The tables of a run, or those that its log says: without the portfolio, and the buckets that sent its orders. */
export type TablesAtHand = LoggedTables &
  Partial<Pick<RunTables, "portfolio">> & { readonly orders: OrderTable & Partial<SentOrderTable> };

/**
 * The tables of a run, in the order of `RUN_TABLES`, without those that are not at hand.
 *
 * @throws InputError `run/overflow` when a value does not fit after it was brought to the largest decimals.
 */
export function runColumns(tables: TablesAtHand): readonly ColumnTable[] {
  const { orders, orderEnds, updates, ambiguities, fills, splits, refusals, ledger, portfolio, instruments } = tables;
  const { notes, activations, decisionRecords, routes } = tables;
  const money = tables.currency.decimals;
  const symbols = instruments.map((one) => one.symbol);
  const instrument = (data: Int32Array): RunColumn => word("instrument", data, symbols, false);
  const decision = (data: Int32Array): RunColumn =>
    word(
      "decision",
      data.map((index) => Math.max(index, -1)),
      tables.decisions,
      true,
    );
  const policy = (data: Int32Array): RunColumn => word("policy", data, tables.policies, true);
  const venue = (data: Int32Array): RunColumn => word("venue", data, tables.venues, true);
  const reason = (data: Uint8Array): RunColumn => word("reason", Int32Array.from(data), REASONS, false);
  const size = (name: string, data: BigInt64Array, of: Int32Array): RunColumn =>
    levelled(name, data, of, instruments, (one) => one.sizeDecimals);
  const price = (name: string, data: BigInt64Array, of: Int32Array): RunColumn =>
    levelled(name, data, of, instruments, (one) => one.priceDecimals);
  const code = (name: string, data: Uint8Array, words: readonly string[]): RunColumn =>
    word(name, Int32Array.from(data), words, false);
  const order = (data: Int32Array): RunColumn => ({ kind: "integer", name: "order", data });
  /** The chain of each order, 0 for what is of none. */
  const correlation = (of: Int32Array): RunColumn => {
    const chains = of.map((sequence) => orders.correlation[rowOfOrder(orders.order, sequence)] ?? 0);
    return { kind: "integer", name: "correlation", data: chains };
  };
  return [
    table("orders", orders.rowCount, [
      time(orders.time),
      ...(orders.bucket === undefined ? [] : [time(orders.bucket, "bucket")]),
      order(orders.order),
      correlation(orders.order),
      instrument(orders.instrument),
      decision(orders.decision),
      size("quantity", orders.quantity, orders.instrument),
      code("type", orders.type, ORDER_TYPES),
      code("force", orders.force, TIMES_IN_FORCE),
      ...ORDER_FLAGS.map((name, bit): RunColumn => ({ kind: "flag", name, data: flagsOf(orders.flags, bit) })),
      price("limit", orders.limit, orders.instrument),
      price("trigger", orders.trigger, orders.instrument),
      ...offsets(orders, price),
      price("limitOffset", orders.limitOffset, orders.instrument),
      price("activation", orders.activation, orders.instrument),
      size("display", orders.display, orders.instrument),
      { kind: "instant", name: "expires", data: orders.expires },
      { kind: "integer", name: "parent", data: orders.parent },
      { kind: "integer", name: "group", data: orders.group },
      size("filled", orders.filled, orders.instrument),
      code("state", orders.state, ORDER_STATES),
      reason(orders.reason),
      venue(orders.venue),
    ]),
    table("orderEnds", orderEnds.rowCount, [
      time(orderEnds.time),
      order(orderEnds.order),
      correlation(orderEnds.order),
      instrument(orderEnds.instrument),
      size("leaves", orderEnds.leaves, orderEnds.instrument),
      reason(orderEnds.reason),
    ]),
    table("updates", updates.rowCount, [
      time(updates.time),
      order(updates.order),
      correlation(updates.order),
      instrument(updates.instrument),
      code("kind", updates.kind, UPDATE_KINDS),
      size("leaves", updates.leaves, updates.instrument),
      price("limit", updates.limit, updates.instrument),
      price("trigger", updates.trigger, updates.instrument),
    ]),
    table("ambiguities", ambiguities.rowCount, [
      time(ambiguities.time),
      instrument(ambiguities.instrument),
      code("kind", ambiguities.kind, AMBIGUITY_KINDS),
      order(ambiguities.order),
      code("worst", ambiguities.worst, OUTCOMES),
      code("best", ambiguities.best, OUTCOMES),
      { kind: "decimal", name: "stake", data: ambiguities.stake, decimals: money },
    ]),
    table("fills", fills.rowCount, [
      time(fills.time),
      order(fills.order),
      correlation(fills.order),
      instrument(fills.instrument),
      price("price", fills.price, fills.instrument),
      size("quantity", fills.quantity, fills.instrument),
      { kind: "decimal", name: "cash", data: fills.cash, decimals: money },
      { kind: "decimal", name: "fee", data: fills.fee, decimals: money },
      { kind: "decimal", name: "realised", data: fills.realised, decimals: money },
      { kind: "decimal", name: "slippage", data: fills.slippage, decimals: money },
      code("liquidity", fills.liquidity, ["none", "taker", "maker"]),
      { kind: "flag", name: "forced", data: fills.forced },
      { kind: "flag", name: "liquidation", data: fills.liquidation },
      { kind: "flag", name: "late", data: fills.late },
      { kind: "integer", name: "seq", data: fills.seq },
      venue(fills.venue),
    ]),
    table("splits", splits.rowCount, [
      time(splits.time),
      instrument(splits.instrument),
      { kind: "decimal", name: "after", data: splits.after, decimals: 0 },
      { kind: "decimal", name: "before", data: splits.before, decimals: 0 },
      size("held", splits.held, splits.instrument),
      size("kept", splits.kept, splits.instrument),
      { kind: "decimal", name: "realised", data: splits.realised, decimals: money },
    ]),
    table("refusals", refusals.rowCount, [
      time(refusals.time),
      instrument(refusals.instrument),
      decision(refusals.decision),
      size("wanted", refusals.wanted, refusals.instrument),
      size("allowed", refusals.allowed, refusals.instrument),
      reason(refusals.reason),
      policy(refusals.policy),
      code("severity", refusals.severity, SEVERITIES),
    ]),
    table("notes", notes.rowCount, [
      time(notes.time),
      word("instrument", notes.instrument, symbols, true),
      decision(notes.decision),
      policy(notes.policy),
      code("kind", notes.kind, NOTE_KINDS),
      code("severity", notes.severity, SEVERITIES),
      { kind: "decimal", name: "value", data: notes.value, decimals: 0 },
      { kind: "decimal", name: "limit", data: notes.limit, decimals: 0 },
      { kind: "integer", name: "record", data: notes.record },
    ]),
    table("activations", activations.rowCount, [
      time(activations.time),
      policy(activations.policy),
      ...ACTIVATION_FLAGS.map((name, bit): RunColumn => ({
        kind: "flag",
        name,
        data: flagsOf(activations.flags, bit),
      })),
      ...SIDES.map((name, bit): RunColumn => ({ kind: "flag", name, data: flagsOf(activations.applied, bit) })),
      { kind: "decimal", name: "weight", data: activations.weight, decimals: 9 },
      { kind: "decimal", name: "version", data: activations.version, decimals: 0 },
      { kind: "instant", name: "expires", data: activations.expires },
    ]),
    table("decisionRecords", decisionRecords.rowCount, [
      { kind: "integer", name: "record", data: Int32Array.from(decisionRecords.time, (_, row) => row) },
      time(decisionRecords.time),
      instrument(decisionRecords.instrument),
      decision(decisionRecords.decision),
      policy(decisionRecords.policy),
      code("kind", decisionRecords.kind, DECISION_KINDS),
      { kind: "flag", name: "acted", data: decisionRecords.acted },
      reason(decisionRecords.reason),
      code("tier", decisionRecords.tier, TIERS),
      ...DECISION_CHECK_NAMES.flatMap((name, bit): RunColumn[] => [
        { kind: "flag", name: `${name}Evaluated`, data: flagsOf(decisionRecords.evaluated, bit) },
        { kind: "flag", name: `${name}Passed`, data: flagsOf(decisionRecords.passed, bit) },
      ]),
      { kind: "decimal", name: "confidence", data: decisionRecords.confidence, decimals: 9 },
      { kind: "decimal", name: "amount", data: decisionRecords.amount, decimals: money },
      size("quantity", decisionRecords.quantity, decisionRecords.instrument),
      order(decisionRecords.order),
      correlation(decisionRecords.order),
    ]),
    table("routes", routes.rowCount, [
      time(routes.time),
      order(routes.order),
      correlation(routes.order),
      instrument(routes.instrument),
      venue(routes.venue),
      { kind: "integer", name: "first", data: routes.first },
      price("price", routes.price, routes.instrument),
      { kind: "decimal", name: "fee", data: routes.fee, decimals: money },
      { kind: "decimal", name: "penalty", data: routes.penalty, decimals: money },
    ]),
    table("ledger", ledger.rowCount, [
      time(ledger.time),
      code("kind", ledger.kind, LEDGER_KINDS),
      word("instrument", ledger.instrument, symbols, true),
      order(ledger.order),
      correlation(ledger.order),
      { kind: "integer", name: "currency", data: Int32Array.from(ledger.currency) },
      { kind: "integer", name: "strategy", data: Int32Array.from(ledger.strategy) },
      { kind: "flag", name: "short", data: ledger.short },
      { kind: "decimal", name: "amount", data: ledger.amount, decimals: money },
      { kind: "decimal", name: "balance", data: ledger.balance, decimals: money },
    ]),
    ...(portfolio === undefined ? [] : [portfolioColumns(portfolio, money)]),
  ];
}

function portfolioColumns(
  { rowCount, time: times, equity, cash, exposureGross }: PortfolioTable,
  decimals: number,
): ColumnTable {
  return table("portfolio", rowCount, [
    time(times),
    { kind: "decimal", name: "equity", data: equity, decimals },
    { kind: "decimal", name: "cash", data: cash, decimals },
    { kind: "decimal", name: "exposureGross", data: exposureGross, decimals },
  ]);
}

/** The chain of the order of a fill. */
function chainOf({ orders, fills }: LoggedTables, fill: number): number {
  return orders.correlation[rowOfOrder(orders.order, fills.order[fill] as number)] ?? 0;
}

/** Trades of a run as one table named `trades`. Prices and returns are f64, money is exact. */
export function tradeColumns(trades: readonly Trade[], tables: LoggedTables): ColumnTable {
  const money = tables.currency.decimals;
  const amount = (name: string, pick: (trade: Trade) => bigint): RunColumn => {
    return { kind: "decimal", name, data: BigInt64Array.from(trades, pick), decimals: money };
  };
  const real = (name: string, pick: (trade: Trade) => number | null): RunColumn => {
    return { kind: "real", name, data: trades.map(pick) };
  };
  const flag = (name: string, pick: (trade: Trade) => boolean): RunColumn => {
    return { kind: "flag", name, data: Uint8Array.from(trades, (trade) => (pick(trade) ? 1 : 0)) };
  };
  const instrument = Int32Array.from(trades, (trade) => trade.instrument);
  const symbols = tables.instruments.map((one) => one.symbol);
  const quantity = BigInt64Array.from(trades, (trade) => trade.quantity);
  return table("trades", trades.length, [
    { kind: "integer", name: "number", data: Int32Array.from(trades, (trade) => trade.number) },
    {
      kind: "integer",
      name: "correlation",
      data: Int32Array.from(trades, ({ entryFill }) => chainOf(tables, entryFill)),
    },
    word("instrument", instrument, symbols, false),
    { kind: "integer", name: "strategy", data: Int32Array.from(trades, (trade) => trade.strategy) },
    word(
      "side",
      Int32Array.from(trades, (trade) => (trade.side === "long" ? 0 : 1)),
      ["long", "short"],
      false,
    ),
    flag("closed", (trade) => trade.closed),
    flag("forced", (trade) => trade.forced),
    flag("liquidated", (trade) => trade.liquidated),
    flag("ambiguous", (trade) => trade.ambiguous),
    flag("heuristic", (trade) => trade.heuristic),
    { kind: "time", name: "entryTime", data: BigInt64Array.from(trades, (trade) => trade.entryTime) },
    { kind: "time", name: "exitTime", data: BigInt64Array.from(trades, (trade) => trade.exitTime) },
    levelled("quantity", quantity, instrument, tables.instruments, (one) => one.sizeDecimals),
    real("entryPrice", (trade) => trade.entryPrice),
    real("exitPrice", (trade) => trade.exitPrice),
    amount("entryValue", (trade) => trade.entryValue),
    amount("grossProfit", (trade) => trade.grossProfit),
    amount("fees", (trade) => trade.fees),
    amount("slippage", (trade) => trade.slippage),
    amount("carry", (trade) => trade.carry),
    amount("netProfit", (trade) => trade.netProfit),
    real("return", (trade) => trade.return),
    { kind: "integer", name: "bars", data: Int32Array.from(trades, (trade) => trade.bars) },
    amount("adverse", (trade) => trade.adverse),
    amount("favourable", (trade) => trade.favourable),
  ]);
}

/** One flag of each order. */
function flagsOf(flags: Uint8Array, bit: number): Uint8Array {
  return flags.map((all) => (all >> bit) & 1);
}

const SHARE_DECIMALS = 9;

/** A trailing offset is a price distance or a share of the price: one column each, 0 where it is the other. */
function offsets(
  { offset, flags, instrument }: OrderTable,
  price: (name: string, data: BigInt64Array, of: Int32Array) => RunColumn,
): RunColumn[] {
  const isShare = flagsOf(flags, ORDER_FLAGS.indexOf("trailShare"));
  const distance = offset.map((value, row) => (isShare[row] === 1 ? 0n : value));
  const share = offset.map((value, row) => (isShare[row] === 1 ? value : 0n));
  return [
    price("offset", distance, instrument),
    { kind: "decimal", name: "offsetShare", data: share, decimals: SHARE_DECIMALS },
  ];
}

function table(name: string, rowCount: number, columns: readonly RunColumn[]): ColumnTable {
  return { name, rowCount, columns };
}

function time(data: BigInt64Array, name = "time"): RunColumn {
  return { kind: "time", name, data };
}

function word(name: string, data: Int32Array, words: readonly string[], nullable: boolean): RunColumn {
  return { kind: "word", name, data, words, nullable };
}

/** Brings mantissas of several instruments to one number of decimals; hands the array on when they have one already. */
function levelled(
  name: string,
  data: BigInt64Array,
  of: Int32Array,
  instruments: readonly Instrument[],
  decimalsOf: (instrument: Instrument) => number,
): RunColumn {
  const each = instruments.map(decimalsOf);
  const decimals = each.reduce((most, one) => Math.max(most, one), 0);
  if (each.every((one) => one === decimals)) return { kind: "decimal", name, data, decimals };
  const factors = each.map((one) => 10n ** BigInt(decimals - one));
  const level = data.map((mantissa, row) => {
    const value = mantissa * (factors[of[row] as number] as bigint);
    if (BigInt.asIntN(64, value) === value) return value;
    const expected = `a value that fits 64 bits with ${decimals} decimals`;
    throw new InputError([{ code: "run/overflow", path: `${name}[${row}]`, expected, received: String(value) }]);
  });
  return { kind: "decimal", name, data: level, decimals };
}
