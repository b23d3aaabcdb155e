// Bytes that the sliding windows of the data plane take in an operator's state (layouts: assembly/window-*.ts).

import {
  EXTREME_HEADER_BYTES,
  EXTREME_ROW_BYTES,
  MEAN_HEADER_BYTES,
  MEAN_ROW_BYTES,
  PLACE_HEADER_BYTES,
  PLACE_ROW_BYTES,
  RING_HEADER_BYTES,
  RING_ROW_BYTES,
  SORTED_HEADER_BYTES,
  SORTED_ROW_BYTES,
  SUMS_HEADER_BYTES,
  SUMS_PAIR_BYTES,
} from "../../assembly/abi-window.js";

/** A ring of the last `rows` rows. */
export function ringBytes(rows: number): number {
  return RING_HEADER_BYTES + rows * RING_ROW_BYTES;
}

/** A window of `sums` double-double sums over `rows` rows. */
export function sumsBytes(rows: number, sums: number): number {
  return SUMS_HEADER_BYTES + (rows + 3) * sums * SUMS_PAIR_BYTES;
}

/** A window of the mean of `rows` rows. */
export function meanBytes(rows: number): number {
  return MEAN_HEADER_BYTES + rows * MEAN_ROW_BYTES;
}

/** A window of the largest or smallest of `rows` rows. */
export function extremeBytes(rows: number): number {
  return EXTREME_HEADER_BYTES + (rows + 1) * EXTREME_ROW_BYTES;
}

/** A window of the place of the largest or smallest of `rows` rows. */
export function placeBytes(rows: number): number {
  return PLACE_HEADER_BYTES + (rows + 1) * PLACE_ROW_BYTES;
}

/** A window of `rows` rows kept in order of size. */
export function sortedBytes(rows: number): number {
  return SORTED_HEADER_BYTES + rows * SORTED_ROW_BYTES;
}
