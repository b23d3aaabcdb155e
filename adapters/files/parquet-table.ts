// Parquet files as tables of typed columns, a row group at a time.
//
// How it works: decimals are taken as their unscaled integers and instants as integers of their unit, so that nothing
//   passes through a float that was not one in the file.
//
// Always true:
//   rows are numbered from 1 through all row groups.

import { parquetMetadata, parquetRead } from "hyparquet";
import type {
  AsyncBuffer,
  DecodedArray,
  FileMetaData,
  ParquetParsers,
  ParquetReadOptions,
  SchemaElement,
} from "hyparquet";
import { fault, markOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import { embeddedManifest, MANIFEST_KEY } from "./embedded-manifest.js";
import type { CellColumn, FileBlock, FileTable, InstantUnit } from "./file-table.js";

const MAGIC = "PAR1";

/** How the values of one column are to be read. */
interface ColumnForm {
  readonly name: string;
  readonly decimals: number;
  readonly instants: InstantUnit | null;
  /** True when the values are plain signed 64-bit integers. */
  readonly isInt64: boolean;
}

/** The instants of the oldest form stay integers; dates become midnights as ISO text. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromNanoseconds: (value) => value,
  dateFromDays: (days) =>
    days === undefined || days === null ? days : new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/**
 * Opens a Parquet file.
 *
 * @throws InputError `import/truncated` when it ends early, `import/format` when it cannot be read or has nested
 *   columns.
 */
export function parquetTable(bytes: FileBytes): FileTable {
  const file = fileBuffer(bytes);
  const metadata = readMetadata(bytes, file);
  const elements = metadata.schema.slice(1);
  if (elements.some((element) => (element.num_children ?? 0) > 0 || element.repetition_type === "REPEATED")) {
    throw fault("import/format", bytes.name, "flat columns", "nested columns");
  }
  const forms = elements.map(takeForm);
  const names = forms.map((form) => form.name);
  const kept = metadata.key_value_metadata?.find(({ key }) => key === MANIFEST_KEY)?.value;
  return { format: "parquet", names, columnCount: names.length, manifest: embeddedManifest(kept, bytes.name), blocks };

  async function* blocks(used: readonly number[]): AsyncGenerator<FileBlock> {
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const columns = new Map<number, CellColumn>();
      const parts = await readParts(bytes, {
        file,
        metadata,
        columns: used.map((index) => names[index] as string),
        rowStart,
        rowEnd,
      });
      for (const index of used) {
        const form = forms[index] as ColumnForm;
        columns.set(index, cellsOf(joined(parts.get(form.name) ?? [], rowEnd - rowStart, form.isInt64), form));
      }
      yield typedBlock(rowEnd - rowStart, rowStart, columns);
      rowStart = rowEnd;
    }
  }
}

/**
 * Decoded pages of each column; hyparquet's own joining of them would turn typed arrays into plain ones, at ten times
 * the cost.
 */
async function readParts(
  bytes: FileBytes,
  range: Pick<ParquetReadOptions, "file" | "metadata" | "columns" | "rowStart" | "rowEnd">,
): Promise<Map<string, DecodedArray[]>> {
  const parts = new Map<string, DecodedArray[]>();
  const onChunk = ({ columnName, columnData }: { columnName: string; columnData: DecodedArray }): void => {
    const known = parts.get(columnName);
    if (known === undefined) parts.set(columnName, [columnData]);
    else known.push(columnData);
  };
  try {
    await parquetRead({ ...range, parsers: PARSERS, compressors: bytes.unpackers, onChunk });
  } catch (error) {
    throw fault("import/format", bytes.name, "readable Parquet pages", (error as Error).message);
  }
  return parts;
}

/** Parts of a column as one array; typed when it holds plain numbers without nulls, whatever the parts are. */
function joined(parts: readonly DecodedArray[], rowCount: number, isInt64: boolean): DecodedArray {
  const [first] = parts;
  if (first !== undefined && parts.length === 1 && (!isInt64 || first instanceof BigInt64Array)) return first;
  if (parts.every((part) => part instanceof Float64Array)) return filled(new Float64Array(rowCount), parts);
  if (isInt64 && parts.every((part) => part instanceof BigInt64Array || isBigInts(part))) {
    return filled(new BigInt64Array(rowCount), parts);
  }
  return parts.flatMap((part) => Array.from(part as ArrayLike<unknown>));
}

function isBigInts(part: DecodedArray): boolean {
  return Array.isArray(part) && part.every((value) => typeof value === "bigint");
}

