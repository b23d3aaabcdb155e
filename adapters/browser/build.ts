// Builds the files for pages out of the compiled sources: `node dist/adapters/browser/build.js`, a step of the build.
//
// Always true:
//   the folder has what this build made and nothing of an earlier one;
//   equal sources give equal files.

import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const OUT = "dist/browser";

rmSync(`${ROOT}${OUT}`, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: { goldentape: "dist/adapters/browser/index.js", worker: "dist/adapters/browser/run-worker.js" },
  outdir: OUT,
  // Strategy files import the package by its name, which here is the library that the page has.
  alias: { goldentape: "./dist/kernel/index.js" },
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  logLevel: "warning",
});
copyFileSync(`${ROOT}assembly/goldentape.wasm`, `${ROOT}${OUT}/goldentape.wasm`);
