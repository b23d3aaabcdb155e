// Parquet files as tables of typed columns, a row group at a time.
//
// How it works: decimals are taken as their unscaled integers and instants as integers of their unit, so that nothing
//   passes through a float that was not one in the file.
//
// Always true:
//   rows are numbered from 1 through all row groups.

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { parquetMetadata, parquetScan } from "hyparquet";
import type { AsyncBuffer, Compressors, DecodedArray, FileMetaData, ParquetParsers, SchemaElement } from "hyparquet";
import { fault } from "./file-bytes.js";
import type { FileBytes } from "./file-bytes.js";
import { embeddedManifest, MANIFEST_KEY } from "./embedded-manifest.js";
import type { CellColumn, FileBlock, FileTable, InstantUnit } from "./file-table.js";

const MAGIC = "PAR1";

/** How the values of one column are to be read. */
interface ColumnForm {
  readonly name: string;
  readonly decimals: number;
  readonly instants: InstantUnit | null;
}

const COMPRESSORS: Compressors = {
  GZIP: (packed) => new Uint8Array(gunzipSync(packed)),
  BROTLI: (packed) => new Uint8Array(brotliDecompressSync(packed)),
};

/** Instants stay integers; dates become midnights as ISO text. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => value,
  timestampFromMicroseconds: (value) => value,
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
      try {
        const columnNames = used.map((index) => names[index] as string);
        const scan = await parquetScan({
          file,
          metadata,
          columns: columnNames,
          rowStart,
          rowEnd,
          parsers: PARSERS,
          compressors: COMPRESSORS,
        });
        for (const index of used) {
          const data = await scan.readColumn({ column: names[index] as string, rowStart, rowEnd });
          columns.set(index, cellsOf(data, forms[index] as ColumnForm));
        }
      } catch (error) {
        throw fault("import/format", bytes.name, "readable Parquet pages", (error as Error).message);
      }
      yield typedBlock(rowEnd - rowStart, rowStart, columns);
      rowStart = rowEnd;
    }
  }
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
  const head = Buffer.from(bytes.head.subarray(0, 4)).toString("latin1");
  if (head !== MAGIC) throw fault("import/format", bytes.name, "a Parquet file", "another kind of file");
  const tail = size < 12 ? new ArrayBuffer(0) : (file.slice(size - 8, size) as ArrayBuffer);
  if (tail.byteLength < 8 || Buffer.from(tail, 4, 4).toString("latin1") !== MAGIC) {
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
  if (element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL") {
    const decimals = element.scale ?? 0;
    delete element.converted_type;
    delete element.logical_type;
    return { name, decimals, instants: null };
  }
  const logical = element.logical_type;
  if (logical?.type === "TIMESTAMP") {
    const unit = logical.unit === "MILLIS" ? "ms" : logical.unit === "MICROS" ? "us" : "ns";
    return { name, decimals: 0, instants: unit };
  }
  if (element.converted_type === "TIMESTAMP_MILLIS") return { name, decimals: 0, instants: "ms" };
  if (element.converted_type === "TIMESTAMP_MICROS") return { name, decimals: 0, instants: "us" };
  if (element.type === "INT96") return { name, decimals: 0, instants: "ns" };
  return { name, decimals: 0, instants: null };
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
  if (bytes.isGzip) {
    const whole = bytes.whole();
    return { byteLength: whole.length, slice: (start, end) => new Uint8Array(whole.subarray(start, end)).buffer };
  }
  const byteLength = statSync(bytes.path).size;
  return { byteLength, slice: (start, end = byteLength) => readRange(bytes.path, start, end) };
}

function readRange(path: string, start: number, end: number): ArrayBuffer {
  const file = openSync(path, "r");
  try {
    const part = new Uint8Array(end - start);
    for (let at = 0; at < part.length;) {
      const count = readSync(file, part, at, part.length - at, start + at);
      if (count === 0) break;
      at += count;
    }
    return part.buffer;
  } finally {
    closeSync(file);
  }
}
