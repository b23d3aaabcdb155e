// The golden gate in a page or a worker: scenarios and modules from the page's server.

import { createHasher } from "../../kernel/index.js";
import type { Engine } from "../../kernel/index.js";
import { loadEngine } from "../browser/page-engine.js";
import type { GateCell } from "./gate.js";
import { runGate } from "./gate.js";
import type { GateHost } from "./gate-table.js";
import { hostMathDigest } from "./host-math.js";
import type { GoldenDocument } from "./page-sources.js";
import { pageSources } from "./page-sources.js";

/**
 * Runs every golden run here.
 *
 * @param base Address of `golden.json`.
 * @param onScenario Called after each scenario; the page may draw meanwhile.
 */
export async function runPageGate(
  base: URL,
  onScenario?: (cells: readonly GateCell[]) => void | Promise<void>,
): Promise<Pick<GateHost, "cells" | "hostMath">> {
  const { scenarios, modules } = (await (await fetch(base)).json()) as GoldenDocument;
  const engines: Record<string, Engine> = {};
  for (const [name, address] of Object.entries(modules)) engines[name] = await loadEngine(new URL(address, base));
  const [first] = Object.values(engines);
  if (first === undefined) throw new Error("golden.json names no module");
  const hasher = createHasher(first.module);
  const cells = await runGate(scenarios, (one) => pageSources(base, one, hasher), engines, onScenario);
  return { cells, hostMath: hostMathDigest() };
}
