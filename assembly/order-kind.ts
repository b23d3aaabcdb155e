// Order kinds: what an order is, read from its record: its side, its size, its flags, and what it is now.
//
// Not here: where an order rests and at which price it acts (`place.ts`).

import {
  ORDER_FLAG_TRIGGERED, ORDER_FLAGS, ORDER_LEAVES, ORDER_LIMIT, ORDER_TRIGGER, ORDER_TYPE, TYPE_LIMIT,
  TYPE_LIMIT_IF_TOUCHED, TYPE_LIMIT_ON_CLOSE, TYPE_LIMIT_ON_OPEN, TYPE_MARKET_IF_TOUCHED, TYPE_STOP_LIMIT,
  TYPE_TRAILING_STOP, TYPE_TRAILING_STOP_LIMIT,
} from "./abi-order";

// @ts-ignore: decorator
@inline export function buysOf(order: usize): bool {
  return load<i64>(order, ORDER_LEAVES) > 0;
}

/** Quantity that an order still wants, without its sign. */
// @ts-ignore: decorator
@inline export function sizeOf(order: usize): i64 {
  const leaves = load<i64>(order, ORDER_LEAVES);
  return leaves < 0 ? -leaves : leaves;
}

/** Price that an order is reckoned at: its limit, else its trigger; 0 for whatever comes. */
export function ownPrice(order: usize): i64 {
  const limit = load<i64>(order, ORDER_LIMIT);
  return limit != 0 ? limit : load<i64>(order, ORDER_TRIGGER);
}

// @ts-ignore: decorator
@inline export function hasFlag(order: usize, flag: i32): bool {
  return (load<i32>(order, ORDER_FLAGS) & flag) != 0;
}

export function setFlag(order: usize, flag: i32): void {
  store<i32>(order, load<i32>(order, ORDER_FLAGS) | flag, ORDER_FLAGS);
}

export function clearFlag(order: usize, flag: i32): void {
  store<i32>(order, load<i32>(order, ORDER_FLAGS) & ~flag, ORDER_FLAGS);
}

export function isTrailing(order: usize): bool {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  return type == TYPE_TRAILING_STOP || type == TYPE_TRAILING_STOP_LIMIT;
}

/** True when the order is a limit now: from the start, or since its trigger was met. */
// @ts-ignore: decorator
@inline export function isLimit(order: usize): bool {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  if (isPlainLimit(type)) return true;
  if (!hasFlag(order, ORDER_FLAG_TRIGGERED)) return false;
  return type == TYPE_STOP_LIMIT || type == TYPE_LIMIT_IF_TOUCHED || type == TYPE_TRAILING_STOP_LIMIT;
}

/** True for the types that are limits from the start. */
// @ts-ignore: decorator
@inline export function isPlainLimit(type: i32): bool {
  return type == TYPE_LIMIT || isAuctionLimit(type);
}

/** True for a limit that has its one chance in an opening or a closing auction. */
// @ts-ignore: decorator
@inline export function isAuctionLimit(type: i32): bool {
  return type == TYPE_LIMIT_ON_OPEN || type == TYPE_LIMIT_ON_CLOSE;
}

/** True when a trigger that was not met yet acts as the price moves towards a better one: *-if-touched. */
export function isTouch(order: usize): bool {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  return type == TYPE_MARKET_IF_TOUCHED || type == TYPE_LIMIT_IF_TOUCHED;
}
