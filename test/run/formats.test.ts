// One run from four formats: what was exported as CSV, Parquet, Arrow and JSON lines and imported again gives one
// result digest, in blocks of 1 and of 4,096 rows, in the release and in the debug module.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exportTape } from "../../adapters/files/export-tape.js";
import { openDataset } from "../../adapters/store/open-dataset.js";
import { syntheticTape } from "../../datasets/synthetic.js";
import {
  bars,
  contentOfBars,
  createEngine,
  createHasher,
  FILE_FORMATS,
  fingerprintTapes,
  graph,
  gt,
  runGraph,
  select,
  sma,
  targetPercent,
} from "../../kernel/index.js";
import type { Dataset } from "../../kernel/index.js";
import { dataPlane, moduleBytes } from "../operators/harness.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hasher = createHasher(dataPlane());
const engines = { release: createEngine(moduleBytes("release")), debug: createEngine(moduleBytes("debug")) };
const tape = syntheticTape({ seed: 11, rows: 9000, interval: "15m" });
const { close } = bars();
const strategy = graph({ decisions: [targetPercent(select(gt(sma(close, 5), sma(close, 20)), 1, 0))] });
const config = { fees: { taker: 0.0002 } };

function digestOf(dataset: Dataset, build: "release" | "debug", blockRows: number): string {
  return runGraph(engines[build], strategy, dataset, config, { blockRows }).resultDigest;
}

describe("a run over imported data", () => {
  const original = { name: "made", fingerprint: fingerprintTapes(hasher, [tape]).fingerprint, bars: [tape] };
  const expected = digestOf(original, "release", 1024);

  it.each(FILE_FORMATS)("has the digest of the original when it comes back from %s", async (format) => {
    const path = join(folder, `tape.${format}`);
    exportTape(contentOfBars(tape, true), format, path);
    const dataset = await openDataset(path, { hasher });
    expect(dataset.fingerprint).toBe(original.fingerprint);
    for (const build of ["release", "debug"] as const) {
      for (const blockRows of [1, 4096]) expect(digestOf(dataset, build, blockRows)).toBe(expected);
    }
  });
});
