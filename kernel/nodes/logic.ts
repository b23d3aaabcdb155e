// Comparison, logic and choice nodes: three-valued, as in SQL.

import {
  OP_AND,
  OP_COALESCE,
  OP_EQ,
  OP_GE,
  OP_GT,
  OP_IS_NULL,
  OP_LE,
  OP_LT,
  OP_NE,
  OP_NOT,
  OP_OR,
  OP_SELECT,
  OP_XOR,
} from "../../assembly/abi-opcodes.js";
import type { BooleanInput, BooleanOutput, NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { booleanNode, numberNode, operator } from "./operator.js";

const NUMBERS = { a: { type: "number" }, b: { type: "number" } } as const;
const BOOLEANS = { a: { type: "boolean" }, b: { type: "boolean" } } as const;
const TRUTH = { value: "boolean" } as const;

export const GT: OperatorSpec = operator({ type: "gt", opcode: OP_GT, inputs: NUMBERS, outputs: TRUTH });
export const GE: OperatorSpec = operator({ type: "ge", opcode: OP_GE, inputs: NUMBERS, outputs: TRUTH });
export const LT: OperatorSpec = operator({ type: "lt", opcode: OP_LT, inputs: NUMBERS, outputs: TRUTH });
export const LE: OperatorSpec = operator({ type: "le", opcode: OP_LE, inputs: NUMBERS, outputs: TRUTH });
export const EQ: OperatorSpec = operator({ type: "eq", opcode: OP_EQ, inputs: NUMBERS, outputs: TRUTH });
export const NE: OperatorSpec = operator({ type: "ne", opcode: OP_NE, inputs: NUMBERS, outputs: TRUTH });
export const AND: OperatorSpec = operator({ type: "and", opcode: OP_AND, inputs: BOOLEANS, outputs: TRUTH });
export const OR: OperatorSpec = operator({ type: "or", opcode: OP_OR, inputs: BOOLEANS, outputs: TRUTH });
export const XOR: OperatorSpec = operator({ type: "xor", opcode: OP_XOR, inputs: BOOLEANS, outputs: TRUTH });
export const NOT: OperatorSpec = operator({
  type: "not",
  opcode: OP_NOT,
  inputs: { a: { type: "boolean" } },
  outputs: TRUTH,
});
export const IS_NULL: OperatorSpec = operator({
  type: "isNull",
  opcode: OP_IS_NULL,
  inputs: { x: { type: "number" } },
  outputs: TRUTH,
});
export const COALESCE: OperatorSpec = operator({ type: "coalesce", opcode: OP_COALESCE, inputs: NUMBERS });
export const SELECT: OperatorSpec = operator({
  type: "select",
  opcode: OP_SELECT,
  inputs: { condition: { type: "boolean" }, whenTrue: { type: "number" }, whenFalse: { type: "number" } },
});

/** a > b. Null where either is null. */
export function gt(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(GT, { a, b });
}

/** a ≥ b. Null where either is null. */
export function ge(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(GE, { a, b });
}

/** a < b. Null where either is null. */
export function lt(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(LT, { a, b });
}

/** a ≤ b. Null where either is null. */
export function le(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(LE, { a, b });
}

/** a = b, exactly. Null where either is null. */
export function eq(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(EQ, { a, b });
}

/** a ≠ b, exactly. Null where either is null. */
export function ne(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(NE, { a, b });
}

/** Both hold. False and null is false; true and null is null. */
export function and(a: BooleanInput, b: BooleanInput): BooleanOutput {
  return booleanNode(AND, { a, b });
}

/** Either holds. True or null is true; false or null is null. */
export function or(a: BooleanInput, b: BooleanInput): BooleanOutput {
  return booleanNode(OR, { a, b });
}

/** Exactly one holds; null where either is null. */
export function xor(a: BooleanInput, b: BooleanInput): BooleanOutput {
  return booleanNode(XOR, { a, b });
}

/** It does not hold; null stays null. */
export function not(a: BooleanInput): BooleanOutput {
  return booleanNode(NOT, { a });
}

/** True where `x` is null; never null itself. */
export function isNull(x: NumberInput): BooleanOutput {
  return booleanNode(IS_NULL, { x });
}

/** `a`, or `b` where `a` is null. */
export function coalesce(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(COALESCE, { a, b });
}

/** `whenTrue` or `whenFalse` by `condition`; null where the condition or the value chosen is null. */
export function select(condition: BooleanInput, whenTrue: NumberInput, whenFalse: NumberInput): NumberOutput {
  return numberNode(SELECT, { condition, whenTrue, whenFalse });
}

export const LOGIC: readonly OperatorSpec[] = [GT, GE, LT, LE, EQ, NE, AND, OR, XOR, NOT, IS_NULL, COALESCE, SELECT];
