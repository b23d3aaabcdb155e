// Execution settings: how orders meet bars in a run, field by field. Written once, before the first bucket.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; a field of 8 bytes is an i64. Rule ids are those of `FILLS.md`.

// Settings.
/** PATH_*: the order in which a bar's prices are walked (B3). */
export const EXECUTION_PATH = 0;
/** EXECUTION_FLAG_* bits. */
export const EXECUTION_FLAGS = 4;
/** LIMIT_FILL_*: what fills a resting limit (B6). */
export const EXECUTION_LIMIT_FILL = 8;
/** SLIPPAGE_*. */
export const EXECUTION_SLIPPAGE_KIND = 12;
/** Ticks beyond a limit that the walk must go for LIMIT_FILL_PENETRATE, at least 1; 0 for the other kinds. */
export const EXECUTION_LIMIT_TICKS = 16;
/** Chance that a touched limit fills, in 1e-9, 1 to 1e9, for LIMIT_FILL_TOUCH_PROBABILITY; 0 for the other kinds. */
export const EXECUTION_TOUCH_PROBABILITY = 24;
/** Slippage in ticks, in 1e-9 of the price, or the 1e-9 factor of the squared volume share. */
export const EXECUTION_SLIPPAGE = 32;
/** Share of a bar's volume that own orders may take, in 1e-9; 0 for no cap (B11). */
export const EXECUTION_PARTICIPATION = 40;
/** Time from decision to acceptance, ns (B2). */
export const EXECUTION_LATENCY = 48;
/** Seed of random draws (G7), 64 bits. */
export const EXECUTION_SEED = 56;
export const EXECUTION_BYTES = 64;

// Paths of a bar.
export const PATH_WORST = 0;
export const PATH_BEST = 1;
export const PATH_OHLC = 2;
export const PATH_OLHC = 3;
/** High first only when strictly nearer to the open. */
export const PATH_NEAREST = 4;
/** A falling bar goes to its high first, any other to its low. */
export const PATH_COLOUR = 5;

// What fills a resting limit.
export const LIMIT_FILL_PENETRATE = 0;
export const LIMIT_FILL_TOUCH = 1;
export const LIMIT_FILL_TOUCH_PROBABILITY = 2;

// Flags of execution.
/** Market orders fill at the close at which was decided (B2). */
export const EXECUTION_FLAG_SAME_CLOSE = 1;
/** What exceeds the volume is cancelled, not carried (B11). */
export const EXECUTION_FLAG_CANCEL_REMAINDER = 2;
/** Positions are closed at the last close (B16). */
export const EXECUTION_FLAG_CLOSE_AT_END = 4;
/** A resting limit that is jumped at an open fills at the open (B5). */
export const EXECUTION_FLAG_AUCTION_OPEN = 8;
/** A limit that is marketable when it arrives fills at its limit all the same (B5). */
export const EXECUTION_FLAG_LIMIT_PRICE_ALWAYS = 16;
/** A slipped price stays within the bar (B7). */
export const EXECUTION_FLAG_CAP_TO_BAR = 32;
/** A stop-limit triggered inside a bar fills in it only when the close is beyond the limit (B8). */
export const EXECUTION_FLAG_STRICT_CLOSE = 64;
/** A trailing stop meets a bar with the level that it had before, and moves after it (B9). */
export const EXECUTION_FLAG_TEST_THEN_RATCHET = 128;
/** Market orders fill at the close of the bar at whose open they would fill otherwise. */
export const EXECUTION_FLAG_NEXT_CLOSE = 256;

// Slippage models.
export const SLIPPAGE_NONE = 0;
export const SLIPPAGE_TICKS = 1;
export const SLIPPAGE_SHARE_OF_PRICE = 2;
export const SLIPPAGE_VOLUME_SHARE = 3;
