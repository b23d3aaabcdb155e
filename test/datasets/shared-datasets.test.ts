// Recorded tapes: every file of them imports.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBytes } from "../../adapters/files/file-bytes.js";
import { proposeManifest } from "../../adapters/files/guess.js";
import { importTape } from "../../adapters/files/import-tape.js";
import type { ImportedTape } from "../../adapters/files/import-run.js";
import { presetPart } from "../../adapters/files/preset.js";
import type { ManifestPart, PresetName, QuoteSide } from "../../adapters/files/preset.js";
import { sampleOf } from "../../adapters/files/sample.js";
import { instantText } from "../../kernel/index.js";
import { datasetsRoot } from "../shared-data.js";

const root = datasetsRoot();

/** What is stated about one file; the rest is the preset's and the guess's. */
interface Stated {
  readonly file: string;
  readonly symbol: string;
  readonly preset: PresetName | null;
  readonly part?: ManifestPart;
  readonly side?: QuoteSide;
}

const lean = (file: string, symbol: string, part: ManifestPart = {}, side?: QuoteSide): Stated => ({
  file,
  symbol,
  preset: "lean",
  part,
  ...(side === undefined ? {} : { side }),
});
const days = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const csv = { delimiter: ",", header: false } as const;
const perDay = { unit: "ms-of-day", zone: "America/New_York", baseDate: "file-name", label: "open" } as const;
const bitcoin = { assetClass: "crypto-spot" } as const;

const BARS: readonly Stated[] = [
  {
    file: "equity/GOOG-daily-2004-2013.csv",
    symbol: "GOOG",
    preset: "yahoo",
    part: { calendar: { kind: "weekdays" } },
  },
  lean("equity/SPY-daily-1998-2021.csv", "SPY", { calendar: { kind: "weekdays" } }),
  ...days(20131007, 20131011).map((day) => lean(`equity/SPY-minute-${day}-trade.csv`, "SPY")),
  ...days(20131007, 20131011).map((day) => lean(`equity/SPY-minute-${day}-quote.csv`, "SPY", {}, "bid")),
  ...["20140605", "20140606", "20140609"].map((day) => lean(`equity/AAPL-minute-${day}-trade.csv`, "AAPL")),
  lean("fx/EURUSD-hour-oanda-2007-2018.csv.gz", "EURUSD", { instrument: { assetClass: "fx" } }, "mid"),
  lean("fx/EURUSD-minute-oanda-20140502.csv", "EURUSD", { instrument: { assetClass: "fx", priceDecimals: 5 } }, "ask"),
  lean("crypto/BTCUSD-daily-coinbase-trade.csv", "BTCUSD", { instrument: bitcoin, calendar: { kind: "continuous" } }),
  lean("crypto/BTCUSD-minute-coinbase-20171217-trade.csv", "BTCUSD", { instrument: bitcoin }),
  lean("crypto/BTCUSD-minute-coinbase-20180404-trade.csv", "BTCUSD", { instrument: bitcoin }),
  lean("crypto/BTCUSD-minute-coinbase-20180405-trade.csv", "BTCUSD", { instrument: bitcoin }),
  lean("crypto/BTCUSD-minute-coinbase-20171217-quote.csv", "BTCUSD", { instrument: bitcoin }, "mid"),
  lean("crypto/BTCUSDT-minute-bybit-20221213-trade.csv", "BTCUSDT", { instrument: bitcoin }),
  lean("crypto/BTCUSD-second-coinbase-20161007-trade.csv", "BTCUSD", { instrument: bitcoin, interval: "1s" }),
  lean("future/ES-minute-20200106-trade-202003.csv", "ES", {
    instrument: { assetClass: "future", tick: "0.25", multiplier: "50" },
    offTick: "refuse",
  }),
];

const fundingPart = (unit: "iso"): ManifestPart => ({
  kind: "funding",
  columns: { time: "Date", rate: "Funding Rate" },
  time: { unit, zone: "+03:00", label: "close" },
  instrument: {
    assetClass: "crypto-perpetual",
    priceDecimals: 2,
    sizeDecimals: 3,
    currency: { code: "USDT", decimals: 8 },
  },
});
const factorPart: ManifestPart = {
  kind: "actions",
  csv,
  columns: { time: 0, priceFactor: 1, splitFactor: 2, referencePrice: 3 },
  time: { unit: "compact", zone: "America/New_York", label: "close" },
  price: { zeroIsAbsent: true },
  instrument: { priceDecimals: 4, sizeDecimals: 0 },
};

