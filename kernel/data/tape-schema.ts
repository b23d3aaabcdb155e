// Tape schemas: the columns of each kind of tape, and tapes of any kind as plain integer columns.
//
// How it works: storage, fingerprint and export know no bars or trades, only `TapeContent`: named i64 columns in schema
//   order.
//
// Always true:
//   every column is i64; an absent value is `VALUE_ABSENT`, which only fields marked `optional` may hold;
//   a field that the whole tape lacks is not among its `fields`.
// Units: by `FieldUnit`.

import type { Instrument } from "../market/instrument.js";
import type { IntervalText } from "../market/interval.js";
import type { BarColumns, BarsTape, TapeKind } from "../market/tape.js";
import { VOLUME_UNKNOWN } from "../market/tape.js";
import { invariant } from "../base/error.js";

/**
 * What the integers of a field count: `time` ns since 1970-01-01T00:00:00Z; `price` and `size` mantissas at the
 * instrument's decimals;
 * `rate` a fraction at `RATE_DECIMALS`; `count` a plain number (a sequence number, or a side: 1 buy, -1 sell, 0 not
 * known); `status` a trading status, 0 to 3.
 */
export type FieldUnit = "time" | "price" | "size" | "rate" | "count" | "status";

/** Decimals of a `rate`: funding rates and adjustment factors are published with at most nine. */
export const RATE_DECIMALS = 12;

/** Marks a value that a row does not have. */
export const VALUE_ABSENT = VOLUME_UNKNOWN;

export interface FieldSchema {
  readonly name: string;
  readonly unit: FieldUnit;
  /** True when a tape may lack the field, or a row its value. */
  readonly optional: boolean;
}

const field = (name: string, unit: FieldUnit, optional = false): FieldSchema => ({ name, unit, optional });

/** Fields of each kind, in canonical order; the first is always the time. */
export const TAPE_SCHEMAS: Readonly<Record<TapeKind, readonly FieldSchema[]>> = {
  bars: [
    field("time", "time"),
    field("open", "price"),
    field("high", "price"),
    field("low", "price"),
    field("close", "price"),
    field("volume", "size", true),
  ],
  trades: [
    field("time", "time"),
    field("price", "price"),
    field("size", "size"),
    field("side", "count", true),
    field("sequence", "count", true),
  ],
  quotes: [
    field("time", "time"),
    field("bid", "price", true),
    field("bidSize", "size", true),
    field("ask", "price", true),
    field("askSize", "size", true),
    field("sequence", "count", true),
  ],
  // One level a row: the new absolute size at a price of a side; size 0 removes the level.
  depth: [
    field("time", "time"),
    field("side", "count"),
    field("price", "price"),
    field("size", "size"),
    field("sequence", "count", true),
  ],
  funding: [field("time", "time"), field("rate", "rate"), field("markPrice", "price", true)],
  // Adjusted price = raw price x priceFactor x splitFactor, for times up to and including the row's.
  actions: [
    field("time", "time"),
    field("priceFactor", "rate"),
    field("splitFactor", "rate"),
    field("referencePrice", "price", true),
  ],
  // From the row's time on: 0 normal, 1 halted, 2 limit-up, 3 limit-down.
  status: [field("time", "time"), field("status", "status")],
  // From the row's time on: units of the quote currency for one of the base currency; the symbol is BASE/QUOTE.
  conversion: [field("time", "time"), field("rate", "rate")],
};

/**
 * A run of rows of any kind of tape: one i64 column for each of the tape's `fields`. Never written after they are
 * handed over.
 */
export interface ContentSegment {
  readonly rowCount: number;
  readonly columns: readonly BigInt64Array[];
}

/** A tape of any kind as named integer columns. */
export interface TapeContent {
  readonly kind: TapeKind;
  readonly instrument: Instrument;
  /** Bar length; null for every kind but bars. */
  readonly interval: IntervalText | null;
  readonly rowCount: number;
  /** The fields that the tape has, in schema order. */
  readonly fields: readonly FieldSchema[];
  /** Rows in order, cut wherever the source likes. Each call starts from the first row again. */
  segments(): Iterable<ContentSegment>;
}

/** Decimals of a field's mantissas; 9 for times, so that they print as seconds. */
export function fieldDecimals(unit: FieldUnit, instrument: Instrument): number {
  switch (unit) {
    case "time":
      return 9;
    case "price":
      return instrument.priceDecimals;
    case "size":
      return instrument.sizeDecimals;
    case "rate":
      return RATE_DECIMALS;
    case "count":
    case "status":
      return 0;
  }
}

/** Order of tapes inside a dataset: by symbol, then kind, then interval, compared by code units. */
export function compareTapes(a: TapeContent, b: TapeContent): number {
  return (
    compareText(a.instrument.symbol, b.instrument.symbol) ||
    compareText(a.kind, b.kind) ||
    compareText(a.interval ?? "", b.interval ?? "")
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bars as plain columns. Views, not copies. */
export function contentOfBars(tape: BarsTape, hasVolume: boolean): TapeContent {
  const fields = TAPE_SCHEMAS.bars.filter((one) => hasVolume || one.name !== "volume");
  return {
    kind: "bars",
    instrument: tape.instrument,
    interval: tape.interval,
    rowCount: tape.rowCount,
    fields,
    segments,
  };
  function* segments(): Generator<ContentSegment> {
    for (const bars of tape.segments()) {
      const columns = [bars.time, bars.open, bars.high, bars.low, bars.close];
      if (hasVolume) {
        invariant(bars.volume !== null, "all segments of a tape have volumes, or none");
        columns.push(bars.volume);
      }
      yield { rowCount: bars.rowCount, columns };
    }
  }
}

/** Plain columns of kind bars as a tape that can be replayed. Views, not copies. */
export function barsOfContent(content: TapeContent): BarsTape {
  const { interval } = content;
  invariant(content.kind === "bars" && interval !== null, "only bars are replayed as bars");
  return { kind: "bars", instrument: content.instrument, interval, rowCount: content.rowCount, segments };
  function* segments(): Generator<BarColumns> {
    for (const { rowCount, columns } of content.segments()) {
      const [time, open, high, low, close, volume] = columns;
      invariant(!!time && !!open && !!high && !!low && !!close, "bars have a time and four prices");
      yield { rowCount, time, open, high, low, close, volume: volume ?? null };
    }
  }
}

/** A tape over segments that are in memory; the segments are kept. */
export function memoryContent(
  facts: Pick<TapeContent, "kind" | "instrument" | "interval" | "fields">,
  segments: readonly ContentSegment[],
): TapeContent {
  let rowCount = 0;
  for (const segment of segments) {
    invariant(segment.columns.length === facts.fields.length, "a segment has one column for each field");
    for (const column of segment.columns)
      invariant(column.length === segment.rowCount, "all columns of a segment have one length");
    rowCount += segment.rowCount;
  }
  return { ...facts, rowCount, segments: () => segments };
}
