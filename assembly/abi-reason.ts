// Reasons that the data plane itself gives, as indices into the closed list of `kernel/log/reason.ts`.
//
// Compiles under both asc and tsc: plain integer literals only, no imports.

export const REASON_NONE = 0;
export const REASON_ACTIVATION_DISABLED = 1;
export const REASON_ACTIVATION_UNKNOWN = 2;
export const REASON_FREEZE = 3;
export const REASON_DRAIN = 4;
export const REASON_MARKET_CLOSED = 6;
export const REASON_NOT_SHORTABLE = 7;
export const REASON_INSUFFICIENT_BUYING_POWER = 8;
export const REASON_INVALID_ORDER = 9;
export const REASON_BACKPRESSURE = 10;
export const REASON_POSITION_SIZE_LIMIT = 13;
export const REASON_LEVERAGE_LIMIT = 14;
export const REASON_DRAWDOWN_LIMIT = 15;
export const REASON_CONCENTRATION_LIMIT = 16;
export const REASON_VOLATILITY_LIMIT = 17;
export const REASON_BELOW_MINIMUM = 18;
export const REASON_END_OF_DATA = 23;
export const REASON_VOLUME_BUDGET = 24;
export const REASON_SUPERSEDED = 25;
export const REASON_NO_PRICE = 26;
export const REASON_CANCELED = 27;
export const REASON_EXPIRED = 28;
export const REASON_POST_ONLY = 29;
export const REASON_STOP_IN_MARKET = 30;
export const REASON_REDUCE_ONLY = 31;
export const REASON_OCO = 32;
export const REASON_IOC_REMAINDER = 33;
export const REASON_FOK_UNFILLED = 34;
export const REASON_NOT_MARKETABLE = 35;
export const REASON_LIQUIDATION = 36;
export const REASON_HALTED = 37;
export const REASON_PRICE_OFF_TICK = 38;
export const REASON_SIZE_OFF_LOT = 39;
export const REASON_REPLACED = 40;
export const REASON_PARENT_ENDED = 41;
export const REASON_NOT_FOUND = 42;
export const REASON_COMPONENT_REFUSED = 43;
