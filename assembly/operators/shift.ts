// Rows before: lag, difference, percent change and log return over n rows.
//
// Within a block the older row is read from the input itself; the ring in the state serves the first n rows of the
// block.
//
// State: a ring of n rows (assembly/window-ring.ts).

import { OP_DIFF, OP_LOG_RETURN, OP_PCT_CHANGE } from "../abi-opcodes";
import { RING_HEADER_BYTES } from "../abi-window";
import { NULL, finiteOrNull, finitePair, inputColumn, outputColumn, param, state } from "../column";

/** Copies `rows` (at most `count`) values of a ring, from slot `slot` on, to `target`. */
function copyFromRing(slots: usize, count: i32, slot: i32, target: usize, rows: i32): void {
  const ahead = <usize>min(rows, count - slot) << 3;
  memory.copy(target, slots + (<usize>slot << 3), ahead);
  memory.copy(target + ahead, slots, (<usize>rows << 3) - ahead);
}

/** Copies `rows` (at most `count`) values from `source` into a ring, from slot `slot` on. */
function copyToRing(slots: usize, count: i32, slot: i32, source: usize, rows: i32): void {
  const ahead = <usize>min(rows, count - slot) << 3;
  memory.copy(slots + (<usize>slot << 3), source, ahead);
  memory.copy(slots, source + ahead, (<usize>rows << 3) - ahead);
}

/**
 * Writes into `output` the rows of `input` as they were `count` rows before, null where there was none, and keeps the
 * last rows.
 */
export function delayColumn(ring: usize, count: i32, input: usize, output: usize, rows: i32): void {
  const next = load<i32>(ring);
  const held = load<i32>(ring, 4);
  const slots = ring + RING_HEADER_BYTES;
  const early = min(rows, count);
  // Of the `count` slots, the oldest `count - held` have never been written.
  const missing = min(early, count - held);
  for (let row = 0; row < missing; row++) store<f64>(output + (<usize>row << 3), NULL);
  const from = next + missing - (next + missing >= count ? count : 0);
  copyFromRing(slots, count, from, output + (<usize>missing << 3), early - missing);
  if (rows > count) memory.copy(output + (<usize>count << 3), input, <usize>(rows - count) << 3);
  const slot = (next + (rows - early)) % count;
  copyToRing(slots, count, slot, input + (<usize>(rows - early) << 3), early);
  store<i32>(ring, slot + early - (slot + early >= count ? count : 0));
  store<i32>(ring, min(count, held + early), 4);
}

/** Runs one instruction of the family over `rows` rows. Params: rows of the look-back. */
export function shift(opcode: i32, instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  delayColumn(state(instruction), <i32>param(instruction, 0), input, output, rows);
  if (opcode == OP_DIFF) changeInPairs(OP_DIFF, input, output, rows);
  else if (opcode == OP_PCT_CHANGE) changeInPairs(OP_PCT_CHANGE, input, output, rows);
  else if (opcode == OP_LOG_RETURN) logReturns(input, output, rows);
}

/** Change from the older rows at `output` to those at `input`, in place; `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function changeInPairs(opcode: i32, input: usize, output: usize, rows: i32): void {
  const end = input + (<usize>(rows & ~1) << 3);
  for (; input < end; input += 16, output += 16) {
    v128.store(output, changePair(opcode, v128.load(input), v128.load(output)));
  }
  if (rows & 1) {
    const last = changePair(opcode, v128.load64_splat(input), v128.load64_splat(output));
    store<f64>(output, f64x2.extract_lane(last, 0));
  }
}

// @ts-ignore: decorator
@inline function changePair(opcode: i32, now: v128, before: v128): v128 {
  const difference = f64x2.sub(now, before);
  return finitePair(opcode == OP_DIFF ? difference : f64x2.div(difference, before));
}

/** `changeInPairs` for logarithms, which have no SIMD. */
function logReturns(input: usize, output: usize, rows: i32): void {
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    const now = load<f64>(input + at);
    const before = load<f64>(output + at);
    store<f64>(output + at, now > 0 && before > 0 ? finiteOrNull(NativeMath.log(now / before)) : NULL);
  }
}
