// Tape import from a disk.

import type { ImportManifest } from "../../kernel/index.js";
import { openBytes } from "./file-bytes.js";
import { importOpened } from "./import-run.js";
import type { ImportedTape } from "./import-run.js";

/**
 * Imports one tape.
 *
 * @param paths One or more files of one layout, in order of time.
 * @throws InputError with every issue: of the manifest, of each file as a whole, and of rows by example and count.
 */
export function importTape(paths: readonly string[], manifest: ImportManifest): Promise<ImportedTape> {
  return importOpened(
    paths.map((path) => () => openBytes(path)),
    manifest,
  );
}
