// Mean of the last n rows, the simple moving average: a running sum that a full window slides, with its error gathered
// apart.
//
// How it works: the sum moves by newest - oldest. The errors of that difference and of the addition are found exactly
// and gathered in a second number, which no later sum waits for: the chain from row to row is one addition (3.0 ns a
// row, against 4.0 for the sums by turns of window-sums.ts). Inside a block the oldest row is read from the input
// column itself; the ring serves the first n rows of a block. A window is summed afresh when it becomes full, after an
// overflow, and every REFRESH_ROWS rows or n, whichever is more.
//
// Always true:
//   the mean of a constant window is that constant;
//   a null empties the window: the next result comes n valid rows later;
//   a sum that overflowed is whole again in the first row whose window has no cause for it;
//   sums are double-double, and what they lost to a value 2^53 times larger comes back with the next fresh sum.
//
// Layout of the state (all zero at the start):
//
//   +0 sum f64 | +8 its error f64 | +16 last row f64 | +24 valid rows held i32, at most n
//   +28 run of equal rows i32, at most n | +32 slot of the oldest row i32 | +36 rows since the last fresh sum i32
//   +40 n slots f64
//
// Source: Knuth TAOCP 2, 4.2.2 (error of a sum); Sterbenz 1974 (exact differences); Dekker 1971 (error of an ordered
//   sum).

import { MEAN_HEADER_BYTES } from "../abi-window";
import { NULL, finiteOrNull, inputColumn, isNull, outputColumn, param, state } from "../column";
import { pairOf, sumError, sumErrorPair } from "../double-double";

/** Rows after which a sum is made afresh, unless the window is longer. */
const REFRESH_ROWS: i32 = 4096;

// @ts-ignore: decorator
@unmanaged class MeanWindow {
  sum: f64;
  error: f64;
  last: f64;
  held: i32;
  run: i32;
  slot: i32;
  age: i32;
}

// @ts-ignore: decorator
@inline function slotAt(window: MeanWindow, slot: i32): usize {
  return changetype<usize>(window) + MEAN_HEADER_BYTES + (<usize>slot << 3);
}

/** Mean of the last n rows of input 0. Params: n. */
export function rollingMean(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const window = changetype<MeanWindow>(state(instruction));
  const count = <i32>param(instruction, 0);
  takeRows(window, input, outputColumn(instruction, 0), 0, rows, count);
  keepRows(window, input, rows, count);
}

/**
 * Means of the last n and of the last m rows of input 0, as two instructions of `rollingMean` give them. Params: n, m,
 * distance in bytes from the state of the first to that of the second.
 */
export function rollingMeanPair(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const outputA = outputColumn(instruction, 0);
  const outputB = outputColumn(instruction, 1);
  const a = changetype<MeanWindow>(state(instruction));
  const b = changetype<MeanWindow>(state(instruction) + <usize><i64>param(instruction, 2));
  const countA = <i32>param(instruction, 0);
  const countB = <i32>param(instruction, 1);
  // Rows that leave lie in the block from here on, and in the rings before.
  let row = min(rows, max(countA, countB));
  takeRows(a, input, outputA, 0, row, countA);
  takeRows(b, input, outputB, 0, row, countB);
  const isNear = row < rows && nearRows(input, rows);
  while (row < rows) {
    let span = isNear ? min(slidingRows(a, row, rows, countA), slidingRows(b, row, rows, countB)) & ~1 : rows - row;
    if (!isNear || span == 0 || !slidePair(a, b, input, outputA, outputB, row, span, countA, countB)) {
      span = max(span, 1);
      takeRows(a, input, outputA, row, row + span, countA);
      takeRows(b, input, outputB, row, row + span, countB);
    }
    row += span;
  }
  keepRows(a, input, rows, countA);
  keepRows(b, input, rows, countB);
}

