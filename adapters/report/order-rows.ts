// Order rows: the orders as compact arrays for the page's table.
//
// Always true:
//   a page holds at most `ORDERS_MAX` of them and says how many there are; the whole list is in the run's tables.

import type { RunTables } from "../../kernel/index.js";
import { chartSeconds } from "./chart-time.js";

export const ORDERS_MAX = 3_000;

/**
 * Number, instrument, accepted (Unix seconds), type, time in force, quantity, limit, trigger, filled, state, reason,
 * parent, venue (-1 for none). A price that there is not is null; type, force, state and reason are indices into the
 * kernel's words.
 */
export type OrderRow = readonly (number | null)[];

/** The first orders, in the order of acceptance. */
export function orderRows({ orders, instruments }: RunTables, daily: boolean): readonly OrderRow[] {
  return Array.from({ length: Math.min(orders.rowCount, ORDERS_MAX) }, (_, row) => {
    const index = orders.instrument[row] as number;
    const { sizeDecimals = 0, priceDecimals = 0 } = instruments[index] ?? {};
    const size = (column: BigInt64Array): number => Number(column[row]) / 10 ** sizeDecimals;
    const price = (column: BigInt64Array): number | null =>
      column[row] === 0n ? null : Number(column[row]) / 10 ** priceDecimals;
    return [
      orders.order[row] as number,
      index,
      chartSeconds(orders.time[row] as bigint, daily),
      orders.type[row] as number,
      orders.force[row] as number,
      size(orders.quantity),
      price(orders.limit),
      price(orders.trigger),
      size(orders.filled),
      orders.state[row] as number,
      orders.reason[row] as number,
      orders.parent[row] as number,
      orders.venue[row] as number,
    ];
  });
}
