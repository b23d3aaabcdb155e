// The last n rows in order of size: what ranks and quantiles read.
//
// Layout (all zero at the start):
//
//   +0 slot of the oldest row i32 | +4 rows held i32, at most n
//   +8 n rows in order of time f64 | n rows in order of size f64
//
// Always true:
//   a null row empties the window, so a result needs n valid rows on end;
//   the first `rows held` of the rows in order of size are a sorted copy of the rows held; −0 is held as 0.
// The cost of a row is two binary searches and one move of at most n rows.

import { isNull } from "./column";
import { SORTED_HEADER_BYTES } from "./abi-window";

/** Address of the rows in order of size. */
// @ts-ignore: decorator
@inline export function sortedRows(window: usize, count: i32): usize {
  return window + SORTED_HEADER_BYTES + (<usize>count << 3);
}

/** Number of the first `held` sorted rows that are less than `value`. */
export function sortedBelow(sorted: usize, held: i32, value: f64): i32 {
  let low = 0;
  let high = held;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(sorted + (<usize>middle << 3)) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of the first `held` sorted rows that are not greater than `value`. */
export function sortedNotAbove(sorted: usize, held: i32, value: f64): i32 {
  let low = 0;
  let high = held;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(sorted + (<usize>middle << 3)) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes the next row, dropping the oldest of a full window; true when the window of `count` rows is full. */
export function sortedPush(window: usize, count: i32, value: f64): bool {
  if (isNull(value)) {
    memory.fill(window, 0, SORTED_HEADER_BYTES);
    return false;
  }
  const next = value + 0;
  const slot = load<i32>(window);
  const held = load<i32>(window, 4);
  const sorted = sortedRows(window, count);
  const oldest = window + SORTED_HEADER_BYTES + (<usize>slot << 3);
  if (held == count) {
    const from = sortedBelow(sorted, held, load<f64>(oldest));
    const place = sortedNotAbove(sorted, held, next);
    replace(sorted, from, place > from ? place - 1 : place, next);
  } else {
    const place = sortedNotAbove(sorted, held, next);
    replace(sorted, held, place, next);
    store<i32>(window, held + 1, 4);
  }
  store<f64>(oldest, next);
  store<i32>(window, slot + 1 == count ? 0 : slot + 1);
  return held + 1 >= count;
}

/** Takes row `from` out of the sorted rows and puts `value` at row `to`. */
// @ts-ignore: decorator
@inline function replace(sorted: usize, from: i32, to: i32, value: f64): void {
  const gap = sorted + (<usize>from << 3);
  const place = sorted + (<usize>to << 3);
  if (to < from) memory.copy(place + 8, place, gap - place);
  else if (to > from) memory.copy(gap, gap + 8, place - gap);
  store<f64>(place, value);
}
