// Variance, standard deviation and z-score of the last n rows.
//
// The numerator n · Σx² − (Σx)² is formed from double-double sums, so that a small spread around a large level keeps its digits.
//
// State: a window of two sums, Σx and Σx² (assembly/window-sums.ts).
//
// Always true:
//   no variance is negative, and that of a constant window is exactly 0;
//   a z-score is null where the deviation is 0.
// Params: n, ddof. The divisor is n − ddof; ddof is 0 by default, as in TA-Lib's VAR and STDDEV (pandas has 1).

import { OP_ROLLING_STD, OP_ROLLING_VAR, OP_ROLLING_ZSCORE } from "../abi-opcodes";
import { NULL, finiteOrNull, inputColumn, outputColumn, param, state } from "../column";
import { productDifference } from "../double-double";
import { momentsConstant, momentsPush, sumsPair } from "../window-sums";

/** Variance of the full window after `momentsPush` gave true: null when `ddof` leaves no divisor or a square overflowed. */
export function momentsVariance(window: usize, count: i32, ddof: i32): f64 {
  if (count <= ddof) return NULL;
  if (momentsConstant(window, count)) return 0;
  const sum = sumsPair(window, 2, 0);
  const squares = sumsPair(window, 2, 1);
  const high = load<f64>(sum);
  const low = load<f64>(sum, 8);
  const numerator = productDifference(<f64>count, load<f64>(squares), load<f64>(squares, 8), high, low, high, low);
  return finiteOrNull(max(numerator, 0) / (<f64>count * <f64>(count - ddof)));
}

/** Distance of `value` from the mean of the full window, in deviations. */
function momentsZScore(window: usize, count: i32, ddof: i32, value: f64): f64 {
  const sum = sumsPair(window, 2, 0);
  const distance = productDifference(<f64>count, value, 0, 1, 0, load<f64>(sum), load<f64>(sum, 8)) / <f64>count;
  return distance / sqrt(momentsVariance(window, count, ddof));
}

/** Runs one instruction of the family over `rows` rows of input 0. */
export function rollingDeviation(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_ROLLING_VAR: return deviationColumn(OP_ROLLING_VAR, instruction, rows);
    case OP_ROLLING_STD: return deviationColumn(OP_ROLLING_STD, instruction, rows);
    default: return deviationColumn(OP_ROLLING_ZSCORE, instruction, rows);
  }
}

/** `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function deviationColumn(opcode: i32, instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const ddof = <i32>param(instruction, 1);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    let result = NULL;
    if (momentsPush(window, count, value)) {
      if (opcode == OP_ROLLING_VAR) result = momentsVariance(window, count, ddof);
      else if (opcode == OP_ROLLING_STD) result = sqrt(momentsVariance(window, count, ddof));
      else result = momentsZScore(window, count, ddof, value);
    }
    store<f64>(output, finiteOrNull(result));
  }
}
