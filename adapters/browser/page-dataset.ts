// Datasets in a page: from files, addresses, bytes or a recipe to tapes that can be replayed, pinned by fingerprint.
//
// How it works: readers of files are loaded when a dataset needs them, since they bring large packages.
//
// Always true:
//   a file gives the same dataset, with the same fingerprint, as on the command line;
//   nothing is guessed: a file without a manifest is refused.

import { InputError } from "../../kernel/index.js";
import type { Hasher, ImportManifest } from "../../kernel/index.js";
import type { FileBytes } from "../files/opened-bytes.js";
import { openedDataset, syntheticContents } from "../store/opened-dataset.js";
import type { OpenedDataset } from "../store/opened-dataset.js";
import type { PageSource } from "./page-bytes.js";

export interface PageDatasetOptions {
  readonly hasher: Hasher;
  /** What the columns mean; a file that was exported from here carries it inside. */
  readonly manifest?: ImportManifest;
  /** Name of the dataset; that of the file by default. */
  readonly name?: string;
}

/**
 * Opens a dataset.
 *
 * @param source CSV, Parquet, Arrow IPC or JSON lines, gzip included, as a file, an address or bytes; or the text of a
 *   recipe, `synthetic:seed=7,rows=1000`.
 * @throws InputError `dataset/manifest` without a manifest, and the codes of an import.
 * @example
 * const open = (file) => openPageDataset(file, { hasher: createHasher(engine.module), manifest });
 */
export async function openPageDataset(source: PageSource, options: PageDatasetOptions): Promise<OpenedDataset> {
  const { hasher } = options;
  if (typeof source === "string" && source.startsWith("synthetic:"))
    return openedDataset(options.name ?? source, "synthetic", syntheticContents(source), [], hasher);
  const { pageBytes } = await import("./page-bytes.js");
  const bytes = await pageBytes(source, ...(options.name === undefined ? [] : [options.name]));
  const { importOpened } = await import("../files/import-run.js");
  const manifest = await manifestFor(bytes, options.manifest);
  const { content, record } = await importOpened([() => bytes], manifest);
  return openedDataset(bytes.name, "file", [content], [record], hasher);
}

/** The manifest that was handed in, which may be anybody's JSON, or the one inside of the file. */
async function manifestFor(bytes: FileBytes, stated: ImportManifest | undefined): Promise<ImportManifest> {
  if (stated === undefined) return embeddedManifest(bytes);
  const { manifestOf } = await import("../files/manifest-schema.js");
  return manifestOf(stated, bytes.name);
}

async function embeddedManifest(bytes: FileBytes): Promise<ImportManifest> {
  const { formatOf, openTable } = await import("../files/open-table.js");
  const format = formatOf(bytes);
  const manifest = format === "parquet" || format === "arrow" ? openTable(bytes, {}).manifest : null;
  if (manifest !== null) return manifest;
  throw new InputError([
    {
      code: "dataset/manifest",
      path: bytes.name,
      expected: "a manifest that says what its columns mean",
      received: "none",
      advice: "Hand one in, or let proposePageManifest propose one and look at it.",
    },
  ]);
}

/**
 * Proposes a manifest for a file, with a list of everything in it that was guessed, to be looked at before it is used.
 *
 * @param symbol Symbol of the instrument.
 * @param stated Parts that are known.
 * @throws InputError `import/column` when the time or a price column cannot be found, and the codes of opening a file.
 */
export async function proposePageManifest(
  source: PageSource,
  symbol: string,
  stated: Partial<ImportManifest> = {},
): Promise<{ readonly manifest: ImportManifest; readonly guessed: readonly string[] }> {
  const { pageBytes } = await import("./page-bytes.js");
  const [{ sampleOf }, { proposeManifest }] = await Promise.all([
    import("../files/sample.js"),
    import("../files/guess.js"),
  ]);
  const bytes = await pageBytes(source);
  return proposeManifest(await sampleOf(bytes), bytes.name, symbol, [stated]);
}
