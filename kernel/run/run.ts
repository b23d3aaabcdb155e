// Run: a graph over a dataset under a configuration, to its result and identities.
//
// Always true:
//   the RunID comes from what goes in, the result digest from what comes out; neither from host, block size or windows.

import { ACCOUNT_IS_HEDGING } from "../../assembly/abi-account.js";
import { EVENT_FILL, EVENT_ORDER, EVENT_REFUSAL } from "../../assembly/abi-event.js";
import type { Digest } from "../base/digest.js";
import { digestJson } from "../base/digest.js";
import { InputError, invariant } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { GraphId, NodeId, RunId } from "../graph/identity.js";
import { nodeIdOf } from "../graph/identity.js";
import type { Checkpoint, EventLog } from "../log/event-log.js";
import type { DecisionOwner, PolicyFacts, TableNames } from "../log/table-names.js";
import type { PortfolioTable, RunTables } from "../log/tables.js";
import { instantText } from "../data/civil-date.js";
import type { Currency } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import { layOut } from "../plan/layout.js";
import type { Plan, PlanDecision } from "../plan/plan.js";
import type { Engine } from "../wasm/engine.js";
import type { MicroBatch } from "./batch-log.js";
import { batchesOf, orderBuckets } from "./batch-log.js";
import { unobeyed } from "./config-activations.js";
import type { RunConfig } from "./config.js";
import type { RunDraws } from "./draw-log.js";
import type { Series } from "./host-nodes.js";
import { intentRemarks } from "./intent-remarks.js";
import type { Fork, Prepared } from "./prepare.js";
import { prepare, SEMANTICS_VERSION } from "./prepare.js";
import { Replay, sizesOf } from "./replay.js";
import { yearRemarks } from "./risk-year.js";
import type { RunOptions } from "./run-options.js";
import { sectorRemarks } from "./sector-remarks.js";
import { snapshotOf } from "./snapshot.js";
import type { SnapshotOptions } from "./snapshot.js";
import type { StateShape } from "./state-shape.js";
import { shapeOf } from "./state-shape.js";
import type { Workspace } from "./workspace.js";
import { createWorkspace } from "./workspace.js";

export { SEMANTICS_VERSION };

export type { RunOptions } from "./run-options.js";

