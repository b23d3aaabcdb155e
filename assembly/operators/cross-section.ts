// Rank, choice and spread over the instruments of one row, and their reduction to one value.
//
// One instruction takes all lanes. Its `extra` holds, for L lanes: L input column addresses u32; L output column
// addresses u32 (unused by a reduction, which writes output 0); 16 · L bytes of scratch from the next multiple of 8, in
// the layout { value f64, lane i32, unused }. Input 1, when the instruction names one, is a boolean column: rows where
// it is not true are null in every lane and cost nothing.
//
// Always true:
//   a null lane gives null and does not count;
//   there is no state: each row stands alone.

import { OP_ACROSS_RANK, OP_ACROSS_TOP, OP_REDUCE_COUNT, OP_REDUCE_MEAN } from "../abi-opcodes";
import {
  NULL, extra, extraCount, finiteOrNull, finitePair, isNull, laneOffset, outputColumn, param, wholeInput,
} from "../column";
import { sumError, sumErrorPair } from "../double-double";

const ENTRY_BYTES: usize = 16;

/** Value of a lane at byte `at` of its column. */
// @ts-ignore: decorator
@inline function laneValue(list: usize, lane: i32, at: usize): f64 {
  return load<f64>(<usize>load<u32>(list + (<usize>lane << 2)) + at);
}

/** Writes the result of a lane; `outputs` is the list of output columns. */
// @ts-ignore: decorator
@inline function storeLane(outputs: usize, lane: i32, at: usize, value: f64): void {
  store<f64>(<usize>load<u32>(outputs + (<usize>lane << 2)) + at, value);
}

/** Runs one instruction that gives each lane a result. Params: rank descending, fraction; top n; z-score ddof. */
export function across(opcode: i32, instruction: usize, rows: i32): void {
  const lanes = extraCount(instruction);
  const list = extra(instruction);
  const outputs = list + (<usize>lanes << 2);
  const scratch = (outputs + (<usize>lanes << 2) + 7) & ~7;
  const when = wholeInput(instruction, 1);
  const first = param(instruction, 0);
  const from = laneOffset();
  // Column by column: the lanes of one row lie a block apart, and often in one set of the cache.
  for (let lane = 0; lane < lanes; lane++) fillNull(<usize>load<u32>(outputs + (<usize>lane << 2)) + from, rows);
  for (let at = from, end = from + (<usize>rows << 3); at < end; at += 8) {
    if (when != 0 && load<f64>(when + at) != 1) continue;
    const held = gather(list, lanes, at, scratch);
    if (held == 0) continue;
    if (opcode == OP_ACROSS_RANK) {
      rankLanes(scratch, held, outputs, at, first != 0, param(instruction, 1) != 0);
    } else if (opcode == OP_ACROSS_TOP) {
      topLanes(scratch, held, outputs, at, <i32>first);
    } else {
      scoreLanes(scratch, held, outputs, at, <i32>first);
    }
  }
}

function fillNull(column: usize, rows: i32): void {
  for (const end = column + (<usize>rows << 3); column < end; column += 8) store<f64>(column, NULL);
}

/** Collects the valid lanes of one row; gives their count. */
function gather(list: usize, lanes: i32, at: usize, scratch: usize): i32 {
  let held = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const value = laneValue(list, lane, at);
    if (isNull(value)) continue;
    const entry = scratch + <usize>held * ENTRY_BYTES;
    store<f64>(entry, value);
    store<i32>(entry, lane, 8);
    held++;
  }
  return held;
}

/** True when the entry at `a` comes before that of (value, lane): smaller value first, and of equals the later lane. */
// @ts-ignore: decorator
@inline function before(a: usize, value: f64, lane: i32): bool {
  const other = load<f64>(a);
  return <bool>(<i32>(other < value) | (<i32>(other == value) & <i32>(load<i32>(a, 8) > lane)));
}

// @ts-ignore: decorator
@inline function swap(a: usize, b: usize): void {
  const entry = v128.load(a);
  v128.store(a, v128.load(b));
  v128.store(b, entry);
}

/**
 * Splits the entries from `first` to `last`, both included, about the median of three of them, and gives where that one
 * stands. The data cannot mislead a branch in its loop: a sort made of it takes a third of the time of one by Shell's
 * method.
 */
function split(first: usize, last: usize): usize {
  const middle = first + ((last - first) / ENTRY_BYTES / 2) * ENTRY_BYTES;
  if (before(last, load<f64>(first), load<i32>(first, 8))) swap(first, last);
  if (before(middle, load<f64>(first), load<i32>(first, 8))) swap(first, middle);
  if (before(middle, load<f64>(last), load<i32>(last, 8))) swap(middle, last);
  const value = load<f64>(last);
  const lane = load<i32>(last, 8);
  let place = first;
  for (let entry = first; entry < last; entry += ENTRY_BYTES) {
    const less = before(entry, value, lane);
    swap(entry, place);
    place += <usize>less * ENTRY_BYTES;
  }
  swap(place, last);
  return place;
}

/**
 * Sorts the entries from `first` to `last`, both included. The shorter part goes first, so calls nest at most log2 of
 * the lanes deep.
 */
