// Files for a page: their size, what they import, and that they have no shims of Node.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../house/source-tree.js";

const FOLDER = join(PROJECT_ROOT, "dist/browser");
/** Everything that runs any graph over any dataset, script and module, packed: studies and proofs come after a run. */
const KERNEL_BYTES = 150_000;
/** What a page fetches before its first run: the script with everything that it imports at once, and the module. */
const PAGE_BYTES = 205_000;

const RUNNING = `export { bars, CATALOGUE, createHasher, createWorkspace, datasetOfContents, engineOf,
  fingerprintContents, forkReplay, graph, graphJson, openReplay, parseGraph, resumeReplay, runGraph, runInWorkspace,
  userNode } from "./index.js";`;
const textOf = (file: string): string => readFileSync(join(FOLDER, file), "utf8");

/** Files that a script imports when it is loaded, itself first. */
function atOnce(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const imports = [...textOf(file).matchAll(/(?:\bfrom\s*|\bimport\s*)"\.\/([^"]+)"/g)].map(
    (match) => match[1] as string,
  );
  return [file, ...imports.flatMap((each) => atOnce(each, seen))];
}

const packedBytes = (file: string): number => gzipSync(readFileSync(join(FOLDER, file)), { level: 9 }).length;

describe("the files for a page (run `npm run build` first)", () => {
  it(`hold a kernel of at most ${KERNEL_BYTES / 1000} kB packed`, async () => {
    const { outputFiles } = await build({
      stdin: { contents: RUNNING, resolveDir: join(PROJECT_ROOT, "dist/kernel") },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    const script = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
    expect(script).toBeGreaterThan(30_000);
    expect(script + packedBytes("goldentape.wasm"), `script ${script}`).toBeLessThan(KERNEL_BYTES);
  });

  it(`weigh at most ${PAGE_BYTES / 1000} kB packed before the first run`, () => {
    const files = [...atOnce("goldentape.js"), "goldentape.wasm"];
    const sizes = files.map((file) => [file, packedBytes(file)] as const);
    const sum = sizes.reduce((all, [, bytes]) => all + bytes, 0);
    expect(sum, sizes.map(([file, bytes]) => `${file} ${bytes}`).join(", ")).toBeLessThan(PAGE_BYTES);
  });

  it("load readers of files only when a file is opened", () => {
    const early = atOnce("goldentape.js").map(textOf).join("\n");
    expect(early).not.toMatch(/RecordBatchReader|ARROW1|PAR1|papaparse/i);
    const all = readdirSync(FOLDER).filter((file) => file.endsWith(".js"));
    expect(all.map(textOf).join("\n")).toMatch(/ARROW1/);
  });

  it("import nothing but each other, and name nothing of Node", () => {
    for (const file of readdirSync(FOLDER).filter((each) => each.endsWith(".js"))) {
      const text = textOf(file);
      const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([@.\w/:-]{1,80})"/g;
      const imports = [...text.matchAll(pattern)].map((match) => match[1] as string);
      const outside = imports.filter((each) => !each.startsWith("./"));
      expect(outside, file).toEqual([]);
      expect(
        imports.filter((each) => !existsSync(join(FOLDER, each))),
        file,
      ).toEqual([]);
      expect(text, file).not.toMatch(/["']node:/);
    }
  });
});
