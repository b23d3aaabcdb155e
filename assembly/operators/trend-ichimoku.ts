// Ichimoku lines, none of which looks ahead: the cloud stands in the row over which a chart draws it.
//
// A chart draws senkou A and B `displacement` - 1 bars to the right of the bar they come from; here, row t holds what
// was computed that many rows before, which is the cloud over bar t. A chart draws chikou (the close) as many bars to
// the left, which in row t would be a close of the future; the margin of chikou is what can be known: the close less
// the close it is drawn over.
//
// State: the extremes (assembly/window-extreme.ts) of highs and lows over conversion, base and span rows, then, unless
// the displacement is 1, rings (assembly/window-ring.ts) of displacement - 1 rows for senkou A, senkou B and the close.
//
// Always true: a null within the rows that a line looks back on makes it null.
// Source: TradingView's built-in Ichimoku Cloud (9, 26, 52, 26).

import { finiteOrNull, inputColumn, isNull, NULL, outputColumn, param, state } from "../column";
import { maxPush, minPush, ringDelay } from "../window";
import { extremeBytes, ringBytes } from "../window-bytes";

/** Middle between the largest high and the smallest low of the last `count` rows; two extremes stand at `windows`. */
function middlePush(windows: usize, count: i32, high: f64, low: f64): f64 {
  const highest = maxPush(windows, count, high);
  const lowest = minPush(windows + extremeBytes(count), count, low);
  return finiteOrNull((highest + lowest) / 2);
}

// @ts-ignore: decorator
@inline function shifted(ring: usize, shift: i32, value: f64): f64 {
  return shift == 0 ? value : ringDelay(ring, shift, value);
}

/**
 * Tenkan, kijun, senkou A, senkou B and the margin of chikou of inputs 0 (high), 1 (low), 2 (close).
 * Params: conversion, base, span, displacement.
 */
export function ichimoku(instruction: usize, rows: i32): void {
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const conversion = <i32>param(instruction, 0);
  const base = <i32>param(instruction, 1);
  const span = <i32>param(instruction, 2);
  const shift = <i32>param(instruction, 3) - 1;
  const conversions = state(instruction);
  const bases = conversions + 2 * extremeBytes(conversion);
  const spans = bases + 2 * extremeBytes(base);
  const ringA = spans + 2 * extremeBytes(span);
  const ringB = ringA + ringBytes(shift);
  const ringClose = ringB + ringBytes(shift);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    let h = load<f64>(high + offset);
    let l = load<f64>(low + offset);
    let c = load<f64>(close + offset);
    if (isNull(h) || isNull(l) || isNull(c)) {
      h = NULL;
      l = NULL;
      c = NULL;
    }
    const tenkan = middlePush(conversions, conversion, h, l);
    const kijun = middlePush(bases, base, h, l);
    store<f64>(outputColumn(instruction, 0) + offset, tenkan);
    store<f64>(outputColumn(instruction, 1) + offset, kijun);
    store<f64>(outputColumn(instruction, 2) + offset, shifted(ringA, shift, finiteOrNull((tenkan + kijun) / 2)));
    store<f64>(outputColumn(instruction, 3) + offset, shifted(ringB, shift, middlePush(spans, span, h, l)));
    store<f64>(outputColumn(instruction, 4) + offset, finiteOrNull(c - shifted(ringClose, shift, c)));
  }
}
