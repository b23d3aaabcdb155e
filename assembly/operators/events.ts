// Events in a series: crossings, rising, falling, rows since a condition held.
//
// Layouts of the states (all zero at the start):
//
//   crossing        +0 row before: 0 none or null, 1 not beyond, 2 beyond, i32 | +4 unused
//   rising, falling +0 extreme of the n rows before f64 | +8 it is valid, i32 | +12 unused | +16 extreme of n rows
//   rows since      +0 rows since the condition held f64 | +8 it has held, i32 | +12 unused

import { OP_CROSS_OVER, OP_CROSS_UNDER, OP_FALLING, OP_RISING } from "../abi-opcodes";
import { NULL, inputColumn, isNull, outputColumn, param, state } from "../column";
import { maxPush, minPush } from "../window-extreme";

/** Runs one instruction of the family over `rows` rows. */
export function events(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_CROSS_OVER: return crossing(OP_CROSS_OVER, instruction, rows);
    case OP_CROSS_UNDER: return crossing(OP_CROSS_UNDER, instruction, rows);
    case OP_RISING: return trend(OP_RISING, instruction, rows);
    case OP_FALLING: return trend(OP_FALLING, instruction, rows);
    default: return rowsSince(instruction, rows);
  }
}

/** True where input 0 is beyond input 1 and was not on the row before; `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function crossing(opcode: i32, instruction: usize, rows: i32): void {
  const kept = state(instruction);
  const a = inputColumn(instruction, 0);
  const b = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  let before = load<i32>(kept);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    const first = load<f64>(a + at);
    const second = load<f64>(b + at);
    const beyond = opcode == OP_CROSS_OVER ? first > second : first < second;
    const now = isNull(first) || isNull(second) ? 0 : beyond ? 2 : 1;
    store<f64>(output + at, before == 0 || now == 0 ? NULL : now > before ? 1 : 0);
    before = now;
  }
  store<i32>(kept, before);
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
