// Commitments: what a decision on recommendations reads and keeps, and the params and states of the policies that it
// consults (`NODESETS.md` 6), field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; params and states are i64 fields; all zero bytes is the initial state. A place is an index plus one, 0 for
// none. Shares, sessions, confidences and factors are in 1e-9; times and lengths in ns.

// Lane: one instrument of a commitment, the terms of its decision. i32 fields unless said otherwise.
/** Its number among the lanes. */
export const LANE_NUMBER = 0;
/** Index of the commitment among the policies. */
export const LANE_OWNER = 4;
/** Addresses of its columns, 0 for none: exit, ATR, sessions to earnings, share of the active pool. */
export const LANE_DEFER = 8;
export const LANE_ATR = 12;
export const LANE_EARNINGS = 16;
export const LANE_SHARE = 20;
/** Number of its sector, 0 for none. */
export const LANE_SECTOR = 24;
export const LANE_RESERVED = 28;
/** f64: 10^priceDecimals. */
export const LANE_PRICE_SCALE = 32;
export const LANE_BYTES = 40;

// Params of a commitment.
/** Places of the policies that it consults. */
export const OWNER_CHECKS = 0;
export const OWNER_SIZER = 8;
export const OWNER_BREAKER = 16;
export const OWNER_RESERVE = 24;
export const OWNER_TIER = 32;
export const OWNER_STOPS = 40;
export const OWNER_REBALANCE = 48;
/** Length of a cycle, recommendations of a cycle at the most, and how long one waits. */
export const OWNER_CYCLE = 56;
export const OWNER_MOST = 64;
export const OWNER_AGE = 72;
/** Share of equity that its strategy reckons with. */
export const OWNER_CAPITAL = 80;
/** Number of lanes, then the index of each one's decision, in the order of instruments. */
export const OWNER_LANES = 88;
export const OWNER_LANE_FIRST = 96;

// State of a commitment: then a record a lane.
/** 1 once a cycle has run, and when the next one may. */
export const CYCLE_BEGUN = 0;
export const CYCLE_NEXT = 8;
export const CYCLE_BYTES = 16;

// What is kept of a lane.
/** 1 while a recommendation waits; when it came; its confidence, sessions to earnings and share (-1 for none). */
export const KEPT_WAITING = 0;
export const KEPT_SINCE = 8;
export const KEPT_CONFIDENCE = 16;
export const KEPT_EARNINGS = 24;
export const KEPT_SHARE = 32;
/** 1 when the strategy's own gate lets it through. */
export const KEPT_ALLOWED = 40;
/** Newest ATR, price mantissa; 0 while not known. */
export const KEPT_ATR = 48;
/** 1 once a recommendation was acted on, and when that was last. */
export const KEPT_ACTED = 56;
export const KEPT_ACTED_AT = 64;
/** Distance of the stop that was sent last, 0 without a position; the ATR that the levels stand on; price mantissas. */
export const KEPT_DISTANCE = 72;
export const KEPT_LEVEL_ATR = 80;
/** Lowest open stop of the position, price mantissa; 0 for none. */
export const KEPT_STOP = 88;
/** STOP_* bits. */
export const KEPT_STOP_STATE = 96;
/** 1 while an exit is to be judged in the bucket in hand. */
export const KEPT_DEFERS = 104;
/** Last known stop of the position, below which none is made that trails or was tightened; price mantissa. */
export const KEPT_FLOOR = 112;
/** 1 once an exit found nothing to sell and said so; 0 from the first row on that asks for none, or when it sells. */
export const KEPT_IDLE_EXIT = 120;
export const KEPT_BYTES = 128;

/** The stop trails, and it was tightened; from either on it never falls. */
export const STOP_TRAILS = 1;
export const STOP_TIGHTENED = 2;

// Params of the checks.
/** 1 to act within the sessions of the instrument only. */
export const CHECKS_WINDOW = 0;
/** Length for which a further recommendation of an instrument is a duplicate. */
export const CHECKS_DUPLICATE = 8;
/** Share of its entry that a position has lost when it counts as declining, and the share of such positions. */
export const CHECKS_DECLINE = 16;
export const CHECKS_DECLINING = 24;
/** Positions from which on nothing is added. */
export const CHECKS_MOST = 32;

// Bits of the checks, in their order.
export const CHECK_BREAKER = 1;
export const CHECK_WINDOW = 2;
export const CHECK_CONFIDENCE = 4;
export const CHECK_DUPLICATE = 8;
export const CHECK_DECLINING = 16;
export const CHECK_COUNT = 32;

// Params of the sizer.
/** Share of the tier's maximum at its minimum confidence. */
export const SIZER_BASE = 0;
/** Money at the most, in 1e-9 of the currency's unit; -1 for no cap. */
export const SIZER_CAP = 8;
/** Correlation above which it refuses, and from which on it scales down. */
export const SIZER_CORRELATION_MOST = 16;
export const SIZER_CORRELATION_FROM = 24;
/** Days over which correlations are taken, and returns that are enough. */
export const SIZER_DAYS = 32;
export const SIZER_SAMPLES_MIN = 40;
/** Sectors below which a new one is favoured, and by which factor. */
export const SIZER_SECTORS = 48;
export const SIZER_FAVOUR = 56;
/** Sessions to earnings up to which it refuses, and up to which it halves. */
export const SIZER_EARNINGS_REFUSE = 64;
export const SIZER_EARNINGS_HALVE = 72;

