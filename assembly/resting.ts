// Resting orders while nothing happens: how many buckets of a dense block leave them untouched.
//
// Always true:
//   what is found depends on the nearest order on each side alone, not on how many rest.

import {
  MARKET_DOWN, MARKET_EXPIRY, MARKET_ORDERS, MARKET_PENDING_FIRST, MARKET_TRAILING, MARKET_UP, ORDER_KEY,
} from "./abi-order";
import { INSTRUMENT_STREAM, RUN_INSTRUMENT_COUNT, STREAM_BLOCK_FIRST, STREAM_HIGH, STREAM_LOW } from "./abi-run";
import { instrumentAt, marketAt, orderAt, run, streamAt } from "./run";

/**
 * True when every open order rests at a price of its own: none waits for an open, none trails, none is about to be
 * changed.
 */
export function allRest(): bool {
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    const market = marketAt(i);
    const waiting = load<i32>(market, MARKET_PENDING_FIRST) | load<i32>(market, MARKET_TRAILING);
    if (waiting != 0) return false;
  }
  return true;
}

/** First bucket from `first` on, below `end`, in which a bar reaches an order or the clock ends one; `end` for none. */
export function untouchedBuckets(first: i32, end: i32, times: usize): i32 {
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    const market = marketAt(i);
    if (load<i32>(market, MARKET_ORDERS) == 0) continue;
    end = beforeExpiry(load<i64>(market, MARKET_EXPIRY), first, end, times);
    const stream = streamAt(load<i32>(instrumentAt(i), INSTRUMENT_STREAM));
    const row = <usize>load<i32>(stream, STREAM_BLOCK_FIRST) << 3;
    const up = load<i32>(market, MARKET_UP);
    const down = load<i32>(market, MARKET_DOWN);
    if (up != 0) end = reachedFromBelow(<usize>load<u32>(stream, STREAM_HIGH) + row, keyOf(up), first, end);
    if (down != 0) end = reachedFromAbove(<usize>load<u32>(stream, STREAM_LOW) + row, keyOf(down), first, end);
  }
  return end;
}

// @ts-ignore: decorator
@inline function keyOf(link: i32): i64 {
  return load<i64>(orderAt(link - 1), ORDER_KEY);
}

/** First bucket that ends at or after `expiry`, or `end`. */
function beforeExpiry(expiry: i64, first: i32, end: i32, times: usize): i32 {
  if (end == first || load<i64>(times + (<usize>(end - 1) << 3)) < expiry) return end;
  let bucket = first;
  while (load<i64>(times + (<usize>bucket << 3)) < expiry) bucket++;
  return bucket;
}

/** First row from `first` on, below `end`, whose high is at `key` or above it. */
function reachedFromBelow(highs: usize, key: i64, first: i32, end: i32): i32 {
  const keys = i64x2.splat(key);
  let at = highs + (<usize>first << 3);
  const stop = highs + (<usize>end << 3);
  while (at + 16 <= stop && !v128.any_true(i64x2.ge_s(v128.load(at), keys))) at += 16;
  while (at < stop && load<i64>(at) < key) at += 8;
  return <i32>((at - highs) >> 3);
}

/** First row from `first` on, below `end`, whose low is at `key` or below it. */
function reachedFromAbove(lows: usize, key: i64, first: i32, end: i32): i32 {
  const keys = i64x2.splat(key);
  let at = lows + (<usize>first << 3);
  const stop = lows + (<usize>end << 3);
  while (at + 16 <= stop && !v128.any_true(i64x2.le_s(v128.load(at), keys))) at += 16;
  while (at < stop && load<i64>(at) > key) at += 8;
  return <i32>((at - lows) >> 3);
}