/** What came out of a run. */
export interface RunResult {
  readonly runId: RunId;
  /** Where a fork (`forkReplay`) left the run that it came from; null for a run of its own. */
  readonly forkedFrom: Fork | null;
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
  /**
   * A number that the run drew at its end, after all that it drew before, 16 hexadecimal digits; null before the end.
   * Two runs of one RunID that end with different ones did not draw the same.
   */
  readonly unseed: string | null;
  readonly draws: RunDraws;
  readonly counts: RunCounts;
  readonly currency: Currency;
  /** What its gates reckon with and what they never heard of, a sentence each, for whoever reads the result. */
  readonly remarks: readonly string[];
  readonly plan: Plan;
  readonly log: EventLog;
  /** Tables of the log, decoded at the first call. */
  tables(): RunTables;
  /**
   * What each bucket left in the log: orders, fills, refusals and the rest, as one list a bucket that left something. A
   * result of a replay that goes on has the buckets that are complete; at the end of data the last one has all that is
   * left. O(records), at every call.
   */
  batches(): readonly MicroBatch[];
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
/** What alignment may add where a run begins behind its tapes. */
const ALIGNMENT_ROOM = 4096;

/**
 * Replays a graph over a dataset.
 *
 * @throws InputError with every issue: of the configuration (`config/*`), of graph and dataset together
 *   (`instrument/unknown`, `graph/interval`, `graph/shape`), `dataset/not-pinned`, `dataset/range` (also when no bar
 *   lies in the range), `run/*`.
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
  const [result] = runEach(engine, graph, dataset, [config], options);
  invariant(result !== undefined, "every configuration has its result");
  return result;
}

/**
 * Replays a graph over a dataset under each of several configurations, one after the other, in one memory: the tapes
 * are read once.
 *
 * @throws InputError as `runGraph`, before any of them runs for what can be known then.
 */
export function runEach(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  configs: readonly RunConfig[],
  options: RunOptions = {},
): readonly RunResult[] {
  const all = configs.map((config) => prepare(graph, dataset, config, options));
  const runBytes = all.reduce((most, prepared) => Math.max(most, bytesOf(prepared, options)), 0);
  const tapes = new Set(all.flatMap(({ plan }) => plan.streams.map((stream) => stream.tape)));
  const sizes = { windowRows: options.windowRows ?? null, runBytes };
  const workspace = createWorkspace(engine, dataset, sizes, [...tapes]);
  return all.map((prepared) => complete(workspace, graph, prepared, options));
}

/** Bytes that a run takes behind its tapes. */
function bytesOf({ plan, account, checked }: Prepared, options: RunOptions): number {
  const { blockRows = null, logDraws = false } = options;
  const { orderCapacity } = checked.execution;
  const sizes = sizesOf(keepsPortfolio(options), { blockRows, logDraws, orderCapacity });
  return layOut(plan, account, 0, sizes).byteCount + ALIGNMENT_ROOM;
}

function keepsPortfolio({ portfolio = "bucket" }: RunOptions): boolean {
  return portfolio !== "none";
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
  return opened(workspace, graph, prepared, replayOf(workspace, prepared, options), options);
}

/** What the caller drives: a replay of what was prepared. */
export function opened(
  workspace: Workspace,
  graph: Graph,
  prepared: Prepared,
  replay: Replay,
  options: RunOptions,
): OpenReplay {
  let shape: StateShape | null = null;
  return {
    replay,
    result: () => resultOf(workspace, graph, prepared, replay, options),
    snapshot(asked = {}) {
      shape ??= shapeOf(prepared);
      return snapshotOf({ workspace, graph, prepared, replay, options, shape }, asked);
    },
  };
}

export interface OpenReplay {
  readonly replay: Replay;
  /**
   * The result so far, which later steps leave as it is; final once the replay has ended. Throws what stopped the
   * replay, if anything did.
   */
  result(): RunResult;
  /**
   * The run as it stands, as bytes that another process or page can go on from (`resumeReplay`, `forkReplay`). With its
   * history, which is the default, the result of what goes on is wholly that of this run.
   *
   * @returns A copy. O(state), and O(buckets) with history.
   * @throws InputError `snapshot/ended` when the run is closed; and what stopped the replay, if anything did.
   */
  snapshot(options?: SnapshotOptions): Uint8Array;
}

/** A replay of what was prepared, before its first bucket. */
export function replayOf(workspace: Workspace, prepared: Prepared, options: RunOptions): Replay {
  const portfolio = options.portfolio ?? "bucket";
  const settings = {
    ...prepared.checked.settings,
    account: prepared.account,
    seed: BigInt(options.seed ?? 0),
    portfolioPeriodNs: portfolio === "day" ? DAY_NS : 0n,
    flags: 0,
  };
  return new Replay(workspace, prepared.plan, settings, keepsPortfolio(options), {
    blockRows: options.blockRows ?? null,
    keepLog: options.keepLog ?? true,
    stepEveryBucket: options.stepEveryBucket ?? false,
    logDraws: options.logDraws ?? false,
    orderCapacity: prepared.checked.execution.orderCapacity,
    range: { from: options.from ?? null, to: options.to ?? null },
  });
}

function complete(workspace: Workspace, graph: Graph, prepared: Prepared, options: RunOptions): RunResult {
  const replay = replayOf(workspace, prepared, options);
  replay.advance();
  if (replay.bucketCount === 0) throw noBars(workspace.dataset, options);
  return resultOf(workspace, graph, prepared, replay, options);
}

/** What a run without a bucket is refused with. */
export function noBars(dataset: Dataset, { from = null, to = null }: RunOptions): InputError {
  const range = `${from === null ? "the first" : instantText(from)} to ${to === null ? "the last" : instantText(to)}`;
  const expected = "bars that close in the range";
  const received = from === null && to === null ? "tapes without rows" : `none from ${range}`;
  return new InputError([{ code: "dataset/range", path: `dataset.${dataset.name}`, expected, received }]);
}

function resultOf(
  workspace: Workspace,
  graph: Graph,
  prepared: Prepared,
  replay: Replay,
  options: RunOptions,
): RunResult {
  replay.assureSound();
  const { dataset, engine } = workspace;
  const { from = null, to = null, seed = 0 } = options;
  const rows = replay.rowCount;
  const logDigest = replay.logDigest();
  const log = replay.isEnded ? replay.log : replay.log.copy();
  const buckets = replay.bucketCount;
  const portfolio = replay.isEnded ? null : replay.portfolioTable();
  const series = replay.isEnded ? null : replay.series();
  const [ends, nowNs] = [replay.batchEnds(), replay.nowNs];
  const decoded = (): RunTables =>
    tablesOf(prepared, log, orderBuckets(log, ends, nowNs), portfolio ?? replay.portfolioTable());
  let tables: RunTables | null = null;
  return {
    runId: prepared.runId,
    forkedFrom: prepared.forkedFrom,
    graphId: graph.graphId,
    nodeIds: graph.nodes.map(nodeIdOf),
    datasets: [{ name: dataset.name, fingerprint: dataset.fingerprint, rows, from: textOf(from), to: textOf(to) }],
    config: prepared.canonical,
    seed: String(seed),
    semanticsVersion: SEMANTICS_VERSION,
    resultDigest: digestJson("goldentape 2026 result v1", {
      log: logDigest,
      chain: replay.chainDigest(),
      semanticsVersion: SEMANTICS_VERSION,
    }),
    logDigest,
    get checkpoints() {
      return log.checkpoints();
    },
    kernelDigest: engine.kernelDigest,
    unseed: replay.unseed,
    draws: replay.drawn(),
    get counts() {
      return countsOf(log, rows, buckets);
    },
    currency: prepared.currency,
    remarks: [
      ...yearRemarks(prepared.plan),
      ...unobeyed(prepared.checked.activations, prepared.plan.policies),
      ...sectorRemarks(prepared.plan),
      ...intentRemarks(prepared.plan, dataset, from, nowNs),
    ],
    plan: prepared.plan,
    log,
    batches: () => batchesOf(log, ends, nowNs),
    tables: () => (tables ??= decoded()),
    get series() {
      return series ?? replay.series();
    },
  };
}

function textOf(instant: bigint | null): string | null {
  return instant === null ? null : instant.toString();
}

function countsOf(log: EventLog, bars: number, buckets: number): RunCounts {
  return {
    bars,
    buckets,
    orders: log.count(EVENT_ORDER),
    fills: log.count(EVENT_FILL),
    refusals: log.count(EVENT_REFUSAL),
  };
}

/** NodeID of the node set that a decision, or the one that it is sent with, is a part of. */
function setOf({ node, parent }: PlanDecision): string | null {
  if (parent !== null) return setOf(parent);
  const set = node.inputs["setGate"]?.node;
  return set === undefined ? null : nodeIdOf(set);
}

/** Whose a decision is, by the gates of its own or of the one that it is sent with. */
function ownerOf({ node, parent }: PlanDecision): DecisionOwner {
  if (parent !== null) return ownerOf(parent);
  const text = (port: string, param: string): string | null => {
    const value = node.inputs[port]?.node.params[param];
    return typeof value === "string" && value !== "*" ? value : null;
  };
  return {
    world: text("activationGate", "world"),
    strategy: text("activationGate", "strategy"),
    intentId: text("intentGate", "id"),
  };
}

/** Node type and version of what says the slippage of a decision, or of the one that it is sent with. */
function slippageOf({ node, parent }: PlanDecision): string | null {
  if (parent !== null) return slippageOf(parent);
  const own = node.inputs["executionGate"] ?? node.inputs["slippageGate"];
  return own === undefined ? null : `${own.node.spec.type}@${own.node.spec.version}`;
}

function tablesOf(
  { plan, currency, account }: Prepared,
  log: EventLog,
  bucket: BigInt64Array,
  portfolio: PortfolioTable,
): RunTables {
  const names: TableNames = {
    instruments: plan.instruments,
    currency,
    decisions: plan.decisions.map((decision) => nodeIdOf(decision.node)),
    sets: plan.decisions.map(setOf),
    slippages: plan.decisions.map(slippageOf),
    owners: plan.decisions.map(ownerOf),
    policies: plan.policies.map((policy) => nodeIdOf(policy.node)),
    policyFacts: policyFactsOf(plan),
    strategies: plan.strategies,
    strategyOf: plan.decisions.map((decision) => decision.gates?.strategy ?? 0),
    currencyOf: account.traded.map((each) => each.currency),
    positions: (account.flags & ACCOUNT_IS_HEDGING) === 0 ? "netting" : "hedging",
    venues: account.venues.all.map(({ name }) => name),
  };
  const tables = log.tables(names);
  return { ...tables, orders: { ...tables.orders, bucket }, portfolio };
}

function policyFactsOf({ policies }: Plan): readonly PolicyFacts[] {
  const places = new Map(policies.map(({ node }, index) => [node, index]));
  return policies.map(({ node: { spec, params, inputs } }) => {
    const consults = Object.entries(inputs).flatMap(([port, { node }]) => {
      const place = places.get(node);
      return place === undefined ? [] : [[port, place] as const];
    });
    return { type: spec.type, params, consults: Object.fromEntries(consults) };
  });
}
