// Price scale: how a product of price and quantity mantissas becomes money.
//
// Units: money mantissas of the account currency.
// Rounding: down, toward minus infinity, so that a profit is never overstated and a loss never understated.

import type { Currency, Instrument } from "../market/instrument.js";

/** `money = product x numerator / divisor`. */
export interface PriceScale {
  readonly numerator: bigint;
  readonly divisor: bigint;
  /** Price mantissas in one unit of price. */
  readonly unit: bigint;
}

/** The scale of an instrument whose money is counted in `currency`. */
export function priceScale(instrument: Instrument, currency: Currency): PriceScale {
  const productDecimals = instrument.priceDecimals + instrument.sizeDecimals + instrument.multiplierDecimals;
  return {
    numerator: instrument.multiplier * 10n ** BigInt(currency.decimals),
    divisor: 10n ** BigInt(productDecimals),
    unit: 10n ** BigInt(instrument.priceDecimals),
  };
}

/** Money of a product of price and signed quantity. */
export function moneyOf(product: bigint, scale: PriceScale): bigint {
  const dividend = product * scale.numerator;
  const result = dividend / scale.divisor;
  return dividend < 0n && result * scale.divisor !== dividend ? result - 1n : result;
}
