// Tapes: ordered streams of market events of one instrument, as columns of integers.
//
// Always true:
//   rows are sorted by time, strictly for bars;
//   a bar's time is its close (`FILLS.md` B1), and it is available at that time (G1);
//   low <= open, close <= high, and every price is positive unless the instrument's class says otherwise.
// Units: time in nanoseconds since 1970-01-01T00:00:00Z; prices and quantities as mantissas at the instrument's
// decimals.

import type { Sessions } from "./calendar.js";
import type { Instrument } from "./instrument.js";
import type { IntervalText } from "./interval.js";
import type { SideTapes } from "./side-tape.js";

/** Columns of a run of bars; all of one length. Never written after they are handed over. */
export interface BarColumns {
  readonly rowCount: number;
  /** Close time, ns. */
  readonly time: BigInt64Array;
  readonly open: BigInt64Array;
  readonly high: BigInt64Array;
  readonly low: BigInt64Array;
  readonly close: BigInt64Array;
  /** Quantity mantissa; `VOLUME_UNKNOWN` where a row has none; `null` where the whole tape has none. */
  readonly volume: BigInt64Array | null;
}

/** Marks a row whose volume is not known (a budget cannot be made from it, `FILLS.md` B11). */
export const VOLUME_UNKNOWN = -(2n ** 63n);

/** Bars of one instrument at one interval. */
export interface BarsTape {
  readonly kind: "bars";
  readonly instrument: Instrument;
  readonly interval: IntervalText;
  readonly rowCount: number;
  /** The rows in order, cut into segments wherever the source likes. Each call starts from the first row again. */
  segments(): Iterable<BarColumns>;
}

/**
 * Kinds of tape that a dataset may hold. Orders fill on bars; funding, actions, status and conversion rates act on
 * accounts and markets (`side-tape.ts`); trades, quotes and depth are stored and fingerprinted but not executed on yet.
 */
export const TAPE_KINDS = ["bars", "trades", "quotes", "depth", "funding", "actions", "status", "conversion"] as const;
export type TapeKind = (typeof TAPE_KINDS)[number];

/** A dataset ready to be replayed: tapes in their canonical order, pinned by fingerprint. */
export interface Dataset extends SideTapes {
  readonly name: string;
  /** `blake3:` + 64 hex of the logical content. */
  readonly fingerprint: string;
  /** Sorted by (symbol, interval). */
  readonly bars: readonly BarsTape[];
  /** Sessions of its instruments by symbol, where the import of a tape said them. In no fingerprint. */
  readonly calendars?: ReadonlyMap<string, Sessions>;
}
