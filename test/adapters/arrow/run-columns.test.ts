// Tables of a run as Arrow and Parquet: every column, its type and its values, read back by other readers.

import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { tableFromIPC } from "apache-arrow";
import { beforeAll, describe, expect, it } from "vitest";
import {
  arrowTable,
  DECIMALS_KEY,
  RUN_TABLES,
  runColumns,
  tableToIpc,
  tableToParquet,
  tradeColumns,
  type ColumnTable,
  type RunColumn,
} from "../../../adapters/arrow/index.js";
import { InputError, NEVER, tradesOf, type RunTables } from "../../../kernel/index.js";
import { madeUpRun, walkTape } from "../../kernel/study/made-up-run.js";

type Cell = bigint | number | boolean | string | null;

/** What a reader must get back from a cell: the plain reading of a column. */
function cell(column: RunColumn, row: number): Cell {
  if (column.kind === "flag") return column.data[row] === 1;
  if (column.kind === "instant") return column.data[row] === NEVER ? null : (column.data[row] as bigint);
  if (column.kind !== "word") return column.data[row] as Cell;
  const code = column.data[row] as number;
  return code < 0 ? null : (column.words[code] as string);
}

function rowsOf(table: ColumnTable): Record<string, Cell>[] {
  return Array.from({ length: table.rowCount }, (_, row) => {
    return Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)]));
  });
}

function fromIpc(bytes: Uint8Array): Record<string, Cell>[] {
  const table = tableFromIPC(bytes);
  return Array.from({ length: table.numRows }, (_, row) => {
    return Object.fromEntries(
      table.schema.fields.map((field, index) => {
        const child = table.getChildAt(index);
        const isTime = String(field.type).startsWith("Timestamp");
        // Arrow's own getter turns nanoseconds into milliseconds; the values underneath are exact.
        const isNull = child?.isValid(row) === false;
        return [field.name, isTime && !isNull ? (child?.data[0]?.values as BigInt64Array)[row] : child?.get(row)];
      }),
    );
  });
}

async function fromParquet(bytes: Uint8Array): Promise<Record<string, Cell>[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return await parquetReadObjects({ file, parsers: { timestampFromNanoseconds: (ns: bigint) => ns } as never });
}

describe("tables of a run", () => {
  const tapes = [walkTape("A", 40, 1), walkTape("B", 40, 2)];
  const steps = [3, 9, 15, 16, 22].map((bar, i) => ({ bar, instrument: i % 2, target: BigInt(10 - i * 4) }));
  const run = madeUpRun(tapes, steps, 1_000_000n);
  const refused: RunTables = {
    ...run,
    refusals: {
      rowCount: 2,
      time: BigInt64Array.of(5n, 6n),
      instrument: Int32Array.of(0, 1),
      decision: Int32Array.of(0, -1),
      wanted: BigInt64Array.of(-3n, 4n),
      allowed: BigInt64Array.of(0n, 1n),
      reason: Uint8Array.of(8, 18),
      policy: Int32Array.of(-1, -1),
      severity: Uint8Array.of(0, 0),
    },
  };
  const trades = tradeColumns(tradesOf(run, tapes), run);
  const tables = [...runColumns(refused), trades];

  it("come in their order, with their decimals", () => {
    expect(tables.map((table) => table.name)).toEqual([...RUN_TABLES, "trades"]);
    const fills = arrowTable(tables[4] as ColumnTable);
    expect(fills.schema.fields.map((field) => `${field.name} ${String(field.type)}`)).toEqual([
      "time Timestamp<NANOSECOND, UTC>",
      "order Int32",
      "correlation Int32",
      "instrument Dictionary<Int32, Utf8>",
      "price Int64",
      "quantity Int64",
      "cash Int64",
      "fee Int64",
      "realised Int64",
      "slippage Int64",
      "liquidity Dictionary<Int32, Utf8>",
      "forced Bool",
      "liquidation Bool",
      "late Bool",
      "seq Int32",
      "venue Dictionary<Int32, Utf8>",
    ]);
    expect(fills.schema.fields[4]?.metadata.get(DECIMALS_KEY)).toBe("2");
    expect(fills.schema.metadata.get("goldentape.table")).toBe("fills");
  });

  it("share the run's memory as Arrow tables", () => {
    const portfolio = arrowTable(tables.find(({ name }) => name === "portfolio") as ColumnTable);
    expect(portfolio.getChild("equity")?.data[0]?.values).toBe(run.portfolio.equity);
  });

  it("come back from IPC files and streams, cell by cell", () => {
    for (const table of tables) {
      for (const format of ["file", "stream"] as const) {
        expect(fromIpc(tableToIpc(table, format)), table.name).toEqual(rowsOf(table));
      }
    }
  });

  it("come back from Parquet files, cell by cell", async () => {
    for (const table of tables) expect(await fromParquet(tableToParquet(table)), table.name).toEqual(rowsOf(table));
  });

  it("keep their schema without rows", async () => {
    for (const table of [...runColumns(madeUpRun([], [], 0n)), tradeColumns([], run)]) {
      expect(table.rowCount).toBe(0);
      expect(tableFromIPC(tableToIpc(table)).schema.fields.map((field) => field.name)).toEqual(
        table.columns.map((c) => c.name),
      );
      const bytes = tableToParquet(table);
      expect(await fromParquet(bytes)).toEqual([]);
      expect(parquetMetadata(bytes.buffer as ArrayBuffer).key_value_metadata?.[0]).toEqual({
        key: "goldentape.table",
        value: table.name,
      });
    }
  });

  describe("of instruments with different decimals", () => {
    const fine = { ...tapes[1]!.instrument, sizeDecimals: 3, priceDecimals: 5 };
    const mixed: RunTables = { ...run, instruments: [tapes[0]!.instrument, fine] };
    let fills: ColumnTable;
    beforeAll(() => {
      fills = runColumns(mixed)[4] as ColumnTable;
    });

    it("are brought to the largest, exactly", () => {
      const quantity = fills.columns.find((column) => column.name === "quantity");
      expect(quantity).toMatchObject({ kind: "decimal", decimals: 3 });
      const expected = [...run.fills.quantity].map((q, row) => (run.fills.instrument[row] === 0 ? q * 1000n : q));
      expect([...(quantity?.data as BigInt64Array)]).toEqual(expected);
    });

    it("are refused when a value does not fit", () => {
      const price = run.fills.price.map(() => 2n ** 62n);
      const broken = { ...mixed, fills: { ...run.fills, price } };
      expect(() => runColumns(broken)).toThrow(InputError);
      expect(() => runColumns(broken)).toThrow(/run\/overflow/);
    });
  });
});
