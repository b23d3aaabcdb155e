// Error place: the line of a strategy file that an error came from.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * `path:line:column` of the innermost call in the file, or `path` when the error does not say where.
 *
 * @param error Anything that was thrown. Its stack is read, and a message that names the place of a syntax error.
 */
export function placeInFile(path: string, error: unknown): string {
  const { stack = "", message = "" } = (error ?? {}) as Partial<Error>;
  const whole = resolve(path);
  for (const name of [pathToFileURL(whole).href, whole]) {
    // A runner may add a query to the address of a module.
    const match = new RegExp(`${escaped(name)}(?:\\?[^:\\s)]*)?:([0-9]+)(?::([0-9]+))?`).exec(`${stack}\n${message}`);
    if (match !== null) return [path, match[1], match[2]].filter((part) => part !== undefined).join(":");
  }
  return path;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
