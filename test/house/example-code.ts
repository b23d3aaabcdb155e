// Examples in docstrings and documents: found in the text, made into code, and run.
//
// An example is plain JavaScript. A line that is an expression followed by `// value` asserts that value: a literal,
// the text of the value, or the start of its text up to `…`; any other comment is prose. Imports are checked against
// what the package gives and then taken from there.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "./source-tree.js";
import { PROJECT_ROOT } from "./source-tree.js";

/** An example with the place where it stands: `kernel/base/decimal.ts:25`. */
export interface Example {
  readonly place: string;
  readonly path: string;
  readonly code: string;
}

/** Names that an example may use, with their values. */
export type Scope = Readonly<Record<string, unknown>>;

const DOCSTRING = /\/\*\*[\s\S]*?\*\//g;

/** The `@example`s of a file. */
export function docstringExamples({ path, text }: SourceFile): readonly Example[] {
  return [...text.matchAll(DOCSTRING)].flatMap((comment) => {
    const lines = comment[0]
      .split("\n")
      .map((line) => line.replace(/^\s*(?:\/\*\* ?|\*\/|\* ?)/, "").replace(/\s*\*\/$/, ""));
    const first = text.slice(0, comment.index).split("\n").length;
    return lines.flatMap((line, index) => {
      if (!line.startsWith("@example")) return [];
      const rest = lines.slice(index + 1);
      const end = rest.findIndex((each) => each.startsWith("@"));
      const code = [line.slice("@example".length), ...rest.slice(0, end < 0 ? rest.length : end)].join("\n").trim();
      return [{ place: `${path}:${first + index}`, path, code }];
    });
  });
}

/** The blocks of a document that are marked `ts`, as one example: a later block knows the names of those before it. */
export function documentExample(path: string): Example {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((block) => block[1]);
  return { place: path, path, code: blocks.join("\n") };
}

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";?$/gm;
const ASSERTED = /^(?!const |let |import |export |for |if |\/\/|\}|\))(\S.*?);?\s+\/\/ (.+)$/gm;

/**
 * Runs an example.
 *
 * @param scope Free names.
 * @param modules What each module that an example may import from gives.
 * @throws What the example throws; Error for an import that is not given and for a value that is another one.
 */
export function runExample({ code }: Example, scope: Scope, modules: ReadonlyMap<string, Scope>): void {
  const names: Record<string, unknown> = { ...scope };
  const imported = code.replace(IMPORT, (_, list: string, from: string) => {
    for (const name of list
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "")) {
      const given = modules.get(from);
      if (given === undefined || !Object.hasOwn(given, name)) throw new Error(`"${from}" gives no ${name}`);
      names[name] = given[name];
    }
    return "";
  });
  const asserted = imported
    .replace(/^export default /gm, "")
    .replace(
      ASSERTED,
      (_, expression: string, comment: string) => `assertValue((${expression}), ${JSON.stringify(comment)});`,
    );
  // The braces let an example declare a name that is free elsewhere.
  const run = new Function("assertValue", ...Object.keys(names), `"use strict"; {\n${asserted}\n}`);
  run(assertValue, ...Object.values(names));
}

function assertValue(value: unknown, comment: string): void {
  const text = textOf(value);
  const open = /^"?([^\s"…]+)…/.exec(comment);
  if (open !== null) {
    if (!text.startsWith(open[1] as string)) throw new Error(`expected ${comment}, received ${text}`);
    return;
  }
  const literal = literalText(comment);
  if (literal !== null && text !== literal && text !== comment)
    throw new Error(`expected ${comment}, received ${text}`);
}

/** The text of the value that a comment writes out; null for prose. */
function literalText(comment: string): string | null {
  try {
    return textOf(new Function(`"use strict"; return (${comment});`)());
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "bigint") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Tables hold big integers, which JSON has no text for; prose stands behind them, not a value.
    return String(value);
  }
}
