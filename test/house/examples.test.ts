// Examples of documents and docstrings: every one is run.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fastCheck from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeEngine, nodeHasher } from "../../adapters/node/kernel-module.js";
import { syntheticTape } from "../../datasets/synthetic.js";
import * as kernel from "../../kernel/index.js";
import type { Scope } from "./example-code.js";
import { docstringExamples, documentExample, runExample } from "./example-code.js";
import { PROJECT_ROOT, sourceFiles } from "./source-tree.js";

const EXAMPLES = sourceFiles(["kernel", "datasets", "adapters"]).flatMap(docstringExamples);

/** Names that examples use without saying where they come from. */
function freeNames(): Scope {
  const tape = syntheticTape({ seed: 1, rows: 300, interval: "1d" });
  const hasher = nodeHasher();
  const { fingerprint } = kernel.fingerprintTapes(hasher, [tape]);
  const dataset = { name: "synthetic", fingerprint, bars: [tape] };
  const engine = nodeEngine();
  const { open, high, low, close, volume, time } = kernel.bars();
  const fast = kernel.sma(close, 10);
  const slow = kernel.sma(close, 30);
  const strategy = kernel.graph({ decisions: [kernel.targetPercent(kernel.select(kernel.gt(fast, slow), 1, 0))] });
  const result = kernel.runGraph(engine, strategy, dataset, { fees: { taker: 0.001 } });
  const bytes = new Uint8Array([1, 2, 3]);
  const write = (): void => undefined;
  const series = { open, high, low, close, volume, time, fast, slow };
  return { ...series, tape, dataset, engine, module: engine.module, hasher, strategy, result, bytes, write };
}

/** What the package gives under each of its names. */
async function packageModules(): Promise<ReadonlyMap<string, Scope>> {
  const { exports } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as {
    exports: Record<string, { types?: string }>;
  };
  // The documents test with fast-check; the package itself takes it as a peer.
  const modules = new Map<string, Scope>([["fast-check", { ...fastCheck }]]);
  for (const [subpath, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    const source = types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts");
    modules.set(`goldentape${subpath.slice(1)}`, await scopeOf(source));
  }
  return modules;
}

async function scopeOf(path: string): Promise<Scope> {
  return { ...((await import(join(PROJECT_ROOT, path))) as Scope) };
}

let free: Scope = {};
let modules: ReadonlyMap<string, Scope> = new Map();

beforeAll(async () => {
  free = { ...kernel, ...freeNames() };
  modules = await packageModules();
});

describe("an example", () => {
  const example = (code: string) => () => runExample({ place: "x", path: "x", code }, free, modules);

  it("is found with its place", () => {
    const text =
      "const x = 1;\n/**\n * Adds.\n *\n * @example\n * add(1, 2) // 3\n * @throws never\n */\n/** @example f(1) */\n";
    expect(docstringExamples({ path: "a.ts", text })).toEqual([
      { place: "a.ts:5", path: "a.ts", code: "add(1, 2) // 3" },
      { place: "a.ts:9", path: "a.ts", code: "f(1)" },
    ]);
  });

  it("fails when it throws, when a value is another one, and when an import is not given", () => {
    expect(example("nothing()")).toThrow("nothing is not defined");
    expect(example('mantissaOf("12.50", 2) // 1250n')).not.toThrow();
    expect(example('mantissaOf("12.50", 2) // 125n')).toThrow("expected 125n, received 1250");
    expect(example('canonicalJson({ b: 1 }); // {"b":2}')).toThrow('received {"b":1}');
    expect(example('result.runId; // "blake2:…"')).toThrow("expected");
    expect(example("result.runId; // what went in")).not.toThrow();
    expect(example('import { sma, smaa } from "goldentape";')).toThrow('"goldentape" gives no smaa');
  });
});

describe("every example of a docstring runs", () => {
  it.each(EXAMPLES.map((example) => [example.place, example] as const))("%s", async (_, example) => {
    runExample(example, { ...free, ...(await scopeOf(example.path)), ...freeSeries() }, modules);
  });

  it("and there are some", () => {
    expect(EXAMPLES.length).toBeGreaterThan(25);
  });
});

/** The series of a bar: a module's own exports may not hide them. */
function freeSeries(): Scope {
  return Object.fromEntries(
    ["open", "high", "low", "close", "volume", "time", "fast", "slow"].map((name) => [name, free[name]]),
  );
}

describe("every code block of a document runs", () => {
  it.each(["README.md", "kernel/README.md"])("%s", (path) => {
    runExample(documentExample(path), free, modules);
  });
});
