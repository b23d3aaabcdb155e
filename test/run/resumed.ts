// A run that is put aside at some buckets and goes on from its snapshot, in another memory each time.

import { createWorkspace, openReplay, resumeReplay } from "../../kernel/index.js";
import type { Dataset, Engine, Graph, OpenReplay, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";

/** What a run is made of, and the engines that take turns with it. */
export interface RunParts {
  readonly engines: readonly Engine[];
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly options?: RunOptions;
}

/** Enough for the runs of tests; the less, the sooner it is filled. */
const RUN_BYTES = 16 * 1024 * 1024;

/** Opens a run and takes it to a bucket. */
export function openAt({ engines, graph, dataset, config, options = {} }: RunParts, buckets: number): OpenReplay {
  const workspace = createWorkspace(engines[0] as Engine, dataset, sizesOf(options));
  const open = openReplay(workspace, graph, config, options);
  open.replay.advanceToBucket(buckets);
  return open;
}

/**
 * The result of a run that is put aside at each of `cuts`, rising. Blocks and windows change on the way, and the memory
 * that a run goes on in is full of other bytes.
 */
export function resumedRun(parts: RunParts, cuts: readonly number[]): RunResult {
  const { engines, graph, dataset, config } = parts;
  let open = openAt(parts, cuts[0] ?? 0);
  cuts.forEach((cut, i) => {
    open.replay.advanceToBucket(cut);
    if (open.replay.isEnded) return;
    const snapshot = open.snapshot();
    const sizes = i % 2 === 0 ? { windowRows: 3 } : {};
    const engine = engines[(i + 1) % engines.length] as Engine;
    const workspace = createWorkspace(engine, dataset, { ...sizes, runBytes: RUN_BYTES });
    new Uint8Array(workspace.instance.memory.buffer, workspace.runBase, workspace.runBytes).fill(0xa5);
    open = resumeReplay(workspace, graph, config, snapshot, { blockRows: i % 2 === 0 ? 5 : null });
  });
  open.replay.advance();
  return open.result();
}

function sizesOf({ windowRows = null }: RunOptions): { readonly windowRows: number | null } {
  return { windowRows };
}
