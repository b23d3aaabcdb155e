// Chart library: the script of TradingView Lightweight Charts that is put into the page, read from the installed
// package.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * Text of the stand-alone production script, licence comment included. Reads one file of about 200 kB at each call.
 *
 * @throws Error of the file system when the package is not installed.
 */
export function chartLibrary(): string {
  const entry = createRequire(import.meta.url).resolve("lightweight-charts/package.json");
  return readFileSync(entry.replace(/package\.json$/, "dist/lightweight-charts.standalone.production.js"), "utf8");
}
