// Number cells: from text, floats and integers of a file to the values of one field.
//
// Always true:
//   a cell gives the value that its text, or the shortest text of its float, stands for; anything else is a problem of
//   its row.

import { decimalReader } from "../../kernel/index.js";
import type {
  BlockColumn,
  DecimalFault,
  DecimalReader,
  IssueCode,
  NumberRule,
  RowProblem,
} from "../../kernel/index.js";
import type { CellColumn } from "./file-table.js";
import { cellValue } from "./time-reader.js";

export interface NumberField {
  readonly name: string;
  /** Decimals of the field's mantissas. */
  readonly decimals: number;
  readonly optional: boolean;
  /** Column of the file, for messages. */
  readonly place: number | string | null;
  readonly rule: NumberRule;
}

const CODE_OF_FAULT: Readonly<Record<DecimalFault, IssueCode>> = {
  "not-a-number": "import/cell",
  "not-finite": "import/not-finite",
  decimals: "import/decimals",
  noise: "import/decimals",
  overflow: "import/overflow",
};

/** A reader of one field, with the file's scale taken into account. */
export function fieldReader(field: NumberField): DecimalReader {
  const scaleDecimals = String(field.rule.scale ?? 1).length - 1;
  return decimalReader(field.decimals - scaleDecimals, field.rule.rounding ?? null);
}

/**
 * Reads a column of cells.
 *
 * @param out Written in place: mantissas, NaN where there is none.
 * @param report Told about each cell that gives no value.
 */
export function readNumbers(
  cells: CellColumn,
  rowCount: number,
  field: NumberField,
  reader: DecimalReader,
  out: BlockColumn,
  report: (row: number, problem: RowProblem) => void,
): void {
  const { safe } = out;
  if (cells.kind === "integers" && field.rule.zeroIsAbsent !== true && readIntegers(cells, rowCount, reader, out))
    return;
  const zeroIsAbsent = field.optional && field.rule.zeroIsAbsent === true;
  for (let row = 0; row < rowCount; row += 1) {
    const value = cells.kind === "rows" ? cells.rows[row]?.[cells.index] : cells.values[row];
    let number: number;
    if (typeof value === "string" && value !== "") number = reader.text(value);
    else if (typeof value === "number" && !isLossy(value, cells)) number = reader.float(value);
    else if (typeof value === "bigint")
      number = reader.integer(value, cells.kind === "integers" || cells.kind === "values" ? cells.decimals : 0);
    else {
      safe[row] = Number.NaN;
      if (!(field.optional && isAbsent(value))) report(row, unreadable(field, cells, row));
      continue;
    }
    safe[row] = zeroIsAbsent && number === 0 ? Number.NaN : number;
    if (number === number) continue;
    if (reader.wide !== null) out.wide.set(row, reader.wide);
    else if (reader.fault !== null) report(row, faulty(field, reader.fault, value));
  }
}

const HALF = 2 ** 32;
const HIGH_SAFE = 2 ** 20;

/**
 * Reads a column of integers that have the field's decimals already, as pairs of 32-bit halves, which makes no BigInt:
 * 6 ns a value instead of 250. False, with nothing promised about `out`, when a value is too wide for that.
 */
function readIntegers(
  cells: Extract<CellColumn, { kind: "integers" }>,
  rowCount: number,
  reader: DecimalReader,
  out: BlockColumn,
): boolean {
  if (reader.decimals !== cells.decimals) return false;
  const { values } = cells;
  const halves = new Int32Array(values.buffer, values.byteOffset, rowCount * 2);
  for (let row = 0; row < rowCount; row += 1) {
    const high = halves[row * 2 + 1] as number;
    if (high >= HIGH_SAFE || high < -HIGH_SAFE) return false;
    out.safe[row] = high * HALF + ((halves[row * 2] as number) >>> 0);
  }
  return true;
}

/** A whole number that JSON text may have held with more digits than a float can. */
function isLossy(value: number, cells: CellColumn): boolean {
  return cells.kind === "values" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

function isAbsent(value: unknown): boolean {
  return value === "" || value === null || value === undefined;
}

function unreadable(field: NumberField, cells: CellColumn, row: number): RowProblem {
  const value = cellValue(cells, row);
  const received = isAbsent(value)
    ? "nothing"
    : typeof value === "number"
      ? `${value}, which a float may have changed`
      : JSON.stringify(value);
  const isLarge = typeof value === "number";
  const problem = {
    code: "import/cell" as const,
    column: field.place,
    expected: `a number for ${field.name}`,
    received,
  };
  return isLarge ? { ...problem, advice: "Write whole numbers beyond 2^53 as text." } : problem;
}

function faulty(field: NumberField, fault: DecimalFault, value: unknown): RowProblem {
  const code = CODE_OF_FAULT[fault];
  const received = typeof value === "string" ? JSON.stringify(value) : String(value);
  const base = { code, column: field.place, received };
  switch (fault) {
    case "decimals":
      return {
        ...base,
        expected: `${field.name} with at most ${field.decimals} decimals`,
        advice: "State more decimals for the instrument, or a rounding policy.",
      };
    case "noise":
      return {
        ...base,
        expected: `${field.name} within ${field.rule.rounding?.within ?? ""} of ${field.decimals} decimals`,
      };
    case "overflow":
      return { ...base, expected: `${field.name} that fits 64 bits at ${field.decimals} decimals` };
    case "not-finite":
      return { ...base, expected: `a finite number for ${field.name}` };
    case "not-a-number":
      return { ...base, expected: `a number for ${field.name}` };
  }
}
