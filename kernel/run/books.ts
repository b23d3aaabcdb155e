// Books: account, positions and open orders of a run as they stand between two buckets, as plain data.
//
// Units: money, prices and quantities as exact decimal texts; times in ns.

import * as ledger from "../../assembly/abi-ledger.js";
import * as record from "../../assembly/abi-order.js";
import * as abi from "../../assembly/abi-run.js";
import { mantissaText } from "../base/decimal.js";
import { nodeIdOf } from "../graph/identity.js";
import type { OrderState } from "../log/order-life.js";
import { ORDER_STATES } from "../log/order-life.js";
import type { Currency, Instrument } from "../market/instrument.js";
import type { OrderType, TimeInForce } from "../nodes/order-rules.js";
import { ORDER_TYPE_NAMES, TIMES_IN_FORCE } from "../nodes/order-rules.js";
import type { PlanAccount } from "../plan/account.js";
import { positionCount } from "../plan/account.js";
import type { Layout } from "../plan/layout.js";
import type { Plan } from "../plan/plan.js";

/** The account, in its own currency. */
export interface AccountBooks {
  readonly cash: string;
  readonly value: string;
  readonly exposureGross: string;
  /** Realised profit before fees. */
  readonly realised: string;
  readonly fees: string;
  /** Buying power held for open orders. */
  readonly reserved: string;
}

/** What is held of an instrument. */
export interface PositionBooks {
  readonly instrument: string;
  readonly quantity: string;
  /** What was paid for it, in the instrument's currency; negative for a short position. */
  readonly cost: string;
  readonly value: string;
}

/** An open order. */
export interface OrderBooks {
  /** Sequence number, as the log has it; 0 for a child that waits, and for a request on its way. */
  readonly order: number;
  readonly instrument: string;
  /** NodeID of its decision; null for one that the engine made. */
  readonly decision: string | null;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly state: OrderState;
  /** Signed, still to be filled. */
  readonly leaves: string;
  readonly filled: string;
  /** Null for none. */
  readonly limit: string | null;
  readonly trigger: string | null;
  readonly acceptedNs: bigint;
  /** Null for an order without an end. */
  readonly expiresNs: bigint | null;
}

/** Everything that a run holds. */
export interface Books {
  readonly account: AccountBooks;
  /** Those that are not flat, in the order of the plan. */
  readonly positions: readonly PositionBooks[];
  /** By sequence number. */
  readonly orders: readonly OrderBooks[];
}

/** Where the books of a run lie, and what their numbers stand for. */
export interface BooksSource {
  readonly view: DataView;
  readonly layout: Layout;
  readonly plan: Plan;
  readonly account: PlanAccount;
  readonly currency: Currency;
}

const NEVER = 2n ** 63n - 1n;

/** The books, a copy. O(positions and slots of orders in use). */
export function booksOf(source: BooksSource): Books {
  const { view, layout, currency } = source;
  const money = (field: number): string =>
    mantissaText(view.getBigInt64(layout.account + field, true), currency.decimals);
  return {
    account: {
      cash: money(ledger.ACCOUNT_CASH),
      value: money(ledger.ACCOUNT_VALUE),
      exposureGross: money(ledger.ACCOUNT_GROSS),
      realised: money(ledger.ACCOUNT_REALISED),
      fees: money(ledger.ACCOUNT_FEES),
      reserved: money(ledger.ACCOUNT_RESERVED),
    },
    positions: positionsOf(source),
    orders: ordersOf(source),
  };
}

function positionsOf({ view, layout, plan, account }: BooksSource): readonly PositionBooks[] {
  const books: PositionBooks[] = [];
  for (let index = 0; index < positionCount(account); index++) {
    const at = layout.positions + index * ledger.POSITION_BYTES;
    const quantity = view.getBigInt64(at + ledger.POSITION_QUANTITY, true);
    if (quantity === 0n) continue;
    // In a hedging account the short positions stand behind the long ones.
    const facts = plan.instruments[index % plan.instruments.length] as Instrument;
    const money = (field: number): string => mantissaText(view.getBigInt64(at + field, true), facts.currency.decimals);
    books.push({
      instrument: facts.symbol,
      quantity: mantissaText(quantity, facts.sizeDecimals),
      cost: money(ledger.POSITION_COST),
      value: money(ledger.POSITION_VALUE),
    });
  }
  return books;
}

function ordersOf(source: BooksSource): readonly OrderBooks[] {
  const { view, layout } = source;
  const used = view.getInt32(layout.header + abi.RUN_ORDERS_USED, true);
  const orders: OrderBooks[] = [];
  for (let slot = 0; slot < used; slot++) {
    const at = layout.tables.orders + slot * record.ORDER_BYTES;
    // A free slot is zero but for its link.
    if (view.getUint8(at + record.ORDER_LIFE) !== 0) orders.push(orderAt(source, at));
  }
  return orders.sort((a, b) => a.order - b.order);
}

function orderAt({ view, plan }: BooksSource, at: number): OrderBooks {
  const facts = plan.instruments[view.getInt32(at + record.ORDER_INSTRUMENT, true)] as Instrument;
  const wide = (field: number): bigint => view.getBigInt64(at + field, true);
  const price = (field: number): string | null =>
    wide(field) === 0n ? null : mantissaText(wide(field), facts.priceDecimals);
  const decision = plan.decisions[view.getInt32(at + record.ORDER_DECISION, true)];
  const expires = wide(record.ORDER_EXPIRES);
  return {
    order: view.getUint32(at + record.ORDER_SEQUENCE, true),
    instrument: facts.symbol,
    decision: decision === undefined ? null : nodeIdOf(decision.node),
    type: ORDER_TYPE_NAMES[view.getUint8(at + record.ORDER_TYPE)] as OrderType,
    timeInForce: TIMES_IN_FORCE[view.getUint8(at + record.ORDER_FORCE)] as TimeInForce,
    state: ORDER_STATES[view.getUint8(at + record.ORDER_LIFE)] as OrderState,
    leaves: mantissaText(wide(record.ORDER_LEAVES), facts.sizeDecimals),
    filled: mantissaText(wide(record.ORDER_FILLED), facts.sizeDecimals),
    limit: price(record.ORDER_LIMIT),
    trigger: price(record.ORDER_TRIGGER),
    acceptedNs: wide(record.ORDER_ACCEPTED),
    expiresNs: expires === NEVER || expires === 0n ? null : expires,
  };
}
