// Simulator: seeds that failed once, then a bounded number of seeds that nobody has seen.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lineOf, simulate } from "./workload.js";

const RUNS = process.env["GOLDENTAPE_RUNS"];
/** Fresh seeds of a run: a few, or as the deep run says. */
const FRESH = RUNS === undefined ? 4 : 8;
const SEED = process.env["GOLDENTAPE_SEED"];
const FIRST = SEED === undefined || SEED === "random" ? 1 : Number(SEED) * 1_000;

/** Seeds of workloads that once found a fault; add one here when it is mended, and keep it. */
function failedOnce(): readonly number[] {
  return JSON.parse(readFileSync(new URL("./failing-seeds.json", import.meta.url), "utf8")) as number[];
}

function holds(seed: number): void {
  const { faults, trace } = simulate(seed);
  expect(trace.length, `seed ${seed} does something`).toBeGreaterThan(1);
  if (faults.length > 0) throw new Error(`seed ${seed}:\n${faults.join("\n")}\n${trace.join("\n")}`);
}

describe("a simulated market", () => {
  it("keeps what once was broken mended", () => {
    for (const seed of failedOnce()) holds(seed);
  });

  it("has the reference's events and passes the audit", () => {
    for (let seed = FIRST; seed < FIRST + FRESH; seed++) holds(seed);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(simulate(7).trace).toEqual(simulate(7).trace);
    expect(simulate(7).trace).not.toEqual(simulate(8).trace);
  });

  it("has a line of fixed width for each event", () => {
    const fill = {
      kind: "fill",
      time: 129_600_000_000_000n,
      order: 3,
      instrument: 1,
      price: 25n,
      quantity: -4n,
    } as const;
    const rest = { cash: 100n, fee: 0n, realised: 0n, slippage: 0n, isForced: false, liquidity: "maker" } as const;
    expect(lineOf({ ...fill, ...rest })).toBe("    1.50 i1   #3     fill                -4 @       25 maker");
  });
});
