// Decision records: nodes that make targets, orders, cancels and amendments, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; an index field holds an index plus one, 0 for none.
//
// Always true:
//   the decisions that act by themselves stand before those that are sent with a parent.

// Decision: what every kind has. Kept short, since every bucket looks at it.
/** DECISION_*. */
export const DECISION_KIND = 0;
/** Index of its instrument. */
export const DECISION_INSTRUMENT = 4;
/** Clock of its rows. */
export const DECISION_CLOCK = 8;
/** Address of its value column; that of the trigger for a cancel or an amendment. */
export const DECISION_VALUE = 12;
/** Address of its trigger column; 0 when it acts on change. */
export const DECISION_WHEN = 16;
/** Address of its state, 16 bytes: last value f64, 1 when there is one i64. Part of the node states. */
export const DECISION_STATE = 20;
/** f64: factor from its value to integers (1e9 for a share, 10^decimals for money and quantity). */
export const DECISION_SCALE = 24;
/** Address of its terms; 0 for a target. */
export const DECISION_TERMS = 32;
/** Address of its gates (`assembly/abi-policy.ts`); 0 for none. */
export const DECISION_GATES = 36;
export const DECISION_BYTES = 40;

export const DECISION_TARGET_PERCENT = 0;
export const DECISION_TARGET_VALUE = 1;
export const DECISION_TARGET_QUANTITY = 2;
export const DECISION_ORDER = 3;
export const DECISION_CANCEL = 4;
export const DECISION_AMEND = 5;
/** A lane of recommendations; its terms are a LANE (`assembly/abi-commitment.ts`). */
export const DECISION_COMMITMENT = 6;

// Terms: what an order, a cancel or an amendment says besides its size.
/** UNIT_*. */
export const TERMS_UNIT = 0;
/** TYPE_* of the order. */
export const TERMS_TYPE = 4;
/** FORCE_* of the order. */
export const TERMS_FORCE = 8;
/** ORDER_FLAG_* that the order starts with. */
export const TERMS_FLAGS = 12;
/** TERMS_FLAG_* bits. */
export const TERMS_OPTIONS = 16;
/** TRAIL_*; 0 for an amount. */
export const TERMS_TRAIL_UNIT = 20;
/** Addresses of the columns of prices; 0 for those that are not connected. */
export const TERMS_LIMIT = 24;
export const TERMS_STOP = 28;
export const TERMS_TRAIL = 32;
export const TERMS_LIMIT_OFFSET = 36;
export const TERMS_ACTIVATION = 40;
/** Address of the column of the quantity shown. */
export const TERMS_DISPLAY = 44;
/** Address of the column that the unit of the size reckons with: stop price, volatility or full Kelly share. */
export const TERMS_MEASURE = 48;
/** Address of the column of an amendment's new size. */
export const TERMS_SIZE = 52;
/** Index of the first child. */
export const TERMS_CHILD = 56;
/** Index of the next child of the same parent. */
export const TERMS_NEXT_CHILD = 60;
/** Index of the next decision of its group (a ring). */
export const TERMS_GROUP = 64;
/** Index of the decision whose orders are cancelled or amended. */
export const TERMS_OF = 68;
/** Instant, or length from the acceptance (without TERMS_FLAG_GOOD_TILL), at which a good-till-date order ends, ns. */
export const TERMS_GOOD = 72;
/** f64: 10^priceDecimals. */
export const TERMS_PRICE_SCALE = 80;
export const TERMS_BYTES = 88;

export const UNIT_QUANTITY = 0;
export const UNIT_VALUE = 1;
export const UNIT_PERCENT = 2;
export const UNIT_RISK = 3;
export const UNIT_VOLATILITY = 4;
export const UNIT_KELLY = 5;

export const TRAIL_PERCENT = 1;
export const TRAIL_TICKS = 2;

/** A price off the tick is refused in place of rounded. */
export const TERMS_FLAG_EXACT_PRICES = 1;
/** A quantity off the lot is refused in place of rounded. */
export const TERMS_FLAG_EXACT_SIZES = 2;
/** GOOD is an instant. */
export const TERMS_FLAG_GOOD_TILL = 4;
