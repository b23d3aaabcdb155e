// Sum of the last n rows.
//
// State: a window of one sum (assembly/window-sums.ts). `sumPush` is the plain form, a row at a time; within a turn the
// column here keeps the running sum, its error and the slot in registers, and gives the same bits.
//
// Not here: the mean, which slides its sum instead (assembly/operators/rolling-mean.ts).

import { NULL, finiteOrNull, inputColumn, isNull, outputColumn, param, state } from "../column";
import { pairOf, sumError, sumErrorOrdered, sumErrorPair } from "../double-double";
import { sumPush, sumsPair, sumsReset, sumsSlot, sumTurn } from "../window-sums";
import { SUMS_HEADER_BYTES, SUMS_PAIR_BYTES } from "../abi-window";

/** Sums of `count` rows over `rows` rows of a column. */
function sumColumn(window: usize, count: i32, input: usize, output: usize, rows: i32): void {
  const end = input + (<usize>rows << 3);
  while (input < end) {
    const row = load<i32>(window);
    // The first turn, which has nothing older, goes the plain way.
    if (load<i32>(window, 4) == 0) {
      const value = load<f64>(input);
      store<f64>(output, sumPush(window, count, value));
      input += 8;
      output += 8;
      continue;
    }
    const span = min(end - input, <usize>(count - row) << 3);
    const taken = sumTurnRows(window, count, row, input, output, span);
    input += taken;
    output += taken;
  }
}

/**
 * Takes the rows in `bytes` bytes of input, all of one turn, or those up to and with a null; gives the bytes taken. The
 * last row of the turn needs no rule of its own: nothing is older, and the slot after the last one holds zero.
 */
// @ts-ignore: decorator
@inline function sumTurnRows(window: usize, count: i32, row: i32, input: usize, output: usize, bytes: usize): usize {
  const running = window + SUMS_HEADER_BYTES;
  let slot = sumsSlot(window, 1, row);
  let high = load<f64>(running);
  let low = load<f64>(running, 8);
  let total: f64 = 0;
  let totalLow: f64 = 0;
  let at: usize = 0;
  // Two rows at a time: the chain of running sums is two additions, all else is done in pairs: 4.0 ns a row against 5.3
  // one by one. A pair with a null or an overflow goes to the loop below before anything is stored.
  for (const pairs = bytes & ~15; at < pairs; at += 16) {
    const values = v128.load(input + at);
    const highOfFirst = high + f64x2.extract_lane(values, 0);
    const highOfSecond = highOfFirst + f64x2.extract_lane(values, 1);
    const after = pairOf(highOfFirst, highOfSecond);
    const errors = sumErrorPair(pairOf(high, highOfFirst), values, after);
    const lowOfFirst = low + f64x2.extract_lane(errors, 0);
    const lowOfSecond = lowOfFirst + f64x2.extract_lane(errors, 1);
    const next = v128.load(slot, SUMS_PAIR_BYTES);
    const afterNext = v128.load(slot, 2 * SUMS_PAIR_BYTES);
    const totals = f64x2.add(after, v128.shuffle<f64>(next, afterNext, 0, 2));
    const lows = f64x2.add(pairOf(lowOfFirst, lowOfSecond), v128.shuffle<f64>(next, afterNext, 1, 3));
    const totalLows = f64x2.add(sumErrorPair(after, v128.shuffle<f64>(next, afterNext, 0, 2), totals), lows);
    const sums = f64x2.add(totals, totalLows);
    if (i64x2.bitmask(f64x2.eq(f64x2.sub(sums, sums), f64x2.splat(0))) != 3) break;
    v128.store(slot, v128.shuffle<f64>(values, f64x2.splat(0), 0, 2));
    v128.store(slot, v128.shuffle<f64>(values, f64x2.splat(0), 1, 2), SUMS_PAIR_BYTES);
    slot += 2 * SUMS_PAIR_BYTES;
    v128.store(output + at, sums);
    high = highOfSecond;
    low = lowOfSecond;
    total = f64x2.extract_lane(totals, 1);
    totalLow = f64x2.extract_lane(totalLows, 1);
  }
  for (; at < bytes; at += 8) {
    const value = load<f64>(input + at);
    if (isNull(value)) break;
    v128.store(slot, f64x2.replace_lane(f64x2.splat(0), 0, value));
    slot += SUMS_PAIR_BYTES;
    const next = high + value;
    low += sumError(high, value, next);
    high = next;
    const older = load<f64>(slot);
    total = high + older;
    totalLow = sumError(high, older, total) + (low + load<f64>(slot, 8));
    const sum = total + totalLow;
    store<f64>(output + at, finiteOrNull(sum));
  }
  if (at > 0) {
    const held = low - low == 0;
    store<f64>(running, held ? high : NULL);
    store<f64>(running, held ? low : NULL, 8);
    const current = sumsPair(window, 1, 0);
    const sum = total + totalLow;
    const heldSum = sum - sum == 0;
    store<f64>(current, heldSum ? sum : NULL);
    store<f64>(current, heldSum ? sumErrorOrdered(total, totalLow, sum) : NULL, 8);
    const next = row + <i32>(at >> 3);
    if (next == count) sumTurn(window, count);
    else store<i32>(window, next);
  }
  if (at == bytes) return at;
  sumsReset(window, 1);
  store<f64>(output + at, NULL);
  return at + 8;
}

/** Sum of the last n rows of input 0. Params: n. */
export function rollingSum(instruction: usize, rows: i32): void {
  const count = <i32>param(instruction, 0);
  sumColumn(state(instruction), count, inputColumn(instruction, 0), outputColumn(instruction, 0), rows);
}
