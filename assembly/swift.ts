// Swift orders: market orders that fill whole at the next open, without a place in the book in between.
//
// Most orders of a cash account on one instrument are sent by a target while nothing else is open, and meet nothing on
// their way to the next open. Such an order is recorded when it is sent, waits here for one bucket and is filled by the
// functions that fill any order: it only takes no slot of the table and stands in no list (a fifth of the time of W1).
// Where anything else may happen to it, it enters the book, as if it had stood there since it was sent.
//
// Always true:
//   the log, the books and the digests are those of the same order in the book;
//   none waits when a checkpoint is taken, nor when a call of the host ends, so no state of a run is here.

import {
  EXECUTION_FLAG_CAP_TO_BAR, EXECUTION_FLAG_NEXT_CLOSE, EXECUTION_FLAG_SAME_CLOSE, EXECUTION_FLAGS, EXECUTION_LATENCY,
} from "./abi-execution";
import { ACCOUNT_CASH, ACCOUNT_OPEN_ORDERS } from "./abi-ledger";
import { MARKET_BUDGET, ORDER_LEAVES, ORDER_RESERVED, TYPE_MARKET } from "./abi-order";
import {
  RUN_DECISION_COUNT, RUN_INSTRUMENT_COUNT, RUN_LEVERAGE, RUN_STREAM_COUNT, STREAM_BLOCK_CURSOR,
} from "./abi-run";
import { TRAP_CASH_NEGATIVE } from "./abi-trap";
import * as bar from "./bar";
import { feeWhole, slippedPrice } from "./cost";
import { TAKES } from "./fill";
import { held, postedCash, postedRealised, postFill } from "./ledger";
import { affordable, buyingPowerAtFill } from "./margin";
import { appendPending, joinBook, newOrder, nextSequence } from "./order";
import { hasPolicies } from "./policy";
import { recordFill, recordOrder } from "./record";
import { account, accountFlags, execution, instrumentAt, orderAt, run, streams } from "./run";
import { hasOwnSlippage } from "./slippage";
import { assure } from "./trap";
import { valueCeil, valueFloor } from "./value";

/** The only instrument of a run that has swift orders. */
const INSTRUMENT: i32 = 0;

/** True when the orders of the buckets in hand may be swift. */
let isAllowed: bool = false;

// The order that waits; none when the quantity, signed, is 0.
let quantity: i64 = 0;
let decision: i32 = 0;
let sequence: i32 = 0;
let reserved: i64 = 0;
let accepted: i64 = 0;

/** Lets orders be swift from here on, in a run in which they can; `dense` says that every bucket has a bar. */
export function allowSwift(dense: bool): void {
  const single = load<i32>(run, RUN_DECISION_COUNT) == 1 && load<i32>(run, RUN_INSTRUMENT_COUNT) == 1
    && load<i32>(run, RUN_STREAM_COUNT) == 1;
  const others = EXECUTION_FLAG_SAME_CLOSE | EXECUTION_FLAG_NEXT_CLOSE | EXECUTION_FLAG_CAP_TO_BAR;
  const isPlain = accountFlags == 0 && load<i64>(run, RUN_LEVERAGE) == 0 && !hasPolicies() && !hasOwnSlippage();
  isAllowed = dense && single && isPlain && load<i64>(execution, EXECUTION_LATENCY) == 0
    && (load<i32>(execution, EXECUTION_FLAGS) & others) == 0 && !bar.keepsSessions(instrumentAt(INSTRUMENT));
}

/** True while an order waits here. */
// @ts-ignore: decorator
@inline export function hasSwift(): bool {
  return quantity != 0;
}

/** Sends a market order of `size` (signed) that holds `power`; gives false when it cannot be swift. */
// @ts-ignore: decorator
@inline export function sendSwift(index: i32, size: i64, power: i64, time: i64): bool {
  if (!isAllowed || hasSwift() || load<i64>(account, ACCOUNT_OPEN_ORDERS) != 0) return false;
  quantity = size;
  decision = index;
  reserved = power;
  accepted = time;
  sequence = nextSequence();
  recordOrder(TYPE_MARKET, 0, INSTRUMENT, time, sequence, index, size);
  return true;
}

/** Lets the order that waits, if any, enter the book, where it would have stood since it was sent. */
export function enterSwift(): void {
  if (quantity == 0) return;
  const slot = newOrder(INSTRUMENT, decision);
  const order = orderAt(slot);
  store<i64>(order, quantity, ORDER_LEAVES);
  store<i64>(order, reserved, ORDER_RESERVED);
  joinBook(order, sequence, accepted);
  appendPending(slot);
  quantity = 0;
}

/** Fills the order that waits at the open of the bar in `bucket`; where that is not certain it enters the book. */
export function fillSwift(bucket: i32): void {
  store<i32>(streams, bucket, STREAM_BLOCK_CURSOR);
  bar.takeBar(INSTRUMENT);
  const price = certainPrice();
  if (price == 0) {
    enterSwift();
    return;
  }
  const budget = load<i64>(bar.market, MARKET_BUDGET);
  const buys = quantity > 0;
  const size = buys ? quantity : -quantity;
  if (budget != i64.MAX_VALUE) store<i64>(bar.market, budget - size, MARKET_BUDGET);
  const value = buys ? valueCeil(bar.facts, price, size) : valueFloor(bar.facts, price, size);
  const fee = feeWhole(bar.facts, value, size, false);
  postFill(INSTRUMENT, price, quantity, fee);
  const off = price > bar.price ? price - bar.price : bar.price - price;
  const slippage = off == 0 ? 0 : valueCeil(bar.facts, off, size);
  recordFill(TAKES, 0, INSTRUMENT, bar.time, sequence, price, quantity, postedCash, fee, postedRealised, slippage);
  const cash = load<i64>(account, ACCOUNT_CASH);
  assure(cash >= 0 || !buys, TRAP_CASH_NEGATIVE, INSTRUMENT, cash);
  quantity = 0;
}

/** Price at which the order fills whole, in one fill, at the open in hand; 0 when that is not certain. */
function certainPrice(): i64 {
  const buys = quantity > 0;
  const size = buys ? quantity : -quantity;
  if (bar.isHalted() || bar.isBlocked(buys) || size > load<i64>(bar.market, MARKET_BUDGET)) return 0;
  const price = slippedPrice(bar.facts, buys, bar.price, size, bar.volume);
  if (!buys) return size <= held(INSTRUMENT) ? price : 0;
  return affordable(bar.facts, buys, price, size, buyingPowerAtFill()) == size ? price : 0;
}
