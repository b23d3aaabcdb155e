// Largest or smallest of the last n rows, and how many rows ago it stood.
//
// Rows are gathered in turns of n, as in `window-sums.ts`: the running extreme of this turn, and for the turn before,
// in each slot, the extreme from that row to the turn's end. There is no queue to search and no branch that the data
// can mislead.
//
// Layout of an extreme (all zero at the start):
//
//   +0 row of the turn i32 | +4 a turn before is complete, i32 | +8 running extreme f64 | +16 n + 1 slots f64
//
// Layout of a place:
//
//   +0 row of the turn i32 | +4 a turn before is complete, i32 | +8 running extreme f64 | +16 its row i32 | +20 unused
//   +24 n + 1 slots of { value f64, row of the turn i32, unused }
//
// Always true:
//   a null row starts the window anew, so a result needs n valid rows on end;
//   of equal extremes the most recent one counts.
// Source: van Herk 1992; Gil and Werman 1993.

import { NULL, isNull } from "./column";
import { EXTREME_HEADER_BYTES, EXTREME_ROW_BYTES, PLACE_HEADER_BYTES, PLACE_ROW_BYTES } from "./abi-window";

/**
 * The better of two valid values. No null comes here, so one compare does; f64.max costs twice as much for its rules
 * about NaN.
 */
// @ts-ignore: decorator
@inline function better(a: f64, b: f64, largest: bool): f64 {
  const first = f64x2.splat(a);
  const second = f64x2.splat(b);
  return f64x2.extract_lane(largest ? f64x2.pmax(first, second) : f64x2.pmin(first, second), 0);
}

/**
 * Extreme of the last `count` values, `value` included; null while one of them is null or missing. `largest` must be a
 * literal.
 */
// @ts-ignore: decorator
@inline function extremePush(window: usize, count: i32, value: f64, largest: bool): f64 {
  if (isNull(value)) {
    memory.fill(window, 0, EXTREME_HEADER_BYTES);
    return NULL;
  }
  const row = load<i32>(window);
  const slots = window + EXTREME_HEADER_BYTES;
  const running = row == 0 ? value : better(load<f64>(window, 8), value, largest);
  store<f64>(slots + (<usize>row << 3), value);
  if (row + 1 == count) {
    extremeTurn(window, count, largest);
    return running;
  }
  store<i32>(window, row + 1);
  store<f64>(window, running, 8);
  return load<i32>(window, 4) != 0 ? better(running, load<f64>(slots + (<usize>(row + 1) << 3)), largest) : NULL;
}

/** Ends a turn: each slot becomes the extreme from its row to the turn's end. */
// @ts-ignore: decorator
@inline function extremeTurn(window: usize, count: i32, largest: bool): void {
  const first = window + EXTREME_HEADER_BYTES;
  let slot = first + (<usize>(count - 1) << 3);
  let extreme = load<f64>(slot);
  for (; slot >= first; slot -= EXTREME_ROW_BYTES) {
    extreme = better(extreme, load<f64>(slot), largest);
    store<f64>(slot, extreme);
  }
  store<i32>(window, 0);
  store<i32>(window, 1, 4);
  store<f64>(window, 0, 8);
}

/**
 * Largest of the last `count` values, `value` included (state: an extreme); null while one of them is null or missing.
 */
export function maxPush(window: usize, count: i32, value: f64): f64 {
  return extremePush(window, count, value, true);
}

/**
 * Smallest of the last `count` values, `value` included (state: an extreme); null while one of them is null or missing.
 */
export function minPush(window: usize, count: i32, value: f64): f64 {
  return extremePush(window, count, value, false);
}

/**
 * Extreme of each full window of `count` rows of a column: `maxPush` or `minPush` row by row, with the turn held in
 * registers.
 */
