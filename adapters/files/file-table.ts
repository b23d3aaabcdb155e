// File tables: what every file format looks like to an import: named columns of cells, a block of rows at a time.
//
// Always true:
//   blocks come in the order of the file, and a row knows its line (or row number) in the file, from 1;
//   cells are as the file has them; nothing was parsed, repaired or left out yet.

import type { FileFormat, ImportManifest, RowProblem } from "../../kernel/index.js";

/** Cells of one column in one block. */
export type CellColumn =
  /** Rows of text cells; the column is cell `index` of each. */
  | { readonly kind: "rows"; readonly rows: readonly (readonly string[])[]; readonly index: number }
  /** Floats without nulls. */
  | { readonly kind: "floats"; readonly values: Float64Array | Float32Array }
  /** Integers x 10^-decimals without nulls; `timeUnit` when the file's type says that they are instants. */
  | {
      readonly kind: "integers";
      readonly values: BigInt64Array;
      readonly decimals: number;
      readonly instants: InstantUnit | null;
    }
  /** Anything: text, number, bigint, null. */
  | {
      readonly kind: "values";
      readonly values: ArrayLike<unknown>;
      readonly decimals: number;
      readonly instants: InstantUnit | null;
    };

export type InstantUnit = "s" | "ms" | "us" | "ns";

export interface FileBlock {
  readonly rowCount: number;
  /** Line of a text file, or row number of a typed one, from 1. */
  lineOf(row: number): number;
  /** Cells of the column with this index in `FileTable.names`, or of this position when the file has no names. */
  column(index: number): CellColumn;
  /** The row as text, for the quarantine. */
  textOf(row: number): string;
  /** Rows that the reader itself found wrong: no such cells, broken quotes. Their cells may be missing. */
  readonly problems: readonly { readonly row: number; readonly problem: RowProblem }[];
}

export interface FileTable {
  readonly format: FileFormat;
  /** Column names, or null when the file has none. */
  readonly names: readonly string[] | null;
  readonly columnCount: number;
  /** The manifest that the file carries, when it was exported from here. */
  readonly manifest: ImportManifest | null;
  /** @param used Indices of the columns that will be asked for; typed files read no others. */
  blocks(used: readonly number[]): AsyncIterable<FileBlock> | Iterable<FileBlock>;
}

/** Longest line of a text file, in bytes: 1 MiB. A longer one means that the file is not what it is said to be. */
export const LINE_BYTES_MAX = 1_048_576;
