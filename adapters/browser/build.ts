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
  const isSource = Object.values(entryPoints).every((path) => path.endsWith(".ts"));
  // Strategy files import the package by its name, which here is the library that the page has.
  const alias = { goldentape: isSource ? "./kernel/index.ts" : "./dist/kernel/index.js" };
  await build({ ...SHARED, alias, entryPoints, outdir });
}

const SHARED: BuildOptions = {
  absWorkingDir: ROOT,
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
// Pages are made of the sources, whose types know of a page.
const PAGE = "adapters/notebook/page";
await bundle("dist/notebook", {
  goldentape: "adapters/browser/index.ts",
  worker: "adapters/browser/run-worker.ts",
  gate: "adapters/golden/gate-page.ts",
  plain: `${PAGE}/plain.ts`,
  library: `${PAGE}/library.ts`,
  "user-nodes": `${PAGE}/user-nodes.ts`,
});
for (const file of ["index.html", "page.css", "observable.css"])
  copyFileSync(`${ROOT}${PAGE}/${file}`, `${ROOT}dist/notebook/${file}`);
copyFileSync(`${ROOT}node_modules/uplot/dist/uPlot.min.css`, `${ROOT}dist/notebook/uPlot.min.css`);
copyFileSync(`${ROOT}assembly/goldentape.wasm`, `${ROOT}dist/notebook/goldentape.wasm`);
