// Largest and smallest of the last n rows, and the rows since it stood.
//
// State: an extreme or a place (assembly/window-extreme.ts). Params: n.
//
// Always true: of equal extremes the most recent one counts, so the rows since it are the fewest.

import { OP_ROLLING_ARGMAX, OP_ROLLING_ARGMIN, OP_ROLLING_MAX, OP_ROLLING_MIN } from "../abi-opcodes";
import { inputColumn, outputColumn, param, state } from "../column";
import { argMaxPush, argMinPush, maxColumn, minColumn } from "../window-extreme";

/** Runs one instruction of the family over `rows` rows of input 0. */
export function rollingExtreme(opcode: i32, instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  switch (opcode) {
    case OP_ROLLING_MAX: return maxColumn(window, count, input, output, rows);
    case OP_ROLLING_MIN: return minColumn(window, count, input, output, rows);
    case OP_ROLLING_ARGMAX: return placeColumn(OP_ROLLING_ARGMAX, window, count, input, output, rows);
    default: return placeColumn(OP_ROLLING_ARGMIN, window, count, input, output, rows);
  }
}

/** `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function placeColumn(opcode: i32, window: usize, count: i32, input: usize, output: usize, rows: i32): void {
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    const since = opcode == OP_ROLLING_ARGMAX ? argMaxPush(window, count, value) : argMinPush(window, count, value);
    store<f64>(output, since);
  }
}
