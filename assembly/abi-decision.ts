// Decision records: nodes that make targets or orders, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory.

// Decision: a node that makes targets or orders.
/** DECISION_*. */
export const DECISION_KIND = 0;
/** Index of its instrument. */
export const DECISION_INSTRUMENT = 4;
/** Clock of its rows. */
export const DECISION_CLOCK = 8;
/** Address of its value column. */
export const DECISION_VALUE = 12;
/** Address of its trigger column; 0 when it acts on change. */
export const DECISION_WHEN = 16;
/** Address of its state, 16 bytes: last value f64, 1 when there is one i64. Part of the node states. */
export const DECISION_STATE = 20;
/** f64: factor from its value to integers (1e9 for a share, 10^decimals for money and quantity). */
export const DECISION_SCALE = 24;
export const DECISION_BYTES = 32;

export const DECISION_TARGET_PERCENT = 0;
export const DECISION_TARGET_VALUE = 1;
export const DECISION_TARGET_QUANTITY = 2;
export const DECISION_ORDER = 3;
