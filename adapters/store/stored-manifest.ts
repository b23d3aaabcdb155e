// Stored manifests: what lies beside the columns of a dataset in the store.
//
// Always true:
//   a manifest says everything that is needed to open the dataset without reading a row.

import { z } from "zod";
import { InputError, TAPE_KINDS } from "../../kernel/index.js";
import type { FingerprintTree, ImportRecord, InstrumentFacts } from "../../kernel/index.js";
import { INSTRUMENT_FACTS_SCHEMA } from "../files/manifest-schema.js";

export const STORED_FORMAT = "goldentape dataset 1";

/** One tape of a stored dataset. */
export interface StoredTape {
  /** Arrow file inside the dataset's folder. */
  readonly file: string;
  readonly byteCount: number;
  readonly kind: (typeof TAPE_KINDS)[number];
  readonly instrument: InstrumentFacts;
  readonly interval: string | null;
  readonly rowCount: number;
  /** Names of its fields, in schema order. */
  readonly fields: readonly string[];
  /** Times of the first and the last row, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** What the import did; null for tapes that were made, not read. */
  readonly imported: ImportRecord | null;
  /** How the tape was made when it was not imported: `synthetic:seed=7,rows=1000`. */
  readonly made: string | null;
}

export interface StoredManifest {
  readonly format: typeof STORED_FORMAT;
  readonly fingerprint: string;
  readonly tapes: readonly StoredTape[];
  readonly tree: FingerprintTree;
}

const digest = z.string().regex(/^blake3:[0-9a-f]{64}$/);
const SCHEMA = z.object({
  format: z.literal(STORED_FORMAT),
  fingerprint: digest,
  tapes: z.array(
    z.object({
      file: z.string().regex(/^tape-[0-9]+\.arrow$/),
      byteCount: z.int().nonnegative(),
      kind: z.enum(TAPE_KINDS),
      instrument: INSTRUMENT_FACTS_SCHEMA,
      interval: z.string().nullable(),
      rowCount: z.int().nonnegative(),
      fields: z.array(z.string()),
      from: z.string(),
      to: z.string(),
      imported: z.looseObject({}).nullable(),
      made: z.string().nullable(),
    }),
  ),
  tree: z.looseObject({ fingerprint: digest, tapes: z.array(z.looseObject({ digest })) }),
});

/**
 * Reads a stored manifest.
 *
 * @throws InputError `store/damaged` when it is not one.
 */
export function parseStoredManifest(text: string, path: string): StoredManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError([
      { code: "store/damaged", path, expected: "the manifest of a dataset", received: (error as Error).message },
    ]);
  }
  const parsed = SCHEMA.safeParse(value);
  if (parsed.success) return value as StoredManifest;
  throw new InputError(
    parsed.error.issues.map((issue) => ({
      code: "store/damaged" as const,
      path: `${path}: ${issue.path.map(String).join(".")}`,
      expected: issue.message,
      received: "something else",
    })),
  );
}
