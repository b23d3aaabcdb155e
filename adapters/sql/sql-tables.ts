// Tables for SQL: the columns of a run with the types and names that a query wants.
//
// How it works: mantissas are handed over as 64-bit integers and become DECIMAL inside, times TIMESTAMP_NS; both are
//   exact, where a timestamp with a zone would lose its nanoseconds and need an extension to be printed.
//
// Always true:
//   no name is a reserved word of SQL: what is in the files under one has a name of its own here.

import { Field, Int64, makeData, RecordBatch, Schema, Struct, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import type { Data } from "apache-arrow";
import { DataType } from "apache-arrow";
import { DECIMALS_KEY } from "../arrow/arrow-columns.js";
import type { SqlEngine } from "./sql-engine.js";

/** A table as a query sees it. */
export interface SqlTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Names in files that are reserved words of SQL, and what they are called here. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["order", "orderId"],
  ["group", "groupId"],
  ["limit", "limitPrice"],
  ["offset", "offsetPrice"],
  ["interval", "barLength"],
]);
const RAW_PREFIX = "raw_";

/**
 * Makes a table of Arrow IPC bytes, file or stream.
 *
 * @param name Of the table, a plain word.
 */
export async function insertTable(engine: SqlEngine, name: string, ipc: Uint8Array): Promise<SqlTable> {
  const arrow = tableFromIPC(ipc);
  const raw = `${RAW_PREFIX}${name}`;
  const columns = arrow.schema.fields.map(columnOf);
  await engine.insert(raw, tableToIPC(withIntegerTimes(arrow), "stream"));
  const list = columns.map(({ name: column, expression }) => `${expression} AS ${quoted(column)}`).join(", ");
  await engine.run(`CREATE TABLE ${quoted(name)} AS SELECT ${list} FROM ${quoted(raw)}; DROP TABLE ${quoted(raw)}`);
  return { name, columns: columns.map(({ name: column, type }) => ({ name: column, type })) };
}

interface SqlColumn {
  readonly name: string;
  readonly type: string;
  /** The value, from the column of the raw table. */
  readonly expression: string;
}

function columnOf({ name: given, type, metadata }: Field): SqlColumn {
  const name = RENAMED.get(given) ?? given;
  const raw = quoted(given);
  if (DataType.isTimestamp(type)) return { name, type: "TIMESTAMP_NS", expression: `make_timestamp_ns(${raw})` };
  const decimals = metadata.get(DECIMALS_KEY);
  if (decimals !== undefined) {
    const scale = Number(decimals);
    const unit = scale === 0 ? "1" : `0.${"0".repeat(scale - 1)}1`;
    const expression = `${raw}::DECIMAL(19,0) * ${unit}::DECIMAL(${scale + 1},${scale})`;
    return { name, type: `DECIMAL(${20 + scale},${scale})`, expression };
  }
  const plain = DataType.isDictionary(type) || DataType.isUtf8(type) ? "VARCHAR" : typeName(type);
  return { name, type: plain, expression: plain === "VARCHAR" ? `${raw}::VARCHAR` : raw };
}

function typeName(type: DataType): string {
  if (DataType.isBool(type)) return "BOOLEAN";
  if (DataType.isFloat(type)) return "DOUBLE";
  return DataType.isInt(type) && type.bitWidth === 64 ? "BIGINT" : "INTEGER";
}

/** The table with its timestamps as plain integers, over the same bytes. */
function withIntegerTimes(table: Table): Table {
  const fields = table.schema.fields.map((field) =>
    DataType.isTimestamp(field.type) ? new Field(field.name, new Int64(), field.nullable) : field,
  );
  const schema = new Schema(fields);
  const batches = table.batches.map(({ data }) => {
    const children = data.children.map((child, index) =>
      DataType.isTimestamp(table.schema.fields[index]?.type) ? integers(child) : child,
    );
    return new RecordBatch(schema, makeData({ type: new Struct(fields), length: data.length, nullCount: 0, children }));
  });
  return new Table(schema, batches);
}

function integers({ length, offset, nullCount, nullBitmap, values }: Data): Data {
  return makeData({ type: new Int64(), length, offset, nullCount, nullBitmap, data: values as BigInt64Array });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
