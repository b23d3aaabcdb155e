// Bands around a price: Bollinger bands, Donchian and Keltner channels. Outputs of each: upper, middle, lower.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { maxPush, minPush, momentsConstant, momentsPush } from "../window";
import { extremeBytes } from "../window-bytes";
import { sumsPair } from "../window-sums";
import { Average, AVERAGE_BYTES, emaStep, emaWeight } from "./moving-average-exponential";
import { momentsVariance } from "./rolling-deviation";
import { AtrState, atrFromFirstRow } from "./volatility";

/** Stores the three bands of a row, or three nulls when one of them is not finite. */
// @ts-ignore: decorator
@inline function storeBands(instruction: usize, offset: usize, upper: f64, middle: f64, lower: f64): void {
  const known = upper - upper == 0 && middle - middle == 0 && lower - lower == 0;
  store<f64>(outputColumn(instruction, 0) + offset, known ? upper : NULL);
  store<f64>(outputColumn(instruction, 1) + offset, known ? middle : NULL);
  store<f64>(outputColumn(instruction, 2) + offset, known ? lower : NULL);
}

/**
 * Bollinger bands of input 0: mean, and population deviations above and below it. Params: period, up, down.
 * State: a window of two sums (assembly/window-sums.ts), so that mean and deviation are those of the rolling operators.
 * Source: TA-Lib BBANDS with a simple average.
 */
export function bollinger(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const window = state(instruction);
  const period = <i32>param(instruction, 0);
  const up = param(instruction, 1);
  const down = param(instruction, 2);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const x = load<f64>(input + offset);
    let mean = NULL;
    let deviation = NULL;
    if (momentsPush(window, period, x)) {
      mean = momentsConstant(window, period) ? x : load<f64>(sumsPair(window, 2, 0)) / <f64>period;
      deviation = sqrt(momentsVariance(window, period, 0));
    }
    storeBands(instruction, offset, mean + up * deviation, mean, mean - down * deviation);
  }
}

/**
 * Donchian channel of inputs 0 (high), 1 (low): largest high, smallest low and their middle. Params: period.
 * State: two extremes (assembly/window-extreme.ts).
 */
export function donchian(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const period = <i32>param(instruction, 0);
  const highs = state(instruction);
  const lows = highs + extremeBytes(period);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const whole = !(isNull(h) || isNull(l));
    const highest = maxPush(highs, period, whole ? h : NULL);
    const lowest = minPush(lows, period, whole ? l : NULL);
    storeBands(instruction, offset, highest, (highest + lowest) / 2, lowest);
  }
}

/**
 * Keltner channel of inputs 0 (high), 1 (low), 2 (close): EMA of the close, and average true ranges above and below it.
 * Params: period, atrPeriod, multiplier. State: an average, then the state of an ATR. A row with a null is passed over.
 * Source: TradingView's Keltner Channels with the bands style "Average True Range" (`ta.ema`, `ta.atr`).
 */
export function keltner(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const period = <i32>param(instruction, 0);
  const atrPeriod = <i32>param(instruction, 1);
  const multiplier = param(instruction, 2);
  const average = changetype<Average>(state(instruction));
  const atr = changetype<AtrState>(state(instruction) + AVERAGE_BYTES);
  const weight = emaWeight(period);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const c = load<f64>(close + offset);
    let middle = NULL;
    let range = NULL;
    if (!(isNull(h) || isNull(l) || isNull(c))) {
      middle = emaStep(average, c, period, weight);
      range = atrFromFirstRow(atr, h, l, c, atrPeriod);
    }
    storeBands(instruction, offset, middle + multiplier * range, middle, middle - multiplier * range);
  }
}
