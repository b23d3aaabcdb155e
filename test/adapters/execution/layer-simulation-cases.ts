// Simulator of the execution layer: seeds that failed once, then a bounded number of seeds that nobody has seen. A seed
// says everything: intents, requests, books, restrictions, restarts, and what the line does.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { arbitraryLayerCase } from "../../../adapters/testing/arbitrary-layer.js";
import { auditLayerCase } from "../../../adapters/testing/layer-audit.js";
import { runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { LayerCase } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";

const RUNS = process.env["GOLDENTAPE_RUNS"];
/** Fresh seeds of a run: a few dozen, or a thousand in the deep run. */
const FRESH = RUNS === undefined ? 30 : 1_000;
const SEED = process.env["GOLDENTAPE_SEED"];
const FIRST = SEED === undefined || SEED === "random" ? 1 : Number(SEED) * 10_000;

/** Seeds of workloads that once found a fault; add one here when it is mended, and keep it. */
function failedOnce(): readonly number[] {
  return JSON.parse(readFileSync(new URL("./failing-seeds.json", import.meta.url), "utf8")) as number[];
}

function workloadOf(seed: number): LayerCase {
  const [drawn] = fc.sample(arbitraryLayerCase(), { numRuns: 1, seed });
  if (drawn === undefined) throw new Error("a seed gives a workload");
  return drawn;
}

function holds(seed: number): void {
  const given = workloadOf(seed);
  const outcome = runLayerCase(given);
  const faults = auditLayerCase(given, outcome);
  if (faults.length > 0) throw new Error(`seed ${seed}:\n${faults.join("\n")}\n${outcome.trace.join("\n")}`);
}

describe("a simulated execution layer", () => {
  it("keeps what once was broken mended", () => {
    for (const seed of failedOnce()) holds(seed);
  });

  it("agrees with the venue once all is quiet, whatever the line did", () => {
    for (let seed = FIRST; seed < FIRST + FRESH; seed++) holds(seed);
  });

  it("is the same for the same seed, and another for another", () => {
    const trace = (seed: number) => runLayerCase(workloadOf(seed)).trace;
    expect(trace(7)).toEqual(trace(7));
    expect(trace(7)).not.toEqual(trace(8));
  });

  it.each(LAYER_CASES.map((one) => [one.name, one] as const))("holds every law in the case %s", (_, one) => {
    expect(auditLayerCase(one, runLayerCase(one))).toEqual([]);
  });
});
