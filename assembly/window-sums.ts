// Sums over the last n rows, each as a double-double pair, without ever taking a value away again.
//
// Rows are gathered in turns of n. Within a turn a running sum grows from its first row; when the turn is complete,
// each of its slots is replaced by the sum from that row to the turn's end. The window at row j of a turn is then the
// older part, slot j + 1 of the turn before, plus the newer part, the running sum. So a spike that has left the window
// leaves no trace, nothing drifts with the length of the tape, and a sum that overflowed is whole again once its cause
// has left. The cost is one more addition a row.
//
// Layout for k sums over n rows (all zero at the start):
//
//   +0 row of the turn i32 | +4 a turn before is complete, i32 | +8 run of x i32 | +12 run of y i32
//   +16 last x f64 | +24 last y f64
//   +32 k running pairs | k current pairs | n + 1 slots of k pairs; the last slot stays zero
//
// Always true:
//   a null row starts the window anew, so a result needs n valid rows on end;
//   a pair that overflowed is held as two nulls.
// Source: two-stack sliding aggregation (van Herk 1992, Gil and Werman 1993 for extremes), here for sums.

import { NULL, finiteOrNull, isNull } from "./column";
import { SUMS_HEADER_BYTES, SUMS_PAIR_BYTES } from "./abi-window";
import { addToPair, pairOf, productError, squareError, sumError, sumErrorOrdered, sumErrorPair } from "./double-double";

/** Address of running pair `index`. */
// @ts-ignore: decorator
@inline function runningPair(window: usize, index: i32): usize {
  return window + SUMS_HEADER_BYTES + <usize>index * SUMS_PAIR_BYTES;
}

/**
 * Address of current pair `index` of `sums`: the sum over the window (high at +0, low at +8) after `sumsAdvance` gave
 * true.
 */
// @ts-ignore: decorator
@inline export function sumsPair(window: usize, sums: i32, index: i32): usize {
  return window + SUMS_HEADER_BYTES + <usize>(sums + index) * SUMS_PAIR_BYTES;
}

/** Address of slot `row` of the turn. */
// @ts-ignore: decorator
@inline export function sumsSlot(window: usize, sums: i32, row: i32): usize {
  return window + SUMS_HEADER_BYTES + <usize>(2 * sums + sums * row) * SUMS_PAIR_BYTES;
}

/** Row of the turn that the next `sumsAdvance` takes; its slot is where the caller puts the terms. */
// @ts-ignore: decorator
@inline export function sumsRow(window: usize): i32 {
  return load<i32>(window);
}

/** Starts the window anew: what a null row does. */
export function sumsReset(window: usize, sums: i32): void {
  memory.fill(window, 0, <usize>(SUMS_HEADER_BYTES + sums * SUMS_PAIR_BYTES));
}

/** Puts the pair (value, error) as term `index` of the row that comes next. */
// @ts-ignore: decorator
@inline export function sumsTerm(slot: usize, index: i32, value: f64, error: f64): void {
  const pair = slot + <usize>index * SUMS_PAIR_BYTES;
  store<f64>(pair, finiteOrNull(value));
  store<f64>(pair, finiteOrNull(error), 8);
}

/** Takes the row whose `sums` terms were put into slot `sumsRow`; true when the window of `count` rows is full. */
// @ts-ignore: decorator
@inline export function sumsAdvance(window: usize, count: i32, sums: i32): bool {
  const row = load<i32>(window);
  const whole = load<i32>(window, 4) != 0 || row + 1 == count;
  const slot = sumsSlot(window, sums, row);
  for (let index = 0; index < sums; index++) {
    const running = runningPair(window, index);
    const term = slot + <usize>index * SUMS_PAIR_BYTES;
    addToPair(running, load<f64>(term), load<f64>(term, 8));
    if (!whole) continue;
    const older = term + <usize>sums * SUMS_PAIR_BYTES;
    const newerHigh = load<f64>(running);
    const olderHigh = load<f64>(older);
    const high = newerHigh + olderHigh;
    const low = sumError(newerHigh, olderHigh, high) + (load<f64>(running, 8) + load<f64>(older, 8));
    const total = high + low;
    const held = total - total == 0;
    const current = sumsPair(window, sums, index);
    store<f64>(current, held ? total : NULL);
    store<f64>(current, held ? sumErrorOrdered(high, low, total) : NULL, 8);
  }
  if (row + 1 == count) sumsTurn(window, count, sums);
  else store<i32>(window, row + 1);
  return whole;
}

