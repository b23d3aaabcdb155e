// Covariance and correlation of two columns, and the straight line through one, over the last n rows.
//
// State: a window of sums (assembly/window-sums.ts): covariance Σx, Σy, Σxy; correlation those and Σx², Σy²; the line
// Σx, Σ row · x, Σx².
//
// Always true:
//   a covariance with a constant window is exactly 0, a correlation with it is null;
//   a correlation lies within −1 and 1, and r² within 0 and 1;
//   the slope of a constant window is exactly 0, its r² is null.

import { NULL, finiteOrNull, inputColumn, isNull, outputColumn, param, state } from "../column";
import { productDifference, productError, squareError } from "../double-double";
import {
  sumsAdvance, sumsPair, sumsPlacedTerm, sumsReset, sumsRow, sumsRunOfX, sumsRunOfY, sumsSlot, sumsTerm, weightedSum,
} from "../window-sums";

const COV_SUMS: i32 = 3;
const CORR_SUMS: i32 = 5;
const LINE_SUMS: i32 = 3;

/** n · Σab − Σa · Σb, `product` being the index of Σab. */
// @ts-ignore: decorator
@inline function spread(window: usize, count: i32, sums: i32, product: i32, a: i32, b: i32): f64 {
  const ab = sumsPair(window, sums, product);
  const first = sumsPair(window, sums, a);
  const second = sumsPair(window, sums, b);
  return productDifference(
    <f64>count, load<f64>(ab), load<f64>(ab, 8), load<f64>(first), load<f64>(first, 8),
    load<f64>(second), load<f64>(second, 8),
  );
}

/** Puts a · b as term `index`. */
// @ts-ignore: decorator
@inline function productTerm(slot: usize, index: i32, a: f64, b: f64): void {
  const product = a * b;
  sumsTerm(slot, index, product, productError(a, b, product));
}

/** Puts a² as term `index`. */
// @ts-ignore: decorator
@inline function squareTerm(slot: usize, index: i32, a: f64): void {
  const square = a * a;
  sumsTerm(slot, index, square, squareError(a, square));
}

/** Covariance of inputs 0 and 1. Params: n, ddof; the divisor is n − ddof. */
export function rollingCovariance(instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const ddof = <i32>param(instruction, 1);
  const divisor = <f64>count * <f64>(count - ddof);
  const x = inputColumn(instruction, 0);
  const y = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    const a = load<f64>(x + at);
    const b = load<f64>(y + at);
    if (isNull(a) || isNull(b)) {
      sumsReset(window, COV_SUMS);
      store<f64>(output + at, NULL);
      continue;
    }
    const slot = sumsSlot(window, COV_SUMS, sumsRow(window));
    sumsTerm(slot, 0, a, 0);
    sumsTerm(slot, 1, b, 0);
    productTerm(slot, 2, a, b);
    const constant = max(sumsRunOfX(window, count, a), sumsRunOfY(window, count, b)) == count;
    if (!sumsAdvance(window, count, COV_SUMS) || count <= ddof) store<f64>(output + at, NULL);
    else store<f64>(output + at, constant ? 0 : finiteOrNull(spread(window, count, COV_SUMS, 2, 0, 1) / divisor));
  }
}

/** Pearson's correlation of inputs 0 and 1. Params: n. */
export function rollingCorrelation(instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const x = inputColumn(instruction, 0);
  const y = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    const a = load<f64>(x + at);
    const b = load<f64>(y + at);
    if (isNull(a) || isNull(b)) {
      sumsReset(window, CORR_SUMS);
      store<f64>(output + at, NULL);
      continue;
    }
    const slot = sumsSlot(window, CORR_SUMS, sumsRow(window));
    sumsTerm(slot, 0, a, 0);
    sumsTerm(slot, 1, b, 0);
    productTerm(slot, 2, a, b);
    squareTerm(slot, 3, a);
    squareTerm(slot, 4, b);
    const constant = max(sumsRunOfX(window, count, a), sumsRunOfY(window, count, b)) == count;
    const whole = sumsAdvance(window, count, CORR_SUMS);
    store<f64>(output + at, whole && !constant ? correlation(window, count) : NULL);
  }
}

function correlation(window: usize, count: i32): f64 {
  const both = spread(window, count, CORR_SUMS, 2, 0, 1);
  const ofX = spread(window, count, CORR_SUMS, 3, 0, 0);
  const ofY = spread(window, count, CORR_SUMS, 4, 1, 1);
  if (!(ofX > 0 && ofY > 0)) return NULL;
  return finiteOrNull(max<f64>(-1, min<f64>(1, both / (sqrt(ofX) * sqrt(ofY)))));
}

/**
 * Least-squares line through the last n rows of input 0, row k = 0 … n − 1 being its abscissa. Outputs: value at the
 * newest row, slope, intercept (value at the oldest row), r². Params: n.
 */
export function linearRegression(instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  let input = inputColumn(instruction, 0);
  let offset: usize = 0;
  for (const end = input + (<usize>rows << 3); input < end; input += 8, offset += 8) {
    const value = load<f64>(input);
    if (isNull(value)) {
      sumsReset(window, LINE_SUMS);
      storeLine(instruction, offset, NULL, NULL, NULL, NULL);
      continue;
    }
    const row = sumsRow(window);
    const slot = sumsSlot(window, LINE_SUMS, row);
    sumsTerm(slot, 0, value, 0);
    sumsPlacedTerm(slot, 1, row, value);
    squareTerm(slot, 2, value);
    const constant = sumsRunOfX(window, count, value) == count;
    if (!sumsAdvance(window, count, LINE_SUMS)) storeLine(instruction, offset, NULL, NULL, NULL, NULL);
    else if (constant) storeLine(instruction, offset, value, 0, value, NULL);
    else line(instruction, offset, window, count);
  }
}

/**
 * Line of a full window, each output from one weighted sum so that nothing cancels twice. With c = Σ (2k − (n − 1)) ·
 * x: slope = 6c / (n (n² − 1)), r² = 3c² / ((n² − 1) (n Σx² − (Σx)²)), ends = Σ (± 6k + …) · x / (n (n + 1)).
 */
function line(instruction: usize, offset: usize, window: usize, count: i32): void {
  const n = <f64>count;
  const squares = n * n - 1;
  const ends = n * (n + 1);
  const centred = weightedSum(window, count, LINE_SUMS, 2, 1 - n);
  const value = weightedSum(window, count, LINE_SUMS, 6, 4 - 2 * n) / ends;
  const intercept = weightedSum(window, count, LINE_SUMS, -6, 4 * n - 2) / ends;
  const total = spread(window, count, LINE_SUMS, 2, 0, 0);
  const fit = total > 0 ? min<f64>(1, 3 * (centred / squares) * (centred / total)) : NULL;
  const slope = 6 * centred / (n * squares);
  storeLine(instruction, offset, finiteOrNull(value), finiteOrNull(slope), finiteOrNull(intercept), finiteOrNull(fit));
}

// @ts-ignore: decorator
@inline function storeLine(instruction: usize, offset: usize, value: f64, slope: f64, intercept: f64, fit: f64): void {
  store<f64>(outputColumn(instruction, 0) + offset, value);
  store<f64>(outputColumn(instruction, 1) + offset, slope);
  store<f64>(outputColumn(instruction, 2) + offset, intercept);
  store<f64>(outputColumn(instruction, 3) + offset, fit);
}
