#!/usr/bin/env node
// Mutation testing: puts one small fault after the other into the compiled code of orders, fills, sizing and books, and
// asks the tests whether they see it. One line a fault, then the score by file and what survived.
//
//   npm run test:mutation -- --sample 8 --seed 7 --file fees,fill
//
// Options: --sample faults a file (8), --seed which ones (7), --file names of files in `assembly/` (all of FILES),
// --runs cases of each generated test (0: each its own number), --again what an earlier call printed, to try what
// survived it once more, --list to tell the faults and judge none.
//
// Always true:
//   the same sources, seed and sample give the same faults; a fault is killed when a test fails, when the module traps,
//   or when a test takes twenty times as long as it should and three seconds.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { JudgeProcess } from "./judge-process.js";
import type { Verdict } from "./judge-process.js";
import type { Change } from "./mutant.js";
import type { Mutant } from "./sample.js";
import { mutantsIn, sampleOf } from "./sample.js";
import { sourceLines } from "./source-map.js";
import type { ModuleCode } from "./wasm-code.js";
import { instructionsOf, readCode, withBytes } from "./wasm-code.js";
import { functionOf, placeOf } from "./mutant.js";

/** What is mutated: orders, their matching and walks, sizes and targets, fees, margin and the books. */
const FILES: readonly string[] = [
  ..."order order-entry order-decision order-list amend request arrive fill release link heap place".split(" "),
  ..."path bound walk open-point execution liquidate trial bar sizing target term ledger cost fees margin".split(" "),
  ..."holding liquidation side lots settlement split split-orders currency route venue publish".split(" "),
];

/** Tests that judge: matching and the books against their references, decisions and sizes, worked runs. */
const TESTS: readonly string[] = [
  ..."order-entry presets sizing late-requests split-orders trading-status matching-edges routing chain"
    .split(" ")
    .map((name) => `run/${name}.test.ts`),
  ..."account-run assumptions".split(" ").map((name) => `kernel/run/${name}.test.ts`),
  ..."random exhaustive".split(" ").map((name) => `fills/${name}.test.ts`),
  "model/replay.test.ts",
  "account/account.test.ts",
];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    sample: { type: "string", default: "8" },
    seed: { type: "string", default: "7" },
    file: { type: "string", default: FILES.join(",") },
    runs: { type: "string", default: "0" },
    again: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), "goldentape-mutation-"));

/** The debug build of the sources as they are, with its source map. */
function compile(): { readonly code: ModuleCode; readonly map: string } {
  const out = join(folder, "data-plane.wasm");
  const compiler = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
  const args = [compiler, "--config", "asconfig.json", "--target", "debug", "--sourceMap", "--outFile", out];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  return { code: readCode(new Uint8Array(readFileSync(out))), map: readFileSync(`${out}.map`, "utf8") };
}

/** The module with a change in one function; null when it has no such function, or another form of it. */
function mutated(code: ModuleCode, name: string, instructionCount: number, change: Change): Uint8Array | null {
  const owner = functionOf(code, name);
  if (owner === null) return null;
  const all = instructionsOf(code, owner);
  if (all.length !== instructionCount) return null;
  const [at, end] = placeOf(all, change);
  return withBytes(code, owner, at, end, change.bytes);
}

function lineOf({ file, line, name, change }: Mutant): string {
  const owner = name.replace(/^assembly\/[^/]*\//, "");
  return `assembly/${file}.ts:${line} ${owner} #${change.ordinal}: ${change.text}`;
}

interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

function report(judged: readonly Judged[]): void {
  const killed = (each: readonly Judged[]): string =>
    `${each.filter(({ verdict }) => verdict.kind !== "survived").length}/${each.length}`;
  console.log(`\n| file | killed |\n| --- | --- |`);
  for (const file of FILES) {
    const own = judged.filter(({ mutant }) => mutant.file === file);
    if (own.length > 0) console.log(`| \`${file}\` | ${killed(own)} |`);
  }
  console.log(`| all | ${killed(judged)} |\n`);
  for (const { mutant, verdict } of judged) {
    if (verdict.kind === "survived") console.log(`survived ${lineOf(mutant)}\n    ${mutant.source.trim()}`);
  }
}

async function judgeAll(mutants: readonly Mutant[], code: ModuleCode): Promise<void> {
  const tests = TESTS.map((path) => join(ROOT, "test", path));
  const judge = new JudgeProcess(tests, join(folder, "books.wasm"), options.runs);
  await judge.measure();
  const books = readCode(new Uint8Array(readFileSync(join(folder, "books.wasm"))));
  const control = await judge.verdictOf(code.bytes, books.bytes);
  if (control.kind !== "survived") throw new Error(`${control.kind} without a fault ${control.text}`);
  const judged: Judged[] = [];
  for (const mutant of mutants) {
    const { name, instructionCount, change } = mutant;
    const dataPlane = mutated(code, name, instructionCount, change) ?? code.bytes;
    const verdict = await judge.verdictOf(dataPlane, mutated(books, name, instructionCount, change));
    judged.push({ mutant, verdict });
    console.log(`${verdict.kind.padEnd(8)} ${lineOf(mutant)}  ${verdict.text}`);
  }
  judge.end();
  report(judged);
}

try {
  const { code, map } = compile();
  const all = mutantsIn(code, sourceLines(map), options.file.split(","), ROOT);
  const sample = sampleOf(all, Number(options.sample), Number(options.seed));
  const lines =
    options.again === undefined
      ? null
      : readFileSync(options.again, "utf8")
          .split("\n")
          .map((line) => line.trim());
  const mutants = sample.filter((each) => lines?.includes(`survived ${lineOf(each)}`) ?? true);
  console.log(`${all.length} faults; ${mutants.length} of them tried, by seed ${options.seed}`);
  if (options.list) for (const mutant of mutants) console.log(lineOf(mutant));
  else await judgeAll(mutants, code);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
