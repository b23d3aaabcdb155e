// The golden gate in a browser: the page runs every scenario itself and then in a worker, and tells its server.
//
// How it works: this file is the page's script and the worker's, which is told apart by what its scope has.

import { createHasher } from "../../kernel/index.js";
import type { Engine } from "../../kernel/index.js";
import { loadEngine } from "../browser/page-engine.js";
import type { GateCell } from "./gate.js";
import { runGate } from "./gate.js";
import type { GateHost } from "./gate-table.js";
import { hostMathDigest } from "./host-math.js";
import type { GoldenDocument } from "./page-sources.js";
import { pageSources } from "./page-sources.js";

declare const self: {
  readonly document?: object;
  readonly location: { readonly href: string };
  postMessage(message: unknown): void;
};

type Place = Pick<GateHost, "cells" | "hostMath"> | { readonly failure: string };

async function gate(): Promise<Place> {
  try {
    const base = new URL("/golden.json", self.location.href);
    const { scenarios, modules } = (await (await fetch(base)).json()) as GoldenDocument;
    const engines: Record<string, Engine> = {};
    for (const [name, address] of Object.entries(modules)) engines[name] = await loadEngine(new URL(address, base));
    const [first] = Object.values(engines);
    if (first === undefined) return { failure: "golden.json names no module" };
    const hasher = createHasher(first.module);
    const cells: GateCell[] = await runGate(scenarios, (one) => pageSources(base, one, hasher), engines);
    return { cells, hostMath: hostMathDigest() };
  } catch (cause) {
    return { failure: String((cause as Error).stack ?? cause) };
  }
}

function inWorker(): Promise<unknown> {
  return new Promise((resolve) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ failure: message });
  });
}

if (self.document === undefined) self.postMessage(await gate());
else {
  const page = await gate();
  const worker = await inWorker();
  await fetch("/results", { method: "POST", body: JSON.stringify({ page, worker }) });
}
