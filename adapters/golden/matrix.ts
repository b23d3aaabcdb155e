// The golden matrix: every golden run on every host of this machine, in one table. `npm run golden:matrix`.
//
// How it works: Node runs the gate in a process of its own for each version and each choice of V8's compilers, in the
//   main thread and in a worker thread; browsers open a page that runs it, then in a worker, and post what came out.
//
// Always true:
//   a host that is not there is named, never passed over;
//   the exit code is 0 only when something ran and nothing differs.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openHost } from "./browser-host.js";
import type { GateHost } from "./gate-table.js";
import { gateCounts, gateText } from "./gate-table.js";
import { nodeHosts } from "./node-hosts.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const RELEASE = process.env["GOLDENTAPE_WASM"] ?? join(ROOT, "assembly/goldentape.wasm");
const DEBUG = process.env["GOLDENTAPE_DEBUG_WASM"] ?? join(ROOT, "assembly/goldentape.debug.wasm");

const isJson = process.argv.includes("--json");
const hosts: GateHost[] = [];
const missing: string[] = [];

function show(text: string): void {
  if (!isJson && process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

function add(host: string, place: unknown): void {
  const { cells, hostMath, failure } = place as Partial<GateHost> & { readonly failure?: string };
  if (cells === undefined || hostMath === undefined) failed(host, failure ?? "no answer");
  else hosts.push({ host, cells, hostMath });
}

function failed(host: string, received: string): void {
  const cell = { scenario: "(the host itself)", module: "", blockRows: 0, resultDigest: null } as const;
  hosts.push({ host, cells: [{ ...cell, outcome: "different", detail: received }], hostMath: "" });
}

for (const { name, program, flags } of nodeHosts(ROOT, missing)) {
  show(`${name} …`);
  const script = join(dirname(fileURLToPath(import.meta.url)), "gate-node.js");
  const args = [...flags, script, resolve(ROOT, "golden"), RELEASE, DEBUG, ...(flags.length === 0 ? [] : ["--main"])];
  const done = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) {
    failed(name, (done.stderr || String(done.error ?? done.status)).trim());
    continue;
  }
  const { main, worker } = JSON.parse(done.stdout) as { main: unknown; worker: unknown };
  add(`${name} main thread`, main);
  if (worker !== null) add(`${name} worker thread`, worker);
}

for (const browser of ["chromium", "firefox"] as const) {
  show(`${browser} …`);
  const host = await openHost(browser, { root: ROOT, release: RELEASE, debug: DEBUG });
  if (host === null) {
    missing.push(`${browser} is not on this machine`);
    continue;
  }
  const answer = await host.results();
  if (typeof answer === "string") failed(host.name, answer);
  else {
    add(`${host.name} page`, answer.page);
    add(`${host.name} worker`, answer.worker);
  }
}

const counts = gateCounts(hosts);
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
process.stdout.write(
  isJson ? `${JSON.stringify({ version, ...counts, missing, hosts }, null, 2)}\n` : `${gateText(hosts, missing)}\n`,
);
process.exitCode = counts.different === 0 && counts.same > 0 ? 0 : 1;
