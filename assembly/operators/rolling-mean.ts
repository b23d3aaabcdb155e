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
// Source: Knuth TAOCP 2, 4.2.2 (error of a sum).

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
  const output = outputColumn(instruction, 0);
  const window = changetype<MeanWindow>(state(instruction));
  const count = <i32>param(instruction, 0);
  const refresh = max(count, REFRESH_ROWS);
  let row = 0;
  while (row < rows) {
    const offset = <usize>row << 3;
    let taken = 0;
    if (window.held == count && window.age < refresh) {
      // The rows that leave lie in the ring, in up to two pieces, and from row n of the block on in the block itself.
      let span = min(rows - row, refresh - window.age);
      let oldest = input + (<usize>(row - count) << 3);
      if (row < count) {
        const slot = window.slot + row - (window.slot + row >= count ? count : 0);
        oldest = slotAt(window, slot);
        span = min(span, min(count - row, count - slot));
      }
      taken = slideMean(window, input + offset, oldest, output + offset, span, count);
    }
    // What cannot slide (a null, an overflow, a window that is not full or not fresh) is one row done the plain way.
    if (taken == 0) {
      store<f64>(output + offset, freshMean(window, input, row, count));
      taken = 1;
    }
    row += taken;
  }
  keepRows(window, input, rows, count);
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
