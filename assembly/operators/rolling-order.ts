// Rank and quantile of the last n rows.
//
// State: a sorted window (assembly/window-sorted.ts).
// Source: pandas `rolling().rank(method="average")` and `rolling().quantile(q, interpolation="linear")`.

import { OP_ROLLING_RANK } from "../abi-opcodes";
import { NULL, finiteOrNull, inputColumn, outputColumn, param, state } from "../column";
import { sortedBelow, sortedNotAbove, sortedPush, sortedRows } from "../window-sorted";

/** Runs one instruction of the family over `rows` rows of input 0. Params: n, and q for the quantile. */
export function rollingOrder(opcode: i32, instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const sorted = sortedRows(window, count);
  const fraction = opcode == OP_ROLLING_RANK ? 0 : param(instruction, 1);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    if (!sortedPush(window, count, value)) store<f64>(output, NULL);
    else if (opcode == OP_ROLLING_RANK) store<f64>(output, rank(sorted, count, value));
    else store<f64>(output, quantile(sorted, count, fraction));
  }
}

/** Rank of `value` among `count` sorted rows, 1 for the smallest; equals share the mean of their ranks. */
function rank(sorted: usize, count: i32, value: f64): f64 {
  return <f64>(sortedBelow(sorted, count, value) + sortedNotAbove(sorted, count, value) + 1) / 2;
}

/** Value below which `fraction` of the sorted rows lie, between two rows by straight line. */
function quantile(sorted: usize, count: i32, fraction: f64): f64 {
  const place = fraction * <f64>(count - 1);
  const below = min(<i32>place, count - 1);
  const low = load<f64>(sorted + (<usize>below << 3));
  if (below == count - 1) return low;
  const high = load<f64>(sorted + (<usize>(below + 1) << 3));
  return finiteOrNull(low + (high - low) * (place - <f64>below));
}
