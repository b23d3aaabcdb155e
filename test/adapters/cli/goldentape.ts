// The command line in tests: inside this process, or as one of its own, from dist, which npm test builds.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { goldentape } from "../../../adapters/cli/commands.js";

export const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = `${PROJECT}dist/adapters/cli/main.js`;

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `goldentape` with these words in this process; one at a time. */
export async function inside(...words: string[]): Promise<Finished> {
  const [stdout, stderr] = [process.stdout.write, process.stderr.write];
  const { CI } = process.env;
  let out = "";
  let err = "";
  process.stdout.write = (text) => ((out += String(text)), true);
  process.stderr.write = (text) => ((err += String(text)), true);
  process.exitCode = undefined;
  delete process.env["CI"];
  try {
    await goldentape(words);
    return { code: Number(process.exitCode ?? 0), out, err };
  } finally {
    process.stdout.write = stdout;
    process.stderr.write = stderr;
    process.exitCode = undefined;
    if (CI !== undefined) process.env["CI"] = CI;
  }
}

/** Runs `goldentape` with these words in the project's folder, as a user's shell does. */
export function spawned(...words: string[]): Promise<Finished> {
  if (!existsSync(MAIN)) throw new Error("dist is not built: npm run build");
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: PROJECT });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, out, err })));
}
