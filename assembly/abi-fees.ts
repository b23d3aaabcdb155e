// Settings of fees: the tables that the planner writes, and which of them holds, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; a field of 8 bytes is an i64 unless said otherwise.

// Fees of a run.
/** Address of a list of the tables by date, i32 addresses of FEE_TABLE records. */
export const FEES_TABLES = 0;
/** Address of the table that holds now. */
export const FEES_CURRENT = 4;
export const FEES_BYTES = 8;

// Table: the fee of an order as the sum of its components, one record each, the one with bounds first.
/** Share of the value that a taker pays, in 1e-9, up to the first tier; negative is a rebate. */
export const FEE_TAKER = 0;
/** Share that a maker pays, likewise. */
export const FEE_MAKER = 8;
/** Fee for each unit of quantity, in 1e-9 of the smallest unit of money. */
export const FEE_UNIT = 16;
/** Least fee of an order; 0 for none. */
export const FEE_MINIMUM = 24;
/** Largest fee of an order; i64 maximum for none. */
export const FEE_MAXIMUM = 32;
/** Largest fee of an order as a share of its value, in 1e-9; 0 for none. It goes before the least fee. */
export const FEE_MAXIMUM_SHARE = 40;
/** Address and number of the tiers above, FEE_TIER records. */
export const FEE_TIERS = 48;
export const FEE_TIER_COUNT = 52;
/** FEE_BY_*, i32. */
export const FEE_BY = 56;
/** Components behind this one, i32. */
export const FEE_MORE = 60;
export const FEE_TABLE_BYTES = 64;

/** Tiers are of an order's own value: each rate holds for the part of it in its tier. */
export const FEE_BY_NOTIONAL = 0;
/** Tiers are of the account's volume over the 30 days before: one rate holds for a whole fill. */
export const FEE_BY_VOLUME = 1;

/** Money above which the tier begins. */
export const FEE_TIER_ABOVE = 0;
export const FEE_TIER_TAKER = 8;
export const FEE_TIER_MAKER = 16;
export const FEE_TIER_UNIT = 24;
export const FEE_TIER_BYTES = 32;
