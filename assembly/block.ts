// Blocks: the next buckets of all streams in one total order, and the instructions that are the planner's own (source,
// align, delay, window).
//
// A bucket is a time at which at least one stream has a row. The rows of a block are kept per clock, without gaps: an
// operator sees the rows of its own clock only. A block never reaches over a checkpoint, so that the states which a
// checkpoint digests are those of its bucket, however the rest was cut; nor over the time or the bucket asked for, so
// that between two calls of the host every state is that of the last bucket, and none was computed ahead.
//
// Always true:
//   the times of a stream rise strictly, over all blocks;
//   a bucket enters a block only when every stream is known up to its time.

import { inputColumn, NULL, outputColumn, param, state, wholeInput } from "./column";
import { INS_CLOCK, INS_FLAGS } from "./abi-operator";
import {
  CLOCK_BUCKET_OF, CLOCK_BYTES, CLOCK_CURSOR, CLOCK_DENSE, CLOCK_ROW_COUNT, CLOCK_STREAM_LIST, CLOCK_STREAM_LIST_COUNT,
  RUN_BLOCK_BUCKETS, RUN_BLOCK_CAPACITY, RUN_BLOCK_NEXT, RUN_BLOCK_TIMES, RUN_BLOCK_TIMES_OWN, RUN_BUCKETS,
  RUN_BUCKETS_UNTIL, RUN_CHECKPOINT_EVERY, RUN_CLOCKS, RUN_CLOCK_COUNT, RUN_STREAM_COUNT, RUN_UNTIL, STATUS_END,
  STATUS_INPUT, STATUS_UNTIL, STREAM_BLOCK_FIRST, STREAM_HEAD, STREAM_LAST, STREAM_OPEN, STREAM_ROW_COUNT, STREAM_TIME,
  STREAM_VOLUME, STREAM_WATERMARK,
} from "./abi-run";
import { TRAP_TIME_ORDER } from "./abi-trap";
import { VOLUME_UNKNOWN } from "./cost";
import { run, streamAt } from "./run";
import { assure } from "./trap";

/** The block is ready. */
export const BLOCK_READY = -1;

// What assembling gives in place of a number of buckets.
const ROWS_MISSING: i32 = 0;
const STREAMS_ENDED: i32 = -1;
const TIME_REACHED: i32 = -2;

/** Rows that all streams must have left to be taken together: fewer make blocks too short. */
const EQUAL_ROWS_MIN: i32 = 16;

/** Field of a source instruction that reads the close time, in seconds. */
const FIELD_TIME = 5;
/** Field of a source instruction that reads the volume. */
const FIELD_VOLUME = 4;

// @ts-ignore: decorator
@inline export function clockAt(clock: i32): usize {
  return <usize>load<u32>(run, RUN_CLOCKS) + <usize>clock * CLOCK_BYTES;
}

/**
 * Assembles the next block. Gives BLOCK_READY, STATUS_UNTIL when the next bucket lies behind what was asked for,
 * STATUS_INPUT when rows are missing, or STATUS_END when all streams have ended.
 */
export function assembleBlock(): i32 {
  const done = load<i64>(run, RUN_BUCKETS);
  const wanted = load<i64>(run, RUN_BUCKETS_UNTIL) - done;
  if (wanted <= 0) return STATUS_UNTIL;
  const every = load<i32>(run, RUN_CHECKPOINT_EVERY);
  const toCheckpoint = every - <i32>(done % every);
  const capacity = load<i32>(run, RUN_BLOCK_CAPACITY);
  let most = toCheckpoint < capacity ? toCheckpoint : capacity;
  if (wanted < <i64>most) most = <i32>wanted;
  const until = load<i64>(run, RUN_UNTIL);
  const count = load<i32>(run, RUN_STREAM_COUNT) == 1 ? assembleSingle(most, until) : assembleMerged(most, until);
  if (count <= 0) return count == ROWS_MISSING ? STATUS_INPUT : count == TIME_REACHED ? STATUS_UNTIL : STATUS_END;
  store<i32>(run, count, RUN_BLOCK_BUCKETS);
  store<i32>(run, 0, RUN_BLOCK_NEXT);
  for (let i = 0, clocks = load<i32>(run, RUN_CLOCK_COUNT); i < clocks; i++) finishClock(i, count);
  return BLOCK_READY;
}

