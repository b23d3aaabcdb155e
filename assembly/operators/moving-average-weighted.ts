// Linearly weighted moving averages: WMA, and Hull's HMA made of three of them.
//
// Always true: a null anywhere in the rows that a result looks back on makes it null.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { weightedPush } from "../window";
import { sumsBytes } from "../window-bytes";

/** Sum of the weights 1 to `count`. */
// @ts-ignore: decorator
@inline function weightSum(count: i32): f64 {
  return <f64>count * <f64>(count + 1) / 2;
}

/** Weighted average of input 0, weights 1 (oldest) to period (newest). Params: period. */
export function wma(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  const window = state(instruction);
  const period = <i32>param(instruction, 0);
  const divisor = weightSum(period);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const sum = weightedPush(window, period, load<f64>(input + offset));
    store<f64>(output + offset, isNull(sum) ? NULL : sum / divisor);
  }
}

/**
 * Hull moving average of input 0: WMA over `root` rows of 2 * WMA over `half` rows - WMA over `period` rows.
 * Params: period, half, root. State: the windows of half, period and root rows, in this order.
 */
export function hma(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  const period = <i32>param(instruction, 0);
  const half = <i32>param(instruction, 1);
  const root = <i32>param(instruction, 2);
  const halfWindow = state(instruction);
  const fullWindow = halfWindow + sumsBytes(half, 2);
  const rootWindow = fullWindow + sumsBytes(period, 2);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const x = load<f64>(input + offset);
    const halfSum = weightedPush(halfWindow, half, x);
    const fullSum = weightedPush(fullWindow, period, x);
    const lead = isNull(fullSum) || isNull(halfSum)
      ? NULL
      : finiteOrNull(2 * (halfSum / weightSum(half)) - fullSum / weightSum(period));
    const sum = weightedPush(rootWindow, root, lead);
    store<f64>(output + offset, isNull(sum) ? NULL : sum / weightSum(root));
  }
}
