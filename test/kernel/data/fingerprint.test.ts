// Fingerprints: what goes in, what does not, and the chunk that differs.

import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FingerprintDifference, FingerprintTree } from "../../../kernel/data/fingerprint.js";
import {
  CHUNK_ROWS,
  fingerprintContents,
  fingerprintDifferences,
  fingerprintDifferenceText,
  fingerprintTapes,
} from "../../../kernel/data/fingerprint.js";
import type { TapeContent } from "../../../kernel/data/tape-schema.js";
import { TAPE_SCHEMAS, memoryContent } from "../../../kernel/data/tape-schema.js";
import type { Instrument } from "../../../kernel/market/instrument.js";
import { memoryTape } from "../../../kernel/market/tape-memory.js";
import type { BarColumns, BarsTape } from "../../../kernel/market/tape.js";
import { VOLUME_UNKNOWN } from "../../../kernel/market/tape.js";
import { createHasher } from "../../../kernel/wasm/hasher.js";
import { dataPlane } from "../../operators/harness.js";
import { share } from "../run/small-tapes.js";

const hasher = createHasher(dataPlane());

const SHARE = share("SPY", { quantityMin: 1n });

type Rows = Omit<BarColumns, "rowCount">;

/** Bars that follow from their row number; all columns differ. */
function rowsOf(rowCount: number): Rows {
  const column = (at: (row: number) => number) => BigInt64Array.from({ length: rowCount }, (_, row) => BigInt(at(row)));
  return {
    time: column((row) => (row + 1) * 60_000_000_000),
    open: column((row) => 10_000 + (row % 97)),
    high: column((row) => 10_200 + (row % 89)),
    low: column((row) => 9_800 - (row % 83)),
    close: column((row) => 10_000 + (row % 101)),
    volume: column((row) => 1 + (row % 1009)),
  };
}

/** The same rows with one value changed. */
function withValue(rows: Rows, name: keyof Rows, row: number, value: bigint): Rows {
  const column = (rows[name] as BigInt64Array).slice();
  column[row] = value;
  return { ...rows, [name]: column };
}

/** A tape of `rows` in segments of the given lengths, the last one repeated until the rows end. */
function cutTape(rows: Rows, cuts: readonly number[]): BarsTape {
  const rowCount = rows.time.length;
  return {
    kind: "bars",
    instrument: SHARE,
    interval: "1m",
    rowCount,
    *segments() {
      let from = 0;
      for (let index = 0; from < rowCount; index++) {
        const to = Math.min(rowCount, from + (cuts[Math.min(index, cuts.length - 1)] ?? rowCount));
        const { time, open, high, low, close, volume } = rows;
        yield {
          rowCount: to - from,
          time: time.slice(from, to),
          open: open.slice(from, to),
          high: high.slice(from, to),
          low: low.slice(from, to),
          close: close.slice(from, to),
          volume: volume === null ? null : volume.slice(from, to),
        };
        from = to;
      }
    },
  };
}

const treeOf = (rows: Rows, instrument = SHARE) => fingerprintTapes(hasher, [memoryTape(instrument, "1m", rows)]);

function texts(first: FingerprintTree, second: FingerprintTree): string[] {
  return fingerprintDifferences(first, second).map(fingerprintDifferenceText);
}

/** Columns and first rows of the chunks that differ; fails when anything else does. */
function chunksThatDiffer(first: FingerprintTree, second: FingerprintTree): [string, number][] {
  return fingerprintDifferences(first, second).map((difference: FingerprintDifference) => {
    if (difference.kind !== "chunk") throw new Error(fingerprintDifferenceText(difference));
    return [difference.column, difference.rowFrom];
  });
}

// Three chunks, the last one short.
const LONG_ROWS = 2 * CHUNK_ROWS + 3;
const LONG = rowsOf(LONG_ROWS);
const LONG_TREE = treeOf(LONG);

const NAMES = ["time", "open", "high", "low", "close", "volume"] as const;

