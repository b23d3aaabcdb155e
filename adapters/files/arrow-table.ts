// Arrow IPC files and streams as tables of typed columns, a record batch at a time.
//
// Always true:
//   an Int64 column with `goldentape.decimals` in its field metadata holds integers x 10^-decimals;
//   rows are numbered from 1 through all batches.

import { DataType, RecordBatchReader, TimeUnit, Type } from "apache-arrow";
import type { Data, Field, RecordBatch, Schema, Vector } from "apache-arrow";
import { DECIMALS_KEY } from "../arrow/arrow-columns.js";
import { decimalAt } from "../arrow/decimal-words.js";
import { embeddedManifest, MANIFEST_KEY } from "./embedded-manifest.js";
import { fault, markOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import type { CellColumn, FileBlock, FileTable, InstantUnit } from "./file-table.js";
import { typedBlock } from "./parquet-table.js";

const MAGIC = "ARROW1";
const INSTANT_UNITS: Readonly<Record<number, InstantUnit>> = {
  [TimeUnit.SECOND]: "s",
  [TimeUnit.MILLISECOND]: "ms",
  [TimeUnit.MICROSECOND]: "us",
  [TimeUnit.NANOSECOND]: "ns",
};

/**
 * Opens Arrow IPC bytes.
 *
 * @throws InputError `import/truncated` when the file ends early, `import/format` when it cannot be read.
 */
export function arrowTable(bytes: FileBytes): FileTable {
  const whole = bytes.whole();
  const latin = (from: number, to: number): string => markOf(whole.subarray(from, to));
  const isFile = latin(0, MAGIC.length) === MAGIC;
  if (isFile && latin(whole.length - MAGIC.length, whole.length) !== MAGIC) {
    throw fault("import/truncated", bytes.name, "an Arrow file with its footer", "one that ends early");
  }
  const schema = guarded(bytes, () => {
    const reader = RecordBatchReader.from(whole).open();
    return reader.schema as Schema | undefined;
  });
  if (schema === undefined || schema.fields.length === 0)
    throw fault("import/format", bytes.name, "Arrow IPC with columns", "no schema");
  const names = schema.fields.map((field) => field.name);
  return {
    format: "arrow",
    names,
    columnCount: names.length,
    manifest: embeddedManifest(schema.metadata.get(MANIFEST_KEY), bytes.name),
    blocks: (used) => arrowBlocks(bytes, whole, used),
  };
}

function* arrowBlocks(bytes: FileBytes, whole: Uint8Array, used: readonly number[]): Generator<FileBlock> {
  const batches = guarded(bytes, () => [...RecordBatchReader.from(whole)] as RecordBatch[]);
  let rowStart = 0;
  for (const batch of batches) {
    const columns = new Map(used.map((index) => [index, cellsOf(batch, index)]));
    yield typedBlock(batch.numRows, rowStart, columns);
    rowStart += batch.numRows;
  }
}

function guarded<T>(bytes: FileBytes, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fault("import/format", bytes.name, "readable Arrow IPC", (error as Error).message);
  }
}

function cellsOf(batch: RecordBatch, index: number): CellColumn {
  const field = batch.schema.fields[index] as Field;
  const vector = batch.getChildAt(index) as Vector;
  const { type } = field;
  const decimals = Number(field.metadata.get(DECIMALS_KEY) ?? "0");
  const data = vector.data[0] as Data;
  const isPlain = vector.nullCount === 0 && vector.data.length === 1;
  if (DataType.isTimestamp(type)) {
    const instants = INSTANT_UNITS[type.unit] ?? "ns";
    if (isPlain) return { kind: "integers", values: plain(data) as BigInt64Array, decimals: 0, instants };
    const units = data.values as BigInt64Array;
    return { kind: "values", values: each(vector, (row) => units[row]), decimals: 0, instants };
  }
  if (DataType.isDecimal(type))
    return {
      kind: "values",
      values: each(vector, (row) => decimalAt(data, row, type.bitWidth)),
      decimals: type.scale,
      instants: null,
    };
  if (isPlain && type.typeId === Type.Float && data.values instanceof Float64Array)
    return { kind: "floats", values: plain(data) as Float64Array };
  if (isPlain && data.values instanceof Float32Array) return { kind: "floats", values: plain(data) as Float32Array };
  if (isPlain && data.values instanceof BigInt64Array && DataType.isInt(type)) {
    return { kind: "integers", values: plain(data) as BigInt64Array, decimals, instants: null };
  }
  const values = each(vector, (row) => plainValue(vector.get(row), type));
  return { kind: "values", values: decimals > 0 ? values.map(asInteger) : values, decimals, instants: null };
}

function plain(data: Data): ArrayLike<unknown> {
  return (data.values as BigInt64Array).subarray(0, data.length);
}

/** Values of a vector, null where it has none. */
function each(vector: Vector, at: (row: number) => unknown): unknown[] {
  return Array.from({ length: vector.length }, (_, row) => (vector.isValid(row) ? at(row) : null));
}

/** Dates become ISO text, as the time rule `iso` expects. */
function plainValue(value: unknown, type: DataType): unknown {
  return DataType.isDate(type) && typeof value === "number" ? new Date(value).toISOString().slice(0, 10) : value;
}

function asInteger(value: unknown): unknown {
  return typeof value === "number" ? BigInt(value) : value;
}
