// Seeking: a run that stands at any of its buckets, with the values of every node, and steps forward and back.
//
// How it works: the run is replayed once, and its state is kept every so many buckets (`kept-states.ts`). To seek is to
// put the nearest state before the bucket into place and to replay from there, so the cost depends on the stride, not
// on the distance. These replays digest no states: the result is a run of its own, made when somebody asks for it.
//
// Always true:
//   what stands at a bucket does not depend on how one came there;
//   the result is that of the run, with its own RunID: the replays that show values have probes besides.

import { InputError, invariant } from "../base/error.js";
import type { Graph } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import type { SeriesLane } from "../run/host-nodes.js";
import type { Books } from "../run/books.js";
import type { RunConfig } from "../run/config.js";
import { prepare } from "../run/prepare.js";
import type { Prepared } from "../run/prepare.js";
import type { Replay } from "../run/replay.js";
import type { RunOptions } from "../run/run-options.js";
import { noBars, replayOf, runInWorkspace } from "../run/run.js";
import type { RunResult } from "../run/run.js";
import type { Workspace } from "../run/workspace.js";
import { KeptStates, stateBytes } from "./kept-states.js";
import type { Probe } from "./probe.js";
import { probed } from "./probe.js";

/** The newest value of one lane of a node. */
export interface NodeValue {
  readonly nodeId: NodeId;
  /** Name, or type and start of the NodeID, and the output where it has several. */
  readonly label: string;
  readonly output: string;
  /** Symbol; null for a value of several instruments or none. */
  readonly instrument: string | null;
  /** Null for none, and before its first row. */
  readonly value: number | null;
  /** Close time of the row that it is of, ns; null before the first. */
  readonly timeNs: bigint | null;
}

/** A run at one of its buckets. */
export interface Moment extends Books {
  /** Buckets completed. */
  readonly bucket: number;
  /** Time of the last of them, ns; 0 before the first. */
  readonly timeNs: bigint;
  readonly equity: string | null;
  /** In the order of the graph, inputs first. */
  readonly nodes: readonly NodeValue[];
}

/** A run that can be looked at anywhere. It holds its workspace: another run in it ends the seeking. */
export interface SeekableRun {
  /** The whole run: replayed once more when it is first asked for, after which the run stands where it stood. */
  readonly result: RunResult;
  readonly bucketCount: number;
  /** Buckets between the states that are kept, and the bytes of all of them, parts that they share counted once. */
  readonly kept: { readonly stride: number; readonly count: number; readonly byteCount: number };
  /**
   * Goes to a bucket.
   *
   * @param bucket Buckets completed, 0 to `bucketCount`.
   * @throws InputError `config/range`.
   */
  seek(bucket: number): Moment;
  /** Goes some buckets on, or back with a negative number, as far as the run has buckets. */
  step(buckets?: number): Moment;
  /** Where the run stands. */
  inspect(): Moment;
}

/** How much is kept. */
export interface SeekOptions extends Pick<RunOptions, "seed" | "to" | "from"> {
  /** Bytes for states, 64 MiB by default. */
  readonly budgetBytes?: number;
}

const BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * Runs a graph and keeps what is needed to look at it anywhere. O(buckets + kept states x bytes of a state).
 *
 * @throws InputError as `runInWorkspace`; `config/range` for a budget that is none.
 * @example
 * const run = openSeekable(createWorkspace(engine, dataset), strategy, { fees: { taker: 0.001 } });
 * run.seek(200).positions; // what is held there
 * run.step(-1).bucket; // 199
 */
export function openSeekable(
  workspace: Workspace,
  graph: Graph,
  config: RunConfig,
  options: SeekOptions = {},
): SeekableRun {
  const { budgetBytes = BUDGET_BYTES, ...asked } = options;
  if (!Number.isSafeInteger(budgetBytes) || budgetBytes < 0) {
    const expected = "whole bytes, 0 or more";
    throw new InputError([{ code: "config/range", path: "budgetBytes", expected, received: String(budgetBytes) }]);
  }
  // Of the graph as it is, so that what is wrong with it is said of its own nodes.
  prepare(graph, workspace.dataset, config, asked);
  const { graph: made, probes } = probed(graph);
  const all = { ...asked, capture: true, keepLog: false } as const;
  const prepared = prepare(made, workspace.dataset, config, all);
  const run = (): RunResult => runInWorkspace(workspace, graph, config, asked);
  return new Seeker({ workspace, prepared, options: all, probes, run }, budgetBytes);
}

