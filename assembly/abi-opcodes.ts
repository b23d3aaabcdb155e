// Opcodes of the data plane, one a node type; grouped, with room to grow in each group.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. A number, once used in a golden run, keeps
// its meaning.

// Planner's own: never written by a user
export const OP_SOURCE = 1;
export const OP_ALIGN = 2;
export const OP_DELAY = 3;
export const OP_HOST = 4;
export const OP_WINDOW = 5;
export const OP_MEAN_PAIR = 6;
export const OP_STATE = 7;

// Arithmetic
export const OP_ADD = 10;
export const OP_SUB = 11;
export const OP_MUL = 12;
export const OP_DIV = 13;
export const OP_NEG = 14;
export const OP_ABS = 15;
export const OP_SIGN = 16;
export const OP_SQRT = 17;
export const OP_EXP = 18;
export const OP_LOG = 19;
export const OP_POW = 20;
export const OP_MIN2 = 21;
export const OP_MAX2 = 22;
export const OP_FLOOR = 23;
export const OP_CEIL = 24;
export const OP_ROUND = 25;
export const OP_CLAMP = 26;
export const OP_MOD = 27;

// Comparison and logic
export const OP_GT = 32;
export const OP_GE = 33;
export const OP_LT = 34;
export const OP_LE = 35;
export const OP_EQ = 36;
export const OP_NE = 37;
export const OP_AND = 38;
export const OP_OR = 39;
export const OP_NOT = 40;
export const OP_XOR = 41;
export const OP_SELECT = 42;
export const OP_IS_NULL = 43;
export const OP_COALESCE = 44;

// Rows before
export const OP_LAG = 48;
export const OP_DIFF = 49;
export const OP_PCT_CHANGE = 50;
export const OP_LOG_RETURN = 51;

// Rolling windows
export const OP_ROLLING_SUM = 56;
export const OP_ROLLING_MEAN = 57;
export const OP_ROLLING_VAR = 58;
export const OP_ROLLING_STD = 59;
export const OP_ROLLING_MIN = 60;
export const OP_ROLLING_MAX = 61;
export const OP_ROLLING_ARGMIN = 62;
export const OP_ROLLING_ARGMAX = 63;
export const OP_ROLLING_RANK = 64;
export const OP_ROLLING_QUANTILE = 65;
export const OP_ROLLING_COV = 66;
export const OP_ROLLING_CORR = 67;
export const OP_ROLLING_ZSCORE = 68;
export const OP_LINREG = 69;

// From the first row on
export const OP_CUM_SUM = 76;
export const OP_CUM_PROD = 77;
export const OP_CUM_MAX = 78;
export const OP_CUM_MIN = 79;

// Events in a series
export const OP_CROSS_OVER = 84;
export const OP_CROSS_UNDER = 85;
export const OP_RISING = 86;
export const OP_FALLING = 87;
export const OP_BARS_SINCE = 88;
export const OP_HYSTERESIS = 89;

// Across instruments
export const OP_ACROSS_RANK = 92;
export const OP_ACROSS_TOP = 93;
export const OP_ACROSS_ZSCORE = 94;
export const OP_REDUCE_MEAN = 95;
export const OP_REDUCE_SUM = 96;
export const OP_REDUCE_COUNT = 97;

// Calendar
export const OP_NEW_PERIOD = 104;

// Moving averages
export const OP_SMA = 110;
export const OP_EMA = 111;
export const OP_WMA = 112;
export const OP_DEMA = 113;
export const OP_TEMA = 114;
export const OP_RMA = 115;
export const OP_HMA = 116;
export const OP_VWAP = 117;

// Momentum
export const OP_RSI = 124;
export const OP_MACD = 125;
export const OP_STOCHASTIC = 126;
export const OP_CCI = 127;
export const OP_WILLIAMS_R = 128;
export const OP_MFI = 129;
export const OP_ROC = 130;
export const OP_AROON = 131;
export const OP_ADX = 132;

// Volatility, bands and channels
export const OP_TRUE_RANGE = 140;
export const OP_ATR = 141;
export const OP_BOLLINGER = 142;
export const OP_DONCHIAN = 143;
export const OP_KELTNER = 144;
export const OP_ICHIMOKU = 145;
export const OP_PARABOLIC_SAR = 146;
export const OP_SUPERTREND = 147;

// Volume
export const OP_OBV = 154;
