// Judge: a process that holds the tests, and runs them against one module after the other until the first that fails.
//
// Every instance that a test makes of the data plane, or of the books under test, is one of the module that is judged,
// whatever build was asked for. Tests that make none are left out.
//
// Started by `judge-process.ts`, with how many cases a generated test takes and the paths of the test files; a loop
// that never ends is ended from there.

import { register } from "node:module";
import { pathToFileURL } from "node:url";
import type { Check } from "./checks.js";
import { collectedChecks, prepareChecks } from "./checks.js";

/** A module to judge, with the tests to run in their order. */
export interface Trial {
  readonly dataPlane: Uint8Array;
  /** Null when the fault is not in the books under test. */
  readonly books: Uint8Array | null;
  readonly checks: readonly number[];
}

/** What a test took, how it failed and whether it makes use of the module, with the module as it is. */
export interface Measured {
  readonly check: number;
  readonly name: string;
  readonly milliseconds: number;
  readonly failure: string | null;
  readonly usesModule: boolean;
}

export type JudgeMessage =
  | { readonly kind: "measured"; readonly checks: readonly Measured[] }
  | { readonly kind: "at"; readonly check: number }
  | { readonly kind: "verdict"; readonly killedBy: number | null; readonly message: string };

type ModuleKind = "dataPlane" | "books" | null;

const kinds = new WeakMap<WebAssembly.Module, ModuleKind>();
const judged = new Map<ModuleKind, WebAssembly.Module>();
let instanceCount = 0;

function kindOf(module: WebAssembly.Module): ModuleKind {
  const known = kinds.get(module);
  if (known !== undefined) return known;
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  // The books have all of the data plane, and more.
  const kind = names.includes("takeRun") ? "books" : names.includes("advance") ? "dataPlane" : null;
  kinds.set(module, kind);
  return kind;
}

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
    instanceCount++;
    return new target(judged.get(kindOf(module)) ?? module, imports);
  },
});

/** Test files find this folder's checks in place of their runner, and the books as they were compiled before. */
function redirect(): void {
  const to = (path: string): string => new URL(path, import.meta.url).href;
  const places = { vitest: to("./checks.ts"), "assemblyscript/asc": to("./books-compiler.ts") };
  const source = `
    const places = new Map(Object.entries(${JSON.stringify({ ...places, goldentape: to("../../kernel/index.ts") })}));
    export function resolve(specifier, context, next) {
      const url = places.get(specifier);
      return url === undefined || context.parentURL === url ? next(specifier, context) : { url, shortCircuit: true };
    }`;
  register(`data:text/javascript,${encodeURIComponent(source)}`);
}

function say(message: JudgeMessage): void {
  process.send?.(message);
}

function messageOf(cause: unknown): string {
  const [message = ""] = String((cause as Partial<Error> | null)?.message ?? cause).split("\n");
  return message;
}

async function measure(): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const [check, { name, run }] of collectedChecks().entries()) {
    const before = instanceCount;
    const started = performance.now();
    const failed = await failureOf(run);
    const milliseconds = performance.now() - started;
    // What cannot be run a second time would seem to see every fault.
    const failure = failed ?? (await failureOf(run));
    measured.push({ check, name, milliseconds, failure, usesModule: instanceCount > before });
  }
  return measured;
}

async function failureOf(run: Check["run"]): Promise<string | null> {
  return run().then(() => null, messageOf);
}

async function judge({ dataPlane, books, checks }: Trial): Promise<JudgeMessage> {
  judged.clear();
  judged.set("dataPlane", new WebAssembly.Module(Uint8Array.from(dataPlane)));
  if (books !== null) judged.set("books", new WebAssembly.Module(Uint8Array.from(books)));
  for (const check of checks) {
    say({ kind: "at", check });
    const message = await failureOf((collectedChecks()[check] as Check).run);
    if (message !== null) return { kind: "verdict", killedBy: check, message };
  }
  return { kind: "verdict", killedBy: null, message: "" };
}

redirect();
const [runs, ...files] = process.argv.slice(2);
for (const file of files) await import(pathToFileURL(file).href);
// Set after loading: a test file that knows a deep form must not take that one.
if (Number(runs) > 0) process.env["GOLDENTAPE_RUNS"] = runs;
await prepareChecks();
process.on("message", (message: Trial | "measure") => {
  const answer =
    message === "measure" ? measure().then((checks) => ({ kind: "measured", checks }) as const) : judge(message);
  void answer.then(say);
});
