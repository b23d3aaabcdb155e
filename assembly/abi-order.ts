// Order records: the state of a market that orders meet, and open orders with their terms, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; a slot field holds a slot plus one, 0 for none; a field of 8 bytes is an i64.
//
// Always true:
//   a free slot is zero but for its link; what checkpoints digest (markets) holds no address.

// Market: what orders of one instrument meet. Digested by checkpoints.
/** Last close, price mantissa; 0 before the first bar. */
export const MARKET_MARK = 0;
/** Quantity that own orders may still take from the bar in hand. */
export const MARKET_BUDGET = 8;
/** First order that waits for an open or a close, in the order of acceptance. */
export const MARKET_PENDING_FIRST = 16;
/** Last of them. */
export const MARKET_PENDING_LAST = 20;
/** Root of the orders that act when the price rises. */
export const MARKET_UP = 24;
/** Root of the orders that act when the price falls. */
export const MARKET_DOWN = 28;
/** First trailing order. */
export const MARKET_TRAILING = 32;
/** First order that may only reduce. */
export const MARKET_REDUCE_ONLY = 36;
/** Open orders, held children included. */
export const MARKET_ORDERS = 40;
/** STATUS_*. */
export const MARKET_STATUS = 44;
/** Time from which the status holds, ns. */
export const MARKET_STATUS_SINCE = 48;
/** Least expiry or arrival of a cancel among its orders, ns; i64 maximum for none. */
export const MARKET_EXPIRY = 56;
/** First order that lost its chance in the walk in hand and comes back after it. */
export const MARKET_PARKED = 64;
export const MARKET_BYTES = 72;

// Trading status of a market.
export const STATUS_NORMAL = 0;
export const STATUS_HALTED = 1;
export const STATUS_LIMIT_UP = 2;
export const STATUS_LIMIT_DOWN = 3;

// Open order.
/** Sequence number, from 1; 0 for a free slot. */
export const ORDER_SEQUENCE = 0;
/** Index of its instrument. */
export const ORDER_INSTRUMENT = 4;
/** Index of the decision that made it; -1 when forced, less the number of the strategy that it is for. */
export const ORDER_DECISION = 8;
/** Next slot of the list that it stands in, or of the free list. */
export const ORDER_NEXT = 12;
/** Slot before it in its list. */
export const ORDER_PREVIOUS = 16;
/** TYPE_*, u8. */
export const ORDER_TYPE = 20;
/** FORCE_*, u8. */
export const ORDER_FORCE = 21;
/** LIFE_*, u8. */
export const ORDER_LIFE = 22;
/** PLACE_*, u8. */
export const ORDER_PLACE = 23;
/** ORDER_FLAG_* bits. */
export const ORDER_FLAGS = 24;
/** Parent that it waits for. */
export const ORDER_PARENT = 28;
/** First child that waits for it. */
export const ORDER_CHILD = 32;
/** Next child of the same parent. */
export const ORDER_SIBLING = 36;
/** Next order of its group (a ring). */
export const ORDER_GROUP = 40;
/** First child in its heap. */
export const ORDER_HEAP_CHILD = 44;
/** Next of the same heap parent. */
export const ORDER_HEAP_NEXT = 48;
/** Heap neighbour before it: the parent of a first child, else the one whose HEAP_NEXT it is. */
export const ORDER_HEAP_PREVIOUS = 52;
/** Next and previous trailing order of the instrument. */
export const ORDER_TRAIL_NEXT = 56;
export const ORDER_TRAIL_PREVIOUS = 60;
/** Next and previous order of the instrument that may only reduce. */
export const ORDER_REDUCE_NEXT = 64;
export const ORDER_REDUCE_PREVIOUS = 68;
/** Place among orders at one price: its sequence, or a later one after an iceberg showed a new slice. */
export const ORDER_PRIORITY = 72;
/** Number of the trial in which its record was last kept for undoing. */
export const ORDER_TRIAL = 76;
/** Signed quantity still to be filled. */
export const ORDER_LEAVES = 80;
/** Signed quantity filled. */
export const ORDER_FILLED = 88;
/** Limit, price mantissa; 0 for none. */
export const ORDER_LIMIT = 96;
/** Trigger, price mantissa; the level of a trailing order; 0 for none. */
export const ORDER_TRIGGER = 104;
/** Offset of a trailing order: a price distance, or a share in 1e-9 (ORDER_FLAG_TRAIL_SHARE). */
export const ORDER_OFFSET = 112;
/** Distance of the limit from the trigger of a trailing stop-limit, price mantissa. */
export const ORDER_LIMIT_OFFSET = 120;
/** Price from which on a trailing order trails; 0 for at once. */
export const ORDER_ACTIVATION = 128;
/** Quantity shown at a time; 0 for all. */
export const ORDER_DISPLAY = 136;
/** Quantity still shown. */
export const ORDER_SHOWN = 144;
/** Acceptance time, ns. */
export const ORDER_ACCEPTED = 152;
/** Time from which it is no longer good, ns; i64 maximum for none. */
export const ORDER_EXPIRES = 160;
/** Buying power held for what is left. */
export const ORDER_RESERVED = 168;
/** Fees charged so far. */
export const ORDER_FEE = 176;
/** What the fee model gives for all fills so far, before the minimum. */
export const ORDER_FEE_EXACT = 184;
/** Price at which it acts in the heap that it stands in. */
export const ORDER_KEY = 192;
/** Live order that was released from it as from a pattern, and the slot of its pattern. */
export const ORDER_LIVE = 200;
export const ORDER_PATTERN = 204;
/** Time at which a cancel or an amendment on its way arrives, ns; 0 for none. */
export const ORDER_CANCELS = 208;
/** Value of all fills so far, money mantissa; kept where fees need it. */
export const ORDER_VALUE = 216;
/** Number of the venue that it was sent to plus one, i32; 0 for the market of the run's own assumptions. */
export const ORDER_VENUE = 224;
export const ORDER_BYTES = 232;