/** Ends a turn: each slot becomes the sum from its row to the turn's end, and the running pairs start at zero. */
export function sumsTurn(window: usize, count: i32, sums: i32): void {
  const step = <usize>sums * SUMS_PAIR_BYTES;
  for (let index = 0; index < sums; index++) {
    const first = sumsSlot(window, sums, 0) + <usize>index * SUMS_PAIR_BYTES;
    let pair = first + <usize>(count - 1) * step;
    let high = load<f64>(pair);
    let low = load<f64>(pair, 8);
    for (pair -= step; pair >= first; pair -= step) {
      const value = load<f64>(pair);
      const sum = value + high;
      // The low part so far comes last, so that the chain from slot to slot is one addition: 1 ns a row less than the
      // other way round.
      low = load<f64>(pair, 8) + sumError(value, high, sum) + low;
      high = sum;
      store<f64>(pair, high);
      store<f64>(pair, low, 8);
    }
    // Once a sum has overflowed, so have all those before it: one look at the last is enough in the common case.
    if (low - low != 0) holdNulls(first, step, count);
  }
  const running = runningPair(window, 0);
  // Plain stores: for so few bytes a call of memory.fill costs more than the rest of a short turn.
  for (let at: usize = 0; at < step; at += 16) v128.store(running + at, i64x2.splat(0));
  store<i32>(window, 0);
  store<i32>(window, 1, 4);
}

/** `sumsTurn` of a window of one sum: two slots at a time, with the same bits. */
export function sumTurn(window: usize, count: i32): void {
  const first = sumsSlot(window, 1, 0);
  let pair = first + <usize>(count - 1) * SUMS_PAIR_BYTES;
  let high = load<f64>(pair);
  let low = load<f64>(pair, 8);
  for (pair -= 2 * SUMS_PAIR_BYTES; pair >= first; pair -= 2 * SUMS_PAIR_BYTES) {
    const earlier = v128.load(pair);
    const later = v128.load(pair, SUMS_PAIR_BYTES);
    const highOfLater = f64x2.extract_lane(later, 0) + high;
    const highOfEarlier = f64x2.extract_lane(earlier, 0) + highOfLater;
    const values = v128.shuffle<f64>(later, earlier, 0, 2);
    const sums = pairOf(highOfLater, highOfEarlier);
    const errors = f64x2.add(
      v128.shuffle<f64>(later, earlier, 1, 3), sumErrorPair(values, pairOf(high, highOfLater), sums),
    );
    const lowOfLater = f64x2.extract_lane(errors, 0) + low;
    low = f64x2.extract_lane(errors, 1) + lowOfLater;
    high = highOfEarlier;
    v128.store(pair, pairOf(high, low));
    v128.store(pair, pairOf(highOfLater, lowOfLater), SUMS_PAIR_BYTES);
  }
  if (pair + SUMS_PAIR_BYTES == first) {
    const value = load<f64>(first);
    const sum = value + high;
    low = load<f64>(first, 8) + sumError(value, high, sum) + low;
    store<f64>(first, sum);
    store<f64>(first, low, 8);
  }
  if (low - low != 0) holdNulls(first, SUMS_PAIR_BYTES, count);
  v128.store(window + SUMS_HEADER_BYTES, i64x2.splat(0));
  store<i32>(window, 0);
  store<i32>(window, 1, 4);
}

/** Replaces each pair of a finished turn that overflowed by two nulls. */
function holdNulls(first: usize, step: usize, count: i32): void {
  for (let pair = first, end = first + <usize>count * step; pair < end; pair += step) {
    const low = load<f64>(pair, 8);
    if (low - low == 0) return;
    store<f64>(pair, NULL);
    store<f64>(pair, NULL, 8);
  }
}

/** Length of the run of equal x up to now, at most `count`: `count` means that the window is constant. */
// @ts-ignore: decorator
@inline export function sumsRunOfX(window: usize, count: i32, x: f64): i32 {
  const before = load<i32>(window, 8);
  const run = before > 0 && load<f64>(window, 16) == x ? min(before + 1, count) : 1;
  store<i32>(window, run, 8);
  store<f64>(window, x, 16);
  return run;
}

