// Nodes that gather from the first row on. A null row gives null and is skipped. Source: pandas `cumsum` and kin.

import { OP_CUM_MAX, OP_CUM_MIN, OP_CUM_PROD, OP_CUM_SUM } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { numberNode, operator } from "./operator.js";

/** Bytes of the state drawn in assembly/operators/cumulative.ts. */
const STATE_BYTES = 24;

function gathered(type: string, opcode: number): OperatorSpec {
  return operator({ type, opcode, inputs: { x: { type: "number" } }, stateBytes: () => STATE_BYTES });
}

export const CUM_SUM: OperatorSpec = gathered("cumSum", OP_CUM_SUM);
export const CUM_PROD: OperatorSpec = gathered("cumProd", OP_CUM_PROD);
export const CUM_MAX: OperatorSpec = gathered("cumMax", OP_CUM_MAX);
export const CUM_MIN: OperatorSpec = gathered("cumMin", OP_CUM_MIN);

/** Sum from the first row on, compensated. A row whose result would overflow is null and skipped too. */
export function cumSum(x: NumberInput): NumberOutput {
  return numberNode(CUM_SUM, { x });
}

/** Product from the first row on. A row whose result would overflow is null and skipped too. */
export function cumProd(x: NumberInput): NumberOutput {
  return numberNode(CUM_PROD, { x });
}

/** Largest value from the first row on. */
export function cumMax(x: NumberInput): NumberOutput {
  return numberNode(CUM_MAX, { x });
}

/** Smallest value from the first row on. */
export function cumMin(x: NumberInput): NumberOutput {
  return numberNode(CUM_MIN, { x });
}

export const CUMULATIVE: readonly OperatorSpec[] = [CUM_SUM, CUM_PROD, CUM_MAX, CUM_MIN];
