// Bench of pages: W1 in Node, in a page of Chromium and in that page's worker, on the same machine, in turns. What a
// worker takes is counted by the page, from its question to the answer.
//
// The same module, graph and tape everywhere; the digests have to be equal, or the bench stops. GOLDENTAPE_BROWSER
// names the browser's program, `chromium` by default; without one the bench says so and ends.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { servePages } from "../adapters/node/page-server.js";
import { openDataset } from "../adapters/store/open-dataset.js";
import { CATALOGUE, createWorkspace, parseGraph, runInWorkspace } from "../kernel/index.js";
import { brief, median, rounded } from "./timing.js";

const DATASET = "synthetic:seed=11,rows=1000000,interval=1m";
const CONFIG = { cash: "10000000", fees: { taker: "0.001" } };
const ROUNDS = 11;
const WARMUP = 3;
const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What a host took, and what came out. */
interface Round {
  readonly ms: number;
  readonly digest: string;
}

/** Runs a graph; with its tables, they are decoded, and handed over by a worker. */
type Host = (name: string, withTables: boolean) => Promise<Round>;

/** Graphs as canonical JSON, by name. */
const GRAPHS: Readonly<Record<string, string>> = {
  "W1, crossing averages": documentOf("sma-cross"),
};

function documentOf(strategy: string): string {
  return readFileSync(join(ROOT, `datasets/strategies/${strategy}.json`), "utf8");
}

/** Prepares a page: one workspace, and the graphs by name. */
const PREPARE = `async (jsons) => {
  const g = await import("/goldentape.js");
  const engine = await g.loadEngine();
  const dataset = await g.openPageDataset(${JSON.stringify(DATASET)}, { hasher: g.createHasher(engine.module) });
  const workspace = g.createWorkspace(engine, dataset);
  const config = ${JSON.stringify(CONFIG)};
  const graphs = new Map(Object.entries(jsons).map(([name, json]) => [name, g.parseGraph(json, g.CATALOGUE)]));
  globalThis.inPage = (name, withTables) => {
    const start = performance.now();
    const result = g.runInWorkspace(workspace, graphs.get(name), config, { portfolio: "day" });
    if (withTables) result.tables();
    return { ms: performance.now() - start, digest: result.resultDigest };
  };
  const worker = g.startRunWorker();
  const there = await worker.open(${JSON.stringify(DATASET)});
  globalThis.inWorker = async (name, tables) => {
    const start = performance.now();
    const strategy = { kind: "graph", json: jsons[name] };
    const request = { strategy, dataset: there, config, options: { portfolio: "day" }, tables };
    const { resultDigest } = await worker.run(request);
    return { ms: performance.now() - start, digest: resultDigest };
  };
}`;

async function nodeHost(): Promise<Host> {
  const dataset = await openDataset(DATASET, { hasher: nodeHasher() });
  const workspace = createWorkspace(nodeEngine(), dataset);
  const graphs = new Map(Object.entries(GRAPHS).map(([name, json]) => [name, parseGraph(json, CATALOGUE)]));
  return async (name, withTables) => {
    const graph = graphs.get(name);
    if (graph === undefined) throw new Error(`there is no graph ${name}`);
    const start = performance.now();
    const result = runInWorkspace(workspace, graph, CONFIG, { portfolio: "day" });
    if (withTables) result.tables();
    return { ms: performance.now() - start, digest: result.resultDigest };
  };
}

async function pageOf(origin: string, open: () => Promise<Page>): Promise<Page> {
  const page = await open();
  await page.goto(`${origin}/blank.html`);
  await page.evaluate(`(${PREPARE})(${JSON.stringify(GRAPHS)})`);
  return page;
}

const program = process.env["GOLDENTAPE_BROWSER"] ?? "chromium";
const found = spawnSync("sh", ["-c", `command -v "${program}"`], { encoding: "utf8" });
if (found.status !== 0) console.log(`In a page: there is no ${program} on this machine`);
else {
  const server = await servePages([
    { path: "/", source: join(ROOT, "dist/browser") },
    { path: "/blank.html", source: join(ROOT, "test/browser/blank.html") },
  ]);
  const browser = await chromium.launch({ executablePath: found.stdout.trim(), args: ["--no-sandbox"] });
  try {
    const page = await pageOf(server.origin, () => browser.newPage());
    const hosts: Readonly<Record<string, Host>> = {
      Node: await nodeHost(),
      page: (...asked) => page.evaluate<Round>(`inPage(...${JSON.stringify(asked)})`),
      worker: (...asked) => page.evaluate<Round>(`inWorker(...${JSON.stringify(asked)})`),
    };
    await compare(hosts);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Hosts take turns, so that a busy moment of the machine meets all of them. */
async function compare(hosts: Readonly<Record<string, Host>>): Promise<void> {
  const rows = [];
  for (const name of Object.keys(GRAPHS)) {
    for (const withTables of [false, true]) {
      const times = new Map<string, number[]>(Object.keys(hosts).map((host) => [host, []]));
      const digests = new Set<string>();
      for (let round = -WARMUP; round < ROUNDS; round += 1) {
        for (const [host, run] of Object.entries(hosts)) {
          const { ms, digest } = await run(name, withTables);
          digests.add(digest);
          if (round >= 0) times.get(host)?.push(ms);
        }
      }
      if (digests.size !== 1) throw new Error(`${name}: hosts give ${[...digests].join(", ")}`);
      const node = times.get("Node") ?? [];
      for (const [host, each] of times) {
        rows.push({
          what: withTables ? `${name}, with its tables` : name,
          host,
          "least, ms": rounded(Math.min(...each)),
          "median, ms": rounded(median(each)),
          "median of Node's": rounded(median(each) / median(node)),
          digest: brief([...digests][0] ?? ""),
        });
      }
    }
  }
  console.log("In a page: 1,000,000 bars, the event log kept");
  console.table(rows);
}
