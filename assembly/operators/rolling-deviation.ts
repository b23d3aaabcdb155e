// Variance, standard deviation and z-score of the last n rows.
//
// The numerator n · Σx² − (Σx)² is formed from double-double sums, so that a small spread around a large level keeps
// its digits.
//
// State: a window of two sums, Σx and Σx² (assembly/window-sums.ts).
//
// Always true:
//   no variance is negative, and that of a constant window is exactly 0;
//   a z-score is null where the deviation is 0.
// Params: n, ddof. The divisor is n − ddof; ddof is 0 by default, as in TA-Lib's VAR and STDDEV (pandas has 1).

import { OP_ROLLING_STD, OP_ROLLING_VAR, OP_ROLLING_ZSCORE } from "../abi-opcodes";
import { SUMS_HEADER_BYTES, SUMS_PAIR_BYTES } from "../abi-window";
import { NULL, finiteOrNull, inputColumn, isNull, outputColumn, param, state } from "../column";
import { productDifference, squareError, sumErrorPair } from "../double-double";
import { momentsConstant, momentsPush, sumsPair, sumsReset, sumsSlot, sumsTurn } from "../window-sums";

/** n² times the variance with a divisor of n, from Σx and Σx² as pairs; never negative. */
// @ts-ignore: decorator
@inline function momentsSpread(count: i32, sum: f64, sumLow: f64, squares: f64, squaresLow: f64): f64 {
  return max(productDifference(<f64>count, squares, squaresLow, sum, sumLow, sum, sumLow), 0);
}

/**
 * Result of one instruction for a full window, or what is not finite where there is none; `opcode` must be a literal.
 */
// @ts-ignore: decorator
@inline function deviationOf(
  opcode: i32, count: i32, ddof: i32, constant: bool, value: f64, sum: f64, sumLow: f64, squares: f64, squaresLow: f64,
): f64 {
  if (count <= ddof) return NULL;
  const spread = constant ? 0 : momentsSpread(count, sum, sumLow, squares, squaresLow);
  const variance = spread / (<f64>count * <f64>(count - ddof));
  if (opcode == OP_ROLLING_VAR) return variance;
  if (opcode == OP_ROLLING_STD) return sqrt(variance);
  // Zero over zero, over a constant window, is no number either.
  return productDifference(<f64>count, value, 0, 1, 0, sum, sumLow) / (<f64>count * sqrt(variance));
}

/**
 * Variance of the full window after `momentsPush` gave true: null when `ddof` leaves no divisor or a square overflowed.
 */
export function momentsVariance(window: usize, count: i32, ddof: i32): f64 {
  return finiteOrNull(pushedDeviation(OP_ROLLING_VAR, window, count, ddof, 0));
}

// @ts-ignore: decorator
@inline function pushedDeviation(opcode: i32, window: usize, count: i32, ddof: i32, value: f64): f64 {
  const sum = sumsPair(window, 2, 0);
  const squares = sumsPair(window, 2, 1);
  const constant = momentsConstant(window, count);
  return deviationOf(
    opcode, count, ddof, constant, value, load<f64>(sum), load<f64>(sum, 8), load<f64>(squares), load<f64>(squares, 8),
  );
}

/** Runs one instruction of the family over `rows` rows of input 0. */
export function rollingDeviation(opcode: i32, instruction: usize, rows: i32): void {
  const window = state(instruction);
  const count = <i32>param(instruction, 0);
  const ddof = <i32>param(instruction, 1);
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  switch (opcode) {
    case OP_ROLLING_VAR: return deviationColumn(OP_ROLLING_VAR, window, count, ddof, input, output, rows);
    case OP_ROLLING_STD: return deviationColumn(OP_ROLLING_STD, window, count, ddof, input, output, rows);
    default: return deviationColumn(OP_ROLLING_ZSCORE, window, count, ddof, input, output, rows);
  }
}

/** Standard deviations of `count` rows over `rows` rows of a column. */
export function stdColumn(window: usize, count: i32, ddof: i32, input: usize, output: usize, rows: i32): void {
  deviationColumn(OP_ROLLING_STD, window, count, ddof, input, output, rows);
}

