// Reasons that the data plane itself gives, as indices into the closed list of `kernel/log/reason.ts`.
//
// Compiles under both asc and tsc: plain integer literals only, no imports.

export const REASON_NOT_SHORTABLE = 7;
export const REASON_INSUFFICIENT_BUYING_POWER = 8;
export const REASON_INVALID_ORDER = 9;
export const REASON_BACKPRESSURE = 10;
export const REASON_BELOW_MINIMUM = 18;
export const REASON_END_OF_DATA = 23;
export const REASON_VOLUME_BUDGET = 24;
export const REASON_SUPERSEDED = 25;
export const REASON_NO_PRICE = 26;
