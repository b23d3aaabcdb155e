// Idle stretches: buckets of a dense block in which no order is open and no decision acts, found and valued together.
//
// Always true:
//   what is found and valued here is what the general path gives bucket by bucket; a bucket about which that is not
//     certain is left to it.
//
// Not here: marks, portfolio, mix and checkpoints of the stretch (`loop.ts`).

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import { ACCOUNT_CASH, POSITION_QUANTITY } from "./abi-ledger";
import {
  CLOCK_DENSE, INSTRUMENT_STREAM, INSTRUMENT_VALUE_DIVISOR, INSTRUMENT_VALUE_FACTOR, RUN_PORTFOLIO,
  RUN_PORTFOLIO_CAPACITY, RUN_PORTFOLIO_USED, RUN_STREAM_COUNT, RUN_VALUATIONS, STREAM_BLOCK_FIRST, STREAM_CLOSE,
} from "./abi-run";
import { nextActing } from "./acting";
import { clockAt } from "./block";
import { instrumentOf } from "./ledger";
import { account, instrumentAt, positionAt, run, settings, streamAt, streams } from "./run";
import { isInverse, valueSigned } from "./value";

/** Bound on cash, and on the values of all positions together, within which sums are not checked. */
const VALUES_MAX: i64 = 1 << 61;

/** True when every stream has a row in every bucket of the block, as one stream alone always has. */
export function everyStreamDense(): bool {
  for (let s = 0, streams = load<i32>(run, RUN_STREAM_COUNT); s < streams; s++) {
    if (load<i32>(clockAt(s), CLOCK_DENSE) == 0) return false;
  }
  return true;
}

/** True when no two positions have values of opposite signs: gross exposure is the distance of equity from cash. */
export function heldOneWay(): bool {
  let signs = 0;
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    const held = load<i64>(positionAt(i), POSITION_QUANTITY);
    const quantity = isInverse(instrumentAt(instrumentOf(i))) ? -held : held;
    signs |= <i32>(quantity > 0) | (<i32>(quantity < 0) << 1);
  }
  return signs != 3;
}

/** `count`, or less when the portfolio columns have room for less. */
// @ts-ignore: decorator
@inline export function roomLimited(first: i32, count: i32): i32 {
  if (load<u32>(run, RUN_PORTFOLIO) == 0) return count;
  const room = first + load<i32>(run, RUN_PORTFOLIO_CAPACITY) - load<i32>(run, RUN_PORTFOLIO_USED);
  return room < count ? room : count;
}

/** First bucket from `first` on in which a decision may act, or that lies beyond `until`, or `count`. */
export function quietBuckets(first: i32, count: i32, until: i64, times: usize): i32 {
  let end = count;
  if (load<i64>(times + (<usize>(count - 1) << 3)) > until) {
    end = first;
    while (load<i64>(times + (<usize>end << 3)) <= until) end++;
  }
  return nextActing(first, end);
}

/**
 * Equity in each of `rows` buckets from `first` on, into the scratch for valuations: cash, and what is held at the
 * closes. Gives the number of buckets up to the first one that the general path must see: one with a price that is not
 * positive, or with values so large that a sum of them could overflow.
 */
export function valueBuckets(first: i32, rows: i32): i32 {
  const cash = load<i64>(account, ACCOUNT_CASH);
  if (cash > VALUES_MAX || cash < -VALUES_MAX) return 0;
  let isFlat = true;
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (load<i64>(positionAt(i), POSITION_QUANTITY) == 0) continue;
    rows = isFlat ? valueRows(false, i, first, rows, cash) : valueRows(true, i, first, rows, 0);
    isFlat = false;
  }
  if (!isFlat) return rows;
  for (let at: usize = load<u32>(run, RUN_VALUATIONS), end = at + (<usize>rows << 3); at < end; at += 8) {
    store<i64>(at, cash);
  }
  return rows;
}

/**
 * Values a position over `rows` buckets from `first` on: on top of `base`, or with `adds`, a literal,
 * on top of what is there. Gives the number of rows up to the first price that is not positive or value that is too
 * large.
 */
// @ts-ignore: decorator
@inline function valueRows(adds: bool, position: i32, first: i32, rows: i32, base: i64): i32 {
  const facts = instrumentAt(instrumentOf(position));
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const quantity = load<i64>(positionAt(position), POSITION_QUANTITY);
  // An equal share of the bound, rounded down to a power of two.
  const most = VALUES_MAX >> (32 - clz(load<i32>(settings, SETTINGS_POSITION_COUNT) - 1));
  const isWhole = load<i64>(facts, INSTRUMENT_VALUE_DIVISOR) == 1 && load<i64>(facts, INSTRUMENT_VALUE_FACTOR) == 1;
  const plain = isWhole && !isInverse(facts);
  // Up to this price the value is the plain product; as unsigned, a negative one lies above every limit too.
  const limit: u64 = plain ? <u64>(most / (quantity < 0 ? -quantity : quantity)) : 0;
  const closes = <usize>load<u32>(stream, STREAM_CLOSE)
    + (<usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + first) << 3);
  let at = closes;
  let out: usize = load<u32>(run, RUN_VALUATIONS);
  for (const end = closes + (<usize>rows << 3); at < end; at += 8, out += 8) {
    const price = load<i64>(at);
    let value = price * quantity;
    if (<u64>(price - 1) >= limit) {
      if (price <= 0) break;
      value = valueSigned(facts, price, quantity);
      if (value > most || value < -most) break;
    }
    store<i64>(out, (adds ? load<i64>(out) : base) + value);
  }
  return <i32>((at - closes) >> 3);
}
