// Run records: the memory that the planner lays out and the loop works on, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; a field of 8 bytes is an i64 unless said otherwise.
//
// Always true:
//   what a checkpoint digests (account, positions, markets, node states) holds no address and no leftovers;
//   everything that a run reads or writes lies between its header and its last region, so a copy of that range is a
//   snapshot.

// Header of a run.
/** Last time that may be processed, ns; written by the host. */
export const RUN_UNTIL = 0;
/** Time of the last completed bucket, ns. */
export const RUN_NOW = 8;
/** Buckets completed. */
export const RUN_BUCKETS = 16;
/** Running mix of the valuation of every bucket: four lanes of 64 bits (`assembly/mix.ts`). */
export const RUN_MIX = 24;
/** Address of the bucket region (`assembly/abi-state.ts`); 0 for a run without feedback. */
export const RUN_REGION = 56;
/** Taker fee in 1e-9 of the traded value; negative is a rebate. */
export const RUN_FEE_TAKER = 80;
/** Maker fee in 1e-9 of the traded value; negative is a rebate. */
export const RUN_FEE_MAKER = 88;
/** Fee per unit of quantity, in 1e-9 of the currency's smallest unit. */
export const RUN_FEE_UNIT = 96;
/** Least fee of an order, in the currency's smallest unit. */
export const RUN_FEE_MINIMUM = 104;
/** Largest gross exposure as a multiple of equity, in 1e-9; 0 for a cash account. */
export const RUN_LEVERAGE = 112;
/** Address of the streams. */
export const RUN_STREAMS = 120;
/** Number of streams. */
export const RUN_STREAM_COUNT = 124;
/** Address of the clocks; clock i is that of stream i, unions follow. */
export const RUN_CLOCKS = 128;
/** Number of clocks. */
export const RUN_CLOCK_COUNT = 132;
/** Address of the instructions, in the order in which they run: those of the block first. */
export const RUN_INSTRUCTIONS = 136;
/** Number of the block's instructions. */
export const RUN_INSTRUCTION_COUNT = 140;
/** Address of the instruments' facts. */
export const RUN_INSTRUMENTS = 144;
/** Address of the positions, one an instrument, or two in a hedging account. */
export const RUN_POSITIONS = 148;
/** Number of instruments. */
export const RUN_INSTRUMENT_COUNT = 152;
/** Address of the decisions. */
export const RUN_DECISIONS = 156;
/** Number of decisions that act by themselves; those that are sent with a parent stand behind them. */
export const RUN_DECISION_COUNT = 160;
/** Address of the account. */
export const RUN_ACCOUNT = 164;
/** Address of the order table. */
export const RUN_ORDERS = 168;
/** Orders that may be open at once. */
export const RUN_ORDER_CAPACITY = 172;
/** Address of the mixed columns. */
export const RUN_COLUMN_MIXES = 176;
/** Number of the mixed columns that the block's instructions write; those of the bucket region stand behind them. */
export const RUN_COLUMN_MIX_COUNT = 180;
/**
 * Address of the range that a checkpoint digests besides the log: account, positions, markets, column mixes, node
 * states.
 */
export const RUN_DIGESTED = 184;
/** Bytes of that range. */
export const RUN_DIGESTED_BYTES = 188;
/** Address of the event ring. */
export const RUN_RING = 192;
/** Bytes of the event ring. */
export const RUN_RING_CAPACITY = 196;
/** Bytes written and not yet taken by the host. */
export const RUN_RING_USED = 200;
/** Bytes of those that the log's digest has absorbed. */
export const RUN_RING_HASHED = 204;
/** Bytes that one bucket may write at the most. */
export const RUN_RING_RESERVE = 208;
/** Address of the state of the log's digest. */
export const RUN_LOG_HASH = 212;
/** Address of the last checkpoint's digest, 32 bytes, followed by the key of the chain, 32 bytes, and a hash state. */
export const RUN_CHAIN = 216;
/**
 * Address of the portfolio columns (time, equity, cash, gross exposure), each of PORTFOLIO_CAPACITY rows; 0 for none.
 */