/** `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function deviationColumn(
  opcode: i32, window: usize, count: i32, ddof: i32, input: usize, output: usize, rows: i32,
): void {
  const end = input + (<usize>rows << 3);
  while (input < end) {
    const row = load<i32>(window);
    // The first turn, which has nothing older, goes the plain way.
    if (load<i32>(window, 4) == 0) {
      const value = load<f64>(input);
      const whole = momentsPush(window, count, value);
      store<f64>(output, whole ? finiteOrNull(pushedDeviation(opcode, window, count, ddof, value)) : NULL);
      input += 8;
      output += 8;
      continue;
    }
    const span = min(end - input, <usize>(count - row) << 3);
    const taken = deviationTurn(opcode, window, count, ddof, row, input, output, span);
    input += taken;
    output += taken;
  }
}

/**
 * Takes the rows in `bytes` bytes of input, all of one turn, or those up to and with a null; gives the bytes taken. Σx
 * and Σx² go through the two lanes of one register: 19 ns a row against 29 through memory, with the same bits.
 */
// @ts-ignore: decorator
@inline function deviationTurn(
  opcode: i32, window: usize, count: i32, ddof: i32, row: i32, input: usize, output: usize, bytes: usize,
): usize {
  const running = window + SUMS_HEADER_BYTES;
  let slot = sumsSlot(window, 2, row);
  let high = unzipHigh(running);
  let low = unzipLow(running);
  let run = load<i32>(window, 8);
  let last = load<f64>(window, 16);
  let total = f64x2.splat(0);
  let totalLow = f64x2.splat(0);
  let at: usize = 0;
  for (; at < bytes; at += 8) {
    const value = load<f64>(input + at);
    if (isNull(value)) break;
    const square = finiteOrNull(value * value);
    const terms = f64x2.replace_lane(f64x2.splat(value), 1, square);
    const errors = f64x2.replace_lane(f64x2.splat(0), 1, finiteOrNull(squareError(value, square)));
    zip(slot, terms, errors);
    slot += 2 * SUMS_PAIR_BYTES;
    const next = f64x2.add(high, terms);
    low = f64x2.add(low, f64x2.add(sumErrorPair(high, terms, next), errors));
    high = next;
    const older = unzipHigh(slot);
    const sum = f64x2.add(high, older);
    const sumLow = f64x2.add(sumErrorPair(high, older, sum), f64x2.add(low, unzipLow(slot)));
    total = f64x2.add(sum, sumLow);
    totalLow = f64x2.sub(sumLow, f64x2.sub(total, sum));
    run = value == last ? min(run + 1, count) : 1;
    last = value;
    const result = deviationOf(
      opcode, count, ddof, run == count, value, f64x2.extract_lane(total, 0), f64x2.extract_lane(totalLow, 0),
      f64x2.extract_lane(total, 1), f64x2.extract_lane(totalLow, 1),
    );
    store<f64>(output + at, finiteOrNull(result));
  }
  if (at > 0) {
    const held = f64x2.eq(f64x2.sub(low, low), f64x2.splat(0));
    zip(running, v128.bitselect(high, f64x2.splat(NULL), held), v128.bitselect(low, f64x2.splat(NULL), held));
    const whole = f64x2.eq(f64x2.sub(total, total), f64x2.splat(0));
    const current = sumsPair(window, 2, 0);
    zip(current, v128.bitselect(total, f64x2.splat(NULL), whole), v128.bitselect(totalLow, f64x2.splat(NULL), whole));
    store<i32>(window, run, 8);
    store<f64>(window, last, 16);
    const next = row + <i32>(at >> 3);
    if (next == count) sumsTurn(window, count, 2);
    else store<i32>(window, next);
  }
  if (at == bytes) return at;
  sumsReset(window, 2);
  store<f64>(output + at, NULL);
  return at + 8;
}

/** High parts of the two pairs at `pairs`. */
// @ts-ignore: decorator
@inline function unzipHigh(pairs: usize): v128 {
  return v128.shuffle<f64>(v128.load(pairs), v128.load(pairs, SUMS_PAIR_BYTES), 0, 2);
}

/** Low parts of the two pairs at `pairs`. */
// @ts-ignore: decorator
@inline function unzipLow(pairs: usize): v128 {
  return v128.shuffle<f64>(v128.load(pairs), v128.load(pairs, SUMS_PAIR_BYTES), 1, 3);
}

/** Stores two pairs. */
// @ts-ignore: decorator
@inline function zip(pairs: usize, high: v128, low: v128): void {
  v128.store(pairs, v128.shuffle<f64>(high, low, 0, 2));
  v128.store(pairs, v128.shuffle<f64>(high, low, 1, 3), SUMS_PAIR_BYTES);
}
