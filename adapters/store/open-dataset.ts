// Opening datasets: from a name in the store, a file, the catalogue or a recipe to tapes that can be replayed, pinned
// by fingerprint.
//
// How it works: readers of files and the store are loaded when a dataset needs them, since they bring large packages.
//
// Always true:
//   what comes back has a fingerprint that was made from its rows, or was checked against them;
//   nothing is guessed: a file without a manifest is refused.

import { existsSync, statSync } from "node:fs";
import { catalogueEntry, CATALOGUE_ENTRIES } from "../../datasets/catalogue.js";
import { InputError } from "../../kernel/index.js";
import type { Hasher, ImportManifest } from "../../kernel/index.js";
import type { ImportedTape } from "../files/import-run.js";
import { datasetWithTapes, openedDataset, syntheticContents } from "./opened-dataset.js";
import type { OpenedDataset } from "./opened-dataset.js";
import type { NewTape, Store } from "./store.js";

export interface OpenOptions {
  readonly hasher: Hasher;
  /** Folder of the store; `storeRoot()` by default. */
  readonly store?: string;
  /** Manifest of a file that carries none. */
  readonly manifest?: ImportManifest;
  /** False leaves out reading a stored dataset once to compare it with its fingerprint. True by default. */
  readonly verify?: boolean;
}

/** Folder of the store: the environment's GOLDENTAPE_STORE, or `.goldentape` in the working folder. */
export function storeRoot(stated?: string): string {
  return stated ?? process.env["GOLDENTAPE_STORE"] ?? ".goldentape";
}

/**
 * Opens a dataset.
 *
 * @param text `synthetic:seed=7,rows=1000`, a path of a file, a name in the store with or without a pin (`spy@3f8dba`),
 *   `blake3:…`, or a
 *   name of the catalogue (`sp500`).
 * @throws InputError `dataset/not-found`, `dataset/manifest`, `dataset/fingerprint`, `store/damaged`, and the codes of
 *   an import.
 */
export async function openDataset(text: string, options: OpenOptions): Promise<OpenedDataset> {
  if (text.startsWith("synthetic:"))
    return openedDataset(text, "synthetic", syntheticContents(text), [], options.hasher);
  if (isFile(text)) {
    const { importFile } = await import("./open-file.js");
    return ofImport(text, "file", await importFile(text, options.manifest ?? null), options.hasher);
  }
  const { Store } = await import("./store.js");
  const store = new Store(storeRoot(options.store), options.hasher);
  const entry = catalogueEntry(text);
  if (entry !== null && store.commits(text).length === 0) {
    const { importEntry } = await import("./open-file.js");
    return ofImport(entry.name, "catalogue", await importEntry(entry), options.hasher);
  }
  return openStored(store, text, options.verify ?? true);
}

function openStored(store: Store, text: string, verify: boolean): Promise<OpenedDataset> {
  let fingerprint: string;
  try {
    fingerprint = store.resolve(text);
  } catch (error) {
    if (!(error instanceof InputError) || error.issues[0]?.code !== "dataset/not-found") throw error;
    const others = [...CATALOGUE_ENTRIES.map((entry) => entry.name), "synthetic:seed=1,rows=1000", "a file"].join(", ");
    throw new InputError(error.issues.map((issue) => ({ ...issue, expected: `${issue.expected}; or ${others}` })));
  }
  const { manifest, contents } = store.open(fingerprint);
  const issues = verify ? store.check(fingerprint) : [];
  if (issues.length > 0) throw new InputError(issues);
  const name = text.startsWith("blake3:") ? fingerprint.slice(0, 19) : (text.split("@")[0] as string);
  return datasetWithTapes(
    name,
    fingerprint,
    "store",
    contents,
    manifest.tapes.map((tape) => tape.imported),
  );
}

/** Tapes of a recipe as the store takes them. */
export function syntheticNewTapes(text: string): NewTape[] {
  return syntheticContents(text).map((content) => ({ content, imported: null, made: text, quarantine: [] }));
}

function ofImport(
  name: string,
  origin: OpenedDataset["origin"],
  { content, record }: ImportedTape,
  hasher: Hasher,
): Promise<OpenedDataset> {
  return openedDataset(name, origin, [content], [record], hasher);
}

function isFile(path: string): boolean {
  return (path.includes("/") || path.includes(".")) && existsSync(path) && statSync(path).isFile();
}
