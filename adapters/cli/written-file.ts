// Files that a command writes where it was told to.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { usage } from "./usage.js";

/**
 * Writes a file, and makes its folder when that is missing.
 *
 * @returns Path of the file.
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeFileAt(path: string, content: Uint8Array | string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw usage(path, "a file that can be written", (error as Error).message);
  }
  return path;
}
