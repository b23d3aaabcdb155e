// Where the close stands in the range of the last rows: stochastic oscillator and Williams' %R.
//
// State: the largest high and the smallest low (assembly/window-extreme.ts); the stochastic adds two windows of one sum
// (assembly/window-sums.ts) for its smoothings.
//
// Always true: a null in any input within the rows that a result looks back on makes it null.
// Source: TA-Lib STOCH (both smoothings simple averages) and WILLR. A range of no height gives 0, as TA-Lib has it.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { maxPush, meanPush, minPush } from "../window";
import { extremeBytes, sumsBytes } from "../window-bytes";

/** Smoothed %K and %D of inputs 0 (high), 1 (low), 2 (close). Params: period, slowK, slowD. */
export function stochastic(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const slowK = outputColumn(instruction, 0);
  const slowD = outputColumn(instruction, 1);
  const period = <i32>param(instruction, 0);
  const smoothK = <i32>param(instruction, 1);
  const smoothD = <i32>param(instruction, 2);
  const highs = state(instruction);
  const lows = highs + extremeBytes(period);
  const windowK = lows + extremeBytes(period);
  const windowD = windowK + sumsBytes(smoothK, 1);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const c = load<f64>(close + offset);
    const whole = !(isNull(h) || isNull(l) || isNull(c));
    const highest = maxPush(highs, period, whole ? h : NULL);
    const lowest = minPush(lows, period, whole ? l : NULL);
    const percent = (highest - lowest) / 100;
    const fast = percent == 0 ? 0 : finiteOrNull((c - lowest) / percent);
    const k = meanPush(windowK, smoothK, fast);
    const d = meanPush(windowD, smoothD, finiteOrNull(k));
    const known = d - d == 0;
    store<f64>(slowK + offset, known ? k : NULL);
    store<f64>(slowD + offset, known ? d : NULL);
  }
}

/** Williams' %R of inputs 0 (high), 1 (low), 2 (close). Params: period. */
export function williamsR(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const output = outputColumn(instruction, 0);
  const period = <i32>param(instruction, 0);
  const highs = state(instruction);
  const lows = highs + extremeBytes(period);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const c = load<f64>(close + offset);
    const whole = !(isNull(h) || isNull(l) || isNull(c));
    const highest = maxPush(highs, period, whole ? h : NULL);
    const lowest = minPush(lows, period, whole ? l : NULL);
    const percent = (highest - lowest) / -100;
    store<f64>(output + offset, percent == 0 ? 0 : finiteOrNull((highest - c) / percent));
  }
}
