// Side tapes: what happens to a market or a position besides trading, as columns of integers: funding, corporate
// actions, trading status, conversion rates.
//
// Always true:
//   rows are sorted by time, strictly: one row says everything of its kind for its time.
// Units: time in nanoseconds since 1970-01-01T00:00:00Z; rates and factors in 1e-12; prices as mantissas at the
// decimals of the tape's own instrument, which may differ from those of its bars.

import { invariant } from "../base/error.js";
import type { Instrument } from "./instrument.js";

/** Rows of a side tape; every column is as long as the time. Never written after they are handed over. */
export interface SideColumns {
  readonly rowCount: number;
  readonly time: BigInt64Array;
}

/** Funding of a perpetual: what a long pays for its value at the mark; a negative rate is paid to it. */
export interface FundingColumns extends SideColumns {
  readonly rate: BigInt64Array;
  /** Mark price; `VOLUME_UNKNOWN` where a row has none; `null` where the whole tape has none. */
  readonly markPrice: BigInt64Array | null;
}

/**
 * Factors of corporate actions: an adjusted price is the raw one x `priceFactor` (dividends) x `splitFactor`, for times
 * up to and including the row's.
 */
export interface ActionColumns extends SideColumns {
  readonly priceFactor: BigInt64Array;
  readonly splitFactor: BigInt64Array;
  /** Raw close of the row's time; `VOLUME_UNKNOWN` where a row has none; `null` where the whole tape has none. */
  readonly referencePrice: BigInt64Array | null;
}

/** Trading status from a time on: 0 normal, 1 halted, 2 limit-up (no buy fills), 3 limit-down (no sell fills). */
export interface StatusColumns extends SideColumns {
  readonly status: BigInt64Array;
}

/** Conversion rate from a time on: units of the quote currency for one unit of the base currency. */
export interface ConversionColumns extends SideColumns {
  readonly rate: BigInt64Array;
}

interface SideTape<Kind extends string, Columns extends SideColumns> {
  readonly kind: Kind;
  readonly instrument: Instrument;
  readonly rowCount: number;
  /** The rows in order, cut wherever the source likes. Each call starts from the first row again. */
  segments(): Iterable<Columns>;
}

export type FundingTape = SideTape<"funding", FundingColumns>;
export type ActionsTape = SideTape<"actions", ActionColumns>;
export type StatusTape = SideTape<"status", StatusColumns>;

export interface ConversionTape extends SideTape<"conversion", ConversionColumns> {
  /** Code of the currency that one unit is of: `EUR` of `EUR/USD`. */
  readonly base: string;
  /** Code of the currency that the rate is in: `USD` of `EUR/USD`. */
  readonly quote: string;
}

/** Side tapes of a dataset; what is left out is empty. */
export interface SideTapes {
  readonly funding?: readonly FundingTape[];
  readonly actions?: readonly ActionsTape[];
  readonly status?: readonly StatusTape[];
  readonly conversions?: readonly ConversionTape[];
}

/** A funding tape over columns in memory, which are kept. Shapes and units as `FundingColumns`. */
export function memoryFunding(instrument: Instrument, columns: Omit<FundingColumns, "rowCount">): FundingTape {
  return { kind: "funding", instrument, ...rowsOf(columns, [columns.rate, columns.markPrice]) };
}

/** A tape of corporate actions over columns in memory, which are kept. Shapes and units as `ActionColumns`. */
export function memoryActions(instrument: Instrument, columns: Omit<ActionColumns, "rowCount">): ActionsTape {
  const { priceFactor, splitFactor, referencePrice } = columns;
  return { kind: "actions", instrument, ...rowsOf(columns, [priceFactor, splitFactor, referencePrice]) };
}

/** A status tape over columns in memory, which are kept. Shapes and units as `StatusColumns`. */
export function memoryStatus(instrument: Instrument, columns: Omit<StatusColumns, "rowCount">): StatusTape {
  return { kind: "status", instrument, ...rowsOf(columns, [columns.status]) };
}

/** A tape of conversion rates over columns in memory, which are kept. Shapes and units as `ConversionColumns`. */
export function memoryConversions(
  instrument: Instrument,
  base: string,
  quote: string,
  columns: Omit<ConversionColumns, "rowCount">,
): ConversionTape {
  return { kind: "conversion", instrument, base, quote, ...rowsOf(columns, [columns.rate]) };
}

function rowsOf<Columns extends { readonly time: BigInt64Array }>(
  columns: Columns,
  others: readonly (BigInt64Array | null)[],
): { readonly rowCount: number; segments(): Iterable<Columns & SideColumns> } {
  const rowCount = columns.time.length;
  const fits = others.every((column) => column === null || column.length === rowCount);
  invariant(fits, "all columns of a tape have one length");
  return { rowCount, segments: () => [{ ...columns, rowCount }] };
}
