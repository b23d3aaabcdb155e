// Exports: a tape as a file that other programs read, and that can be imported here again to the same fingerprint.
//
// Always true:
//   values are written as decimals that are exact, and absent ones as empty cells or nulls;
//   a typed file carries its manifest; a text file has it beside it, `FILE.manifest.json`.
// Units: times in UTC: ISO 8601 in text files, ns in typed ones.

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";
import { mantissaText, factsOf, fieldDecimals, instantText, VALUE_ABSENT } from "../../kernel/index.js";
import type { FieldSchema, FileFormat, ImportManifest, TapeContent } from "../../kernel/index.js";
import { writeArrow } from "./arrow-write.js";
import { MANIFEST_KEY } from "./embedded-manifest.js";

const TEXT_PIECE_CHARACTERS = 1_048_576;
const ROW_GROUP_ROWS = 131_072;
/** Digits that a DECIMAL on 64-bit integers may have. */
const PARQUET_DECIMAL_DIGITS = 18;
const JSON_DIGITS_SAFE = 15;

/**
 * Writes a tape to a file.
 *
 * @param format csv, parquet, arrow or jsonl.
 * @returns The paths that were written.
 */
export function exportTape(content: TapeContent, format: FileFormat, path: string): string[] {
  const manifest = exportManifest(content, format);
  const text = JSON.stringify(manifest, null, 1);
  switch (format) {
    case "arrow": {
      writePieces(path, (write) => writeArrow(content, new Map([[MANIFEST_KEY, text]]), write));
      return [path];
    }
    case "parquet": {
      writePieces(path, (write) => writeParquet(content, text, write));
      return [path];
    }
    case "csv":
    case "jsonl": {
      writePieces(path, (write) => writeLines(format === "csv" ? csvLines(content) : jsonLines(content), write));
      writeFileSync(`${path}.manifest.json`, `${text}\n`);
      return [path, `${path}.manifest.json`];
    }
  }
}

/** The manifest that reads an exported file back. */
function exportManifest(content: TapeContent, format: FileFormat): ImportManifest {
  const isTyped = format === "arrow" || format === "parquet";
  const manifest: ImportManifest = {
    kind: content.kind,
    format,
    columns: Object.fromEntries(content.fields.map((field) => [field.name, field.name])),
    time: { unit: isTyped ? "ns" : "iso", zone: "UTC", label: "close" },
    instrument: factsOf(content.instrument),
    calendar: null,
    gaps: "report",
    problems: "refuse",
    prices: hasNegative(content) ? "any" : "positive",
    offTick: "allow",
  };
  return {
    ...manifest,
    ...(format === "csv" ? { csv: { delimiter: ",", header: true } } : {}),
    ...(content.interval === null ? {} : { interval: content.interval }),
  };
}

function hasNegative(content: TapeContent): boolean {
  const prices = content.fields.flatMap((field, index) => (field.unit === "price" ? [index] : []));
  for (const { columns } of content.segments()) {
    if (
      prices.some((index) => (columns[index] as BigInt64Array).some((value) => value <= 0n && value !== VALUE_ABSENT))
    )
      return true;
  }
  return false;
}

function writePieces(path: string, produce: (write: (bytes: Uint8Array) => void) => void): void {
  const file = openSync(path, "w");
  try {
    produce((bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at);
    });
  } finally {
    closeSync(file);
  }
}

function writeLines(lines: Iterable<string>, write: (bytes: Uint8Array) => void): void {
  const encoder = new TextEncoder();
  let piece = "";
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < TEXT_PIECE_CHARACTERS) continue;
    write(encoder.encode(piece));
    piece = "";
  }
  if (piece !== "") write(encoder.encode(piece));
}

/** Text of one value; null when it is absent. */
type ValueText = (value: bigint) => string | null;

function valueText(field: FieldSchema, content: TapeContent): ValueText {
  const decimals = fieldDecimals(field.unit, content.instrument);
  if (field.unit === "time") return instantText;
  return (value) => (value === VALUE_ABSENT ? null : mantissaText(value, decimals));
}

function* textRows(content: TapeContent): Generator<readonly (string | null)[]> {
  const texts = content.fields.map((field) => valueText(field, content));
  for (const { rowCount, columns } of content.segments()) {
    for (let row = 0; row < rowCount; row += 1)
      yield texts.map((text, index) => text((columns[index] as BigInt64Array)[row] as bigint));
  }
}

function* csvLines(content: TapeContent): Generator<string> {
  yield content.fields.map((field) => field.name).join(",");
  for (const row of textRows(content)) yield row.map((cell) => cell ?? "").join(",");
}

/** Numbers of up to fifteen digits read back exactly from JSON; longer ones are written as text. */
function* jsonLines(content: TapeContent): Generator<string> {
  const keys = content.fields.map((field) => JSON.stringify(field.name));
  const isTime = content.fields.map((field) => field.unit === "time");
  for (const row of textRows(content)) {
    const cells = row.map((cell, index) => {
      if (cell === null) return `${keys[index]}:null`;
      const isText = isTime[index] === true || cell.replace(/[^0-9]/g, "").length > JSON_DIGITS_SAFE;
      return `${keys[index]}:${isText ? `"${cell}"` : cell}`;
    });
    yield `{${cells.join(",")}}`;
  }
}

/** Columns are REQUIRED unless values are absent: nullable ones are several times slower to read. */
function writeParquet(content: TapeContent, manifest: string, write: (bytes: Uint8Array) => void): void {
  const nullable = absentFields(content);
  const schema: SchemaElement[] = [
    { name: "root", num_children: content.fields.length },
    ...content.fields.map((field, index) => parquetElement(field, content, nullable.has(index))),
  ];
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema,
    kvMetadata: [{ key: MANIFEST_KEY, value: manifest }],
    createdBy: "goldentape",
  });
  for (const group of rowGroups(content)) {
    const columnData = content.fields.map((field, index) => ({
      name: field.name,
      data: parquetValues(group[index] as BigInt64Array, nullable.has(index)),
    }));
    void writer.write({ columnData, rowGroupSize: ROW_GROUP_ROWS });
  }
  void writer.finish();
  write(bytes.getBytes());
}

function parquetElement(field: FieldSchema, content: TapeContent, isNullable: boolean): SchemaElement {
  const base = {
    name: field.name,
    type: "INT64" as const,
    repetition_type: isNullable ? ("OPTIONAL" as const) : ("REQUIRED" as const),
  };
  if (field.unit === "time")
    return { ...base, logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" } };
  if (field.unit === "count" || field.unit === "status") return base;
  return {
    ...base,
    converted_type: "DECIMAL",
    scale: fieldDecimals(field.unit, content.instrument),
    precision: PARQUET_DECIMAL_DIGITS,
  };
}

function absentFields(content: TapeContent): Set<number> {
  const absent = new Set<number>();
  for (const { columns } of content.segments()) {
    for (const [index, field] of content.fields.entries()) {
      if (field.optional && !absent.has(index) && (columns[index] as BigInt64Array).includes(VALUE_ABSENT))
        absent.add(index);
    }
  }
  return absent;
}

function* rowGroups(content: TapeContent): Generator<readonly BigInt64Array[]> {
  for (const { columns, rowCount } of content.segments()) {
    for (let from = 0; from < rowCount; from += ROW_GROUP_ROWS)
      yield columns.map((column) => column.subarray(from, from + ROW_GROUP_ROWS));
  }
}

function parquetValues(column: BigInt64Array, isNullable: boolean): BigInt64Array | (bigint | null)[] {
  return isNullable ? Array.from(column, (value) => (value === VALUE_ABSENT ? null : value)) : column;
}