export const RUN_PORTFOLIO = 220;
/** Rows that the portfolio columns hold. */
export const RUN_PORTFOLIO_CAPACITY = 224;
/** Rows written and not yet taken by the host. */
export const RUN_PORTFOLIO_USED = 228;
/** Buckets in a block at the most. */
export const RUN_BLOCK_CAPACITY = 232;
/** Buckets in the present block. */
export const RUN_BLOCK_BUCKETS = 236;
/** Next bucket of the block to be processed. */
export const RUN_BLOCK_NEXT = 240;
/** Address of the bucket times of the present block. */
export const RUN_BLOCK_TIMES = 244;
/** Address of the run's own array of bucket times. */
export const RUN_BLOCK_TIMES_OWN = 248;
/** PHASE_*. */
export const RUN_PHASE = 252;
/** Next instruction: of the block, or of the bucket in hand. */
export const RUN_INSTRUCTION_NEXT = 256;
/** Sequence number of the last order. */
export const RUN_ORDER_SEQUENCE = 260;
/** First of the slots of the order table that were used and are free, plus one; 0 for none. */
export const RUN_ORDER_FREE = 264;
/** FLAG_* bits. */
export const RUN_FLAGS = 268;
/** Address of a list of order and decision indices, i32, as long as both tables together. */
export const RUN_SCRATCH = 276;
/** Buckets between checkpoints. */
export const RUN_CHECKPOINT_EVERY = 280;
/** Number of fills. */
export const RUN_FILL_SEQUENCE = 284;
/** Address of what each mix reads, MIXED records. */
export const RUN_MIXED = 288;
/** The portfolio keeps the last bucket of each span of this length, ns; 0 keeps every bucket. */
export const RUN_PORTFOLIO_PERIOD = 296;
/** Last time of the span of the newest row of the portfolio, ns. */
export const RUN_PORTFOLIO_BOUNDARY = 304;
/** Address of scratch for the valuations of a block, i64. */
export const RUN_VALUATIONS = 312;
/** Address of the markets, one an instrument. */
export const RUN_MARKETS = 316;
/** Address of the books: account, positions and markets in one range. */
export const RUN_BOOKS = 320;
/** Bytes of the books. */
export const RUN_BOOKS_BYTES = 324;
/** Running mix of the records of the log: four lanes of 64 bits (`assembly/mix.ts`). */
export const RUN_EVENT_MIX = 328;
/** Address of the side events (`assembly/abi-side.ts`). */
export const RUN_SIDE = 360;
/** Number of side events. */
export const RUN_SIDE_COUNT = 364;
/** Next side event. */
export const RUN_SIDE_NEXT = 368;
/** Address of the settings of execution (`assembly/abi-execution.ts`). */
export const RUN_EXECUTION = 372;
/** Address of the settings of fees. */
export const RUN_FEES = 376;
/** Address of the settings of the account. */
export const RUN_ACCOUNTING = 380;
/** Time of the next side event or of the next day's accruals, ns; i64 maximum for none. */
export const RUN_SIDE_TIME = 384;
/** Slots of the order table that were ever in use. */
export const RUN_ORDERS_USED = 392;
/** Number of the innermost trial in hand (`assembly/trial.ts`), 0 for none. */
export const RUN_TRIAL = 396;
/** Number of the last trial. */
export const RUN_TRIAL_LAST = 400;
/** Records kept for undoing the trials in hand. */
export const RUN_UNDO_COUNT = 404;
/** Address of those records: the slot, i64, and the order as it was, each. */
export const RUN_UNDO = 408;
/** Address of the books as they were, RUN_BOOKS_BYTES. */
export const RUN_BOOKS_KEPT = 412;
/** RUN_ORDER_SEQUENCE, RUN_ORDER_FREE, RUN_ORDERS_USED, RUN_FILL_SEQUENCE and RUN_RING_USED as they were, i32 each. */
export const RUN_KEPT = 416;
/** Steps of the cascade in hand. */
export const RUN_CASCADE = 436;
/** Address of scratch for lists of order slots, i32, three times as long as the order table. */
export const RUN_SLOTS = 440;
/** Pairs of the third of these lists that releases in hand use: the slot and the sequence of a child. */
export const RUN_RELEASED = 444;
/** Largest position in 1e-9 units of an instrument, and as a share of equity in 1e-9; 0 for none. */
export const RUN_LIMIT_POSITION_UNITS = 456;
export const RUN_LIMIT_POSITION_SHARE = 464;
/** Largest order, likewise. */
export const RUN_LIMIT_ORDER_UNITS = 472;
export const RUN_LIMIT_ORDER_SHARE = 480;
/** Buckets after which to come back; written by the host, i64 maximum for none. */
export const RUN_BUCKETS_UNTIL = 488;
/** Draws made, those of walks that were undone among them. */
export const RUN_DRAWS = 496;
/** Running mix of all draws, 64 bits; after the last one, the unseed. */
export const RUN_DRAW_MIX = 504;
/** Address of the policies (`assembly/abi-policy.ts`). */
export const RUN_POLICIES = 512;
/** Number of policies. */
export const RUN_POLICY_COUNT = 516;
/** Address of the log of draws (`assembly/draw.ts`); 0 for none. */
export const RUN_DRAW_LOG = 520;
/** Its bytes, those written and not yet taken by the host, and the draws that found no room. */
export const RUN_DRAW_LOG_ROOM = 524;
export const RUN_DRAW_LOG_USED = 528;
export const RUN_DRAW_LOG_LOST = 532;
/** Address of the venues (`assembly/abi-venue.ts`); 0 for a run without any. */
export const RUN_VENUES = 536;
/** Address of what each decision has sent in its last bucket, SENT records. */
export const RUN_SENT = 540;
/** Bytes of the log that the host has taken out of the ring; written by the host. */
export const RUN_LOG_TAKEN = 544;
/** Bytes of the log at the end of the last bucket that left a record. */
export const RUN_BATCH_END = 552;
/** Address of the ends of those buckets not yet taken by the host, BATCH records; and their number. */
export const RUN_BATCHES = 560;
export const RUN_BATCH_COUNT = 564;
/** Number of the trial around the innermost one, 0 for none; and the records that were kept when that one began. */
export const RUN_TRIAL_OUTER = 568;
export const RUN_UNDO_FIRST = 572;
/** Address of the slippage of decisions (`assembly/abi-slippage.ts`); 0 for a run in which none has its own. */
export const RUN_SLIPPAGE = 576;
export const RUN_BYTES = 584;

