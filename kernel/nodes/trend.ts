// Trend: ADX with both directions, Aroon, Ichimoku lines, parabolic SAR and SuperTrend.
//
// Always true: no line looks ahead; what a chart draws to the right or left of its bar is given in the row in which it
// is known.

import { OP_ADX, OP_AROON, OP_ICHIMOKU, OP_PARABOLIC_SAR, OP_SUPERTREND } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, Params } from "../graph/spec.js";
import { numberNode, numberParam, operator, outputsNode, windowRows } from "./operator.js";
import { ATR_BYTES } from "./volatility.js";
import { extremeBytes, placeBytes, ringBytes } from "./window-bytes.js";

const NUMBER = { type: "number" } as const;
const HIGH_LOW = { high: NUMBER, low: NUMBER };
const HIGH_LOW_CLOSE = { ...HIGH_LOW, close: NUMBER };

const period = (params: Params): number => numberParam(params, "period");

export const ADX = operator({
  type: "adx",
  opcode: OP_ADX,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(2, 14) },
  outputs: { adx: "number", plusDi: "number", minusDi: "number" },
  period: (params) => 2 * period(params),
  stateBytes: () => 64,
});

export const AROON = operator({
  type: "aroon",
  opcode: OP_AROON,
  inputs: HIGH_LOW,
  params: { period: windowRows(2, 14) },
  outputs: { up: "number", down: "number" },
  period: (params) => period(params) + 1,
  stateBytes: (params) => 2 * placeBytes(period(params) + 1),
});

export const ICHIMOKU = operator({
  type: "ichimoku",
  opcode: OP_ICHIMOKU,
  inputs: HIGH_LOW_CLOSE,
  params: {
    conversion: windowRows(1, 9),
    base: windowRows(1, 26),
    span: windowRows(1, 52),
    displacement: windowRows(1, 26),
  },
  outputs: { tenkan: "number", kijun: "number", senkouA: "number", senkouB: "number", chikouMargin: "number" },
  period: (params) => Math.max(...ichimokuWindows(params)) + numberParam(params, "displacement") - 1,
  stateBytes: (params) => {
    const shift = numberParam(params, "displacement") - 1;
    const extremes = ichimokuWindows(params).map((rows) => 2 * extremeBytes(rows));
    return extremes.reduce((total, bytes) => total + bytes, 0) + (shift === 0 ? 0 : 3 * ringBytes(shift));
  },
});

export const PARABOLIC_SAR = operator({
  type: "parabolicSar",
  opcode: OP_PARABOLIC_SAR,
  inputs: HIGH_LOW,
  params: {
    acceleration: { kind: "number", min: 0, default: 0.02 },
    maximum: { kind: "number", min: 0, default: 0.2 },
  },
  period: () => 2,
  stateBytes: () => 48,
  encode: (params) => {
    const maximum = numberParam(params, "maximum");
    return [Math.min(numberParam(params, "acceleration"), maximum), maximum];
  },
});

export const SUPERTREND = operator({
  type: "supertrend",
  opcode: OP_SUPERTREND,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(1, 10), multiplier: { kind: "number", default: 3 } },
  outputs: { line: "number", direction: "number" },
  period,
  stateBytes: () => ATR_BYTES + 24,
});

export const TREND: readonly OperatorSpec[] = [ADX, AROON, ICHIMOKU, PARABOLIC_SAR, SUPERTREND];

function ichimokuWindows(params: Params): number[] {
  return ["conversion", "base", "span"].map((name) => numberParam(params, name));
}

/**
 * Average directional index and both directional indicators, 0 to 100. `plusDi` and `minusDi` are the Wilder sums of
 * the upward and downward movement in percent of that of the true range; `adx` is the Wilder average of 100 · |plusDi -
 * minusDi| / (plusDi + minusDi), seeded with the mean of the first `period` of them. The indicators begin at row
 * `period`, the index at row 2 · period - 1. A row with a null gives nulls and is passed over as if it were not there.
 * Source: TA-Lib ADX, PLUS_DI and MINUS_DI (Wilder 1978, without the roundings of the book).
 *
 * @param period Rows, at least 2; 14 by default.
 * @example const { adx: index, plusDi, minusDi } = adx(high, low, close); and(gt(index, 25), gt(plusDi, minusDi))
 */
