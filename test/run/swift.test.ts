// Swift orders: market orders that fill at the next open without a place in the book, and must leave what the same
// orders leave that stand in it, which those of a run bucket by bucket do.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { syntheticTapes } from "../../datasets/synthetic.js";
import type { BarsTape, Dataset, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  bars,
  createWorkspace,
  gatherBars,
  graph,
  lag,
  gt,
  memoryActions,
  memoryStatus,
  memoryTape,
  openReplay,
  runGraph,
  select,
  targetPercent,
} from "../../kernel/index.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import type { ReplayCase } from "../model/kernel-run.js";
import { engineFor, kernelRun } from "../model/kernel-run.js";

const ROWS = 5_000;
/** Rows of the runs that need not meet a checkpoint. */
const FEW_ROWS = 1_200;
const CHECKPOINT_ROWS = 4_096;
const MINUTE_NS = 60_000_000_000n;
const FINGERPRINT = `blake3:${"0".repeat(64)}` as const;
const tape = gapping();
const { time } = gatherBars(tape);

/** Bars that open at their low, at their high, or where the bar before closed. */
function gapping(): BarsTape {
  const [drawn] = syntheticTapes({ seed: 5, rows: ROWS });
  if (drawn === undefined) throw new Error("there is a tape");
  const columns = gatherBars(drawn);
  const opens = [columns.low, columns.high, columns.open];
  const open = columns.open.map((_, row) => (opens[(row * 7) % 3] as BigInt64Array)[row] as bigint);
  return memoryTape(drawn.instrument, drawn.interval, { ...columns, open });
}

/** Shares of equity that are held after a rise and after a fall. */
type Targets = readonly [up: number, down: number];

/** An order nearly every other bar: in and out, from long to short, and more and less at the limit of a margin of 3. */
const TARGETS: readonly Targets[] = [
  [0.4, 0],
  [0.4, -0.4],
  [3, 1.5],
];

function turning([up, down]: Targets): ReturnType<typeof graph> {
  const { close } = bars();
  return graph({ decisions: [targetPercent(select(gt(close, lag(close, 1)), up, down))] });
}

/** What happens besides trading: halts and limits every hundred bars, a split in the middle. */
const statusRows = Array.from({ length: ROWS / 50 }, (_, i) => i * 50 + 7);
const DATASETS: Readonly<Record<string, Dataset>> = {
  "bars alone": { name: "made", fingerprint: FINGERPRINT, bars: [tape] },
  "halts, limits and a split": {
    name: "made",
    fingerprint: FINGERPRINT,
    bars: [tape],
    status: [
      memoryStatus(tape.instrument, {
        time: BigInt64Array.from(statusRows, (row) => (time[row] as bigint) + MINUTE_NS / 2n),
        status: BigInt64Array.from(statusRows, (_, i) => (i % 2 === 0 ? BigInt(1 + ((i / 2) % 3)) : 0n)),
      }),
    ],
    actions: [
      memoryActions(tape.instrument, {
        time: BigInt64Array.of((time[ROWS / 2] as bigint) + MINUTE_NS / 2n),
        priceFactor: BigInt64Array.of(1_000_000_000_000n),
        splitFactor: BigInt64Array.of(500_000_000_000n),
        referencePrice: BigInt64Array.of(100n),
      }),
    ],
  },
};

const CONFIGS: Readonly<Record<string, RunConfig>> = {
  cash: { cash: "1000000", fees: { taker: 0.001 }, slippage: { kind: "none" }, participation: null },
  "a small account": { cash: "1500", fees: { taker: 0.001, minimum: 1 }, participation: null },
  "a share of the volume": { cash: "90000000", fees: { taker: 0.001 }, participation: 0.02 },
  margin: {
    cash: "1000000",
    fees: { taker: 0.0005 },
    account: { kind: "margin", leverage: 3 },
    participation: null,
    slippage: { kind: "none" },
  },
  "the next close": { cash: "1000000", fees: { taker: 0.001 }, fill: "nextClose" },
  "the bar as a bound": {
    cash: "1000000",
    fees: { taker: 0.001 },
    slippage: { kind: "bps", bps: 500 },
    capToBar: true,
  },
  "limits of the run": { cash: "1000000", fees: { taker: 0 }, limits: { maxPosition: { share: 0.3 } } },
};

function run(dataset: Dataset, config: RunConfig, targets: Targets, options: RunOptions): RunResult {
  return runGraph(engineFor(), turning(targets), dataset, config, options);
}

describe("swift orders", () => {
  const cases = Object.keys(DATASETS).flatMap((data) =>
    Object.keys(CONFIGS).flatMap((config) => TARGETS.map((targets) => [data, config, targets] as const)),
  );

  it.each(cases)("leave the log of orders in the book: %s, %s, %j", (data, name, targets) => {
    const [dataset, config] = [DATASETS[data] as Dataset, CONFIGS[name] as RunConfig];
    const to = name === "cash" ? null : (time[FEW_ROWS] as bigint);
    const stepped = run(dataset, config, targets, { stepEveryBucket: true, to });
    // A cash account that wants more than all of it trades once.
    expect(stepped.counts.orders).toBeGreaterThan(targets[0] > 1 ? 0 : 50);
    for (const blockRows of [null, 7]) {
      const swift = run(dataset, config, targets, { blockRows, to });
      expect(swift.resultDigest, `blocks of ${blockRows}`).toBe(stepped.resultDigest);
      expect(swift.tables().portfolio).toEqual(stepped.tables().portfolio);
      if (name === "cash" && blockRows === null) expect(swift.batches()).toEqual(stepped.batches());
    }
  });

  it("are in the book whenever a call ends, as orders that wait are", () => {
    const config = CONFIGS["cash"] as RunConfig;
    const dataset = DATASETS["bars alone"] as Dataset;
    const whole = run(dataset, config, [0.4, 0], {});
    for (const every of [1, 3, 700, CHECKPOINT_ROWS]) {
      const { replay, result } = openReplay(createWorkspace(engineFor(), dataset), turning([0.4, 0]), config, {});
      for (let row = every - 1; row < ROWS; row += every) replay.advance(time[row] as bigint);
      replay.advance();
      expect(result().resultDigest, `calls of ${every} bars`).toBe(whole.resultDigest);
    }
  });

  it("leave the log of orders in the book, whatever the market and the assumptions", () => {
    const alone = smallCase.map((given): ReplayCase => {
      const decisions = given.decisions.filter(({ instrument }) => instrument === 0).slice(0, 1);
      return { ...given, instruments: given.instruments.slice(0, 1), decisions };
    });
    const law = (given: ReplayCase): void => {
      fc.pre(given.decisions.length === 1);
      const stepped = kernelRun(given, { stepEveryBucket: true });
      expect(kernelRun(given).resultDigest).toBe(stepped.resultDigest);
    };
    fc.assert(fc.property(alone, law), { numRuns: runsOf(60) });
  });
});
