// Import manifests: what the columns of a file mean, so that nothing about it is guessed silently.
//
// How it works: a manifest is plain JSON; presets and guesses make parts of one, and the completed manifest is kept
//   with the dataset.
//
// Always true:
//   two imports of the same bytes under the same manifest give the same dataset.

import type { IntervalText } from "../market/interval.js";
import type { InstrumentClass } from "../market/instrument.js";
import type { TapeKind } from "../market/tape.js";
import type { CalendarSpec } from "./calendar.js";
import type { RoundingPolicy } from "./decimal-text.js";

export const FILE_FORMATS = ["csv", "parquet", "arrow", "jsonl"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** One column of a file: its name in the header or schema, or its index from 0; or the exact middle of two columns. */
export type ColumnRef = string | number | { readonly mid: readonly [string | number, string | number] };

/**
 * How times are written. `s`, `ms`, `us`, `ns`: since 1970-01-01T00:00:00Z. `iso`: `2020-01-31`, `2020-01-31 09:30`,
 * `2020-01-31T09:30:00.5Z`. `compact`: `20200131`, `20200131 09:30`. `ms-of-day`: since local midnight of the base
 * date.
 */
export const TIME_UNITS = ["s", "ms", "us", "ns", "iso", "compact", "ms-of-day"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export interface TimeRule {
  readonly unit: TimeUnit;
  /** IANA name or offset (`America/New_York`, `UTC`, `+03:00`) of wall-clock times without an offset. */
  readonly zone: string;
  /** Date of `ms-of-day` times: `2013-10-07`, or `file-name` for eight digits in the name of each file. */
  readonly baseDate?: string;
  /** Whether a bar's time is its open or its close. Open times are shifted by the interval (`FILLS.md` B1). */
  readonly label: "open" | "close";
  /**
   * For bars and actions dated by day: the session's close in the zone, `16:00`; takes the place of `label`'s shift. A
   * factor holds for its day, so that its action comes after that day's bar.
   */
  readonly closeTime?: string;
}

/** How numbers of one sort are written. */
export interface NumberRule {
  /** The file holds number x scale; a power of ten, 1 by default. */
  readonly scale?: number;
  readonly rounding?: RoundingPolicy;
  /** A zero in a field that may be absent means that there is no value: a quote of one side only. */
  readonly zeroIsAbsent?: boolean;
}

export interface CsvLayout {
  readonly delimiter: string;
  readonly header: boolean;
  /** Lines that begin with this are passed over. */
  readonly comment?: string;
}

/** Facts of the instrument as a person writes them: decimal text instead of mantissas. */
export interface InstrumentFacts {
  readonly symbol: string;
  readonly venue: string | null;
  readonly assetClass: InstrumentClass;
  readonly currency: { readonly code: string; readonly decimals: number };
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly tick: string;
  readonly lot: string;
  readonly quantityMin: string;
  readonly notionalMin: string;
  readonly multiplier: string;
  /** True for a contract worth quantity x multiplier / price; left out for all others. */
  readonly inverse?: boolean;
}

export interface ImportManifest {
  readonly kind: TapeKind;
  /** Told by the file's first bytes when absent. */
  readonly format?: FileFormat;
  readonly csv?: CsvLayout;
  /** Field of the tape's schema to column of the file. */
  readonly columns: Readonly<Record<string, ColumnRef>>;
  readonly time: TimeRule;
  readonly price?: NumberRule;
  readonly size?: NumberRule;
  readonly rate?: NumberRule;
  readonly instrument: InstrumentFacts;
  /** Bar length; for bars only. */
  readonly interval?: IntervalText;
  /** When bars are expected; null when it is not known, and then gaps are not looked for. */
  readonly calendar: CalendarSpec | null;
  /** What a missing bar means: a refusal, or a line in the dataset's record. */
  readonly gaps: "refuse" | "report";
  /** What happens to rows with problems: the import is refused, or the rows are set aside, counted and recorded. */
  readonly problems: "refuse" | "quarantine";
  /** `positive` unless the instrument may trade at zero or below. */
  readonly prices?: "positive" | "any";
  /** Prices that are not a multiple of the tick: refused unless `allow`. */
  readonly offTick?: "refuse" | "allow";
  readonly source?: string;
  readonly licence?: string;
}
