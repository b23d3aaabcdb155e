// Small tapes for tests of plans and runs: a handful of bars whose prices are said in cents.

import { syntheticInstrument } from "../../../datasets/synthetic.js";
import { memoryTape } from "../../../kernel/index.js";
import type { BarsTape, Dataset, Instrument } from "../../../kernel/index.js";

export const MINUTE_NS = 60_000_000_000n;
export const HOUR_NS = 60n * MINUTE_NS;
export const DAY_NS = 24n * HOUR_NS;

/** A share in US dollars with cents, traded one by one. */
export function share(symbol: string, facts: Partial<Instrument> = {}): Instrument {
  return { ...syntheticInstrument(symbol), ...facts };
}

/**
 * Bars that open and close at one price, in cents; `times` are close times in units of `unitNs`, 1, 2, 3 … by default.
 */
export function tape(
  symbol: string,
  cents: readonly number[],
  parts: {
    readonly times?: readonly number[];
    readonly unitNs?: bigint;
    readonly interval?: string;
    readonly facts?: Partial<Instrument>;
    readonly segmentRows?: number;
  } = {},
): BarsTape {
  const { times = cents.map((_, row) => row + 1), unitNs = HOUR_NS, interval = "1h", facts = {}, segmentRows } = parts;
  const prices = BigInt64Array.from(cents, (price) => BigInt(price));
  const columns = {
    time: BigInt64Array.from(times, (time) => BigInt(time) * unitNs),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: null,
  };
  return memoryTape(share(symbol, facts), interval, columns, segmentRows);
}

/** Prices of a bar, in cents. */
export type Ohlc = readonly [open: number, high: number, low: number, close: number];

/** Bars without volumes, one after the other, an hour or a day each. */
export function ohlcTape(symbol: string, rows: readonly Ohlc[], interval: "1h" | "1d"): BarsTape {
  const column = (field: number): BigInt64Array => BigInt64Array.from(rows, (row) => BigInt(row[field] as number));
  const unitNs = interval === "1h" ? HOUR_NS : DAY_NS;
  const time = BigInt64Array.from(rows, (_, row) => BigInt(row + 1) * unitNs);
  const prices = { open: column(0), high: column(1), low: column(2), close: column(3) };
  return memoryTape(share(symbol), interval, { time, ...prices, volume: null });
}

/** A dataset with a made-up fingerprint that ends in `mark`. */
export function datasetOf(bars: readonly BarsTape[], mark = 1): Dataset {
  return { name: "small", fingerprint: `blake3:${mark.toString(16).padStart(64, "0")}`, bars };
}

/** `count` prices from 10,000 cents on that move up and down. */
export function zigzag(count: number): number[] {
  return Array.from({ length: count }, (_, row) => 10_000 + ((row * 37) % 101) - ((row * row) % 53));
}