/** One stream: its rows are the buckets, and its times are read where they lie. Gives the number of buckets. */
function assembleSingle(most: i32, until: i64): i32 {
  const stream = streamAt(0);
  const head = load<i32>(stream, STREAM_HEAD);
  const left = load<i32>(stream, STREAM_ROW_COUNT) - head;
  if (left == 0) return load<i64>(stream, STREAM_WATERMARK) == i64.MAX_VALUE ? STREAMS_ENDED : ROWS_MISSING;
  const times: usize = <usize>load<u32>(stream, STREAM_TIME) + (<usize>head << 3);
  const count = rowsUntil(times, left < most ? left : most, until);
  if (count == 0) return TIME_REACHED;
  let last = load<i64>(stream, STREAM_LAST);
  let at = times;
  const end = times + (<usize>count << 3);
  // Four pairs of neighbours at once; the plain loop behind finds the row that is out of order.
  while (at + 40 <= end && i64x2.all_true(v128.and(laterPair(at), laterPair(at + 16)))) at += 32;
  if (at > times) {
    assure(load<i64>(times) > last, TRAP_TIME_ORDER, 0, last, load<i64>(times));
    last = load<i64>(at - 8);
  }
  for (; at < end; at += 8) {
    const time = load<i64>(at);
    assure(time > last, TRAP_TIME_ORDER, 0, last, time);
    last = time;
  }
  store<i64>(stream, last, STREAM_LAST);
  store<i32>(stream, head, STREAM_BLOCK_FIRST);
  store<i32>(stream, head + count, STREAM_HEAD);
  store<u32>(run, <u32>times, RUN_BLOCK_TIMES);
  store<i32>(clockAt(0), count, CLOCK_ROW_COUNT);
  return count;
}

/** How many of the `count` (>= 1) times at `times`, which rise, are not behind `until`. */
function rowsUntil(times: usize, count: i32, until: i64): i32 {
  if (load<i64>(times + (<usize>(count - 1) << 3)) <= until) return count;
  let low = 0;
  for (let high = count - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (load<i64>(times + (<usize>middle << 3)) <= until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True in the lanes whose time is before the one behind it. */
// @ts-ignore: decorator
@inline function laterPair(times: usize): v128 {
  return i64x2.gt_s(v128.load(times, 8), v128.load(times));
}

/** Many streams: the earliest time among their heads is the next bucket. Gives the number of buckets. */
function assembleMerged(most: i32, until: i64): i32 {
  const streams = load<i32>(run, RUN_STREAM_COUNT);
  const together = assembleEqual(streams, most, until);
  if (together > 0) return together;
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    store<i32>(stream, load<i32>(stream, STREAM_HEAD), STREAM_BLOCK_FIRST);
    store<i32>(clockAt(s), 0, CLOCK_ROW_COUNT);
  }
  const times: usize = load<u32>(run, RUN_BLOCK_TIMES_OWN);
  store<u32>(run, <u32>times, RUN_BLOCK_TIMES);
  let count = 0;
  let stop = ROWS_MISSING;
  while (count < most) {
    const time = nextTime(streams);
    if (time == i64.MIN_VALUE) break;
    if (time == i64.MAX_VALUE || time > until) {
      stop = time == i64.MAX_VALUE ? STREAMS_ENDED : TIME_REACHED;
      break;
    }
    takeRows(streams, time, count);
    store<i64>(times + (<usize>count << 3), time);
    count++;
  }
  return count > 0 ? count : stop;
}

/**
 * Takes the rows of all streams together when the next ones have equal times in all of them, as bars of one market
 * mostly do: a tenth of the time of a merge. Gives the number of buckets, 0 when the times differ or a stream has few
 * rows left.
 */
function assembleEqual(streams: i32, most: i32, until: i64): i32 {
  let count = most;
  for (let s = 0; s < streams; s++) {
    const left = load<i32>(streamAt(s), STREAM_ROW_COUNT) - load<i32>(streamAt(s), STREAM_HEAD);
    if (left < count) count = left;
  }
  if (count < min(most, EQUAL_ROWS_MIN)) return 0;
  const times = timesAtHead(streamAt(0));
  if (count > 0) count = rowsUntil(times, count, until);
  if (count == 0) return 0;
  const bytes = <usize>count << 3;
  for (let s = 1; s < streams; s++) {
    if (!equalWords(times, timesAtHead(streamAt(s)), bytes)) return 0;
  }
  for (let at: usize = 8; at < bytes; at += 8) {
    const time = load<i64>(times + at);
    const ahead = load<i64>(times + at - 8);
    assure(time > ahead, TRAP_TIME_ORDER, 0, ahead, time);
  }
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    const last = load<i64>(stream, STREAM_LAST);
    assure(load<i64>(times) > last, TRAP_TIME_ORDER, s, last, load<i64>(times));
    const head = load<i32>(stream, STREAM_HEAD);
    store<i64>(stream, load<i64>(times + bytes - 8), STREAM_LAST);
    store<i32>(stream, head, STREAM_BLOCK_FIRST);
    store<i32>(stream, head + count, STREAM_HEAD);
    store<i32>(clockAt(s), count, CLOCK_ROW_COUNT);
  }
  store<u32>(run, <u32>times, RUN_BLOCK_TIMES);
  return count;
}

/** Address of the time of the next row of `stream`. */
// @ts-ignore: decorator
@inline function timesAtHead(stream: usize): usize {
  return <usize>load<u32>(stream, STREAM_TIME) + (<usize>load<i32>(stream, STREAM_HEAD) << 3);
}

/** True when the 64-bit words in `bytes` bytes at `a` and `b` are equal. */
function equalWords(a: usize, b: usize, bytes: usize): bool {
  const end = a + bytes;
  for (; a + 32 <= end; a += 32, b += 32) {
    const first = v128.xor(v128.load(a), v128.load(b));
    if (v128.any_true(v128.or(first, v128.xor(v128.load(a, 16), v128.load(b, 16))))) return false;
  }
  for (; a < end; a += 8, b += 8) if (load<i64>(a) != load<i64>(b)) return false;
  return true;
}

/** Earliest time at the heads: i64 minimum when a stream is not known that far, i64 maximum when all have ended. */
function nextTime(streams: i32): i64 {
  let earliest: i64 = i64.MAX_VALUE;
  let known: i64 = i64.MAX_VALUE;
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    const head = load<i32>(stream, STREAM_HEAD);
    if (head < load<i32>(stream, STREAM_ROW_COUNT)) {
      const time = load<i64>(<usize>load<u32>(stream, STREAM_TIME) + (<usize>head << 3));
      if (time < earliest) earliest = time;
    } else {
      const watermark = load<i64>(stream, STREAM_WATERMARK);
      if (watermark < known) known = watermark;
    }
  }
  if (earliest == i64.MAX_VALUE) return known == i64.MAX_VALUE ? i64.MAX_VALUE : i64.MIN_VALUE;
  return earliest <= known ? earliest : i64.MIN_VALUE;
}