// Types.
export const TYPE_MARKET = 0;
export const TYPE_LIMIT = 1;
export const TYPE_STOP = 2;
export const TYPE_STOP_LIMIT = 3;
export const TYPE_MARKET_IF_TOUCHED = 4;
export const TYPE_LIMIT_IF_TOUCHED = 5;
export const TYPE_TRAILING_STOP = 6;
export const TYPE_TRAILING_STOP_LIMIT = 7;
export const TYPE_MARKET_ON_OPEN = 8;
export const TYPE_MARKET_ON_CLOSE = 9;
export const TYPE_LIMIT_ON_OPEN = 10;
export const TYPE_LIMIT_ON_CLOSE = 11;

// Times in force; 0 is good till cancelled.
export const FORCE_GTD = 1;
export const FORCE_DAY = 2;
export const FORCE_IOC = 3;
export const FORCE_FOK = 4;

// Where an order stands.
export const PLACE_NONE = 0;
export const PLACE_HELD = 1;
export const PLACE_PENDING = 2;
export const PLACE_UP = 3;
export const PLACE_DOWN = 4;
export const PLACE_PARKED = 5;

// Flags of an order; the low bits come from its decision.
export const ORDER_FLAG_POST_ONLY = 1;
export const ORDER_FLAG_REDUCE_ONLY = 2;
/** Protects a position: first among orders at one price, never rejected for being in the market. */
export const ORDER_FLAG_PROTECTIVE = 4;
/** The offset is a share of the price in 1e-9. */
export const ORDER_FLAG_TRAIL_SHARE = 8;
/** Children are released when it is wholly filled only. */
export const ORDER_FLAG_RELEASE_FULL = 16;
/** The group shrinks by what one fills (OUO) in place of ending (OCO). */
export const ORDER_FLAG_GROUP_SHRINKS = 32;
/** Prices are distances from the parent's fill price until it is released. */
export const ORDER_FLAG_FROM_FILL = 64;
/** The trigger was met. */
export const ORDER_FLAG_TRIGGERED = 256;
/** A trailing order that trails. */
export const ORDER_FLAG_ACTIVE = 512;
/** Rested through at least one open point. */
export const ORDER_FLAG_RESTED = 1024;
/** Closes a position whose margin is used up. */
export const ORDER_FLAG_LIQUIDATION = 8192;
/** Not an order, but a request to amend one, on its way: ORDER_PATTERN is its slot, ORDER_PRIORITY its sequence. */
export const ORDER_FLAG_AMENDS = 4096;
/** A market order, or a stop that was met, of which volume left something for the next open. */
export const ORDER_FLAG_CARRIED = 16384;
/** Let through by gates as one that only reduces: what it comes to open all the same is judged then. */
export const ORDER_FLAG_EXITS = 131072;
/**
 * Bits of the sides whose message cancels an order, from this bit on: what it releases until the cancel arrives goes
 * with it.
 */
export const ORDER_CANCELS_SHIFT = 15;
export const ORDER_CANCELS_MASK = 3;
/** The flags that are terms of an order. */
export const ORDER_TERM_FLAGS = 127;
/** Made by the engine to close a position. */
export const ORDER_FLAG_FORCED = 2048;
