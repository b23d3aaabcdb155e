// Instruments: the facts that turn prices, quantities and money into integers.
//
// Always true:
//   every fact that execution needs is present, none is guessed (`FILLS.md` G12).
// Units: price mantissa = price x 10^priceDecimals; quantity mantissa = quantity x 10^sizeDecimals;
//   money mantissa = money x 10^currencyDecimals; multiplier mantissa = multiplier x 10^multiplierDecimals.

export const INSTRUMENT_CLASSES = [
  "equity",
  "index",
  "future",
  "option",
  "fx",
  "crypto-spot",
  "crypto-perpetual",
] as const;
export type InstrumentClass = (typeof INSTRUMENT_CLASSES)[number];

export interface Currency {
  /** ISO 4217 code or the venue's asset code, upper case. */
  readonly code: string;
  /** Decimals of its smallest unit, 0 to 12. */
  readonly decimals: number;
}

/** Facts of one instrument. All of them go into the dataset's fingerprint. */
export interface Instrument {
  /** Symbol, unique inside a dataset: `SPY`, `BTC/USDT`. */
  readonly symbol: string;
  /** Where it trades (`XNAS`, `binance`), or `null` when the tape does not say. */
  readonly venue: string | null;
  readonly assetClass: InstrumentClass;
  /** Currency of its price and of its cash flows. */
  readonly currency: Currency;
  /** Decimals of a price mantissa, 0 to 12. */
  readonly priceDecimals: number;
  /** Decimals of a quantity mantissa, 0 to 12. */
  readonly sizeDecimals: number;
  /** Price step in price mantissa units, at least 1. */
  readonly tick: bigint;
  /** Quantity step in quantity mantissa units, at least 1. */
  readonly lot: bigint;
  /** Smallest order in quantity mantissa units; 0 for none. */
  readonly quantityMin: bigint;
  /** Smallest order value in money mantissa units; 0 for none. */
  readonly notionalMin: bigint;
  /** Contract multiplier as a mantissa at `multiplierDecimals`; 1 at 0 decimals for shares and coins. */
  readonly multiplier: bigint;
  readonly multiplierDecimals: number;
  /**
   * True for an inverse contract, which is worth quantity x multiplier / price in the currency above: a perpetual on
   * BTC quoted in dollars that settles in BTC. Left out for all others.
   */
  readonly inverse?: boolean;
}