/** The same for y. */
// @ts-ignore: decorator
@inline export function sumsRunOfY(window: usize, count: i32, y: f64): i32 {
  const before = load<i32>(window, 12);
  const run = before > 0 && load<f64>(window, 24) == y ? min(before + 1, count) : 1;
  store<i32>(window, run, 12);
  store<f64>(window, y, 24);
  return run;
}

/** Sum of the last `count` values, `value` included (state: one sum); null while one of them is null or missing. */
export function sumPush(window: usize, count: i32, value: f64): f64 {
  if (isNull(value)) {
    sumsReset(window, 1);
    return NULL;
  }
  sumsTerm(sumsSlot(window, 1, sumsRow(window)), 0, value, 0);
  return sumsAdvance(window, count, 1) ? load<f64>(sumsPair(window, 1, 0)) : NULL;
}

/** Mean of the last `count` values (state: one sum); the constant itself over a constant window. */
export function meanPush(window: usize, count: i32, value: f64): f64 {
  const sum = sumPush(window, count, value);
  if (isNull(value)) return NULL;
  const run = sumsRunOfX(window, count, value);
  return run == count ? value : sum / <f64>count;
}

/**
 * Σ (k + 1) · x of the last `count` values, k = 0 for the oldest (state: two sums, x and row · x): WMA's numerator;
 * null as above.
 */
export function weightedPush(window: usize, count: i32, value: f64): f64 {
  if (isNull(value)) {
    sumsReset(window, 2);
    return NULL;
  }
  const slot = sumsSlot(window, 2, sumsRow(window));
  sumsTerm(slot, 0, value, 0);
  sumsPlacedTerm(slot, 1, sumsRow(window), value);
  return sumsAdvance(window, count, 2) ? finiteOrNull(weightedSum(window, count, 2, 1, 1)) : NULL;
}

/** Puts row · value as term `index`, from which `weightedSum` finds each row's place in the window. */
// @ts-ignore: decorator
@inline export function sumsPlacedTerm(slot: usize, index: i32, row: i32, value: f64): void {
  const placed = <f64>row * value;
  sumsTerm(slot, index, placed, productError(<f64>row, value, placed));
}

/**
 * Σ (slope · k + offset) · x over a full window, k = 0 for its oldest row, from sums 0 (x) and 1 (row of the turn · x)
 * right after `sumsAdvance` took row j. The place of a row in the window is its row of the turn plus n − 1 − j, less n
 * if it is of the turn before.
 */
export function weightedSum(window: usize, count: i32, sums: i32, slope: f64, offset: f64): f64 {
  const next = sumsRow(window);
  // A next row of 0 means that the turn has just ended: the window is that turn, its places are its rows, and nothing
  // is older.
  const older = sumsSlot(window, sums, next == 0 ? count : next);
  const shift = slope * <f64>(next == 0 ? 0 : count - next) + offset;
  const placed = sumsPair(window, sums, 1);
  const all = sumsPair(window, sums, 0);
  const back = -slope * <f64>count;
  const a = slope * load<f64>(placed);
  const aLow = productError(slope, load<f64>(placed), a) + slope * load<f64>(placed, 8);
  const b = shift * load<f64>(all);
  const bLow = productError(shift, load<f64>(all), b) + shift * load<f64>(all, 8);
  const c = back * load<f64>(older);
  const cLow = productError(back, load<f64>(older), c) + back * load<f64>(older, 8);
  const first = a + b;
  const total = first + c;
  return total + ((sumError(a, b, first) + sumError(first, c, total)) + (aLow + bLow + cLow));
}

/** Takes `value` into Σx and Σx² (state: two sums); true when the window of `count` rows is full. Null starts anew. */
export function momentsPush(window: usize, count: i32, value: f64): bool {
  if (isNull(value)) {
    sumsReset(window, 2);
    return false;
  }
  const slot = sumsSlot(window, 2, sumsRow(window));
  const square = value * value;
  sumsTerm(slot, 0, value, 0);
  sumsTerm(slot, 1, square, squareError(value, square));
  sumsRunOfX(window, count, value);
  return sumsAdvance(window, count, 2);
}

/** True when all values of the full window are equal. */
// @ts-ignore: decorator
@inline export function momentsConstant(window: usize, count: i32): bool {
  return load<i32>(window, 8) == count;
}
