// An import that is killed anywhere: the store behind it is whole.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { syntheticNewTapes } from "../../../adapters/store/open-dataset.js";
import { Store } from "../../../adapters/store/store.js";
import { createHasher } from "../../../kernel/index.js";
import { dataPlane } from "../../operators/harness.js";

const project = fileURLToPath(new URL("../../../", import.meta.url));
// Beside the packages, so that the compiled adapters find theirs.
const build = join(project, "node_modules", ".cache", "goldentape-killed-import");
const root = mkdtempSync(join(tmpdir(), "goldentape-killed-"));
const hasher = createHasher(dataPlane());

/** Adds one dataset after the other until somebody stops it. */
const ENDLESS = `
import { readFileSync } from "node:fs";
import { createHasher } from "./kernel/index.js";
import { Store } from "./adapters/store/store.js";
import { syntheticNewTapes } from "./adapters/store/open-dataset.js";
const store = new Store(process.argv[2], createHasher(new WebAssembly.Module(readFileSync(process.argv[3]))));
console.log("ready");
for (let seed = Number(process.argv[4]); ; seed += 1) {
  store.add("walk", syntheticNewTapes("synthetic:rows=20000,seed=" + seed), new Date().toISOString());
}
`;

beforeAll(() => {
  mkdirSync(build, { recursive: true });
  const tsc = join(project, "node_modules", ".bin", "tsc");
  spawnSync(tsc, ["-p", "tsconfig.build.json", "--outDir", build, "--declaration", "false", "--sourceMap", "false"], {
    cwd: project,
  });
  writeFileSync(join(build, "endless.js"), ENDLESS);
  writeFileSync(join(build, "package.json"), '{"type":"module"}');
}, 60_000);

afterAll(() => {
  rmSync(build, { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
});

/** Runs the endless import and kills it `delay` ms after it began to work. */
function killedAfter(delay: number, seed: number): Promise<void> {
  const wasm = process.env["GOLDENTAPE_WASM"] ?? join(project, "assembly", "goldentape.wasm");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(build, "endless.js"), join(root, "store"), wasm, String(seed)]);
    let complaint = "";
    child.stderr.on("data", (part: Buffer) => (complaint += part.toString()));
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), delay));
    child.on("exit", (_, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(complaint))));
  });
}

it("finds the store whole after an import was killed, wherever it was", async () => {
  const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;
  const delays = isDeep ? [1, 5, 13, 29, 61, 127, 190] : [5, 29, 127];
  for (const [index, delay] of delays.entries()) {
    await killedAfter(delay, index * 1_000);
    const store = new Store(join(root, "store"), hasher);
    const objects = join(store.root, "objects");
    const known = existsSync(objects) ? readdirSync(objects) : [];
    for (const object of known.slice(-20)) expect(store.check(`blake3:${object}`)).toEqual([]);
    for (const { fingerprint } of store.commits("walk")) expect(known).toContain(fingerprint.slice(7));
    const { fingerprint } = store.add(
      "walk",
      syntheticNewTapes("synthetic:rows=50,seed=5"),
      "2030-01-01T00:00:00.000Z",
    );
    expect(store.resolve("walk")).toBe(fingerprint);
  }
}, 60_000);