const EVENTS: readonly Stated[] = [
  {
    file: "equity/IBM-tick-20131007-trade.csv.gz",
    symbol: "IBM",
    preset: null,
    part: {
      kind: "trades",
      csv,
      columns: { time: 0, price: 1, size: 2 },
      time: perDay,
      price: { scale: 10_000 },
      instrument: { priceDecimals: 4, sizeDecimals: 0 },
    },
  },
  {
    file: "equity/IBM-tick-20131007-quote.csv.gz",
    symbol: "IBM",
    preset: null,
    part: {
      kind: "quotes",
      csv,
      columns: { time: 0, bid: 1, bidSize: 2, ask: 3, askSize: 4 },
      time: perDay,
      price: { scale: 10_000, zeroIsAbsent: true },
      size: { zeroIsAbsent: true },
      instrument: { priceDecimals: 4, sizeDecimals: 0 },
    },
  },
  {
    file: "fx/EURUSD-tick-oanda-20140502.csv.gz",
    symbol: "EURUSD",
    preset: null,
    part: {
      kind: "quotes",
      csv,
      columns: { time: 0, bid: 1, ask: 2 },
      time: { ...perDay, zone: "UTC" },
      instrument: { priceDecimals: 5, sizeDecimals: 0 },
    },
  },
  { file: "funding/BTCUSDT-binance-2020-2024.csv", symbol: "BTCUSDT", preset: null, part: fundingPart("iso") },
  { file: "funding/BTCUSDT-bybit-2021-2024.csv", symbol: "BTCUSDT", preset: null, part: fundingPart("iso") },
  { file: "equity/SPY-factor-file.csv", symbol: "SPY", preset: null, part: factorPart },
  { file: "equity/AAPL-factor-file.csv", symbol: "AAPL", preset: null, part: factorPart },
];

async function imported({ file, symbol, preset, part = {}, side = "mid" }: Stated): Promise<ImportedTape> {
  const path = join(root ?? "", file);
  const sample = await sampleOf(openBytes(path));
  const parts = preset === null ? [part] : [presetPart(preset, sample, side), part];
  return importTape([path], proposeManifest(sample, basename(file), symbol, parts).manifest);
}

/** Rows of each file by the table of the datasets' own description. */
function rowsStated(): Map<string, number> {
  const table = readFileSync(join(root ?? "", "MANIFEST.md"), "utf8");
  return new Map(
    [...table.matchAll(/^\| `([^`]+)` \| ([0-9]+) \|/gm)].map((match) => [match[1] as string, Number(match[2])]),
  );
}

describe.skipIf(root === null)("recorded tapes (skipped without GOLDENTAPE_DATASETS or ../shared/datasets)", () => {
  it.each([...BARS, ...EVENTS].map((stated) => [stated.file, stated] as const))(
    "imports every row of %s",
    async (file, stated) => {
      const { content, record } = await imported(stated);
      expect(content.rowCount).toBe(rowsStated().get(file));
      expect(record.rowsQuarantined).toBe(0);
    },
  );

  it("shifts open-stamped minutes in New York to closes in UTC", async () => {
    const { content } = await imported(BARS.find((one) => one.file.endsWith("20131007-trade.csv")) as Stated);
    const [segment] = [...content.segments()];
    expect(instantText(segment?.columns[0]?.[0] as bigint)).toBe("2013-10-07T08:01:00Z");
    expect(segment?.columns[1]?.[0]).toBe(1_674_100n);
  });

  it("refuses the middle of bid and ask at the decimals of one side", async () => {
    const file = "fx/EURUSD-minute-oanda-20140502.csv";
    const work = imported(lean(file, "EURUSD", { instrument: { assetClass: "fx", priceDecimals: 5 } }, "mid"));
    await expect(work).rejects.toThrow(/middle of open with at most 5 decimals/);
  });

  it("says that depth cannot be imported yet", async () => {
    const { manifest } = (await imported(BARS[0] as Stated)).record;
    await expect(
      importTape([join(root ?? "", "l2/binance-spot-btcusdt-20240808.jsonl.gz")], { ...manifest, kind: "depth" }),
    ).rejects.toThrow(/depth, which cannot be imported yet/);
  });
});
