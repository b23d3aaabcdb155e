// Moving average convergence and divergence: a fast EMA less a slow one, and the EMA of that difference.
//
// State: the averages fast, slow and signal (assembly/operators/moving-average-exponential.ts).
//
// Always true:
//   both price averages are seeded in the same row: the fast one takes its first row when the slow one lacks `fast`
//   rows;
//   all three outputs begin in the row that seeds the signal;
//   a null row gives nulls and changes nothing.
// Source: TA-Lib MACD.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { Average, AVERAGE_BYTES, emaStep, emaWeight } from "./moving-average-exponential";

/** MACD line, signal and histogram of input 0. Params: fast, slow, signal; fast <= slow. */
export function macd(instruction: usize, rows: i32): void {
  const fast = changetype<Average>(state(instruction));
  const slow = changetype<Average>(state(instruction) + AVERAGE_BYTES);
  const signal = changetype<Average>(state(instruction) + 2 * AVERAGE_BYTES);
  const fastPeriod = <i32>param(instruction, 0);
  const slowPeriod = <i32>param(instruction, 1);
  const signalPeriod = <i32>param(instruction, 2);
  const fastWeight = emaWeight(fastPeriod);
  const slowWeight = emaWeight(slowPeriod);
  const signalWeight = emaWeight(signalPeriod);
  const input = inputColumn(instruction, 0);
  const lines = outputColumn(instruction, 0);
  const signals = outputColumn(instruction, 1);
  const histograms = outputColumn(instruction, 2);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const x = load<f64>(input + offset);
    let line = NULL;
    let smooth = NULL;
    if (!isNull(x)) {
      const begun = slow.count >= slowPeriod - fastPeriod;
      const slowValue = emaStep(slow, x, slowPeriod, slowWeight);
      const fastValue = begun ? emaStep(fast, x, fastPeriod, fastWeight) : NULL;
      line = finiteOrNull(fastValue - slowValue);
      if (!isNull(line)) smooth = emaStep(signal, line, signalPeriod, signalWeight);
    }
    const whole = !isNull(smooth);
    store<f64>(lines + offset, whole ? line : NULL);
    store<f64>(signals + offset, smooth);
    store<f64>(histograms + offset, whole ? finiteOrNull(line - smooth) : NULL);
  }
}
