// Ring of the last n rows of a column: what a lag, a difference or a look-back reads.
//
// Layout (all zero at the start):
//
//   +0 next slot i32 | +4 rows held i32, at most n | +8 n slots f64
//
// Always true: a slot never written is zero bytes; a null row is held as the null.

import { NULL } from "./column";
import { RING_HEADER_BYTES } from "./abi-window";

/** Puts `value` into the ring of `count` slots and gives the value of `count` rows before, null while there is none. */
// @ts-ignore: decorator
@inline export function ringDelay(ring: usize, count: i32, value: f64): f64 {
  const next = load<i32>(ring);
  const held = load<i32>(ring, 4);
  const slot = ring + RING_HEADER_BYTES + (<usize>next << 3);
  const before = load<f64>(slot);
  store<f64>(slot, value);
  store<i32>(ring, next + 1 == count ? 0 : next + 1);
  if (held == count) return before;
  store<i32>(ring, held + 1, 4);
  return NULL;
}

/** Rows held by the ring: rows put so far, at most its size. */
// @ts-ignore: decorator
@inline export function ringHeld(ring: usize): i32 {
  return load<i32>(ring, 4);
}

/** Value of the row `age` rows before the last one put (0 for the last one); `age` must be less than the rows held. */
// @ts-ignore: decorator
@inline export function ringAt(ring: usize, count: i32, age: i32): f64 {
  const place = load<i32>(ring) - 1 - age;
  return load<f64>(ring + RING_HEADER_BYTES + (<usize>(place < 0 ? place + count : place) << 3));
}
