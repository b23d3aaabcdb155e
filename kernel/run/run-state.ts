// Run state: what a run must remember from one bucket to the next, as bytes without addresses.
//
// Between two calls of the data plane no block is in hand (`assembly/block.ts`), so columns, block times and scratch
// are left out: what is written before it is read again does not belong to the state. Addresses are made anew by the
// plan.
//
// Layout, little-endian: the moving ranges of the layout, then for each stream rows taken, STREAM_CLOSED, STREAM_LAST
// and STREAM_BUDGETED (i64 each), then the number of the table of fees that holds (i64), then the orders' slots that
// were ever in use, then the rows of the portfolio that may still change, column by column.
//
// Always true:
//   equal states of one run have equal bytes, whatever blocks, windows, memory or module;
//   a state that was put where it was taken from changes nothing.

import { ACCOUNT_IS_DAILY } from "../../assembly/abi-account.js";
import * as fees from "../../assembly/abi-fees.js";
import { ACCOUNT_DAY } from "../../assembly/abi-ledger.js";
import { ORDER_BYTES } from "../../assembly/abi-order.js";
import * as abi from "../../assembly/abi-run.js";
import { invariant } from "../base/error.js";
import type { PlanAccount } from "../plan/account.js";
import type { Layout } from "../plan/layout.js";
import type { StreamFeed } from "./feed.js";
import { PORTFOLIO_COLUMNS } from "./portfolio-rows.js";
import type { PortfolioRows } from "./portfolio-rows.js";

/** The parts of a replay that hold its state. */
export interface StatePlaces {
  readonly memory: ArrayBuffer;
  readonly layout: Layout;
  readonly feeds: readonly StreamFeed[];
  readonly portfolio: PortfolioRows;
}

const STREAM_FIELDS = [abi.STREAM_CLOSED, abi.STREAM_LAST, abi.STREAM_BUDGETED] as const;
const STREAM_STATE_BYTES = 8 * (1 + STREAM_FIELDS.length);

/**
 * The state, a copy. The ring must have been drained. O(bytes of the state).
 *
 * @param into Bytes to write it to when they are enough, which saves the host from making fresh ones.
 * @returns New bytes, or the beginning of `into`.
 */
export function takeState(places: StatePlaces, into: Uint8Array | null = null): Uint8Array {
  const { memory, layout, feeds, portfolio } = places;
  const all = new Uint8Array(memory);
  const from = new DataView(memory);
  const held = portfolio.heldRows();
  const orderBytes = ordersUsed(from, layout) * ORDER_BYTES;
  const size = fixedBytes(places) + orderBytes + held.reduce((sum, rows) => sum + 8 * rows.length, 0);
  const bytes = into !== null && into.length >= size ? into.subarray(0, size) : new Uint8Array(size);
  const to = new DataView(bytes.buffer, bytes.byteOffset, size);
  let at = 0;
  for (const range of layout.moving) {
    bytes.set(all.subarray(range.at, range.at + range.byteCount), at);
    at += range.byteCount;
  }
  feeds.forEach((feed, i) => {
    const stream = layout.streams + i * abi.STREAM_BYTES;
    to.setBigInt64(at, BigInt(feed.takenRows), true);
    STREAM_FIELDS.forEach((field, k) => to.setBigInt64(at + 8 + 8 * k, from.getBigInt64(stream + field, true), true));
    at += STREAM_STATE_BYTES;
  });
  to.setBigInt64(at, BigInt(feeTable(from, layout)), true);
  at += 8;
  bytes.set(all.subarray(layout.tables.orders, layout.tables.orders + orderBytes), at);
  at += orderBytes;
  for (const rows of held) {
    bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), at);
    at += rows.byteLength;
  }
  return bytes;
}

/**
 * Puts a state into a plan that was just written.
 *
 * @returns False when the bytes are not of a run of this shape; the memory is then undefined.
 */
