// Snapshots and seeking: what it costs to take the state of a run of a million bars, to put it back, to seal it with
// its digest, to make a run ready for looking at any bucket (beside the run itself, in turns), and to look at one. The
// state of W1 is small, so a run with 16 MB of node states stands beside it.
//
// Processor time stands beside the slowest seek, and the least of all turns beside their median: on a machine with
// other work they say what the work itself takes.

import {
  bars,
  coalesce,
  createWorkspace,
  delayed,
  fingerprintTapes,
  graph,
  gt,
  openReplay,
  openSeekable,
  openSnapshot,
  resumeReplay,
  runInWorkspace,
  select,
  sma,
  targetPercent,
} from "../kernel/index.js";
import type { Graph, RunConfig } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/kernel-module.js";
import { syntheticTape } from "../datasets/synthetic.js";
import { brief, median, rounded } from "./timing.js";

const ROWS = 1_000_000;
const REPEATS = 15;
const CONFIG: RunConfig = { fees: { taker: 0.001 } };
const { close } = bars();
const tape = syntheticTape({ seed: 3, rows: ROWS });
const dataset = { name: "walk", fingerprint: fingerprintTapes(nodeHasher(), [tape]).fingerprint, bars: [tape] };
const crossing = select(gt(sma(close, 10), sma(close, 30)), 1, 0);
const W1 = graph({ decisions: [targetPercent(crossing)] });
// A delay keeps as many rows as it is long: 2^21 of 8 bytes are 16 MB. The tape is shorter, so the decisions are W1's.
const isHigher = gt(close, coalesce(delayed(close, 1 << 21), 0));
const LARGE = graph({ decisions: [targetPercent(select(isHigher, crossing, 0))] });

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** `0.8 / 1.1`: the least and the median. */
function leastAndMedian(times: readonly number[]): string {
  return `${rounded(Math.min(...times))} / ${rounded(median(times))}`;
}

function measured(name: string, made: Graph): Record<string, string | number> {
  const sizes = { runBytes: 96 * 1024 * 1024 };
  const workspace = createWorkspace(nodeEngine(), dataset, sizes);
  const straight = runInWorkspace(workspace, made, CONFIG);
  const open = openReplay(workspace, made, CONFIG);
  open.replay.advanceToBucket(ROWS / 2);
  const take = Array.from({ length: REPEATS }, () => timed(() => void open.replay.takeState()));
  const room = open.replay.takeState();
  const again = Array.from({ length: REPEATS }, () => timed(() => void open.replay.takeState(room)));
  const seal = Array.from({ length: REPEATS }, () => timed(() => void open.snapshot({ history: false })));
  const whole = Array.from({ length: 5 }, () => timed(() => void open.snapshot()));
  const bytes = open.snapshot({ history: false });
  const state = openSnapshot(nodeEngine(), bytes).state;
  const other = createWorkspace(nodeEngine(), dataset, sizes);
  runInWorkspace(other, made, CONFIG);
  const resume = Array.from({ length: REPEATS }, () => timed(() => void resumeReplay(other, made, CONFIG, bytes)));
  const put: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const fresh = openReplay(other, made, CONFIG);
    put.push(timed(() => void fresh.replay.resume(state, null)));
  }
  const later = resumeReplay(other, made, CONFIG, bytes);
  later.replay.advance();
  if (later.result().resultDigest !== straight.resultDigest) throw new Error("a resumed run is the run");
  return {
    run: name,
    "state, kB": rounded(state.length / 1024),
    "take, ms": leastAndMedian(take),
    "into bytes at hand, ms": leastAndMedian(again),
    "put, ms": leastAndMedian(put),
    "take and seal, ms": rounded(median(seal)),
    "with history, ms": rounded(median(whole)),
    "open, prepare and put, ms": rounded(median(resume)),
    digest: brief(straight.resultDigest),
  };
}

console.log("Snapshots at bucket 500,000; least / median");
console.table([measured("W1", W1), measured("16 MB of states", LARGE)]);

function sought(name: string, made: Graph): Record<string, string | number> {
  const workspace = createWorkspace(nodeEngine(), dataset, { runBytes: 96 * 1024 * 1024 });
  const turns = Array.from({ length: 3 }, () => {
    const runMs = timed(() => void runInWorkspace(workspace, made, CONFIG));
    return { runMs, openMs: timed(() => void openSeekable(workspace, made, CONFIG)) };
  });
  const [runMs, openMs] = [median(turns.map((turn) => turn.runMs)), median(turns.map((turn) => turn.openMs))];
  const run = openSeekable(workspace, made, CONFIG);
  const processor: number[] = [];
  const seeks = Array.from({ length: 200 }, (_, i) => {
    const before = process.cpuUsage();
    const ms = timed(() => void run.seek((i * 617_437 + 3) % (ROWS + 1)));
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000);
    return ms;
  });
  const back = Array.from({ length: 50 }, () => timed(() => void run.step(-1)));
  return {
    run: name,
    "run, ms": rounded(runMs),
    "open, ms": rounded(openMs),
    "open / run": rounded(openMs / runMs),
    "states kept": run.kept.count,
    "kept, MB": rounded(run.kept.byteCount / 2 ** 20),
    "seek, ms": leastAndMedian(seeks),
    "slowest seek, ms": rounded(Math.max(...seeks)),
    "most processor time, ms": rounded(Math.max(...processor)),
    "step back, ms": leastAndMedian(back),
    digest: brief(run.result.resultDigest),
  };
}

console.log("Seeking, 200 buckets here and there; least / median");
console.table([sought("W1", W1), sought("16 MB of states", LARGE)]);