/** Takes the rows from `row` to `until` of the block into the window and writes their means. */
function takeRows(window: MeanWindow, input: usize, output: usize, row: i32, until: i32, count: i32): void {
  while (row < until) {
    const offset = <usize>row << 3;
    const span = slidingRows(window, row, until, count);
    let taken = 0;
    if (span > 0) {
      taken = slideMean(window, input + offset, oldestRow(window, input, row, count), output + offset, span, count);
    }
    // What cannot slide (a null, an overflow, a window that is not full or not fresh) is one row done the plain way.
    if (taken == 0) {
      store<f64>(output + offset, freshMean(window, input, row, count));
      taken = 1;
    }
    row += taken;
  }
}

/**
 * Rows from `row` on, below `until`, over which the window can slide in one piece: the rows that leave lie in the ring,
 * in up to two pieces, and from row n of the block on in the block itself. 0 when it is not full or not fresh.
 */
// @ts-ignore: decorator
@inline function slidingRows(window: MeanWindow, row: i32, until: i32, count: i32): i32 {
  const refresh = max(count, REFRESH_ROWS);
  if (window.held != count || window.age >= refresh) return 0;
  const span = min(until - row, refresh - window.age);
  return row < count ? min(span, min(count - row, count - oldestSlot(window, row, count))) : span;
}

/** Slot of the row that leaves when `row` of the block, one of the first n, enters. */
// @ts-ignore: decorator
@inline function oldestSlot(window: MeanWindow, row: i32, count: i32): i32 {
  return window.slot + row - (window.slot + row >= count ? count : 0);
}

/** Address of the row that leaves when `row` of the block enters. */
// @ts-ignore: decorator
@inline function oldestRow(window: MeanWindow, input: usize, row: i32, count: i32): usize {
  return row < count ? slotAt(window, oldestSlot(window, row, count)) : input + (<usize>(row - count) << 3);
}

/**
 * Slides a full window with a finite sum over at most `rows` rows; returns how many, up to the first null or overflow.
 * Two rows at a time: what the chain of sums does not wait for is done in pairs, and the bits are those of one by one.
 */
function slideMean(window: MeanWindow, input: usize, oldest: usize, output: usize, rows: i32, count: i32): i32 {
  let sum = window.sum;
  let error = window.error;
  let last = f64x2.splat(window.last);
  let run = window.run;
  const divisor = f64x2.splat(<f64>count);
  const begin = input;
  for (const end = input + (<usize>(rows & ~1) << 3); input < end; input += 16, oldest += 16, output += 16) {
    const enters = v128.load(input);
    const leaves = v128.load(oldest);
    const change = f64x2.sub(enters, leaves);
    const first = sum + f64x2.extract_lane(change, 0);
    const second = first + f64x2.extract_lane(change, 1);
    const sums = pairOf(first, second);
    const lost = f64x2.add(
      sumErrorPair(enters, f64x2.neg(leaves), change), sumErrorPair(pairOf(sum, first), change, sums),
    );
    const errorOfFirst = error + f64x2.extract_lane(lost, 0);
    const errorOfSecond = errorOfFirst + f64x2.extract_lane(lost, 1);
    const means = f64x2.div(f64x2.add(sums, pairOf(errorOfFirst, errorOfSecond)), divisor);
    if (i64x2.bitmask(f64x2.eq(f64x2.sub(means, means), f64x2.splat(0))) != 3) break;
    sum = second;
    error = errorOfSecond;
    v128.store(output, means);
    // A run goes on where a row equals the one before it; runs longer than the window are cut to it at the end.
    const equal = i64x2.bitmask(f64x2.eq(enters, v128.shuffle<f64>(last, enters, 1, 2)));
    const runOfFirst = (run & -(equal & 1)) + 1;
    run = (runOfFirst & -(equal >> 1)) + 1;
    last = enters;
    if (max(runOfFirst, run) >= count) {
      if (runOfFirst >= count) store<f64>(output, f64x2.extract_lane(enters, 0));
      if (run >= count) store<f64>(output, f64x2.extract_lane(enters, 1), 8);
    }
  }
  const taken = <i32>((input - begin) >> 3);
  window.sum = sum;
  window.error = error;
  window.last = f64x2.extract_lane(last, 1);
  window.run = min(run, count);
  window.age += taken;
  return taken == rows || !slideOne(window, load<f64>(input), load<f64>(oldest), output, count) ? taken : taken + 1;
}