// State of the sizer: for each instrument a ring of SIZER_DAYS + 1 closes, one a UTC day.
/** Day, days since 1970-01-01 plus one; 0 for none. */
export const CLOSE_DAY = 0;
export const CLOSE_PRICE = 8;
export const CLOSE_BYTES = 16;

// Params of a tier policy: the table, one tier after the other, then what moves it.
export const TIER_CONFIDENCE = 0;
export const TIER_POSITION = 8;
export const TIER_STOP = 16;
export const TIER_REWARD = 24;
export const TIER_SECTOR = 32;
export const TIER_HEAT = 40;
export const TIER_BYTES = 48;
export const TIERS = 3;
/** First tier: 0 conservative, 1 moderate, 2 aggressive. */
export const TIER_START = 144;
/** 1 to move at the close of a day's sessions. */
export const TIER_MOVES = 152;
/** Success below which, and decline above which, it moves down. */
export const TIER_DOWN_SUCCESS = 160;
export const TIER_DOWN_DECLINE = 168;
/** Success and reserve above which, and decline below which, it moves up. */
export const TIER_UP_SUCCESS = 176;
export const TIER_UP_RESERVE = 184;
export const TIER_UP_DECLINE = 192;
/** Days over which success is counted. */
export const TIER_DAYS = 200;
/** Place of the reserve. */
export const TIER_RESERVE = 208;

// State of a tier policy.
/** 1 once it has begun; its tier; largest equity; when it moves next. */
export const TIER_BEGUN = 0;
export const TIER_CURRENT = 8;
export const TIER_PEAK = 16;
export const TIER_NEXT = 24;
/** TIER_DAYS entries of a day, then an entry an instrument. */
export const TIER_RING = 32;
/** Day, plus one; positions that were closed with a gain, and all that were closed. */
export const SUCCESS_DAY = 0;
export const SUCCESS_WON = 8;
export const SUCCESS_CLOSED = 16;
export const SUCCESS_BYTES = 24;
/** What a position has realised after fees since it was opened, and the quantity at the beginning of the bucket. */
export const OPENED_REALISED = 0;
export const OPENED_QUANTITY = 8;
export const OPENED_BYTES = 16;

// Params of a circuit breaker.
/** Loss of a day from which it pauses, and for how long. */
export const BREAKER_LOSS = 0;
export const BREAKER_LOSS_PAUSE = 8;
/** Share of its entry that a position has lost when its symbol is barred, and for how long. */
export const BREAKER_DOWN = 16;
export const BREAKER_DOWN_PAUSE = 24;
/** Stops that were hit within a length, and for how long that pauses. */
export const BREAKER_HITS = 32;
export const BREAKER_WITHIN = 40;
export const BREAKER_HITS_PAUSE = 48;

// State of a circuit breaker.
/** 1 while a pause was ever set, and when it ends. */
export const BREAKER_PAUSED = 0;
export const BREAKER_UNTIL = 8;
/** Day in hand plus one, equity at its beginning, 1 when its loss has paused; newest equity. */
export const BREAKER_DAY = 16;
export const BREAKER_DAY_EQUITY = 24;
export const BREAKER_DAY_TRIPPED = 32;
export const BREAKER_EQUITY = 40;
/** Number of hits, then the times of the last BREAKER_HITS ones, then two fields an instrument. */
export const BREAKER_HIT_COUNT = 48;
export const BREAKER_RING = 56;
/** 1 when the symbol was ever barred, and until when. */
export const BARRED = 0;
export const BARRED_UNTIL = 8;
export const BARRED_BYTES = 16;

// Params of a reserve pool: share of gains that moves in, share of the total from which it is high, decline from the
// peak above which it is released.
export const RESERVE_SHARE = 0;
export const RESERVE_HIGH = 8;
export const RESERVE_DECLINE = 16;

// State of a reserve pool.
export const RESERVE_AMOUNT = 0;
/** 1 once it has begun, and the largest equity. */
export const RESERVE_BEGUN = 8;
export const RESERVE_PEAK = 16;
/** 1 while it is high. */
export const RESERVE_IS_HIGH = 24;
export const RESERVE_BYTES = 32;

// Params of a stop manager.
/** Change of the ATR, as a share of it, above which levels are made anew. */
export const STOPS_RECOMPUTE = 0;
/** Share of the way to the target from which on stops trail. */
export const STOPS_TRAIL = 8;
/** Share of the heat limit above which stops are tightened, and the share of their distance that is left. */
export const STOPS_HEAT = 16;
export const STOPS_TIGHTEN = 24;

// Params of a rebalance: day of the week (0 Sunday), length after the open of its sessions, time of a day without any.
export const REBALANCE_WEEKDAY = 0;
export const REBALANCE_AFTER_OPEN = 8;
export const REBALANCE_TIME = 16;

// State of a rebalance: 1 once it has begun, and when it comes next.
export const REBALANCE_BEGUN = 0;
export const REBALANCE_NEXT = 8;
export const REBALANCE_BYTES = 16;

// What a decision record is about.
export const VERDICT_COMMITMENT = 0;
export const VERDICT_DEFER = 1;
export const VERDICT_REBALANCE = 2;
/** Bit beside these: it acted. */
export const VERDICT_ACTED = 16;
