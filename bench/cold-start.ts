// Bench of a cold start: from the start of a process to the printed digest of W1 on 1,000,000 bars of the store.
//
// Spawns the built command line: `npm run build` comes first. The time without the replay is that of the same process
// with `--help`.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brief, median } from "./timing.js";

const ROWS = 1_000_000;
const ROUNDS = 5;
const CLI = fileURLToPath(new URL("../dist/adapters/cli/main.js", import.meta.url));
const STRATEGY = fileURLToPath(new URL("../datasets/strategies/sma-cross.ts", import.meta.url));

/** Runs the command line and gives what it printed and how long that took. */
function command(args: readonly string[]): { readonly text: string; readonly ms: number } {
  const start = performance.now();
  const text = execFileSync(process.execPath, [CLI, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  return { text, ms: performance.now() - start };
}

function repeated(args: readonly string[]): { readonly text: string; readonly ms: number } {
  const runs = Array.from({ length: ROUNDS }, () => command(args));
  return { text: runs[0]?.text ?? "", ms: median(runs.map((run) => run.ms)) };
}

const store = mkdtempSync(join(tmpdir(), "goldentape-bench-"));
try {
  const made = command(["dataset", "synth", "--name", "walk", "--seed", "1", "--rows", `${ROWS}`, "--store", store]);
  const settings = ["--fee-bps", "10", "--slippage", "none", "--participation", "none", "--json"];
  const run = repeated(["run", STRATEGY, "--dataset", "walk", "--store", store, ...settings]);
  const document = JSON.parse(run.text) as { readonly resultDigest: string; readonly timings: object };
  const help = repeated(["--help"]);
  console.log(`Cold start: ${ROWS} bars in the store, made and stored in ${Math.round(made.ms)} ms`);
  console.table([
    { what: "goldentape run --json, whole process", ms: Math.round(run.ms), digest: brief(document.resultDigest) },
    { what: "goldentape --help, whole process", ms: Math.round(help.ms), digest: "" },
  ]);
  console.log("timings of one run, ms:", document.timings);
} finally {
  rmSync(store, { recursive: true });
}
