// Snapshots and forks: a run that goes on elsewhere is the run that went straight on.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activationGate,
  add,
  atr,
  bars,
  bracket,
  cancelOrders,
  createWorkspace,
  crossOver,
  delayed,
  ema,
  forkReplay,
  graph,
  gt,
  instantText,
  limitOrder,
  lt,
  marketOrder,
  memoryTape,
  mul,
  openReplay,
  openSnapshot,
  portfolioState,
  resumeReplay,
  riskControl,
  rollingMax,
  runGraph,
  select,
  sma,
  stopOrder,
  sub,
  targetPercent,
  userNode,
} from "../../kernel/index.js";
import type { BarsTape, Dataset, Graph, NumberInput, NumberOutput, RunConfig, RunResult } from "../../kernel/index.js";
import { sealed } from "../../kernel/log/sealed.js";
import { generatedDataset } from "../../adapters/testing/arbitrary-bars.js";
import { syntheticTapes } from "../../datasets/synthetic.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import { configOf, engineFor, eventsOf, graphOf, kernelRun } from "../model/kernel-run.js";
import { issueLinesOf, issuesOf } from "../kernel/graph/issues-of.js";
import { openAt, resumedRun } from "./resumed.js";

const ENGINE = engineFor();
const BUILDS = [ENGINE, engineFor("debug")];
const TAPES = syntheticTapes({ seed: 5, rows: 4200, instruments: 2 });
const PAIR: Dataset = { name: "pair", fingerprint: `blake3:${"5".repeat(64)}`, bars: TAPES };
const CONFIG: RunConfig = { fees: { taker: 0.0005 }, cash: 50_000, account: { kind: "margin", leverage: 2 } };
const { high, low, close } = bars();

/** What `compute` sees of the rows before a block must come out of the snapshot. */
const ago = userNode({
  name: "ago",
  version: 1,
  period: 7,
  inputs: { x: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, inputs.x.get(row));
  },
});

function brackets(size = 0.0002): Graph {
  const top = rollingMax(high, 20);
  const risk = atr(high, low, close, 14);
  const entry = stopOrder(size, top, {
    unit: "risk",
    riskStop: sub(top, risk),
    when: gt(ema(close, 9), sma(close, 30)),
  });
  const resting = limitOrder(3, mul(ago({ x: close }).value, 0.98), { when: crossOver(close, sma(close, 12)) });
  const children = bracket(entry, { stop: sub(top, risk), target: add(top, risk) });
  return graph({
    decisions: [...children, resting, cancelOrders(resting, lt(close, sma(close, 50)))],
    publish: { mean: sma(close, 30) },
  });
}

const PARTS = { engines: BUILDS, graph: brackets(), dataset: PAIR, config: CONFIG };

