// Side events: what happens to markets and positions besides trading, in one table of a run, sorted by time.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; a field of 8 bytes is an i64. The table is sorted by (time, phase, instrument, order of entry): phase 0
// (status, splits, dividends, conversion rates) comes before the market of its time, phase 2 (funding, fee tables)
// after it and before the decisions (`FILLS.md` G2).

/** Time, ns. */
export const SIDE_TIME = 0;
/** SIDE_* kind, i32. */
export const SIDE_KIND = 8;
/** Index of the instrument, of the currency for SIDE_RATE, of the policy for SIDE_ACTIVATION; -1 for the account. */
export const SIDE_INSTRUMENT = 12;
/** First operand. */
export const SIDE_A = 16;
/** Second operand. */
export const SIDE_B = 24;
/** Third and fourth operand. */
export const SIDE_C = 32;
export const SIDE_D = 40;
export const SIDE_BYTES = 48;

// Kinds. Those below SIDE_FUNDING are of phase 0, the others of phase 2.
/** a: STATUS_* of the market. */
export const SIDE_STATUS = 0;
/** a new units for b old ones. */
export const SIDE_SPLIT = 1;
/** a: money for one unit of quantity, money mantissa x 1e9. */
export const SIDE_DIVIDEND = 2;
/** a: base currency for one unit of the currency, in 1e-12 of the smallest units of both. */
export const SIDE_RATE = 3;
/** a: rate in 1e-12; b: mark, price mantissa, 0 for the last close. */
export const SIDE_FUNDING = 4;
/** a: index of the fee table that holds from here on. */
export const SIDE_FEES = 5;
/**
 * a: MESSAGE_* bits; b: weight in 1e-9; c: version; d: length for which it holds, ns; b and d where the bits say so.
 */
export const SIDE_ACTIVATION = 6;

// Message of an activation: sides and what it has, ACTIVATION_IS_* bits from bit 8, its mode from bit 16.
export const MESSAGE_LONG = 1;
export const MESSAGE_SHORT = 2;
export const MESSAGE_HAS_WEIGHT = 4;
export const MESSAGE_HAS_TTL = 8;
export const MESSAGE_STATE_SHIFT = 8;
export const MESSAGE_MODE_SHIFT = 16;

export const PHASE_MARKET_STATE = 0;
export const PHASE_SETTLEMENT = 2;
