// The golden gate in a browser of the matrix: the page runs every scenario itself and then in a worker, and tells its
// server.
//
// How it works: this file is the page's script and the worker's, which is told apart by what its scope has.

import type { GateHost } from "./gate-table.js";
import { runPageGate } from "./page-gate.js";

declare const self: {
  readonly document?: object;
  readonly location: { readonly href: string };
  postMessage(message: unknown): void;
};

type Place = Pick<GateHost, "cells" | "hostMath"> | { readonly failure: string };

async function gate(): Promise<Place> {
  try {
    return await runPageGate(new URL("/golden.json", self.location.href));
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
