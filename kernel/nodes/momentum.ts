// Momentum: RSI, MACD, stochastic, CCI, Williams' %R, MFI and rate of change.
//
// Always true:
//   results begin where TA-Lib's do, counted from the first row in which all inputs are valid, and stay null before;
//   RSI and MACD give null for a row with a null and go on after it as if it had not been there;
//   the others are null while a null is in the rows they look back on.

import { OP_CCI, OP_MACD, OP_MFI, OP_ROC, OP_RSI, OP_STOCHASTIC, OP_WILLIAMS_R } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, Params } from "../graph/spec.js";
import { AVERAGE_BYTES } from "./moving-average.js";
import { numberNode, numberParam, operator, outputsNode, windowRows } from "./operator.js";
import { extremeBytes, ringBytes, sumsBytes } from "./window-bytes.js";

const NUMBER = { type: "number" } as const;
const HIGH_LOW_CLOSE = { high: NUMBER, low: NUMBER, close: NUMBER };
const HIGH_LOW_CLOSE_VOLUME = { ...HIGH_LOW_CLOSE, volume: NUMBER };

const period = (params: Params): number => numberParam(params, "period");

export const RSI = operator({
  type: "rsi",
  opcode: OP_RSI,
  inputs: { x: NUMBER },
  params: { period: windowRows(2, 14) },
  period: (params) => period(params) + 1,
  stateBytes: () => 32,
});

export const MACD = operator({
  type: "macd",
  opcode: OP_MACD,
  inputs: { x: NUMBER },
  params: { fast: windowRows(2, 12), slow: windowRows(2, 26), signal: windowRows(1, 9) },
  outputs: { macd: "number", signal: "number", histogram: "number" },
  period: (params) => macdPeriods(params)[1] + numberParam(params, "signal") - 1,
  stateBytes: () => 3 * AVERAGE_BYTES,
  encode: (params) => [...macdPeriods(params), numberParam(params, "signal")],
});

export const STOCHASTIC = operator({
  type: "stochastic",
  opcode: OP_STOCHASTIC,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(1, 14), slowK: windowRows(1, 3), slowD: windowRows(1, 3) },
  outputs: { k: "number", d: "number" },
  period: (params) => period(params) + numberParam(params, "slowK") + numberParam(params, "slowD") - 2,
  stateBytes: (params) =>
    2 * extremeBytes(period(params)) +
    sumsBytes(numberParam(params, "slowK"), 1) +
    sumsBytes(numberParam(params, "slowD"), 1),
});

export const CCI = operator({
  type: "cci",
  opcode: OP_CCI,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(2, 14) },
  period,
  stateBytes: (params) => sumsBytes(period(params), 1) + ringBytes(period(params)),
});

export const WILLIAMS_R = operator({
  type: "williamsR",
  opcode: OP_WILLIAMS_R,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(2, 14) },
  period,
  stateBytes: (params) => 2 * extremeBytes(period(params)),
});

export const MFI = operator({
  type: "mfi",
  opcode: OP_MFI,
  inputs: HIGH_LOW_CLOSE_VOLUME,
  params: { period: windowRows(2, 14) },
  period: (params) => period(params) + 1,
  stateBytes: (params) => 16 + 2 * sumsBytes(period(params), 1),
});

export const ROC = operator({
  type: "roc",
  opcode: OP_ROC,
  inputs: { x: NUMBER },
  params: { period: windowRows(1, 10) },
  period: (params) => period(params) + 1,
  stateBytes: (params) => ringBytes(period(params)),
});

export const MOMENTUM: readonly OperatorSpec[] = [RSI, MACD, STOCHASTIC, CCI, WILLIAMS_R, MFI, ROC];

/** Fast and slow period: TA-Lib takes the shorter one for the fast one, in whichever order they are given. */
function macdPeriods(params: Params): [number, number] {
  const fast = numberParam(params, "fast");
  const slow = numberParam(params, "slow");
  return [Math.min(fast, slow), Math.max(fast, slow)];
}

/**
 * Relative strength index, 0 to 100: 100 · gain / (gain + loss), where gain and loss are Wilder averages of the rises
 * and falls from row to row, seeded with the mean of the first `period` of them. First at row `period`. 0 while nothing
 * has moved yet, as in TA-Lib.
 * Source: TA-Lib RSI (Wilder 1978). TA-Lib takes averages below 1e-14 for zero; here only 0 is, whatever the unit of
 * the price.
 *
 * @param period Rows, at least 2.
 * @example lt(rsi(close, 14), 30)
 */
