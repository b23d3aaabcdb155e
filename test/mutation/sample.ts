// Mutants of a module by source file, and samples of them.
//
// Always true:
//   a file's sample depends on the seed and the file's own mutants, not on the other files.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "./mutant.js";
import { changesOf } from "./mutant.js";
import type { SourceLine } from "./source-map.js";
import type { ModuleCode } from "./wasm-code.js";
import { instructionsOf } from "./wasm-code.js";

export interface Mutant {
  /** File in `assembly/` that the instruction was written in, without its ending; a function may hold other files'. */
  readonly file: string;
  readonly line: number;
  readonly source: string;
  /** Name of the function, and how many instructions it has. */
  readonly name: string;
  readonly instructionCount: number;
  readonly change: Change;
}

/** Lines whose only work is to stop a run that is broken already. */
const ASSERTION = /\b(?:assure|assert|trap)\w*\(/;

/** All mutants of what was written in `files`, in the order of the code. */
export function mutantsIn(
  code: ModuleCode,
  lineAt: (at: number) => SourceLine | null,
  files: readonly string[],
  root: string,
): readonly Mutant[] {
  const sources = new Map(files.map((file) => [`assembly/${file}.ts`, linesOf(join(root, `assembly/${file}.ts`))]));
  return code.functions.flatMap((owner) => {
    // A function is read only when it was written in one of the files: others may have vector instructions.
    if (!sources.has(`${owner.name.split("/").slice(0, 2).join("/")}.ts`)) return [];
    const all = instructionsOf(code, owner);
    return all.flatMap((instruction, ordinal): readonly Mutant[] => {
      const place = lineAt(instruction.at);
      const source = sources.get(place?.file ?? "")?.[(place?.line ?? 0) - 1];
      if (place === null || source === undefined || ASSERTION.test(source)) return [];
      const file = place.file.slice("assembly/".length, -".ts".length);
      return changesOf(code, all, ordinal).map((change) => ({
        ...{ file, line: place.line, source, name: owner.name, instructionCount: all.length, change },
      }));
    });
  });
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, "utf8").split("\n");
}

/** So many mutants of each file, chosen by a seed: the first of every file, then the second, and so on. */
export function sampleOf(mutants: readonly Mutant[], perFile: number, seed: number): readonly Mutant[] {
  const files = [...new Set(mutants.map(({ file }) => file))].sort((a, b) => (a < b ? -1 : 1));
  const shuffled = files.map((file) => {
    const next = numbersFrom(seed, file);
    const ranked = mutants.filter((each) => each.file === file).map((mutant) => ({ mutant, rank: next() }));
    return ranked.sort((a, b) => a.rank - b.rank).map(({ mutant }) => mutant);
  });
  const rounds = Array.from({ length: perFile }, (_, round) => shuffled.flatMap((own) => own.slice(round, round + 1)));
  return rounds.flat();
}

/** Numbers of 32 bits from a seed and a text (FNV-1a into mulberry32). */
function numbersFrom(seed: number, text: string): () => number {
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) as number), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
