// Replays: identity, result, options, stepping, workspaces and what stops a run.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  bars,
  constant,
  createWorkspace,
  delayed,
  graph,
  gt,
  InputError,
  lag,
  memoryTape,
  mul,
  openReplay,
  runGraph,
  runInWorkspace,
  select,
  sma,
  targetPercent,
  targetQuantity,
} from "../../../kernel/index.js";
import type {
  BarsTape,
  Dataset,
  Graph,
  NumberOutput,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";
import { DAY_NS, datasetOf, HOUR_NS, share, tape, zigzag } from "./small-tapes.js";
import { runsOf } from "../../model/arbitrary-case.js";

const ENGINE = nodeEngine();
const CONFIG: RunConfig = { fees: { taker: 0.001 }, participation: null };
const { close } = bars();
const CROSS = graph({ decisions: [targetPercent(select(gt(close, sma(close, 3)), 1, 0))], publish: { close } });
const PAIR = datasetOf([tape("A", zigzag(60)), tape("B", zigzag(50))]);

/** Values of each lane of a published series, null for NaN. */
function seriesOf(result: RunResult, name: string): readonly (readonly (number | null)[])[] {
  const series = result.series.find((each) => each.name === name);
  return (series?.lanes ?? []).map(({ values }) => Array.from(values, (value) => (Number.isNaN(value) ? null : value)));
}

function capture(
  publish: Record<string, NumberOutput>,
  tapes: readonly BarsTape[],
  options: RunOptions = {},
): RunResult {
  return runGraph(ENGINE, graph({ publish }), datasetOf(tapes), CONFIG, { ...options, capture: true });
}

describe("the RunID", () => {
  const idOf = (made: Graph = CROSS, dataset: Dataset = PAIR, config: RunConfig = CONFIG, options: RunOptions = {}) =>
    runGraph(ENGINE, made, dataset, config, options).runId;

  it("depends on everything that goes into a run", () => {
    const ids = [
      idOf(),
      idOf(graph({ decisions: [targetPercent(0.5)] })),
      idOf(CROSS, datasetOf(PAIR.bars, 2)),
      idOf(CROSS, PAIR, { ...CONFIG, cash: 5000 }),
      idOf(CROSS, PAIR, { ...CONFIG, closeAtEnd: true }),
      idOf(CROSS, PAIR, CONFIG, { seed: 1 }),
      idOf(CROSS, PAIR, CONFIG, { seed: 2n ** 64n - 1n }),
      idOf(CROSS, PAIR, CONFIG, { from: 2n * HOUR_NS }),
      idOf(CROSS, PAIR, CONFIG, { to: 2n * HOUR_NS }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("depends on nothing else", () => {
    const same: RunOptions[] = [
      { blockRows: 3, windowRows: 5, portfolio: "none", capture: true, keepLog: false, stepEveryBucket: true },
      { seed: 0n, from: null, to: null },
    ];
    for (const options of same) expect(idOf(CROSS, PAIR, CONFIG, options)).toBe(idOf());
    const renamed = graph({ decisions: CROSS.decisions.map((node) => ({ node })), publish: { price: close } });
    expect(idOf(renamed, { ...PAIR, name: "other", bars: [...PAIR.bars].reverse() })).toBe(idOf());
    expect(
      idOf(CROSS, PAIR, { participation: null, fees: { maker: "1e-3", taker: "0.0010" }, cash: "100000.00" }),
    ).toBe(idOf());
  });
});

describe("the result", () => {
  it("has one digest whatever the published series are called, in whatever order", () => {
    const digest = (publish: Record<string, NumberOutput>): string =>
      runGraph(ENGINE, graph({ publish }), PAIR, CONFIG).resultDigest;
    const [x, y] = [sma(close, 3), delayed(close, 2)];
    expect(digest({ a: y, b: x })).toBe(digest({ a: x, b: y }));
    expect(digest({ a: x, b: x })).toBe(digest({ a: x }));
    expect(digest({ a: x })).not.toBe(digest({ a: y }));
  });

  it("does not depend on what is kept of it", () => {
    const digest = (options: RunOptions): string => runGraph(ENGINE, CROSS, PAIR, CONFIG, options).resultDigest;
    expect(digest({ keepLog: false })).toBe(digest({}));
    expect(digest({ portfolio: "none" })).toBe(digest({ portfolio: "day" }));
    expect(digest({ capture: true, portfolio: "day" })).toBe(digest({}));
  });

  it("of a graph that only publishes leaves the cash alone", () => {
    const result = runGraph(ENGINE, graph({ publish: { close } }), PAIR, CONFIG);
    expect(result.counts).toMatchObject({ orders: 0, fills: 0, buckets: 60 });
    expect(result.tables().portfolio.equity.at(-1)).toBe(10_000_000n);
  });

  it("of a constant target holds every instrument from its own first bar on", () => {
    const late = tape("B", zigzag(10), { times: Array.from({ length: 10 }, (_, row) => row + 5) });
    const result = runGraph(
      ENGINE,
      graph({ decisions: [targetPercent(0.3)] }),
      datasetOf([tape("A", zigzag(20)), late]),
      CONFIG,
    );
    expect(result.counts).toMatchObject({ orders: 2, fills: 2, refusals: 0 });
    expect([...result.tables().fills.instrument]).toEqual([0, 1]);
  });

  it("of one row is an order that the data end on", () => {
    const { orders, orderEnds, fills } = runGraph(
      ENGINE,
      graph({ decisions: [targetQuantity(1)] }),
      datasetOf([tape("A", [100])]),
      CONFIG,
    ).tables();
    expect([orders.rowCount, orderEnds.rowCount, fills.rowCount]).toEqual([1, 1, 0]);
  });
});

describe("options of a run", () => {
  const linesOf = (options: object) => issueLinesOf(() => runGraph(ENGINE, CROSS, PAIR, CONFIG, options as RunOptions));

  it.each<[object, string]>([
    [{ from: 5 }, "config/type options.from"],
    [{ to: "2020" }, "config/type options.to"],
    [{ to: 2n ** 63n }, "config/type options.to"],
    [{ from: 2n, to: 2n }, "dataset/range range"],
    [{ seed: -1 }, "config/range config.seed"],
    [{ seed: 0.5 }, "config/range config.seed"],
    [{ blockRows: 0 }, "config/range options.blockRows"],
    [{ blockRows: 4097 }, "config/range options.blockRows"],
    [{ windowRows: 0 }, "config/range options.windowRows"],
    [{ windowRows: Number.NaN }, "config/range options.windowRows"],
    [{ portfolio: "hour" }, "config/field options.portfolio"],
    [{ capture: 1 }, "config/type options.capture"],
  ])("refuse %o", (options, line) => {
    expect(linesOf(options)).toEqual([line]);
  });

  it("are reported together with the graph, the dataset and the configuration", () => {
    const bad = graph({ decisions: [targetPercent(1, { instrument: "Z" })] });
    const unpinned = { ...PAIR, fingerprint: "latest" };
    const act = () => runGraph(ENGINE, bad, unpinned, { cash: -1 } as unknown as RunConfig, { seed: -1, blockRows: 0 });
    expect(issueLinesOf(act).map((line) => line.split(" ")[0])).toEqual([
      "dataset/not-pinned",
      "config/range",
      "instrument/unknown",
      "config/range",
      "config/field",
      "config/range",
    ]);
  });

  it("keep instruments of two currencies out of one account", () => {
    const euro = tape("B", [1], { facts: { currency: { code: "EUR", decimals: 2 } } });
    expect(issueLinesOf(() => runGraph(ENGINE, CROSS, datasetOf([tape("A", [1]), euro]), CONFIG))).toEqual([
      "instrument/fact dataset",
    ]);
  });
});

describe("memory", () => {
  it("that a run does not fit in is refused before anything runs", () => {
    const many = datasetOf(Array.from({ length: 60 }, (_, index) => tape(`S${index + 10}`, [100])));
    const huge = graph({ publish: { x: delayed(close, 10_000_000) } });
    expect(issueLinesOf(() => runGraph(ENGINE, huge, many, CONFIG))).toEqual(["run/resources run"]);
    const workspace = createWorkspace(ENGINE, PAIR, { runBytes: 1000 });
    expect(issueLinesOf(() => runInWorkspace(workspace, CROSS, CONFIG))).toEqual(["run/resources run"]);
    expect(issueLinesOf(() => createWorkspace(ENGINE, PAIR, { runBytes: Number.NaN, windowRows: -1 }))).toEqual([
      "config/range workspace.windowRows",
      "config/range workspace.runBytes",
    ]);
  });
});

describe("stepping", () => {
  it("gives at the end what one go gives, and on the way what is known by then", () => {
    const whole = runGraph(ENGINE, CROSS, PAIR, CONFIG, { capture: true });
    const steps = fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 6 });
    fc.assert(
      fc.property(steps, fc.constantFrom(null, 1, 4), (until, blockRows) => {
        const open = openReplay(createWorkspace(ENGINE, PAIR), CROSS, CONFIG, { blockRows, capture: true });
        for (const hour of until) {
          open.replay.advance(BigInt(hour) * HOUR_NS);
          open.result();
        }
        open.replay.advance();
        const result = open.result();
        expect(open.replay.isEnded).toBe(true);
        expect(result.resultDigest).toBe(whole.resultDigest);
        expect(result.tables()).toEqual(whole.tables());
        expect(result.series).toEqual(whole.series);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("has a result before the first step and a result on the way that later steps leave as it is", () => {
    const open = openReplay(createWorkspace(ENGINE, PAIR), CROSS, CONFIG);
    const none = open.result();
    expect(none.counts).toEqual({ bars: 0, buckets: 0, orders: 0, fills: 0, refusals: 0 });
    open.replay.advance(20n * HOUR_NS);
    expect([open.replay.bucketCount, open.replay.nowNs]).toEqual([20, 20n * HOUR_NS]);
    const half = open.result();
    const before = [half.counts, half.tables().portfolio.rowCount, half.log.bytes().length];
    open.replay.advance();
    expect([half.counts, half.tables().portfolio.rowCount, half.log.bytes().length]).toEqual(before);
    expect(half.tables().portfolio.rowCount).toBe(20);
    expect(new Set([none, half, open.result()].map((result) => result.logDigest)).size).toBe(3);
  });

  it("to a time of the past does nothing", () => {
    const open = openReplay(createWorkspace(ENGINE, PAIR), CROSS, CONFIG);
    open.replay.advance(20n * HOUR_NS);
    open.replay.advance(3n * HOUR_NS);
    expect(open.replay.bucketCount).toBe(20);
  });
});

describe("a workspace", () => {
  it("gives each of its runs what a run alone gives, and leaves earlier results as they were", () => {
    const workspace = createWorkspace(ENGINE, PAIR);
    const first = runInWorkspace(workspace, CROSS, CONFIG);
    const part = runInWorkspace(workspace, CROSS, CONFIG, { from: 5n * HOUR_NS, to: 9n * HOUR_NS });
    const second = openReplay(workspace, graph({ decisions: [targetPercent(0.5)] }), CONFIG);
    second.replay.advance(30n * HOUR_NS);
    const alone = runGraph(ENGINE, CROSS, PAIR, CONFIG);
    expect(part.counts.buckets).toBe(4);
    expect([first.counts, first.resultDigest, first.tables()]).toEqual([
      alone.counts,
      alone.resultDigest,
      alone.tables(),
    ]);
  });

  it("belongs to its newest run: an older one that has not ended says so", () => {
    const workspace = createWorkspace(ENGINE, PAIR);
    const older = openReplay(workspace, CROSS, CONFIG);
    older.replay.advance(5n * HOUR_NS);
    const newer = openReplay(workspace, CROSS, CONFIG);
    expect(issueLinesOf(() => older.replay.advance())).toEqual(["run/resources run"]);
    expect(issueLinesOf(() => older.result())).toEqual(["run/resources run"]);
    newer.replay.advance();
    expect(newer.result().resultDigest).toBe(runGraph(ENGINE, CROSS, PAIR, CONFIG).resultDigest);
  });

  it("can be read after its run has ended and another one began", () => {
    const workspace = createWorkspace(ENGINE, PAIR);
    const older = openReplay(workspace, CROSS, CONFIG);
    older.replay.advance();
    const digest = older.result().resultDigest;
    openReplay(workspace, graph({ publish: { close } }), CONFIG).replay.advance(7n * HOUR_NS);
    expect([older.result().resultDigest, older.result().counts.buckets]).toEqual([digest, 60]);
  });
});

describe("published series", () => {
  it("are the rows of their clock, with times and instruments", () => {
    const gaps = tape("B", [7, 8], { times: [2, 4] });
    const result = capture({ close }, [tape("A", [100, 101, 102, 103]), gaps]);
    expect(result.series).toMatchObject([
      {
        name: "close",
        lanes: [
          { instrument: 0, rowCount: 4, time: BigInt64Array.of(1n, 2n, 3n, 4n).map((hour) => hour * HOUR_NS) },
          { instrument: 1, rowCount: 2, time: BigInt64Array.of(2n, 4n).map((hour) => hour * HOUR_NS) },
        ],
      },
    ]);
    expect(seriesOf(result, "close")).toEqual([
      [1, 1.01, 1.02, 1.03],
      [0.07, 0.08],
    ]);
  });

  it("hold what the operators give, for any block", () => {
    const prices = zigzag(30);
    for (const blockRows of [1, 7, 4096]) {
      const [values] = seriesOf(capture({ mean: sma(mul(close, 100), 3) }, [tape("A", prices)], { blockRows }), "mean");
      const means = prices.map((_, row) =>
        row < 2 ? null : prices.slice(row - 2, row + 1).reduce((a, b) => a + b, 0) / 3,
      );
      expect(values?.map((value) => value?.toFixed(9))).toEqual(means.map((value) => value?.toFixed(9)));
    }
  });

  it("are empty when they were not asked for", () => {
    const { series } = runGraph(ENGINE, CROSS, PAIR, CONFIG);
    expect(series.map(({ name, lanes }) => [name, lanes.length])).toEqual([["close", 0]]);
  });
});

describe("a delayed edge", () => {
  it("gives what the lag operator gives, for any lag and any block", () => {
    const draws = fc.record({
      rows: fc.integer({ min: 1, max: 12 }),
      lagRows: fc.integer({ min: 1, max: 14 }),
      blockRows: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(draws, ({ rows, lagRows, blockRows }) => {
        const result = capture(
          { edge: delayed(close, lagRows), node: lag(close, lagRows), sum: add(delayed(close, lagRows), 1) },
          [tape("A", zigzag(rows)), tape("B", zigzag(3))],
          { blockRows },
        );
        expect(seriesOf(result, "edge")).toEqual(seriesOf(result, "node"));
        expect(seriesOf(result, "sum")).toEqual(
          seriesOf(result, "edge").map((lane) => lane.map((value) => (value === null ? null : value + 1))),
        );
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("adds up with another, and leaves a constant as it is", () => {
    const twice = delayed(delayed(close, 1), 2);
    const five = add(delayed(constant(5), 1), mul(close, 0));
    const result = capture({ twice, thrice: lag(close, 3), five }, [tape("A", zigzag(6))]);
    expect(seriesOf(result, "twice")).toEqual(seriesOf(result, "thrice"));
    expect(seriesOf(result, "five")).toEqual([[5, 5, 5, 5, 5, 5]]);
  });

  it("longer than the tape is null to the end", () => {
    const result = capture({ x: delayed(close, 1_000_000) }, [tape("A", zigzag(5))]);
    expect(seriesOf(result, "x")).toEqual([[null, null, null, null, null]]);
  });
});

describe("series of two intervals", () => {
  const hours = tape("A", [10, 11, 12, 13, 14, 15], { times: [22, 23, 24, 25, 47, 49] });
  const days = tape("A", [100, 200], { interval: "1d", unitNs: DAY_NS, times: [1, 2] });
  const daily = bars({ interval: "1d" }).close;

  it("hold a value until the next one, from its own row on", () => {
    for (const blockRows of [1, 2, 4096]) {
      const result = capture({ x: mul(add(mul(close, 0), daily), 100) }, [hours, days], { blockRows });
      expect(seriesOf(result, "x")).toEqual([[null, null, 100, 100, 100, 200, 200]]);
      const times = result.series[0]?.lanes[0]?.time ?? [];
      expect(Array.from(times, (time) => time / HOUR_NS)).toEqual([22n, 23n, 24n, 25n, 47n, 48n, 49n]);
    }
  });

  it("fire a trigger at its own rows only", () => {
    const fired = (when: ReturnType<typeof gt>) =>
      runGraph(
        ENGINE,
        graph({ decisions: [targetQuantity(add(mul(close, 0), 5), { when })] }),
        datasetOf([hours, days]),
        CONFIG,
      );
    // Held by the value of the day, the trigger would act at each of the five rows from hour 24 on.
    expect([...fired(gt(daily, 0)).tables().orders.time]).toEqual([24n * HOUR_NS]);
    const orders = graph({ decisions: [targetQuantity(select(gt(close, 0), 5, 0), { when: gt(daily, 1.5) })] });
    expect([...runGraph(ENGINE, orders, datasetOf([hours, days]), CONFIG).tables().orders.time]).toEqual([
      48n * HOUR_NS,
    ]);
  });

  it("decide at the rows of the coarse bars and fill on the fine ones", () => {
    const result = runGraph(ENGINE, graph({ decisions: [targetQuantity(mul(daily, 5))] }), datasetOf([hours, days]), {
      ...CONFIG,
      slippage: { kind: "none" },
    });
    const { orders, fills } = result.tables();
    expect([...orders.time]).toEqual([24n * HOUR_NS, 48n * HOUR_NS]);
    expect([...fills.time]).toEqual([24n * HOUR_NS, 48n * HOUR_NS]);
    expect([...fills.price]).toEqual([13n, 15n]);
  });
});

describe("what stops a run", () => {
  it("is named: an overflow of the fixed point with its operands", () => {
    const dear = datasetOf([tape("A", [9e15, 9e15, 9e15])]);
    const config: RunConfig = { ...CONFIG, account: { kind: "margin", leverage: 1000 }, cash: "80000000000000000" };
    const issues = issuesOf(() => runGraph(ENGINE, graph({ decisions: [targetQuantity(10_000)] }), dear, config));
    expect(issues).toMatchObject([{ code: "run/overflow", path: "run" }]);
    expect(issues[0]?.received).toMatch(/^-?\d+ [x+-] -?\d+/);
  });

  it("stays: later calls throw the same, and nothing calls itself a result", () => {
    const times = [1, 2, 3, 3, 4];
    const open = openReplay(
      createWorkspace(ENGINE, datasetOf([tape("A", [1, 2, 3, 4, 5], { times })]), { windowRows: 2 }),
      CROSS,
      CONFIG,
    );
    open.replay.advance(HOUR_NS);
    const thrown = caught(() => open.replay.advance());
    expect(thrown).toBeInstanceOf(InputError);
    expect(caught(() => open.replay.advance())).toBe(thrown);
    expect(caught(() => open.result())).toBe(thrown);
    expect(open.replay.isEnded).toBe(false);
    expect(open.replay.log.bytes().length).toBeGreaterThan(0);
  });

  it("can be a tape whose source fails", () => {
    const good = tape("A", zigzag(9));
    const broken: BarsTape = {
      ...good,
      *segments() {
        yield* memoryTape(share("A"), "1h", { ...[...good.segments()][0]! }, 3).segments();
        throw new InputError([{ code: "store/damaged", path: "chunk 2", expected: "its digest", received: "another" }]);
      },
    };
    expect(issueLinesOf(() => runGraph(ENGINE, CROSS, datasetOf([broken]), CONFIG, { windowRows: 3 }))).toEqual([
      "store/damaged chunk 2",
    ]);
  });
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
