// Places of resting orders: the price at which each acts, the heap that it goes to, and the levels of trailing orders.
//
// Prices: a stop acts at its trigger; a limit one tick beyond its limit, or as far as the run's rule for limits says
// (`FILLS.md` B6, B7). A trailing order acts at its level once it trails, at its activation price before.
// Rounding: the level of a trailing order to the tick further from the price, away from the account (B9).

import { EXECUTION_LIMIT_FILL, EXECUTION_LIMIT_TICKS, LIMIT_FILL_PENETRATE } from "./abi-execution";
import {
  ORDER_ACTIVATION, ORDER_FLAG_ACTIVE, ORDER_FLAG_RESTED, ORDER_FLAG_TRAIL_SHARE, ORDER_INSTRUMENT, ORDER_LIMIT,
  ORDER_OFFSET, ORDER_TRIGGER,
} from "./abi-order";
import { INSTRUMENT_TICK } from "./abi-run";
import { awayToTick, WHOLE } from "./cost";
import { pushHeap } from "./heap";
import { buysOf, hasFlag, isLimit, isTouch, isTrailing, setFlag } from "./order-kind";
import { execution, instrumentAt, orderAt } from "./run";
import { touch } from "./trial";
import { addChecked, mulChecked, mulDivCeil } from "./wide";

/** True when an untriggered order or a limit acts as the price rises. */
export function actsUp(order: usize): bool {
  const buys = buysOf(order);
  if (isLimit(order) || isTouch(order)) return !buys;
  if (isTrailing(order) && !hasFlag(order, ORDER_FLAG_ACTIVE)) return !buys;
  return buys;
}

/** Price at which a resting order acts. */
export function actingPrice(order: usize): i64 {
  if (isLimit(order)) {
    const beyond = beyondLimit(instrumentAt(load<i32>(order, ORDER_INSTRUMENT)));
    const limit = load<i64>(order, ORDER_LIMIT);
    return buysOf(order) ? limit - beyond : addChecked(limit, beyond);
  }
  const waits = isTrailing(order) && !hasFlag(order, ORDER_FLAG_ACTIVE);
  return waits ? load<i64>(order, ORDER_ACTIVATION) : load<i64>(order, ORDER_TRIGGER);
}

/** How far beyond a limit the walk must go to fill it (B6). */
export function beyondLimit(facts: usize): i64 {
  if (load<i32>(execution, EXECUTION_LIMIT_FILL) != LIMIT_FILL_PENETRATE) return 0;
  return mulChecked(load<i64>(execution, EXECUTION_LIMIT_TICKS), load<i64>(facts, INSTRUMENT_TICK));
}

/** Lets the order in `slot` rest at the price at which it acts. */
export function restOrder(slot: i32): void {
  touch(slot);
  const order = orderAt(slot);
  setFlag(order, ORDER_FLAG_RESTED);
  pushHeap(slot, actsUp(order), actingPrice(order));
}

/** Level of a trailing order whose most favourable price so far is `extreme`. */
export function trailingLevel(order: usize, extreme: i64): i64 {
  const offset = load<i64>(order, ORDER_OFFSET);
  const distance = hasFlag(order, ORDER_FLAG_TRAIL_SHARE) ? mulDivCeil(extreme, offset, WHOLE) : offset;
  const tick = load<i64>(instrumentAt(load<i32>(order, ORDER_INSTRUMENT)), INSTRUMENT_TICK);
  const buys = buysOf(order);
  return awayToTick(buys ? addChecked(extreme, distance) : extreme - distance, tick, buys);
}
