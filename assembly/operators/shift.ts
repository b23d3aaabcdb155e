// Rows before: lag, difference, percent change and log return over n rows.
//
// Within a block the older row is read from the input itself; the ring in the state serves the first n rows of the
// block.
//
// State: a ring of n rows (assembly/window-ring.ts).

import { OP_DIFF, OP_LAG, OP_LOG_RETURN } from "../abi-opcodes";
import { RING_HEADER_BYTES } from "../abi-window";
import { NULL, finiteOrNull, inputColumn, outputColumn, param, state } from "../column";

/**
 * Writes into `output` the rows of `input` as they were `count` rows before, null where there was none, and keeps the
 * last rows.
 */
export function delayColumn(ring: usize, count: i32, input: usize, output: usize, rows: i32): void {
  const next = load<i32>(ring);
  const held = load<i32>(ring, 4);
  const slots = ring + RING_HEADER_BYTES;
  const early = min(rows, count);
  for (let row = 0, slot = next; row < early; row++) {
    // Of the `count` slots, the oldest `count - held` have never been written.
    store<f64>(output + (<usize>row << 3), row + held >= count ? load<f64>(slots + (<usize>slot << 3)) : NULL);
    if (++slot == count) slot = 0;
  }
  if (rows > count) memory.copy(output + (<usize>count << 3), input, <usize>(rows - count) << 3);
  let slot = (next + (rows - early)) % count;
  for (let row = rows - early; row < rows; row++) {
    store<f64>(slots + (<usize>slot << 3), load<f64>(input + (<usize>row << 3)));
    if (++slot == count) slot = 0;
  }
  store<i32>(ring, slot);
  store<i32>(ring, min(count, held + early), 4);
}

/** Runs one instruction of the family over `rows` rows. Params: rows of the look-back. */
export function shift(opcode: i32, instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  delayColumn(state(instruction), <i32>param(instruction, 0), input, output, rows);
  if (opcode == OP_LAG) return;
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    const now = load<f64>(input + at);
    const before = load<f64>(output + at);
    store<f64>(output + at, finiteOrNull(change(opcode, now, before)));
  }
}

// @ts-ignore: decorator
@inline function change(opcode: i32, now: f64, before: f64): f64 {
  if (opcode == OP_DIFF) return now - before;
  if (opcode == OP_LOG_RETURN) return now > 0 && before > 0 ? NativeMath.log(now / before) : NULL;
  return (now - before) / before;
}
