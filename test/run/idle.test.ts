// Idle stretches of several instruments: buckets in which no order is open and no decision acts are taken together, and
// must give what they give one by one.

import { describe, expect, it } from "vitest";
import { syntheticInstrument, syntheticTapes } from "../../datasets/synthetic.js";
import type { AccountTerms } from "../../kernel/index.js";
import {
  acrossTop,
  bars,
  createEngine,
  createHasher,
  eq,
  fingerprintTapes,
  gatherBars,
  graph,
  gt,
  memoryTape,
  newPeriod,
  order,
  pctChange,
  reduceMean,
  runGraph,
  select,
  sma,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import type { BarsTape, Graph, Instrument, RunOptions, RunResult } from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { dataPlane, moduleBytes } from "../operators/harness.js";

const DAY_NS = 86_400_000_000_000n;
const engine = createEngine(moduleBytes());
const hasher = createHasher(dataPlane());

/** Six instruments with a bar each on every day, with what `facts` change. */
function panel(facts: Partial<Instrument> = {}): BarsTape[] {
  return syntheticTapes({ seed: 11, rows: 700, instruments: 6, interval: "1d", absentPpm: 0 }).map((tape) => {
    const { time, open, high, low, close, volume } = gatherBars(tape);
    return memoryTape({ ...tape.instrument, ...facts }, "1d", { time, open, high, low, close, volume });
  });
}

function monthly(held: number, free: number): Graph {
  const { close, time } = bars({ instrument: "*" });
  const when = newPeriod(reduceMean(time), "month");
  return graph({
    decisions: [targetPercent(select(acrossTop(pctChange(close, 5), 2, { when }), held, free), { when })],
  });
}

function crossing(): Graph {
  const { close } = bars({ instrument: "*" });
  return graph({ decisions: [targetPercent(select(gt(sma(close, 5), sma(close, 40)), 0.15, 0))] });
}

function run(tapes: readonly BarsTape[], strategy: Graph, leverage: number | null, options: RunOptions): RunResult {
  const dataset = { name: "made", fingerprint: fingerprintTapes(hasher, tapes).fingerprint, bars: tapes };
  const account: AccountTerms = leverage === null ? {} : { kind: "margin", leverage };
  return runGraph(engine, strategy, dataset, { cash: 100_000, account, fees: { taker: 0.001 } }, options);
}

interface Case {
  readonly what: string;
  readonly strategy: Graph;
  readonly facts?: Partial<Instrument>;
  readonly leverage?: number;
}

const cases: readonly Case[] = [
  { what: "chosen at a trigger", strategy: monthly(0.4, 0) },
  { what: "chosen by change", strategy: crossing() },
  { what: "in quantities of eight decimals", strategy: crossing(), facts: { sizeDecimals: 8 } },
  { what: "sold short", strategy: monthly(-0.4, 0), leverage: 2 },
  { what: "held on both sides", strategy: monthly(0.4, -0.2), leverage: 3 },
];

describe("idle stretches of several instruments", () => {
  it.each(cases)("are what their buckets are one by one: $what", ({ strategy, facts, leverage }) => {
    const tapes = panel(facts);
    for (const portfolio of ["bucket", "day"] as const) {
      const stepped = run(tapes, strategy, leverage ?? null, { portfolio, stepEveryBucket: true });
      expect(stepped.counts.fills).toBeGreaterThan(20);
      for (const blockRows of [null, 16, 50]) {
        const idle = run(tapes, strategy, leverage ?? null, { portfolio, blockRows });
        expect(idle.resultDigest).toBe(stepped.resultDigest);
        expect(idle.tables().portfolio).toEqual(stepped.tables().portfolio);
      }
    }
  });

  it.each([2, 17, 39])("stop at the price of a held instrument that is not positive, in row %i", (row) => {
    const tapes = ["A", "B"].map((symbol, place) => {
      const prices = new BigInt64Array(40).fill(100n);
      if (place === 1) prices[row] = -5n;
      const time = BigInt64Array.from(prices, (_, i) => DAY_NS * BigInt(i + 1));
      const columns = { time, open: prices, high: prices, low: prices, close: prices, volume: null };
      return memoryTape(syntheticInstrument(symbol), "1d", columns);
    });
    const held = graph({
      decisions: [targetQuantity(10, { instrument: "B" }), targetQuantity(10, { instrument: "A" })],
    });
    for (const stepEveryBucket of [true, false]) {
      expect(() => run(tapes, held, null, { stepEveryBucket })).toThrow(/a positive price to fill or value a position/);
    }
  });

  it("do not stop at such a price of what is not held", () => {
    const tapes = ["A", "B"].map((symbol, place) => {
      const prices = new BigInt64Array(40).fill(100n);
      if (place === 1) prices.fill(-5n, 5);
      const time = BigInt64Array.from(prices, (_, i) => DAY_NS * BigInt(i + 1));
      const columns = { time, open: prices, high: prices, low: prices, close: prices, volume: null };
      return memoryTape(syntheticInstrument(symbol), "1d", columns);
    });
    const held = graph({
      decisions: [targetQuantity(10, { instrument: "A" })],
      publish: { other: bars({ instrument: "B" }).close },
    });
    const [stepped, idle] = [true, false].map((stepEveryBucket) => run(tapes, held, null, { stepEveryBucket }));
    expect(idle?.resultDigest).toBe(stepped?.resultDigest);
  });
});

describe("a stretch in which orders rest", () => {
  it("leaves of the volume of its bars what they leave one by one, in blocks of any size", () => {
    const daily = (symbol: string, volumes: readonly bigint[], days: readonly number[]): BarsTape => {
      const flat = BigInt64Array.from(days, () => 10_000n);
      const time = BigInt64Array.from(days, (day) => BigInt(day) * DAY_NS);
      const volume = BigInt64Array.from(volumes);
      return memoryTape(share(symbol), "1d", { time, open: flat, high: flat, low: flat, close: flat, volume });
    };
    const days = Array.from({ length: 12 }, (_, day) => day + 1);
    const gapped = days.filter((day) => day !== 3);
    const tapes = [
      daily(
        "A",
        days.map((day) => BigInt(1000 * day)),
        days,
      ),
      daily(
        "B",
        gapped.map(() => 1000n),
        gapped,
      ),
    ];
    const below = order(10, { unit: "quantity", type: "limit", limit: 50, when: eq(bars().time, 86_400) });
    const resting = graph({ decisions: [below] });
    const digest = (options: RunOptions): string => run(tapes, resting, null, options).resultDigest;
    const expected = digest({});
    for (const blockRows of [1, 7, 1024]) expect(digest({ blockRows }), `blocks of ${blockRows}`).toBe(expected);
    expect(digest({ stepEveryBucket: true }), "every bucket stepped").toBe(expected);
  });
});
