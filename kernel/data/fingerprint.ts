// Fingerprint of a dataset: a Merkle tree over its logical content, with the leaves kept so that two trees can be
// compared.
//
//     dataset   digest of the tapes' digests, tapes in the order of `compareTapes`
//     tape      digest of kind, instrument facts, interval, columns (name, unit, decimals, digest) and row count
//     column    digest of its chunks' digests, one after the other
//     chunk     digest of up to 65,536 values, each a little-endian i64
//
// Each level has a context of its own. A file's format, path and compression, the import's date and the cuts between
// segments are not part of the content.
//
// Always true:
//   equal content gives equal fingerprints, wherever the segments are cut;
//   an optional column of which no row has a value is as if it were not there.
// Units: chunks and rows are counted from 0; a range of rows includes its first and excludes its last number.

import type { Digest, DigestContext } from "../base/digest.js";
import { digestJson, digestText } from "../base/digest.js";
import { InputError, invariant } from "../base/error.js";
import { compareText } from "../base/order.js";
import type { BarsTape } from "../market/tape.js";
import type { HashMode, HashStream, Hasher } from "../wasm/hasher.js";
import type { InstrumentFacts } from "./import-manifest.js";
import { factsOf } from "./instrument-facts.js";
import type { ContentSegment, FieldSchema, FieldUnit, TapeContent } from "./tape-schema.js";
import { TAPE_SCHEMAS, VALUE_ABSENT, compareTapes, fieldDecimals } from "./tape-schema.js";

/** Rows of a chunk; the last chunk of a column may have fewer. */
export const CHUNK_ROWS = 65_536;

const CONTEXT_CHUNK: DigestContext = "goldentape 2026 dataset chunk v1";
const CONTEXT_COLUMN: DigestContext = "goldentape 2026 dataset column v1";
const CONTEXT_TAPE: DigestContext = "goldentape 2026 dataset tape v1";
const CONTEXT_DATASET: DigestContext = "goldentape 2026 dataset v1";

/** Digests of one column. */
export interface ColumnFingerprint {
  readonly name: string;
  readonly unit: FieldUnit;
  readonly decimals: number;
  readonly digest: Digest;
  /** One digest for each `CHUNK_ROWS` rows. */
  readonly chunks: readonly Digest[];
}

/** Digests of one tape, with the facts that went into them. */
export interface TapeFingerprint {
  readonly kind: string;
  readonly instrument: InstrumentFacts;
  readonly interval: string | null;
  readonly rowCount: number;
  readonly columns: readonly ColumnFingerprint[];
  readonly digest: Digest;
}

/**
 * Digests of a whole dataset. Plain data: it may be written as JSON and read again. All digests are `blake3:` + 64 hex.
 */
export interface FingerprintTree {
  readonly fingerprint: Digest;
  readonly tapes: readonly TapeFingerprint[];
}

/**
 * Fingerprint of bars.
 *
 * A tape without volumes, one whose segments are without volumes, and one whose every volume is `VOLUME_UNKNOWN` say
 * the same and have one fingerprint.
 *
 * @param tapes In any order; read once, from the first row to the last.
 * @throws InputError `dataset/manifest` when two tapes have the same symbol and interval.
 * @example fingerprintTapes(createHasher(module), [tape]).fingerprint
 */
export function fingerprintTapes(hasher: Hasher, tapes: readonly BarsTape[]): FingerprintTree {
  return fingerprintContents(hasher, tapes.map(barsContent));
}

/**
 * Fingerprint of tapes of any kind.
 *
 * @throws InputError `dataset/manifest` when two tapes have the same symbol, kind and interval.
 */
export function fingerprintContents(hasher: Hasher, contents: readonly TapeContent[]): FingerprintTree {
  const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  invariant(littleEndian, "columns stand in memory as they are digested, little-endian");
  const sorted = [...contents].sort(compareTapes);
  refuseTwins(sorted);
  const tapes = sorted.map((content) => tapeFingerprint(hasher, content));
  const fingerprint = digestJson(CONTEXT_DATASET, { tapes: tapes.map((tape) => tape.digest) });
  return { fingerprint, tapes };
}

/**
 * One place in which two datasets are not the same. `first` and `second` are the trees in the order they were given.
 */
export type FingerprintDifference =
  | { readonly kind: "tape"; readonly tape: string; readonly missingIn: "first" | "second" }
  | {
      readonly kind: "fact";
      readonly tape: string;
      readonly fact: string;
      readonly first: string;
      readonly second: string;
    }
  | { readonly kind: "column"; readonly tape: string; readonly column: string; readonly missingIn: "first" | "second" }
  | ChunkDifference;

