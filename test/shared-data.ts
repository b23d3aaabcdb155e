// Where tests find the recorded tapes and published vectors that do not belong to the project.
//
// GOLDENTAPE_DATASETS and GOLDENTAPE_VECTORS name the folders; without them, `../shared/datasets` and
// `../shared/vectors` beside the project are used when they exist. A test that finds neither is skipped and says so.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folder of recorded market data, or null when this machine has none. */
export function datasetsRoot(): string | null {
  return folder(process.env["GOLDENTAPE_DATASETS"], "../../shared/datasets/");
}

/** Folder of published test vectors, or null when this machine has none. */
export function vectorsRoot(): string | null {
  return folder(process.env["GOLDENTAPE_VECTORS"], "../../shared/vectors/");
}

function folder(fromEnvironment: string | undefined, beside: string): string | null {
  const path = fromEnvironment ?? fileURLToPath(new URL(beside, import.meta.url));
  return existsSync(path) ? path : null;
}
