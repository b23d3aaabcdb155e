// Bench of streaming: a tape twenty times as long, through windows of 65,536 rows, in the same memory.
//
// The tape makes its rows as they are read, which takes most of the time and is told apart. Memory is looked at with
// every segment, after a collection when the process was started with `--expose-gc`.

import { bars, createWorkspace, fingerprintTapes, graph, gt, runInWorkspace, select, sma } from "../kernel/index.js";
import { targetPercent } from "../kernel/index.js";
import type { BarsTape } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { syntheticTapes } from "../datasets/synthetic.js";
import { brief, rounded } from "./timing.js";

const WINDOW_ROWS = 65_536;
const MEGABYTE = 1_000_000;

interface Watch {
  sourceMs: number;
  rss: number;
  arrayBuffers: number;
}

/** `tape`, with an eye on the time that its rows take and on the memory. */
function watched(tape: BarsTape, watch: Watch): BarsTape {
  return {
    ...tape,
    *segments() {
      const rest = tape.segments()[Symbol.iterator]();
      for (;;) {
        const start = performance.now();
        const next = rest.next();
        watch.sourceMs += performance.now() - start;
        globalThis.gc?.();
        const { rss, arrayBuffers } = process.memoryUsage();
        watch.rss = Math.max(watch.rss, rss);
        watch.arrayBuffers = Math.max(watch.arrayBuffers, arrayBuffers);
        if (next.done === true) return;
        yield next.value;
      }
    },
  };
}

/** Streams `rows` rows through a window, and tells what that took. */
function streamed(rows: number): Record<string, string | number> {
  const watch = { sourceMs: 0, rss: 0, arrayBuffers: 0 };
  const plain = syntheticTapes({ seed: 3, rows })[0] as BarsTape;
  const fingerprint = fingerprintTapes(nodeHasher(), [plain]).fingerprint;
  const tape = watched(plain, watch);
  const dataset = { name: "walk", fingerprint, bars: [tape] };
  const workspace = createWorkspace(nodeEngine(), dataset, { windowRows: WINDOW_ROWS });
  const { close } = bars();
  const strategy = graph({ decisions: [targetPercent(select(gt(sma(close, 10), sma(close, 30)), 1, 0))] });
  const start = performance.now();
  const result = runInWorkspace(workspace, strategy, { fees: { taker: 0.001 } }, { portfolio: "day", keepLog: false });
  const wholeMs = performance.now() - start;
  return {
    rows,
    "replay and looks at memory, ms": rounded(wholeMs - watch.sourceMs),
    "making rows, ms": rounded(watch.sourceMs),
    "wasm memory, MB": rounded(workspace.instance.memory.buffer.byteLength / MEGABYTE),
    "array buffers at most, MB": rounded(watch.arrayBuffers / MEGABYTE),
    "RSS at most, MB": rounded(watch.rss / MEGABYTE),
    digest: brief(result.resultDigest),
  };
}

streamed(100_000);
console.log(`Streaming: W1 through windows of ${WINDOW_ROWS} rows, log and digest taken, log not kept`);
console.table([streamed(1_000_000), streamed(20_000_000)]);
