// Run: a graph over a dataset under a configuration, to its result and identities.
//
// Always true:
//   the RunID comes from what goes in, the result digest from what comes out; neither from host, block size or windows.

import { EVENT_FILL, EVENT_ORDER, EVENT_REFUSAL } from "../../assembly/abi-event.js";
import type { Digest } from "../base/digest.js";
import { digestJson } from "../base/digest.js";
import { InputError } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { GraphId, NodeId, RunId } from "../graph/identity.js";
import { nodeIdOf, runIdOf } from "../graph/identity.js";
import type { Checkpoint, EventLog } from "../log/event-log.js";
import type { RunTables } from "../log/tables.js";
import type { Currency } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import { layOut } from "../plan/layout.js";
import { lowerGraph } from "../plan/lower.js";
import type { Plan } from "../plan/plan.js";
import type { Engine } from "../wasm/engine.js";
import type { RunConfig } from "./config.js";
import { checkConfig } from "./config.js";
import type { Series } from "./host-nodes.js";
import { ORDER_CAPACITY, Replay } from "./replay.js";
import type { Workspace } from "./workspace.js";
import { createWorkspace } from "./workspace.js";

/** Version of the meaning of fills, fees, sizing and accounts: it changes whenever a result may. */
export const SEMANTICS_VERSION = 1;

/** How a run is carried out and what it keeps. Only `seed`, `from` and `to` belong to its identity. */
export interface RunOptions {
  /** First close time, ns, inclusive. */
  readonly from?: bigint | null;
  /** Close time, ns, before which the last bar lies. */
  readonly to?: bigint | null;
  readonly seed?: number | bigint;
  /** Portfolio rows: every bucket (the default), the last of each UTC day, or none. */
  readonly portfolio?: "bucket" | "day" | "none";
  /** Takes the published series; off by default. */
  readonly capture?: boolean;
  readonly blockRows?: number | null;
  /** Rows of each tape in memory at once; `null` (the default) keeps the tapes whole. */
  readonly windowRows?: number | null;
  /** Keeps the log's bytes, on by default; tables and counts need them. */
  readonly keepLog?: boolean;
  /** Takes every bucket through the general path; for tests. */
  readonly stepEveryBucket?: boolean;
}

/** What came out of a run. */
export interface RunResult {
  readonly runId: RunId;
  readonly graphId: GraphId;
  readonly nodeIds: readonly NodeId[];
  readonly datasets: readonly DatasetUse[];
  readonly config: { readonly [field: string]: Json };
  readonly seed: string;
  readonly semanticsVersion: number;
  /** Digest of the log and of the chain of checkpoints. */
  readonly resultDigest: Digest;
  readonly logDigest: Digest;
  readonly checkpoints: readonly Checkpoint[];
  readonly kernelDigest: Digest;
  readonly counts: RunCounts;
  readonly currency: Currency;
  readonly plan: Plan;
  readonly log: EventLog;
  /** Tables of the log, decoded at the first call. */
  tables(): RunTables;
  readonly series: readonly Series[];
}

