// Rank, choice and spread over the instruments of one row, and their reduction to one value.
//
// One instruction takes all lanes. Its `extra` holds, for L lanes: L input column addresses u32; L output column addresses u32 (unused
// by a reduction, which writes output 0); 16 · L bytes of scratch from the next multiple of 8, in the layout { value f64, lane i32, unused }.
// Input 1, when the instruction names one, is a boolean column: rows where it is not true are null in every lane and cost nothing.
//
// Always true:
//   a null lane gives null and does not count;
//   there is no state: each row stands alone.

import { OP_ACROSS_RANK, OP_ACROSS_TOP, OP_REDUCE_COUNT, OP_REDUCE_MEAN } from "../abi-opcodes";
import { NULL, extra, extraCount, finiteOrNull, inputColumn, isNull, outputColumn, param } from "../column";
import { sumError } from "../double-double";

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
  const when = inputColumn(instruction, 1);
  const first = param(instruction, 0);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    for (let lane = 0; lane < lanes; lane++) storeLane(outputs, lane, at, NULL);
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
  return other < value || (other == value && load<i32>(a, 8) > lane);
}

/** Sorts entries in place by Shell's method, gaps 3k + 1: short, no recursion, and quick for the hundreds of lanes there are. */
function sortEntries(scratch: usize, held: i32): void {
  let gap = 1;
  while (gap < held / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap /= 3) {
    const step = <usize>gap * ENTRY_BYTES;
    for (let index = gap; index < held; index++) {
      let place = scratch + <usize>index * ENTRY_BYTES;
      const value = load<f64>(place);
      const lane = load<i32>(place, 8);
      while (place >= scratch + step && !before(place - step, value, lane)) {
        v128.store(place, v128.load(place - step));
        place -= step;
      }
      store<f64>(place, value);
      store<i32>(place, lane, 8);
    }
  }
}

/** Ranks 1 … held, 1 for the smallest (for the largest when descending); equals share the mean of their ranks. */
function rankLanes(scratch: usize, held: i32, outputs: usize, at: usize, descending: bool, fraction: bool): void {
  sortEntries(scratch, held);
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
  sortEntries(scratch, held);
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

/** Runs one instruction that gives one value for all lanes: their mean, sum or count. Mean and sum of no valid lane are null. */
export function reduce(opcode: i32, instruction: usize, rows: i32): void {
  const lanes = extraCount(instruction);
  const list = extra(instruction);
  const output = outputColumn(instruction, 0);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    let held = 0;
    let sum: f64 = 0;
    let low: f64 = 0;
    for (let lane = 0; lane < lanes; lane++) {
      const value = laneValue(list, lane, at);
      if (isNull(value)) continue;
      held++;
      const next = sum + value;
      low += sumError(sum, value, next);
      sum = next;
    }
    if (opcode == OP_REDUCE_COUNT) store<f64>(output + at, <f64>held);
    else if (held == 0) store<f64>(output + at, NULL);
    else store<f64>(output + at, finiteOrNull(opcode == OP_REDUCE_MEAN ? (sum + low) / <f64>held : sum + low));
  }
}
