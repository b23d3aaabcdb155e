// Snapshots: a run as it stands between two buckets, as sealed bytes that say what run they are of.
//
// Not here: what belongs to the state (`run-state.ts`), going on from one (`resume.ts`).

import { invariant } from "../base/error.js";
import type { Digest } from "../base/digest.js";
import type { Json } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { GraphId, RunId } from "../graph/identity.js";
import { openSealed, sealed } from "../log/sealed.js";
import type { Engine } from "../wasm/engine.js";
import type { CapturedRows } from "./host-nodes.js";
import type { Fork, Prepared } from "./prepare.js";
import { SEMANTICS_VERSION } from "./prepare.js";
import { PORTFOLIO_COLUMNS } from "./portfolio-rows.js";
import type { Replay, ReplayHistory } from "./replay.js";
import type { RunOptions } from "./run-options.js";
import type { StateShape } from "./state-shape.js";
import type { Workspace } from "./workspace.js";

/** What a snapshot holds besides the state. */
export interface SnapshotOptions {
  /**
   * Takes along the log, the portfolio's rows and the captured series so far, so that a result has them all; on by
   * default. Without it a snapshot is as small as the state, and what goes on has the digests of the whole run, no
   * records, and the portfolio from the snapshot on.
   */
  readonly history?: boolean;
}

/** A run in hand. */
export interface SnapshotSource {
  readonly workspace: Workspace;
  readonly graph: Graph;
  readonly prepared: Prepared;
  readonly replay: Replay;
  readonly options: RunOptions;
  readonly shape: StateShape;
}

/** What a snapshot says. */
export interface Snapshot {
  readonly runId: RunId;
  readonly forkedFrom: Fork | null;
  readonly graphId: GraphId;
  readonly fingerprint: string;
  readonly config: { readonly [field: string]: Json };
  /** Options that the run goes on with. */
  readonly options: Required<Omit<RunOptions, "blockRows" | "windowRows" | "logDraws" | "stepEveryBucket" | "world">>;
  /** Buckets completed. */
  readonly buckets: number;
  /** Time of the last of them, ns; 0 before the first. */
  readonly nowNs: bigint;
  /** Module that made it: another one goes on with the same result. */
  readonly kernelDigest: Digest;
  readonly shape: StateShape;
  readonly state: Uint8Array;
  readonly history: ReplayHistory | null;
}

/** Seals the run as it stands. Errors as `Replay.takeState`. */
export function snapshotOf(source: SnapshotSource, { history = true }: SnapshotOptions): Uint8Array {
  const { workspace, graph, prepared, replay, options, shape } = source;
  const state = replay.takeState();
  const past = history ? replay.history() : null;
  const { dataset, engine } = workspace;
  const head = {
    runId: prepared.runId,
    forkedFrom: prepared.forkedFrom === null ? null : { ...prepared.forkedFrom },
    graphId: graph.graphId,
    fingerprint: dataset.fingerprint,
    config: prepared.canonical,
    options: optionsJson(options),
    buckets: replay.bucketCount,
    nowNs: replay.nowNs.toString(),
    kernelDigest: engine.kernelDigest,
    shape: { ...shape, decisions: shape.decisions.map((place) => ({ ...place })) },
    history: past === null ? null : { captured: past.captured.map(({ time }) => time.length) },
  };
  const sections = new Map([["state", state]]);
  if (past !== null) {
    sections.set("log", past.log);
    sections.set("portfolio", bytesOfColumns(past.portfolio));
    sections.set("batches", bytesOfColumns([past.batches]));
    sections.set("captured", bytesOfColumns(past.captured.flatMap(({ time, values }) => [time, values])));
  }
  return sealed(engine.module, "snapshot", SEMANTICS_VERSION, { head, sections });
}

// Instants and seeds have 64 bits, JSON numbers 53.
function optionsJson({ from = null, to = null, seed = 0, ...options }: RunOptions): Json {
  const { portfolio = "bucket", capture = false, keepLog = true } = options;
  const text = (instant: bigint | null): string | null => (instant === null ? null : instant.toString());
  return { from: text(from), to: text(to), seed: seed.toString(), portfolio, capture, keepLog };
}

function bytesOfColumns(columns: readonly (BigInt64Array | Float64Array)[]): Uint8Array {
  const bytes = new Uint8Array(columns.reduce((sum, column) => sum + column.byteLength, 0));
  let at = 0;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

interface WrittenHead {
  readonly options: {
    readonly from: string | null;
    readonly to: string | null;
    readonly seed: string;
    readonly portfolio: "bucket" | "day" | "none";
    readonly capture: boolean;
    readonly keepLog: boolean;
  };
  readonly nowNs: string;
  readonly history: { readonly captured: readonly number[] } | null;
}

/**
 * Reads a snapshot.
 *
 * @param bytes Read only.
 * @returns What it says and holds; copies.
 * @throws InputError `file/kind`, `file/version`, `file/truncated`, `file/damaged`.
 */
export function openSnapshot(engine: Engine, bytes: Uint8Array): Snapshot {
  const { head, sections } = openSealed(engine.module, bytes, "snapshot", SEMANTICS_VERSION, "snapshot");
  const written = head as unknown as WrittenHead & Omit<Snapshot, keyof WrittenHead | "state">;
  const { from, to, seed } = written.options;
  const instant = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  const state = sections.get("state");
  invariant(state !== undefined, "a snapshot has a state");
  return {
    ...written,
    options: { ...written.options, from: instant(from), to: instant(to), seed: BigInt(seed) },
    nowNs: BigInt(written.nowNs),
    state,
    history: written.history === null ? null : historyOf(sections, written.history.captured),
  };
}

function historyOf(sections: ReadonlyMap<string, Uint8Array>, captured: readonly number[]): ReplayHistory {
  // Copies, which lie at a multiple of 8 wherever the bytes came from.
  const copyOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(sections.get(name) ?? []);
  const portfolio = copyOf("portfolio");
  const rows = portfolio.byteLength / (8 * PORTFOLIO_COLUMNS);
  const series = copyOf("captured").buffer;
  let at = 0;
  const lane = (rowCount: number): CapturedRows => {
    const time = new BigInt64Array(series, at, rowCount);
    const values = new Float64Array(series, at + 8 * rowCount, rowCount);
    at += 16 * rowCount;
    return { time, values };
  };
  return {
    log: copyOf("log"),
    batches: new BigInt64Array(copyOf("batches").buffer),
    portfolio: Array.from(
      { length: PORTFOLIO_COLUMNS },
      (_, i) => new BigInt64Array(portfolio.buffer, 8 * rows * i, rows),
    ),
    captured: captured.map(lane),
  };
}
