// Files that a command writes where it was told to.
//
// Always true:
//   a file is what it was before, or whole: what is being written has another name (`.part`) until it is.

import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { usage } from "./usage.js";

/**
 * Writes a file, and makes its folder when that is missing. A link stays one; a device or a pipe is written to.
 *
 * @returns Path of the file.
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeFileAt(path: string, content: Uint8Array | string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) replaceFile(there === undefined ? path : realpathSync(path), content);
    else writeFileSync(path, content);
  } catch (error) {
    throw usage(path, "a file that can be written", (error as Error).message);
  }
  return path;
}

function replaceFile(path: string, content: Uint8Array | string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
