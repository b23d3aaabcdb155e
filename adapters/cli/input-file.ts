// Files that a command reads whole.

import { readFileSync } from "node:fs";
import { InputError } from "../../kernel/index.js";

const WHY: Readonly<Record<string, string>> = { ENOENT: "no such file", EISDIR: "a folder" };

/**
 * The bytes of a file.
 *
 * @param expected What it ought to be, in messages.
 * @throws InputError `import/file` when it cannot be read.
 */
export function readInputFile(path: string, expected: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const advice = `Check the path, which begins at ${process.cwd()}, and that the file may be read.`;
    throw new InputError([{ code: "import/file", path, expected, received: WHY[code] ?? message, advice }]);
  }
}
