// Volatility: true range and its average.

import { OP_ATR, OP_TRUE_RANGE } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { numberNode, numberParam, operator, windowRows } from "./operator.js";

const NUMBER = { type: "number" } as const;
const HIGH_LOW_CLOSE = { high: NUMBER, low: NUMBER, close: NUMBER };

/** Bytes of an ATR in a state (assembly/operators/volatility.ts). */
export const ATR_BYTES = 32;

export const TRUE_RANGE = operator({
  type: "trueRange",
  opcode: OP_TRUE_RANGE,
  inputs: HIGH_LOW_CLOSE,
  period: () => 2,
  stateBytes: () => 16,
});

export const ATR = operator({
  type: "atr",
  opcode: OP_ATR,
  inputs: HIGH_LOW_CLOSE,
  params: { period: windowRows(1, 14) },
  period: (params) => numberParam(params, "period") + 1,
  stateBytes: () => ATR_BYTES,
});

export const VOLATILITY: readonly OperatorSpec[] = [TRUE_RANGE, ATR];

/**
 * True range: the largest of high - low, |high - close before| and |low - close before|, in units of the price. First
 * at row 1; null where this row or the one before has a null.
 * Source: TA-Lib TRANGE.
 */
export function trueRange(high: NumberInput, low: NumberInput, close: NumberInput): NumberOutput {
  return numberNode(TRUE_RANGE, { high, low, close });
}

/**
 * Average true range: Wilder's average of the true range, seeded with the mean of the first `period` of them, in units
 * of the price. First at row `period`. A row with a null gives null and is passed over as if it were not there.
 * Source: TA-Lib ATR (Wilder 1978). TradingView's `ta.atr` counts high - low of the first row too and so begins one row
 * earlier.
 *
 * @param period Rows, at least 1; 14 by default.
 */
export function atr(high: NumberInput, low: NumberInput, close: NumberInput, period?: number): NumberOutput {
  return numberNode(ATR, { high, low, close }, { period });
}