describe("fingerprintTapes", () => {
  it("names the chunk in which one close differs", () => {
    const changed = treeOf(withValue(LONG, "close", 70_000, 1n));
    expect(changed.fingerprint).toMatch(/^blake3:[0-9a-f]{64}$/);
    expect(changed.fingerprint).not.toBe(LONG_TREE.fingerprint);
    expect(texts(LONG_TREE, changed)).toEqual(["SPY bars 1m: close differs in rows 65,536 to 131,071"]);
  });

  it("is the tree of chunks, columns, tapes and dataset, each under its own context", () => {
    const rows = rowsOf(CHUNK_ROWS + 2);
    const digest = (what: string, bytes: Uint8Array) =>
      blake3(bytes, { context: new TextEncoder().encode(`goldentape 2026 dataset${what} v1`) });
    const jsonDigest = (what: string, text: string) =>
      `blake3:${bytesToHex(digest(what, new TextEncoder().encode(text)))}`;
    const columns = NAMES.map((name) => {
      const bytes = new Uint8Array((rows[name] as BigInt64Array).buffer);
      const chunks = [bytes.slice(0, CHUNK_ROWS * 8), bytes.slice(CHUNK_ROWS * 8)].map((part) =>
        digest(" chunk", part),
      );
      const column = bytesToHex(digest(" column", Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))));
      const [unit, decimals] = name === "time" ? ["time", 9] : name === "volume" ? ["size", 0] : ["price", 2];
      return `{"decimals":${decimals},"digest":"blake3:${column}","name":"${name}","unit":"${unit}"}`;
    });
    const instrument = [
      '{"assetClass":"equity","currency":{"code":"USD","decimals":2},"lot":"1","multiplier":"1","notionalMin":"0",',
      '"priceDecimals":2,"quantityMin":"1","sizeDecimals":0,"symbol":"SPY","tick":"0.01","venue":null}',
    ].join("");
    const tape = jsonDigest(
      " tape",
      `{"columns":[${columns.join(",")}],"instrument":${instrument},"interval":"1m","kind":"bars","rowCount":65538}`,
    );
    expect(treeOf(rows).tapes[0]?.digest).toBe(tape);
    expect(treeOf(rows).fingerprint).toBe(jsonDigest("", `{"tapes":["${tape}"]}`));
  });

  it("changes with any one value, and names its chunk", () => {
    const rowNumbers = fc.oneof(
      fc.constantFrom(0, CHUNK_ROWS - 1, CHUNK_ROWS, 2 * CHUNK_ROWS - 1, 2 * CHUNK_ROWS, LONG_ROWS - 1),
      fc.nat({ max: LONG_ROWS - 1 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), rowNumbers, fc.constantFrom(1n, -1n, 2n ** 40n), (name, row, by) => {
        const value = (LONG[name] as BigInt64Array)[row] as bigint;
        const changed = treeOf(withValue(LONG, name, row, value + by));
        expect(changed.fingerprint).not.toBe(LONG_TREE.fingerprint);
        expect(chunksThatDiffer(LONG_TREE, changed)).toEqual([[name, Math.floor(row / CHUNK_ROWS) * CHUNK_ROWS]]);
      }),
      { numRuns: 25 },
    );
  });

  it("changes when two rows are swapped, and names their chunks", () => {
    const closes = LONG.close.slice();
    [closes[5], closes[CHUNK_ROWS + 7]] = [closes[CHUNK_ROWS + 7] as bigint, closes[5] as bigint];
    const swapped = treeOf({ ...LONG, close: closes });
    expect(chunksThatDiffer(LONG_TREE, swapped)).toEqual([
      ["close", 0],
      ["close", CHUNK_ROWS],
    ]);
    const neighbours = LONG.close.slice();
    [neighbours[8], neighbours[9]] = [neighbours[9] as bigint, neighbours[8] as bigint];
    expect(chunksThatDiffer(LONG_TREE, treeOf({ ...LONG, close: neighbours }))).toEqual([["close", 0]]);
  });

  it("changes with every fact of the instrument, and names the fact", () => {
    const rows = rowsOf(3);
    const tree = treeOf(rows);
    const changes: [string, Partial<Instrument>][] = [
      ["venue", { venue: "XNAS" }],
      ["assetClass", { assetClass: "index" }],
      ["currency", { currency: { code: "USD", decimals: 3 } }],
      ["currency", { currency: { code: "EUR", decimals: 2 } }],
      ["tick", { tick: 5n }],
      ["lot", { lot: 10n }],
      ["quantityMin", { quantityMin: 0n }],
      ["notionalMin", { notionalMin: 100n }],
      ["multiplier", { multiplier: 50n }],
    ];
    for (const [fact, change] of changes) {
      const differences = fingerprintDifferences(tree, treeOf(rows, { ...SHARE, ...change }));
      const names = differences.map((difference) => (difference.kind === "fact" ? difference.fact : difference.kind));
      expect(names).toContain(fact);
    }
  });

  it("changes with one decimal more, and names the decimals", () => {
    const rows = rowsOf(3);
    expect(texts(treeOf(rows), treeOf(rows, { ...SHARE, priceDecimals: 3, tick: 10n }))).toEqual([
      "SPY bars 1m: priceDecimals is 2 in the first dataset and 3 in the second",
    ]);
    expect(texts(treeOf(rows), treeOf(rows, { ...SHARE, tick: 2n }))).toEqual([
      'SPY bars 1m: tick is "0.01" in the first dataset and "0.02" in the second',
    ]);
  });

  it("does not depend on the cuts between segments", () => {
    const rows = rowsOf(CHUNK_ROWS + 20);
    const whole = treeOf(rows);
    const cutLists = fc.array(fc.oneof(fc.integer({ min: 900, max: 40_000 }), fc.constant(CHUNK_ROWS)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(cutLists, (cuts) => {
        expect(fingerprintTapes(hasher, [cutTape(rows, cuts)])).toEqual(whole);
      }),
      { numRuns: 12 },
    );
    const short = rowsOf(40);
    expect(fingerprintTapes(hasher, [cutTape(short, [1])])).toEqual(treeOf(short));
  });

  it("takes absent volumes, unknown volumes and segments without volumes for the same", () => {
    const rows = rowsOf(10);
    const without = treeOf({ ...rows, volume: null });
    const unknown = treeOf({ ...rows, volume: new BigInt64Array(10).fill(VOLUME_UNKNOWN) });
    expect(unknown).toEqual(without);
    expect(without.tapes[0]?.columns.map((column) => column.name)).toEqual(["time", "open", "high", "low", "close"]);
    const someKnown = treeOf(
      withValue({ ...rows, volume: new BigInt64Array(10).fill(VOLUME_UNKNOWN) }, "volume", 9, 0n),
    );
    expect(texts(without, someKnown)).toEqual(["SPY bars 1m: the first dataset has no column volume"]);
  });

  it("does not depend on the order of the tapes, but on all of them", () => {
    const other = memoryTape({ ...SHARE, symbol: "QQQ" }, "1m", rowsOf(4));
    const tape = memoryTape(SHARE, "1m", rowsOf(5));
    const both = fingerprintTapes(hasher, [tape, other]);
    expect(fingerprintTapes(hasher, [other, tape])).toEqual(both);
    expect(texts(both, fingerprintTapes(hasher, [tape]))).toEqual(["QQQ bars 1m: the second dataset does not have it"]);
    expect(texts(fingerprintTapes(hasher, [other]), both)).toEqual(["SPY bars 1m: the first dataset does not have it"]);
  });

  it("refuses two tapes of one symbol and interval", () => {
    const tape = memoryTape(SHARE, "1m", rowsOf(2));
    expect(() => fingerprintTapes(hasher, [tape, tape])).toThrow(
      "tapes.SPY bars 1m: expected one tape for each symbol, kind and interval, received two of them",
    );
  });

  it("names rows that only one of them has", () => {
    expect(texts(treeOf(rowsOf(10)), treeOf(rowsOf(12))).slice(0, 2)).toEqual([
      "SPY bars 1m: rowCount is 10 in the first dataset and 12 in the second",
      "SPY bars 1m: time differs in rows 0 to 11",
    ]);
  });

  it("has a fingerprint for a tape without rows", () => {
    const empty = treeOf(rowsOf(0));
    expect(empty.tapes[0]?.columns.every((column) => column.chunks.length === 0)).toBe(true);
    expect(empty.fingerprint).not.toBe(treeOf(rowsOf(1)).fingerprint);
  });

  it("is the same with the debug module", () => {
    const rows = rowsOf(1000);
    const debug = createHasher(dataPlane("debug"));
    expect(fingerprintTapes(debug, [memoryTape(SHARE, "1m", rows)])).toEqual(treeOf(rows));
  });

  it("survives being written as JSON and read again", () => {
    expect(fingerprintDifferences(JSON.parse(JSON.stringify(LONG_TREE)) as FingerprintTree, LONG_TREE)).toEqual([]);
  });
});