export function rsi(x: NumberInput, period?: number): NumberOutput {
  return numberNode(RSI, { x }, { period });
}

/** Periods of `macd`, in rows. */
export interface MacdOptions {
  /** 12 by default, at least 2. */
  readonly fast?: number;
  /** 26 by default, at least 2. When it is shorter than `fast`, the two change places, as in TA-Lib. */
  readonly slow?: number;
  /** 9 by default, at least 1. */
  readonly signal?: number;
}

/**
 * Moving average convergence and divergence: `macd` is EMA(fast) - EMA(slow), `signal` the EMA of that line,
 * `histogram` their difference. Both price averages are seeded in row slow - 1, with the mean of their own last rows;
 * the signal with the mean of its first `signal` lines. All three begin at row slow + signal - 2.
 * Source: TA-Lib MACD.
 *
 * @example const { macd: line, signal } = macd(close); crossOver(line, signal)
 */
export function macd(
  x: NumberInput,
  options: MacdOptions = {},
): Readonly<Record<"macd" | "signal" | "histogram", NumberOutput>> {
  return outputsNode(MACD, { x }, options);
}

/** Periods of `stochastic`, in rows, each at least 1. */
export interface StochasticOptions {
  /** Rows of the range: 14 by default (TA-Lib has 5). */
  readonly period?: number;
  /** Rows over which %K is smoothed: 3 by default; 1 gives the fast stochastic. */
  readonly slowK?: number;
  /** Rows over which %D smooths %K: 3 by default. */
  readonly slowD?: number;
}

/**
 * Stochastic oscillator: `k` is the simple average over `slowK` rows of 100 · (close - lowest low) / (highest high -
 * lowest low) of the last `period` rows, `d` the simple average of `k` over `slowD` rows. A range of no height counts
 * as 0, as in TA-Lib. Both begin at row period + slowK + slowD - 3.
 * Source: TA-Lib STOCH (STOCHF with `slowK` of 1).
 *
 * @example const { k, d } = stochastic(high, low, close); crossOver(k, d)
 */
export function stochastic(
  high: NumberInput,
  low: NumberInput,
  close: NumberInput,
  options: StochasticOptions = {},
): Readonly<Record<"k" | "d", NumberOutput>> {
  return outputsNode(STOCHASTIC, { high, low, close }, options);
}

/**
 * Commodity channel index: (p - mean) / (0.015 · mean deviation) of the typical price p = (high + low + close) / 3 over
 * `period` rows. First at row `period - 1`. 0 where p stands at its mean (within 1e-14 of its size), as in TA-Lib.
 * Costs O(period) a row.
 * Source: TA-Lib CCI (Lambert 1980).
 *
 * @param period Rows, at least 2; 14 by default.
 */
export function cci(high: NumberInput, low: NumberInput, close: NumberInput, period?: number): NumberOutput {
  return numberNode(CCI, { high, low, close }, { period });
}

/**
 * Williams' %R, -100 to 0: -100 · (highest high - close) / (highest high - lowest low) of the last `period` rows. 0
 * where the range has no height, as in TA-Lib. First at row `period - 1`.
 * Source: TA-Lib WILLR.
 *
 * @param period Rows, at least 2; 14 by default.
 */
export function williamsR(high: NumberInput, low: NumberInput, close: NumberInput, period?: number): NumberOutput {
  return numberNode(WILLIAMS_R, { high, low, close }, { period });
}

/**
 * Money flow index, 0 to 100: 100 · up / (up + down), the sums over `period` rows of typical price · volume in rows
 * where the typical price rose or fell. A row in which it did not move (within 1e-14 of its size) counts for neither; 0
 * where no money flowed, as in TA-Lib. First at row `period`.
 * Source: TA-Lib MFI.
 *
 * @param volume In any unit, not negative.
 * @param period Rows, at least 2; 14 by default.
 */
export function mfi(
  high: NumberInput,
  low: NumberInput,
  close: NumberInput,
  volume: NumberInput,
  period?: number,
): NumberOutput {
  return numberNode(MFI, { high, low, close, volume }, { period });
}

/**
 * Rate of change in percent: (x / x of `period` rows before - 1) · 100; 0 where the earlier value is 0, as in TA-Lib.
 * First at row `period`. Null only where one of the two rows is.
 * Source: TA-Lib ROC. `pctChange` gives the same as a fraction.
 *
 * @param period Rows, at least 1; 10 by default.
 */
export function roc(x: NumberInput, period?: number): NumberOutput {
  return numberNode(ROC, { x }, { period });
}
