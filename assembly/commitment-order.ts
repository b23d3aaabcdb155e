// Orders of commitments: an entry with its stop and target, and the sale of what is held.
//
// Both pass the gates of the decision and the account's own checks (`order-entry.ts`), which may cut them; what they
// refuse leaves a refusal, and its reason goes into the decision record.

import { KEPT_ATR, KEPT_DISTANCE, KEPT_LEVEL_ATR } from "./abi-commitment";
import { UNIT_QUANTITY } from "./abi-decision";
import {
  MARKET_MARK, ORDER_FLAG_REDUCE_ONLY, ORDER_LEAVES, ORDER_RESERVED, ORDER_SEQUENCE, ORDER_TYPE, TYPE_MARKET,
} from "./abi-order";
import { REASON_BACKPRESSURE, REASON_NONE } from "./abi-reason";
import { cancelOrder } from "./amend";
import { slippedPrice, VOLUME_UNKNOWN } from "./cost";
import { standingGate } from "./gate";
import { newOrder, roomForOrders } from "./order";
import { allowedQuantity, gateFlags, reservedPower, sendOrder } from "./order-entry";
import { setFlag } from "./order-kind";
import { listOrdersOf, slotList } from "./order-list";
import { publish } from "./publish";
import { lastRefusal, recordRefusal } from "./record";
import { reckonAt } from "./route";
import { instrumentAt, marketAt, orderAt, venue } from "./run";
import { holdExits } from "./stops";
import { leaveVenue } from "./venue";

/** Why the last entry or sale was not sent. */
export let entryReason: i32 = REASON_NONE;
export let sellReason: i32 = REASON_NONE;

/** An entry with its stop and its target. */
const FAMILY = 3;

/** Price at which an order is reckoned: the mark, moved against the account. */
export function expectedPrice(instrument: i32, buys: bool): i64 {
  return slippedPrice(
    instrumentAt(instrument), buys, load<i64>(marketAt(instrument), MARKET_MARK), 1, VOLUME_UNKNOWN,
  );
}

/**
 * Sends an entry for as much of `wanted` (> 0) as may be sent, with exits at `distance` (0 for none). Gives what was
 * sent; leaves `entryReason`.
 */
export function enter(
  owner: usize, kept: usize, index: i32, instrument: i32, wanted: i64, price: i64, distance: i64, time: i64,
): i64 {
  entryReason = standingGate(index, instrument, 1, time);
  if (entryReason != REASON_NONE) return 0;
  if (!roomForOrders(FAMILY)) {
    entryReason = REASON_BACKPRESSURE;
    recordRefusal(entryReason, instrument, time, index, wanted, 0);
    return 0;
  }
  reckonAt(index, instrument, wanted, TYPE_MARKET, 0, 0, true);
  const at: i64 = venue == 0 ? price : expectedPrice(instrument, true);
  const quantity = allowedQuantity(index, instrument, UNIT_QUANTITY, TYPE_MARKET, wanted, at, false, time, true);
  leaveVenue();
  if (quantity <= 0) {
    entryReason = lastRefusal;
    return 0;
  }
  const slot = newOrder(instrument, index);
  setFlag(orderAt(slot), gateFlags);
  store<i64>(orderAt(slot), quantity, ORDER_LEAVES);
  store<i64>(orderAt(slot), reservedPower, ORDER_RESERVED);
  publish(slot, time, true);
  if (distance == 0) return quantity;
  holdExits(owner, slot, instrument, index, distance);
  store<i64>(kept, distance, KEPT_DISTANCE);
  store<i64>(kept, load<i64>(kept, KEPT_ATR), KEPT_LEVEL_ATR);
  return quantity;
}

/** Sells `quantity` (> 0) of what is held; gives what was sent and leaves `sellReason`. */
export function sell(index: i32, instrument: i32, quantity: i64, time: i64): i64 {
  sellReason = standingGate(index, instrument, -1, time);
  if (sellReason != REASON_NONE) return 0;
  const price = expectedPrice(instrument, false);
  const sold = -allowedQuantity(index, instrument, UNIT_QUANTITY, TYPE_MARKET, -quantity, price, true, time, true);
  if (sold <= 0) {
    sellReason = lastRefusal;
    return 0;
  }
  sendOrder(index, instrument, -sold, ORDER_FLAG_REDUCE_ONLY, time);
  return sold;
}

/** Cancels the entries of a decision that are on their way; gives whether there was one. */
export function cancelEntries(index: i32, instrument: i32, time: i64): bool {
  const list = slotList(0);
  let found = false;
  for (let i = 0, count = listOrdersOf(instrument, index, list); i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    const isEntry = load<u8>(order, ORDER_TYPE) == TYPE_MARKET && load<i64>(order, ORDER_LEAVES) > 0;
    if (load<i32>(order, ORDER_SEQUENCE) == 0 || !isEntry) continue;
    cancelOrder(slot, time);
    found = true;
  }
  return found;
}
