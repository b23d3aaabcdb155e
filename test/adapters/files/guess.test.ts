// Guesses of a manifest: presets of known layouts, and what is shown to be confirmed.

import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { openBytes } from "../../../adapters/files/file-bytes.js";
import { proposeManifest } from "../../../adapters/files/guess.js";
import type { ProposedManifest } from "../../../adapters/files/guess.js";
import { importTape } from "../../../adapters/files/import-tape.js";
import { presetPart } from "../../../adapters/files/preset.js";
import type { PresetName, QuoteSide } from "../../../adapters/files/preset.js";
import { sampleOf } from "../../../adapters/files/sample.js";
import { barsOfContent, mantissaText, gatherBars, instantText } from "../../../kernel/index.js";
import { fileWith, temporaryFolder } from "./sample-files.js";

const folder = temporaryFolder();

async function proposed(
  name: string,
  text: string,
  preset: PresetName | null = null,
  side: QuoteSide = "mid",
): Promise<ProposedManifest> {
  const path = fileWith(folder, name, text);
  const sample = await sampleOf(openBytes(path));
  return proposeManifest(sample, basename(path), "T", preset === null ? [] : [presetPart(preset, sample, side)]);
}

/** The first bar of an import under a preset: close time, open, close, volume as text. */
async function firstBar(
  name: string,
  text: string,
  preset: PresetName | null,
  side: QuoteSide = "mid",
): Promise<string[]> {
  const { manifest } = await proposed(name, text, preset, side);
  const { content } = await importTape([`${folder}/${name}`], manifest);
  const bars = gatherBars(barsOfContent(content));
  const { priceDecimals, sizeDecimals } = content.instrument;
  const volume = bars.volume === null ? "none" : mantissaText(bars.volume[0] as bigint, sizeDecimals);
  const price = (column: BigInt64Array): string => mantissaText(column[0] as bigint, priceDecimals);
  return [instantText(bars.time[0] as bigint), content.interval ?? "", price(bars.open), price(bars.close), volume];
}

const YAHOO =
  "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,74.059998,75.150002,73.797501,75.087502,74.33,135480400\n";
const KLINE = (time: string): string => `${time},0.5,0.75,0.25,0.625,100.5,1700000059999,10,5,50.25,5,0\n`;

describe("presets", () => {
  it("read Yahoo's daily prices, whose float noise is taken off as stated", async () => {
    await expect(firstBar("y.csv", YAHOO, "yahoo")).rejects.toThrow(/within 0.0005 of 2 decimals/);
    const clean = YAHOO.replaceAll("797501", "800003").replaceAll("087502", "089996");
    expect(await firstBar("y2.csv", clean, "yahoo")).toEqual([
      "2020-01-02T21:00:00Z",
      "1d",
      "74.06",
      "75.09",
      "135480400",
    ]);
  });

  it("read Binance klines in milliseconds, in microseconds and as an answer of the exchange", async () => {
    const bar = ["2023-11-14T22:14:20Z", "1m", "0.5", "0.625", "100.5"];
    expect(await firstBar("k.csv", KLINE("1700000000000") + KLINE("1700000060000"), "binance-klines")).toEqual(bar);
    expect(await firstBar("k2.csv", KLINE("1700000000000000") + KLINE("1700000060000000"), "binance-klines")).toEqual(
      bar,
    );
    const answer = JSON.stringify([
      [1700000000000, "0.5", "0.75", "0.25", "0.625", "100.5"],
      [1700000060000, "0.5", "0.75", "0.25", "0.625", "1"],
    ]);
    expect(await firstBar("k.json", answer, "binance-klines")).toEqual(bar);
  });

  it("read TradingView's export and ccxt's arrays", async () => {
    const view = "time,open,high,low,close,Volume\n1700000000,1,1,1,1,7\n1700003600,1,1,1,1,7\n";
    expect(await firstBar("v.csv", view, "tradingview")).toEqual(["2023-11-14T23:13:20Z", "1h", "1", "1", "7"]);
    const ccxt = "[1700000000000,1.5,2,1,1.75,3.25]\n[1700000300000,1.5,2,1,1.75,3.25]\n";
    expect(await firstBar("c.jsonl", ccxt, "ccxt-ohlcv")).toEqual([
      "2023-11-14T22:18:20Z",
      "5m",
      "1.5",
      "1.75",
      "3.25",
    ]);
  });

  it("read LEAN's bars of both sides, one side or the exact middle", async () => {
    const quote = "0,1.1,1.2,1.0,1.1,0,1.3,1.4,1.2,1.3,0\n60000,1.1,1.2,1.0,1.1,0,1.3,1.4,1.2,1.3,0\n";
    const close = "2024-01-02T00:01:00Z";
    expect(await firstBar("x_20240102_quote.csv", quote, "lean", "bid")).toEqual([close, "1m", "1.1", "1.1", "none"]);
    expect(await firstBar("x_20240102_quote.csv", quote, "lean", "ask")).toEqual([close, "1m", "1.3", "1.3", "none"]);
    expect(await firstBar("x_20240102_quote.csv", quote, "lean", "mid")).toEqual([close, "1m", "1.2", "1.2", "none"]);
  });
});

describe("a guess", () => {
  it("lists everything that nobody stated", async () => {
    const { manifest, guessed } = await proposed(
      "g.csv",
      "ts;o;h;l;c;vol\n1700000000;1.25;1.5;1;1.25;3\n1700000060;1.25;1.5;1;1.25;3\n",
    );
    expect(manifest).toMatchObject({
      kind: "bars",
      format: "csv",
      csv: { delimiter: ";", header: true },
      interval: "1m",
      columns: { time: "ts", open: "o", high: "h", low: "l", close: "c", volume: "vol" },
      time: { unit: "s", zone: "UTC", label: "open" },
      instrument: { symbol: "T", priceDecimals: 2, sizeDecimals: 0, tick: "0.01", lot: "1" },
    });
    expect(guessed).toEqual([
      "columns",
      "time",
      "instrument.priceDecimals",
      "instrument.sizeDecimals",
      "instrument.assetClass",
      "instrument.currency",
      "instrument.tick",
      "instrument.lot",
      "instrument.quantityMin",
      "instrument.notionalMin",
      "instrument.multiplier",
      "interval",
    ]);
  });

  it("gives up, with the columns that there are, when prices cannot be found", async () => {
    await expect(proposed("p.csv", "when,price\n1700000000,1\n")).rejects.toThrow(
      /a column of the time.*received the columns when, price/,
    );
  });
});
