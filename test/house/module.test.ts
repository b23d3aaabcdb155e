// The compiled module: what it imports and exports, and that its build can be repeated byte for byte.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { dataPlane } from "../operators/harness.js";
import { PROJECT_ROOT } from "./source-tree.js";

/** Bytes of the release module, built from a copy of the sources in a new folder. */
function builtElsewhere(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-build-"));
  try {
    for (const name of ["assembly", "asconfig.json", "package.json"]) {
      cpSync(join(PROJECT_ROOT, name), join(folder, name), {
        recursive: true,
        filter: (path) => !/\.wasm(?:\.map)?$|\.wat$/.test(path),
      });
    }
    symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"), "dir");
    const compiler = join(folder, "node_modules/assemblyscript/bin/asc.js");
    const target = ["--config", "asconfig.json", "--target", "release", "--transform", "./assembly/optimize.js"];
    const built = spawnSync(process.execPath, [compiler, ...target], { cwd: folder, encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
    return readFileSync(join(folder, "assembly/goldentape.wasm"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(["release", "debug"] as const)("the %s module", (build) => {
  it("imports its memory and nothing else: no function of the host can change a result", () => {
    expect(WebAssembly.Module.imports(dataPlane(build))).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  it("works in a memory of fixed size", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    expect(() => new WebAssembly.Instance(dataPlane(build), { env: { memory } })).not.toThrow();
  });
});

describe("the build of the module", () => {
  // A compilation is the dearest of all tests; the deep run has it, like the checks of every change.
  const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;
  it.runIf(isDeep)(
    "gives the bytes of this folder's module in every other one (run `npm run build` first)",
    () => {
      const here = readFileSync(join(PROJECT_ROOT, "assembly/goldentape.wasm"));
      expect(here.length).toBeGreaterThan(1000);
      expect(builtElsewhere().equals(here)).toBe(true);
    },
    240_000,
  );
});
