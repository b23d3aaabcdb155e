// Rolling nodes: over the last n rows, null while one of them is null or missing.
//
// Always true:
//   sums are double-double, so results do not drift with the length of the tape, and a value that left the window
//     leaves no trace;
//   a single null row makes n null results, then the window is whole again.

import {
  OP_LINREG,
  OP_ROLLING_ARGMAX,
  OP_ROLLING_ARGMIN,
  OP_ROLLING_CORR,
  OP_ROLLING_COV,
  OP_ROLLING_MAX,
  OP_ROLLING_MEAN,
  OP_ROLLING_MIN,
  OP_ROLLING_QUANTILE,
  OP_ROLLING_RANK,
  OP_ROLLING_STD,
  OP_ROLLING_SUM,
  OP_ROLLING_VAR,
  OP_ROLLING_ZSCORE,
} from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, ParamSpec } from "../graph/spec.js";
import { numberNode, numberParam, operator, outputsNode, windowRows } from "./operator.js";
import { extremeBytes, meanBytes, placeBytes, sortedBytes, sumsBytes } from "./window-bytes.js";

const X = { x: { type: "number" } } as const;
const X_Y = { x: { type: "number" }, y: { type: "number" } } as const;
const DDOF: ParamSpec = { kind: "integer", min: 0, max: 1, default: 0 };

/** A rolling operator whose first param is `period`; `bytes` gives its state from the period. */
function rolling(
  type: string,
  opcode: number,
  bytes: (rows: number) => number,
  parts: Partial<OperatorSpec> = {},
  periodMin = 1,
): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: X,
    period: (params) => numberParam(params, "period"),
    stateBytes: (params) => bytes(numberParam(params, "period")),
    ...parts,
    params: { period: windowRows(periodMin), ...parts.params },
  });
}

const oneSum = (rows: number): number => sumsBytes(rows, 1);
const twoSums = (rows: number): number => sumsBytes(rows, 2);
const threeSums = (rows: number): number => sumsBytes(rows, 3);
const fiveSums = (rows: number): number => sumsBytes(rows, 5);

export const ROLLING_SUM = rolling("rollingSum", OP_ROLLING_SUM, oneSum);
export const ROLLING_MEAN = rolling("rollingMean", OP_ROLLING_MEAN, meanBytes);
export const ROLLING_VAR = rolling("rollingVar", OP_ROLLING_VAR, twoSums, { params: { ddof: DDOF } });
export const ROLLING_STD = rolling("rollingStd", OP_ROLLING_STD, twoSums, { params: { ddof: DDOF } });
export const ROLLING_ZSCORE = rolling("rollingZscore", OP_ROLLING_ZSCORE, twoSums, { params: { ddof: DDOF } });
export const ROLLING_MIN = rolling("rollingMin", OP_ROLLING_MIN, extremeBytes);
export const ROLLING_MAX = rolling("rollingMax", OP_ROLLING_MAX, extremeBytes);
export const ROLLING_ARGMIN = rolling("rollingArgmin", OP_ROLLING_ARGMIN, placeBytes);
export const ROLLING_ARGMAX = rolling("rollingArgmax", OP_ROLLING_ARGMAX, placeBytes);
export const ROLLING_RANK = rolling("rollingRank", OP_ROLLING_RANK, sortedBytes);
export const ROLLING_QUANTILE = rolling("rollingQuantile", OP_ROLLING_QUANTILE, sortedBytes, {
  params: { quantile: { kind: "number", min: 0, max: 1 } },
});
export const ROLLING_COV = rolling("rollingCov", OP_ROLLING_COV, threeSums, { inputs: X_Y, params: { ddof: DDOF } });
export const ROLLING_CORR = rolling("rollingCorr", OP_ROLLING_CORR, fiveSums, { inputs: X_Y }, 2);
export const LINREG = rolling(
  "linearRegression",
  OP_LINREG,
  threeSums,
  { outputs: { value: "number", slope: "number", intercept: "number", r2: "number" } },
  2,
);

/** Sum of the last `period` rows. Source: TA-Lib SUM. */
export function rollingSum(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_SUM, { x }, { period });
}

/** Mean of the last `period` rows. The mean of a constant window is that constant. Source: TA-Lib SMA. */
export function rollingMean(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_MEAN, { x }, { period });
}

