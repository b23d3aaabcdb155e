// Builds the files for pages out of the compiled sources: `node dist/adapters/browser/build.js`, a step of the build.
//
// Always true:
//   a folder has what this build made and nothing of an earlier one;
//   equal sources give equal files.

import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Bundles `entries` into a folder that has nothing else. */
async function bundle(outdir: string, entryPoints: Readonly<Record<string, string>>): Promise<void> {
  rmSync(`${ROOT}${outdir}`, { recursive: true, force: true });
  await build({ ...SHARED, entryPoints, outdir });
}

const SHARED: BuildOptions = {
  absWorkingDir: ROOT,
  // Strategy files import the package by its name, which here is the library that the page has.
  alias: { goldentape: "./dist/kernel/index.js" },
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  logLevel: "warning",
};

await bundle("dist/browser", {
  goldentape: "dist/adapters/browser/index.js",
  worker: "dist/adapters/browser/run-worker.js",
});
copyFileSync(`${ROOT}assembly/goldentape.wasm`, `${ROOT}dist/browser/goldentape.wasm`);
await bundle("dist/notebook/gate", { gate: "dist/adapters/golden/gate-page.js" });
