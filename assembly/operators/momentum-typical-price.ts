// Indicators of the typical price (high + low + close) / 3: commodity channel index and money flow index.
//
// Always true: a null in any input within the rows that a result looks back on makes it null.
// Source: TA-Lib CCI and MFI. Two typical prices count as equal when they differ by 1e-14 of their size or less, as in
// TA-Lib's MFI (TA_IS_ZERO_SCALED): the sum of three prices rounds differently in another order, which is no move.
// TA-Lib's CCI tests against a fixed 1e-14 instead, which depends on the unit of the price.

import { RING_HEADER_BYTES } from "../abi-window";
import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { meanPush, ringDelay, sumPush } from "../window";
import { sumsBytes } from "../window-bytes";

/** Share of its size by which a typical price may be off through rounding. */
const ROUNDING: f64 = 1e-14;

// @ts-ignore: decorator
@inline function typicalPrice(high: f64, low: f64, close: f64): f64 {
  return finiteOrNull((high + low + close) / 3);
}

/**
 * CCI of inputs 0 (high), 1 (low), 2 (close). Params: period.
 * State: a window of one sum, then a ring, both of typical prices.
 */
export function cci(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const output = outputColumn(instruction, 0);
  const period = <i32>param(instruction, 0);
  const sums = state(instruction);
  const ring = sums + sumsBytes(period, 1);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const typical = typicalPrice(load<f64>(high + offset), load<f64>(low + offset), load<f64>(close + offset));
    ringDelay(ring, period, typical);
    const mean = meanPush(sums, period, typical);
    let result = NULL;
    if (mean - mean == 0) {
      const distance = typical - mean;
      const moved = abs(distance) > ROUNDING * abs(mean);
      result = moved ? finiteOrNull(distance / (0.015 * meanDeviation(ring, period, mean))) : 0;
    }
    store<f64>(output + offset, result);
  }
}

/** Mean distance of the rows in a full ring from `mean`, oldest row first, so that equal windows give equal bits. */
function meanDeviation(ring: usize, period: i32, mean: f64): f64 {
  const first = ring + RING_HEADER_BYTES;
  const oldest = first + (<usize>load<i32>(ring) << 3);
  const end = first + (<usize>period << 3);
  let sum: f64 = 0;
  for (let slot = oldest; slot < end; slot += 8) sum += abs(load<f64>(slot) - mean);
  for (let slot = first; slot < oldest; slot += 8) sum += abs(load<f64>(slot) - mean);
  return sum / <f64>period;
}

/**
 * MFI of inputs 0 (high), 1 (low), 2 (close), 3 (volume). Params: period.
 * State: +0 typical price of the row before f64, +8 there is one i32, +12 unused; then a window of one sum each for the
 * flow up and down.
 */
export function mfi(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const volume = inputColumn(instruction, 3);
  const output = outputColumn(instruction, 0);
  const period = <i32>param(instruction, 0);
  const before = state(instruction);
  const ups = before + 16;
  const downs = ups + sumsBytes(period, 1);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const typical = typicalPrice(load<f64>(high + offset), load<f64>(low + offset), load<f64>(close + offset));
    const traded = load<f64>(volume + offset);
    const whole = !isNull(typical) && !isNull(traded);
    let result = NULL;
    if (!whole || load<i32>(before, 8) == 0) {
      sumPush(ups, period, NULL);
      sumPush(downs, period, NULL);
    } else {
      const previous = load<f64>(before);
      const change = typical - previous;
      const moved = abs(change) > ROUNDING * (abs(typical) + abs(previous));
      const flow = moved ? finiteOrNull(typical * traded) : 0;
      // Zero, or null where the flow overflowed, so that both windows begin anew together.
      const none = flow - flow;
      const up = sumPush(ups, period, change > 0 ? flow : none);
      const down = sumPush(downs, period, change > 0 ? none : flow);
      const total = up + down;
      result = total == 0 ? 0 : finiteOrNull(100 * (up / total));
    }
    store<f64>(before, whole ? typical : 0);
    store<i32>(before, whole ? 1 : 0, 8);
    store<f64>(output + offset, result);
  }
}