describe("fingerprintContents", () => {
  const trade = (prices: readonly bigint[]): TapeContent =>
    memoryContent({ kind: "trades", instrument: SHARE, interval: null, fields: TAPE_SCHEMAS.trades.slice(0, 3) }, [
      {
        rowCount: prices.length,
        columns: [
          BigInt64Array.from(prices, (_, row) => BigInt(row)),
          BigInt64Array.from(prices),
          BigInt64Array.from(prices),
        ],
      },
    ]);

  it("knows tapes of other kinds by the columns of their schema", () => {
    const first = fingerprintContents(hasher, [trade([100n, 101n])]);
    const second = fingerprintContents(hasher, [trade([100n, 102n])]);
    expect(texts(first, second)).toEqual([
      "SPY trades: price differs in rows 0 to 1",
      "SPY trades: size differs in rows 0 to 1",
    ]);
  });

  it("is the fingerprint of bars for contents of bars", () => {
    const rows = rowsOf(5);
    const columns = NAMES.map((name) => rows[name] as BigInt64Array);
    const facts = { kind: "bars", instrument: SHARE, interval: "1m", fields: TAPE_SCHEMAS.bars } as const;
    expect(fingerprintContents(hasher, [memoryContent(facts, [{ rowCount: 5, columns }])])).toEqual(treeOf(rows));
  });

  it("stops when a source hands out fewer rows than it states", () => {
    expect(() => fingerprintContents(hasher, [{ ...trade([1n, 2n]), rowCount: 3 }])).toThrow(
      "the segments of a tape hold all of its rows",
    );
  });
});
