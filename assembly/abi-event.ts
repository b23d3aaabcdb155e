// Event records: the canonical bytes of the log, in the order in which things happened.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. All fields little-endian. Every record
// starts with the same 16 bytes: +0 kind u8, +1 a u8, +2 b u16, +4 instrument u32 (0xffffffff for none), +8 time i64.

/** An order was accepted. a: TYPE_*; b: FORCE_* | ORDER_FLAG_* << 4. TERMS follow when it has further ones. */
export const EVENT_ORDER = 1;
/** Order sequence, u32. */
export const ORDER_EVENT_SEQUENCE = 16;
/** Decision index, i32; -1 when forced. */
export const ORDER_EVENT_DECISION = 20;
/** Signed quantity, i64. */
export const ORDER_EVENT_QUANTITY = 24;
export const ORDER_EVENT_BYTES = 32;

/** An order ended without being filled whole. a: reason; b: unused. */
export const EVENT_ORDER_END = 2;
/** Order sequence, u32. */
export const ORDER_END_EVENT_SEQUENCE = 16;
/** Zero. */
export const ORDER_END_EVENT_RESERVED = 20;
/** Signed quantity that was left, i64. */
export const ORDER_END_EVENT_LEAVES = 24;
export const ORDER_END_EVENT_BYTES = 32;

/** An order was filled, in part or whole. a: liquidity (1 taker, 2 maker); b: FILL_FLAG_* bits. */
export const EVENT_FILL = 3;
/** Order sequence, u32. */
export const FILL_EVENT_SEQUENCE = 16;
/** Fill number, from 1, u32. */
export const FILL_EVENT_INDEX = 20;
/** Price mantissa, i64. */
export const FILL_EVENT_PRICE = 24;
/** Signed quantity, i64. */
export const FILL_EVENT_QUANTITY = 32;
/** Cash effect before the fee, i64. */
export const FILL_EVENT_CASH = 40;
/** Fee, i64. */
export const FILL_EVENT_FEE = 48;
/** Realised profit before the fee, i64. */
export const FILL_EVENT_REALISED = 56;
/** Money lost to slippage, i64. */
export const FILL_EVENT_SLIPPAGE = 64;
export const FILL_EVENT_BYTES = 72;

/** A decision made no order, or a smaller one. a: reason; b: unused. */
export const EVENT_REFUSAL = 4;
/** Decision index, i32. */
export const REFUSAL_EVENT_DECISION = 16;
/** Place of the policy that refused plus one, i32; 0 when none did. */
export const REFUSAL_EVENT_POLICY = 20;
/** Signed quantity that was wanted, i64. */
export const REFUSAL_EVENT_WANTED = 24;
/** Signed quantity that was allowed, i64. */
export const REFUSAL_EVENT_ALLOWED = 32;
export const REFUSAL_EVENT_BYTES = 40;

/**
 * Cash moved for another reason than a fill (a fill's record carries its own postings). a: ledger kind, with
 * LEDGER_IS_SHORT on account of a hedging account's short position; b: currency (0 for the base) | strategy << 8.
 */
export const EVENT_LEDGER = 5;
/** Signed amount, i64. */
export const LEDGER_EVENT_AMOUNT = 16;
/** Cash after it, i64. */
export const LEDGER_EVENT_BALANCE = 24;
export const LEDGER_EVENT_BYTES = 32;

/** A checkpoint of the state of the run. a: unused; b: unused. */
export const EVENT_CHECKPOINT = 6;
/** Buckets completed, i64. */
export const CHECKPOINT_EVENT_BUCKETS = 16;
/** Equity, i64. */
export const CHECKPOINT_EVENT_EQUITY = 24;
/** Digest of the chain. */
export const CHECKPOINT_EVENT_DIGEST = 32;
export const CHECKPOINT_EVENT_BYTES = 64;

// Kinds of ledger records; 1 and 2 stand for the trade and the fee that a fill's own record says.
export const LEDGER_DEPOSIT = 0;
export const LEDGER_FUNDING = 3;
export const LEDGER_INTEREST = 4;
export const LEDGER_BORROW = 5;
export const LEDGER_DIVIDEND = 6;
/** Money taken from one currency and given to another, and what that cost. */
export const LEDGER_CONVERSION = 7;
export const LEDGER_CONVERSION_FEE = 8;
/** Cash that may be spent from now on; the amount was in the balance before. */
export const LEDGER_SETTLEMENT = 9;
/** Margin of an isolated position that went to pay for its funding; the amount stays in the balance. */
export const LEDGER_MARGIN = 10;
/** Cash for the fraction of a unit that a split leaves. */
export const LEDGER_SPLIT = 11;
/** Beside a kind: the position that paid or received is the short one of a hedging account. */
export const LEDGER_IS_SHORT = 0x80;
export const NO_INSTRUMENT = -1;

