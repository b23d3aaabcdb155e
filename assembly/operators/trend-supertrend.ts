// SuperTrend: a trailing stop at a multiple of the average true range from the middle of the bar.
//
// Layout of the state: the state of an ATR (assembly/operators/volatility.ts), then
//
//   +32 upper band f64   +40 lower band f64   +48 direction of the last row, 1 or -1, 0 before the first i32
//   +52 unused
//
// Always true: a row with a null gives nulls and is passed over as if it were not there.
// Source: TradingView's `ta.supertrend`, with its `ta.atr`. The direction has the other sign: 1 rising, -1 falling. Of
// the first row, the bands are taken as they are, and it counts as falling.

import { inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { AtrState, atrFromFirstRow } from "./volatility";

// @ts-ignore: decorator
@unmanaged class SupertrendState extends AtrState {
  upper: f64;
  lower: f64;
  direction: i32;
  unused3: i32;
}

/** Line and direction of inputs 0 (high), 1 (low), 2 (close). Params: period, multiplier. */
export function supertrend(instruction: usize, rows: i32): void {
  const trend = changetype<SupertrendState>(state(instruction));
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const lines = outputColumn(instruction, 0);
  const directions = outputColumn(instruction, 1);
  const period = <i32>param(instruction, 0);
  const multiplier = param(instruction, 1);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const c = load<f64>(close + offset);
    let line = NULL;
    let direction = NULL;
    const before = trend.close;
    const whole = !(isNull(h) || isNull(l) || isNull(c));
    const range = whole ? atrFromFirstRow(trend, h, l, c, period) : NULL;
    if (!isNull(range) && moveBands(trend, (h + l) / 2, multiplier * range, before, c)) {
      direction = <f64>trend.direction;
      line = trend.direction > 0 ? trend.lower : trend.upper;
    }
    store<f64>(lines + offset, line);
    store<f64>(directions + offset, direction);
  }
}

/**
 * Moves the bands, which only give way after a close beyond them, and turns the trend; false for a row that would
 * overflow.
 */
function moveBands(trend: SupertrendState, middle: f64, distance: f64, before: f64, close: f64): bool {
  let upper = middle + distance;
  let lower = middle - distance;
  if (upper - upper != 0 || lower - lower != 0) return false;
  if (trend.direction == 0) {
    trend.direction = -1;
  } else {
    if (upper >= trend.upper && before <= trend.upper) upper = trend.upper;
    if (lower <= trend.lower && before >= trend.lower) lower = trend.lower;
    if (trend.direction < 0 && close > upper) trend.direction = 1;
    else if (trend.direction > 0 && close < lower) trend.direction = -1;
  }
  trend.upper = upper;
  trend.lower = lower;
  return true;
}
