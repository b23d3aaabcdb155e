// Ledger records: positions and the account, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; every field is an i64.
//
// Always true:
//   nothing here holds an address: checkpoints digest it.

// Position in one instrument. Digested by checkpoints.
/** Signed quantity mantissa. */
export const POSITION_QUANTITY = 0;
/** Signed cost basis, money mantissa: what was paid for what is held (negative for a short). */
export const POSITION_COST = 8;
/** Signed value at the mark, money mantissa, rounded down. */
export const POSITION_VALUE = 16;
/** Sum of all signed fill quantities; equals QUANTITY. */
export const POSITION_FILLED = 24;
export const POSITION_BYTES = 32;

// Account. Digested by checkpoints. Money mantissas.
/** Cash at the start. */
export const ACCOUNT_START = 0;
/** Cash. */
export const ACCOUNT_CASH = 8;
/** Sum of the cost bases of all positions. */
export const ACCOUNT_COST = 16;
/** Realised profit before fees. */
export const ACCOUNT_REALISED = 24;
/** Fees paid. */
export const ACCOUNT_FEES = 32;
/** Sum of the values of all positions. */
export const ACCOUNT_VALUE = 40;
/** Sum of the absolute values of all positions. */
export const ACCOUNT_GROSS = 48;
/** Buying power held for open orders. */
export const ACCOUNT_RESERVED = 56;
/** Open orders. */
export const ACCOUNT_OPEN_ORDERS = 64;
export const ACCOUNT_BYTES = 72;
