// Where orders were sent, from the records of a log.

import {
  ROUTE_EVENT_FEE,
  ROUTE_EVENT_FIRST,
  ROUTE_EVENT_PENALTY,
  ROUTE_EVENT_PRICE,
  ROUTE_EVENT_SEQUENCE,
} from "../../assembly/abi-event.js";
import { byte, narrow, wide } from "./columns.js";
import { rowOfOrder } from "./order-rows.js";

/** Orders that went to one of the run's venues, and what was expected there. */
export interface RouteTable {
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly order: Int32Array;
  readonly instrument: Int32Array;
  /** Index into `RunTables.venues`. */
  readonly venue: Int32Array;
  /** Sequence number of the first order of the split that it is a leg of: its own where it was sent whole. */
  readonly first: Int32Array;
  /** Price at which it was expected to fill; 0, as the two that follow, for a child, which takes its parent's venue. */
  readonly price: BigInt64Array;
  /** Fee that was expected, and what the way there was expected to cost. */
  readonly fee: BigInt64Array;
  readonly penalty: BigInt64Array;
}

export function routeTable(view: DataView, offsets: readonly number[]): RouteTable {
  return {
    rowCount: offsets.length,
    time: wide(view, offsets, 8),
    order: narrow(view, offsets, ROUTE_EVENT_SEQUENCE),
    instrument: narrow(view, offsets, 4),
    venue: Int32Array.from(byte(view, offsets, 1)),
    first: narrow(view, offsets, ROUTE_EVENT_FIRST),
    price: wide(view, offsets, ROUTE_EVENT_PRICE),
    fee: wide(view, offsets, ROUTE_EVENT_FEE),
    penalty: wide(view, offsets, ROUTE_EVENT_PENALTY),
  };
}

/** Venue of each of `orders`, -1 where it has none. */
export function venuesOf(orders: Int32Array, { order, venue }: RouteTable): Int32Array {
  return orders.map((sequence) => venue[rowOfOrder(order, sequence)] ?? -1);
}

/** The first order of the chain of each order: of its parent's, or of its split's; its own where it begins one. */
export function chainsOf(
  { order, parent }: { readonly order: Int32Array; readonly parent: Int32Array },
  routes: RouteTable,
): Int32Array {
  const chains = new Int32Array(order.length);
  for (let row = 0; row < order.length; row++) {
    const own = order[row] as number;
    const before = (parent[row] as number) || (routes.first[rowOfOrder(routes.order, own)] ?? own);
    chains[row] = before === own ? own : (chains[rowOfOrder(order, before)] as number);
  }
  return chains;
}
