// Policies: rules that decisions consult when they act, with state of their own in the run.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory, 0 for none; params and states are i64 fields unless said
// otherwise. All zero bytes is the initial state of every policy.

// Policy: one record a node.
/** POLICY_*, i32. */
export const POLICY_CODE = 0;
/** Its place among the policies, i32. */
export const POLICY_INDEX = 4;
/** Address of its params, i64 each. */
export const POLICY_PARAMS = 8;
/** Address of its state. */
export const POLICY_STATE = 12;
export const POLICY_BYTES = 16;

export const POLICY_RISK = 1;
export const POLICY_TIMING = 2;
export const POLICY_ACTIVATION = 3;
export const POLICY_STRATEGY = 4;
export const POLICY_SET = 5;
export const POLICY_PRE_TRADE = 6;
/** Its params are ROUTER_* (`assembly/abi-venue.ts`). */
export const POLICY_ROUTER = 7;
export const POLICY_PORTFOLIO = 8;
export const POLICY_COMPLIANCE = 9;
/** The intent that a decision is made of: nothing of it acts in a run. */
export const POLICY_INTENT = 15;
// Policies of commitments, and a commitment itself (`assembly/abi-commitment.ts`).
export const POLICY_CHECKS = 16;
export const POLICY_SIZER = 17;
export const POLICY_BREAKER = 18;
export const POLICY_RESERVE = 19;
export const POLICY_TIER = 20;
export const POLICY_STOPS = 21;
export const POLICY_REBALANCE = 22;
export const POLICY_COMMITMENT = 23;

// Gates: what one decision consults.
/** Address of its risk policy. */
export const GATES_RISK = 0;
/** Address of its timing policy. */
export const GATES_TIMING = 4;
/** Address of its activation policy. */
export const GATES_ACTIVATION = 8;
/** Address of the column of a gate of the strategy's own. */
export const GATES_ALLOW = 12;
/** Number of the strategy whose positions it acts on, i32; 0 where there is one only. */
export const GATES_STRATEGY = 16;
/** Address of its pre-trade policy. */
export const GATES_PRE_TRADE = 20;
/** Address of its router. */
export const GATES_ROUTER = 24;
/** Address of the column of its own slippage, basis points; and the clock of it, i32. */
export const GATES_SLIPPAGE = 28;
export const GATES_SLIPPAGE_CLOCK = 32;
/** Number of its slippage model plus one, i32. */
export const GATES_MODEL = 36;
/** Address of its portfolio view. */
export const GATES_PORTFOLIO = 40;
/** Address of the column of what its publisher takes. */
export const GATES_PUBLISH = 44;
/** Address of its compliance policy. */
export const GATES_COMPLIANCE = 48;
export const GATES_BYTES = 56;

// Params of a risk policy. Limits are shares in 1e-9; NO_LIMIT for none.
export const RISK_LEVERAGE = 0;
export const RISK_DRAWDOWN = 8;
export const RISK_CONCENTRATION = 16;
export const RISK_VOLATILITY = 24;
export const RISK_POSITION = 32;
/** Returns that the volatility is taken over, and how many of them are enough. */
export const RISK_SAMPLES = 40;
export const RISK_SAMPLES_MIN = 48;
/** Returns of a year, in 1e-9. */
export const RISK_ANNUAL = 56;
/** Buckets between a decision and the newest snapshot that it sees, at least 1. */
export const RISK_LAG = 64;
/** 1 to cut an order to the limit, 0 to refuse it. */
export const RISK_DYNAMIC = 72;
/** Place of the portfolio view that it judges by plus one; 0 for the account's own snapshots. */
export const RISK_VIEW = 80;

// State of a risk policy.
/** Snapshots that were committed. */
export const RISK_COUNT = 0;
/** Largest equity of the snapshots that a decision in the next bucket sees; never below the starting cash. */
export const RISK_PEAK = 8;
/** Ring of equities, RISK_SAMPLES + 1 + RISK_LAG of them. */
export const RISK_RING = 16;

// Params of a timing policy.
/** 1 to let orders wait for the next session, 0 to refuse them. */
export const TIMING_QUEUES = 0;
/** Hours, for each instrument in turn: address of sorted pairs of open and close, 0 for always open; their count. */
export const TIMING_HOURS = 8;
export const TIMING_HOURS_COUNT = 8;
export const TIMING_HOURS_BYTES = 16;

// Params of a pre-trade policy.
/** 1 to let orders wait for the next session, 0 to refuse them. */
export const PRE_TRADE_QUEUES = 0;
/** Orders that may be open when another one is to open something; NO_LIMIT for as many as there is room for. */
export const PRE_TRADE_OPEN_ORDERS = 8;
/** 1 to cut an order to what the account can pay for and borrow, 0 to refuse it. */
export const PRE_TRADE_DYNAMIC = 16;
/** For each instrument in turn: 1 when it may be traded, 0 when not. */
export const PRE_TRADE_SYMBOLS = 24;

