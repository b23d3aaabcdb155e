// Venues: the profiles that ship with the node sets. Data, with source and day.

import type { VenueProfile } from "./profile.js";

/** Binance spot, a regular account. */
export const BINANCE_SPOT: VenueProfile = {
  name: "binance-spot",
  version: 1,
  asOf: "2025-06-01",
  sources: [
    "Binance, Fee Schedule, Spot Trading, Regular User: maker 0.1000 %, taker 0.1000 %",
    "Binance API, GET /api/v3/exchangeInfo, filters PRICE_FILTER, LOT_SIZE and NOTIONAL of BTCUSDT and ETHUSDT",
  ],
  assumed: ["Fees are paid in the quote currency, without the discount for paying in BNB."],
  classes: ["crypto-spot"],
  hours: null,
  fees: { taker: "0.001", maker: "0.001" },
  account: { kind: "cash" },
  symbols: [
    { symbol: "BTC/USDT", tick: "0.01", lot: "0.00001", quantityMin: "0.00001", notionalMin: "5" },
    { symbol: "ETH/USDT", tick: "0.01", lot: "0.0001", quantityMin: "0.0001", notionalMin: "5" },
  ],
};

/** Binance perpetuals margined in USDT, a regular account. */
export const BINANCE_FUTURES: VenueProfile = {
  name: "binance-usdm",
  version: 1,
  asOf: "2025-06-01",
  sources: [
    "Binance, Fee Schedule, USD-M Futures, Regular User: maker 0.0200 %, taker 0.0500 %",
    "Binance API, GET /fapi/v1/exchangeInfo, filters PRICE_FILTER, LOT_SIZE and MIN_NOTIONAL of BTCUSDT and ETHUSDT",
    "Binance, Leverage and Margin of USD-M Futures: first tier of BTCUSDT with maintenance margin rate 0.40 %",
  ],
  assumed: [
    "One maintenance margin rate for every size, where the venue's tiers rise with it (account.tiers states them).",
    "A liquidation costs 1.25 % of the value, the venue's clearance fee of most symbols.",
    "Three times leverage, of what the venue offers: a choice of this profile, which `account` changes.",
  ],
  classes: ["crypto-perpetual"],
  hours: null,
  fees: { taker: "0.0005", maker: "0.0002" },
  account: { kind: "margin", leverage: "3", maintenance: "0.004", liquidationFee: "0.0125" },
  symbols: [
    { symbol: "BTC/USDT:USDT", tick: "0.1", lot: "0.001", quantityMin: "0.001", notionalMin: "100" },
    { symbol: "ETH/USDT:USDT", tick: "0.01", lot: "0.001", quantityMin: "0.001", notionalMin: "20" },
  ],
};

/** United States shares at Interactive Brokers, fixed pricing, a margin account under Regulation T. */
export const IBKR_US_STOCKS: VenueProfile = {
  name: "ibkr-us-stocks",
  version: 1,
  asOf: "2025-06-01",
  sources: [
    "Interactive Brokers, Commissions Stocks, IBKR Pro Fixed: USD 0.005 a share, least USD 1.00, most 1 % of the value",
    "Federal Reserve, Regulation T, 12 CFR 220.12: initial margin of 50 %",
    "FINRA Rule 4210: maintenance margin of 25 % of a long position",
    "NYSE, Holidays and Trading Hours: core session 9:30 to 16:00 Eastern Time",
  ],
  assumed: [
    "Short positions keep the same maintenance margin as long ones (FINRA asks for 30 %).",
    "Regulatory fees on sales (SEC, FINRA TAF) are left out: some hundredths of a basis point.",
  ],
  classes: ["equity"],
  hours: { timeZone: "America/New_York", days: [1, 2, 3, 4, 5], open: "09:30", close: "16:00" },
  fees: { taker: "0", perUnit: "0.005", minimum: "1", maximumShare: "0.01" },
  account: { kind: "margin", leverage: "2", maintenance: "0.25" },
  symbols: [],
};

export const VENUE_PROFILES: readonly VenueProfile[] = [BINANCE_SPOT, BINANCE_FUTURES, IBKR_US_STOCKS];
