// Bench of BLAKE3: our module against @noble/hashes on one thread, and the fingerprint of a million bars.
//
// Medians in MB/s (10^6 bytes), with the first bytes of the digest that both computed; stops when they differ.

import { readFileSync } from "node:fs";
import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Bench } from "tinybench";
import { createHasher, fingerprintTapes, memoryTape } from "../kernel/index.js";
import type { BarsTape, Hasher } from "../kernel/index.js";
import { syntheticInstrument } from "../datasets/synthetic.js";

interface Line {
  readonly input: string;
  readonly "ours MB/s": number;
  readonly "@noble/hashes MB/s": number | null;
  readonly ratio: number | null;
  readonly digest: string;
}

const CONTEXT = "goldentape bench";
const BARS = 1_000_000;

const path = new URL("../assembly/goldentape.wasm", import.meta.url);
const hasher = createHasher(new WebAssembly.Module(readFileSync(path)));
const lines: Line[] = [];
for (const [input, byteCount] of [
  ["64 B", 64],
  ["1 KiB", 1024],
  ["64 KiB", 65_536],
  ["1 MiB", 1_048_576],
  ["16 MiB", 16_777_216],
] as const) {
  lines.push(await compareOn(hasher, input, byteCount));
}
lines.push(await fingerprintOf(hasher, bars(BARS)));
console.table(lines);

/** Both hashers over the same bytes, which follow from their index. */
async function compareOn(ours: Hasher, input: string, byteCount: number): Promise<Line> {
  const bytes = Uint8Array.from({ length: byteCount }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 24);
  const context = new TextEncoder().encode(CONTEXT);
  const digest = bytesToHex(ours.digest(CONTEXT, bytes));
  if (bytesToHex(blake3(bytes, { context })) !== digest) throw new Error(`the digests of ${input} differ`);
  const bench = new Bench({ time: 300, warmupTime: 100, iterations: 5, warmupIterations: 2 });
  bench.add("ours", () => ours.digest(CONTEXT, bytes));
  bench.add("noble", () => blake3(bytes, { context }));
  await bench.run();
  const rate = rateOf(bench, "ours", byteCount);
  const other = rateOf(bench, "noble", byteCount);
  return {
    input,
    "ours MB/s": Math.round(rate),
    "@noble/hashes MB/s": Math.round(other),
    ratio: Math.round(rate / other),
    digest: digest.slice(0, 16),
  };
}

/** Fingerprint of bars in memory; bytes are those of their columns. */
async function fingerprintOf(ours: Hasher, tape: BarsTape): Promise<Line> {
  const bench = new Bench({ time: 500, warmupTime: 100, iterations: 5, warmupIterations: 2 });
  let fingerprint = "";
  bench.add("ours", () => {
    fingerprint = fingerprintTapes(ours, [tape]).fingerprint;
  });
  await bench.run();
  return {
    input: `${BARS} bars`,
    "ours MB/s": Math.round(rateOf(bench, "ours", tape.rowCount * 48)),
    "@noble/hashes MB/s": null,
    ratio: null,
    digest: fingerprint.slice("blake3:".length, "blake3:".length + 16),
  };
}

/** Median rate in MB/s. */
function rateOf(bench: Bench, name: string, byteCount: number): number {
  const result = bench.getTask(name)?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${name} did not run`);
  return byteCount / 1000 / result.latency.p50;
}

/** Bars whose values follow from their row number, one a minute. */
function bars(rowCount: number): BarsTape {
  const column = (at: (row: number) => number) => BigInt64Array.from({ length: rowCount }, (_, row) => BigInt(at(row)));
  const wave = (row: number) => 10_000 + (Math.imul(row, 0x9e3779b1) >>> 22);
  return memoryTape({ ...syntheticInstrument("BENCH"), quantityMin: 1n }, "1m", {
    time: column((row) => (row + 1) * 60_000_000_000),
    open: column(wave),
    high: column((row) => wave(row) + 7),
    low: column((row) => wave(row) - 7),
    close: column((row) => wave(row) + 1),
    volume: column((row) => 1 + (row % 997)),
  });
}