/** Terms of the order accepted just before. a, b: unused. */
export const EVENT_TERMS = 7;
/** Order sequence, u32. */
export const TERMS_EVENT_SEQUENCE = 16;
/** Sequence of its parent, u32; 0 for none. */
export const TERMS_EVENT_PARENT = 20;
/** Sequence of another order of its group, u32; 0 for none. */
export const TERMS_EVENT_GROUP = 24;
/** Zero. */
export const TERMS_EVENT_RESERVED = 28;
/** Limit, price mantissa, i64; 0 for none, as in the fields that follow. */
export const TERMS_EVENT_LIMIT = 32;
/** Trigger, price mantissa, i64. */
export const TERMS_EVENT_TRIGGER = 40;
/** Trailing offset, a price mantissa or a share in 1e-9, i64. */
export const TERMS_EVENT_OFFSET = 48;
/** Distance of the limit from the trigger, price mantissa, i64. */
export const TERMS_EVENT_LIMIT_OFFSET = 56;
/** Price from which on it trails, i64. */
export const TERMS_EVENT_ACTIVATION = 64;
/** Quantity shown at a time, i64. */
export const TERMS_EVENT_DISPLAY = 72;
/** Time from which it is no longer good, ns, i64; maximum for none. */
export const TERMS_EVENT_EXPIRES = 80;
export const TERMS_EVENT_BYTES = 88;

/** An open order changed. a: UPDATE_*; b: unused. */
export const EVENT_UPDATE = 8;
/** Order sequence, u32. */
export const UPDATE_EVENT_SEQUENCE = 16;
/** Zero. */
export const UPDATE_EVENT_RESERVED = 20;
/** Signed quantity left, i64. */
export const UPDATE_EVENT_LEAVES = 24;
/** Limit, i64. */
export const UPDATE_EVENT_LIMIT = 32;
/** Trigger, i64. */
export const UPDATE_EVENT_TRIGGER = 40;
export const UPDATE_EVENT_BYTES = 48;

export const UPDATE_TRIGGERED = 1;
export const UPDATE_ACTIVATED = 2;
export const UPDATE_AMENDED = 3;
export const UPDATE_RESIZED = 4;
export const UPDATE_SPLIT = 5;

/** The bar does not decide what happened. a: AMBIGUITY_*; b: OUTCOME_* in the worst case | that in the best << 8. */
export const EVENT_AMBIGUITY = 9;
/** Sequence of the order in question, u32: the protective stop, or the entry. */
export const AMBIGUITY_EVENT_SEQUENCE = 16;
/** Zero. */
export const AMBIGUITY_EVENT_RESERVED = 20;
/** Money between the two outcomes that were walked, i64; 0 where only one was. */
export const AMBIGUITY_EVENT_STAKE = 24;
export const AMBIGUITY_EVENT_BYTES = 32;

/** The two bounds are exact (`FILLS.md` 2.1). */
export const AMBIGUITY_EXACT = 1;
/** Two walks were compared; other paths may lie outside. */
export const AMBIGUITY_HEURISTIC = 2;

export const OUTCOME_HOLD = 0;
export const OUTCOME_STOP = 1;
export const OUTCOME_TARGET = 2;

/** A split changed what is held of an instrument. a: unused; b: strategy. */
export const EVENT_SPLIT = 10;
/** Units after and before, i64 each: the second for the first. */
export const SPLIT_EVENT_AFTER = 16;
export const SPLIT_EVENT_BEFORE = 24;
/** Signed quantity held before, and after, i64. */
export const SPLIT_EVENT_HELD = 32;
export const SPLIT_EVENT_KEPT = 40;
/** Profit realised on the fraction that was paid in cash, i64; the cash has a ledger record of its own. */
export const SPLIT_EVENT_REALISED = 48;
export const SPLIT_EVENT_BYTES = 56;

export const FILL_FLAG_FORCED = 1;
export const FILL_FLAG_LIQUIDATION = 2;
/** It filled while its side was frozen or drained. */
export const FILL_FLAG_LATE = 4;
/** First fill of a stop that protects a commitment. */
export const FILL_FLAG_STOP = 8;

/** What a policy measured or changed, ahead of the refusal or order that follows from it. a: NOTE_*; b: SEVERITY_*. */
export const EVENT_NOTE = 11;
/** Decision, i32; -1 for none. */
export const NOTE_EVENT_DECISION = 16;
/** Place of the policy plus one, i32; 0 for none. */
export const NOTE_EVENT_POLICY = 20;
/** What was measured, or the value before, i64. */
export const NOTE_EVENT_VALUE = 24;
/** The limit, or the value after, i64. */
export const NOTE_EVENT_LIMIT = 32;
export const NOTE_EVENT_BYTES = 40;

