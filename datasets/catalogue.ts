// The catalogue: tapes that the project can open by name on every machine, because an npm package ships their file.

import type { ImportManifest } from "../kernel/index.js";
import { SP500 } from "./sp500.js";

/** A tape of the catalogue: where its file is and what its columns mean. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  /** npm package that has the file. */
  readonly package: string;
  /** Path of the file inside the package. */
  readonly file: string;
  readonly manifest: ImportManifest;
}

export const CATALOGUE_ENTRIES: readonly CatalogueEntry[] = [SP500];

/** The entry of a name, or null. */
export function catalogueEntry(name: string): CatalogueEntry | null {
  return CATALOGUE_ENTRIES.find((entry) => entry.name === name) ?? null;
}
