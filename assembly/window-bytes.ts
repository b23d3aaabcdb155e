// Bytes that sliding windows take in an operator's state, for operators that keep several; kernel/nodes/window-bytes.ts
// says the same.

import {
  EXTREME_HEADER_BYTES, EXTREME_ROW_BYTES, PLACE_HEADER_BYTES, PLACE_ROW_BYTES, RING_HEADER_BYTES, RING_ROW_BYTES,
  SUMS_HEADER_BYTES, SUMS_PAIR_BYTES,
} from "./abi-window";

/** A ring of the last `rows` rows. */
// @ts-ignore: decorator
@inline export function ringBytes(rows: i32): usize {
  return <usize>RING_HEADER_BYTES + <usize>rows * RING_ROW_BYTES;
}

/** A window of `sums` sums over `rows` rows. */
// @ts-ignore: decorator
@inline export function sumsBytes(rows: i32, sums: i32): usize {
  return <usize>SUMS_HEADER_BYTES + <usize>(rows + 3) * <usize>sums * SUMS_PAIR_BYTES;
}

/** A window of the largest or smallest of `rows` rows. */
// @ts-ignore: decorator
@inline export function extremeBytes(rows: i32): usize {
  return <usize>EXTREME_HEADER_BYTES + <usize>(rows + 1) * EXTREME_ROW_BYTES;
}

/** A window of the place of the largest or smallest of `rows` rows. */
// @ts-ignore: decorator
@inline export function placeBytes(rows: i32): usize {
  return <usize>PLACE_HEADER_BYTES + <usize>(rows + 1) * PLACE_ROW_BYTES;
}
