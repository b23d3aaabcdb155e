// Watched runs: replays that show on a terminal how far they are, once they have taken a second.
//
// Always true:
//   the result is that of a run that nobody watches: a replay does not depend on how it is driven;
//   the cursor stays as it is: Ctrl+C ends the process wherever it is, and there is nothing to put right.

import { createWorkspace, intervalNs, openReplay, runEach } from "../../kernel/index.js";
import type {
  BarsTape,
  Dataset,
  Engine,
  Graph,
  OpenReplay,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";

/** Rows below which a run without user nodes takes less than about a second. */
const ROWS_QUIET_MAX = 2_000_000;
/** Rows from which on tapes are read in windows, so that memory does not grow with them. */
const ROWS_WHOLE_MAX = 8_000_000;
const WINDOW_ROWS = 262_144;
// Pages of a memory that are never touched cost nothing.
const RUN_BYTES = 512 * 1024 * 1024;
const STEPS = 100n;
const QUIET_MS = 1000;

/** Where progress is shown, and by which clock it waits. */
export interface Watch {
  readonly terminal: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Milliseconds. */
  readonly now: () => number;
}

const WATCH: Watch = { terminal: process.stderr, now: () => performance.now() };

/**
 * Replays a graph over a dataset under each configuration, with a progress bar when the terminal is one and that takes
 * longer than a second.
 *
 * @throws InputError as `runGraph`.
 */
export async function watchedRuns(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  configs: readonly RunConfig[],
  options: RunOptions,
  { terminal, now }: Watch = WATCH,
): Promise<readonly RunResult[]> {
  const rows = dataset.bars.reduce((sum, tape) => sum + tape.rowCount, 0);
  const windowRows = rows > ROWS_WHOLE_MAX ? WINDOW_ROWS : null;
  const isQuick = rows < ROWS_QUIET_MAX && graph.nodes.every(({ spec }) => spec.kind !== "user");
  if (terminal.isTTY !== true || isQuick) return runEach(engine, graph, dataset, configs, { ...options, windowRows });
  const workspace = createWorkspace(engine, dataset, { windowRows, runBytes: RUN_BYTES });
  const { SingleBar } = await import("cli-progress");
  const format = "replaying {bar} {percentage} %";
  const bar = new SingleBar({ format, stream: terminal, hideCursor: false, clearOnComplete: true });
  const begun = now();
  let isShown = false;
  const show = (step: number): void => {
    if (isShown) bar.update(step);
    else if (now() - begun > QUIET_MS) {
      isShown = true;
      bar.start(Number(STEPS) * configs.length, step);
    }
  };
  try {
    return configs.map((config, done) => {
      const open = openReplay(workspace, graph, config, options);
      advance(open, dataset.bars, options.from ?? null, (step) => show(Number(STEPS) * done + step));
      return open.result();
    });
  } finally {
    if (isShown) bar.stop();
  }
}

/** Goes on in steps of time; the end is guessed from the number of rows, and gaps make the last step the longest. */
function advance(
  { replay }: OpenReplay,
  tapes: readonly BarsTape[],
  from: bigint | null,
  show: (step: number) => void,
): void {
  const spans = tapes.map((tape) => BigInt(tape.rowCount) * intervalNs(tape.interval));
  const span = spans.reduce((most, one) => (one > most ? one : most), 1n);
  const first = tapes.flatMap((tape) => firstTime(tape));
  const start = from ?? first.reduce((least, one) => (one < least ? one : least), first[0] ?? 0n);
  for (let step = 1n; step < STEPS && !replay.isEnded; step += 1n) {
    replay.advance(start + (span * step) / STEPS);
    show(Number(step));
  }
  replay.advance();
}

function firstTime(tape: BarsTape): bigint[] {
  for (const segment of tape.segments()) return segment.rowCount === 0 ? [] : [segment.time[0] as bigint];
  return [];
}
