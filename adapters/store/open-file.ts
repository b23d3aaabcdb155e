// Opening files: a file with its manifest, or a file of the catalogue, to a tape.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CatalogueEntry } from "../../datasets/catalogue.js";
import type { ImportManifest } from "../../kernel/index.js";
import { openBytes } from "../files/file-bytes.js";
import { fault, markOf } from "../files/opened-bytes.js";
import { importTape } from "../files/import-tape.js";
import type { ImportedTape } from "../files/import-run.js";
import { parseManifest } from "../files/manifest-schema.js";
import { openTable } from "../files/open-table.js";

/**
 * Imports a file.
 *
 * @param stated Its manifest; null for the one that is inside or beside it.
 * @throws InputError `dataset/manifest` when it has none, and the codes of an import.
 */
export async function importFile(path: string, stated: ImportManifest | null): Promise<ImportedTape> {
  const manifest = stated ?? manifestFor(path);
  if (manifest !== null) return importTape([path], manifest);
  throw fault(
    "dataset/manifest",
    path,
    "a manifest that says what its columns mean",
    "none",
    `Write ${path}.manifest.json, or let goldentape dataset add ${path} propose one.`,
  );
}

/**
 * Imports a tape of the catalogue.
 *
 * @throws InputError `import/file` when its package is not installed.
 */
export function importEntry(entry: CatalogueEntry): Promise<ImportedTape> {
  return importTape([catalogueFile(entry.package, entry.file)], entry.manifest);
}

/** The manifest inside a file, or beside it; null when it has neither. */
export function manifestFor(path: string): ImportManifest | null {
  const beside = `${path}.manifest.json`;
  if (existsSync(beside)) return parseManifest(readFileSync(beside, "utf8"), beside);
  const bytes = openBytes(path);
  const isTyped = /^(PAR1|ARROW1)/.test(markOf(bytes.head.subarray(0, 6)));
  return isTyped ? openTable(bytes, {}).manifest : null;
}

/**
 * Path of a file of an npm package, looked for in the folders above the program and the working folder.
 *
 * @throws InputError `import/file` when the package is not installed.
 */
function catalogueFile(packageName: string, file: string): string {
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const path = join(folder, "node_modules", packageName, file);
      if (existsSync(path)) return path;
      if (dirname(folder) === folder) break;
    }
  }
  throw fault(
    "import/file",
    `${packageName}/${file}`,
    `the npm package ${packageName}`,
    "none installed",
    `Run npm install ${packageName}.`,
  );
}
