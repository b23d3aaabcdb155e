// Trials: what a walk does to orders and books, kept so that it can be undone.
//
// A bar that allows several outcomes is walked more than once from the same state (`FILLS.md` B4). The books are one
// range and are copied whole; of the orders only those that the walk touches are kept, each once. Such a trial may
// stand inside the one of a pass (`pass.ts`), whose records are then ahead of its own.
//
// Always true:
//   inside a trial no order is written before it was touched.
// Not here: which walk is kept (`execution.ts`).

import { ORDER_BYTES, ORDER_TRIAL } from "./abi-order";
import {
  RUN_BOOKS, RUN_BOOKS_BYTES, RUN_BOOKS_KEPT, RUN_FILL_SEQUENCE, RUN_KEPT, RUN_ORDER_FREE, RUN_ORDER_SEQUENCE,
  RUN_ORDERS_USED, RUN_RING_USED, RUN_TRIAL, RUN_TRIAL_LAST, RUN_TRIAL_OUTER, RUN_UNDO, RUN_UNDO_COUNT, RUN_UNDO_FIRST,
} from "./abi-run";
import { orderAt, run } from "./run";

/** Bytes of a kept order: its slot, then the order. */
const KEPT_BYTES: usize = 8 + ORDER_BYTES;

/** To be called before the order in `slot` is written. */
// @ts-ignore: decorator
@inline export function touch(slot: i32): void {
  if (load<i32>(run, RUN_TRIAL) != 0) keep(slot);
}

/** Keeps the order in `slot` as it is, unless this trial has done so. */
function keep(slot: i32): void {
  const order = orderAt(slot);
  const trial = load<i32>(run, RUN_TRIAL);
  if (load<i32>(order, ORDER_TRIAL) == trial) return;
  const count = load<i32>(run, RUN_UNDO_COUNT);
  const kept = <usize>load<u32>(run, RUN_UNDO) + <usize>count * KEPT_BYTES;
  store<i64>(kept, slot);
  memory.copy(kept + 8, order, ORDER_BYTES);
  store<i32>(run, count + 1, RUN_UNDO_COUNT);
  store<i32>(order, trial, ORDER_TRIAL);
}

/** Starts to keep orders; `restoreOrders` puts them back. */
export function keepOrders(): void {
  const trial = load<i32>(run, RUN_TRIAL_LAST) + 1;
  store<i32>(run, load<i32>(run, RUN_TRIAL), RUN_TRIAL_OUTER);
  store<i32>(run, load<i32>(run, RUN_UNDO_COUNT), RUN_UNDO_FIRST);
  store<i32>(run, trial, RUN_TRIAL_LAST);
  store<i32>(run, trial, RUN_TRIAL);
}

/** Puts the orders back that were kept from record `first` on. */
export function restoreOrders(first: i32): void {
  const records: usize = load<u32>(run, RUN_UNDO);
  for (let i = load<i32>(run, RUN_UNDO_COUNT) - 1; i >= first; i--) {
    const kept = records + <usize>i * KEPT_BYTES;
    memory.copy(orderAt(<i32>load<i64>(kept)), kept + 8, ORDER_BYTES);
  }
}

/** Keeps orders no longer: what was done since `keepOrders` holds. */
export function forgetOrders(): void {
  store<i32>(run, 0, RUN_UNDO_COUNT);
  store<i32>(run, 0, RUN_TRIAL);
}

/** Starts a trial: from now on everything can be undone. */
export function startTrial(): void {
  keepOrders();
  memory.copy(load<u32>(run, RUN_BOOKS_KEPT), load<u32>(run, RUN_BOOKS), load<i32>(run, RUN_BOOKS_BYTES));
  const kept = run + RUN_KEPT;
  store<i32>(kept, load<i32>(run, RUN_ORDER_SEQUENCE));
  store<i32>(kept, load<i32>(run, RUN_ORDER_FREE), 4);
  store<i32>(kept, load<i32>(run, RUN_ORDERS_USED), 8);
  store<i32>(kept, load<i32>(run, RUN_FILL_SEQUENCE), 12);
  store<i32>(kept, load<i32>(run, RUN_RING_USED), 16);
}

/** Ends the trial and puts everything back as it was at its start. */
export function undoTrial(): void {
  restoreOrders(load<i32>(run, RUN_UNDO_FIRST));
  memory.copy(load<u32>(run, RUN_BOOKS), load<u32>(run, RUN_BOOKS_KEPT), load<i32>(run, RUN_BOOKS_BYTES));
  const kept = run + RUN_KEPT;
  store<i32>(run, load<i32>(kept), RUN_ORDER_SEQUENCE);
  store<i32>(run, load<i32>(kept, 4), RUN_ORDER_FREE);
  store<i32>(run, load<i32>(kept, 8), RUN_ORDERS_USED);
  store<i32>(run, load<i32>(kept, 12), RUN_FILL_SEQUENCE);
  store<i32>(run, load<i32>(kept, 16), RUN_RING_USED);
  store<i32>(run, load<i32>(run, RUN_UNDO_FIRST), RUN_UNDO_COUNT);
  store<i32>(run, load<i32>(run, RUN_TRIAL_OUTER), RUN_TRIAL);
}
