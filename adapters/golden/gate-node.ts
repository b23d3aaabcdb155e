// The golden gate in Node: this process runs every scenario, then a worker thread does, and both are printed as JSON.
//
//     node [flags of V8] dist/adapters/golden/gate-node.js ROOT RELEASE DEBUG [--main]

import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { createEngine, createHasher } from "../../kernel/index.js";
import { runGate } from "./gate.js";
import type { GateHost } from "./gate-table.js";
import { gateScenarios } from "./golden-document.js";
import { hostMathDigest } from "./host-math.js";
import { scenarioSources } from "./scenario.js";

interface Work {
  readonly root: string;
  readonly release: string;
  readonly debug: string;
}

async function gate({ root, release, debug }: Work): Promise<Pick<GateHost, "cells" | "hostMath">> {
  const engineAt = (path: string): ReturnType<typeof createEngine> => createEngine(new Uint8Array(readFileSync(path)));
  const engines = { release: engineAt(release), debug: engineAt(debug) };
  const hasher = createHasher(engines.release.module);
  const cells = await runGate(gateScenarios(root), (scenario) => scenarioSources(scenario, hasher), engines);
  return { cells, hostMath: hostMathDigest() };
}

function inThread(work: Work): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: work });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

if (isMainThread) {
  const [root = "golden", release = "", debug = "", only] = process.argv.slice(2);
  const work = { root, release, debug };
  const main = await gate(work);
  const worker = only === "--main" ? null : await inThread(work);
  process.stdout.write(JSON.stringify({ main, worker }));
} else parentPort?.postMessage(await gate(workerData as Work));