function sortEntries(first: usize, last: usize): void {
  while (last - first > 12 * ENTRY_BYTES && last > first) {
    const place = split(first, last);
    if (place - first < last - place) {
      sortEntries(first, place - ENTRY_BYTES);
      first = place + ENTRY_BYTES;
    } else {
      sortEntries(place + ENTRY_BYTES, last);
      last = place - ENTRY_BYTES;
    }
  }
  for (let next = first + ENTRY_BYTES; next <= last; next += ENTRY_BYTES) {
    const value = load<f64>(next);
    const lane = load<i32>(next, 8);
    let place = next;
    for (; place > first && !before(place - ENTRY_BYTES, value, lane); place -= ENTRY_BYTES) {
      v128.store(place, v128.load(place - ENTRY_BYTES));
    }
    store<f64>(place, value);
    store<i32>(place, lane, 8);
  }
}

/**
 * Orders the entries so far that the one at `target` stands where a sort would put it, smaller ones before it and
 * greater ones after.
 */
function selectEntry(first: usize, last: usize, target: usize): void {
  while (first < last) {
    const place = split(first, last);
    if (place == target) return;
    if (target < place) last = place - ENTRY_BYTES;
    else first = place + ENTRY_BYTES;
  }
}

/** Ranks 1 … held, 1 for the smallest (for the largest when descending); equals share the mean of their ranks. */
function rankLanes(scratch: usize, held: i32, outputs: usize, at: usize, descending: bool, fraction: bool): void {
  sortEntries(scratch, scratch + <usize>(held - 1) * ENTRY_BYTES);
  let from = 0;
  while (from < held) {
    const value = load<f64>(scratch + <usize>from * ENTRY_BYTES);
    let to = from + 1;
    while (to < held && load<f64>(scratch + <usize>to * ENTRY_BYTES) == value) to++;
    const ascending = <f64>(from + 1 + to) / 2;
    const rank = descending ? <f64>(held + 1) - ascending : ascending;
    for (; from < to; from++) {
      const lane = load<i32>(scratch + <usize>from * ENTRY_BYTES, 8);
      storeLane(outputs, lane, at, fraction ? rank / <f64>held : rank);
    }
  }
}

/** True for the `count` largest lanes, of equals the earlier lane first; false for the others. */
function topLanes(scratch: usize, held: i32, outputs: usize, at: usize, count: i32): void {
  if (count < held) {
    selectEntry(scratch, scratch + <usize>(held - 1) * ENTRY_BYTES, scratch + <usize>(held - count) * ENTRY_BYTES);
  }
  for (let index = 0; index < held; index++) {
    const lane = load<i32>(scratch + <usize>index * ENTRY_BYTES, 8);
    storeLane(outputs, lane, at, index >= held - count ? 1 : 0);
  }
}

/** (x − mean) / deviation over the lanes; null when they are all equal or too few. */
function scoreLanes(scratch: usize, held: i32, outputs: usize, at: usize, ddof: i32): void {
  const end = scratch + <usize>held * ENTRY_BYTES;
  let least = load<f64>(scratch);
  let most = least;
  let sum: f64 = 0;
  let low: f64 = 0;
  for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
    const value = load<f64>(entry);
    const next = sum + value;
    low += sumError(sum, value, next);
    sum = next;
    least = min(least, value);
    most = max(most, value);
  }
  if (held <= ddof || least == most) return;
  const mean = (sum + low) / <f64>held;
  let squares: f64 = 0;
  for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
    const distance = load<f64>(entry) - mean;
    squares += distance * distance;
  }
  const deviation = sqrt(squares / <f64>(held - ddof));
  for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
    storeLane(outputs, load<i32>(entry, 8), at, finiteOrNull((load<f64>(entry) - mean) / deviation));
  }
}

/**
 * Runs one instruction that gives one value for all lanes: their mean, sum or count. Mean and sum of no valid lane are
 * null. Two rows go through one SIMD instruction.
 */
export function reduce(opcode: i32, instruction: usize, rows: i32): void {
  const lanes = extraCount(instruction);
  const list = extra(instruction);
  const output = outputColumn(instruction, 0);
  const even = <usize>(rows & ~1) << 3;
  const from = laneOffset();
  for (let at: usize = 0; at < even; at += 16) {
    v128.store(output + at, reducePair(opcode, list, lanes, from + at, false));
  }
  if (rows & 1) store<f64>(output + even, f64x2.extract_lane(reducePair(opcode, list, lanes, from + even, true), 0));
}

/** Two rows from byte `at` on of all lanes, or one row twice, reduced. A null adds 0, which changes no bit of a sum. */
function reducePair(opcode: i32, list: usize, lanes: i32, at: usize, single: bool): v128 {
  const end = list + (<usize>lanes << 2);
  const ones = f64x2.splat(1);
  let held = f64x2.splat(0);
  let sum = held;
  let low = held;
  for (; list < end; list += 4) {
    const place = <usize>load<u32>(list) + at;
    const values = single ? v128.load64_splat(place) : v128.load(place);
    const valid = f64x2.eq(values, values);
    const added = v128.and(values, valid);
    held = f64x2.add(held, v128.and(ones, valid));
    const next = f64x2.add(sum, added);
    low = f64x2.add(low, sumErrorPair(sum, added, next));
    sum = next;
  }
  if (opcode == OP_REDUCE_COUNT) return held;
  const total = f64x2.add(sum, low);
  if (opcode == OP_REDUCE_MEAN) return finitePair(f64x2.div(total, held));
  return v128.bitselect(finitePair(total), f64x2.splat(NULL), f64x2.gt(held, f64x2.splat(0)));
}
