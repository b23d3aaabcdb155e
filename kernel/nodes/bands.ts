// Bands around a price: Bollinger bands, Donchian and Keltner channels, each an upper, a middle and a lower line.

import { OP_BOLLINGER, OP_DONCHIAN, OP_KELTNER } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, Params } from "../graph/spec.js";
import { AVERAGE_BYTES } from "./moving-average.js";
import { numberParam, operator, outputsNode, windowRows } from "./operator.js";
import { ATR_BYTES } from "./volatility.js";
import { extremeBytes, sumsBytes } from "./window-bytes.js";

const NUMBER = { type: "number" } as const;
const BANDS = { upper: "number", middle: "number", lower: "number" } as const;

/** The three lines of a band, all of them null in the same rows. */
export type Bands = Readonly<Record<"upper" | "middle" | "lower", NumberOutput>>;

const period = (params: Params): number => numberParam(params, "period");

export const BOLLINGER = operator({
  type: "bollinger",
  opcode: OP_BOLLINGER,
  inputs: { x: NUMBER },
  params: { period: windowRows(2, 20), up: { kind: "number", default: 2 }, down: { kind: "number", default: 2 } },
  outputs: BANDS,
  period,
  stateBytes: (params) => sumsBytes(period(params), 2),
});

export const DONCHIAN = operator({
  type: "donchian",
  opcode: OP_DONCHIAN,
  inputs: { high: NUMBER, low: NUMBER },
  params: { period: windowRows(1, 20) },
  outputs: BANDS,
  period,
  stateBytes: (params) => 2 * extremeBytes(period(params)),
});

export const KELTNER = operator({
  type: "keltner",
  opcode: OP_KELTNER,
  inputs: { high: NUMBER, low: NUMBER, close: NUMBER },
  params: { period: windowRows(1, 20), atrPeriod: windowRows(1, 10), multiplier: { kind: "number", default: 2 } },
  outputs: BANDS,
  period: (params) => Math.max(period(params), numberParam(params, "atrPeriod")),
  stateBytes: () => AVERAGE_BYTES + ATR_BYTES,
});

export const BAND_OPERATORS: readonly OperatorSpec[] = [BOLLINGER, DONCHIAN, KELTNER];

/** What `bollinger` may be told besides its input. */
export interface BollingerOptions {
  /** Rows, at least 2; 20 by default (TA-Lib has 5). */
  readonly period?: number;
  /** Deviations from the middle to the upper line: 2 by default. */
  readonly up?: number;
  /** Deviations from the middle to the lower line: 2 by default. */
  readonly down?: number;
}

/**
 * Bollinger bands: the simple mean of the last `period` rows, and so many population deviations (divisor `period`)
 * above and below it. First at row `period - 1`; null while a null is in the window. The middle is `sma(x, period)`.
 * Source: TA-Lib BBANDS with a simple average.
 *
 * @example const { upper, lower } = bollinger(close, { period: 20 })
 */
export function bollinger(x: NumberInput, options: BollingerOptions = {}): Bands {
  return outputsNode(BOLLINGER, { x }, options);
}

/**
 * Donchian channel: largest high and smallest low of the last `period` rows, this row included, and the middle between
 * them. For a breakout compare the close with the channel of the row before: `delayed(upper, 1)`. First at row
 * `period - 1`.
 * Source: TradingView's built-in Donchian Channels; upper and lower are TA-Lib MAX of the highs and MIN of the lows.
 *
 * @param period Rows, at least 1; 20 by default.
 */
export function donchian(high: NumberInput, low: NumberInput, period?: number): Bands {
  return outputsNode(DONCHIAN, { high, low }, { period });
}

/** What `keltner` may be told besides its inputs. */
export interface KeltnerOptions {
  /** Rows of the average of the close: 20 by default. */
  readonly period?: number;
  /** Rows of the average true range: 10 by default. */
  readonly atrPeriod?: number;
  /** Average true ranges from the middle to each line: 2 by default. */
  readonly multiplier?: number;
}

/**
 * Keltner channel: EMA of the close, and so many average true ranges above and below it. The first row has the range
 * high - low, as in `ta.atr`, so the lines begin at row max(period, atrPeriod) - 1. A row with a null gives nulls and
 * is passed over.
 * Source: TradingView's built-in Keltner Channels with the bands style "Average True Range"; the EMA is seeded as `ema`
 * is.
 */
export function keltner(high: NumberInput, low: NumberInput, close: NumberInput, options: KeltnerOptions = {}): Bands {
  return outputsNode(KELTNER, { high, low, close }, options);
}
