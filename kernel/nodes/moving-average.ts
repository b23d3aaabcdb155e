// Moving averages: simple, exponential, weighted, Wilder's, Hull's, and by volume.
//
// Always true:
//   results begin where TA-Lib's do, counted from the first row in which all inputs are valid, and stay null before;
//   SMA, WMA, HMA and VWAP over a window are null while a null is in the window;
//   EMA, DEMA, TEMA, RMA and anchored VWAP give null for a null row and go on after it as if it had not been there.

import { OP_DEMA, OP_EMA, OP_HMA, OP_RMA, OP_SMA, OP_TEMA, OP_VWAP, OP_WMA } from "../../assembly/abi-opcodes.js";
import { optionsOf } from "../graph/builder-options.js";
import type { BooleanInput, NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, Params } from "../graph/spec.js";
import { numberNode, numberParam, operator, WINDOW_ROWS_MAX, windowRows } from "./operator.js";
import { meanBytes, sumsBytes } from "./window-bytes.js";

/** Bytes of one exponential average in a state (assembly/operators/moving-average-exponential.ts). */
export const AVERAGE_BYTES = 16;

const period = (params: Params): number => numberParam(params, "period");

/** A moving average of `x` over `period` rows. */
function average(type: string, opcode: number, parts: Partial<OperatorSpec>, periodMin = 1): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { x: { type: "number" } },
    params: { period: windowRows(periodMin) },
    period,
    ...parts,
  });
}

export const SMA = average("sma", OP_SMA, { stateBytes: (params) => meanBytes(period(params)) });
export const EMA = average("ema", OP_EMA, { stateBytes: () => AVERAGE_BYTES });
export const WMA = average("wma", OP_WMA, { stateBytes: (params) => sumsBytes(period(params), 2) });
export const DEMA = average("dema", OP_DEMA, {
  period: (params) => 2 * (period(params) - 1) + 1,
  stateBytes: () => 2 * AVERAGE_BYTES,
});
export const TEMA = average("tema", OP_TEMA, {
  period: (params) => 3 * (period(params) - 1) + 1,
  stateBytes: () => 3 * AVERAGE_BYTES,
});
export const RMA = average("rma", OP_RMA, { stateBytes: () => AVERAGE_BYTES });
export const HMA = average(
  "hma",
  OP_HMA,
  {
    period: (params) => period(params) + hullRoot(params) - 1,
    stateBytes: (params) =>
      sumsBytes(hullHalf(params), 2) + sumsBytes(period(params), 2) + sumsBytes(hullRoot(params), 2),
    encode: (params) => [period(params), hullHalf(params), hullRoot(params)],
  },
  2,
);
export const VWAP = operator({
  type: "vwap",
  opcode: OP_VWAP,
  inputs: { price: { type: "number" }, volume: { type: "number" }, reset: { type: "boolean", optional: true } },
  params: { period: { kind: "integer", min: 0, max: WINDOW_ROWS_MAX, default: 0 } },
  period: (params) => Math.max(1, period(params)),
  stateBytes: (params) => 40 + 16 * period(params),
});

export const MOVING_AVERAGE: readonly OperatorSpec[] = [SMA, EMA, WMA, DEMA, TEMA, RMA, HMA, VWAP];

function hullHalf(params: Params): number {
  return Math.floor(period(params) / 2);
}

function hullRoot(params: Params): number {
  return Math.floor(Math.sqrt(period(params)));
}

/**
 * Simple moving average: the mean of the last `period` rows, first at row `period - 1`. The same computation as
 * `rollingMean`: from a double-double sum, so it does not drift, and the average of a constant window is that constant.
 * Source: TA-Lib SMA.
 *
 * @param period Rows, at least 1.
 * @throws InputError `graph/param-type`, `graph/param-range` for other periods, `graph/type` when `x` is no number.
 * @example gt(sma(close, 10), sma(close, 30))
 */
