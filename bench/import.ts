// Bench of import: 1,000,000 one-minute bars as CSV, Parquet, Arrow and JSON lines, from the file on disk to a checked
// and fingerprinted tape.
//
// All four must give the fingerprint of the tape they were written from, or the bench stops.

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOfBars, fingerprintContents } from "../kernel/index.js";
import type { FileFormat, ImportManifest } from "../kernel/index.js";
import { exportTape, importTape, manifestOf } from "../adapters/files/index.js";
import { nodeHasher } from "../adapters/node/index.js";
import { syntheticTape } from "../datasets/synthetic.js";
import { brief, mediansOf, rounded } from "./timing.js";

const ROWS = 1_000_000;
const ROUNDS = 3;
const FORMATS: readonly FileFormat[] = ["csv", "parquet", "arrow", "jsonl"];

/** The manifest for `format`, from that of the text file: typed files hold their times in ns. */
function manifestFor(format: FileFormat, text: ImportManifest): ImportManifest {
  const { csv, ...rest } = text;
  if (format === "csv") return text;
  if (format === "jsonl") return { ...rest, format };
  return { ...rest, format, time: { ...text.time, unit: "ns" } };
}

const folder = mkdtempSync(join(tmpdir(), "goldentape-bench-"));
try {
  const content = contentOfBars(syntheticTape({ seed: 2, rows: ROWS }), true);
  const hasher = nodeHasher();
  const expected = fingerprintContents(hasher, [content]).fingerprint;
  const pathOf = (format: FileFormat): string => join(folder, `bars.${format}`);
  for (const format of FORMATS) exportTape(content, format, pathOf(format));
  const text = manifestOf(JSON.parse(readFileSync(`${pathOf("csv")}.manifest.json`, "utf8")), "manifest");
  const taken = async (format: FileFormat): Promise<void> => {
    const { content: back } = await importTape([pathOf(format)], manifestFor(format, text));
    const { fingerprint } = fingerprintContents(hasher, [back]);
    if (fingerprint !== expected) throw new Error(`${format} gives ${fingerprint} instead of ${expected}`);
  };
  const medians = new Map<FileFormat, number>();
  // One format after the other: by turns, what one reader leaves behind slowed the next down, which no import would
  // meet.
  for (const format of FORMATS) {
    const of = await mediansOf({ [format]: () => taken(format) }, ROUNDS, 1);
    medians.set(format, of.get(format) ?? Number.NaN);
  }
  console.log(`Import of ${ROWS} bars, checks and fingerprint included`);
  console.table(
    [...medians].map(([format, ms]) => {
      const megabytes = statSync(pathOf(format)).size / 1e6;
      return {
        format,
        "file, MB": rounded(megabytes),
        ms: Math.round(ms),
        "MB/s": Math.round((megabytes / ms) * 1000),
        "rows/ms": Math.round(ROWS / ms),
        fingerprint: brief(expected),
      };
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