// Batch: the end of a bucket that left records in the log.
/** Time of the bucket, ns. */
export const BATCH_TIME = 0;
/** Bytes of the log at its end. */
export const BATCH_END = 8;
export const BATCH_BYTES = 16;
/** Buckets with an end after which the host takes them; one bucket more may have two. */
export const BATCHES_MAX = 8192;
/** Most buckets of a block; one never reaches over a checkpoint, of which there is one every so many. */
export const BLOCK_BUCKETS_MAX = 4096;

// Phases of a block.
export const PHASE_ASSEMBLE = 0;
export const PHASE_COMPUTE = 1;
export const PHASE_BUCKETS = 2;
/** The host takes the region's columns of the block that is done. */
export const PHASE_AFTER = 3;

// What `advance` comes back for.
export const STATUS_UNTIL = 0;
export const STATUS_RING = 1;
export const STATUS_INPUT = 2;
export const STATUS_HOST = 3;
export const STATUS_END = 4;
/** Slippage models have questions to answer. */
export const STATUS_QUESTIONS = 5;

// Flags of a run.
/** Takes every bucket one by one; it changes no result. */
export const FLAG_STEP_EVERY_BUCKET = 8;
/** A policy is a commitment, set by the plan. */
export const FLAG_HAS_COMMITMENTS = 16;
/** Decisions take portfolio views for the account. */
export const FLAG_HAS_VIEWS = 32;