export function adx(
  high: NumberInput,
  low: NumberInput,
  close: NumberInput,
  period?: number,
): Readonly<Record<"adx" | "plusDi" | "minusDi", NumberOutput>> {
  return outputsNode(ADX, { high, low, close }, { period });
}

/**
 * Aroon: 100 · (period - rows since the highest high) / period of the last period + 1 rows as `up`, the same of the
 * lowest low as `down`; of equal extremes the most recent one counts. First at row `period`.
 * The oscillator is `sub(up, down)`.
 * Source: TA-Lib AROON (Chande 1995).
 *
 * @param period Rows, at least 2; 14 by default.
 */
export function aroon(
  high: NumberInput,
  low: NumberInput,
  period?: number,
): Readonly<Record<"up" | "down", NumberOutput>> {
  return outputsNode(AROON, { high, low }, { period });
}

/** Periods of `ichimoku`, in rows, each at least 1. */
export interface IchimokuOptions {
  /** Tenkan, the conversion line: 9 by default. */
  readonly conversion?: number;
  /** Kijun, the base line: 26 by default. */
  readonly base?: number;
  /** Senkou B: 52 by default. */
  readonly span?: number;
  /** Rows by which the cloud is drawn ahead, the current one included: 26 by default; 1 for not at all. */
  readonly displacement?: number;
}

/**
 * Ichimoku lines, as they are known in each row.
 *
 * - `tenkan` and `kijun`: middle between the highest high and the lowest low of `conversion` and `base` rows.
 * - `senkouA` and `senkouB`: the cloud over this row, which is (tenkan + kijun) / 2 and the middle of `span` rows as
 *   they stood displacement - 1 rows before. The cloud that a chart draws ahead is the same with a displacement of 1.
 * - `chikouMargin`: the close less the close of displacement - 1 rows before. A chart draws the close that far to the
 *   left as chikou, where it would be a price of the future; that it stands above the price there is exactly that this
 *   margin is positive.
 *
 * `tenkan` begins at row conversion - 1, `kijun` at base - 1, the others displacement - 1 rows after what they are made
 * of.
 * Source: TradingView's built-in Ichimoku Cloud (TA-Lib has none).
 */
export function ichimoku(
  high: NumberInput,
  low: NumberInput,
  close: NumberInput,
  options: IchimokuOptions = {},
): Readonly<Record<"tenkan" | "kijun" | "senkouA" | "senkouB" | "chikouMargin", NumberOutput>> {
  return outputsNode(ICHIMOKU, { high, low, close }, options);
}

/** What `parabolicSar` may be told besides its inputs. */
export interface ParabolicSarOptions {
  /** Acceleration at the start of a trade, and its step with each new extreme: 0.02 by default. */
  readonly acceleration?: number;
  /** Largest acceleration: 0.2 by default; a larger `acceleration` is cut to it. */
  readonly maximum?: number;
}

/**
 * Parabolic stop and reverse: the stop that holds in this row, or, in a row that touches it, the stop of the trade that
 * begins there. First at row 1. The first two rows settle the direction: falling when the low fell by more than the
 * high rose, else rising. A row with a null gives null and is passed over as if it were not there.
 * Source: TA-Lib SAR (Wilder 1978).
 */
export function parabolicSar(high: NumberInput, low: NumberInput, options: ParabolicSarOptions = {}): NumberOutput {
  return numberNode(PARABOLIC_SAR, { high, low }, options);
}

/** What `supertrend` may be told besides its inputs. */
export interface SupertrendOptions {
  /** Rows of the average true range: 10 by default. */
  readonly period?: number;
  /** Average true ranges from the middle of the bar to the line: 3 by default. */
  readonly multiplier?: number;
}

/**
 * SuperTrend: a `line` under the price while it rises (`direction` 1) and over it while it falls (`direction` -1). The
 * line is the middle of the bar less or plus `multiplier` average true ranges, and gives way only after a close beyond
 * it; a close across it turns the direction. First at row `period - 1`, where it counts as falling. A row with a null
 * gives nulls and is passed over.
 * Source: TradingView `ta.supertrend`, whose direction has the other sign, with its `ta.atr`.
 *
 * @example const { direction } = supertrend(high, low, close); gt(direction, 0)
 */
export function supertrend(
  high: NumberInput,
  low: NumberInput,
  close: NumberInput,
  options: SupertrendOptions = {},
): Readonly<Record<"line" | "direction", NumberOutput>> {
  return outputsNode(SUPERTREND, { high, low, close }, options);
}