/**
 * True when all `rows` values of `column` lie within 3/4 and 3/2 of its first one, as the prices of one block do, and
 * are positive. A null does not.
 */
function nearRows(column: usize, rows: i32): bool {
  const first = load<f64>(column);
  if (!(first > 0 && first < 1e290)) return false;
  const low = f64x2.splat(0.75 * first);
  const high = f64x2.splat(1.5 * first);
  let near = i64x2.splat(-1);
  const end = column + (<usize>rows << 3);
  for (; column + 32 <= end; column += 32) {
    near = v128.and(near, v128.and(within(v128.load(column), low, high), within(v128.load(column, 16), low, high)));
  }
  for (; column < end; column += 8) near = v128.and(near, within(v128.load64_splat(column), low, high));
  return i64x2.all_true(near);
}

// @ts-ignore: decorator
@inline function within(pair: v128, low: v128, high: v128): v128 {
  return v128.and(f64x2.ge(pair, low), f64x2.le(pair, high));
}

/**
 * `slideMean` of two windows over an even number of rows, a window in each lane (1.2 ns a row and window against 2.2).
 * The rows that leave lie in the block too, and all are near one another (`nearRows`): a difference of two is exact
 * (Sterbenz), and as long as no sum is smaller than such a difference, two subtractions give the error of the next sum
 * (Dekker). That is tested behind the rows; false, with nothing changed but the outputs, when it did not hold.
 */
function slidePair(
  a: MeanWindow, b: MeanWindow, input: usize, outputA: usize, outputB: usize, row: i32, rows: i32, countA: i32,
  countB: i32,
): bool {
  let at = input + (<usize>row << 3);
  const end = at + (<usize>rows << 3);
  const toOldestA = <usize>countA << 3;
  const toOldestB = <usize>countB << 3;
  const toOutputA = outputA - input;
  const toOutputB = outputB - input;
  const reference = load<f64>(at);
  const counts = pairOf(<f64>countA, <f64>countB);
  const fewest = min(countA, countB);
  let sums = pairOf(a.sum, b.sum);
  let errors = pairOf(a.error, b.error);
  let least = sums;
  let last = reinterpret<i64>(a.last);
  // Both saw the same rows, and the longer window counts the longer run.
  let run = max(a.run, b.run);
  // Tested at its end, so that V8 takes what does not change out of the loop.
  do {
    const enters = v128.load(at);
    const leavesA = v128.load(at - toOldestA);
    const leavesB = v128.load(at - toOldestB);
    const change = f64x2.sub(v128.shuffle<f64>(enters, enters, 0, 0), v128.shuffle<f64>(leavesA, leavesB, 0, 2));
    const sumsOfFirst = f64x2.add(sums, change);
    errors = f64x2.add(errors, f64x2.sub(change, f64x2.sub(sumsOfFirst, sums)));
    const first = f64x2.div(f64x2.add(sumsOfFirst, errors), counts);
    const then = f64x2.sub(v128.shuffle<f64>(enters, enters, 1, 1), v128.shuffle<f64>(leavesA, leavesB, 1, 3));
    sums = f64x2.add(sumsOfFirst, then);
    errors = f64x2.add(errors, f64x2.sub(then, f64x2.sub(sums, sumsOfFirst)));
    const second = f64x2.div(f64x2.add(sums, errors), counts);
    least = f64x2.pmin(least, f64x2.pmin(sumsOfFirst, sums));
    v128.store(at + toOutputA, v128.shuffle<f64>(first, second, 0, 2));
    v128.store(at + toOutputB, v128.shuffle<f64>(first, second, 1, 3));
    const bitsOfFirst = load<i64>(at);
    const runOfFirst = (run & -<i32>(bitsOfFirst == last)) + 1;
    last = load<i64>(at, 8);
    run = (runOfFirst & -<i32>(last == bitsOfFirst)) + 1;
    if (max(runOfFirst, run) >= fewest) {
      storeConstant(at, at + toOutputA, runOfFirst, run, countA);
      storeConstant(at, at + toOutputB, runOfFirst, run, countB);
    }
    at += 16;
  } while (at < end);
  const isSound = v128.and(f64x2.ge(least, f64x2.splat(reference)), f64x2.le(sums, f64x2.splat(1e300)));
  if (!i64x2.all_true(isSound)) return false;
  slidTo(a, f64x2.extract_lane(sums, 0), f64x2.extract_lane(errors, 0), reinterpret<f64>(last), min(run, countA), rows);
  slidTo(b, f64x2.extract_lane(sums, 1), f64x2.extract_lane(errors, 1), reinterpret<f64>(last), min(run, countB), rows);
  return true;
}

