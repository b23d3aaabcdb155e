// Generators of markets: small bars with gaps, missing rows, jumps and volumes, as what the reference and a run take.
//
// Numbers are small, so that prices of orders and of bars meet often.

import fc from "fast-check";
import type { BarsTape, Dataset, Instrument } from "../../kernel/index.js";
import { intervalNs, memoryTape, VOLUME_UNKNOWN } from "../../kernel/index.js";
import { larger, smaller } from "./integers.js";
import type { ReferenceBar, ReferenceInstrument } from "./reference-market.js";

/** How generated bars look. */
export interface BarOptions {
  /** Length of a bar; `1d` by default, of which each is a session of its own. */
  readonly interval?: string;
  /** Rows, 1 to 8 by default. */
  readonly rows?: { readonly min: number; readonly max: number };
  /** Lowest and highest price in ticks, 1 to 12 by default. */
  readonly prices?: { readonly min: number; readonly max: number };
  /** Whole intervals between closes are drawn from these; `[1]` for bars without a gap. */
  readonly gaps?: readonly number[];
  /** `null` is an unknown volume. By default mostly known, at times zero, at times unknown. */
  readonly volume?: fc.Arbitrary<bigint | null>;
}

/** An instrument of the reference with the text of its interval, as a tape wants it. */
export type TapeInstrument = ReferenceInstrument & { readonly interval: string };

const anyVolume: fc.Arbitrary<bigint | null> = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 80n }) },
  { weight: 1, arbitrary: fc.constant(0n) },
  { weight: 2, arbitrary: fc.constant(null) },
);

/**
 * Bars that keep low <= open, close <= high, by rising time.
 *
 * @param tick Price step in mantissa units.
 */
export function arbitraryBars(tick: bigint, options: BarOptions = {}): fc.Arbitrary<readonly ReferenceBar[]> {
  const { interval = "1d", rows = { min: 1, max: 8 }, prices = { min: 1, max: 12 } } = options;
  const { gaps = [1, 1, 1, 1, 2, 3] } = options;
  const price = fc.integer(prices).map((ticks) => BigInt(ticks) * tick);
  const row = fc.record({
    gap: fc.constantFrom(...gaps),
    prices: fc.tuple(price, price, price, price),
    // A bar that opens where the one before it closed, as most do.
    follows: fc.boolean(),
    volume: options.volume ?? anyVolume,
  });
  return fc.array(row, { minLength: rows.min, maxLength: rows.max }).map((drawn) => {
    const bars: ReferenceBar[] = [];
    let intervals = 0;
    for (const { gap, prices: four, follows, volume } of drawn) {
      intervals += gap;
      const open = follows ? (bars.at(-1)?.close ?? four[0]) : four[0];
      const close = four[3];
      const high = [open, close, four[1]].reduce(larger);
      const low = [open, close, four[2]].reduce(smaller);
      bars.push({ time: BigInt(intervals) * intervalNs(interval), open, high, low, close, volume });
    }
    return bars;
  });
}

/** An instrument of whole prices and quantities, with some of its facts changed. */
export function plainInstrument(symbol: string, changed: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    venue: null,
    assetClass: "equity",
    currency: { code: "USD", decimals: 0 },
    priceDecimals: 0,
    sizeDecimals: 0,
    tick: 1n,
    lot: 1n,
    quantityMin: 0n,
    notionalMin: 0n,
    multiplier: 1n,
    multiplierDecimals: 0,
    ...changed,
  };
}

/** Instruments named `A`, `B`, … with bars of one length. */
export function arbitraryInstruments(count: number, options: BarOptions = {}): fc.Arbitrary<readonly TapeInstrument[]> {
  const { interval = "1d" } = options;
  const symbols = Array.from({ length: count }, (_, index) => String.fromCharCode(65 + index));
  return fc.tuple(
    ...symbols.map((symbol) =>
      arbitraryBars(1n, options).map((bars) => ({
        facts: plainInstrument(symbol),
        interval,
        intervalNs: intervalNs(interval),
        bars,
      })),
    ),
  );
}

/**
 * The dataset that a run takes. Its fingerprint is made up: generated runs are compared by what comes out.
 *
 * @example generatedDataset([]).bars.length // 0
 */
export function generatedDataset(instruments: readonly TapeInstrument[]): Dataset {
  return { name: "generated", fingerprint: `blake3:${"0".repeat(64)}`, bars: instruments.map(tapeOf) };
}

function tapeOf({ facts, interval, bars }: TapeInstrument): BarsTape {
  const column = (pick: (bar: ReferenceBar) => bigint): BigInt64Array => BigInt64Array.from(bars, pick);
  return memoryTape(facts, interval, {
    time: column(({ time }) => time),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume ?? VOLUME_UNKNOWN),
  });
}
