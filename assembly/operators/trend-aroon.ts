// Aroon: how recent the highest high and the lowest low of the last period + 1 rows are, in percent.
//
// State: two places (assembly/window-extreme.ts) of period + 1 rows, highs and lows.
//
// Always true: of equal extremes the most recent one counts; a null within those rows makes the result null.
// Source: TA-Lib AROON.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { argMaxPush, argMinPush } from "../window";
import { placeBytes } from "../window-bytes";

/** Aroon up and down of inputs 0 (high), 1 (low). Params: period. */
export function aroon(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const ups = outputColumn(instruction, 0);
  const downs = outputColumn(instruction, 1);
  const period = <i32>param(instruction, 0);
  const count = period + 1;
  const highs = state(instruction);
  const lows = highs + placeBytes(count);
  const factor = 100.0 / <f64>period;
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const whole = !(isNull(h) || isNull(l));
    const sinceHigh = argMaxPush(highs, count, whole ? h : NULL);
    const sinceLow = argMinPush(lows, count, whole ? l : NULL);
    store<f64>(ups + offset, finiteOrNull(factor * (<f64>period - sinceHigh)));
    store<f64>(downs + offset, finiteOrNull(factor * (<f64>period - sinceLow)));
  }
}
