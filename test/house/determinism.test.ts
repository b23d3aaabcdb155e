// Words that the kernel must not use: clocks, random numbers and mathematics of the host.

import { describe, expect, it } from "vitest";
import { determinismFaults } from "./determinism-rules.js";
import { codeOnly } from "./source-text.js";
import { PROJECT_ROOT, sourceFiles } from "./source-tree.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reached } from "../rule-coverage.js";

const faultsIn = (path: string, text: string) => determinismFaults({ path, text });

describe("banned words", () => {
  it("are named with their line and what to use instead", () => {
    expect(faultsIn("kernel/run/x.ts", "const a = 1;\nconst b = Date.now();\n")).toEqual([
      "kernel/run/x.ts:2: Date., instead use the clock handed in",
    ]);
  });

  it.each([
    "new Date()",
    "performance.now()",
    "setTimeout(f, 1)",
    "Math.random()",
    "crypto.getRandomValues(a)",
    "Math.exp(x)",
    "Math.log10(x)",
    "Math.pow(x, 2)",
    "Math.sin(x)",
    "x ** 2",
    "10 ** decimals",
    "async () => {}",
    "await x",
    "new Promise(f)",
    "console.log(x)",
    "process.env",
    "a.localeCompare(b)",
    "x.toLocaleString()",
    "Intl.NumberFormat",
    "list.sort()",
    "list.toSorted()",
    "memory.grow(1)",
    "`text ${Date.now()}`",
  ])("are found in the kernel: %s", (text) => {
    expect(faultsIn("kernel/run/x.ts", text)).toHaveLength(1);
  });

  it.each([
    "2n ** 63n",
    "10n ** BigInt(decimals)",
    "BigInt(10) ** 2n",
    "list.sort((a, b) => a - b)",
    "Math.sqrt(x)",
    "// Date.now()",
    "/* console.log */",
    '"async and await"',
    "`Date.now() ${x} Math.random()`",
    "/Date.now()/",
    "const updateDate = 1",
  ])("are not seen in what is fine: %s", (text) => {
    expect(faultsIn("kernel/run/x.ts", text)).toEqual([]);
  });

  it("know what differs in the module: its own mathematics is compiled, relaxed SIMD is not one result", () => {
    expect(faultsIn("assembly/x.ts", "Math.exp(x)")).toEqual([]);
    expect(faultsIn("assembly/x.ts", "f64x2.relaxed_madd(a, b, c)")).toHaveLength(1);
    expect(faultsIn("assembly/x.ts", "memory.grow(1)")).toHaveLength(1);
  });

  it("may stand where the module is loaded and nowhere else", () => {
    expect(faultsIn("kernel/wasm/x.ts", "await f()")).toEqual([]);
    expect(faultsIn("kernel/graph/x.ts", "await f()")).toHaveLength(1);
  });

  it("stand nowhere in the tree", () => {
    const files = sourceFiles(["kernel", "assembly"]);
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap(determinismFaults)).toEqual([]);
    reached("G9");
  });

  it("leave relaxed SIMD out of the compiler's options too", () => {
    expect(readFileSync(join(PROJECT_ROOT, "asconfig.json"), "utf8")).not.toContain("relaxed");
  });
});

describe("codeOnly", () => {
  it("keeps lines and code, and blanks comments and texts", () => {
    expect(codeOnly('a("x"); // b\nc(`d${e}f`);')).toBe('a(" ");     \nc(` ${e} `);');
    expect(codeOnly("a = b / c; d = /e'f/;")).toBe("a = b / c; d =      ;");
    expect(codeOnly('"\\""; x')).toBe('"  "; x');
  });
});
