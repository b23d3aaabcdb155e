// Dispatch of one instruction over a block of rows: the only way in which an operator is called.
//
// Not here: what runs when (assembly/loop.ts).

import { INS_OPCODE } from "../abi-operator";
import {
  OP_ABS, OP_ACROSS_RANK, OP_ACROSS_TOP, OP_ACROSS_ZSCORE, OP_ADD, OP_AND, OP_BARS_SINCE, OP_CEIL, OP_CLAMP,
  OP_COALESCE, OP_CROSS_OVER, OP_CROSS_UNDER, OP_CUM_MAX, OP_CUM_MIN, OP_CUM_PROD, OP_CUM_SUM, OP_DIFF, OP_DIV, OP_EQ,
  OP_EXP, OP_FALLING, OP_FLOOR, OP_GE, OP_GT, OP_HYSTERESIS, OP_IS_NULL, OP_LAG, OP_LE, OP_LINREG, OP_LOG,
  OP_LOG_RETURN, OP_LT, OP_MAX2, OP_MEAN_PAIR, OP_MIN2, OP_MOD, OP_MUL, OP_NE, OP_NEG, OP_NEW_PERIOD, OP_NOT, OP_OR,
  OP_PCT_CHANGE, OP_POW, OP_REDUCE_COUNT, OP_REDUCE_MEAN, OP_REDUCE_SUM, OP_RISING, OP_ROLLING_ARGMAX,
  OP_ROLLING_ARGMIN, OP_ROLLING_CORR, OP_ROLLING_COV, OP_ROLLING_MAX, OP_ROLLING_MEAN, OP_ROLLING_MIN,
  OP_ROLLING_QUANTILE, OP_ROLLING_RANK, OP_ROLLING_STD, OP_ROLLING_SUM, OP_ROLLING_VAR, OP_ROLLING_ZSCORE, OP_ROUND,
  OP_SELECT, OP_SIGN, OP_SQRT, OP_SUB, OP_XOR,
} from "../abi-opcodes";
import {
  OP_ADX, OP_AROON, OP_ATR, OP_BOLLINGER, OP_CCI, OP_DEMA, OP_DONCHIAN, OP_EMA, OP_HMA, OP_ICHIMOKU, OP_KELTNER,
  OP_MACD, OP_MFI, OP_OBV, OP_PARABOLIC_SAR, OP_RMA, OP_ROC, OP_RSI, OP_SMA, OP_STOCHASTIC, OP_SUPERTREND, OP_TEMA,
  OP_TRUE_RANGE, OP_VWAP, OP_WILLIAMS_R, OP_WMA,
} from "../abi-opcodes";
import { TRAP_UNKNOWN_OPCODE } from "../abi-trap";
import { trap } from "../trap";
import { arithmetic } from "./arithmetic";
import { bollinger, donchian, keltner } from "./bands";
import { newPeriod } from "./calendar";
import { across, reduce } from "./cross-section";
import { cumulative } from "./cumulative";
import { events } from "./events";
import { logic } from "./logic";
import { macd } from "./momentum-macd";
import { stochastic, williamsR } from "./momentum-range";
import { roc } from "./momentum-roc";
import { rsi } from "./momentum-rsi";
import { cci, mfi } from "./momentum-typical-price";
import { dema, ema, rma, tema } from "./moving-average-exponential";
import { vwap } from "./moving-average-volume";
import { hma, wma } from "./moving-average-weighted";
import { rollingDeviation } from "./rolling-deviation";
import { rollingExtreme } from "./rolling-extreme";
import { rollingMean, rollingMeanPair } from "./rolling-mean";
import { rollingOrder } from "./rolling-order";
import { linearRegression, rollingCorrelation, rollingCovariance } from "./rolling-relation";
import { rollingSum } from "./rolling-sum";
import { shift } from "./shift";
import { adx } from "./trend-adx";
import { aroon } from "./trend-aroon";
import { ichimoku } from "./trend-ichimoku";
import { parabolicSar } from "./trend-parabolic-sar";
import { supertrend } from "./trend-supertrend";
import { atr, trueRange } from "./volatility";
import { obv } from "./volume";

/**
 * Runs the instruction at `instruction` over the next `rows` (>= 1) rows: reads inputs and state, writes outputs and
 * state.
 */
