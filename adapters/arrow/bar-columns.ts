// Bars as one table of named, typed columns, over all tapes of a dataset.
//
// Always true:
//   rows follow each other tape by tape, in the order of the dataset; nothing is rounded;
//   volumes that are not known are 0 with `volumeKnown` false.
// Units: as in `run-columns.ts`: tapes of different decimals are brought to the largest of them.

import type { BarsTape } from "../../kernel/index.js";
import type { ColumnTable, RunColumn } from "./run-columns.js";

const PRICES = ["open", "high", "low", "close"] as const;
// The smallest of 64 bits marks a volume that is not known.
const VOLUME_UNKNOWN = -(2n ** 63n);

/** The bars of tapes as one table named `bars`. Copies them. */
export function barColumns(tapes: readonly BarsTape[]): ColumnTable {
  const rowCount = tapes.reduce((sum, tape) => sum + tape.rowCount, 0);
  const largest = (of: (tape: BarsTape) => number): number => tapes.reduce((most, tape) => Math.max(most, of(tape)), 0);
  const priceDecimals = largest((tape) => tape.instrument.priceDecimals);
  const sizeDecimals = largest((tape) => tape.instrument.sizeDecimals);
  const time = new BigInt64Array(rowCount);
  const prices = PRICES.map(() => new BigInt64Array(rowCount));
  const volume = new BigInt64Array(rowCount);
  const volumeKnown = new Uint8Array(rowCount);
  const tapeOf = new Int32Array(rowCount);
  let at = 0;
  for (const [index, tape] of tapes.entries()) {
    const price = 10n ** BigInt(priceDecimals - tape.instrument.priceDecimals);
    const size = 10n ** BigInt(sizeDecimals - tape.instrument.sizeDecimals);
    for (const segment of tape.segments()) {
      time.set(segment.time, at);
      for (const [column, name] of PRICES.entries()) prices[column]?.set(scaled(segment[name], price), at);
      tapeOf.fill(index, at, at + segment.rowCount);
      if (segment.volume !== null) {
        volumeKnown.set(
          Uint8Array.from(segment.volume, (each) => (each === VOLUME_UNKNOWN ? 0 : 1)),
          at,
        );
        volume.set(
          scaled(
            segment.volume.map((each) => (each === VOLUME_UNKNOWN ? 0n : each)),
            size,
          ),
          at,
        );
      }
      at += segment.rowCount;
    }
  }
  const word = (name: string, words: readonly string[]): RunColumn => {
    // Each has an array of its own: the writer of Arrow streams counts a shared one twice and writes it once.
    return { kind: "word", name, data: tapeOf.slice(), words, nullable: false };
  };
  const columns: RunColumn[] = [
    { kind: "time", name: "time", data: time },
    word(
      "instrument",
      tapes.map((tape) => tape.instrument.symbol),
    ),
    word(
      "interval",
      tapes.map((tape) => tape.interval),
    ),
    ...PRICES.map((name, column): RunColumn => {
      return { kind: "decimal", name, data: prices[column] as BigInt64Array, decimals: priceDecimals };
    }),
    { kind: "decimal", name: "volume", data: volume, decimals: sizeDecimals },
    { kind: "flag", name: "volumeKnown", data: volumeKnown },
  ];
  return { name: "bars", rowCount, columns };
}

function scaled(values: BigInt64Array, factor: bigint): BigInt64Array {
  return factor === 1n ? values : values.map((value) => value * factor);
}
