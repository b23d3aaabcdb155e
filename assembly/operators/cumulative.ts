// Sum, product, largest and smallest from the first row on.
//
// Layout of the state, 24 bytes (all zero at the start):
//
//   +0 value f64 | +8 its low part f64 | +16 a valid row was seen, i32 | +20 unused
//
// Always true:
//   a null row gives null and leaves the state; so does a row whose result would not be finite;
//   sum and product are carried in double-double, so they do not drift with the length of the tape.

import { OP_CUM_MAX, OP_CUM_MIN, OP_CUM_PROD, OP_CUM_SUM } from "../abi-opcodes";
import { NULL, inputColumn, isNull, outputColumn, state } from "../column";
import { productError, sumError } from "../double-double";

/** Runs one instruction of the family over `rows` rows. */
export function cumulative(opcode: i32, instruction: usize, rows: i32): void {
  switch (opcode) {
    case OP_CUM_SUM: return cumulativePair(OP_CUM_SUM, instruction, rows);
    case OP_CUM_PROD: return cumulativePair(OP_CUM_PROD, instruction, rows);
    case OP_CUM_MAX: return cumulativeExtreme(OP_CUM_MAX, instruction, rows);
    default: return cumulativeExtreme(OP_CUM_MIN, instruction, rows);
  }
}

/** Sum or product in double-double; `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function cumulativePair(opcode: i32, instruction: usize, rows: i32): void {
  const kept = state(instruction);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const started = load<i32>(kept, 16) != 0;
  let high = opcode == OP_CUM_PROD && !started ? 1 : load<f64>(kept);
  let low = load<f64>(kept, 8);
  let seen = started;
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    const next = opcode == OP_CUM_SUM ? high + value : high * value;
    // The low part is gathered apart, so the chain from row to row is one operation. Splitting a product beyond 2^996
    // overflows; its error is then left out.
    const nextLow = opcode == OP_CUM_SUM
      ? low + sumError(high, value, next)
      : finiteOrZero(productError(high, value, next)) + low * value;
    const result = next + nextLow;
    if (result - result != 0) {
      store<f64>(output, NULL);
      continue;
    }
    high = next;
    low = nextLow;
    seen = true;
    store<f64>(output, result);
  }
  if (!seen) return;
  store<f64>(kept, high);
  store<f64>(kept, low, 8);
  store<i32>(kept, 1, 16);
}

// @ts-ignore: decorator
@inline function finiteOrZero(value: f64): f64 {
  return value - value == 0 ? value : 0;
}

/** Largest or smallest so far; `opcode` must be a literal. */
// @ts-ignore: decorator
@inline function cumulativeExtreme(opcode: i32, instruction: usize, rows: i32): void {
  const kept = state(instruction);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  let seen = load<i32>(kept, 16) != 0;
  let extreme = load<f64>(kept);
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const value = load<f64>(input);
    if (isNull(value)) {
      store<f64>(output, NULL);
      continue;
    }
    extreme = !seen ? value : opcode == OP_CUM_MAX ? max(extreme, value) : min(extreme, value);
    seen = true;
    store<f64>(output, extreme);
  }
  store<f64>(kept, extreme);
  store<i32>(kept, seen ? 1 : 0, 16);
}
