// Small files for the import tests, in a folder that is gone afterwards.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { ImportManifest, InputError } from "../../../kernel/index.js";
import { importTape } from "../../../adapters/files/import-tape.js";
import type { ImportedTape } from "../../../adapters/files/import-run.js";

/** A folder for one test file, removed after its tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Facts of a share in cents, as a manifest states them. */
export function shareFacts(symbol: string): ImportManifest["instrument"] {
  return {
    symbol,
    venue: null,
    assetClass: "equity",
    currency: { code: "USD", decimals: 2 },
    priceDecimals: 2,
    sizeDecimals: 0,
    tick: "0.01",
    lot: "1",
    quantityMin: "0",
    notionalMin: "0",
    multiplier: "1",
  };
}

/** One-minute bars with a header, times in ms at the open, prices in cents. */
export const MINUTE_MANIFEST: ImportManifest = {
  kind: "bars",
  columns: { time: "time", open: "open", high: "high", low: "low", close: "close", volume: "volume" },
  time: { unit: "ms", zone: "UTC", label: "open" },
  instrument: shareFacts("TEST"),
  interval: "1m",
  calendar: { kind: "continuous" },
  gaps: "refuse",
  problems: "refuse",
};

export const HEADER = "time,open,high,low,close,volume";

/** Writes text or bytes and gives back the path. */
export function fileWith(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Imports a CSV text. */
export function importText(folder: string, text: string, changes: Partial<ImportManifest> = {}): Promise<ImportedTape> {
  return importTape([fileWith(folder, "t.csv", text)], { ...MINUTE_MANIFEST, ...changes });
}

/** Codes and places of everything that was refused; an empty list when nothing was. */
export async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    const { issues } = error as InputError;
    if (issues === undefined) throw error;
    return issues.map((issue) => `${issue.code} ${issue.path}`);
  }
}
