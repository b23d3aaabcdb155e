// Guesses: a manifest proposed for a file, with a list of everything in it that nobody stated.
//
// Always true:
//   a guess is never used unseen: whoever asks for one shows it and has it confirmed;
//   what a manifest, a preset or an option states is taken as it is and is not on the list.

import { InputError } from "../../kernel/index.js";
import type { ColumnRef, ImportManifest, InstrumentFacts, TimeRule } from "../../kernel/index.js";
import { fault } from "./opened-bytes.js";
import type { ManifestPart } from "./preset.js";
import type { Sample } from "./sample.js";
import { timeReader } from "./time-reader.js";
import { dayOfDate } from "./time-reader.js";

export interface ProposedManifest {
  readonly manifest: ImportManifest;
  /** Paths of what was guessed: `time.zone`, `instrument.tick`. */
  readonly guessed: readonly string[];
}

const NAMES: Readonly<Record<string, RegExp>> = {
  time: /^(date|datetime|date_?time|time|timestamp|ts|open[ _]?time|unix|t)$/i,
  open: /^(open|o)$/i,
  high: /^(high|h)$/i,
  low: /^(low|l)$/i,
  close: /^(close|c|last)$/i,
  volume: /^(volume|vol|v|volume[ _].*|base[ _]?volume)$/i,
};
const NS_PER_SECOND = 1_000_000_000n;

/**
 * Completes the stated parts of a manifest.
 *
 * @param symbol Symbol of the instrument.
 * @param stated Parts in order of rank: a later one overrides an earlier one.
 * @throws InputError `import/column` when the time or a price column cannot be found.
 */
export function proposeManifest(
  sample: Sample,
  file: string,
  symbol: string,
  stated: readonly ManifestPart[],
): ProposedManifest {
  const part = mergeParts([...(sample.manifest === null ? [] : [sample.manifest]), ...stated]);
  const guessed: string[] = [];
  const either = <T>(path: string, value: T | undefined, guess: () => T): T => {
    if (value !== undefined) return value;
    guessed.push(path);
    return guess();
  };
  const kind = part.kind ?? "bars";
  const columns = either("columns", part.columns, () => guessColumns(sample, file));
  const time = either("time", part.time, () => guessTime(sample, columns));
  const instrument = guessInstrument(sample, columns, part, symbol, guessed);
  const manifest: ImportManifest = {
    ...part,
    kind,
    columns,
    time,
    instrument,
    ...(sample.csv === null ? {} : { csv: part.csv ?? sample.csv }),
    format: part.format ?? sample.format,
    calendar: part.calendar ?? null,
    gaps: part.gaps ?? "report",
    problems: part.problems ?? "refuse",
  };
  if (kind !== "bars") return { manifest, guessed };
  return {
    manifest: {
      ...manifest,
      interval: either("interval", part.interval, () => guessInterval(sample, columns, time, file)),
    },
    guessed,
  };
}

/** Parts laid over each other; facts of the instrument one by one. */
function mergeParts(parts: readonly ManifestPart[]): ManifestPart {
  let merged: ManifestPart = {};
  for (const part of parts) merged = { ...merged, ...part, instrument: { ...merged.instrument, ...part.instrument } };
  return merged;
}

function guessColumns(sample: Sample, file: string): Record<string, ColumnRef> {
  const { names } = sample;
  if (names === null) {
    if (sample.columnCount === 6 || sample.columnCount >= 11)
      return { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 };
    if (sample.columnCount === 5) return { time: 0, open: 1, high: 2, low: 3, close: 4 };
    throw fault(
      "import/column",
      file,
      "a header, or five or six columns: time, open, high, low, close, volume",
      `${sample.columnCount} columns without a header`,
    );
  }
  const found: Record<string, ColumnRef> = {};
  for (const [field, pattern] of Object.entries(NAMES)) {
    const name = names.find((one) => pattern.test(one));
    if (name !== undefined) found[field] = name;
  }
  const missing = ["time", "open", "high", "low", "close"].filter((field) => found[field] === undefined);
  if (missing.length > 0) {
    throw new InputError(
      missing.map((field) => ({
        code: "import/column" as const,
        path: file,
        expected: `a column of the ${field}`,
        received: `the columns ${names.join(", ")}`,
        advice: "State columns in a manifest.",
      })),
    );
  }
  return found;
}

function cellsOf(sample: Sample, columns: Readonly<Record<string, ColumnRef>>, field: string): string[] {
  const ref = columns[field];
  if (ref === undefined) return [];
  const indices = (typeof ref === "object" ? ref.mid : [ref]).map((one) =>
    typeof one === "number" ? one : (sample.names?.indexOf(one) ?? -1),
  );
  return sample.rows.flatMap((row) => indices.map((index) => row[index] ?? ""));
}