export function evaluate(instruction: usize, rows: i32): void {
  const opcode = load<i32>(instruction + INS_OPCODE);
  switch (opcode) {
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_NEG: case OP_ABS: case OP_SIGN: case OP_SQRT:
    case OP_EXP: case OP_LOG: case OP_POW: case OP_MIN2: case OP_MAX2: case OP_FLOOR: case OP_CEIL: case OP_ROUND:
    case OP_CLAMP: case OP_MOD:
      return arithmetic(opcode, instruction, rows);
    case OP_GT: case OP_GE: case OP_LT: case OP_LE: case OP_EQ: case OP_NE: case OP_AND: case OP_OR: case OP_NOT:
    case OP_XOR: case OP_SELECT: case OP_IS_NULL: case OP_COALESCE:
      return logic(opcode, instruction, rows);
    case OP_LAG: case OP_DIFF: case OP_PCT_CHANGE: case OP_LOG_RETURN:
      return shift(opcode, instruction, rows);
    case OP_ROLLING_SUM:
      return rollingSum(instruction, rows);
    case OP_ROLLING_MEAN: case OP_SMA:
      return rollingMean(instruction, rows);
    case OP_MEAN_PAIR:
      return rollingMeanPair(instruction, rows);
    case OP_ROLLING_VAR: case OP_ROLLING_STD: case OP_ROLLING_ZSCORE:
      return rollingDeviation(opcode, instruction, rows);
    case OP_ROLLING_MIN: case OP_ROLLING_MAX: case OP_ROLLING_ARGMIN: case OP_ROLLING_ARGMAX:
      return rollingExtreme(opcode, instruction, rows);
    case OP_ROLLING_RANK: case OP_ROLLING_QUANTILE:
      return rollingOrder(opcode, instruction, rows);
    case OP_ROLLING_COV:
      return rollingCovariance(instruction, rows);
    case OP_ROLLING_CORR:
      return rollingCorrelation(instruction, rows);
    case OP_LINREG:
      return linearRegression(instruction, rows);
    case OP_CUM_SUM: case OP_CUM_PROD: case OP_CUM_MAX: case OP_CUM_MIN:
      return cumulative(opcode, instruction, rows);
    case OP_CROSS_OVER: case OP_CROSS_UNDER: case OP_RISING: case OP_FALLING: case OP_BARS_SINCE:
    case OP_HYSTERESIS:
      return events(opcode, instruction, rows);
    case OP_ACROSS_RANK: case OP_ACROSS_TOP: case OP_ACROSS_ZSCORE:
      return across(opcode, instruction, rows);
    case OP_REDUCE_MEAN: case OP_REDUCE_SUM: case OP_REDUCE_COUNT:
      return reduce(opcode, instruction, rows);
    case OP_NEW_PERIOD:
      return newPeriod(instruction, rows);
    default:
      return indicators(opcode, instruction, rows);
  }
}

function indicators(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_EMA: return ema(instruction, rows);
    case OP_WMA: return wma(instruction, rows);
    case OP_DEMA: return dema(instruction, rows);
    case OP_TEMA: return tema(instruction, rows);
    case OP_RMA: return rma(instruction, rows);
    case OP_HMA: return hma(instruction, rows);
    case OP_VWAP: return vwap(instruction, rows);
    case OP_RSI: return rsi(instruction, rows);
    case OP_MACD: return macd(instruction, rows);
    case OP_STOCHASTIC: return stochastic(instruction, rows);
    case OP_CCI: return cci(instruction, rows);
    case OP_WILLIAMS_R: return williamsR(instruction, rows);
    case OP_MFI: return mfi(instruction, rows);
    case OP_ROC: return roc(instruction, rows);
    case OP_AROON: return aroon(instruction, rows);
    case OP_ADX: return adx(instruction, rows);
    case OP_TRUE_RANGE: return trueRange(instruction, rows);
    case OP_ATR: return atr(instruction, rows);
    case OP_BOLLINGER: return bollinger(instruction, rows);
    case OP_DONCHIAN: return donchian(instruction, rows);
    case OP_KELTNER: return keltner(instruction, rows);
    case OP_ICHIMOKU: return ichimoku(instruction, rows);
    case OP_PARABOLIC_SAR: return parabolicSar(instruction, rows);
    case OP_SUPERTREND: return supertrend(instruction, rows);
    case OP_OBV: return obv(instruction, rows);
    default: trap(TRAP_UNKNOWN_OPCODE, opcode);
  }
}
