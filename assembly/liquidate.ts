// Forced closes: what the engine itself sells or buys back, when margin is used up or data end.
//
// A liquidated position is closed at its bankruptcy price, whatever the market shows, with the liquidation's fee on top
// (`FILLS.md` C5). With isolated margins the orders of the instrument end with it; with crossed ones all orders end
// and every other position is closed at its mark.
//
// Always true:
//   a forced close takes nothing from a bar's volume and is never held back.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import {
  ORDER_FLAG_FORCED, ORDER_FLAG_LIQUIDATION, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS, ORDER_LEAVES, ORDER_SEQUENCE,
} from "./abi-order";
import { REASON_LIQUIDATION } from "./abi-reason";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import { TRAP_ORDER_TABLE_FULL } from "./abi-trap";
import * as bar from "./bar";
import { fill, TAKES } from "./fill";
import { isIsolated } from "./holding";
import { held, instrumentOf, isHedging, strategyOfPosition } from "./ledger";
import { bankruptcyPrice, hasLiquidation, isLiquidatedAt, isLiquidatedWithin } from "./liquidation";
import { endOrder, enterBook, newOrder, orderTableFull } from "./order";
import { listOrders, slotList } from "./order-list";
import { orderAt, run, settings } from "./run";
import { assure } from "./trap";

/** The market in hand moves `position` beyond its margin: it is closed, at the point in hand. */
export function liquidate(position: i32): void {
  const instrument = bar.instrument;
  const price = bar.price;
  const time = bar.time;
  const exit = bankruptcyPrice(position);
  const flags = ORDER_FLAG_FORCED | ORDER_FLAG_LIQUIDATION;
  endOrdersOf(instrument);
  closeAt(position, exit == 0 ? price : exit, flags);
  if (isIsolated()) return;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) endOrdersOf(i);
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (held(i) == 0) continue;
    bar.takeMark(instrumentOf(i), time);
    closeAt(i, bar.price, flags);
  }
  bar.takeBar(instrument);
  bar.takeRange();
  bar.setPoint(price, time);
}

/** Closes a position whole at `price`, at the time of the point in hand, by an order of the engine with these flags. */
export function closeAt(position: i32, price: i64, flags: i32): void {
  const quantity = held(position);
  assure(!orderTableFull(), TRAP_ORDER_TABLE_FULL);
  const slot = newOrder(instrumentOf(position), -1 - strategyOfPosition(position));
  store<i64>(orderAt(slot), -quantity, ORDER_LEAVES);
  store<i32>(orderAt(slot), isHedging() ? flags | ORDER_FLAG_REDUCE_ONLY : flags, ORDER_FLAGS);
  enterBook(slot, bar.time, 0);
  fill(slot, price, price, -quantity, TAKES);
}

/** Ends all open orders of an instrument because of a liquidation. */
function endOrdersOf(instrument: i32): void {
  const list = slotList(1);
  const count = listOrders(instrument, list);
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    if (load<i32>(orderAt(slot), ORDER_SEQUENCE) != 0) endOrder(slot, REASON_LIQUIDATION, bar.time);
  }
}

/** Liquidates what the open has taken beyond its margin, before any order acts on it (C5). */
export function liquidateAtOpen(): void {
  if (!hasLiquidation()) return;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = bar.instrument, end = load<i32>(settings, SETTINGS_POSITION_COUNT); i < end; i += count) {
    liquidateAtPoint(i);
  }
}

function liquidateAtPoint(position: i32): void {
  if (held(position) != 0 && isLiquidatedAt(position, bar.price)) liquidate(position);
}

/** True when the range of the bar takes a position of its instrument beyond its margin. */
export function isLiquidatedInBar(): bool {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = bar.instrument, end = load<i32>(settings, SETTINGS_POSITION_COUNT); i < end; i += count) {
    if (held(i) != 0 && isLiquidatedWithin(i, bar.low, bar.high)) return true;
  }
  return false;
}