/**
 * Variance of the last `period` rows, Σ(x − mean)² / (period − ddof). Source: TA-Lib VAR.
 *
 * @param ddof 0 (the population's, TA-Lib's way) by default; 1 for the sample's, as in pandas. Null for a period of 1
 *   with 1.
 */
export function rollingVar(x: NumberInput, period: number, ddof = 0): NumberOutput {
  return numberNode(ROLLING_VAR, { x }, { period, ddof });
}

/** Standard deviation of the last `period` rows: the root of `rollingVar`. Source: TA-Lib STDDEV. */
export function rollingStd(x: NumberInput, period: number, ddof = 0): NumberOutput {
  return numberNode(ROLLING_STD, { x }, { period, ddof });
}

/** Distance of `x` from the mean of the last `period` rows in standard deviations; null where they are all equal. */
export function rollingZscore(x: NumberInput, period: number, ddof = 0): NumberOutput {
  return numberNode(ROLLING_ZSCORE, { x }, { period, ddof });
}

/** Smallest of the last `period` rows. Source: TA-Lib MIN. */
export function rollingMin(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_MIN, { x }, { period });
}

/** Largest of the last `period` rows. Source: TA-Lib MAX. */
export function rollingMax(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_MAX, { x }, { period });
}

/** Rows since the smallest of the last `period` rows, 0 for the current one; of equals the most recent one counts. */
export function rollingArgmin(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_ARGMIN, { x }, { period });
}

/** Rows since the largest of the last `period` rows, 0 for the current one; of equals the most recent one counts. */
export function rollingArgmax(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_ARGMAX, { x }, { period });
}

/**
 * Rank of `x` among the last `period` rows, 1 for the smallest; equals share the mean of their ranks.
 * Source: pandas `rolling().rank(method="average")`. Costs O(period) a row at worst, for one move of memory.
 */
export function rollingRank(x: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_RANK, { x }, { period });
}

/**
 * Quantile of the last `period` rows, between two of them by straight line.
 * Source: pandas `rolling().quantile(q, interpolation="linear")`. Costs as `rollingRank`.
 *
 * @param quantile From 0 (the smallest) to 1 (the largest); 0.5 is the median.
 */
export function rollingQuantile(x: NumberInput, period: number, quantile: number): NumberOutput {
  return numberNode(ROLLING_QUANTILE, { x }, { period, quantile });
}

/**
 * Covariance of `x` and `y` over the last `period` rows, Σ(x − mean)(y − mean) / (period − ddof); exactly 0 where
 * either is constant.
 *
 * @param ddof 0 by default, as for `rollingVar`; pandas has 1.
 */
export function rollingCov(x: NumberInput, y: NumberInput, period: number, ddof = 0): NumberOutput {
  return numberNode(ROLLING_COV, { x, y }, { period, ddof });
}

/**
 * Pearson's correlation of `x` and `y` over the last `period` (at least 2) rows; null where either is constant. Source:
 * TA-Lib CORREL.
 */
export function rollingCorr(x: NumberInput, y: NumberInput, period: number): NumberOutput {
  return numberNode(ROLLING_CORR, { x, y }, { period });
}

/**
 * Least-squares line through the last `period` (at least 2) rows: its `value` at the newest row, `slope` a row,
 * `intercept` at the oldest row, and `r2`, the part of the variance that it explains (null where the rows are all
 * equal).
 * Source: TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT.
 *
 * @example const { slope } = linearRegression(close, 20)
 */
export function linearRegression(
  x: NumberInput,
  period: number,
): Readonly<Record<"value" | "slope" | "intercept" | "r2", NumberOutput>> {
  return outputsNode(LINREG, { x }, { period });
}

export const ROLLING: readonly OperatorSpec[] = [
  ROLLING_SUM,
  ROLLING_MEAN,
  ROLLING_VAR,
  ROLLING_STD,
  ROLLING_ZSCORE,
  ROLLING_MIN,
  ROLLING_MAX,
  ROLLING_ARGMIN,
  ROLLING_ARGMAX,
  ROLLING_RANK,
  ROLLING_QUANTILE,
  ROLLING_COV,
  ROLLING_CORR,
  LINREG,
];
