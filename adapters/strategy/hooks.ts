// Module hooks: how a strategy file in TypeScript is loaded, in the thread that Node gives to such hooks.
//
// Types are replaced by blanks, so lines and columns of an error are those of the file as written. `goldentape` means
// the package that runs the strategy, wherever the file lies: two copies of it would not know each other's nodes.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "amaro";

interface ResolveContext {
  readonly parentURL?: string | undefined;
}
interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}
interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: boolean;
}
type Next<Context, Result> = (specifier: string, context: Context) => Result | Promise<Result>;

/** Finds a module; `./x.js` is `./x.ts` when only that exists, as TypeScript writes its imports. */
export function resolve(
  specifier: string,
  context: ResolveContext,
  next: Next<ResolveContext, Resolved>,
): Resolved | Promise<Resolved> {
  if (specifier === "goldentape" || specifier.startsWith("goldentape/")) {
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
  if (/^\.{1,2}\/.*\.m?js$/.test(specifier) && context.parentURL !== undefined) {
    const url = new URL(specifier, context.parentURL);
    const typed = new URL(specifier.replace(/js$/, "ts"), context.parentURL);
    if (isMissing(url) && !isMissing(typed)) return next(typed.href, context);
  }
  return next(specifier, context);
}

/** Loads a module; TypeScript without its types. */
export function load(url: string, context: object, next: Next<object, Loaded>): Loaded | Promise<Loaded> {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const path = fileURLToPath(url);
  return { format: "module", source: withoutTypes(path, readFileSync(path, "utf8")), shortCircuit: true };
}

/** The parser throws a text with a drawing of the line; its first line says what is wrong. */
function withoutTypes(path: string, text: string): string {
  try {
    return transformSync(text, { mode: "strip-only" }).code;
  } catch (error) {
    const drawing = String((error as Partial<Error> | null)?.message ?? error);
    const [, what = "syntax that cannot be read"] = /^\s*x (.*)$/m.exec(drawing) ?? [];
    const line = /,-\[(?:[^\]]*:)?([0-9]+):[0-9]+\]/.exec(drawing)?.[1] ?? "1";
    throw new SyntaxError(`${what}\n    at ${path}:${line}`);
  }
}

function isMissing(url: URL): boolean {
  return url.protocol === "file:" && !existsSync(fileURLToPath(url));
}
