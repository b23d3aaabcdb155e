// A share in cents, in whole lots, for tests of tapes.

import type { Instrument } from "../../../kernel/index.js";

export const SHARE: Instrument = {
  symbol: "S",
  venue: null,
  assetClass: "equity",
  currency: { code: "USD", decimals: 2 },
  priceDecimals: 2,
  sizeDecimals: 0,
  tick: 1n,
  lot: 1n,
  quantityMin: 0n,
  notionalMin: 0n,
  multiplier: 1n,
  multiplierDecimals: 0,
};
