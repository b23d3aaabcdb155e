// The S&P 500 index, daily bars from 2000-01-03 to 2020-04-17, as the npm package vega-datasets ships them.
//
// Source: vega-datasets 3, data/sp500-2000.csv (BSD-3-Clause), from Yahoo Finance by way of Kaggle.
// Rounding: the file prints six decimals of 32-bit floats; every price is within 0.0002 of a number of two decimals,
//   which it is rounded to.

import type { ImportManifest } from "../kernel/index.js";
import type { CatalogueEntry } from "./catalogue.js";

const manifest: ImportManifest = {
  kind: "bars",
  format: "csv",
  csv: { delimiter: ",", header: true },
  columns: { time: "date", open: "open", high: "high", low: "low", close: "close", volume: "volume" },
  time: { unit: "iso", zone: "America/New_York", label: "close", closeTime: "16:00" },
  price: { rounding: { decimals: 2, mode: "half-even", within: "0.0002" } },
  instrument: {
    symbol: "SPX",
    venue: null,
    assetClass: "index",
    currency: { code: "USD", decimals: 2 },
    priceDecimals: 2,
    sizeDecimals: 0,
    tick: "0.01",
    lot: "1",
    quantityMin: "0",
    notionalMin: "0",
    multiplier: "1",
  },
  interval: "1d",
  calendar: { kind: "weekdays" },
  gaps: "report",
  problems: "refuse",
  source: "npm vega-datasets, data/sp500-2000.csv",
  licence: "BSD-3-Clause (package); prices from Yahoo Finance",
};

export const SP500: CatalogueEntry = {
  name: "sp500",
  title: "S&P 500 index, daily, 2000-01-03 to 2020-04-17",
  package: "vega-datasets",
  file: "data/sp500-2000.csv",
  manifest,
};
