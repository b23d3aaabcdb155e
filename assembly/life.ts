// The order life cycle: moves an order from state to state by the table of `abi-life.ts`.
//
// Always true:
//   no order changes its state but through `moveOn`; a step that the table refuses stops the run.

import {
  LIFE_IGNORED, LIFE_REFUSED, LIFE_TABLE_ACCEPTED_HIGH, LIFE_TABLE_ACCEPTED_LOW, LIFE_TABLE_CANCELED_HIGH,
  LIFE_TABLE_CANCELED_LOW, LIFE_TABLE_CANCELING_HIGH, LIFE_TABLE_CANCELING_LOW, LIFE_TABLE_EXPIRED_HIGH,
  LIFE_TABLE_EXPIRED_LOW, LIFE_TABLE_FILLED_HIGH, LIFE_TABLE_FILLED_LOW, LIFE_TABLE_NEW_HIGH, LIFE_TABLE_NEW_LOW,
  LIFE_TABLE_PARTIALLY_FILLED_HIGH, LIFE_TABLE_PARTIALLY_FILLED_LOW, LIFE_TABLE_REJECTED_HIGH, LIFE_TABLE_REJECTED_LOW,
  LIFE_TABLE_REPLACED_HIGH, LIFE_TABLE_REPLACED_LOW, LIFE_TABLE_SUBMITTED_HIGH, LIFE_TABLE_SUBMITTED_LOW,
} from "./abi-life";
import { ORDER_LIFE, ORDER_SEQUENCE } from "./abi-order";
import { TRAP_ORDER_LIFE } from "./abi-trap";
import { trap } from "./trap";

const TABLE: usize = memory.data<i32>([
  LIFE_TABLE_NEW_LOW, LIFE_TABLE_NEW_HIGH, LIFE_TABLE_SUBMITTED_LOW, LIFE_TABLE_SUBMITTED_HIGH,
  LIFE_TABLE_ACCEPTED_LOW, LIFE_TABLE_ACCEPTED_HIGH, LIFE_TABLE_PARTIALLY_FILLED_LOW,
  LIFE_TABLE_PARTIALLY_FILLED_HIGH, LIFE_TABLE_CANCELING_LOW, LIFE_TABLE_CANCELING_HIGH, LIFE_TABLE_FILLED_LOW,
  LIFE_TABLE_FILLED_HIGH, LIFE_TABLE_CANCELED_LOW, LIFE_TABLE_CANCELED_HIGH, LIFE_TABLE_REPLACED_LOW,
  LIFE_TABLE_REPLACED_HIGH, LIFE_TABLE_REJECTED_LOW, LIFE_TABLE_REJECTED_HIGH, LIFE_TABLE_EXPIRED_LOW,
  LIFE_TABLE_EXPIRED_HIGH,
]);

/** What the table says of `event` in `state`: the next state, LIFE_IGNORED or LIFE_REFUSED. */
// @ts-ignore: decorator
@inline function answerTo(state: i32, event: i32): i32 {
  const half = event >= 5 ? 1 : 0;
  const word = load<i32>(TABLE + (<usize>(state * 2 + half) << 2));
  return (word >> ((event - half * 5) << 2)) & 15;
}

/** Lets LIFE_* `event` happen to `order`. */
// @ts-ignore: decorator
@inline export function moveOn(order: usize, event: i32): void {
  const state = <i32>load<u8>(order, ORDER_LIFE);
  const next = answerTo(state, event);
  if (next == LIFE_IGNORED) return;
  if (next == LIFE_REFUSED) trap(TRAP_ORDER_LIFE, load<i32>(order, ORDER_SEQUENCE), state, event);
  store<u8>(order, <u8>next, ORDER_LIFE);
}
