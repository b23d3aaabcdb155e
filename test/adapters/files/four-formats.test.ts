// One set of bars in four formats: one fingerprint, and another one for every change.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  TimestampMillisecond,
} from "apache-arrow";
import { Field, vectorFromArray, Utf8 } from "apache-arrow";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { syntheticTape } from "../../../datasets/synthetic.js";
import { exportTape } from "../../../adapters/files/export-tape.js";
import { importTape } from "../../../adapters/files/import-tape.js";
import { manifestFor } from "../../../adapters/store/open-file.js";
import {
  contentOfBars,
  createHasher,
  FILE_FORMATS,
  fingerprintContents,
  fingerprintDifferences,
  fingerprintDifferenceText,
  memoryContent,
  VALUE_ABSENT,
} from "../../../kernel/index.js";
import type { FileFormat, ImportManifest, TapeContent } from "../../../kernel/index.js";
import { dataPlane } from "../../operators/harness.js";
import { fileWith, HEADER, MINUTE_MANIFEST, temporaryFolder } from "./sample-files.js";

const folder = temporaryFolder();
const hasher = createHasher(dataPlane());
const fingerprint = (content: TapeContent): string => fingerprintContents(hasher, [content]).fingerprint;

interface Row {
  readonly time: number;
  readonly price: number;
  readonly volume: number;
}

const rows: Row[] = Array.from({ length: 300 }, (_, index) => ({
  time: index * 60_000,
  price: (1_000_000 + ((index * 7_919) % 90_001)) / 100,
  volume: (index * 31) % 997,
}));

/** The same bars as CSV text, JSON lines of objects and of arrays, Parquet doubles, Arrow floats and Arrow text. */
const FILES: Readonly<
  Record<string, { format: FileFormat; bytes: () => string | Uint8Array; columns?: ImportManifest["columns"] }>
> = {
  csv: {
    format: "csv",
    bytes: () =>
      `${HEADER}\n${rows.map((r) => [r.time, r.price, r.price, r.price, r.price, r.volume].join(",")).join("\n")}`,
  },
  "json objects": {
    format: "jsonl",
    bytes: () =>
      rows
        .map((r) =>
          JSON.stringify({
            time: r.time,
            open: r.price,
            high: r.price,
            low: r.price,
            close: r.price,
            volume: r.volume,
          }),
        )
        .join("\n"),
  },
  "json arrays": {
    format: "jsonl",
    bytes: () =>
      rows.map((r) => JSON.stringify([r.time, String(r.price), r.price, r.price, r.price, r.volume])).join("\n"),
    columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
  },
  "one json array": {
    format: "jsonl",
    bytes: () => JSON.stringify(rows.map((r) => [r.time, r.price, r.price, r.price, r.price, r.volume])),
    columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
  },
  "parquet doubles": {
    format: "parquet",
    bytes: () => {
      const price = (name: string) => ({
        name,
        data: Float64Array.from(rows, (r) => r.price),
        type: "DOUBLE" as const,
        nullable: false,
      });
      const columnData = [
        {
          name: "time",
          data: BigInt64Array.from(rows, (r) => BigInt(r.time)),
          type: "INT64" as const,
          nullable: false,
        },
        price("open"),
        price("high"),
        price("low"),
        price("close"),
        { name: "volume", data: Int32Array.from(rows, (r) => r.volume), type: "INT32" as const },
      ];
      return new Uint8Array(parquetWriteBuffer({ columnData }));
    },
  },
  "parquet decimals and timestamps": {
    format: "parquet",
    bytes: () => {
      const names = ["open", "high", "low", "close"];
      const columnData = [
        { name: "time", data: rows.map((r) => new Date(r.time)) },
        ...names.map((name) => ({ name, data: rows.map((r) => BigInt(Math.round(r.price * 100))) })),
        { name: "volume", data: rows.map((r) => r.volume) },
      ];
      const decimal = (name: string) => ({
        name,
        type: "INT64" as const,
        converted_type: "DECIMAL" as const,
        scale: 2,
        precision: 12,
        repetition_type: "OPTIONAL" as const,
      });
      const schema = [
        { name: "root", num_children: 6 },
        {
          name: "time",
          type: "INT64" as const,
          converted_type: "TIMESTAMP_MILLIS" as const,
          repetition_type: "REQUIRED" as const,
        },
        ...names.map(decimal),
        { name: "volume", type: "DOUBLE" as const, repetition_type: "OPTIONAL" as const },
      ];
      return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
    },
  },
  "arrow floats": {
    format: "arrow",
    bytes: () => {
      const fields = ["open", "high", "low", "close"].map((name) => new Field(name, new Float64(), false));
      const schema = new Schema([
        new Field("time", new TimestampMillisecond(), false),
        ...fields,
        new Field("volume", new Int64(), false),
      ]);
      const length = rows.length;
      const prices = fields.map(() =>
        makeData({ type: new Float64(), length, data: Float64Array.from(rows, (r) => r.price) }),
      );
      const children = [
        makeData({ type: new TimestampMillisecond(), length, data: BigInt64Array.from(rows, (r) => BigInt(r.time)) }),
        ...prices,
        makeData({ type: new Int64(), length, data: BigInt64Array.from(rows, (r) => BigInt(r.volume)) }),
      ];
      const batch = new RecordBatch(
        schema,
        makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: children as never }),
      );
      return tableToIPC(new Table(schema, [batch] as never), "file");
    },
  },
  "arrow stream of text": {
    format: "arrow",
    bytes: () => {
      const text = (pick: (r: Row) => unknown) =>
        vectorFromArray(
          rows.map((r) => String(pick(r))),
          new Utf8(),
        );
      const price = text((r) => r.price);
      const table = new Table({
        time: text((r) => r.time),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: text((r) => r.volume),
      });
      return tableToIPC(table, "stream");
    },
  },
};

