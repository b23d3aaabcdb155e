// Ledger records: positions, the account and what they keep besides, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; every field is an i64.
//
// Always true:
//   nothing here holds an address: checkpoints digest it;
//   the books of a run are one range: account, balances of other currencies, positions, holdings, settlement queues,
//   volumes, markets. What is not used has no bytes.

// Position: what is held of one instrument; in a hedging account there are two of each, the long ones first. Digested.
/** Signed quantity mantissa. */
export const POSITION_QUANTITY = 0;
/** Signed cost basis, money mantissa: what was paid for what is held (negative for a short). */
export const POSITION_COST = 8;
/** Signed value at the mark, money mantissa, rounded down. */
export const POSITION_VALUE = 16;
/** Sum of all signed fill quantities, adjusted by splits; equals QUANTITY. */
export const POSITION_FILLED = 24;
export const POSITION_BYTES = 32;

// Holding: what an account with margins or lots keeps of a position besides.
/** Margin of an isolated position, money mantissa. */
export const HOLDING_MARGIN = 0;
/** Exposure that it counts for at the mark, money mantissa. */
export const HOLDING_WEIGHTED = 8;
/** Maintenance margin at the mark, money mantissa. */
export const HOLDING_MAINTENANCE = 16;
/** Number of the first lot held, from 0 on. */
export const HOLDING_LOT_FIRST = 24;
/** Number of the next lot. */
export const HOLDING_LOT_NEXT = 32;
/** Quantity left of the first lot, without a sign. */
export const HOLDING_LOT_LEFT = 40;
/** Cost left of the first lot, signed. */
export const HOLDING_LOT_COST = 48;
export const HOLDING_BYTES = 56;

// Account, or the balance of another currency, of the same fields. Digested. Money mantissas of its currency.
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
/** Sum of the six fields that follow: what the account earned and owed besides trading. */
export const ACCOUNT_EARNED = 72;
/** Funding received, less funding paid. */
export const ACCOUNT_FUNDING = 80;
/** Interest received, less interest paid. */
export const ACCOUNT_INTEREST = 88;
/** Cost of borrowing what is held short, negative. */
export const ACCOUNT_BORROW = 96;
/** Dividends received, less dividends paid. */
export const ACCOUNT_DIVIDENDS = 104;
/** Money that came from other currencies, less money that went there. */
export const ACCOUNT_CONVERTED = 112;
/** Cost of conversions, negative. */
export const ACCOUNT_CONVERSION = 120;
/** Sum of the margins of isolated positions. */
export const ACCOUNT_LOCKED = 128;
/** Cash from sales that have not settled. */
export const ACCOUNT_UNSETTLED = 136;
/** Next UTC day at whose beginning things accrue, days since 1970-01-01; i64 minimum before the first bucket. */
export const ACCOUNT_DAY = 144;
/** Sum of the weighted exposures of all positions. */
export const ACCOUNT_WEIGHTED = 152;
/** Sum of the maintenance margins of all positions. */
export const ACCOUNT_MAINTENANCE = 160;
/** Base currency for one unit of this one, in 1e-12 of the smallest units of both; 0 while not known. */
export const ACCOUNT_RATE = 168;
export const ACCOUNT_BYTES = 176;

// Settlement queue of a balance: what sales brought that is not yet to be spent, by the day on which it is.
/** Entries of a queue. */
export const SETTLEMENT_ENTRIES = 16;
/** Day on which it settles, days since 1970-01-01; 0 for a free entry. */
export const SETTLEMENT_DAY = 0;
export const SETTLEMENT_AMOUNT = 8;
export const SETTLEMENT_ENTRY_BYTES = 16;

// Traded volume of the days before, a ring by day; for fees by rolling volume.
export const VOLUME_DAYS = 32;
/** Volume of the 30 UTC days before the present one, money mantissa. */
export const VOLUME_SUM = 0;
/** Volume of each day, at the day modulo VOLUME_DAYS. */
export const VOLUME_BY_DAY = 8;
export const VOLUME_BYTES = 264;