// Stream: bars of one instrument at one interval, the rows at hand and how far they are known.
/** Address of the close times, i64 ns. */
export const STREAM_TIME = 0;
/** Address of the opens, i64 price mantissas; high, low and close follow likewise. */
export const STREAM_OPEN = 4;
/** Address of the highs. */
export const STREAM_HIGH = 8;
/** Address of the lows. */
export const STREAM_LOW = 12;
/** Address of the closes. */
export const STREAM_CLOSE = 16;
/** Address of the volumes, i64 quantity mantissas; 0 when not known. */
export const STREAM_VOLUME = 20;
/** Index of its instrument. */
export const STREAM_INSTRUMENT = 24;
/** Rows at hand. */
export const STREAM_ROW_COUNT = 28;
/** Next row to enter a block. */
export const STREAM_HEAD = 32;
/** 1 when orders of the instrument fill on this stream (its finest), else 0. */
export const STREAM_EXECUTES = 36;
/** First row of the present block. */
export const STREAM_BLOCK_FIRST = 40;
/** Next row of the block to be settled, counted from BLOCK_FIRST. */
export const STREAM_BLOCK_CURSOR = 44;
/** No row at or before this time is still to come, ns; i64 maximum when the stream has ended. */
export const STREAM_WATERMARK = 48;
/** Bar length, ns. */
export const STREAM_INTERVAL = 56;
/** Close time of the last settled bar, ns; i64 minimum before the first. */
export const STREAM_CLOSED = 64;
/** Time of the last row that entered a block, ns; i64 minimum before the first. */
export const STREAM_LAST = 72;
/** Close time of the bar that POSITION_BUDGET was made for, ns; i64 minimum before the first. */
export const STREAM_BUDGETED = 80;
export const STREAM_BYTES = 88;

// Clock: the rows of a block that a set of streams has.
/** Address of the indices of its streams, i32; unused for the clock of one stream. */
export const CLOCK_STREAM_LIST = 0;
/** Number of its streams. */
export const CLOCK_STREAM_LIST_COUNT = 4;
/** Address of the bucket of each row, i32, counted in the block; valid when not dense. */
export const CLOCK_BUCKET_OF = 8;
/** Rows in the present block. */
export const CLOCK_ROW_COUNT = 12;
/** 1 when every bucket of the block has a row, else 0. */
export const CLOCK_DENSE = 16;
/** Row of the bucket in hand, for decisions. */
export const CLOCK_CURSOR = 20;
export const CLOCK_BYTES = 24;

// Facts of an instrument, as integers.
/** Price step, price mantissa. */
export const INSTRUMENT_TICK = 0;
/** Quantity step, quantity mantissa. */
export const INSTRUMENT_LOT = 8;
/** Least order, quantity mantissa. */
export const INSTRUMENT_QUANTITY_MIN = 16;
/** Least order value, money mantissa. */
export const INSTRUMENT_NOTIONAL_MIN = 24;
/** Factor that takes price x quantity to money: value = price x factor x quantity / divisor. */
export const INSTRUMENT_VALUE_FACTOR = 32;
/** Divisor of the same; a power of ten. */
export const INSTRUMENT_VALUE_DIVISOR = 40;
/** 10^sizeDecimals: quantity mantissa of one unit. */
export const INSTRUMENT_UNIT = 48;
/** Index of the stream on which its orders fill. */
export const INSTRUMENT_STREAM = 56;
/** INSTRUMENT_IS_* bits. */
export const INSTRUMENT_FLAGS = 60;
/** Address of its sessions: sorted pairs of open (inclusive) and close (exclusive), i64 ns. */
export const INSTRUMENT_SESSIONS = 64;
/** Number of its sessions; 0 without a calendar, when each bar is a session of its own. */
export const INSTRUMENT_SESSION_COUNT = 68;
export const INSTRUMENT_BYTES = 72;

/** Its value is quantity x multiplier / price. */
export const INSTRUMENT_IS_INVERSE = 1;

// Mixed column: running mix of every value of one output. Digested by checkpoints.
/** Four lanes of 64 bits (`assembly/mix.ts`). */
export const COLUMN_MIX_BYTES = 32;

// Which column a mix reads.
/** Address of the column. */
export const MIXED_COLUMN = 0;
/** Clock of its rows. */
export const MIXED_CLOCK = 4;
export const MIXED_BYTES = 8;