// Params of a compliance policy. Its venues are those of its rules that serve the region, counted from 1.
/** Offset of what each venue passes, COMPLIANCE_RATE_BYTES each; restrictions end there. */
export const COMPLIANCE_RATES = 0;
/** Offset of the places among them of the run's own market and of each venue of the run; 0 for none of them. */
export const COMPLIANCE_PLACES = 8;
/** For each instrument in turn: 1 when it may be traded in the region, 0 when not. Restrictions stand behind. */
export const COMPLIANCE_TRADED = 16;
// Restriction: the index of its instrument plus one, 0 for all; its first instant, and the first behind it, ns; 1 when
// it lets through what reduces.
export const RESTRICTION_INSTRUMENT = 0;
export const RESTRICTION_FROM = 8;
export const RESTRICTION_UNTIL = 16;
export const RESTRICTION_REDUCING = 24;
export const RESTRICTION_BYTES = 32;
/** Orders a second that pass to a venue, 0 for any number; and what passes at once, in 1e-9 of an order. */
export const COMPLIANCE_RATE = 0;
export const COMPLIANCE_FULL = 8;
export const COMPLIANCE_RATE_BYTES = 16;

// State of a compliance policy: one record a venue of its rules.
/** What was taken of its bucket, in 1e-9 of an order, as of TIME, ns. */
export const THROTTLE_TAKEN = 0;
export const THROTTLE_TIME = 8;
export const THROTTLE_BYTES = 16;

// Params of a portfolio view.
/** Clock of its rows. */
export const VIEW_CLOCK = 0;
/** Address of the column of equity, and of that of its peak; 0 where the peak is that of the rows so far. */
export const VIEW_EQUITY_COLUMN = 8;
export const VIEW_PEAK_COLUMN = 16;
/** Smallest units of the account's money in one unit. */
export const VIEW_SCALE = 24;

// State of a portfolio view.
/** VIEW_IS_*: what its newest row said. */
export const VIEW_STAGE = 0;
/** Equity and its peak of the newest row that is not null, money mantissas. */
export const VIEW_EQUITY = 8;
export const VIEW_PEAK = 16;
/** Rows that were not null. */
export const VIEW_COUNT = 24;
export const VIEW_BYTES = 32;

/** There was no row, or it was null. */
export const VIEW_IS_UNKNOWN = 0;
/** It says what equity is. */
export const VIEW_IS_KNOWN = 1;

// Params of an activation policy.
/** 1 when what was never told of counts as active with weight 1, 0 when it is refused. */
export const ACTIVATION_ASSUMED = 0;

// State of an activation policy: one record for the long side, one for the short side.
/** ACTIVATION_IS_* bits. */
export const ACTIVATION_FLAGS = 0;
/** Bits before the messages of SINCE; from OPEN_SHIFT on what restricted before others that came inside its bar. */
export const ACTIVATION_BEFORE = 8;
export const ACTIVATION_OPEN_SHIFT = 32;
/** Weight in 1e-9. */
export const ACTIVATION_WEIGHT = 16;
/** Version of the newest message. */
export const ACTIVATION_VERSION = 24;
/** Time of the newest message, ns. */
export const ACTIVATION_SINCE = 32;
/** Time from which the newest message is stale, ns. */
export const ACTIVATION_EXPIRES = 40;
/** Place of its effective mode in the closed list of `kernel/run/config-activations.ts`. */
export const ACTIVATION_MODE = 48;
export const ACTIVATION_BYTES = 56;

export const ACTIVATION_IS_KNOWN = 1;
export const ACTIVATION_IS_ACTIVE = 2;
export const ACTIVATION_IS_FROZEN = 4;
export const ACTIVATION_IS_DRAINING = 8;
/** Draining, and open orders are cancelled. */
export const ACTIVATION_CANCELS = 16;
/** Targets under the side are to be judged anew, in the bucket of SINCE or the first one behind it. */
export const ACTIVATION_RENEWS = 32;
/** The same in the first one behind it, which is the first in which what was lifted is lifted. */
export const ACTIVATION_RENEWS_LATER = 64;
/** In BEFORE, alone: the message before was stale. */
export const ACTIVATION_WAS_STALE = 128;

export const SIDE_LONG = 0;
export const SIDE_SHORT = 1;

/** A limit that is none. */
export const NO_LIMIT = -1;

/** A value over its limit by these factors, in tenths, is of medium, high and critical severity. */
export const SEVERITY_MEDIUM_TENTHS = 12;
export const SEVERITY_HIGH_TENTHS = 15;
export const SEVERITY_CRITICAL_TENTHS = 20;
export const SEVERITY_LOW = 0;
export const SEVERITY_MEDIUM = 1;
export const SEVERITY_HIGH = 2;
export const SEVERITY_CRITICAL = 3;