/** Quantity before and after the weight of its side. */
export const NOTE_WEIGHT = 1;
/** Share of equity and its limit, 1e-9. */
export const NOTE_RISK = 2;
/** Weight of a side in 1e-9, and the position in units that it left of a target. */
export const NOTE_TARGET_WEIGHT = 4;
/** Time of the decision and the next time at which the market is open, ns; i64 maximum for never. */
export const NOTE_NEXT_OPEN = 3;

// Steps of the sizer, in their order: value, then the amount of money after the step unless said otherwise.
/** The active pool. */
export const NOTE_SIZE_BASE = 5;
/** The cap; the largest integer for none. */
export const NOTE_SIZE_CAP = 6;
/** Correlation in 1e-9. */
export const NOTE_SIZE_CORRELATION = 7;
/** What is left under the limit of the sector; the largest integer without a sector. */
export const NOTE_SIZE_SECTOR = 8;
/** Sectors that are held. */
export const NOTE_SIZE_DIVERSITY = 9;
/** Sessions to earnings in 1e-9; -1 for none. */
export const NOTE_SIZE_EARNINGS = 10;
/** Heat with what is sized, and its limit. */
export const NOTE_SIZE_HEAT = 11;
/** Quantity. */
export const NOTE_SIZE_UNITS = 12;
// What policies of commitments did.
/** Loss of the day in money, and the end of the pause, ns; i64 minimum for none. */
export const NOTE_BREAKER_LOSS = 13;
/** Loss of a position in money, and the end of its symbol's bar, ns. */
export const NOTE_BREAKER_SYMBOL = 14;
/** Stops that were hit, and the end of the pause, ns. */
export const NOTE_BREAKER_STOPS = 15;
/** Money that moved in, and the reserve after it. */
export const NOTE_RESERVE_IN = 16;
/** The reserve and the total: it became high. */
export const NOTE_RESERVE_HIGH = 17;
/** Money that was released, and equity. */
export const NOTE_RESERVE_RELEASED = 18;
/** Tier before and after. */
export const NOTE_TIER = 19;
/** Price of the stop, and of the target, before and after. */
export const NOTE_STOP = 20;
export const NOTE_TARGET = 21;
/** Quantity that was approved, and what the publisher takes of it. */
export const NOTE_PUBLISH = 22;
/** Quantity of a stop, or of a target, that was made anew, and its price. */
export const NOTE_STOP_ANEW = 23;
export const NOTE_TARGET_ANEW = 24;
/** Step of the sizer behind its base: money left of the position's maximum. */
export const NOTE_SIZE_POSITION = 25;

/**
 * A recommendation, an exit or a rebalance was judged. a: reason, none when it acted; b: VERDICT_* | tier << 8.
 */
export const EVENT_DECISION = 13;
/** Decision, i32. */
export const DECISION_EVENT_DECISION = 16;
/** Place of the commitment plus one, i32. */
export const DECISION_EVENT_POLICY = 20;
/** CHECK_* bits that were evaluated, and those of them that passed, u16 each. */
export const DECISION_EVENT_EVALUATED = 24;
export const DECISION_EVENT_PASSED = 26;
/** Zero. */
export const DECISION_EVENT_RESERVED = 28;
/** Confidence in 1e-9, i64. */
export const DECISION_EVENT_CONFIDENCE = 32;
/** Money, i64. */
export const DECISION_EVENT_AMOUNT = 40;
/** Signed quantity that was sent, i64. */
export const DECISION_EVENT_QUANTITY = 48;
export const DECISION_EVENT_BYTES = 56;

/** Where an order was sent, behind it and its terms. a: number of the venue; b: unused. */
export const EVENT_ROUTE = 14;
/** Order sequence, u32. */
export const ROUTE_EVENT_SEQUENCE = 16;
/** Sequence of the first order of the same split, u32: its own where it was sent whole. */
export const ROUTE_EVENT_FIRST = 20;
/** Price at which it was expected to fill, i64; 0, as what follows, where a parent's venue was taken. */
export const ROUTE_EVENT_PRICE = 24;
/** Fee that was expected, i64. */
export const ROUTE_EVENT_FEE = 32;
/** What the way there was expected to cost, i64. */
export const ROUTE_EVENT_PENALTY = 40;
export const ROUTE_EVENT_BYTES = 48;

/** A message about activation. a: ACTIVATION_IS_* bits; b: sides it is for | sides that took it << 4. */
export const EVENT_ACTIVATION = 12;
/** Place of the policy plus one, i32. */
export const ACTIVATION_EVENT_POLICY = 16;
/** Zero. */
export const ACTIVATION_EVENT_RESERVED = 20;
/** Weight in 1e-9, i64; -1 where the message has none. */
export const ACTIVATION_EVENT_WEIGHT = 24;
/** Version, i64. */
export const ACTIVATION_EVENT_VERSION = 32;
/** Time from which it is stale, ns, i64; maximum for never. */
export const ACTIVATION_EVENT_EXPIRES = 40;
export const ACTIVATION_EVENT_BYTES = 48;
