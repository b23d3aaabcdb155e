// Import records: what an import did, kept with the dataset so that a reader can see where each number comes from.
//
// Always true:
//   nothing in a record goes into the fingerprint, which knows logical content only.

import type { ImportManifest } from "./import-manifest.js";

export interface ImportedFile {
  readonly name: string;
  readonly byteCount: number;
  /** SHA-256 of the file as it was read, hex. */
  readonly sha256: string;
  readonly rowCount: number;
}

export interface GapRecord {
  /** Absent bars, and the runs that they form. */
  readonly absent: number;
  readonly runs: number;
  /** The longest runs: close times of the first and the last absent bar. */
  readonly longest: readonly { readonly from: string; readonly to: string; readonly count: number }[];
}

export interface ImportRecord {
  readonly files: readonly ImportedFile[];
  readonly manifest: ImportManifest;
  readonly rowsRead: number;
  readonly rowsKept: number;
  /** Rows set aside, and problems by code. */
  readonly rowsQuarantined: number;
  readonly problems: Readonly<Record<string, number>>;
  /** Columns of the files that the manifest does not use. */
  readonly columnsUnused: readonly string[];
  /** Null when no calendar was stated. */
  readonly gaps: GapRecord | null;
}
