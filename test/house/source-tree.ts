// Sources of the project as the house tests read them: TypeScript and AssemblyScript files with their paths from the
// root.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface SourceFile {
  /** Path from the project's root, with slashes: `kernel/base/error.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The project's root folder. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Folders that hold sources. */
export const SOURCE_FOLDERS = ["kernel", "assembly", "adapters", "datasets", "golden", "bench", "test"] as const;

/** Every `.ts` file below `folders`, sorted by path. */
export function sourceFiles(folders: readonly string[] = SOURCE_FOLDERS): readonly SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(PROJECT_ROOT, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT_ROOT.length).replaceAll("\\", "/"))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((path) => ({ path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") }));
}
