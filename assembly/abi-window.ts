// Sizes of the sliding windows that operators keep in their state; the layouts are drawn in assembly/window-*.ts.
//
// Compiles under both asc and tsc: plain integer literals only, no imports.

/** A ring of rows: header, then one f64 a row of the window. */
export const RING_HEADER_BYTES = 8;
export const RING_ROW_BYTES = 8;

/** A window of k sums: header and k running and k current pairs, then n + 1 slots of k pairs. */
export const SUMS_HEADER_BYTES = 32;
export const SUMS_PAIR_BYTES = 16;

/** A window of one mean: header, then one f64 a row. */
export const MEAN_HEADER_BYTES = 40;
export const MEAN_ROW_BYTES = 8;

/** A window of one extreme: header, then n + 1 slots. */
export const EXTREME_HEADER_BYTES = 16;
export const EXTREME_ROW_BYTES = 8;

/** A window of the place of one extreme: header, then n + 1 slots of value and row. */
export const PLACE_HEADER_BYTES = 24;
export const PLACE_ROW_BYTES = 16;

/** A sorted window: header, then n rows in order of time and n in order of size. */
export const SORTED_HEADER_BYTES = 8;
export const SORTED_ROW_BYTES = 16;
