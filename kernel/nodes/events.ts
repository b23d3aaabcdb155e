// Event nodes: crossings, rising and falling, rows since a condition held.

import { OP_BARS_SINCE, OP_CROSS_OVER, OP_CROSS_UNDER, OP_FALLING, OP_RISING } from "../../assembly/abi-opcodes.js";
import type { BooleanInput, BooleanOutput, NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { booleanNode, numberNode, numberParam, operator, windowRows } from "./operator.js";
import { extremeBytes } from "./window-bytes.js";

const TRUTH = { value: "boolean" } as const;

function crossing(type: string, opcode: number): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { a: { type: "number" }, b: { type: "number" } },
    outputs: TRUTH,
    period: () => 2,
    stateBytes: () => 8,
  });
}

function trend(type: string, opcode: number): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { x: { type: "number" } },
    params: { rows: windowRows() },
    outputs: TRUTH,
    period: (params) => numberParam(params, "rows") + 1,
    stateBytes: (params) => 16 + extremeBytes(numberParam(params, "rows")),
  });
}

export const CROSS_OVER: OperatorSpec = crossing("crossOver", OP_CROSS_OVER);
export const CROSS_UNDER: OperatorSpec = crossing("crossUnder", OP_CROSS_UNDER);
export const RISING: OperatorSpec = trend("rising", OP_RISING);
export const FALLING: OperatorSpec = trend("falling", OP_FALLING);
export const BARS_SINCE: OperatorSpec = operator({
  type: "barsSince",
  opcode: OP_BARS_SINCE,
  inputs: { condition: { type: "boolean" } },
  stateBytes: () => 16,
});

/**
 * True on the row where `a` goes above `b`: a > b now and a ≤ b on the row before. So leaving a tie upwards is a
 * crossing, and reaching one is not. Null on the first row and wherever one of the four values is null. Source:
 * TradingView `ta.crossover`.
 *
 * @example crossOver(sma(close, 10), sma(close, 30))
 */
export function crossOver(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(CROSS_OVER, { a, b });
}

/** True on the row where `a` goes below `b`: a < b now and a ≥ b on the row before. Otherwise as `crossOver`. */
export function crossUnder(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(CROSS_UNDER, { a, b });
}

/**
 * True where `x` is greater than each of the `rows` rows before it; null while one of those is null or missing.
 * Source: TradingView `ta.rising`.
 */
export function rising(x: NumberInput, rows: number): BooleanOutput {
  return booleanNode(RISING, { x }, { rows });
}

/**
 * True where `x` is less than each of the `rows` rows before it. Otherwise as `rising`. Source: TradingView
 * `ta.falling`.
 */
export function falling(x: NumberInput, rows: number): BooleanOutput {
  return booleanNode(FALLING, { x }, { rows });
}

/**
 * Rows since `condition` last held, 0 on the row itself; null until it has held once. A row where the condition is null
 * gives null, but counts. Source: TradingView `ta.barssince`, which has no null there.
 */
export function barsSince(condition: BooleanInput): NumberOutput {
  return numberNode(BARS_SINCE, { condition });
}

export const EVENTS: readonly OperatorSpec[] = [CROSS_OVER, CROSS_UNDER, RISING, FALLING, BARS_SINCE];
