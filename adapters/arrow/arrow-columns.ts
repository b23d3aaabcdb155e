// Arrow tables of a run, and their IPC bytes.
//
// Always true:
//   decimals stand in the field's metadata under `goldentape.decimals`, as for tapes;
//   columns over the run's arrays are not copied.
// Units: time is Timestamp(ns, UTC), decimals are Int64, words are Dictionary(Int32, Utf8).

import {
  Bool,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  TimestampNanosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { Data, DataType } from "apache-arrow";
import { NEVER } from "../../kernel/index.js";
import type { ColumnTable, RunColumn } from "./run-columns.js";

/** Metadata key of a field's number of decimals. */
export const DECIMALS_KEY = "goldentape.decimals";

/**
 * A table as one Arrow record batch. The vectors read the run's arrays; do not write to those while the table is used.
 */
export function arrowTable(table: ColumnTable): Table {
  const parts = table.columns.map((column, index) => arrowColumn(column, table.rowCount, index));
  const fields = parts.map((part) => part.field);
  const schema = new Schema(fields, new Map([["goldentape.table", table.name]]));
  const children = parts.map((part) => part.data);
  const rows = makeData({ type: new Struct(fields), length: table.rowCount, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, rows)]);
}

/** Arrow IPC bytes of a table: the file format (`.arrow`), or the stream format for DuckDB. */
export function tableToIpc(table: ColumnTable, format: "file" | "stream" = "file"): Uint8Array {
  return tableToIPC(arrowTable(table), format);
}

interface ArrowColumn {
  readonly field: Field;
  readonly data: Data<DataType>;
}

function arrowColumn(column: RunColumn, length: number, index: number): ArrowColumn {
  switch (column.kind) {
    case "time":
      return plain(column.name, new TimestampNanosecond("UTC"), length, column.data);
    case "instant": {
      const type = new TimestampNanosecond("UTC");
      const known = validity(column.data, (time) => time !== NEVER);
      return {
        field: new Field(column.name, type, true),
        data: makeData({ type, length, data: column.data, ...known }),
      };
    }
    case "decimal": {
      const metadata = new Map([[DECIMALS_KEY, String(column.decimals)]]);
      return plain(column.name, new Int64(), length, column.data, metadata);
    }
    case "integer":
      return plain(column.name, new Int32(), length, column.data);
    case "flag":
      return plain(
        column.name,
        new Bool(),
        length,
        bits(column.data, (value) => value !== 0),
      );
    case "real": {
      const values = Float64Array.from(column.data, (value) => value ?? 0);
      const data = makeData({
        type: new Float64(),
        length,
        data: values,
        ...validity(column.data, (one) => one !== null),
      });
      return { field: new Field(column.name, new Float64(), true), data };
    }
    case "word":
      return wordColumn(column, length, index);
  }
}

function plain(
  name: string,
  type: TimestampNanosecond | Int64 | Int32 | Bool,
  length: number,
  values: BigInt64Array | Int32Array | Uint8Array,
  metadata?: Map<string, string>,
): ArrowColumn {
  // One call for four types: `makeData` tells them apart by the type's id, which its overloads cannot express for a
  // union.
  const data = makeData({ type: type as Int64, length, nullCount: 0, data: values as BigInt64Array });
  return { field: new Field(name, type, false, metadata), data };
}

function wordColumn(column: RunColumn & { kind: "word" }, length: number, id: number): ArrowColumn {
  const type = new Dictionary(new Utf8(), new Int32(), id);
  const dictionary = vectorFromArray([...column.words], new Utf8());
  const known = validity(column.data, (code) => code >= 0);
  const codes = known.nullCount === 0 ? column.data : column.data.map((code) => Math.max(code, 0));
  const data = makeData({ type, length, data: codes, dictionary, ...known });
  return { field: new Field(column.name, type, column.nullable), data };
}

type Rows<T> = { readonly length: number; readonly [row: number]: T };

function validity<T>(rows: Rows<T>, isValid: (value: T) => boolean): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0;
  for (let row = 0; row < rows.length; row++) if (!isValid(rows[row] as T)) nullCount++;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(rows, isValid) };
}

function bits<T>(rows: Rows<T>, isSet: (value: T) => boolean): Uint8Array {
  const packed = new Uint8Array((rows.length + 7) >> 3);
  for (let row = 0; row < rows.length; row++) {
    if (isSet(rows[row] as T)) packed[row >> 3] = (packed[row >> 3] as number) | (1 << (row & 7));
  }
  return packed;
}
