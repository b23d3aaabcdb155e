// Open orders: a table of fixed size with one list an instrument, in the order of acceptance.
//
// Always true:
//   a free slot is zero but for its link, so that the digest of the table says nothing of orders that are gone;
//   ACCOUNT_RESERVED is the sum of what the open orders hold.

import { ACCOUNT_OPEN_ORDERS, ACCOUNT_RESERVED } from "./abi-ledger";
import {
  MARKET_PENDING_FIRST, MARKET_PENDING_LAST, ORDER_ACCEPTED, ORDER_BYTES, ORDER_DECISION, ORDER_INSTRUMENT,
  ORDER_LEAVES, ORDER_NEXT, ORDER_RESERVED, ORDER_SEQUENCE,
} from "./abi-order";
import { EXECUTION_LATENCY } from "./abi-execution";
import { RUN_ORDER_FREE, RUN_ORDER_SEQUENCE } from "./abi-run";
import { recordOrder, recordOrderEnd } from "./record";
import { account, execution, marketAt, orderAt, run } from "./run";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** True when no further order can be kept. */
export function orderTableFull(): bool {
  return load<i32>(run, RUN_ORDER_FREE) == 0;
}

/**
 * Accepts a market order of signed `quantity`, decided at `time`, holding `reserved` of buying power. The table must
 * not be full. An order that no decision made (`decision` below 0) is the engine's own and has no latency.
 */
export function acceptOrder(instrument: i32, decision: i32, quantity: i64, time: i64, reserved: i64): void {
  const slot = load<i32>(run, RUN_ORDER_FREE) - 1;
  const order = orderAt(slot);
  store<i32>(run, load<i32>(order, ORDER_NEXT), RUN_ORDER_FREE);
  const sequence = load<i32>(run, RUN_ORDER_SEQUENCE) + 1;
  store<i32>(run, sequence, RUN_ORDER_SEQUENCE);
  const accepted = decision < 0 ? time : addChecked(time, load<i64>(execution, EXECUTION_LATENCY));
  store<i32>(order, sequence, ORDER_SEQUENCE);
  store<i32>(order, instrument, ORDER_INSTRUMENT);
  store<i32>(order, decision, ORDER_DECISION);
  store<i32>(order, 0, ORDER_NEXT);
  store<i64>(order, quantity, ORDER_LEAVES);
  store<i64>(order, accepted, ORDER_ACCEPTED);
  store<i64>(order, reserved, ORDER_RESERVED);
  const market = marketAt(instrument);
  const last = load<i32>(market, MARKET_PENDING_LAST);
  if (last == 0) store<i32>(market, slot + 1, MARKET_PENDING_FIRST);
  else store<i32>(orderAt(last - 1), slot + 1, ORDER_NEXT);
  store<i32>(market, slot + 1, MARKET_PENDING_LAST);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_RESERVED), reserved), ACCOUNT_RESERVED);
  store<i64>(account, load<i64>(account, ACCOUNT_OPEN_ORDERS) + 1, ACCOUNT_OPEN_ORDERS);
  recordOrder(0, instrument, accepted, sequence, decision, quantity);
}

/** Takes `quantity` (signed) off what `order` still wants, and the same share off what it holds. */
export function reduceLeaves(order: usize, quantity: i64): void {
  const leaves = load<i64>(order, ORDER_LEAVES);
  const left = leaves - quantity;
  const reserved = load<i64>(order, ORDER_RESERVED);
  const kept = left == 0 ? 0 : sharedOut(reserved, left < 0 ? -left : left, leaves < 0 ? -leaves : leaves);
  store<i64>(order, left, ORDER_LEAVES);
  store<i64>(order, kept, ORDER_RESERVED);
  store<i64>(account, subChecked(load<i64>(account, ACCOUNT_RESERVED), reserved - kept), ACCOUNT_RESERVED);
}

/** amount x part / all, towards zero, for a signed amount. */
function sharedOut(amount: i64, part: i64, all: i64): i64 {
  return amount >= 0 ? mulDivFloor(amount, part, all) : -mulDivFloor(-amount, part, all);
}

/** Ends the order in `slot` with whatever is left, saying why, and frees the slot. */
export function endOrder(slot: i32, reason: i32, time: i64): void {
  const order = orderAt(slot);
  const leaves = load<i64>(order, ORDER_LEAVES);
  recordOrderEnd(reason, load<i32>(order, ORDER_INSTRUMENT), time, load<i32>(order, ORDER_SEQUENCE), leaves);
  reduceLeaves(order, leaves);
  removeOrder(slot);
}

/** Unlinks the order in `slot` from its instrument's list, zeroes it and frees it. O(open orders of the instrument). */
export function removeOrder(slot: i32): void {
  const order = orderAt(slot);
  const market = marketAt(load<i32>(order, ORDER_INSTRUMENT));
  const next = load<i32>(order, ORDER_NEXT);
  let before = 0;
  let at = load<i32>(market, MARKET_PENDING_FIRST);
  for (; at != slot + 1; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) before = at;
  if (before == 0) store<i32>(market, next, MARKET_PENDING_FIRST);
  else store<i32>(orderAt(before - 1), next, ORDER_NEXT);
  if (next == 0) store<i32>(market, before, MARKET_PENDING_LAST);
  memory.fill(order, 0, ORDER_BYTES);
  store<i32>(order, load<i32>(run, RUN_ORDER_FREE), ORDER_NEXT);
  store<i32>(run, slot + 1, RUN_ORDER_FREE);
  store<i64>(account, load<i64>(account, ACCOUNT_OPEN_ORDERS) - 1, ACCOUNT_OPEN_ORDERS);
}

/** Signed quantity that the open orders of `instrument` still want. */
export function openLeaves(instrument: i32): i64 {
  let sum: i64 = 0;
  let at = load<i32>(marketAt(instrument), MARKET_PENDING_FIRST);
  for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    sum = addChecked(sum, load<i64>(orderAt(at - 1), ORDER_LEAVES));
  }
  return sum;
}