/** A chunk of a column that is not the same in both, or that one of them does not have. */
export interface ChunkDifference {
  readonly kind: "chunk";
  /** Symbol, kind and interval: `SPY bars 1d`. */
  readonly tape: string;
  readonly column: string;
  readonly rowFrom: number;
  readonly rowTo: number;
}

/**
 * Everything in which two datasets differ: tapes that one lacks, facts, columns, and the chunks of rows.
 *
 * @returns Sorted by tape, facts before columns before chunks; empty exactly when the fingerprints are equal.
 */
export function fingerprintDifferences(
  first: FingerprintTree,
  second: FingerprintTree,
): readonly FingerprintDifference[] {
  const inFirst = byName(first.tapes, tapeLabel);
  const inSecond = byName(second.tapes, tapeLabel);
  const labels = [...new Set([...inFirst.keys(), ...inSecond.keys()])].sort(compareText);
  return labels.flatMap((tape): readonly FingerprintDifference[] => {
    const a = inFirst.get(tape);
    const b = inSecond.get(tape);
    if (a === undefined) return [{ kind: "tape", tape, missingIn: "first" }];
    if (b === undefined) return [{ kind: "tape", tape, missingIn: "second" }];
    return a.digest === b.digest ? [] : [...factDifferences(tape, a, b), ...columnDifferences(tape, a, b)];
  });
}

/** One difference as a line that a person reads: `SPY bars 1d: close differs in rows 65,536 to 131,071`. */
export function fingerprintDifferenceText(difference: FingerprintDifference): string {
  const { tape } = difference;
  switch (difference.kind) {
    case "tape":
      return `${tape}: the ${difference.missingIn} dataset does not have it`;
    case "fact":
      return (
        `${tape}: ${difference.fact} is ${difference.first} in the first dataset ` +
        `and ${difference.second} in the second`
      );
    case "column":
      return `${tape}: the ${difference.missingIn} dataset has no column ${difference.column}`;
    case "chunk": {
      const rows = `rows ${grouped(difference.rowFrom)} to ${grouped(difference.rowTo - 1)}`;
      return `${tape}: ${difference.column} differs in ${rows}`;
    }
  }
}

/** Name of a tape inside its dataset: `SPY bars 1d`, `BTC/USDT trades`. */
export function tapeLabel(tape: TapeFingerprint): string {
  return labelOf(tape.instrument.symbol, tape.kind, tape.interval);
}

function labelOf(symbol: string, kind: string, interval: string | null): string {
  return interval === null ? `${symbol} ${kind}` : `${symbol} ${kind} ${interval}`;
}

function refuseTwins(sorted: readonly TapeContent[]): void {
  const twins = sorted.filter((content, index) => {
    const previous = sorted[index - 1];
    return previous !== undefined && compareTapes(previous, content) === 0;
  });
  if (twins.length === 0) return;
  throw new InputError(
    twins.map((twin) => ({
      code: "dataset/manifest",
      path: `tapes.${labelOf(twin.instrument.symbol, twin.kind, twin.interval)}`,
      expected: "one tape for each symbol, kind and interval",
      received: "two of them",
    })),
  );
}

function tapeFingerprint(hasher: Hasher, content: TapeContent): TapeFingerprint {
  const digesters = content.fields.map((field) => new ColumnDigester(hasher, field));
  let rowCount = 0;
  for (const segment of content.segments()) {
    invariant(segment.columns.length === digesters.length, "a segment has one column for each field");
    digesters.forEach((digester, index) => {
      const column = segment.columns[index];
      invariant(column?.length === segment.rowCount, "all columns of a segment have one length");
      digester.absorb(column);
    });
    rowCount += segment.rowCount;
  }
  invariant(rowCount === content.rowCount, "the segments of a tape hold all of its rows");
  const columns = digesters
    .filter((digester) => digester.hasValue)
    .map((digester) => digester.finish(fieldDecimals(digester.field.unit, content.instrument)));
  const facts = { kind: content.kind, instrument: factsOf(content.instrument), interval: content.interval, rowCount };
  const header = { ...facts, columns: columns.map(({ chunks: _, ...column }) => column) };
  return { ...facts, columns, digest: digestJson(CONTEXT_TAPE, header) };
}

const CHUNK_MODE: HashMode = { kind: "derive", context: CONTEXT_CHUNK };

