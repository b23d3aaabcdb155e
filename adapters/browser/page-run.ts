// Saved runs in a page: the file that `goldentape run --save` wrote, picked or dropped, from an address or as bytes.

import { openSavedRun } from "../../kernel/index.js";
import type { Engine, SavedRun } from "../../kernel/index.js";
import type { PageSource } from "./page-bytes.js";

/**
 * Opens a saved run, which `verifyRun` replays over its dataset.
 *
 * @throws InputError `file/kind`, `file/version`, `file/truncated` and `file/damaged`, `import/file` when it cannot be
 *   read.
 * @example
 * const replay = async (file) => verifyRun(engine, dataset, await openPageRun(file, engine)).isSame;
 */
export async function openPageRun(source: PageSource, engine: Engine): Promise<SavedRun> {
  const { pageBytes } = await import("./page-bytes.js");
  const { name, whole } = await pageBytes(source);
  return openSavedRun(engine, whole(), name);
}

/** Whether bytes begin as everything does that goldentape seals: a saved run or a snapshot. */
export async function isSealedFile(file: Blob): Promise<boolean> {
  return (await file.slice(0, SEAL.length).text()) === SEAL;
}

const SEAL = "GTPE";
