// Tapes of the comparisons with plain JavaScript: synthetic bars whose prices are whole units of the currency.
//
// Prices in whole yen are exact in both number systems, so an f64 loop can be held to our integers to the last unit.

import { gatherBars, memoryTape } from "../kernel/index.js";
import type { BarColumnArrays, BarsTape } from "../kernel/index.js";
import { syntheticTapes } from "../datasets/synthetic.js";
import type { SyntheticOptions } from "../datasets/synthetic.js";

export interface WholeUnitTape {
  readonly tape: BarsTape;
  readonly columns: BarColumnArrays;
}

/** Synthetic tapes in memory, in yen. */
export function wholeUnitTapes(options: SyntheticOptions): WholeUnitTape[] {
  return syntheticTapes(options).map((tape) => {
    const columns = gatherBars(tape);
    const instrument = { ...tape.instrument, currency: { code: "JPY", decimals: 0 }, priceDecimals: 0 };
    return { tape: memoryTape(instrument, tape.interval, columns), columns };
  });
}

/** A column of mantissas as f64. */
export function floatsOf(column: BigInt64Array): Float64Array {
  return Float64Array.from(column, Number);
}
