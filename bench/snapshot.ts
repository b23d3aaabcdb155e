// Snapshots and seeking over W1: what it costs to take the state of a run of a million bars, to put it back, to seal it
// with its digest, and to look at any bucket. The state of W1 is small, so a run with 16 MB of node states stands
// beside it.

import {
  bars,
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
// A delay keeps as many rows as it is long: 2^21 of 8 bytes are 16 MB.
const LARGE = graph({ decisions: [targetPercent(crossing)], publish: { old: delayed(close, 1 << 21) } });

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
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
    "take, ms": rounded(median(take)),
    "into bytes at hand, ms": rounded(median(again)),
    "put, ms": rounded(median(put)),
    "take and seal, ms": rounded(median(seal)),
    "with history, ms": rounded(median(whole)),
    "open, prepare and put, ms": rounded(median(resume)),
    digest: brief(straight.resultDigest),
  };
}

console.log("Snapshots at bucket 500,000");
console.table([measured("W1", W1), measured("16 MB of states", LARGE)]);

const begin = performance.now();
const run = openSeekable(createWorkspace(nodeEngine(), dataset), W1, CONFIG);
const openMs = performance.now() - begin;
const seeks: number[] = [];
for (let i = 0; i < 200; i++) seeks.push(timed(() => void run.seek((i * 617_437 + 3) % (ROWS + 1))));
const back = Array.from({ length: 50 }, () => timed(() => void run.step(-1)));
console.log("Seeking over W1, 200 buckets here and there");
console.table([
  {
    "open, ms": rounded(openMs),
    "states kept": run.kept.count,
    "kept, MB": rounded(run.kept.byteCount / 2 ** 20),
    "seek, ms": rounded(median(seeks)),
    "slowest seek, ms": rounded(Math.max(...seeks)),
    "step back, ms": rounded(median(back)),
    digest: brief(run.result.resultDigest),
  },
]);