describe("a run that goes on from a snapshot", () => {
  const whole = runGraph(ENGINE, PARTS.graph, PAIR, CONFIG, { capture: true });

  it("is the run that went straight on: digests, tables, series", () => {
    const resumed = resumedRun({ ...PARTS, options: { capture: true } }, [1, 800, 4096]);
    expect(whole.counts.fills).toBeGreaterThan(50);
    expect([resumed.runId, resumed.resultDigest, resumed.forkedFrom]).toEqual([whole.runId, whole.resultDigest, null]);
    expect(resumed.tables()).toEqual(whole.tables());
    expect(resumed.series).toEqual(whole.series);
    expect(resumed.checkpoints).toEqual(whole.checkpoints);
  });

  it("is the run that went straight on with gates and their states", () => {
    const risk = riskControl({ position: 0.3, drawdown: 0.02, volatility: 0.5, concentration: null, leverage: null });
    const gates = { risk, activation: activationGate() };
    const made = graph({ decisions: [targetPercent(select(gt(close, sma(close, 9)), 0.5, 0), { gates })] });
    const times = TAPES[0] as BarsTape;
    const [first] = [...times.segments()];
    const at = (row: number): bigint => first?.time[row] as bigint;
    const rows = [5, 900, 1300];
    const activations = rows.map((row, version) => ({ time: at(row), version, active: version !== 1 }));
    const parts = { ...PARTS, graph: made, config: { ...CONFIG, activations } };
    const straight = runGraph(ENGINE, made, PAIR, parts.config);
    expect(straight.counts.fills).toBeGreaterThan(20);
    expect(straight.counts.refusals).toBeGreaterThan(20);
    expect(resumedRun(parts, [3, 40, 41, 1000, 2500, 4000]).resultDigest).toBe(straight.resultDigest);
  });

  it("is that run wherever it was cut, whatever the market, the decisions and the assumptions", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 3 });
    fc.assert(
      fc.property(smallCase, cuts, fc.constantFrom("bucket", "day", "none"), (given, at, portfolio) => {
        const expected = kernelRun(given, { portfolio });
        const parts = { engines: BUILDS, graph: graphOf(given), dataset: generatedDataset(given.instruments) };
        const rising = at.sort((a, b) => a - b);
        const run = resumedRun({ ...parts, config: configOf(given), options: { portfolio } }, rising);
        expect(run.resultDigest).toBe(expected.resultDigest);
        expect(run.tables()).toEqual(expected.tables());
      }),
      { numRuns: runsOf(12) },
    );
  });

  it("has the digests of the whole run without its history, and the portfolio from the snapshot on", () => {
    const open = openAt(PARTS, 3000);
    const small = open.snapshot({ history: false });
    const later = resumeReplay(createWorkspace(ENGINE, PAIR), PARTS.graph, CONFIG, small);
    later.replay.advance();
    const result = later.result();
    expect(small.length).toBeLessThan(open.snapshot().length / 2);
    expect([result.logDigest, result.resultDigest]).toEqual([whole.logDigest, whole.resultDigest]);
    expect(result.tables().portfolio.time).toEqual(whole.tables().portfolio.time.slice(3000 - 1));
  });

  it("goes on in another process", () => {
    const folder = mkdtempSync(join(tmpdir(), "goldentape-snapshot-"));
    const made = graph({ decisions: [targetPercent(select(gt(close, sma(close, 20)), 1, 0))] });
    const synthetic = "synthetic:seed=3,rows=500,interval=1h";
    try {
      const program = `
        import { bars, createWorkspace, graph, gt, openReplay, select, sma, targetPercent } from "goldentape";
        import { nodeEngine, nodeHasher } from "goldentape/node";
        import { openDataset } from "goldentape/store";
        import { writeFileSync } from "node:fs";
        const { close } = bars();
        const made = graph({ decisions: [targetPercent(select(gt(close, sma(close, 20)), 1, 0))] });
        const dataset = await openDataset("${synthetic}", { hasher: nodeHasher() });
        const open = openReplay(createWorkspace(nodeEngine(), dataset), made, { fees: { taker: 0.001 } });
        open.replay.advanceToBucket(123);
        writeFileSync(process.argv[1], open.snapshot());
        open.replay.advance();
        process.stdout.write(open.result().resultDigest);`;
      const file = join(folder, "run.snapshot");
      const words = ["--input-type=module", "-e", program, file];
      const digest = execFileSync(process.execPath, words, { encoding: "utf8" });
      const [tape] = syntheticTapes({ seed: 3, rows: 500, interval: "1h" });
      const bytes = readFileSync(file);
      const { fingerprint } = openSnapshot(ENGINE, bytes);
      const dataset = { name: "elsewhere", fingerprint, bars: [tape as BarsTape] };
      const later = resumeReplay(createWorkspace(ENGINE, dataset), made, { fees: { taker: 0.001 } }, bytes);
      expect(later.replay.bucketCount).toBe(123);
      later.replay.advance();
      expect(later.result().resultDigest).toBe(digest);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a snapshot", () => {
  it("has one state whatever blocks, windows, calls and module it was taken under", () => {
    const states = [
      openAt(PARTS, 2500),
      openAt({ ...PARTS, engines: [engineFor("debug")] }, 2500),
      openAt({ ...PARTS, options: { blockRows: 7, windowRows: 100 } }, 2500),
      openAt({ ...PARTS, options: { stepEveryBucket: true } }, 2500),
    ];
    const stepped = openAt(PARTS, 1);
    for (let bucket = 2; bucket <= 2500; bucket += 31) stepped.replay.advanceToBucket(bucket);
    stepped.replay.advanceToBucket(2500);
    const [first, ...others] = [...states, stepped].map((open) => openSnapshot(ENGINE, open.snapshot()).state);
    for (const other of others) expect(Buffer.compare(first as Uint8Array, other)).toBe(0);
  });

  it("leaves the run that it was taken of as it was, and bytes at hand that are enough", () => {
    const open = openAt(PARTS, 10);
    const state = open.replay.takeState();
    const room = new Uint8Array(state.length + 5).fill(7);
    expect(open.replay.takeState(room.subarray(3))).toEqual(state);
    expect([...room.slice(0, 3), ...room.slice(-2)]).toEqual([7, 7, 7, 7, 7]);
    expect(open.replay.takeState(new Uint8Array(9))).toEqual(state);
    for (let bucket = 10; bucket < 4200; bucket += 777) {
      open.replay.advanceToBucket(bucket);
      open.snapshot();
    }
    open.replay.advance();
    expect(open.result().resultDigest).toBe(runGraph(ENGINE, PARTS.graph, PAIR, CONFIG).resultDigest);
  });

  it("says what run it is of and where it stands", () => {
    const open = openAt({ ...PARTS, options: { seed: 2n ** 64n - 1n, portfolio: "day" } }, 40);
    expect(openSnapshot(ENGINE, open.snapshot())).toMatchObject({
      runId: open.result().runId,
      graphId: PARTS.graph.graphId,
      fingerprint: PAIR.fingerprint,
      buckets: 40,
      nowNs: open.replay.nowNs,
      options: { seed: 2n ** 64n - 1n, portfolio: "day", from: null },
      kernelDigest: ENGINE.kernelDigest,
    });
  });

  it("of a run that is closed is refused", () => {
    const open = openReplay(createWorkspace(ENGINE, PAIR), PARTS.graph, CONFIG);
    open.replay.advance();
    expect(issueLinesOf(() => open.snapshot())).toEqual(["snapshot/ended run"]);
  });
});

describe("bytes that are no snapshot of the run", () => {
  const bytes = openAt(PARTS, 100).snapshot();
  const resumed = (from: Uint8Array, parts: Partial<typeof PARTS> = {}) => {
    const { graph: made, dataset, config } = { ...PARTS, ...parts };
    return () => resumeReplay(createWorkspace(ENGINE, dataset), made, config, from);
  };
  const changed = (change: (copy: Uint8Array) => void): Uint8Array => {
    const copy = bytes.slice();
    change(copy);
    return copy;
  };

  it.each<[string, () => Uint8Array, string]>([
    ["nothing", () => new Uint8Array(0), "file/kind"],
    ["another file", () => new TextEncoder().encode("time,open,high,low,close\n".repeat(9)), "file/kind"],
    ["a result", () => sealed(ENGINE.module, "result", 2, { head: {}, sections: new Map() }), "file/kind"],
    ["a few bytes", () => bytes.slice(0, 30), "file/truncated"],
    ["half of it", () => bytes.slice(0, bytes.length / 2), "file/truncated"],
    ["more than it", () => new Uint8Array([...bytes, 0]), "file/damaged"],
    ["a flipped byte", () => changed((copy) => (copy[copy.length - 3] = (copy.at(-3) as number) ^ 1)), "file/damaged"],
    ["a flipped bit of the head", () => changed((copy) => (copy[100] = (copy[100] as number) ^ 4)), "file/damaged"],
    ["another form", () => changed((copy) => (copy[8] = 9)), "file/version"],
    ["other semantics", () => changed((copy) => (copy[12] = 77)), "file/version"],
  ])("are refused: %s", (_, make, code) => {
    const [issue, ...others] = issuesOf(resumed(make()));
    expect([issue?.code, issue?.path, others]).toEqual([code, "snapshot", []]);
  });

  it("are refused with every difference when the run is another one", () => {
    const other = { ...PAIR, fingerprint: `blake3:${"6".repeat(64)}` };
    const config = { ...CONFIG, fees: { taker: 0.001 }, cash: 60_000 };
    expect(issueLinesOf(resumed(bytes, { graph: brackets(0.02), dataset: other, config }))).toEqual([
      "snapshot/run graph",
      "snapshot/run dataset.pair",
      "snapshot/run config.cash",
      "snapshot/run config.fees",
    ]);
  });
});

describe("a fork", () => {
  const CUT = 3000;
  const open = openAt(PARTS, CUT);
  const bytes = open.snapshot();
  const { nowNs } = open.replay;
  const forked = (parts: Partial<typeof PARTS>): RunResult => {
    const { graph: made, dataset, config } = { ...PARTS, ...parts };
    const fork = forkReplay(createWorkspace(ENGINE, dataset), made, config, bytes);
    fork.replay.advance();
    return fork.result();
  };

  it("that changes nothing is the run", () => {
    const [own, straight] = [forked({}), runGraph(ENGINE, PARTS.graph, PAIR, CONFIG)];
    expect([own.runId, own.resultDigest, own.forkedFrom]).toEqual([straight.runId, straight.resultDigest, null]);
  });

  it("with other fees is the run whose fees change at that time", () => {
    const dear = { taker: 0.004 };
    const dated = { ...CONFIG, fees: [{ ...CONFIG.fees }, { ...dear, from: instantText(nowNs + 1n) }] } as RunConfig;
    const straight = runGraph(ENGINE, PARTS.graph, PAIR, dated);
    const fork = forked({ config: { ...CONFIG, fees: dear } });
    expect(eventsOf(fork.log)).toEqual(eventsOf(straight.log));
    expect(fork.forkedFrom).toEqual({ runId: open.result().runId, buckets: CUT });
    const ids = [fork.runId, straight.runId, open.result().runId, forked({ config: dated }).runId];
    expect(new Set(ids).size).toBe(4);
  });

  it("to dated fees takes those that hold at that time", () => {
    const [dear, cheap] = [{ taker: 0.02 }, { taker: 0.004 }];
    const before = instantText(nowNs - 3_600_000_000_000n);
    const dated = forked({ config: { ...CONFIG, fees: [dear, { ...cheap, from: before }] } as RunConfig });
    expect(eventsOf(dated.log)).toEqual(eventsOf(forked({ config: { ...CONFIG, fees: cheap } }).log));
    expect(eventsOf(dated.log)).not.toEqual(eventsOf(forked({ config: { ...CONFIG, fees: dear } }).log));
  });

  it("leaves to each decision what it did last, wherever that stands now", () => {
    const [one, two] = PAIR.bars.map((tape) => tape.instrument.symbol) as [string, string];
    const held = (share: number): Graph =>
      graph({ decisions: [targetPercent(share, { instrument: one }), marketOrder(5, { instrument: two })] });
    const first = openAt({ ...PARTS, graph: held(0.3) }, CUT);
    const place = (made: Graph): number => made.decisions.findIndex((node) => node.params["instrument"] === one);
    const others = [0.5, 0.6, 0.7, 0.8, 0.9].map(held);
    expect(new Set([held(0.3), ...others].map(place)).size).toBe(2);
    for (const other of others) {
      const fork = forkReplay(createWorkspace(ENGINE, PAIR), other, CONFIG, first.snapshot());
      fork.replay.advance();
      const { orders } = fork.result().tables();
      const later = Array.from(orders.time).flatMap((time, row) => (time > nowNs ? [orders.instrument[row]] : []));
      expect(new Set(later)).toEqual(new Set([0]));
    }
  });

  it("with other rows ahead is the run over those rows", () => {
    const ahead = {
      ...PAIR,
      fingerprint: `blake3:${"7".repeat(64)}`,
      bars: TAPES.map((tape) => mirrored(tape, nowNs)),
    };
    const [fork, straight] = [forked({ dataset: ahead }), runGraph(ENGINE, PARTS.graph, ahead, CONFIG)];
    expect(fork.logDigest).toBe(straight.logDigest);
    expect(fork.logDigest).not.toBe(runGraph(ENGINE, PARTS.graph, PAIR, CONFIG).logDigest);
  });

  it("of a fork goes on, and can be resumed", () => {
    const config = { ...CONFIG, fees: { taker: 0.004 } };
    const made = brackets(0.0001);
    const first = forkReplay(createWorkspace(ENGINE, PAIR), made, config, bytes);
    first.replay.advanceToBucket(CUT + 500);
    const again = resumeReplay(createWorkspace(ENGINE, PAIR), made, config, first.snapshot());
    again.replay.advance();
    const straight = forked({ graph: made, config });
    expect([again.result().runId, again.result().logDigest]).toEqual([straight.runId, straight.logDigest]);
    expect(again.result().tables()).toEqual(straight.tables());
  });

  it("with another target is the run whose target changes there", () => {
    const held = (target: NumberInput): Graph => graph({ decisions: [targetPercent(target)] });
    const first = openAt({ ...PARTS, graph: held(0.6) }, CUT);
    const fork = forkReplay(createWorkspace(ENGINE, PAIR), held(0.25), CONFIG, first.snapshot());
    fork.replay.advance();
    const changing = held(select(gt(bars().time, Number(nowNs / 1_000_000_000n)), 0.25, 0.6));
    const straight = runGraph(ENGINE, changing, PAIR, CONFIG);
    expect(straight.counts.fills).toBeGreaterThan(2);
    expect(eventsOf(fork.result().log)).toEqual(eventsOf(straight.log));
  });

  it("with another size trades by it from there on", () => {
    const small = forked({ graph: brackets(0.0001) });
    const straight = runGraph(ENGINE, PARTS.graph, PAIR, CONFIG);
    const rows = small.tables().orders;
    const before = [...rows.time].filter((time) => time <= nowNs).length;
    expect([...rows.quantity].slice(0, before)).toEqual([...straight.tables().orders.quantity].slice(0, before));
    expect([...rows.quantity]).not.toEqual([...straight.tables().orders.quantity]);
  });

  it("refuses another output, or another lag, over an edge that keeps rows", () => {
    const { equity, cash } = portfolioState();
    const seen = (x: NumberOutput, y: NumberOutput): Graph =>
      graph({ decisions: [targetPercent(mul(mul(x, 0), close))], publish: { y } });
    const made = seen(delayed(equity, 1), delayed(close, 2));
    const open = openReplay(createWorkspace(ENGINE, PAIR), made, CONFIG);
    open.replay.advanceToBucket(9);
    const bytes = open.snapshot();
    const fork = (other: Graph) => () => forkReplay(createWorkspace(ENGINE, PAIR), other, CONFIG, bytes);
    const others = [
      seen(delayed(cash, 1), delayed(close, 2)),
      seen(delayed(equity, 2), delayed(close, 1)),
      seen(delayed(equity, 1), delayed(low, 2)),
    ];
    for (const other of others) expect(issueLinesOf(fork(other))).toContain("snapshot/fork fork.nodes");
    const direct = (x: NumberOutput): Graph => graph({ decisions: [targetPercent(delayed(x, 1))] });
    const first = openReplay(createWorkspace(ENGINE, PAIR), direct(close), CONFIG);
    const swap = () => forkReplay(createWorkspace(ENGINE, PAIR), direct(low), CONFIG, first.snapshot());
    expect(issueLinesOf(swap)).toContain("snapshot/fork fork.nodes");
  });

  it("refuses what the state cannot be carried over to", () => {
    const swapped = graph({ decisions: [targetPercent(select(gt(close, sma(close, 9)), 1, 0))] });
    expect(issueLinesOf(() => forked({ graph: swapped }))).toEqual([
      "snapshot/fork fork.nodes",
      "snapshot/fork fork.decisions",
    ]);
    const alone = { ...PAIR, fingerprint: `blake3:${"9".repeat(64)}`, bars: TAPES.slice(0, 1) };
    const cash: RunConfig = { ...CONFIG, account: { kind: "cash", cost: "fifo" } };
    expect(issueLinesOf(() => forked({ config: cash }))).toEqual(["snapshot/fork fork.account"]);
    expect(issueLinesOf(() => forked({ dataset: alone }))).toContain("snapshot/fork fork.instruments");
    const later = TAPES.map((tape) => shifted(tape, 1n));
    const dataset = { ...PAIR, fingerprint: `blake3:${"8".repeat(64)}`, bars: later };
    expect(issueLinesOf(() => forked({ dataset }))[0]).toMatch(/^snapshot\/fork dataset\./);
  });
});

/** A tape whose bars after `sinceNs` go the other way round. */
function mirrored(tape: BarsTape, sinceNs: bigint): BarsTape {
  return changedTape(tape, (columns) => {
    const first = columns.time.findIndex((time) => time > sinceNs);
    const pivot = 2n * (columns.close[first - 1] as bigint);
    const turn = (from: BigInt64Array): BigInt64Array =>
      from.map((price, i) => (i < first ? price : floored(pivot - price)));
    const { open, high: top, low: bottom, close: last } = columns;
    return {
      ...columns,
      open: turn(open),
      high: top.map((price, i) => (i < first ? price : floored(pivot - (bottom[i] as bigint)))),
      low: bottom.map((price, i) => (i < first ? price : floored(pivot - (top[i] as bigint)))),
      close: turn(last),
    };
  });
}

function floored(price: bigint): bigint {
  return price < 100n ? 100n : price;
}

function shifted(tape: BarsTape, byNs: bigint): BarsTape {
  return changedTape(tape, (columns) => ({ ...columns, time: columns.time.map((time) => time + byNs) }));
}

type Columns = Parameters<typeof memoryTape>[2];

function changedTape(tape: BarsTape, change: (columns: Columns) => Columns): BarsTape {
  const segments = [...tape.segments()];
  const whole = (pick: (segment: (typeof segments)[number]) => BigInt64Array | null): BigInt64Array =>
    BigInt64Array.from(segments.flatMap((segment) => [...(pick(segment) as BigInt64Array)]));
  const columns = {
    time: whole((segment) => segment.time),
    open: whole((segment) => segment.open),
    high: whole((segment) => segment.high),
    low: whole((segment) => segment.low),
    close: whole((segment) => segment.close),
    volume: whole((segment) => segment.volume),
  };
  return memoryTape(tape.instrument, tape.interval, change(columns));
}
