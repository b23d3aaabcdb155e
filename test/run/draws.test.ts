// Draws of a run: whether a touched limit fills is chance by a stated seed, and nobody else's business.

import { describe, expect, it } from "vitest";
import { bars, graph, limitOrder, lt, runGraph } from "../../kernel/index.js";
import type { RunConfig, RunOptions } from "../../kernel/index.js";
import { nodeEngine } from "../../adapters/node/kernel-module.js";
import { datasetOf } from "../kernel/run/small-tapes.js";
import { reached } from "../rule-coverage.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, runOrders } from "./order-lines.js";
import { resumedRun } from "./resumed.js";

const ROUNDS = 400;

/** Bars at 100.00 that touch 99.00 every second hour, and no further. */
const TOUCHING: readonly Bar[] = Array.from({ length: 2 * ROUNDS }, (_, row) =>
  row % 2 === 0 ? [10_000, 10_000, 10_000, 10_000] : [10_000, 10_000 + row, 9_900, 10_000],
);

/** A buy at 99.00 for each bar that stands at 100.00 throughout; good for one hour. */
function buyer(symbol: string) {
  const { high } = bars({ instrument: symbol });
  return limitOrder(1, 99, { when: lt(high, 100.005), timeInForce: "gtd", goodFor: "1h", instrument: symbol });
}

/** Hours in which the limit of `symbol` was filled. */
function hoursOf(symbols: readonly string[], symbol: string, chance: string, seed: number): readonly bigint[] {
  const limitFill = { kind: "touchProbability", p: chance } as const;
  const config: Partial<RunConfig> = { limitFill, cash: 1e9 };
  const tapes = symbols.map((each) => barsTape(each, TOUCHING));
  const result = runOrders(symbols.map(buyer), tapes, config, { seed });
  const { fills, instruments } = result.tables();
  const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
  return [...fills.time].filter((_, row) => fills.instrument[row] === index);
}

it("fills as often as the chance says, by the seed, whatever else is traded (G7)", () => {
  const alone = hoursOf(["B"], "B", "0.3", 1);
  expect(alone.length).toBeGreaterThan(ROUNDS * 0.2);
  expect(alone.length).toBeLessThan(ROUNDS * 0.4);
  expect(hoursOf(["B"], "B", "0.3", 1)).toEqual(alone);
  expect(hoursOf(["B"], "B", "0.3", 2)).not.toEqual(alone);
  expect(hoursOf(["A", "B", "C"], "B", "0.3", 1)).toEqual(alone);
  expect(hoursOf(["B"], "B", "1", 1)).toHaveLength(ROUNDS);
  reached("G7");
});

const ONE = 2n ** 64n;

/** SplitMix64's finaliser, as its authors publish it. */
function scrambled(word: bigint): bigint {
  let z = (word + 0x9e3779b97f4a7c15n) % ONE;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) % ONE;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) % ONE;
  return z ^ (z >> 31n);
}

/** The number that a draw gives, from its purpose and what it is about. */
function drawnFor(seed: bigint, purpose: bigint, about: readonly bigint[]): number {
  const state = about.reduce(
    (mixed, word) => scrambled(mixed ^ BigInt.asUintN(64, word)),
    scrambled((seed + purpose) % ONE),
  );
  return Number(((state >> 32n) * 1_000_000_000n) >> 32n);
}

describe("the draws of a run", () => {
  const config: Partial<RunConfig> = { limitFill: { kind: "touchProbability", p: "0.3" }, cash: 1e9 };
  const tapes = [barsTape("A", TOUCHING), barsTape("B", TOUCHING.slice(0, 300))];
  const decisions = ["A", "B"].map(buyer);
  const run = (options: RunOptions) => runOrders(decisions, tapes, config, options);

  it("are counted, logged where that is asked for, and change nothing", () => {
    const [plain, logged] = [run({ seed: 5 }), run({ seed: 5, logDraws: true })];
    expect([logged.resultDigest, logged.unseed]).toEqual([plain.resultDigest, plain.unseed]);
    expect([plain.draws.log, logged.draws.lost]).toEqual([null, 0]);
    expect(plain.draws.count).toBe(ROUNDS + 150);
    expect(logged.draws.log).toHaveLength(plain.draws.count + 1);
    expect(logged.draws.log?.at(-1)).toMatchObject({ purpose: "unseed", about: [BigInt(2 * ROUNDS) * HOUR_NS] });
    for (const { purpose, about, drawn } of logged.draws.log ?? [])
      expect(drawn).toBe(drawnFor(5n, purpose === "touch" ? 1n : 2n, about));
    const served = (logged.draws.log ?? []).filter(({ purpose, drawn }) => purpose === "touch" && drawn < 300_000_000);
    expect(served).toHaveLength(logged.counts.fills);
  });

  it("end with one number, however the run was driven, and with another for another seed or one draw more", () => {
    const { unseed } = run({ seed: 5 });
    expect(unseed).toMatch(/^[0-9a-f]{16}$/);
    for (const options of [{ blockRows: 3 }, { windowRows: 7 }, { stepEveryBucket: true }])
      expect(run({ seed: 5, ...options }).unseed).toBe(unseed);
    expect(run({ seed: 6 }).unseed).not.toBe(unseed);
    expect(runOrders(decisions.slice(0, 1), tapes, config, { seed: 5 }).unseed).not.toBe(unseed);
  });

  it("go on from a snapshot", () => {
    const made = graph({ decisions });
    const parts = { engines: [nodeEngine()], graph: made, dataset: datasetOf(tapes) };
    const all = { ...parts, config: { fees: { taker: 0 }, ...config }, options: { seed: 5 } };
    const straight = runGraph(nodeEngine(), made, parts.dataset, all.config, all.options);
    const resumed = resumedRun(all, [9, 500]);
    expect([resumed.unseed, resumed.draws.count]).toEqual([straight.unseed, straight.draws.count]);
    expect(straight.draws.count).toBeGreaterThan(500);
  });
});
