// True range, and its Wilder average ATR.
//
// Source: TA-Lib TRANGE and ATR: the first row has no true range, because there is no close before it.

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { Average, seedStep, wilderStep } from "./moving-average-exponential";

/** Largest of high - low and the distances of high and low from the close before. */
// @ts-ignore: decorator
@inline export function rangeOf(high: f64, low: f64, before: f64): f64 {
  return max(high - low, max(abs(high - before), abs(low - before)));
}

/**
 * True range of inputs 0 (high), 1 (low), 2 (close); null where this row or the one before has a null.
 * State: +0 close of the row before f64, +8 there is one i32, +12 unused.
 */
export function trueRange(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const output = outputColumn(instruction, 0);
  const before = state(instruction);
  let held = load<i32>(before, 8);
  let last = load<f64>(before);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const c = load<f64>(close + offset);
    const whole = !(isNull(h) || isNull(l) || isNull(c));
    store<f64>(output + offset, whole && held != 0 ? finiteOrNull(rangeOf(h, l, last)) : NULL);
    held = whole ? 1 : 0;
    last = whole ? c : 0;
  }
  store<f64>(before, last);
  store<i32>(before, held, 8);
}

/**
 * Layout, 32 bytes: an average of true ranges, then +16 close of the last whole row f64, +24 there is one
 * i32, +28 unused.
 */
// @ts-ignore: decorator
@unmanaged export class AtrState extends Average {
  close: f64;
  started: i32;
  unused2: i32;
}

/**
 * ATR of inputs 0 (high), 1 (low), 2 (close). Params: period. A row with a null is passed over as if it were not there.
 */
export function atr(instruction: usize, rows: i32): void {
  const atr = changetype<AtrState>(state(instruction));
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const output = outputColumn(instruction, 0);
  const period = <i32>param(instruction, 0);
  const end = <usize>rows << 3;
  let offset: usize = 0;
  for (; offset < end && atr.count < period; offset += 8) {
    const first = seedAtr(atr, load<f64>(high + offset), load<f64>(low + offset), load<f64>(close + offset), period);
    store<f64>(output + offset, first);
  }
  let value = atr.value;
  let before = atr.close;
  const kept = <f64>(period - 1);
  const divisor = <f64>period;
  for (; offset < end; offset += 8) {
    const c = load<f64>(close + offset);
    const next = (value * kept + rangeOf(load<f64>(high + offset), load<f64>(low + offset), before)) / divisor;
    if (next - next != 0 || isNull(c)) {
      store<f64>(output + offset, NULL);
      continue;
    }
    value = next;
    before = c;
    store<f64>(output + offset, next);
  }
  atr.value = value;
  atr.close = before;
}

function seedAtr(atr: AtrState, high: f64, low: f64, close: f64, period: i32): f64 {
  const range = rangeOf(high, low, atr.started != 0 ? atr.close : low);
  if (range - range != 0 || isNull(close)) return NULL;
  const result = atr.started != 0 ? seedStep(atr, range, period) : NULL;
  atr.close = close;
  atr.started = 1;
  return result;
}

/** Bytes of an `AtrState`. */
export const ATR_BYTES: usize = 32;

/**
 * Next value of TradingView's `ta.atr`, or null: as ATR, but the first row counts with high - low, so that it begins
 * one row earlier.
 */
export function atrFromFirstRow(atr: AtrState, high: f64, low: f64, close: f64, period: i32): f64 {
  const range = atr.started != 0 ? rangeOf(high, low, atr.close) : high - low;
  if (range - range != 0 || isNull(close)) return NULL;
  atr.close = close;
  atr.started = 1;
  return wilderStep(atr, range, period);
}
