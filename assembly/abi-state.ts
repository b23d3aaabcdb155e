// State records: what runs bucket by bucket, the state streams that it reads, and what each of them keeps, field by
// field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; a field of 8 bytes is an i64 unless said otherwise.
//
// Always true:
//   what is kept is digested by checkpoints and holds no address.

// Bucket region of a run: the instructions that are reached from a state stream.
/** First instruction of the region; those before it run block by block. */
export const REGION_FROM = 0;
/** First instruction behind it: the host's, for columns of the region, once a block is done. */
export const REGION_TO = 4;
/** Number of all instructions. */
export const REGION_END = 8;
/** Number of the instructions that read a state stream; they stand first in the region. */
export const REGION_READS = 12;
/** REGION_IS_* : how far the bucket in hand has come. */
export const REGION_STAGE = 16;
/** Row of the host's instruction in hand. */
export const REGION_ROW = 20;
/** Address of the state streams, STATE records. */
export const REGION_STATES = 24;
/** Number of them. */
export const REGION_STATE_COUNT = 28;
/** First of the mixed columns that the region writes, and their number. */
export const REGION_MIX_FROM = 32;
export const REGION_MIX_COUNT = 36;
/** Address of the realised profit of each position, i64, digested; 0 when nobody reads it. */
export const REGION_REALISED = 40;
/** Address of scratch for the open quantity of each position, i64; 0 when nobody reads it. */
export const REGION_LEAVES = 44;
/** Address of what filled of each position since the last row, FILLS records, digested; 0 when nobody reads it. */
export const REGION_FILLS = 48;
export const REGION_BYTES = 56;

/** No bucket is in hand. */
export const REGION_IS_IDLE = 0;
/** The bucket in hand is settled, and its region runs. */
export const REGION_IS_RUNNING = 1;

// State stream: what is committed at the end of each row of its clock.
/** STATE_PORTFOLIO, STATE_POSITION or STATE_FILLS. */
export const STATE_KIND = 0;
/** Index of its instrument; -1 for the portfolio. */
export const STATE_INSTRUMENT = 4;
export const STATE_CLOCK = 8;
/** Row of the bucket in hand; -1 when its clock has none there. */
export const STATE_ROW = 12;
/** Address of what it keeps. */
export const STATE_KEPT = 16;
/** Number of the strategy whose position, or fills, they are, i32; -1 for those of all together. */
export const STATE_STRATEGY = 20;
/** Smallest units of money in one unit, f64. */
export const STATE_MONEY = 24;
/** Quantity mantissa of one unit, f64. */
export const STATE_UNIT = 32;
/** Price mantissa of one unit, f64. */
export const STATE_PRICE = 40;
export const STATE_BYTES = 48;

export const STATE_PORTFOLIO = 0;
export const STATE_POSITION = 1;
export const STATE_FILLS = 2;

// What a state stream keeps. Digested.
/** Rows begun. */
export const KEPT_BEGUN = 0;
/** Rows committed: the watermark. */
export const KEPT_COMMITTED = 8;
/** Time of the last committed bucket, ns; 0 before the first. */
export const KEPT_TIME = 16;
/** Portfolio: highest equity so far, money mantissa. */
export const KEPT_PEAK = 24;
/** Position: rows at whose end it was held in one direction without a break; negative for a short one. */
export const KEPT_HELD = 24;
export const KEPT_BYTES = 32;

// Fields of the portfolio, in the order of the node's outputs.
export const PORTFOLIO_EQUITY = 0;
export const PORTFOLIO_CASH = 1;
export const PORTFOLIO_EXPOSURE_GROSS = 2;
export const PORTFOLIO_EXPOSURE_NET = 3;
export const PORTFOLIO_RESERVED = 4;
export const PORTFOLIO_OPEN_ORDERS = 5;
export const PORTFOLIO_REALISED = 6;
export const PORTFOLIO_FEES = 7;
export const PORTFOLIO_DRAWDOWN = 8;
export const PORTFOLIO_PEAK = 9;

// Fields of a position, likewise.
export const POSITION_STATE_QUANTITY = 0;
export const POSITION_STATE_ENTRY_PRICE = 1;
export const POSITION_STATE_VALUE = 2;
export const POSITION_STATE_UNREALISED = 3;
export const POSITION_STATE_REALISED = 4;
export const POSITION_STATE_OPEN_QUANTITY = 5;
export const POSITION_STATE_BARS_HELD = 6;

// What filled of a position since the last row of its instrument.
/** Units that were bought, and that were sold. */
export const FILLS_BOUGHT = 0;
export const FILLS_SOLD = 8;
/** Cash effect of the fills before fees, money mantissa, and their fees. */
export const FILLS_VALUE = 16;
export const FILLS_FEES = 24;
/** Number of fills. */
export const FILLS_COUNT = 32;
/** Mean price by volume, price mantissa, f64. */
export const FILLS_PRICE = 40;
/** Units that splits added to what is held, negative for those that they took. */
export const FILLS_ADJUSTED = 48;
export const FILLS_BYTES = 56;

// Fields of fills, in the order of the node's outputs.
export const FILL_STATE_BOUGHT = 0;
export const FILL_STATE_SOLD = 1;
export const FILL_STATE_VALUE = 2;
export const FILL_STATE_FEES = 3;
export const FILL_STATE_COUNT = 4;
export const FILL_STATE_PRICE = 5;
export const FILL_STATE_ADJUSTED = 6;
