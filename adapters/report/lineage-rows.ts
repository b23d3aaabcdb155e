// Lineage rows: what belongs to each order of the page's list, from its ids to the portfolio after its fills.
//
// Always true:
//   ids are those under which `eventsOfRun` publishes the run under the same names;
//   positions and cash are those right behind the fill, equity is that of the bucket that the fill is in.
// Units: whole units, Unix seconds.

import type { RunId, RunTables } from "../../kernel/index.js";
import { LEDGER_KINDS, rowOfOrder } from "../../kernel/index.js";
import { runOrderIds } from "../execution/index.js";
import type { RunNames } from "../execution/index.js";
import { chartSeconds } from "./chart-time.js";
import { ORDERS_MAX } from "./order-rows.js";

/** Order, time, price, signed quantity, fee, position of its strategy, cash, equity. */
export type FillRow = readonly (number | null)[];

export interface LineageRows {
  /** Correlation ids without their algorithm, each once. */
  readonly correlations: readonly string[];
  /** NodeIDs of the decision nodes. */
  readonly nodes: readonly string[];
  /** Of each order of the list: index of its correlation, its clientOrderId, index of its node or less than 0. */
  readonly orders: readonly (readonly [correlation: number, clientOrderId: string, node: number])[];
  readonly fills: readonly FillRow[];
  /** Order, time, kind (index into the kernel's words), what is left. */
  readonly updates: readonly (readonly number[])[];
  /** Order, time, reason (index into the kernel's words). */
  readonly ends: readonly (readonly number[])[];
}

const PREFIX = "blake3:";

/**
 * What belongs to the first orders of a run, as many as their list has.
 *
 * @param inside 1 for each fill that happened in the bar that closes at its time (`fill-bars.ts`).
 */
export function lineageRows(
  tables: RunTables,
  runId: string,
  names: RunNames,
  daily: boolean,
  inside: Uint8Array,
): LineageRows {
  const { orders, updates, orderEnds, instruments } = tables;
  const ids = runOrderIds(tables, runId as RunId, names, ORDERS_MAX);
  const correlations = [...new Set(ids.map(({ correlationId }) => correlationId))];
  const places = new Map(correlations.map((id, index) => [id, index]));
  const nodes = [...new Set(tables.decisions)];
  const last = orders.order[ids.length - 1] ?? 0;
  const isListed = (sequence: number): boolean => sequence <= last;
  const size = (column: BigInt64Array, row: number, instrument: number): number =>
    Number(column[row]) / 10 ** (instruments[instrument]?.sizeDecimals ?? 0);
  const rowsOf = (count: number, order: Int32Array): readonly number[] =>
    Array.from({ length: count }, (_, row) => row).filter((row) => isListed(order[row] as number));
  return {
    correlations: correlations.map((id) => id.slice(PREFIX.length)),
    nodes,
    orders: ids.map(({ correlationId, clientOrderId }, row) => {
      const node = tables.decisions[orders.decision[row] as number];
      const place = node === undefined ? -1 : nodes.indexOf(node);
      return [places.get(correlationId) as number, clientOrderId, place];
    }),
    fills: fillRows(tables, daily, inside).filter(([order]) => isListed(order as number)),
    updates: rowsOf(updates.rowCount, updates.order).map((row) => [
      updates.order[row] as number,
      chartSeconds(updates.time[row] as bigint, daily),
      updates.kind[row] as number,
      size(updates.leaves, row, updates.instrument[row] as number),
    ]),
    ends: rowsOf(orderEnds.rowCount, orderEnds.order).map((row) => [
      orderEnds.order[row] as number,
      chartSeconds(orderEnds.time[row] as bigint, daily),
      orderEnds.reason[row] as number,
    ]),
  };
}

function fillRows(tables: RunTables, daily: boolean, inside: Uint8Array): readonly FillRow[] {
  const { fills, orders, instruments, currency, strategyOf, portfolio } = tables;
  const held = new Map<string, bigint>();
  const cash = cashAfterFills(tables);
  const splits = splitsBefore(tables);
  let bucket = 0;
  return Array.from({ length: fills.rowCount }, (_, row) => {
    const order = fills.order[row] as number;
    const instrument = fills.instrument[row] as number;
    const time = fills.time[row] as bigint;
    const decision = orders.decision[rowOfOrder(orders.order, order)] as number;
    const strategy = decision < 0 ? -1 - decision : (strategyOf[decision] ?? 0);
    for (const split of splits(row)) held.set(split.key, split.kept);
    const key = `${instrument} ${strategy}`;
    const position = (held.get(key) ?? 0n) + (fills.quantity[row] as bigint);
    held.set(key, position);
    while (bucket < portfolio.rowCount && (portfolio.time[bucket] as bigint) < time) bucket++;
    // A fill at an open has the time of the close before it: its bucket is the next one.
    const isBefore = portfolio.time[bucket] === time && inside[row] !== 1 && bucket + 1 < portfolio.rowCount;
    const equity = portfolio.equity[isBefore ? bucket + 1 : bucket];
    const { sizeDecimals = 0, priceDecimals = 0, currency: own = currency } = instruments[instrument] ?? {};
    return [
      order,
      chartSeconds(time, daily),
      Number(fills.price[row]) / 10 ** priceDecimals,
      Number(fills.quantity[row]) / 10 ** sizeDecimals,
      Number(fills.fee[row]) / 10 ** own.decimals,
      Number(position) / 10 ** sizeDecimals,
      Number(cash[row]) / 10 ** own.decimals,
      equity === undefined ? null : Number(equity) / 10 ** currency.decimals,
    ];
  });
}

/** Cash of its currency right behind each fill: a fill has a row of its trade in the ledger, and one of its fee. */
function cashAfterFills({ ledger, fills }: RunTables): BigInt64Array {
  const cash = new BigInt64Array(fills.rowCount);
  let fill = -1;
  for (let row = 0; row < ledger.rowCount; row++) {
    const kind = LEDGER_KINDS[ledger.kind[row] as number];
    if (kind === "trade") fill++;
    if ((kind === "trade" || kind === "fee") && fill >= 0) cash[fill] = ledger.balance[row] as bigint;
  }
  return cash;
}

/** What splits made of positions before a fill, rows rising. */
function splitsBefore({ splits }: RunTables): (fill: number) => readonly { key: string; kept: bigint }[] {
  let next = 0;
  return (fill) => {
    const done: { key: string; kept: bigint }[] = [];
    for (; next < splits.rowCount && (splits.fills[next] as number) <= fill; next++) {
      const key = `${splits.instrument[next]} ${splits.strategy[next]}`;
      done.push({ key, kept: splits.kept[next] as bigint });
    }
    return done;
  };
}
