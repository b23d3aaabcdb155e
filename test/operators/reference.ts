// Reference of an operator: its definition written plainly, over whole columns, with nothing kept from row to row
// unless it is defined so.

import type { Params } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";

/** Output columns of an operator for its input columns (lanes for a cross-section). */
export type Reference = (inputs: readonly Column[], params: Params) => Row[][];

/** A number that must be there. */
export function numberOf(params: Params, name: string): number {
  return params[name] as number;
}

/** `value`, or null unless it is finite. */
export function finite(value: number): Row {
  return Number.isFinite(value) ? value : null;
}

/** One output column from a rule for each row. */
export function rowByRow(rule: (...values: Row[]) => Row): Reference {
  return (inputs) => [(inputs[0] ?? []).map((_, row) => rule(...inputs.map((column) => column[row] ?? null)))];
}

/** A rule that no null reaches: null in, null out. */
export function ofNumbers(rule: (...values: number[]) => number): Reference {
  return rowByRow((...values) => (values.includes(null) ? null : finite(rule(...(values as number[])))));
}

/** The last `count` rows of `column` at `row`, oldest first; null while one of them is null or missing. */
export function windowOf(column: Column, row: number, count: number): number[] | null {
  if (row + 1 < count) return null;
  const rows = column.slice(row + 1 - count, row + 1);
  return rows.includes(null) ? null : (rows as number[]);
}
