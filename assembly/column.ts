// Access to the columns, params and state that an instruction names, and the one null.
//
// Columns are read and written from the row on that was entered: from the first one of the block, or, in the bucket
// region, from the row of the bucket in hand, so that one operator serves both.
//
// Always true:
//   a null is the canonical NaN and no other NaN is ever stored;
//   no stored value is infinite.

import { INS_EXTRA, INS_EXTRA_COUNT, INS_INPUT, INS_OUTPUT, INS_PARAMS, INS_STATE } from "./abi-operator";

/** The null of an f64 column: the canonical quiet NaN, 0x7ff8000000000000. */
// @ts-ignore: decorator
@inline export const NULL: f64 = reinterpret<f64>(0x7ff8000000000000);

/** Bytes from the start of each column to the row entered. */
let entered: usize = 0;

/** Makes `row` the one from which columns are read and written; 0 for a whole block. */
// @ts-ignore: decorator
@inline export function enterRow(row: i32): void {
  entered = <usize>row << 3;
}

/** Address of input column `index`, from the row entered on. */
// @ts-ignore: decorator
@inline export function inputColumn(instruction: usize, index: i32): usize {
  return wholeInput(instruction, index) + entered;
}

/** `inputColumn` of a port that may stay unconnected: 0 then. */
// @ts-ignore: decorator
@inline export function optionalInput(instruction: usize, index: i32): usize {
  const whole = wholeInput(instruction, index);
  return whole == 0 ? 0 : whole + entered;
}

/** Address of input column `index` from its first row on; 0 for a port that is not connected. */
// @ts-ignore: decorator
@inline export function wholeInput(instruction: usize, index: i32): usize {
  return load<u32>(instruction + INS_INPUT + (<usize>index << 2));
}

/** Address of output column `index`, from the row entered on. */
// @ts-ignore: decorator
@inline export function outputColumn(instruction: usize, index: i32): usize {
  return <usize>load<u32>(instruction + INS_OUTPUT + (<usize>index << 2)) + entered;
}

/** Bytes to the row entered in the columns of a list of lanes. */
// @ts-ignore: decorator
@inline export function laneOffset(): usize {
  return entered;
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