export function sma(x: NumberInput, period: number): NumberOutput {
  return numberNode(SMA, { x }, { period });
}

/**
 * Exponential moving average: e += (x - e) * 2 / (period + 1), seeded with the simple mean of the first `period` valid
 * rows, so first valid at row `period - 1`. A null row gives null and leaves the average as it was.
 * Source: TA-Lib EMA (classic seeding).
 *
 * @param period Rows, at least 1.
 * @example ema(close, 20)
 */
export function ema(x: NumberInput, period: number): NumberOutput {
  return numberNode(EMA, { x }, { period });
}

/**
 * Linearly weighted moving average: Σ (k + 1) · x / (period · (period + 1) / 2), k = 0 for the oldest of the last
 * `period` rows. First at row `period - 1`. Source: TA-Lib WMA.
 *
 * @param period Rows, at least 1.
 */
export function wma(x: NumberInput, period: number): NumberOutput {
  return numberNode(WMA, { x }, { period });
}

/**
 * Double exponential moving average: 2 · e1 - e2, where e1 is the EMA of `x` and e2 the EMA of e1. First at row
 * 2 · (period - 1).
 * Source: TA-Lib DEMA (Mulloy 1994).
 *
 * @param period Rows, at least 1.
 */
export function dema(x: NumberInput, period: number): NumberOutput {
  return numberNode(DEMA, { x }, { period });
}

/**
 * Triple exponential moving average: 3 · e1 - 3 · e2 + e3, each the EMA of the one before. First at row
 * 3 · (period - 1).
 * Source: TA-Lib TEMA (Mulloy 1994).
 *
 * @param period Rows, at least 1.
 */
export function tema(x: NumberInput, period: number): NumberOutput {
  return numberNode(TEMA, { x }, { period });
}

/**
 * Wilder's moving average: r = (r · (period - 1) + x) / period, seeded with the simple mean of the first `period` valid
 * rows. First at row `period - 1`. A null row gives null and leaves the average as it was.
 * Source: Wilder 1978; TradingView `ta.rma`; the average inside TA-Lib's RSI, ATR and ADX.
 *
 * @param period Rows, at least 1.
 */
export function rma(x: NumberInput, period: number): NumberOutput {
  return numberNode(RMA, { x }, { period });
}

/**
 * Hull moving average: WMA over ⌊√period⌋ rows of 2 · WMA(x, ⌊period / 2⌋) - WMA(x, period). First at row
 * period + ⌊√period⌋ - 2.
 * Source: TradingView `ta.hma` (TA-Lib has none).
 *
 * @param period Rows, at least 2.
 */
export function hma(x: NumberInput, period: number): NumberOutput {
  return numberNode(HMA, { x }, { period });
}

/** What `vwap` may be told besides its inputs. */
export interface VwapOptions {
  /** Rows of the window; 0, the default, for all rows since the last reset. */
  readonly period?: number;
  /**
   * Begins anew with each row in which this is true: `newPeriod("day")` gives the VWAP of the day. Null counts as
   * false.
   */
  readonly reset?: BooleanInput;
}

/**
 * Volume-weighted average price: Σ price · volume / Σ volume, since the first row, since the last reset, or over a
 * window of rows. Null while nothing was traded. Anchored, it begins with the first valid row; over a window at row
 * `period - 1`.
 * Source: TradingView `ta.vwap` (anchored) and `ta.vwma` (over a window); TA-Lib has none.
 *
 * @param price Often the typical price, (high + low + close) / 3.
 * @param volume In any unit, not negative.
 * @example vwap(div(add(add(high, low), close), 3), volume, { reset: newPeriod(time, "day") })
 */
export function vwap(price: NumberInput, volume: NumberInput, options: VwapOptions = {}): NumberOutput {
  const { reset, ...params } = optionsOf("vwap", options, ["reset", "period"]);
  return numberNode(VWAP, { price, volume, reset }, params);
}
