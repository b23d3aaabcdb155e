// Simulator of whole node sets: seeds that failed once, then a bounded number that nobody has seen. A seed says
// everything: the set, the market, what is asked for, and what the world says.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { arbitraryNodeSetCase } from "../../adapters/testing/arbitrary-node-set.js";
import { checkNodeSet } from "../../adapters/testing/check-node-set.js";
import { runNodeSetCases } from "../../adapters/testing/node-set-case.js";
import type { NodeSetCase } from "../../adapters/testing/node-set-case.js";
import { NODE_SETS } from "../../kernel/index.js";
import type { NodeSet, SetComponents } from "../../kernel/index.js";
import { engineFor } from "../model/kernel-run.js";
import { ownParts } from "./own-parts.js";

const RUNS = process.env["GOLDENTAPE_RUNS"];
/** Fresh seeds of a run: some dozens, or a thousand in the deep run. */
const FRESH = RUNS === undefined ? 30 : 1_000;
const SEED = process.env["GOLDENTAPE_SEED"];
const FIRST = SEED === undefined || SEED === "random" ? 1 : Number(SEED) * 10_000;

/** Seeds that once found a fault; add one here when it is mended, and keep it. */
function failedOnce(): readonly number[] {
  const text = readFileSync(new URL("./failing-set-seeds.json", import.meta.url), "utf8");
  return JSON.parse(text) as number[];
}

/** The sets by turns. */
function workloadOf(seed: number): { readonly set: NodeSet; readonly given: NodeSetCase } {
  const [given] = fc.sample(arbitraryNodeSetCase(), { numRuns: 1, seed });
  const set = NODE_SETS[seed % NODE_SETS.length];
  if (given === undefined || set === undefined) throw new Error("a seed gives a set and a workload");
  return { set, given };
}

function holds(seed: number, partsOf: (set: NodeSet, seed: number) => SetComponents = () => ({})): void {
  const { set, given } = workloadOf(seed);
  const without = set.name === "plain" ? (["activation", "limits"] as const) : [];
  const attach = { components: partsOf(set, seed) };
  const faults = checkNodeSet(set, { engine: engineFor(), cases: [given], without, attach });
  const text = faults.map(({ what, where }) => `${where}: ${what}`).join("\n");
  if (faults.length > 0) throw new Error(`seed ${seed}, ${set.name}:\n${text}\n${JSON.stringify(given)}`);
}

describe("a simulated node set", () => {
  it("keeps what once was broken mended", () => {
    for (const seed of failedOnce()) holds(seed);
  });

  it("keeps every law, whatever its world says and its market does", () => {
    for (let seed = FIRST; seed < FIRST + FRESH; seed++) holds(seed);
  });

  it("keeps every law with parts of one's own, of which each is there alone and all are together", () => {
    const seen = new Set<string>();
    for (let seed = FIRST; seed < FIRST + FRESH / 2; seed++) {
      holds(seed, ownParts);
      seen.add(Object.keys(ownParts(workloadOf(seed).set, seed)).join());
    }
    for (const part of ["", "execution", "publish", "portfolio", "execution,publish,portfolio,ingest"])
      if (RUNS !== undefined) expect(seen).toContain(part);
  });

  it("is given something to do: orders that fill, late fills, refusals by every gate", () => {
    const seen = { orders: 0, fills: 0, refusals: 0, activations: 0, splits: 0, routes: 0 };
    for (let seed = 1; seed <= 24; seed++) {
      const { set, given } = workloadOf(seed);
      const [run] = runNodeSetCases(engineFor(), set, [given]);
      const tables = run?.result.tables();
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += tables?.[name].rowCount ?? 0;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(3);
  });
});
