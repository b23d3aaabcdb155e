// Results of a query as rows that can be printed: numbers where they are exact, text everywhere else.

import { DataType, IntervalUnit, tableFromIPC, TimeUnit } from "apache-arrow";
import type { Data, Vector } from "apache-arrow";
import { instantText } from "../../kernel/index.js";
import { decimalAt } from "../arrow/decimal-words.js";

/** A cell: text, a number, true or false, or null. Decimals and 64-bit integers are text, since they are exact. */
export type SqlCell = string | number | boolean | null;

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly SqlCell[])[];
}

/** Reads the Arrow IPC stream that DuckDB gives. */
export function resultOf(ipc: Uint8Array): SqlResult {
  const table = tableFromIPC(ipc);
  const columns = table.schema.fields.map(({ name, type }) => {
    const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
    return { name, type: String(type), isNumber };
  });
  const cells = table.schema.fields.map(({ type }, index) => {
    return columnCells(table.getChildAt(index) as Vector, type, table.numRows);
  });
  const rows = Array.from({ length: table.numRows }, (_, row) => cells.map((column) => column[row] ?? null));
  return { columns, rows };
}

function columnCells(vector: Vector, type: DataType, rowCount: number): SqlCell[] {
  const cells: SqlCell[] = [];
  for (const data of vector.data) {
    for (let row = 0; row < data.length; row += 1) {
      const at = cells.length;
      cells.push(vector.isValid(at) ? cellOf(vector, data, type, at, row) : null);
    }
  }
  return cells.slice(0, rowCount);
}

/** @param at Row of the vector. @param row Row of the part that it lies in. */
function cellOf(vector: Vector, data: Data, type: DataType, at: number, row: number): SqlCell {
  if (DataType.isDecimal(type)) return decimalText(decimalAt(data, row, type.bitWidth), type.scale);
  if (DataType.isTimestamp(type)) return instantText(((data.values as BigInt64Array)[row] as bigint) * NS[type.unit]);
  const value = vector.get(at) as unknown;
  if (typeof value === "bigint") return value.toString();
  if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (DataType.isInterval(type)) return intervalText(value as Int32Array, type.unit);
  if (value === null || typeof value === "number" || typeof value === "boolean" || typeof value === "string")
    return value;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}

/** With all of its decimals, as DuckDB prints it. */
function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(digits.length - scale)}`}`;
}

const NS: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};

/** Months, days, and the nanoseconds of a day that stand in two words. */
function intervalText(words: Int32Array, unit: IntervalUnit): string {
  if (unit !== IntervalUnit.MONTH_DAY_NANO) return Array.from(words).join(" ");
  const [months = 0, days = 0, low = 0, high = 0] = words;
  const ns = (BigInt(high) << 32n) | BigInt(low >>> 0);
  return `${months} months ${days} days ${ns} ns`;
}
