// Trap codes: why the data plane stopped. The text of each stands in `kernel/wasm/trap.ts`.
//
// Compiles under both asc and tsc: plain integer literals only, no imports.

/** Address of the trap record: below the module's own data, which starts at 1,024 (`asconfig.json`, memoryBase). */
export const TRAP_ADDRESS = 64;

export const TRAP_NONE = 0;
export const TRAP_UNKNOWN_OPCODE = 1;
export const TRAP_OVERFLOW_MULTIPLY = 2;
export const TRAP_OVERFLOW_ADD = 3;
export const TRAP_OVERFLOW_DIVIDE = 4;
export const TRAP_TIME_ORDER = 5;
export const TRAP_ACCOUNT_IDENTITY = 6;
export const TRAP_POSITION_IDENTITY = 7;
export const TRAP_CASH_NEGATIVE = 8;
export const TRAP_RING_OVERRUN = 9;
export const TRAP_ORDER_TABLE_FULL = 10;
export const TRAP_PRICE_SIGN = 11;
export const TRAP_ORDER_LIFE = 12;
export const TRAP_CASCADE = 13;
export const TRAP_LOTS_FULL = 14;
export const TRAP_SETTLEMENT_FULL = 15;
export const TRAP_WATERMARK = 16;
export const TRAP_ORDER_PLACE = 17;
export const TRAP_UNAPPROVED = 18;
export const TRAP_SENT_TWICE = 19;
export const TRAP_OVERFILL = 20;
export const TRAP_SLIPPAGE = 21;
export const TRAP_QUESTIONS = 22;
