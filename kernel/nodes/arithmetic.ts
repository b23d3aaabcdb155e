// Arithmetic nodes: row by row, null wherever an input is null or the result is not finite.

import {
  OP_ABS,
  OP_ADD,
  OP_CEIL,
  OP_CLAMP,
  OP_DIV,
  OP_EXP,
  OP_FLOOR,
  OP_LOG,
  OP_MAX2,
  OP_MIN2,
  OP_MOD,
  OP_MUL,
  OP_NEG,
  OP_POW,
  OP_ROUND,
  OP_SIGN,
  OP_SQRT,
  OP_SUB,
} from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { numberNode, operator } from "./operator.js";

const X = { x: { type: "number" } } as const;
const A_B = { a: { type: "number" }, b: { type: "number" } } as const;

export const ADD: OperatorSpec = operator({ type: "add", opcode: OP_ADD, inputs: A_B });
export const SUB: OperatorSpec = operator({ type: "sub", opcode: OP_SUB, inputs: A_B });
export const MUL: OperatorSpec = operator({ type: "mul", opcode: OP_MUL, inputs: A_B });
export const DIV: OperatorSpec = operator({ type: "div", opcode: OP_DIV, inputs: A_B });
export const POW: OperatorSpec = operator({ type: "pow", opcode: OP_POW, inputs: A_B });
export const MIN_OF: OperatorSpec = operator({ type: "minOf", opcode: OP_MIN2, inputs: A_B });
export const MAX_OF: OperatorSpec = operator({ type: "maxOf", opcode: OP_MAX2, inputs: A_B });
export const MOD: OperatorSpec = operator({ type: "mod", opcode: OP_MOD, inputs: A_B });
export const NEG: OperatorSpec = operator({ type: "neg", opcode: OP_NEG, inputs: X });
export const ABS: OperatorSpec = operator({ type: "abs", opcode: OP_ABS, inputs: X });
export const SIGN: OperatorSpec = operator({ type: "sign", opcode: OP_SIGN, inputs: X });
export const SQRT: OperatorSpec = operator({ type: "sqrt", opcode: OP_SQRT, inputs: X });
export const EXP: OperatorSpec = operator({ type: "exp", opcode: OP_EXP, inputs: X });
export const LOG: OperatorSpec = operator({ type: "log", opcode: OP_LOG, inputs: X });
export const FLOOR: OperatorSpec = operator({ type: "floor", opcode: OP_FLOOR, inputs: X });
export const CEIL: OperatorSpec = operator({ type: "ceil", opcode: OP_CEIL, inputs: X });
export const ROUND: OperatorSpec = operator({ type: "round", opcode: OP_ROUND, inputs: X });
export const CLAMP: OperatorSpec = operator({
  type: "clamp",
  opcode: OP_CLAMP,
  inputs: { x: { type: "number" }, low: { type: "number" }, high: { type: "number" } },
});

/** a + b. */
export function add(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(ADD, { a, b });
}

/** a − b. */
export function sub(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(SUB, { a, b });
}

/** a · b. */
export function mul(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(MUL, { a, b });
}

/** a / b; null where b is 0. */
export function div(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(DIV, { a, b });
}

/** a to the power b; null where that is no real number (a negative base with a fraction) or overflows. */
export function pow(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(POW, { a, b });
}

/** The smaller of a and b. */
export function minOf(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(MIN_OF, { a, b });
}

/** The larger of a and b. */
export function maxOf(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(MAX_OF, { a, b });
}

/** Floored remainder of a / b, with the sign of b, as Python's `%`; null where b is 0. */
export function mod(a: NumberInput, b: NumberInput): NumberOutput {
  return numberNode(MOD, { a, b });
}

/** −x. */
export function neg(x: NumberInput): NumberOutput {
  return numberNode(NEG, { x });
}

/** |x|. */
export function abs(x: NumberInput): NumberOutput {
  return numberNode(ABS, { x });
}

/** 1, 0 or −1 after the sign of x. */
export function sign(x: NumberInput): NumberOutput {
  return numberNode(SIGN, { x });
}

/** Square root of x; null for a negative x. */
export function sqrt(x: NumberInput): NumberOutput {
  return numberNode(SQRT, { x });
}

/** e to the power x; null on overflow. */
export function exp(x: NumberInput): NumberOutput {
  return numberNode(EXP, { x });
}

/** Natural logarithm of x; null unless x > 0. */
export function log(x: NumberInput): NumberOutput {
  return numberNode(LOG, { x });
}

/** Greatest whole number not above x. */
export function floor(x: NumberInput): NumberOutput {
  return numberNode(FLOOR, { x });
}

/** Least whole number not below x. */
export function ceil(x: NumberInput): NumberOutput {
  return numberNode(CEIL, { x });
}

/** Nearest whole number; halves go to the even one, as in IEEE 754 and numpy. */
export function round(x: NumberInput): NumberOutput {
  return numberNode(ROUND, { x });
}

/** `x` held between `low` and `high`: min(max(x, low), high), so `high` wins where the limits cross. */
export function clamp(x: NumberInput, low: NumberInput, high: NumberInput): NumberOutput {
  return numberNode(CLAMP, { x, low, high });
}

export const ARITHMETIC: readonly OperatorSpec[] = [
  ADD,
  SUB,
  MUL,
  DIV,
  POW,
  MIN_OF,
  MAX_OF,
  MOD,
  NEG,
  ABS,
  SIGN,
  SQRT,
  EXP,
  LOG,
  FLOOR,
  CEIL,
  ROUND,
  CLAMP,
];
