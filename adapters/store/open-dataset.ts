// Opening datasets: from a name in the store, a file, the catalogue or a recipe to tapes that can be replayed, pinned
// by fingerprint.
//
// Always true:
//   what comes back has a fingerprint that was made from its rows, or was checked against them;
//   nothing is guessed: a file without a manifest is refused.

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogueEntry, CATALOGUE_ENTRIES } from "../../datasets/catalogue.js";
import { parseSynthetic, syntheticTape, syntheticTapes } from "../../datasets/synthetic.js";
import { barsOfContent, compareTapes, contentOfBars, fingerprintContents, InputError } from "../../kernel/index.js";
import type { Dataset, Hasher, ImportManifest, ImportRecord, TapeContent } from "../../kernel/index.js";
import { fault, openBytes } from "../files/file-bytes.js";
import { importTape } from "../files/import-tape.js";
import { parseManifest } from "../files/manifest-schema.js";
import { openTable } from "../files/open-table.js";
import { Store } from "./store.js";
import type { NewTape } from "./store.js";

/** A dataset with everything that is known about it. */
export interface OpenedDataset extends Dataset {
  readonly origin: "store" | "file" | "catalogue" | "synthetic";
  /** All tapes, the bars among them, in canonical order. */
  readonly contents: readonly TapeContent[];
  /** What the import of each tape did; null for tapes that were made. */
  readonly records: readonly (ImportRecord | null)[];
}

export interface OpenOptions {
  readonly hasher: Hasher;
  /** Folder of the store; `storeRoot()` by default. */
  readonly store?: string;
  /** Manifest of a file that carries none. */
  readonly manifest?: ImportManifest;
  /** False leaves out reading a stored dataset once to compare it with its fingerprint. True by default. */
  readonly verify?: boolean;
}

/** Rows above which synthetic bars are made while they are replayed, not kept: 48 bytes a row. */
const ROWS_KEPT_MAX = 5_000_000;

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
  if (text.startsWith("synthetic:")) return opened(text, "synthetic", syntheticContents(text), [], options.hasher);
  if (isFile(text)) return openFile(text, options);
  const store = new Store(storeRoot(options.store), options.hasher);
  const entry = catalogueEntry(text);
  if (entry !== null && store.commits(text).length === 0) {
    const tape = await importTape([catalogueFile(entry.package, entry.file)], entry.manifest);
    return opened(entry.name, "catalogue", [tape.content], [tape.record], options.hasher);
  }
  return openStored(store, text, options.verify ?? true);
}

function openStored(store: Store, text: string, verify: boolean): OpenedDataset {
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
  return withBars(
    name,
    fingerprint,
    "store",
    contents,
    manifest.tapes.map((tape) => tape.imported),
  );
}

async function openFile(path: string, options: OpenOptions): Promise<OpenedDataset> {
  const manifest = options.manifest ?? manifestFor(path);
  if (manifest === null) {
    throw fault(
      "dataset/manifest",
      path,
      "a manifest that says what its columns mean",
      "none",
      `Write ${path}.manifest.json, or let goldentape dataset add ${path} propose one.`,
    );
  }
  const tape = await importTape([path], manifest);
  return opened(path, "file", [tape.content], [tape.record], options.hasher);
}

/** The manifest inside a file, or beside it; null when it has neither. */
export function manifestFor(path: string): ImportManifest | null {
  const beside = `${path}.manifest.json`;
  if (existsSync(beside)) return parseManifest(readFileSync(beside, "utf8"), beside);
  const bytes = openBytes(path);
  const isTyped = /^(PAR1|ARROW1)/.test(Buffer.from(bytes.head.subarray(0, 6)).toString("latin1"));
  return isTyped ? openTable(bytes, {}).manifest : null;
}

/**
 * Path of a file of an npm package, looked for in the folders above the program and the working folder.
 *
 * @throws InputError `import/file` when the package is not installed.
 */
export function catalogueFile(packageName: string, file: string): string {
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

/** Tapes of a recipe `synthetic:…`, in memory when they are not too long. */
export function syntheticContents(text: string): TapeContent[] {
  const recipe = parseSynthetic(text);
  const count = recipe.instruments ?? 1;
  const tapes = count === 1 && recipe.rows <= ROWS_KEPT_MAX ? [syntheticTape(recipe)] : syntheticTapes(recipe);
  return tapes.map((tape) => contentOfBars(tape, true));
}

/** Tapes of a recipe as the store takes them. */
export function syntheticNewTapes(text: string): NewTape[] {
  return syntheticContents(text).map((content) => ({ content, imported: null, made: text, quarantine: [] }));
}

function opened(
  name: string,
  origin: OpenedDataset["origin"],
  contents: readonly TapeContent[],
  records: readonly (ImportRecord | null)[],
  hasher: Hasher,
): OpenedDataset {
  const sorted = [...contents].sort(compareTapes);
  return withBars(name, fingerprintContents(hasher, sorted).fingerprint, origin, sorted, records);
}

function withBars(
  name: string,
  fingerprint: string,
  origin: OpenedDataset["origin"],
  contents: readonly TapeContent[],
  records: readonly (ImportRecord | null)[],
): OpenedDataset {
  const bars = contents.filter((content) => content.kind === "bars").map(barsOfContent);
  return { name, fingerprint, origin, contents, records, bars };
}

function isFile(path: string): boolean {
  return (path.includes("/") || path.includes(".")) && existsSync(path) && statSync(path).isFile();
}
