// Access to the columns, params and state that an instruction names, and the one null.
//
// Always true:
//   a null is the canonical NaN and no other NaN is ever stored;
//   no stored value is infinite.

import { INS_EXTRA, INS_EXTRA_COUNT, INS_INPUT, INS_OUTPUT, INS_PARAMS, INS_STATE } from "./abi-operator";

/** The null of an f64 column: the canonical quiet NaN, 0x7ff8000000000000. */
// @ts-ignore: decorator
@inline export const NULL: f64 = reinterpret<f64>(0x7ff8000000000000);

/** Address of input column `index`. */
// @ts-ignore: decorator
@inline export function inputColumn(instruction: usize, index: i32): usize {
  return load<u32>(instruction + INS_INPUT + (<usize>index << 2));
}

/** Address of output column `index`. */
// @ts-ignore: decorator
@inline export function outputColumn(instruction: usize, index: i32): usize {
  return load<u32>(instruction + INS_OUTPUT + (<usize>index << 2));
}

/** Param `index` as it was encoded. */
// @ts-ignore: decorator
@inline export function param(instruction: usize, index: i32): f64 {
  return load<f64>(<usize>load<u32>(instruction + INS_PARAMS) + (<usize>index << 3));
}

/** Address of the state. */
// @ts-ignore: decorator
@inline export function state(instruction: usize): usize {
  return load<u32>(instruction + INS_STATE);
}

/** Address of the list of lane columns. */
// @ts-ignore: decorator
@inline export function extra(instruction: usize): usize {
  return load<u32>(instruction + INS_EXTRA);
}

/** Number of entries in the list of lane columns. */
// @ts-ignore: decorator
@inline export function extraCount(instruction: usize): i32 {
  return load<i32>(instruction + INS_EXTRA_COUNT);
}

/** True when `value` is null. */
// @ts-ignore: decorator
@inline export function isNull(value: f64): bool {
  return value != value;
}

/** `value`, or null when it is not finite: what every computed value passes through before it is stored. */
// @ts-ignore: decorator
@inline export function finiteOrNull(value: f64): f64 {
  return value - value == 0 ? value : NULL;
}

/** `finiteOrNull` in both lanes. */
// @ts-ignore: decorator
@inline export function finitePair(value: v128): v128 {
  const finite = f64x2.eq(f64x2.sub(value, value), f64x2.splat(0));
  return v128.bitselect(value, f64x2.splat(NULL), finite);
}