export interface DatasetUse {
  readonly name: string;
  readonly fingerprint: string;
  readonly rows: number;
  /** Range asked for, ns, as decimal text; null for no bound. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface RunCounts {
  readonly bars: number;
  readonly buckets: number;
  readonly orders: number;
  readonly fills: number;
  readonly refusals: number;
}

const DAY_NS = 86_400_000_000_000n;

/**
 * Replays a graph over a dataset.
 *
 * @throws InputError with every issue: of the configuration (`config/*`), of graph and dataset together (`instrument/unknown`,
 *   `graph/interval`, `graph/shape`), `dataset/not-pinned`, `dataset/range`, `run/*`.
 * @example
 * const result = runGraph(engine, graph({ decisions: [targetPercent(1)] }), dataset, { fees: { taker: 0.001 } });
 * result.resultDigest; // "blake3:…"
 */
export function runGraph(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  config: RunConfig,
  options: RunOptions = {},
): RunResult {
  const prepared = prepare(graph, dataset, config, options);
  const sizes = {
    blockRows: options.blockRows ?? null,
    portfolioRows: 65_536,
    ringBytes: 1 << 22,
    orderCapacity: ORDER_CAPACITY,
  };
  const runBytes = layOut(prepared.plan, 0, sizes).byteCount + 4096;
  const tapes = prepared.plan.streams.map((stream) => stream.tape);
  const workspace = createWorkspace(engine, dataset, { windowRows: options.windowRows ?? null, runBytes }, tapes);
  return complete(workspace, graph, prepared, options);
}

/** Replays a graph over the dataset of a workspace, whose tapes stay in memory. Errors as `runGraph`. */
export function runInWorkspace(
  workspace: Workspace,
  graph: Graph,
  config: RunConfig,
  options: RunOptions = {},
): RunResult {
  return complete(workspace, graph, prepare(graph, workspace.dataset, config, options), options);
}

/** A replay that the caller drives: `advance(untilNs)`, then `resultOf`. Errors as `runGraph`. */
export function openReplay(
  workspace: Workspace,
  graph: Graph,
  config: RunConfig,
  options: RunOptions = {},
): OpenReplay {
  const prepared = prepare(graph, workspace.dataset, config, options);
  const replay = replayOf(workspace, prepared, options);
  return { replay, result: () => resultOf(workspace, graph, prepared, replay, options) };
}

export interface OpenReplay {
  readonly replay: Replay;
  /** The result so far; final once the replay has ended. */
  result(): RunResult;
}

interface Prepared {
  readonly plan: Plan;
  readonly currency: Currency;
  readonly checked: ReturnType<typeof checkConfig>;
}

function prepare(graph: Graph, dataset: Dataset, config: RunConfig, options: RunOptions): Prepared {
  if (!/^blake3:[0-9a-f]{64}$/.test(dataset.fingerprint)) {
    const advice = "Import it, or fingerprint it with fingerprintTapes.";
    throw new InputError([
      {
        code: "dataset/not-pinned",
        path: "dataset",
        expected: "a dataset pinned by its fingerprint",
        received: dataset.fingerprint,
        advice,
      },
    ]);
  }
  const { from = null, to = null } = options;
  if (from !== null && to !== null && from >= to) {
    throw new InputError([
      { code: "dataset/range", path: "range", expected: "from before to", received: `${from} to ${to}` },
    ]);
  }
  const plan = lowerGraph(graph, dataset, { capture: options.capture ?? false });
  const currency = accountCurrency(plan);
  return { plan, currency, checked: checkConfig(config, currency) };
}

/** The one currency of all instruments. */
function accountCurrency(plan: Plan): Currency {
  const [first, ...others] = plan.instruments.map((instrument) => instrument.currency);
  if (first === undefined) {
    throw new InputError([
      {
        code: "dataset/range",
        path: "dataset",
        expected: "at least one tape of bars that the graph reads",
        received: "none",
      },
    ]);
  }
  const other = others.find((currency) => currency.code !== first.code || currency.decimals !== first.decimals);
  if (other === undefined) return first;
  const received = `${first.code} (${first.decimals} decimals) and ${other.code} (${other.decimals} decimals)`;
  throw new InputError([
    { code: "instrument/fact", path: "dataset", expected: "instruments of one currency in one account", received },
  ]);
}

function replayOf(workspace: Workspace, prepared: Prepared, options: RunOptions): Replay {
  const portfolio = options.portfolio ?? "bucket";
  const settings = { ...prepared.checked.settings, portfolioPeriodNs: portfolio === "day" ? DAY_NS : 0n };
  return new Replay(workspace, prepared.plan, settings, portfolio !== "none", {
    blockRows: options.blockRows ?? null,
    keepLog: options.keepLog ?? true,
    stepEveryBucket: options.stepEveryBucket ?? false,
    range: { from: options.from ?? null, to: options.to ?? null },
  });
}

function complete(workspace: Workspace, graph: Graph, prepared: Prepared, options: RunOptions): RunResult {
  const replay = replayOf(workspace, prepared, options);
  replay.advance();
  return resultOf(workspace, graph, prepared, replay, options);
}

function resultOf(
  workspace: Workspace,
  graph: Graph,
  prepared: Prepared,
  replay: Replay,
  options: RunOptions,
): RunResult {
  const { dataset, engine } = workspace;
  const { from = null, to = null, seed = 0 } = options;
  const { canonical } = prepared.checked;
  const datasets = [{ fingerprint: dataset.fingerprint as Digest, from, to }];
  const logDigest = replay.logDigest();
  let tables: RunTables | null = null;
  return {
    runId: runIdOf({ graphId: graph.graphId, datasets, config: canonical, seed, semanticsVersion: SEMANTICS_VERSION }),
    graphId: graph.graphId,
    nodeIds: graph.nodes.map(nodeIdOf),
    datasets: [
      {
        name: dataset.name,
        fingerprint: dataset.fingerprint,
        rows: replay.rowCount,
        from: textOf(from),
        to: textOf(to),
      },
    ],
    config: canonical,
    seed: String(seed),
    semanticsVersion: SEMANTICS_VERSION,
    resultDigest: digestJson("goldentape 2026 result v1", {
      log: logDigest,
      chain: replay.chainDigest(),
      semanticsVersion: SEMANTICS_VERSION,
    }),
    logDigest,
    get checkpoints() {
      return replay.log.checkpoints();
    },
    kernelDigest: engine.kernelDigest,
    get counts() {
      return countsOf(replay);
    },
    currency: prepared.currency,
    plan: prepared.plan,
    log: replay.log,
    tables: () => (tables ??= tablesOf(prepared, replay)),
    get series() {
      return replay.series();
    },
  };
}

function textOf(instant: bigint | null): string | null {
  return instant === null ? null : instant.toString();
}

function countsOf(replay: Replay): RunCounts {
  const { log } = replay;
  return {
    bars: replay.rowCount,
    buckets: replay.bucketCount,
    orders: log.count(EVENT_ORDER),
    fills: log.count(EVENT_FILL),
    refusals: log.count(EVENT_REFUSAL),
  };
}

function tablesOf(prepared: Prepared, replay: Replay): RunTables {
  const { log } = replay;
  return {
    instruments: prepared.plan.instruments,
    currency: prepared.currency,
    decisions: prepared.plan.decisions.map((decision) => nodeIdOf(decision.node)),
    orders: log.orders(),
    orderEnds: log.orderEnds(),
    fills: log.fills(),
    refusals: log.refusals(),
    ledger: log.ledger(),
    portfolio: replay.portfolioTable(),
  };
}
