// Order rows: the orders of a log with their terms, and the state that each of them came to.
//
// How it works: the terms of an order stand right behind its record. Its state is its life cycle folded over what the
// log says of it: submitted where it enters, accepted with its first change, filled in part or whole, and ended.
//
// Always true:
//   sequence numbers rise from row to row; an iceberg that shows a new slice uses one up without a row;
//   no event of a log contradicts the life cycle (`order-life.ts`).
// Not here: requests on their way (a cancel with latency), which leave no record until they arrive.

import {
  EVENT_FILL,
  EVENT_ORDER_END,
  EVENT_TERMS,
  FILL_EVENT_QUANTITY,
  FILL_EVENT_SEQUENCE,
  ORDER_END_EVENT_SEQUENCE,
  ORDER_EVENT_BYTES,
  ORDER_EVENT_DECISION,
  ORDER_EVENT_QUANTITY,
  ORDER_EVENT_SEQUENCE,
  TERMS_EVENT_ACTIVATION,
  TERMS_EVENT_DISPLAY,
  TERMS_EVENT_EXPIRES,
  TERMS_EVENT_GROUP,
  TERMS_EVENT_LIMIT,
  TERMS_EVENT_LIMIT_OFFSET,
  TERMS_EVENT_OFFSET,
  TERMS_EVENT_PARENT,
  TERMS_EVENT_TRIGGER,
  UPDATE_EVENT_LEAVES,
  UPDATE_EVENT_SEQUENCE,
} from "../../assembly/abi-event.js";
import { invariant } from "../base/error.js";
import { byte, narrow, wide } from "./columns.js";
import type { OrderLifeEvent, OrderState } from "./order-life.js";
import { nextOrderState, ORDER_STATES } from "./order-life.js";
import type { Reason } from "./reason.js";
import { REASONS } from "./reason.js";
import type { OrderTable } from "./tables.js";
import { NEVER } from "./tables.js";

/** Row of the order with a sequence number, in a column of numbers that rise; -1 when there is none. O(log orders). */
export function rowOfOrder(order: Int32Array, sequence: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] as number) < sequence) low = middle + 1;
    else high = middle;
  }
  return order[low] === sequence ? low : -1;
}

const FORCE_BITS = 4;
const FORCE_MASK = 15;

/**
 * The orders at `offsets`.
 *
 * @param news Offsets of all fills, ends and changes of orders, in their order.
 */
export function orderTable(
  view: DataView,
  offsets: readonly number[],
  news: readonly number[],
): Omit<OrderTable, "venue" | "correlation"> {
  const quantity = wide(view, offsets, ORDER_EVENT_QUANTITY);
  const order = narrow(view, offsets, ORDER_EVENT_SEQUENCE);
  invariant(
    order.every((sequence, row) => row === 0 || sequence > (order[row - 1] as number)),
    "sequence numbers of orders rise in the log",
  );
  return {
    rowCount: offsets.length,
    time: wide(view, offsets, 8),
    order,
    instrument: narrow(view, offsets, 4),
    decision: narrow(view, offsets, ORDER_EVENT_DECISION),
    quantity,
    type: byte(view, offsets, 1),
    force: byte(view, offsets, 2, FORCE_MASK),
    flags: flagColumn(view, offsets),
    ...termColumns(view, offsets),
    ...lives(view, order, quantity, news),
  };
}

/** Flags of each order, which begin inside of a byte. */
function flagColumn(view: DataView, offsets: readonly number[]): Uint8Array {
  const column = new Uint8Array(offsets.length);
  for (let row = 0; row < offsets.length; row++)
    column[row] = view.getUint16((offsets[row] as number) + 2, true) >> FORCE_BITS;
  return column;
}

type TermColumns = Pick<
  OrderTable,
  "limit" | "trigger" | "offset" | "limitOffset" | "activation" | "display" | "expires" | "parent" | "group"
>;

/** Terms of each order, from the record behind its own where there is one. */
function termColumns(view: DataView, offsets: readonly number[]): TermColumns {
  const behind = offsets.map((at) => {
    const next = at + ORDER_EVENT_BYTES;
    return next < view.byteLength && view.getUint8(next) === EVENT_TERMS ? next : -1;
  });
  const term = (field: number, none = 0n): BigInt64Array => wide(view, behind, field, none);
  const link = (field: number): Int32Array => narrow(view, behind, field);
  return {
    limit: term(TERMS_EVENT_LIMIT),
    trigger: term(TERMS_EVENT_TRIGGER),
    offset: term(TERMS_EVENT_OFFSET),
    limitOffset: term(TERMS_EVENT_LIMIT_OFFSET),
    activation: term(TERMS_EVENT_ACTIVATION),
    display: term(TERMS_EVENT_DISPLAY),
    expires: term(TERMS_EVENT_EXPIRES, NEVER),
    parent: link(TERMS_EVENT_PARENT),
    group: link(TERMS_EVENT_GROUP),
  };
}

/** What becomes of each order: the fold of its life cycle over the records at `news`. */
function lives(
  view: DataView,
  order: Int32Array,
  quantity: BigInt64Array,
  news: readonly number[],
): Pick<OrderTable, "filled" | "state" | "reason"> {
  const leaves = quantity.slice();
  const filled = new BigInt64Array(quantity.length);
  const reason = new Uint8Array(quantity.length);
  const submitted = ORDER_STATES.indexOf("submitted");
  const state = new Uint8Array(quantity.length).fill(submitted);
  const step = (row: number, event: OrderLifeEvent): void => {
    invariant(row >= 0, "what happens to an order comes after it in the log");
    const before = ORDER_STATES[state[row] as number] as OrderState;
    const next = nextOrderState(before, event);
    invariant(next !== "refused", "no event of a log contradicts the life cycle of its order");
    if (next !== "ignored") state[row] = ORDER_STATES.indexOf(next);
  };
  for (const at of news) {
    const kind = view.getUint8(at);
    if (kind === EVENT_FILL) {
      const row = rowOfOrder(order, view.getInt32(at + FILL_EVENT_SEQUENCE, true));
      const part = view.getBigInt64(at + FILL_EVENT_QUANTITY, true);
      filled[row] = (filled[row] ?? 0n) + part;
      leaves[row] = (leaves[row] ?? 0n) - part;
      step(row, leaves[row] === 0n ? "fill_rest" : "fill_part");
    } else if (kind === EVENT_ORDER_END) {
      const row = rowOfOrder(order, view.getInt32(at + ORDER_END_EVENT_SEQUENCE, true));
      reason[row] = view.getUint8(at + 1);
      step(row, endingFor(REASONS[reason[row] as number] as Reason, ORDER_STATES[state[row] as number] as OrderState));
    } else {
      const row = rowOfOrder(order, view.getInt32(at + UPDATE_EVENT_SEQUENCE, true));
      leaves[row] = view.getBigInt64(at + UPDATE_EVENT_LEAVES, true);
      step(row, "accept");
    }
  }
  return { filled, state, reason };
}

/** What the venue refuses when an order reaches it. */
const REFUSALS: readonly Reason[] = ["post_only", "stop_in_market"];

/** What an end for `reason` is in the life cycle of an order in `state`. */
function endingFor(reason: Reason, state: OrderState): OrderLifeEvent {
  if (reason === "expired") return "expire";
  if (reason === "replaced") return "replace";
  return REFUSALS.includes(reason) && state === "submitted" ? "reject" : "cancel";
}
