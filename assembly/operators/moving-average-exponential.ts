// Exponential moving averages: EMA, Wilder's RMA, and DEMA and TEMA made of EMAs of EMAs.
//
// Always true:
//   the first average is the simple mean of the first `period` valid rows (TA-Lib's classic seeding);
//   a null row gives null and changes nothing, and so does a row whose average would not be finite.
//
// Layout of an average in the state, 16 bytes; until it is seeded, `value` is the sum of the rows so far:
//
//   +0 value f64   +8 rows seen, up to the period i32   +12 unused

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";

/** Bytes of one average; DEMA has two of them in a row, TEMA three. */
export const AVERAGE_BYTES: usize = 16;

// @ts-ignore: decorator
@unmanaged export class Average {
  value: f64;
  count: i32;
  unused: i32;
}

/**
 * Takes one more row into the sum of an average that is not seeded yet; gives the seed with row `period`, null before.
 */
export function seedStep(average: Average, x: f64, period: i32): f64 {
  const sum = average.value + x;
  if (sum - sum != 0) return NULL;
  const count = average.count + 1;
  average.count = count;
  if (count < period) {
    average.value = sum;
    return NULL;
  }
  const seed = sum / <f64>period;
  average.value = seed;
  return seed;
}

/** Weight of the newest row in an EMA: 2 / (period + 1). */
// @ts-ignore: decorator
@inline export function emaWeight(period: i32): f64 {
  return 2.0 / <f64>(period + 1);
}

/** Next value of an EMA, or null: value += (x - value) * weight. */
// @ts-ignore: decorator
@inline export function emaStep(average: Average, x: f64, period: i32, weight: f64): f64 {
  if (average.count < period) return seedStep(average, x, period);
  const value = average.value;
  const next = (x - value) * weight + value;
  if (next - next != 0) return NULL;
  average.value = next;
  return next;
}

/** Next value of Wilder's average, or null: value = (value * (period - 1) + x) / period. */
// @ts-ignore: decorator
@inline export function wilderStep(average: Average, x: f64, period: i32): f64 {
  if (average.count < period) return seedStep(average, x, period);
  const next = (average.value * <f64>(period - 1) + x) / <f64>period;
  if (next - next != 0) return NULL;
  average.value = next;
  return next;
}

/** Exponential moving average of input 0. Params: period. */
export function ema(instruction: usize, rows: i32): void {
  const average = changetype<Average>(state(instruction));
  const period = <i32>param(instruction, 0);
  const weight = emaWeight(period);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const end = input + (<usize>rows << 3);
  for (; input < end && average.count < period; input += 8, output += 8) {
    store<f64>(output, seedStep(average, load<f64>(input), period));
  }
  // The average stays in a register from here on: through memory it would cost half as much again.
  let value = average.value;
  for (; input < end; input += 8, output += 8) {
    const next = (load<f64>(input) - value) * weight + value;
    if (next - next == 0) {
      value = next;
      store<f64>(output, next);
    } else {
      store<f64>(output, NULL);
    }
  }
  average.value = value;
}

/** Wilder's moving average of input 0. Params: period. */
export function rma(instruction: usize, rows: i32): void {
  const average = changetype<Average>(state(instruction));
  const period = <i32>param(instruction, 0);
  const kept = <f64>(period - 1);
  const divisor = <f64>period;
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const end = input + (<usize>rows << 3);
  for (; input < end && average.count < period; input += 8, output += 8) {
    store<f64>(output, seedStep(average, load<f64>(input), period));
  }
  let value = average.value;
  for (; input < end; input += 8, output += 8) {
    const next = (value * kept + load<f64>(input)) / divisor;
    if (next - next == 0) {
      value = next;
      store<f64>(output, next);
    } else {
      store<f64>(output, NULL);
    }
  }
  average.value = value;
}

/** Double exponential moving average of input 0: 2 * e1 - e2, e2 being the EMA of e1. Params: period. */
export function dema(instruction: usize, rows: i32): void {
  const first = changetype<Average>(state(instruction));
  const second = changetype<Average>(state(instruction) + AVERAGE_BYTES);
  const period = <i32>param(instruction, 0);
  const weight = emaWeight(period);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const end = input + (<usize>rows << 3);
  for (; input < end; input += 8, output += 8) {
    const e1 = emaStep(first, load<f64>(input), period, weight);
    const e2 = isNull(e1) ? NULL : emaStep(second, e1, period, weight);
    store<f64>(output, finiteOrNull(2.0 * e1 - e2));
  }
}

/**
 * Triple exponential moving average of input 0: 3 * e1 - 3 * e2 + e3, each the EMA of the one before. Params: period.
 */
export function tema(instruction: usize, rows: i32): void {
  const first = changetype<Average>(state(instruction));
  const second = changetype<Average>(state(instruction) + AVERAGE_BYTES);
  const third = changetype<Average>(state(instruction) + 2 * AVERAGE_BYTES);
  const period = <i32>param(instruction, 0);
  const weight = emaWeight(period);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const end = input + (<usize>rows << 3);
  for (; input < end; input += 8, output += 8) {
    const e1 = emaStep(first, load<f64>(input), period, weight);
    const e2 = isNull(e1) ? NULL : emaStep(second, e1, period, weight);
    const e3 = isNull(e2) ? NULL : emaStep(third, e2, period, weight);
    store<f64>(output, finiteOrNull(3.0 * e1 - 3.0 * e2 + e3));
  }
}
