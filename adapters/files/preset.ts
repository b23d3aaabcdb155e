// Presets: the layouts of well-known exports, as parts of an import manifest.
//
// Source: Yahoo Finance's historical CSV; Binance's klines (REST and data.binance.vision); TradingView's chart export;
//   LEAN's data folder (documentation of the data formats, 2024); ccxt's fetchOHLCV.

import type { ColumnRef, ImportManifest, InstrumentFacts } from "../../kernel/index.js";
import type { Sample } from "./sample.js";

export const PRESETS = ["yahoo", "binance-klines", "tradingview", "lean", "ccxt-ohlcv"] as const;
export type PresetName = (typeof PRESETS)[number];

/** Which side of bars that have both is imported. */
export type QuoteSide = "bid" | "ask" | "mid";

/** A part of a manifest; what it lacks is stated otherwise or guessed. */
export type ManifestPart = {
  readonly [K in keyof ImportManifest]?: K extends "instrument" ? Partial<InstrumentFacts> : ImportManifest[K];
};

const DOLLAR = { code: "USD", decimals: 2 } as const;
const TETHER = { code: "USDT", decimals: 8 } as const;
const BARS_BY_POSITION: Readonly<Record<string, ColumnRef>> = {
  time: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
};
const SCALE_LEAN_EQUITY = 10_000;

/** The part of a manifest that a preset states for a file. */
export function presetPart(name: PresetName, sample: Sample, side: QuoteSide): ManifestPart {
  switch (name) {
    case "yahoo":
      return yahoo();
    case "binance-klines":
      return binanceKlines(sample);
    case "tradingview":
      return tradingView(sample);
    case "lean":
      return lean(sample, side);
    case "ccxt-ohlcv":
      return {
        kind: "bars",
        columns: BARS_BY_POSITION,
        time: { unit: "ms", zone: "UTC", label: "open" },
        instrument: { assetClass: "crypto-spot", currency: TETHER },
      };
  }
}

/** Prices are 32-bit floats printed with up to six decimals; the noise is taken off by a stated rounding. */
function yahoo(): ManifestPart {
  return {
    kind: "bars",
    format: "csv",
    csv: { delimiter: ",", header: true },
    columns: { time: "Date", open: "Open", high: "High", low: "Low", close: "Close", volume: "Volume" },
    time: { unit: "iso", zone: "America/New_York", label: "close", closeTime: "16:00" },
    price: { rounding: { decimals: 2, mode: "half-even", within: "0.0005" } },
    instrument: { assetClass: "equity", currency: DOLLAR, priceDecimals: 2, tick: "0.01", sizeDecimals: 0, lot: "1" },
    interval: "1d",
  };
}

/** Milliseconds until 2024, microseconds since 2025 in the published files: told by the number of digits. */
function binanceKlines(sample: Sample): ManifestPart {
  const digits = sample.rows[0]?.[0]?.length ?? 13;
  const part: ManifestPart = {
    kind: "bars",
    columns: BARS_BY_POSITION,
    time: { unit: digits >= 16 ? "us" : "ms", zone: "UTC", label: "open" },
    instrument: { venue: "binance", assetClass: "crypto-spot", currency: TETHER },
  };
  return sample.csv === null ? part : { ...part, format: "csv", csv: sample.csv };
}

function tradingView(sample: Sample): ManifestPart {
  const isUnix = /^[0-9]+$/.test(sample.rows[0]?.[0] ?? "");
  const volume = sample.names?.find((name) => name.toLowerCase() === "volume");
  const columns: Record<string, ColumnRef> = { time: "time", open: "open", high: "high", low: "low", close: "close" };
  if (volume !== undefined) columns["volume"] = volume;
  return {
    kind: "bars",
    format: "csv",
    csv: { delimiter: ",", header: true },
    columns,
    time: { unit: isUnix ? "s" : "iso", zone: "UTC", label: "open" },
  };
}

/**
 * LEAN: no header; times are milliseconds since midnight of the date in the file's name, or `20131007 00:00`; six
 * columns are trade bars, eleven are bars of bid and ask. Equities are scaled by 10,000 and in New York time,
 * everything else is plain and in UTC.
 */
function lean(sample: Sample, side: QuoteSide): ManifestPart {
  const isScaled = sample.rows.length > 0 && sample.rows.every((row) => /^[0-9]{5,}$/.test(row[1] ?? ""));
  const isDated = (sample.rows[0]?.[0] ?? "").length >= 14;
  const isDaily = isDated && sample.rows.every((row) => / 00:00(:00)?$/.test(row[0] ?? ""));
  const zone = isScaled ? "America/New_York" : "UTC";
  const time = isDated
    ? { unit: "compact" as const, zone, label: "open" as const }
    : { unit: "ms-of-day" as const, zone, baseDate: "file-name", label: "open" as const };
  const part: ManifestPart = {
    kind: "bars",
    format: "csv",
    csv: { delimiter: ",", header: false },
    columns: sample.columnCount === 11 ? sideColumns(side) : BARS_BY_POSITION,
    time: isDaily && isScaled ? { ...time, label: "close", closeTime: "16:00" } : time,
    instrument: isScaled
      ? { assetClass: "equity", currency: DOLLAR, priceDecimals: 4, tick: "0.01", sizeDecimals: 0, lot: "1" }
      : { currency: DOLLAR },
    offTick: "allow",
    gaps: "report",
  };
  return isScaled ? { ...part, price: { scale: SCALE_LEAN_EQUITY } } : part;
}

/**
 * Bars of bid and ask: time, four bids, bid size, four asks, ask size. Sizes are the last quote's, so they are no
 * volume.
 */
function sideColumns(side: QuoteSide): Record<string, ColumnRef> {
  const names = ["open", "high", "low", "close"] as const;
  const columns: Record<string, ColumnRef> = { time: 0 };
  for (const [index, name] of names.entries()) {
    const bid = index + 1;
    const ask = index + 6;
    columns[name] = side === "bid" ? bid : side === "ask" ? ask : { mid: [bid, ask] };
  }
  return columns;
}