function filled<T extends Float64Array | BigInt64Array>(whole: T, parts: readonly DecodedArray[]): T {
  let at = 0;
  for (const part of parts) {
    whole.set(part as never, at);
    at += part.length;
  }
  return whole;
}

/** A block of typed columns whose first row has the number `rowStart` + 1. */
export function typedBlock(rowCount: number, rowStart: number, columns: ReadonlyMap<number, CellColumn>): FileBlock {
  return {
    rowCount,
    problems: [],
    lineOf: (row) => rowStart + row + 1,
    column: (index) => columns.get(index) as CellColumn,
    textOf: (row) =>
      JSON.stringify([...columns.values()].map((cells) => (cells.kind === "rows" ? null : String(cells.values[row])))),
  };
}

function readMetadata(bytes: FileBytes, file: AsyncBuffer): FileMetaData {
  const size = file.byteLength;
  const head = markOf(bytes.head.subarray(0, 4));
  if (head !== MAGIC) throw fault("import/format", bytes.name, "a Parquet file", "another kind of file");
  const tail = size < 12 ? new ArrayBuffer(0) : (file.slice(size - 8, size) as ArrayBuffer);
  if (tail.byteLength < 8 || markOf(new Uint8Array(tail, 4, 4)) !== MAGIC) {
    throw fault("import/truncated", bytes.name, "a Parquet file with its footer", "one that ends early");
  }
  const footerLength = new DataView(tail).getUint32(0, true) + 8;
  if (footerLength > size - 4)
    throw fault("import/truncated", bytes.name, "a whole footer", `one of ${footerLength} bytes in ${size}`);
  try {
    return parquetMetadata(file.slice(size - footerLength, size) as ArrayBuffer);
  } catch (error) {
    throw fault("import/format", bytes.name, "a Parquet footer", (error as Error).message);
  }
}

/** Notes a column's form and strips what would turn its exact integers into floats. Changes `element`. */
function takeForm(element: SchemaElement): ColumnForm {
  const { name } = element;
  const plain = { name, decimals: 0, instants: null, isInt64: false };
  const logical = element.logical_type;
  if (element.converted_type === "DECIMAL" || logical?.type === "DECIMAL") {
    strip(element);
    return { ...plain, decimals: element.scale ?? 0, isInt64: element.type === "INT64" };
  }
  if (element.type === "INT96") return { ...plain, instants: "ns" };
  const instants = instantUnit(element);
  if (instants !== null) strip(element);
  const isAnnotated = element.converted_type !== undefined || element.logical_type !== undefined;
  return { ...plain, instants, isInt64: element.type === "INT64" && !isAnnotated };
}

function instantUnit(element: SchemaElement): InstantUnit | null {
  if (element.type !== "INT64") return null;
  const logical = element.logical_type;
  if (logical?.type === "TIMESTAMP") return logical.unit === "MILLIS" ? "ms" : logical.unit === "MICROS" ? "us" : "ns";
  if (element.converted_type === "TIMESTAMP_MILLIS") return "ms";
  return element.converted_type === "TIMESTAMP_MICROS" ? "us" : null;
}

/** Leaves the physical type alone, so that values come as they are stored. Changes `element`. */
function strip(element: SchemaElement): void {
  delete element.converted_type;
  delete element.logical_type;
}

function cellsOf(data: DecodedArray, form: ColumnForm): CellColumn {
  const { decimals, instants } = form;
  if (data instanceof BigInt64Array) return { kind: "integers", values: data, decimals, instants };
  if (instants === null && (data instanceof Float64Array || data instanceof Float32Array))
    return { kind: "floats", values: data };
  if (data instanceof Int32Array && decimals > 0)
    return { kind: "values", values: Array.from(data, BigInt), decimals, instants };
  const values = decimals > 0 ? Array.from(data as ArrayLike<unknown>, unscaled) : (data as ArrayLike<unknown>);
  return { kind: "values", values, decimals, instants };
}

/** An unscaled decimal as BigInt: from big-endian two's complement bytes, or from an integer. */
function unscaled(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (!(value instanceof Uint8Array)) return value;
  let result = 0n;
  for (const byte of value) result = (result << 8n) | BigInt(byte);
  return BigInt.asIntN(value.length * 8, result);
}

/** The file as hyparquet asks for it: slices that are read when they are needed. */
function fileBuffer(bytes: FileBytes): AsyncBuffer & { slice(start: number, end?: number): ArrayBuffer } {
  const byteLength = bytes.byteCount;
  return { byteLength, slice: (start, end = byteLength) => bytes.range(start, end) };
}