/** Takes from every stream the row at `time`, if it has one, into bucket `bucket` of the block. */
function takeRows(streams: i32, time: i64, bucket: i32): void {
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    const head = load<i32>(stream, STREAM_HEAD);
    if (head >= load<i32>(stream, STREAM_ROW_COUNT)) continue;
    if (load<i64>(<usize>load<u32>(stream, STREAM_TIME) + (<usize>head << 3)) != time) continue;
    const last = load<i64>(stream, STREAM_LAST);
    assure(time > last, TRAP_TIME_ORDER, s, last, time);
    store<i64>(stream, time, STREAM_LAST);
    store<i32>(stream, head + 1, STREAM_HEAD);
    const clock = clockAt(s);
    const row = load<i32>(clock, CLOCK_ROW_COUNT);
    store<i32>(<usize>load<u32>(clock, CLOCK_BUCKET_OF) + (<usize>row << 2), bucket);
    store<i32>(clock, row + 1, CLOCK_ROW_COUNT);
  }
}

/**
 * Makes the rows of a union clock from those of its streams, and finds out whether a clock has a row in every bucket.
 */
function finishClock(index: i32, buckets: i32): void {
  const clock = clockAt(index);
  store<i32>(clock, 0, CLOCK_CURSOR);
  const list: usize = load<u32>(clock, CLOCK_STREAM_LIST);
  if (list != 0) uniteClock(clock, list, buckets);
  store<i32>(clock, load<i32>(clock, CLOCK_ROW_COUNT) == buckets ? 1 : 0, CLOCK_DENSE);
}

