// Samples: the first rows of a file as text, from which a manifest can be proposed.

import type { CsvLayout, FileFormat } from "../../kernel/index.js";
import { textOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import { openTable } from "./open-table.js";
import { formatOf } from "./open-table.js";
import { cellValue } from "./time-reader.js";
import type { ImportManifest } from "../../kernel/index.js";

export interface Sample {
  readonly format: FileFormat;
  /** Layout of a CSV file, null for other formats. */
  readonly csv: CsvLayout | null;
  readonly names: readonly string[] | null;
  readonly columnCount: number;
  /** At most `SAMPLE_ROWS` rows of cells. */
  readonly rows: readonly (readonly string[])[];
  /** Manifest that the file carries. */
  readonly manifest: ImportManifest | null;
  /** Columns whose type says that they are instants. */
  readonly instantColumns: readonly number[];
}

const SAMPLE_ROWS = 20_000;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Reads a sample. @throws InputError with the codes of opening a file. */
export async function sampleOf(bytes: FileBytes): Promise<Sample> {
  const format = formatOf(bytes);
  const csv = format === "csv" ? guessLayout(bytes) : null;
  const table = openTable(bytes, csv === null ? { format } : { format, csv });
  const columns = Array.from({ length: table.columnCount }, (_, index) => index);
  const rows: string[][] = [];
  const instantColumns = new Set<number>();
  for await (const block of table.blocks(columns)) {
    const cells = columns.map((index) => block.column(index));
    for (const [index, column] of cells.entries())
      if (column.kind !== "rows" && column.kind !== "floats" && column.instants !== null) instantColumns.add(index);
    for (let row = 0; row < block.rowCount && rows.length < SAMPLE_ROWS; row += 1)
      rows.push(cells.map((column) => String(cellValue(column, row) ?? "")));
    if (rows.length >= SAMPLE_ROWS) break;
  }
  return {
    format,
    csv,
    names: table.names,
    columnCount: table.columnCount,
    rows,
    manifest: table.manifest,
    instantColumns: [...instantColumns],
  };
}

/** The delimiter that the first line has most of, and whether that line names columns. */
function guessLayout(bytes: FileBytes): CsvLayout {
  const text = textOf(bytes.head).replace(/^\uFEFF/, "");
  const line = text.split(/\r?\n/).find((one) => one.trim() !== "") ?? "";
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
  const cells = line.split(delimiter).map((cell) => cell.replace(/^"|"$/g, "").trim());
  const isNamed = cells.every(
    (cell) => !/^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/i.test(cell) && !/^[0-9]{4}-?[0-9]{2}-?[0-9]{2}/.test(cell),
  );
  return { delimiter, header: isNamed };
}
