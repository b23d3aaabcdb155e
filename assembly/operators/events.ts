// Events in a series: crossings, rising, falling, rows since a condition held.
//
// Layouts of the states (all zero at the start):
//
//   crossing        +0 row before: 0 none or null, 1 not beyond, 2 beyond, i32 | +4 unused
//   rising, falling +0 extreme of the n rows before f64 | +8 it is valid, i32 | +12 unused | +16 extreme of n rows
//   rows since      +0 rows since the condition held f64 | +8 it has held, i32 | +12 unused
//   hysteresis      +0 side f64

import { OP_CROSS_OVER, OP_CROSS_UNDER, OP_FALLING, OP_HYSTERESIS, OP_RISING } from "../abi-opcodes";
import { NULL, inputColumn, isNull, outputColumn, param, state } from "../column";
import { maxPush, minPush } from "../window-extreme";

/** Runs one instruction of the family over `rows` rows. */
export function events(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_CROSS_OVER: return crossing(OP_CROSS_OVER, instruction, rows);
    case OP_CROSS_UNDER: return crossing(OP_CROSS_UNDER, instruction, rows);
    case OP_RISING: return trend(OP_RISING, instruction, rows);
    case OP_FALLING: return trend(OP_FALLING, instruction, rows);
    case OP_HYSTERESIS: return hysteresis(instruction, rows);
    default: return rowsSince(instruction, rows);
  }
}

/**
 * True where input 0 is beyond input 1 and was not on the row before; `opcode` must be a literal. But for the first row
 * of a block, the row before is read from the inputs themselves, two rows at a time: 1 ns a row against 4 with what was
 * before in a register.
 */
// @ts-ignore: decorator
@inline function crossing(opcode: i32, instruction: usize, rows: i32): void {
  const kept = state(instruction);
  const a = inputColumn(instruction, 0);
  const b = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  const end = <usize>rows << 3;
  const now = sideOf(opcode, load<f64>(a), load<f64>(b));
  const before = load<i32>(kept);
  store<f64>(output, before == 0 || now == 0 ? NULL : now > before ? 1 : 0);
  let at: usize = 8;
  for (; at + 8 < end; at += 16) {
    const first = v128.load(a + at);
    const second = v128.load(b + at);
    const firstBefore = v128.load(a + at - 8);
    const secondBefore = v128.load(b + at - 8);
    const valid = v128.and(bothValid(first, second), bothValid(firstBefore, secondBefore));
    const crossed = v128.andnot(beyond(opcode, first, second), beyond(opcode, firstBefore, secondBefore));
    v128.store(output + at, v128.bitselect(v128.and(crossed, f64x2.splat(1)), f64x2.splat(NULL), valid));
  }
  if (at < end) {
    const last = sideOf(opcode, load<f64>(a + at), load<f64>(b + at));
    const lastBefore = sideOf(opcode, load<f64>(a + at - 8), load<f64>(b + at - 8));
    store<f64>(output + at, lastBefore == 0 || last == 0 ? NULL : last > lastBefore ? 1 : 0);
  }
  store<i32>(kept, sideOf(opcode, load<f64>(a + end - 8), load<f64>(b + end - 8)));
}

/** 2 when `a` is beyond `b`, 1 when it is not, 0 when either is null. */
// @ts-ignore: decorator
@inline function sideOf(opcode: i32, a: f64, b: f64): i32 {
  if (isNull(a) || isNull(b)) return 0;
  return (opcode == OP_CROSS_OVER ? a > b : a < b) ? 2 : 1;
}

// @ts-ignore: decorator
@inline function beyond(opcode: i32, a: v128, b: v128): v128 {
  return opcode == OP_CROSS_OVER ? f64x2.gt(a, b) : f64x2.lt(a, b);
}

// @ts-ignore: decorator
@inline function bothValid(a: v128, b: v128): v128 {
  return v128.and(f64x2.eq(a, a), f64x2.eq(b, b));
}

/** True where the value is beyond each of the n rows before; `opcode` must be a literal. Params: n. */
// @ts-ignore: decorator
@inline function trend(opcode: i32, instruction: usize, rows: i32): void {
  const kept = state(instruction);
  const window = kept + 16;
  const count = <i32>param(instruction, 0);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    const extreme = load<f64>(kept);
    const beyond = opcode == OP_RISING ? value > extreme : value < extreme;
    store<f64>(output, isNull(value) || load<i32>(kept, 8) == 0 ? NULL : beyond ? 1 : 0);
    const next = opcode == OP_RISING ? maxPush(window, count, value) : minPush(window, count, value);
    store<f64>(kept, isNull(next) ? 0 : next);
    store<i32>(kept, isNull(next) ? 0 : 1, 8);
  }
}

/** Rows since input 0 was true; a null row counts as a row, and gives null. */
function rowsSince(instruction: usize, rows: i32): void {
  const kept = state(instruction);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  let since = load<f64>(kept);
  let seen = load<i32>(kept, 8) != 0;
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    const holds = !isNull(value) && value != 0;
    seen = seen || holds;
    since = holds ? 0 : seen ? since + 1 : 0;
    store<f64>(output, isNull(value) || !seen ? NULL : since);
  }
  store<f64>(kept, since);
  store<i32>(kept, seen ? 1 : 0, 8);
}

/**
 * Side of a threshold signal: 1 from entering long until its exit, -1 from entering short until its exit, else 0. The
 * exit test goes first, and the entry test of the other side may hold on the same row. A null is null, and keeps the
 * side. Params: long entry and exit, short entry and exit.
 */
function hysteresis(instruction: usize, rows: i32): void {
  const kept = state(instruction);
  const longEnter = param(instruction, 0);
  const longExit = param(instruction, 1);
  const shortEnter = param(instruction, 2);
  const shortExit = param(instruction, 3);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  let side = load<f64>(kept);
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    if (side == 1 && value <= longExit || side == -1 && value >= shortExit) side = 0;
    if (side == 0) side = value >= longEnter ? 1 : value <= shortEnter ? -1 : 0;
    store<f64>(output, isNull(value) ? NULL : side);
  }
  store<f64>(kept, side);
}
