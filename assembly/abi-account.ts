// Settings of the account: what the planner writes and a run only reads, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; a field of 8 bytes is an i64 unless said otherwise.

// Settings of a run's account.
/** ACCOUNT_IS_* bits, i32. */
export const SETTINGS_FLAGS = 0;
/** Address of the settings by instrument, one TRADED record each. */
export const SETTINGS_TRADED = 4;
/** Address and number of the rates paid on cash, TIER records in 1e-9 a year. */
export const SETTINGS_CREDIT = 8;
export const SETTINGS_CREDIT_COUNT = 12;
/** Address and number of the rates charged on debt, likewise. */
export const SETTINGS_DEBIT = 16;
export const SETTINGS_DEBIT_COUNT = 20;
/** Business days from a sale to its settlement, i32. */
export const SETTINGS_SETTLEMENT_DAYS = 24;
/** Address and number of the holidays, i32 days since 1970-01-01, rising. */
export const SETTINGS_HOLIDAYS = 28;
export const SETTINGS_HOLIDAY_COUNT = 32;
/** Lots that a position may hold, i32; a power of two, half of the table of each. */
export const SETTINGS_LOTS_MAX = 36;
/** Address of the lots. */
export const SETTINGS_LOTS = 40;
/** Number of currencies besides the base, i32. */
export const SETTINGS_CURRENCY_COUNT = 44;
/** Share of what is converted that the conversion costs, in 1e-9. */
export const SETTINGS_CONVERSION_FEE = 48;
/** Address of the holdings, one a position; 0 for none. */
export const SETTINGS_HOLDINGS = 56;
/** Address of the balances of other currencies, ACCOUNT records. */
export const SETTINGS_BALANCES = 60;
/** Address of the settlement queues, the base currency's first; 0 for none. */
export const SETTINGS_QUEUES = 64;
/** Address of the volumes by day; 0 for none. */
export const SETTINGS_VOLUME = 68;
/** Number of positions, i32: one an instrument, two in a hedging account, else one for each strategy. */
export const SETTINGS_POSITION_COUNT = 72;
export const SETTINGS_BYTES = 80;

// Flags.
/** Each position has a margin of its own. */
export const ACCOUNT_IS_ISOLATED = 1;
/** Long and short positions of one instrument stand side by side. */
export const ACCOUNT_IS_HEDGING = 2;
/** Costs leave first in, first out. */
export const ACCOUNT_IS_FIFO = 4;
/** Sales are spent only once they have settled. */
export const ACCOUNT_IS_SETTLING = 8;
/** Something accrues or changes at the end of each UTC day. */
export const ACCOUNT_IS_DAILY = 16;
/** Positions are liquidated below their maintenance margin. */
export const ACCOUNT_IS_LIQUIDATING = 32;
/** Some instrument has a weight or tiers of its own. */
export const ACCOUNT_IS_WEIGHTED = 64;
/** Proceeds are converted to the base currency at once. */
export const ACCOUNT_IS_CONVERTING = 128;
/** Some instrument trades in another currency than the base. */
export const ACCOUNT_IS_FOREIGN = 256;
/** Strategies have positions of their own. */
export const ACCOUNT_HAS_STRATEGIES = 2048;
/** Fees go by tables (`assembly/fees.ts`), not by the rates in the run's header alone. */
export const ACCOUNT_HAS_FEE_TABLES = 512;
/** The volume of each day is kept, for fees by rolling volume. */
export const ACCOUNT_IS_ROLLING = 1024;

// Settings by instrument.
/** Exposure that one unit of value counts for, in 1e-9: the account's leverage over the instrument's, at least one. */
export const TRADED_WEIGHT = 0;
/** Maintenance margin as a share of the value, in 1e-9. */
export const TRADED_MAINTENANCE = 8;
/** Address and number of the margin tiers, MARGIN_TIER records; 0 for none. */
export const TRADED_TIERS = 16;
export const TRADED_TIER_COUNT = 20;
/** Largest short position, quantity mantissa; i64 maximum for no bound. */
export const TRADED_SHORTABLE = 24;
/** Address and number of the rates for borrowing it, TIER records in 1e-9 a year; 0 for none. */
export const TRADED_BORROW = 32;
export const TRADED_BORROW_COUNT = 36;
/** Index of its currency, counted from 1; 0 for the base. */
export const TRADED_CURRENCY = 40;
/** TRADED_IS_* bits, i32. */
export const TRADED_FLAGS = 44;
/** Share of the value that a liquidation costs, in 1e-9. */
export const TRADED_LIQUIDATION_FEE = 48;
export const TRADED_BYTES = 56;

/** A contract without an exchange of its value: futures and perpetuals. */
export const TRADED_IS_DERIVATIVE = 1;

// Tier of a rate: holds for the part of an amount from FROM on, up to the next tier.
export const TIER_FROM = 0;
export const TIER_RATE = 8;
export const TIER_BYTES = 16;

// Tier of margin: holds for the part of a position's value from FROM on, up to the next tier.
export const MARGIN_TIER_FROM = 0;
/** Exposure that one unit of value counts for, in 1e-9. */
export const MARGIN_TIER_WEIGHT = 8;
/** Maintenance margin as a share of the value, in 1e-9. */
export const MARGIN_TIER_MAINTENANCE = 16;
export const MARGIN_TIER_BYTES = 24;