async function importOf(name: string): Promise<TapeContent> {
  const { format, bytes, columns } = FILES[name] as (typeof FILES)[string];
  const path = fileWith(folder, `${name.replaceAll(" ", "-")}.${format}`, bytes());
  const { content } = await importTape([path], {
    ...MINUTE_MANIFEST,
    format,
    ...(columns === undefined ? {} : { columns }),
  });
  return content;
}

describe("the same bars in different files", () => {
  it.each(Object.keys(FILES))("have one fingerprint as %s", async (name) => {
    expect(fingerprint(await importOf(name))).toBe(fingerprint(await importOf("csv")));
  });
});

describe("an export", () => {
  const source = contentOfBars(syntheticTape({ seed: 5, rows: 70_000 }), true);

  it.each(FILE_FORMATS)("as %s is imported again to the same fingerprint", async (format) => {
    const path = join(folder, `round.${format}`);
    exportTape(source, format, path);
    const manifest = manifestFor(path) as ImportManifest;
    const { content } = await importTape([path], manifest);
    expect(fingerprint(content)).toBe(fingerprint(source));
  });

  it.each(FILE_FORMATS)("as %s keeps absent volumes and values of 63 bits", async (format) => {
    const price = BigInt64Array.from([2n ** 62n + 1n, 1n]);
    const columns = [BigInt64Array.from([1n, 2n]), price, price, price, price, BigInt64Array.from([VALUE_ABSENT, 7n])];
    const facts = { kind: "bars" as const, instrument: source.instrument, interval: "1m", fields: source.fields };
    const odd = memoryContent(facts, [{ rowCount: 2, columns }]);
    const path = join(folder, `odd.${format}`);
    exportTape(odd, format, path);
    const { content } = await importTape([path], manifestFor(path) as ImportManifest);
    expect(fingerprint(content)).toBe(fingerprint(odd));
  });
});

describe("one change", () => {
  const text = (values: readonly number[]): string =>
    `${HEADER}\n${values.map((v, i) => `${i * 60_000},${v},${v},${v},${v},1`).join("\n")}\n`;
  const contentFor = async (values: readonly number[], decimals = 2): Promise<TapeContent> => {
    writeFileSync(join(folder, "change.csv"), text(values));
    const instrument = { ...MINUTE_MANIFEST.instrument, priceDecimals: decimals };
    return (await importTape([join(folder, "change.csv")], { ...MINUTE_MANIFEST, instrument })).content;
  };

  it("of a value, of the decimals or of the order of rows changes the fingerprint", async () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(values, async (prices) => {
        const base = fingerprint(await contentFor(prices));
        const [first = 0, ...rest] = prices;
        expect(fingerprint(await contentFor([first + 0.01, ...rest]))).not.toBe(base);
        expect(fingerprint(await contentFor(prices, 3))).not.toBe(base);
        expect(fingerprint(await contentFor([...rest, first]))).not.toBe(base);
        expect(fingerprint(await contentFor(prices))).toBe(base);
      }),
      { numRuns: 10 },
    );
  });

  it("is named by tape, column and rows", async () => {
    const prices = Array.from({ length: 70_000 }, (_, index) => 10 + (index % 7));
    const before = fingerprintContents(hasher, [await contentFor(prices)]);
    prices[66_000] = 99;
    const after = fingerprintContents(hasher, [await contentFor(prices)]);
    const lines = fingerprintDifferences(before, after).map(fingerprintDifferenceText);
    expect(lines).toContain("TEST bars 1m: close differs in rows 65,536 to 69,999");
    expect(lines).toHaveLength(4);
  });
});
