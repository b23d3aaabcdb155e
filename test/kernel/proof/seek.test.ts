// Seeking: what stands at any bucket, whichever way it was come to.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bars,
  bracket,
  coalesce,
  createWorkspace,
  delayed,
  graph,
  gt,
  limitOrder,
  mantissaText,
  mul,
  openReplay,
  openSeekable,
  runGraph,
  select,
  stopOrder,
  targetPercent,
} from "../../../kernel/index.js";
import type { Dataset, Moment, RunResult } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { syntheticTape, syntheticTapes } from "../../../datasets/synthetic.js";
import { issueLinesOf } from "../graph/issues-of.js";
import { close, CONFIG, crossing, WALK } from "./small-runs.js";

const ENGINE = nodeEngine();
const LONG: Dataset = { ...WALK, bars: [syntheticTape({ seed: 4, rows: 20_000, interval: "1m" })] };
const opened = (options = {}) => openSeekable(createWorkspace(ENGINE, LONG), crossing(50), CONFIG, options);

/** What a run that goes straight to the bucket says there. */
function straightTo(bucket: number): RunResult {
  const open = openReplay(createWorkspace(ENGINE, LONG), crossing(50), CONFIG, { capture: true });
  open.replay.advanceToBucket(bucket);
  return open.result();
}

describe("a run that can be looked at anywhere", () => {
  const run = opened();

  it("has the result of the run", () => {
    const plain = runGraph(ENGINE, crossing(50), LONG, CONFIG);
    expect([run.result.runId, run.result.resultDigest]).toEqual([plain.runId, plain.resultDigest]);
    expect(run.bucketCount).toBe(20_000);
    expect(run.kept).toMatchObject({ stride: 4096, count: 5 });
  });

  it("stands where it stood once its result was asked for, and has no more than its workspace", () => {
    const workspace = createWorkspace(ENGINE, LONG);
    const fresh = openSeekable(workspace, crossing(50), CONFIG);
    const there = fresh.seek(9000);
    expect(fresh.result.resultDigest).toBe(run.result.resultDigest);
    expect(fresh.inspect()).toEqual(there);
    expect(fresh.step().bucket).toBe(9001);
    const other = openSeekable(workspace, crossing(50), CONFIG);
    const taken = openSeekable(workspace, crossing(60), CONFIG);
    expect(issueLinesOf(() => other.result)).toEqual(["run/resources run"]);
    expect(taken.seek(10).bucket).toBe(10);
  });

  it("ends with its data, on a stride or not, and has at least one bucket", () => {
    const [first] = LONG.bars[0]?.segments() ?? [];
    for (const rows of [4095, 4096, 4097]) {
      const to = first?.time[rows] as bigint;
      expect(opened({ to }).seek(rows)).toEqual(run.seek(rows));
      expect(opened({ to }).bucketCount).toBe(rows);
    }
    expect(issueLinesOf(() => opened({ to: 1n }))).toEqual([`dataset/range dataset.${LONG.name}`]);
  });

  it("stands at a bucket as the run stood there: account, positions, nodes", () => {
    for (const bucket of [1, 60, 4096, 4097, 12_345, 20_000, 7]) {
      const moment = run.seek(bucket);
      const straight = straightTo(bucket);
      const { portfolio, fills } = straight.tables();
      expect([moment.bucket, moment.timeNs]).toEqual([bucket, portfolio.time.at(-1)]);
      expect(moment.equity).toBe(mantissaText(portfolio.equity.at(-1) as bigint, 2));
      expect(moment.account.cash).toBe(mantissaText(portfolio.cash.at(-1) as bigint, 2));
      const held = fills.quantity.reduce((sum, quantity) => sum + quantity, 0n);
      expect(moment.positions.map(({ quantity }) => quantity)).toEqual(held === 0n ? [] : [mantissaText(held, 0)]);
      const [mean] = straight.series[0]?.lanes ?? [];
      const value = mean?.values.at(-1);
      const shown = moment.nodes.find(({ label }) => label === "mean");
      expect(shown?.value).toBe(Number.isNaN(value) ? null : value);
      expect(shown?.timeNs).toBe(mean?.time.at(-1));
    }
  });

  it("does not depend on how one came there, nor on how much is kept", () => {
    const small = opened({ budgetBytes: 25_000 });
    expect(small.kept.stride).toBeGreaterThan(4096);
    expect(small.kept.byteCount).toBeLessThanOrEqual(25_000);
    const bucket = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 4 }), (buckets) => {
        for (const each of buckets) expect(small.seek(each)).toEqual(run.seek(each));
      }),
      { numRuns: 8 },
    );
  });

  it("steps forward and back, and stops at its ends", () => {
    run.seek(5000);
    const there = run.inspect();
    expect([run.step().bucket, run.step(10).bucket]).toEqual([5001, 5011]);
    expect(run.step(-11)).toEqual(there);
    expect([run.step(-9999).bucket, run.step(99_999).bucket]).toEqual([0, 20_000]);
    expect(issueLinesOf(() => run.seek(20_001))).toEqual(["config/range bucket"]);
    expect(issueLinesOf(() => run.seek(0.5))).toEqual(["config/range bucket"]);
    expect(issueLinesOf(() => opened({ budgetBytes: -1 }))).toEqual(["config/range budgetBytes"]);
  });

  it("keeps once what a long delay has in two states, and comes to the same values", () => {
    const long = gt(close, coalesce(delayed(close, 15_000), 0));
    const made = graph({ decisions: [targetPercent(select(long, 1, 0))], publish: { long } });
    const at = (rowsTo: number) => {
      const open = openReplay(createWorkspace(ENGINE, LONG), made, CONFIG, { capture: true });
      open.replay.advanceToBucket(rowsTo);
      return open;
    };
    const stateBytes = at(4096).replay.takeState().length;
    const delaying = openSeekable(createWorkspace(ENGINE, LONG), made, CONFIG, { budgetBytes: 3 * stateBytes });
    expect(stateBytes).toBeGreaterThan(120_000);
    expect(delaying.kept).toMatchObject({ stride: 4096, count: 5 });
    expect(delaying.kept.byteCount).toBeLessThan(3 * stateBytes);
    for (const bucket of [19_999, 4096, 12_300, 15_001, 8191]) {
      const open = at(bucket);
      const value = open.result().series[0]?.lanes[0]?.values.at(-1);
      const { nodes, account } = delaying.seek(bucket);
      expect(nodes.find(({ label }) => label === "long")?.value).toBe(value);
      expect(account.cash).toBe(mantissaText(open.result().tables().portfolio.cash.at(-1) as bigint, 2));
    }
  });

  it("shows before the first bucket an account with its cash and nothing else", () => {
    expect(run.seek(0)).toMatchObject({
      timeNs: 0n,
      equity: null,
      account: { cash: "100000" },
      positions: [],
      orders: [],
    });
    expect(run.seek(0).nodes.every(({ value }) => value === null)).toBe(true);
  });
});