export function putState(places: StatePlaces, bytes: Uint8Array): boolean {
  const { memory, layout, feeds } = places;
  const all = new Uint8Array(memory);
  const to = new DataView(memory);
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < fixedBytes(places)) return false;
  let at = 0;
  for (const range of layout.moving) {
    all.set(bytes.subarray(at, at + range.byteCount), range.at);
    at += range.byteCount;
  }
  feeds.forEach((feed, i) => {
    const stream = layout.streams + i * abi.STREAM_BYTES;
    STREAM_FIELDS.forEach((field, k) => to.setBigInt64(stream + field, from.getBigInt64(at + 8 + 8 * k, true), true));
    feed.resume(Number(from.getBigInt64(at, true)), from.getBigInt64(at + 16, true));
    at += STREAM_STATE_BYTES;
  });
  holdFees(to, layout, Number(from.getBigInt64(at, true)));
  at += 8;
  const orderBytes = ordersUsed(to, layout) * ORDER_BYTES;
  const rowBytes = 8 * to.getInt32(layout.header + abi.RUN_PORTFOLIO_USED, true);
  if (bytes.length !== at + orderBytes + PORTFOLIO_COLUMNS * rowBytes) return false;
  all.set(bytes.subarray(at, at + orderBytes), layout.tables.orders);
  at += orderBytes;
  for (let column = 0; column < PORTFOLIO_COLUMNS; column++) {
    const rows = layout.portfolio + column * layout.portfolioRows * 8;
    all.set(bytes.subarray(at + column * rowBytes, at + (column + 1) * rowBytes), rows);
  }
  return true;
}

/** Bytes of a state without orders and portfolio. */
function fixedBytes({ layout, feeds }: StatePlaces): number {
  const moving = layout.moving.reduce((sum, { byteCount }) => sum + byteCount, 0);
  return moving + feeds.length * STREAM_STATE_BYTES + 8;
}

function ordersUsed(view: DataView, { header }: Layout): number {
  return view.getInt32(header + abi.RUN_ORDERS_USED, true);
}

/** Number of the table of fees that holds. */
function feeTable(view: DataView, { tables }: Layout): number {
  const current = view.getUint32(tables.fees + fees.FEES_CURRENT, true);
  let index = 0;
  while (view.getUint32(tables.fees + fees.FEES_BYTES + 4 * index, true) !== current) index++;
  return index;
}

/** Lets the table of fees numbered `index` hold, and with it the rates in the header. */
function holdFees(view: DataView, { header, tables }: Layout, index: number): void {
  const table = view.getUint32(tables.fees + fees.FEES_BYTES + 4 * index, true);
  invariant(table >= tables.fees, "the number of a table of fees is one of the list's");
  view.setUint32(tables.fees + fees.FEES_CURRENT, table, true);
  const rates = [
    [fees.FEE_TAKER, abi.RUN_FEE_TAKER],
    [fees.FEE_MAKER, abi.RUN_FEE_MAKER],
    [fees.FEE_UNIT, abi.RUN_FEE_UNIT],
    [fees.FEE_MINIMUM, abi.RUN_FEE_MINIMUM],
  ] as const;
  for (const [rate, field] of rates) view.setBigInt64(header + field, view.getBigInt64(table + rate, true), true);
}

/** Offsets among the node states: from where in the state that was put, to where in this plan. */
export type StateMoves = readonly (readonly [from: number, to: number])[];

const DECISION_STATE_BYTES = 16;

/** Brings the states of decisions to where this plan has them. Children have none. */
export function moveStates({ memory, layout }: StatePlaces, moves: StateMoves, acting: number): void {
  const states = new Uint8Array(memory, layout.tables.states);
  const own = moves.slice(0, acting);
  const copies = own.map(([from]) => states.slice(from, from + DECISION_STATE_BYTES));
  own.forEach(([, to], i) => states.set(copies[i] as Uint8Array, to));
}

/**
 * Lets schedules go on at the time of the last bucket, for a fork whose fees or side events are others: those up to
 * that time are taken to have happened.
 */
export function rejoinSchedules({ memory, layout }: StatePlaces, account: PlanAccount): void {
  const view = new DataView(memory);
  const { header } = layout;
  const now = view.getBigInt64(header + abi.RUN_NOW, true);
  const next = account.sideEvents.filter(({ timeNs }) => timeNs <= now).length;
  const day = view.getBigInt64(layout.account + ACCOUNT_DAY, true);
  const isDaily = (account.flags & ACCOUNT_IS_DAILY) !== 0;
  const dayNs = !isDaily ? TIME_MAX : day === TIME_MIN ? TIME_MIN : day * DAY_NS;
  const eventNs = account.sideEvents[next]?.timeNs ?? TIME_MAX;
  view.setInt32(header + abi.RUN_SIDE_NEXT, next, true);
  view.setBigInt64(header + abi.RUN_SIDE_TIME, eventNs < dayNs ? eventNs : dayNs, true);
  const dated = account.fees.filter(({ fromNs }) => fromNs === null || fromNs <= now);
  holdFees(view, layout, dated.length - 1);
}

const TIME_MAX = 2n ** 63n - 1n;
const TIME_MIN = -(2n ** 63n);
const DAY_NS = 86_400_000_000_000n;
