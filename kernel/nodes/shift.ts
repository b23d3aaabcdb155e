// Nodes of rows before: lag, difference, percent change, log return.

import { OP_DIFF, OP_LAG, OP_LOG_RETURN, OP_PCT_CHANGE } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { numberNode, numberParam, operator, windowRows } from "./operator.js";
import { ringBytes } from "./window-bytes.js";

function shifted(type: string, opcode: number): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { x: { type: "number" } },
    params: { rows: windowRows(1, 1) },
    period: (params) => numberParam(params, "rows") + 1,
    stateBytes: (params) => ringBytes(numberParam(params, "rows")),
  });
}

export const LAG: OperatorSpec = shifted("lag", OP_LAG);
export const DIFF: OperatorSpec = shifted("diff", OP_DIFF);
export const PCT_CHANGE: OperatorSpec = shifted("pctChange", OP_PCT_CHANGE);
export const LOG_RETURN: OperatorSpec = shifted("logReturn", OP_LOG_RETURN);

/**
 * Value of `rows` rows before; null on the first `rows` rows. Source: pandas `shift`.
 *
 * @param rows At least 1; 1 by default.
 */
export function lag(x: NumberInput, rows = 1): NumberOutput {
  return numberNode(LAG, { x }, { rows });
}

/**
 * x − x of `rows` rows before. Source: pandas `diff`, TA-Lib MOM.
 *
 * @param rows At least 1; 1 by default.
 */
export function diff(x: NumberInput, rows = 1): NumberOutput {
  return numberNode(DIFF, { x }, { rows });
}

/**
 * Change against `rows` rows before as a fraction, (x − before) / before; null where that was 0. Source: TA-Lib ROCP.
 *
 * @param rows At least 1; 1 by default.
 */
export function pctChange(x: NumberInput, rows = 1): NumberOutput {
  return numberNode(PCT_CHANGE, { x }, { rows });
}

/**
 * ln(x / x of `rows` rows before); null unless both are positive.
 *
 * @param rows At least 1; 1 by default.
 */
export function logReturn(x: NumberInput, rows = 1): NumberOutput {
  return numberNode(LOG_RETURN, { x }, { rows });
}

export const SHIFT: readonly OperatorSpec[] = [LAG, DIFF, PCT_CHANGE, LOG_RETURN];
