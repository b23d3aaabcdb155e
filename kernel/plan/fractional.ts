// Fractional lots: an instrument as an account holds it that may own parts of a lot.
//
// A relaxation: most venues fill whole lots only, so results with fractions are a little kinder, most of all for small
// accounts. The instrument's own facts stay as they are in the dataset.

import type { Instrument } from "../market/instrument.js";

/** Decimals of a quantity with fractional lots. */
export const FRACTION_DECIMALS = 8;

/** The instrument in steps of 1e-8, without a least quantity; the least value of an order stays. */
export function fractionalOf(facts: Instrument): Instrument {
  const sizeDecimals = Math.max(facts.sizeDecimals, FRACTION_DECIMALS);
  return { ...facts, sizeDecimals, lot: 10n ** BigInt(sizeDecimals - FRACTION_DECIMALS), quantityMin: 0n };
}

/** True when volumes of its tapes count in the same unit as quantities with fractional lots do. */
export function sharesVolumeUnit(facts: Instrument): boolean {
  return facts.sizeDecimals >= FRACTION_DECIMALS;
}