/** Gives the two rows at `output` the value of the input itself where the window, full of it, is constant. */
function storeConstant(input: usize, output: usize, runOfFirst: i32, run: i32, count: i32): void {
  if (runOfFirst >= count) store<f64>(output, load<f64>(input));
  if (run >= count) store<f64>(output, load<f64>(input, 8), 8);
}

/** Leaves the window as it is after it slid over `rows` rows. */
function slidTo(window: MeanWindow, sum: f64, error: f64, last: f64, run: i32, rows: i32): void {
  window.sum = sum;
  window.error = error;
  window.last = last;
  window.run = run;
  window.age += rows;
}

/** Slides a full window by one row; false, with nothing changed, when the row is null or the sum overflows. */
// @ts-ignore: decorator
@inline function slideOne(window: MeanWindow, enters: f64, leaves: f64, output: usize, count: i32): bool {
  const change = enters - leaves;
  const sum = window.sum + change;
  const error = window.error + (sumError(enters, -leaves, change) + sumError(window.sum, change, sum));
  const mean = (sum + error) / <f64>count;
  if (mean - mean != 0) return false;
  window.sum = sum;
  window.error = error;
  window.run = enters == window.last ? min(window.run + 1, count) : 1;
  window.last = enters;
  window.age += 1;
  store<f64>(output, window.run == count ? enters : mean);
  return true;
}

/** Takes row `row` of the block, and sums the window afresh if it is full with it; gives the mean, or null. */
function freshMean(window: MeanWindow, input: usize, row: i32, count: i32): f64 {
  const value = load<f64>(input + (<usize>row << 3));
  window.sum = 0;
  window.error = 0;
  if (isNull(value)) {
    window.held = 0;
    window.run = 0;
    window.last = 0;
    return NULL;
  }
  window.held = min(window.held + 1, count);
  window.run = value == window.last ? min(window.run + 1, count) : 1;
  window.last = value;
  if (window.held < count) return NULL;
  let sum: f64 = 0;
  let error: f64 = 0;
  for (let place = row - count + 1; place <= row; place++) {
    const term = load<f64>(place >= 0 ? input + (<usize>place << 3) : ringPlace(window, place, count));
    const next = sum + term;
    error += sumError(sum, term, next);
    sum = next;
  }
  const mean = finiteOrNull((sum + error) / <f64>count);
  // A sum that overflowed is too old to slide.
  window.age = isNull(mean) ? max(count, REFRESH_ROWS) : 0;
  window.sum = isNull(mean) ? 0 : sum;
  window.error = isNull(mean) ? 0 : error;
  return window.run == count ? value : mean;
}

/** Address in the ring of row `place` of the block: a negative one, down to -count. */
// @ts-ignore: decorator
@inline function ringPlace(window: MeanWindow, place: i32, count: i32): usize {
  const slot = window.slot + place;
  return slotAt(window, slot < 0 ? slot + count : slot);
}

/** Copies the last rows of the block into the ring, where the next block looks for them. */
function keepRows(window: MeanWindow, input: usize, rows: i32, count: i32): void {
  const kept = min(rows, count);
  let slot = (window.slot + rows - kept) % count;
  for (let row = rows - kept; row < rows; row++) {
    store<f64>(slotAt(window, slot), load<f64>(input + (<usize>row << 3)));
    slot = slot + 1 == count ? 0 : slot + 1;
  }
  window.slot = slot;
}