// @ts-ignore: decorator
@inline function extremeColumn(window: usize, count: i32, input: usize, output: usize, rows: i32, largest: bool): void {
  const end = input + (<usize>rows << 3);
  const slots = window + EXTREME_HEADER_BYTES;
  while (input < end) {
    const row = load<i32>(window);
    // The first row of a turn sets the running extreme and its last one ends the turn: both go the plain way, as does
    // the first turn.
    if (row == 0 || row + 1 == count || load<i32>(window, 4) == 0) {
      store<f64>(output, extremePush(window, count, load<f64>(input), largest));
      input += 8;
      output += 8;
      continue;
    }
    let slot = slots + (<usize>row << 3);
    const stop = input + min(end - input, <usize>(count - 1 - row) << 3);
    let running = load<f64>(window, 8);
    while (input < stop) {
      const value = load<f64>(input);
      if (isNull(value)) break;
      running = better(running, value, largest);
      store<f64>(slot, value);
      slot += EXTREME_ROW_BYTES;
      store<f64>(output, better(running, load<f64>(slot), largest));
      input += 8;
      output += 8;
    }
    store<i32>(window, <i32>((slot - slots) >> 3));
    store<f64>(window, running, 8);
    if (input < stop) {
      memory.fill(window, 0, EXTREME_HEADER_BYTES);
      store<f64>(output, NULL);
      input += 8;
      output += 8;
    }
  }
}

/** `maxPush` over `rows` rows of the column at `input`, into the column at `output`. */
export function maxColumn(window: usize, count: i32, input: usize, output: usize, rows: i32): void {
  extremeColumn(window, count, input, output, rows, true);
}

/** `minPush` over `rows` rows of the column at `input`, into the column at `output`. */
export function minColumn(window: usize, count: i32, input: usize, output: usize, rows: i32): void {
  extremeColumn(window, count, input, output, rows, false);
}

// @ts-ignore: decorator
@inline function notWorse(a: f64, b: f64, largest: bool): bool {
  return largest ? a >= b : a <= b;
}

/** Rows since the extreme of the last `count` values, 0 for the current row. */
// @ts-ignore: decorator
@inline function placePush(window: usize, count: i32, value: f64, largest: bool): f64 {
  if (isNull(value)) {
    memory.fill(window, 0, PLACE_HEADER_BYTES);
    return NULL;
  }
  const row = load<i32>(window);
  const slots = window + PLACE_HEADER_BYTES;
  if (row == 0 || notWorse(value, load<f64>(window, 8), largest)) {
    store<f64>(window, value, 8);
    store<i32>(window, row, 16);
  }
  const running = load<f64>(window, 8);
  const place = load<i32>(window, 16);
  const slot = slots + <usize>row * PLACE_ROW_BYTES;
  store<f64>(slot, value);
  store<i32>(slot, row, 8);
  if (row + 1 == count) {
    placeTurn(window, count, largest);
    return <f64>(row - place);
  }
  store<i32>(window, row + 1);
  if (load<i32>(window, 4) == 0) return NULL;
  if (notWorse(running, load<f64>(slot, PLACE_ROW_BYTES), largest)) return <f64>(row - place);
  return <f64>(row + count - load<i32>(slot, PLACE_ROW_BYTES + 8));
}

// @ts-ignore: decorator
@inline function placeTurn(window: usize, count: i32, largest: bool): void {
  const first = window + PLACE_HEADER_BYTES;
  for (let slot = first + <usize>(count - 2) * PLACE_ROW_BYTES; slot >= first; slot -= PLACE_ROW_BYTES) {
    const later = load<f64>(slot, PLACE_ROW_BYTES);
    if (notWorse(later, load<f64>(slot), largest)) {
      store<f64>(slot, later);
      store<i32>(slot, load<i32>(slot, PLACE_ROW_BYTES + 8), 8);
    }
  }
  memory.fill(window, 0, PLACE_HEADER_BYTES);
  store<i32>(window, 1, 4);
}

/**
 * Rows since the largest of the last `count` values (state: a place), 0 for the current row; the most recent of equals.
 */
export function argMaxPush(window: usize, count: i32, value: f64): f64 {
  return placePush(window, count, value, true);
}

/**
 * Rows since the smallest of the last `count` values (state: a place), 0 for the current row; the most recent of
 * equals.
 */
export function argMinPush(window: usize, count: i32, value: f64): f64 {
  return placePush(window, count, value, false);
}
