// Imports: the order of folders, and what each may know.

import { describe, expect, it } from "vitest";
import { folderCircles, importFaults } from "./import-rules.js";
import type { SourceFile } from "./source-tree.js";
import { sourceFiles } from "./source-tree.js";

const faultOf = (path: string, specifier: string) =>
  importFaults({ path, text: `import { x } from "${specifier}";\n` });

describe("imports", () => {
  it("are refused from a folder of the kernel that comes later", () => {
    expect(faultOf("kernel/market/tape.ts", "../run/run.js")).toEqual([
      "kernel/market/tape.ts:1: imports ../run/run.js, but market comes before run",
    ]);
    expect(faultOf("kernel/run/run.ts", "../market/tape.js")).toEqual([]);
  });

  it.each([
    ["kernel/base/x.ts", "node:fs"],
    ["kernel/base/x.ts", "apache-arrow"],
    ["kernel/base/x.ts", "../../adapters/files/x.js"],
    ["kernel/base/x.ts", "../../assembly/trap.js"],
    ["kernel/index.ts", "../adapters/files/x.js"],
    ["kernel/elsewhere/x.ts", "../base/error.js"],
    ["assembly/x.ts", "../kernel/base/error"],
    ["adapters/arrow/x.ts", "../../kernel/base/error.js"],
    ["adapters/arrow/x.ts", "../../test/house/x.js"],
    ["datasets/x.ts", "../kernel/market/tape.js"],
    ["datasets/x.ts", "../adapters/files/x.js"],
    ["golden/x.ts", "../kernel/index.js"],
    ["bench/x.ts", "../test/model/x.js"],
  ])("of %s refuse %s", (path, specifier) => {
    expect(faultOf(path, specifier)).toHaveLength(1);
  });

  it.each([
    ["kernel/base/x.ts", "@noble/hashes/blake3.js"],
    ["kernel/wasm/x.ts", "../../assembly/abi-trap.js"],
    ["kernel/index.ts", "./study/x.js"],
    ["adapters/arrow/x.ts", "apache-arrow"],
    ["adapters/arrow/x.ts", "../../kernel/index.js"],
    ["adapters/store/x.ts", "../../datasets/catalogue.js"],
    ["datasets/x.ts", "../kernel/index.js"],
    ["bench/x.ts", "../adapters/files/x.js"],
  ])("of %s allow %s", (path, specifier) => {
    expect(faultOf(path, specifier)).toEqual([]);
  });

  it("are seen in every form in which they can be written, and not in comments", () => {
    const text = [
      '// import a from "node:a";',
      'import "node:b";',
      'import {\n  c,\n} from "node:c";',
      'export * from "node:d";',
      'const e = import("node:e");',
    ].join("\n");
    const faults = importFaults({ path: "kernel/base/x.ts", text });
    expect(faults.map((fault) => /node:./.exec(fault)?.[0])).toEqual(["node:b", "node:c", "node:d", "node:e"]);
  });

  it("make no circle between folders of adapters", () => {
    const file = (path: string, to: string): SourceFile => ({ path, text: `import "${to}";` });
    const circle = [file("adapters/a/x.ts", "../b/x.js"), file("adapters/b/x.ts", "../a/x.js")];
    expect(folderCircles("adapters", circle)).toEqual(["a > b > a"]);
    expect(folderCircles("adapters", circle.slice(1))).toEqual([]);
  });

  it("keep the order in the whole tree", () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(importFaults)).toEqual([]);
    expect(folderCircles("adapters", files)).toEqual([]);
  });
});