/** Rows of a union: the buckets in which any of its streams has a row. */
function uniteClock(clock: usize, list: usize, buckets: i32): void {
  const members = load<i32>(clock, CLOCK_STREAM_LIST_COUNT);
  const bucketOf: usize = load<u32>(clock, CLOCK_BUCKET_OF);
  // One member with a row in every bucket makes the union dense, whatever the others have.
  for (let i = 0; i < members; i++) {
    if (load<i32>(clockAt(load<i32>(list + (<usize>i << 2))), CLOCK_ROW_COUNT) != buckets) continue;
    store<i32>(clock, buckets, CLOCK_ROW_COUNT);
    return;
  }
  memory.fill(bucketOf, 0, <usize>buckets << 2);
  for (let i = 0; i < members; i++) {
    const member = clockAt(load<i32>(list + (<usize>i << 2)));
    const rows: usize = load<u32>(member, CLOCK_BUCKET_OF);
    for (let row = 0, count = load<i32>(member, CLOCK_ROW_COUNT); row < count; row++) {
      store<i32>(bucketOf + (<usize>load<i32>(rows + (<usize>row << 2)) << 2), 1);
    }
  }
  // The marks become the list of marked buckets in place: the write never overtakes the read.
  let rowCount = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    if (load<i32>(bucketOf + (<usize>bucket << 2)) == 0) continue;
    store<i32>(bucketOf + (<usize>rowCount << 2), bucket);
    rowCount++;
  }
  store<i32>(clock, rowCount, CLOCK_ROW_COUNT);
}

/**
 * Row of `clock` in `bucket` of the present block, -1 when it has none. Buckets are asked for in rising order, each as
 * often as one likes.
 */
export function rowOfBucket(clock: usize, bucket: i32): i32 {
  if (load<i32>(clock, CLOCK_DENSE)) return bucket;
  const bucketOf: usize = load<u32>(clock, CLOCK_BUCKET_OF);
  const count = load<i32>(clock, CLOCK_ROW_COUNT);
  let row = load<i32>(clock, CLOCK_CURSOR);
  while (row < count && load<i32>(bucketOf + (<usize>row << 2)) < bucket) row++;
  store<i32>(clock, row, CLOCK_CURSOR);
  return row < count && load<i32>(bucketOf + (<usize>row << 2)) == bucket ? row : -1;
}

/** Bucket of row `row` of `clock`. */
// @ts-ignore: decorator
@inline function bucketOfRow(clock: usize, dense: bool, row: i32): i32 {
  return dense ? row : load<i32>(<usize>load<u32>(clock, CLOCK_BUCKET_OF) + (<usize>row << 2));
}

/**
 * Reads a column of a stream as f64: the mantissa over its power of ten, which is the decimal correctly rounded below
 * 2^53.
 */
export function readSource(instruction: usize, rows: i32): void {
  const stream = streamAt(load<i32>(instruction, INS_CLOCK));
  const field = load<i32>(instruction, INS_FLAGS);
  const first = <usize>load<i32>(stream, STREAM_BLOCK_FIRST) << 3;
  let out = outputColumn(instruction, 0);
  const end = out + (<usize>rows << 3);
  const scale = param(instruction, 0);
  const column: usize = field == FIELD_TIME ? load<u32>(stream, STREAM_TIME)
    : field == FIELD_VOLUME ? load<u32>(stream, STREAM_VOLUME)
    : load<u32>(stream + STREAM_OPEN + (<usize>field << 2));
  if (column == 0) {
    for (; out < end; out += 8) store<f64>(out, NULL);
    return;
  }
  let at = column + first;
  if (field == FIELD_VOLUME) {
    for (; out < end; out += 8, at += 8) {
      const volume = load<i64>(at);
      store<f64>(out, volume == VOLUME_UNKNOWN ? NULL : <f64>volume / scale);
    }
    return;
  }
  const whole = at + (<usize>(rows & ~1) << 3);
  if (!divideSmall(at, whole, out, scale)) divideAny(at, whole, out, scale);
  if (rows & 1) store<f64>(end - 8, <f64>load<i64>(whole) / scale);
}

/**
 * Pairs of mantissas from `at` to `end`, divided by `scale`, to `out`, when all are from 0 to 2^52: an integer in the
 * lower bits of 2^52 as an f64 becomes the f64 by one subtraction (0.6 ns a row against 1.1). False when one is not.
 */
function divideSmall(at: usize, end: usize, out: usize, scale: f64): bool {
  if (at == end || load<u64>(at) >> 52 != 0) return at == end;
  const base = f64x2.splat(4503599627370496);
  const scales = f64x2.splat(scale);
  let all = i64x2.splat(0);
  do {
    const pair = v128.load(at);
    all = v128.or(all, pair);
    v128.store(out, f64x2.div(f64x2.sub(v128.or(pair, base), base), scales));
    at += 16;
    out += 16;
  } while (at < end);
  return !v128.any_true(i64x2.shr_u(all, 52));
}

/** `divideSmall` for mantissas of any size. Two divisions at once cost little more than one. */
function divideAny(at: usize, end: usize, out: usize, scale: f64): void {
  const scales = f64x2.splat(scale);
  for (; at < end; at += 16, out += 16) {
    const pair = f64x2.replace_lane(f64x2.splat(<f64>load<i64>(at)), 1, <f64>load<i64>(at, 8));
    v128.store(out, f64x2.div(pair, scales));
  }
}