/** Digests one column as its rows come in, in pieces of any length. */
class ColumnDigester {
  readonly field: FieldSchema;
  /** True for a required column, and for an optional one as soon as a row has a value. */
  hasValue: boolean;
  readonly #hasher: Hasher;
  readonly #chunks: Uint8Array[] = [];
  #stream: HashStream | null = null;
  #streamRows = 0;

  constructor(hasher: Hasher, field: FieldSchema) {
    this.#hasher = hasher;
    this.field = field;
    this.hasValue = !field.optional;
  }

  absorb(column: BigInt64Array): void {
    this.hasValue ||= column.some((value) => value !== VALUE_ABSENT);
    let from = 0;
    while (from < column.length) {
      const rows = Math.min(CHUNK_ROWS - this.#streamRows, column.length - from);
      this.#stream ??= this.#hasher.open(CHUNK_MODE);
      this.#stream.update(new Uint8Array(column.buffer, column.byteOffset + from * 8, rows * 8));
      this.#streamRows += rows;
      from += rows;
      if (this.#streamRows === CHUNK_ROWS) this.#closeChunk();
    }
  }

  finish(decimals: number): ColumnFingerprint {
    this.#closeChunk();
    const column = this.#hasher.open({ kind: "derive", context: CONTEXT_COLUMN });
    for (const chunk of this.#chunks) column.update(chunk);
    const { name, unit } = this.field;
    return { name, unit, decimals, digest: digestText(column.digest()), chunks: this.#chunks.map(digestText) };
  }

  #closeChunk(): void {
    if (this.#stream === null) return;
    this.#chunks.push(this.#stream.digest());
    this.#stream = null;
    this.#streamRows = 0;
  }
}

/** Bars with their volume column, filled with absent values where a segment has none. */
function barsContent(tape: BarsTape): TapeContent {
  const { kind, instrument, interval, rowCount } = tape;
  return { kind, instrument, interval, rowCount, fields: TAPE_SCHEMAS.bars, segments };
  function* segments(): Generator<ContentSegment> {
    for (const { rowCount: rows, time, open, high, low, close, volume } of tape.segments()) {
      const known = volume ?? new BigInt64Array(rows).fill(VALUE_ABSENT);
      yield { rowCount: rows, columns: [time, open, high, low, close, known] };
    }
  }
}

function factDifferences(tape: string, a: TapeFingerprint, b: TapeFingerprint): FingerprintDifference[] {
  const factsOfA = new Map<string, unknown>([...Object.entries(a.instrument), ["rowCount", a.rowCount]]);
  const factsOfB = new Map<string, unknown>([...Object.entries(b.instrument), ["rowCount", b.rowCount]]);
  return [...factsOfA.keys()].flatMap((fact) => {
    const first = JSON.stringify(factsOfA.get(fact));
    const second = JSON.stringify(factsOfB.get(fact));
    return first === second ? [] : [{ kind: "fact", tape, fact, first, second }];
  });
}

function columnDifferences(tape: string, a: TapeFingerprint, b: TapeFingerprint): FingerprintDifference[] {
  const inA = byName(a.columns, (column) => column.name);
  const inB = byName(b.columns, (column) => column.name);
  const rowCount = Math.max(a.rowCount, b.rowCount);
  const missing: FingerprintDifference[] = [];
  const chunks: FingerprintDifference[] = [];
  for (const column of new Set([...inA.keys(), ...inB.keys()])) {
    const first = inA.get(column);
    const second = inB.get(column);
    if (first === undefined) missing.push({ kind: "column", tape, column, missingIn: "first" });
    else if (second === undefined) missing.push({ kind: "column", tape, column, missingIn: "second" });
    else chunks.push(...chunkDifferences(tape, first, second, rowCount));
  }
  return [...missing, ...chunks];
}

function chunkDifferences(
  tape: string,
  a: ColumnFingerprint,
  b: ColumnFingerprint,
  rowCount: number,
): ChunkDifference[] {
  const differences: ChunkDifference[] = [];
  for (let index = 0; index < Math.max(a.chunks.length, b.chunks.length); index++) {
    if (a.chunks[index] === b.chunks[index]) continue;
    const rowFrom = index * CHUNK_ROWS;
    differences.push({ kind: "chunk", tape, column: a.name, rowFrom, rowTo: Math.min(rowFrom + CHUNK_ROWS, rowCount) });
  }
  return differences;
}

function byName<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [nameOf(item), item]));
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