interface SeekParts {
  readonly workspace: Workspace;
  readonly prepared: Prepared;
  readonly options: RunOptions;
  readonly probes: readonly Probe[];
  /** The run itself, in the same workspace. */
  readonly run: () => RunResult;
}

class Seeker implements SeekableRun {
  readonly bucketCount: number;
  private readonly parts: SeekParts;
  private readonly states: KeptStates;
  /** Bytes for a state on its way. */
  private room = new Uint8Array(0);
  private replay: Replay;
  private whole: RunResult | null = null;

  constructor(parts: SeekParts, budgetBytes: number) {
    this.parts = parts;
    this.replay = this.begun();
    this.states = new KeptStates(budgetBytes);
    do this.keep();
    while (this.reaches(this.states.next));
    this.bucketCount = this.replay.bucketCount;
    if (this.bucketCount === 0) throw noBars(parts.workspace.dataset, parts.options);
    // The data may have ended, which closes a run: it goes back to stand at its last bucket.
    this.put(this.bucketCount);
  }

  get result(): RunResult {
    if (this.whole !== null) return this.whole;
    this.replay.assureSound();
    const bucket = this.replay.bucketCount;
    this.whole = this.parts.run();
    invariant(this.whole.counts.buckets === this.bucketCount, "a run has the buckets that its replay has");
    this.put(bucket);
    return this.whole;
  }

  get kept(): SeekableRun["kept"] {
    const { stride, count, byteCount } = this.states;
    return { stride, count, byteCount };
  }

  seek(bucket: number): Moment {
    if (!Number.isSafeInteger(bucket) || bucket < 0 || bucket > this.bucketCount) {
      const expected = `a bucket of the run, 0 to ${this.bucketCount}`;
      throw new InputError([{ code: "config/range", path: "bucket", expected, received: String(bucket) }]);
    }
    const now = this.replay.bucketCount;
    // The run itself may stand nearer than the state.
    if (now > bucket || this.states.nearest(bucket).bucket > now) this.put(bucket);
    else this.forward(bucket);
    return this.inspect();
  }

  step(buckets = 1): Moment {
    const bucket = this.replay.bucketCount + buckets;
    return this.seek(Math.min(Math.max(bucket, 0), this.bucketCount));
  }

  inspect(): Moment {
    const { prepared } = this.parts;
    return {
      bucket: this.replay.bucketCount,
      timeNs: this.replay.nowNs,
      equity: this.replay.equity(prepared.currency),
      ...this.replay.books(prepared.account, prepared.currency),
      nodes: this.nodes(),
    };
  }

  private nodes(): readonly NodeValue[] {
    const lanes = new Map(this.replay.series().map((series) => [series.name, series.lanes]));
    const symbols = this.parts.prepared.plan.instruments.map(({ symbol }) => symbol);
    return this.parts.probes.flatMap(({ name, nodeId, label, output }) =>
      (lanes.get(name) ?? []).map((lane) => ({
        nodeId,
        label,
        output,
        instrument: symbols[lane.instrument] ?? null,
        ...newestOf(lane),
      })),
    );
  }

  private forward(bucket: number): void {
    invariant(this.reaches(bucket), "a run has every bucket up to its last");
  }

  /** Goes on to a bucket; false when the data end before it. */
  private reaches(bucket: number): boolean {
    this.replay.advanceToBucket(bucket);
    this.replay.forgetHistory();
    return this.replay.bucketCount === bucket;
  }

  private keep(): void {
    const state = this.replay.takeState(this.room);
    if (state.length > this.room.length) this.room = new Uint8Array(state.length);
    this.states.keep(this.replay.bucketCount, state, this.replay.capturedRows());
  }

  /** Puts the nearest state into place, and goes on from there. */
  private put(bucket: number): void {
    const kept = this.states.nearest(bucket);
    this.replay = this.begun();
    const batches = new BigInt64Array(0);
    const history = { log: new Uint8Array(0), portfolio: [], captured: kept.newest, batches };
    const isPut = this.replay.resume(stateBytes(kept, this.room), history);
    invariant(isPut, "a state that was taken can be put back");
    this.forward(bucket);
  }

  private begun(): Replay {
    const { workspace, prepared, options } = this.parts;
    const replay = replayOf(workspace, prepared, options);
    replay.stopDigesting();
    return replay;
  }
}

function newestOf({ time, values }: SeriesLane): Pick<NodeValue, "value" | "timeNs"> {
  const value = values.at(-1);
  return { value: value === undefined || Number.isNaN(value) ? null : value, timeNs: time.at(-1) ?? null };
}