/**
 * Brings input 0, on the clock in the instruction's flags, to the instruction's own clock, which has all its rows and
 * more: each row gets the newest value at or before its bucket, or, for an event (param 0 is 1), the value of its very
 * bucket and else null. State, of the first kind: +0 newest value f64, +8 1 when there is one i64.
 */
export function alignColumn(instruction: usize, rows: i32): void {
  const own = clockAt(load<i32>(instruction, INS_CLOCK));
  const other = clockAt(load<i32>(instruction, INS_FLAGS));
  const input = inputColumn(instruction, 0);
  const out = outputColumn(instruction, 0);
  const otherRows = load<i32>(other, CLOCK_ROW_COUNT);
  const kept = state(instruction);
  const event = param(instruction, 0) == 1;
  if (otherRows == rows) {
    memory.copy(out, input, <usize>rows << 3);
    if (event) return;
    store<f64>(kept, load<f64>(out + (<usize>(rows - 1) << 3)));
    store<i64>(kept, 1, 8);
    return;
  }
  const ownDense = load<i32>(own, CLOCK_DENSE) != 0;
  const otherDense = load<i32>(other, CLOCK_DENSE) != 0;
  let value = load<i64>(kept, 8) == 0 ? NULL : load<f64>(kept);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const bucket = bucketOfRow(own, ownDense, row);
    if (event) value = NULL;
    while (next < otherRows && bucketOfRow(other, otherDense, next) <= bucket) {
      value = load<f64>(input + (<usize>next << 3));
      next++;
    }
    store<f64>(out + (<usize>row << 3), value);
  }
  if (next > 0 && !event) {
    store<f64>(kept, value);
    store<i64>(kept, 1, 8);
  }
}

/**
 * `alignColumn` for the row entered, which is that of `bucket`: the input has no rows behind that bucket yet. Leaves
 * the state that `alignColumn` leaves.
 */
export function alignRow(instruction: usize, bucket: i32): void {
  const kept = state(instruction);
  const event = param(instruction, 0) == 1;
  const row = rowOfBucket(clockAt(load<i32>(instruction, INS_FLAGS)), bucket);
  let value = event || load<i64>(kept, 8) == 0 ? NULL : load<f64>(kept);
  if (row >= 0) {
    value = load<f64>(wholeInput(instruction, 0) + (<usize>row << 3));
    if (!event) {
      store<f64>(kept, value);
      store<i64>(kept, 1, 8);
    }
  }
  store<f64>(outputColumn(instruction, 0), value);
}

/** Gives input 0 as it was `param 0` rows before. State: +0 rows seen i64, then that many values, a ring. */
export function delayColumn(instruction: usize, rows: i32): void {
  const lag = <i64>param(instruction, 0);
  const kept = state(instruction);
  let seen = load<i64>(kept);
  const input = inputColumn(instruction, 0);
  const out = outputColumn(instruction, 0);
  for (let row: usize = 0, end = <usize>rows << 3; row < end; row += 8, seen++) {
    const slot = kept + 8 + (<usize>(seen % lag) << 3);
    store<f64>(out + row, seen < lag ? NULL : load<f64>(slot));
    store<f64>(slot, load<f64>(input + row));
  }
  store<i64>(kept, seen);
}

/**
 * Puts the `param 0` rows before the block in front of input 0, for a user node: output 0 has that many rows more.
 * State: +0 rows seen i64, then the last `param 0` values, oldest first; rows before the first one are null.
 */
export function windowColumn(instruction: usize, rows: i32): void {
  const history = <i32>param(instruction, 0);
  const kept = state(instruction);
  const seen = load<i64>(kept);
  const out = outputColumn(instruction, 0);
  const bytes = <usize>history << 3;
  memory.copy(out, kept + 8, bytes);
  for (let i: i64 = 0, missing = <i64>history - seen; i < missing; i++) store<f64>(out + (<usize>i << 3), NULL);
  memory.copy(out + bytes, inputColumn(instruction, 0), <usize>rows << 3);
  memory.copy(kept + 8, out + (<usize>rows << 3), bytes);
  // Rows before the first are null in the window but zero in the state: the digest then knows no rows that never were.
  const unseen = <i64>history - seen - rows;
  if (unseen > 0) memory.fill(kept + 8, 0, <usize>unseen << 3);
  store<i64>(kept, seen + rows);
}