function guessTime(sample: Sample, columns: Readonly<Record<string, ColumnRef>>): TimeRule {
  const first = cellsOf(sample, columns, "time")[0] ?? "";
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(first);
  if (isDate) return { unit: "iso", zone: "America/New_York", label: "close", closeTime: "16:00" };
  if (/^[0-9]{8}([ T][0-9:]+)?$/.test(first)) return { unit: "compact", zone: "UTC", label: "open" };
  if (/^[0-9]{4}-/.test(first)) return { unit: "iso", zone: "UTC", label: "open" };
  const digits = first.replace(/\..*$/, "").length;
  if (digits <= 8) return { unit: "ms-of-day", zone: "UTC", baseDate: "file-name", label: "open" };
  return { unit: digits <= 11 ? "s" : digits <= 14 ? "ms" : digits <= 17 ? "us" : "ns", zone: "UTC", label: "open" };
}

function guessInstrument(
  sample: Sample,
  columns: Readonly<Record<string, ColumnRef>>,
  part: ManifestPart,
  symbol: string,
  guessed: string[],
): InstrumentFacts {
  const stated = part.instrument ?? {};
  const either = <K extends keyof InstrumentFacts>(key: K, guess: () => InstrumentFacts[K]): InstrumentFacts[K] => {
    const known = stated[key];
    if (known !== undefined) return known as InstrumentFacts[K];
    guessed.push(`instrument.${key}`);
    return guess();
  };
  const scale = String(part.price?.scale ?? 1).length - 1;
  const prices = ["open", "high", "low", "close"].flatMap((field) => cellsOf(sample, columns, field));
  const isMiddle = typeof columns["open"] === "object";
  const priceDecimals = either("priceDecimals", () => Math.min(12, decimalsOf(prices) + scale + (isMiddle ? 1 : 0)));
  const sizeDecimals = either("sizeDecimals", () => Math.min(12, decimalsOf(cellsOf(sample, columns, "volume"))));
  return {
    symbol: stated.symbol ?? symbol,
    venue: stated.venue ?? null,
    assetClass: either("assetClass", () => "equity"),
    currency: either("currency", () => ({ code: "USD", decimals: 2 })),
    priceDecimals,
    sizeDecimals,
    tick: either("tick", () => unitText(priceDecimals)),
    lot: either("lot", () => unitText(sizeDecimals)),
    quantityMin: either("quantityMin", () => "0"),
    notionalMin: either("notionalMin", () => "0"),
    multiplier: either("multiplier", () => "1"),
    ...(stated.inverse === true ? { inverse: true } : {}),
  };
}

/** Most decimals that any of the cells prints, zeros at the end left out. */
function decimalsOf(cells: readonly string[]): number {
  let most = 0;
  for (const cell of cells) {
    const fraction = /^-?[0-9]*\.([0-9]+)$/.exec(cell)?.[1];
    if (fraction !== undefined) most = Math.max(most, fraction.replace(/0+$/, "").length);
  }
  return most;
}

function unitText(decimals: number): string {
  return decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`;
}

/** The commonest distance between two rows, as an interval. */
function guessInterval(
  sample: Sample,
  columns: Readonly<Record<string, ColumnRef>>,
  time: TimeRule,
  file: string,
): string {
  if (time.closeTime !== undefined) return "1d";
  const cells = cellsOf(sample, columns, "time").slice(0, 2_000);
  const digits = /(?<![0-9])[0-9]{8}(?![0-9])/.exec(file)?.[0];
  const instants = sample.instantColumns.length > 0 ? "ns" : null;
  const reader = timeReader(time, null, digits === undefined ? 0 : dayOfDate(digits), null);
  const times = new BigInt64Array(cells.length);
  const values = instants === null ? cells : cells.map((cell) => (/^-?[0-9]+$/.test(cell) ? BigInt(cell) : cell));
  reader?.read({ kind: "values", values, decimals: 0, instants }, cells.length, times, () => undefined);
  const counts = new Map<bigint, number>();
  for (let row = 1; row < times.length; row += 1) {
    const distance = (times[row] as bigint) - (times[row - 1] as bigint);
    if (distance > 0n) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const commonest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
  return commonest === undefined ? "1d" : intervalText(commonest);
}

function intervalText(ns: bigint): string {
  for (const [unit, seconds] of [
    ["d", 86_400n],
    ["h", 3_600n],
    ["m", 60n],
  ] as const) {
    const length = seconds * NS_PER_SECOND;
    if (ns % length === 0n) return `${ns / length}${unit}`;
  }
  return `${ns / NS_PER_SECOND || 1n}s`;
}
