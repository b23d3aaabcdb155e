// Parquet files of a run's tables.
//
// Always true:
//   integers stay integers: a decimal column is INT64 and its decimals stand in the file's metadata as JSON under
//   `goldentape.decimals`, by column name, so no reader turns money into floats;
//   columns are REQUIRED unless they can be null.
// Units: time is TIMESTAMP(NANOS, UTC).

import { parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnSource } from "hyparquet-writer/src/types.js";
import type { SchemaElement } from "hyparquet";
import { NEVER } from "../../kernel/index.js";
import { DECIMALS_KEY } from "./arrow-columns.js";
import type { ColumnTable, RunColumn } from "./run-columns.js";

const ROW_GROUP_ROWS = 1_048_576;

/** Parquet bytes of a table, compressed with Snappy. Allocates the whole file. */
export function tableToParquet(table: ColumnTable): Uint8Array {
  const decimals: Record<string, number> = {};
  for (const column of table.columns) if (column.kind === "decimal") decimals[column.name] = column.decimals;
  const buffer = parquetWriteBuffer({
    columnData: table.columns.map((column): ColumnSource => ({ name: column.name, data: valuesOf(column) })),
    schema: [{ name: "root", num_children: table.columns.length }, ...table.columns.map(elementOf)],
    rowGroupSize: ROW_GROUP_ROWS,
    kvMetadata: [
      { key: "goldentape.table", value: table.name },
      { key: DECIMALS_KEY, value: JSON.stringify(decimals) },
    ],
    createdBy: "goldentape",
  });
  return new Uint8Array(buffer);
}

const TIMESTAMP = {
  type: "INT64",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
} as const;

function elementOf(column: RunColumn): SchemaElement {
  const required = { name: column.name, repetition_type: "REQUIRED" } as const;
  switch (column.kind) {
    case "time":
      return { ...required, ...TIMESTAMP };
    case "instant":
      return { name: column.name, repetition_type: "OPTIONAL", ...TIMESTAMP };
    case "decimal":
      return { ...required, type: "INT64" };
    case "integer":
      return { ...required, type: "INT32" };
    case "flag":
      return { ...required, type: "BOOLEAN" };
    case "real":
      return { name: column.name, repetition_type: "OPTIONAL", type: "DOUBLE" };
    case "word": {
      const repetition = column.nullable ? "OPTIONAL" : "REQUIRED";
      return { name: column.name, repetition_type: repetition, type: "BYTE_ARRAY", converted_type: "UTF8" };
    }
  }
}

function valuesOf(column: RunColumn): ColumnSource["data"] {
  if (column.kind === "flag") return Array.from(column.data, (value) => value !== 0);
  if (column.kind === "instant") return Array.from(column.data, (time) => (time === NEVER ? null : time));
  if (column.kind === "word") return Array.from(column.data, (code) => (code < 0 ? null : column.words[code]));
  return column.kind === "real" ? [...column.data] : column.data;
}
