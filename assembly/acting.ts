// Acting buckets: where in a dense block a decision may act, as one bit a bucket.
//
// The bits are made once for a block, without a branch that data could mislead, so that a stretch in which nothing acts
// ends at the next bit (0.5 ns a row against 1.3 for a search from stretch to stretch).
//
// Always true:
//   a bucket without a bit is one in which no decision acts; one with a bit may still be one.
//   the bits are made and read in one call of the host, or in those between which it answers questions; no state of a
//     run is in them.

import { DECISION_INSTRUMENT, DECISION_STATE, DECISION_VALUE, DECISION_WHEN } from "./abi-decision";
import {
  BLOCK_BUCKETS_MAX, INSTRUMENT_STREAM, RUN_BLOCK_BUCKETS, RUN_DECISION_COUNT, STREAM_BLOCK_FIRST, STREAM_OPEN,
  STREAM_VOLUME,
} from "./abi-run";
import { isNull } from "./column";
import { decisionAt } from "./decision";
import { instrumentAt, run, streamAt } from "./run";

/** One bit a bucket, in words of 64. */
const BITS: usize = memory.data(BLOCK_BUCKETS_MAX / 8, 16);

/** Marks the buckets from `first` on of the present block, whose clocks have a row in every bucket. */
export function markActing(first: i32): void {
  const count = load<i32>(run, RUN_BLOCK_BUCKETS);
  memory.fill(BITS, 0, <usize>((count + 63) >> 6) << 3);
  const decisions = load<i32>(run, RUN_DECISION_COUNT);
  let marked: u32 = 0;
  for (let i = 0; i < decisions; i++) {
    const decision = decisionAt(i);
    const when = load<u32>(decision, DECISION_WHEN);
    if (when == 0) markChanges(decision, first, count);
    // The lanes of a panel have one trigger.
    else if (when != marked) markTrigger(when, count);
    marked = when;
  }
  // The bits of several decisions do not say whose bars are met.
  if (decisions != 1 || marked != 0) return;
  for (let at = first & ~63; at < count; at += 64) fetchOpens(decisionAt(0), at, load<u64>(wordAt(at)));
}

/** First bucket from `first` on, below `end`, that is marked; `end` when none is. */
export function nextActing(first: i32, end: i32): i32 {
  let at = first & ~63;
  let word = load<u64>(wordAt(first)) & (u64.MAX_VALUE << (first & 63));
  while (word == 0) {
    at += 64;
    if (at >= end) return end;
    word = load<u64>(wordAt(at));
  }
  const bucket = at + <i32>ctz(word);
  return bucket < end ? bucket : end;
}

/** True when `bucket` is marked. */
// @ts-ignore: decorator
@inline export function mayAct(bucket: i32): bool {
  return (load<u64>(wordAt(bucket)) >> (bucket & 63) & 1) != 0;
}

/** Address of the word that the bit of `bucket` is in. */
// @ts-ignore: decorator
@inline function wordAt(bucket: i32): usize {
  return BITS + (<usize>(bucket >> 6) << 3);
}

// @ts-ignore: decorator
@inline function setBit(bucket: i32): void {
  store<u64>(wordAt(bucket), load<u64>(wordAt(bucket)) | (<u64>1 << (bucket & 63)));
}

/** Marks the rows, of `count`, in which the trigger at `when` is true. */
function markTrigger(when: usize, count: i32): void {
  const trues = f64x2.splat(1);
  let row = 0;
  while (row + 2 <= count) {
    const stop = min(row + 64, count & ~1);
    const first = row;
    let bits: u64 = 0;
    for (; row < stop; row += 2) {
      const pair = f64x2.eq(v128.load(when + (<usize>row << 3)), trues);
      bits |= <u64>i64x2.bitmask(pair) << (row & 63);
    }
    store<u64>(wordAt(first), load<u64>(wordAt(first)) | bits);
  }
  if (row < count && load<f64>(when + (<usize>row << 3)) == 1) setBit(row);
}

/**
 * Marks the rows from `first` on, below `count`, in which the value of `decision`, which has no trigger, differs from
 * that of the row before: a decision acts on no other. The one at `first` is compared with what the decision kept.
 */
function markChanges(decision: usize, first: i32, count: i32): void {
  const values: usize = load<u32>(decision, DECISION_VALUE);
  const kept: usize = load<u32>(decision, DECISION_STATE);
  const value = load<f64>(values + (<usize>first << 3));
  if (!isNull(value) && (load<i64>(kept, 8) == 0 || load<f64>(kept) != value)) setBit(first);
  let row = first + 1;
  while (row < count) {
    const word = row >> 6;
    const stop = min((word + 1) << 6, count);
    let bits: u64 = 0;
    for (; row + 2 <= stop; row += 2) {
      const pair = v128.load(values + (<usize>row << 3));
      const before = v128.load(values + (<usize>(row - 1) << 3));
      const moved = v128.and(f64x2.ne(pair, before), f64x2.eq(pair, pair));
      bits |= <u64>i64x2.bitmask(moved) << (row & 63);
    }
    if (row < stop) {
      const last = load<f64>(values + (<usize>row << 3));
      const moved = last != load<f64>(values + (<usize>(row - 1) << 3)) && last == last;
      bits |= <u64>moved << (row & 63);
      row++;
    }
    const at = BITS + (<usize>word << 3);
    store<u64>(at, load<u64>(at) | bits);
  }
}

/**
 * Reads, for nothing, what an order of `decision`, the only one, meets first: the bars behind the marked rows of the 64
 * from `first` on. They lie in memory that nothing else of the run has read, and here all of them come at once (100 ns
 * an order).
 */
// @ts-ignore: decorator
@inline function fetchOpens(decision: usize, first: i32, bits: u64): void {
  const stream = streamAt(load<i32>(instrumentAt(load<i32>(decision, DECISION_INSTRUMENT)), INSTRUMENT_STREAM));
  const row = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + first + 1) << 3;
  const opens = <usize>load<u32>(stream, STREAM_OPEN) + row;
  const volumes = <usize>load<u32>(stream, STREAM_VOLUME) + row;
  for (; bits != 0; bits &= bits - 1) {
    const at = <usize>ctz(bits) << 3;
    load<i64>(opens + at);
    load<i64>(volumes + at);
  }
}
