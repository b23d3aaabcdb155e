// Opened datasets: tapes with their fingerprint, calendars and where they came from, on every host.
//
// Not here: how a dataset is found by its name, in `open-dataset.ts`.

import { parseSynthetic, syntheticTape, syntheticTapes } from "../../datasets/synthetic.js";
import { compareTapes, contentOfBars, datasetOfContents, fingerprintContents } from "../../kernel/index.js";
import type { Dataset, Hasher, ImportRecord, TapeContent } from "../../kernel/index.js";
import { calendarsOf } from "./dataset-calendars.js";

/** A dataset with everything that is known about it. */
export interface OpenedDataset extends Dataset {
  readonly origin: "store" | "file" | "catalogue" | "synthetic";
  /** All tapes, the bars among them, in canonical order. */
  readonly contents: readonly TapeContent[];
  /** What the import of each tape did; null for tapes that were made. */
  readonly records: readonly (ImportRecord | null)[];
}

/** Rows above which synthetic bars are made while they are replayed, not kept: 48 bytes a row. */
const ROWS_KEPT_MAX = 5_000_000;

/** Tapes of a recipe `synthetic:…`, in memory when they are not too long. */
export function syntheticContents(text: string): TapeContent[] {
  const recipe = parseSynthetic(text);
  const count = recipe.instruments ?? 1;
  const tapes = count === 1 && recipe.rows <= ROWS_KEPT_MAX ? [syntheticTape(recipe)] : syntheticTapes(recipe);
  return tapes.map((tape) => contentOfBars(tape, true));
}

/**
 * A dataset of tapes that were imported or made, with its fingerprint.
 *
 * @param records What the import of each tape did, in the order of the tapes; none for tapes that were made.
 */
export function openedDataset(
  name: string,
  origin: OpenedDataset["origin"],
  contents: readonly TapeContent[],
  records: readonly (ImportRecord | null)[],
  hasher: Hasher,
): Promise<OpenedDataset> {
  const sorted = [...contents].sort(compareTapes);
  return datasetWithTapes(name, fingerprintContents(hasher, sorted).fingerprint, origin, sorted, records);
}

/** A dataset of tapes whose fingerprint is known. */
export async function datasetWithTapes(
  name: string,
  fingerprint: string,
  origin: OpenedDataset["origin"],
  contents: readonly TapeContent[],
  records: readonly (ImportRecord | null)[],
): Promise<OpenedDataset> {
  const calendars = await calendarsOf(contents, records);
  return { ...datasetOfContents(name, fingerprint, contents), calendars, origin, contents, records };
}
