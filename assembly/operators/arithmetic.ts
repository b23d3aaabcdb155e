// Arithmetic of columns, row by row: four operations, remainder, powers and roots, rounding, limits.
//
// Two rows go through one SIMD instruction where WebAssembly has it; the lanes give the same bits as the scalar form of
// the last row.
//
// Always true:
//   a null in any input gives null; so does every result that is not finite (division by zero, the root of a negative,
//     overflow).

import {
  OP_ABS, OP_ADD, OP_CEIL, OP_CLAMP, OP_DIV, OP_EXP, OP_FLOOR, OP_LOG, OP_MAX2, OP_MIN2, OP_MOD, OP_MUL, OP_NEG, OP_POW,
  OP_ROUND, OP_SIGN, OP_SQRT, OP_SUB,
} from "../abi-opcodes";
import { NULL, finiteOrNull, finitePair, inputColumn, outputColumn } from "../column";

/** Floored remainder, with the sign of the divisor. Source: Python's and numpy's `%`. */
function flooredRemainder(a: f64, b: f64): f64 {
  const remainder = NativeMath.mod(a, b);
  return remainder != 0 && remainder < 0 != b < 0 ? remainder + b : remainder;
}

// @ts-ignore: decorator
@inline function one(opcode: i32, a: f64): f64 {
  if (opcode == OP_NEG) return -a;
  if (opcode == OP_ABS) return abs(a);
  if (opcode == OP_SIGN) return a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : NULL;
  if (opcode == OP_SQRT) return sqrt(a);
  if (opcode == OP_EXP) return NativeMath.exp(a);
  if (opcode == OP_LOG) return NativeMath.log(a);
  if (opcode == OP_FLOOR) return floor(a);
  if (opcode == OP_CEIL) return ceil(a);
  return nearest(a);
}

// @ts-ignore: decorator
@inline function two(opcode: i32, a: f64, b: f64): f64 {
  if (opcode == OP_ADD) return a + b;
  if (opcode == OP_SUB) return a - b;
  if (opcode == OP_MUL) return a * b;
  if (opcode == OP_DIV) return a / b;
  if (opcode == OP_MIN2) return min(a, b);
  if (opcode == OP_MAX2) return max(a, b);
  if (opcode == OP_POW) return a == a && b == b ? NativeMath.pow(a, b) : NULL;
  return flooredRemainder(a, b);
}

// @ts-ignore: decorator
@inline function twoPairs(opcode: i32, a: v128, b: v128): v128 {
  if (opcode == OP_ADD) return f64x2.add(a, b);
  if (opcode == OP_SUB) return f64x2.sub(a, b);
  if (opcode == OP_MUL) return f64x2.mul(a, b);
  if (opcode == OP_DIV) return f64x2.div(a, b);
  if (opcode == OP_MIN2) return f64x2.min(a, b);
  return f64x2.max(a, b);
}

/** A column of one input. `opcode` must be a literal, so that the choice is made once and not a row. */
// @ts-ignore: decorator
@inline function column1(opcode: i32, instruction: usize, rows: i32): void {
  let a = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  for (const end = a + (<usize>rows << 3); a < end; a += 8, output += 8) {
    store<f64>(output, finiteOrNull(one(opcode, load<f64>(a))));
  }
}

/** A column of two inputs, one row at a time from byte `from`. */
// @ts-ignore: decorator
@inline function column2(opcode: i32, instruction: usize, rows: i32, from: usize): void {
  const a = inputColumn(instruction, 0);
  const b = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  for (let at = from, end = <usize>rows << 3; at < end; at += 8) {
    store<f64>(output + at, finiteOrNull(two(opcode, load<f64>(a + at), load<f64>(b + at))));
  }
}

/** A column of two inputs, two rows at a time. */
// @ts-ignore: decorator
@inline function column2InPairs(opcode: i32, instruction: usize, rows: i32): void {
  const a = inputColumn(instruction, 0);
  const b = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  const even = <usize>(rows & ~1) << 3;
  for (let at: usize = 0; at < even; at += 16) {
    v128.store(output + at, finitePair(twoPairs(opcode, v128.load(a + at), v128.load(b + at))));
  }
  column2(opcode, instruction, rows, even);
}

/** Runs one arithmetic instruction over `rows` rows; inputs `a`, and `b` where the operation has two. */
export function arithmetic(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_ADD: return column2InPairs(OP_ADD, instruction, rows);
    case OP_SUB: return column2InPairs(OP_SUB, instruction, rows);
    case OP_MUL: return column2InPairs(OP_MUL, instruction, rows);
    case OP_DIV: return column2InPairs(OP_DIV, instruction, rows);
    case OP_MIN2: return column2InPairs(OP_MIN2, instruction, rows);
    case OP_MAX2: return column2InPairs(OP_MAX2, instruction, rows);
    case OP_POW: return column2(OP_POW, instruction, rows, 0);
    case OP_MOD: return column2(OP_MOD, instruction, rows, 0);
    case OP_CLAMP: return clamp(instruction, rows);
    case OP_NEG: return column1(OP_NEG, instruction, rows);
    case OP_ABS: return column1(OP_ABS, instruction, rows);
    case OP_SIGN: return column1(OP_SIGN, instruction, rows);
    case OP_SQRT: return column1(OP_SQRT, instruction, rows);
    case OP_EXP: return column1(OP_EXP, instruction, rows);
    case OP_LOG: return column1(OP_LOG, instruction, rows);
    case OP_FLOOR: return column1(OP_FLOOR, instruction, rows);
    case OP_CEIL: return column1(OP_CEIL, instruction, rows);
    default: return column1(OP_ROUND, instruction, rows);
  }
}

/** min(max(x, low), high) of inputs x, low, high. */
function clamp(instruction: usize, rows: i32): void {
  const x = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const high = inputColumn(instruction, 2);
  const output = outputColumn(instruction, 0);
  for (let at: usize = 0, end = <usize>rows << 3; at < end; at += 8) {
    store<f64>(output + at, finiteOrNull(min(max(load<f64>(x + at), load<f64>(low + at)), load<f64>(high + at))));
  }
}