describe("what stands at a bucket", () => {
  const tapes = syntheticTapes({ seed: 9, rows: 400, instruments: 2 });
  const { high } = bars();
  const entry = stopOrder(5, mul(high, 1.0005), { instrument: "SYN001", timeInForce: "gtd", goodFor: "10m" });
  const resting = limitOrder(3, mul(close, 0.9), { instrument: "SYN002", when: gt(close, 0) });
  const children = bracket(entry, { stop: mul(high, 0.99), target: mul(high, 1.01) });
  const held = targetPercent(select(gt(close, 0), 0.1, 0), { instrument: "SYN002" });
  const made = graph({ decisions: [...children, resting, held] });
  const dataset: Dataset = { ...WALK, bars: tapes };
  const run = openSeekable(createWorkspace(ENGINE, dataset), made, CONFIG);

  it("has every open order with its terms, as the log tells them", () => {
    const { orders } = run.result.tables();
    const moments: Moment[] = [20, 100, 333].map((bucket) => run.seek(bucket));
    for (const { orders: open, timeNs } of moments) {
      for (const each of open.filter(({ order }) => order > 0)) {
        const row = orders.order.indexOf(each.order);
        expect(each.acceptedNs).toBeLessThanOrEqual(timeNs);
        expect(each.acceptedNs).toBe(orders.time[row]);
        expect(each.instrument).toBe(["SYN001", "SYN002"][orders.instrument[row] as number]);
        expect(each.decision).toBe(run.result.tables().decisions[orders.decision[row] as number]);
        expect(["accepted", "partially_filled", "submitted"]).toContain(each.state);
      }
    }
    const types = new Set(moments.flatMap(({ orders: open }) => open.map(({ type }) => type)));
    expect(types).toContain("limit");
    expect(moments.some(({ positions }) => positions.some(({ instrument }) => instrument === "SYN002"))).toBe(true);
  });
});
