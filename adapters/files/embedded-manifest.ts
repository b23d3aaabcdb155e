// Embedded manifests: the import manifest that an exported file carries, so that it can be imported again without being
// told anything.

import type { ImportManifest } from "../../kernel/index.js";
import { parseManifest } from "./manifest-schema.js";

/** Key of the manifest in the metadata of Parquet and Arrow files. */
export const MANIFEST_KEY = "goldentape.manifest";

/**
 * The manifest in a file's metadata, or null when it has none.
 *
 * @throws InputError `dataset/manifest` when there is one that cannot be read.
 */
export function embeddedManifest(text: string | null | undefined, file: string): ImportManifest | null {
  return text === null || text === undefined ? null : parseManifest(text, file);
}
