// Going on from a snapshot: the same run in another memory, process or page, or a fork of it, another future of one
// past.
//
// Always true:
//   a resumed run ends with the log, the digests and, where the history was taken along, the tables of the run that
//   went straight on;
//   a fork that changes nothing is that run; every other one has an identity made from where it left.

import { InputError, IssueList } from "../base/error.js";
import { digestJson } from "../base/digest.js";
import { canonicalJson } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { RunId } from "../graph/identity.js";
import type { Plan, PlanDecision } from "../plan/plan.js";
import type { RunConfig } from "./config.js";
import type { Fork, Prepared } from "./prepare.js";
import { prepare } from "./prepare.js";
import type { OpenReplay } from "./run.js";
import { opened, replayOf } from "./run.js";
import type { RunOptions } from "./run-options.js";
import type { Snapshot } from "./snapshot.js";
import { openSnapshot } from "./snapshot.js";
import type { StateMoves } from "./run-state.js";
import type { DecisionPlace, StateShape } from "./state-shape.js";
import { pairedDecisions, SHAPE_WORDS, shapeOf } from "./state-shape.js";
import type { Workspace } from "./workspace.js";

/** How a run goes on; none of this changes a result. Everything else is as the snapshot has it. */
export type ResumeOptions = Pick<RunOptions, "blockRows" | "logDraws" | "stepEveryBucket">;

/** What the future of a fork may have of its own. */
export type ForkOptions = ResumeOptions & Pick<RunOptions, "to" | "seed">;

/**
 * Goes on with the run of a snapshot.
 *
 * @param graph, config Those of the run: a snapshot knows what they were, not what they say.
 * @param bytes The snapshot. Read only.
 * @throws InputError `file/*` for bytes that are no whole snapshot of this semantics version, `snapshot/run` with every
 *   difference to the run of the snapshot, and what preparing a run throws.
 * @example
 * const open = openReplay(createWorkspace(engine, dataset), strategy, { fees: { taker: 0.001 } });
 * open.replay.advanceToBucket(10);
 * const later = resumeReplay(createWorkspace(engine, dataset), strategy, { fees: { taker: 0.001 } }, open.snapshot());
 * later.replay.advance();
 * later.result().resultDigest; // that of the run in one go
 */
export function resumeReplay(
  workspace: Workspace,
  graph: Graph,
  config: RunConfig,
  bytes: Uint8Array,
  options: ResumeOptions = {},
): OpenReplay {
  const snapshot = openSnapshot(workspace.engine, bytes);
  const all = optionsOf(snapshot, options);
  return resumed(workspace, graph, prepare(graph, workspace.dataset, config, all), snapshot, all);
}

/** Goes on with the run of a snapshot that was opened. */
function resumed(
  workspace: Workspace,
  graph: Graph,
  own: Prepared,
  snapshot: Snapshot,
  options: RunOptions,
): OpenReplay {
  const { runId, forkedFrom } = identityOf(own, snapshot.forkedFrom);
  if (runId !== snapshot.runId) throw anotherRun(workspace, graph, own, snapshot);
  // The decisions of a fork stand where those of its first run stood.
  const plan = forkedFrom === null ? own.plan : pairedPlan(own, snapshot.shape).plan;
  const prepared = { ...own, plan, runId, forkedFrom };
  const replay = replayOf(workspace, prepared, options);
  if (!replay.resume(snapshot.state, snapshot.history)) throw shapeless();
  return opened(workspace, graph, prepared, replay, options);
}

/**
 * Lets another future begin at a snapshot: with other assumptions (fees, slippage, path, latency, limits, leverage),
 * with other rows ahead (a dataset whose bars up to the snapshot close at the same times), or with a graph whose nodes
 * keep the same states (other constants, thresholds, sizes). The past is what the snapshot says, whatever the new
 * dataset and configuration would have made of it.
 *
 * @param bytes The snapshot. Read only; any number of futures may begin at one.
 * @throws InputError `file/*`, `snapshot/fork` with everything that a state cannot be carried over to, and what
 *   preparing a run throws.
 * @example
 * const open = openReplay(createWorkspace(engine, dataset), strategy, { fees: { taker: 0.001 } });
 * open.replay.advanceToBucket(10);
 * const dearer = forkReplay(createWorkspace(engine, dataset), strategy, { fees: { taker: 0.01 } }, open.snapshot());
 * dearer.replay.advance();
 * dearer.result().forkedFrom.buckets; // 10
 */
export function forkReplay(
  workspace: Workspace,
  graph: Graph,
  config: RunConfig,
  bytes: Uint8Array,
  options: ForkOptions = {},
): OpenReplay {
  const snapshot = openSnapshot(workspace.engine, bytes);
  const all = optionsOf(snapshot, options);
  const own = prepare(graph, workspace.dataset, config, all);
  if (identityOf(own, snapshot.forkedFrom).runId === snapshot.runId)
    return resumed(workspace, graph, own, snapshot, all);
  const { plan, moves } = pairedPlan(own, snapshot.shape);
  const prepared = { ...own, plan, ...identityOf(own, { runId: snapshot.runId, buckets: snapshot.buckets }) };
  const replay = replayOf(workspace, prepared, all);
  const fault = replay.adopt(snapshot.state, snapshot.history, { account: prepared.account, moves });
  if (fault === "shape") throw shapeless();
  if (fault !== null) throw anotherPast(prepared, snapshot, fault);
  return opened(workspace, graph, prepared, replay, all);
}

/** Records without those before them say nothing. */
function optionsOf({ options, history }: Snapshot, own: ForkOptions): RunOptions {
  return { ...options, ...own, keepLog: options.keepLog && history !== null };
}

/** The identity of a fork: where it left, and what goes in from there. */
function identityOf(
  { runId }: Prepared,
  forkedFrom: Fork | null,
): { readonly runId: RunId; readonly forkedFrom: Fork | null } {
  if (forkedFrom === null) return { runId, forkedFrom };
  return { runId: digestJson("goldentape 2026 fork v1", { from: { ...forkedFrom }, runId }) as RunId, forkedFrom };
}

/** What of graph, dataset and configuration is not that of the snapshot. */
function anotherRun({ dataset }: Workspace, graph: Graph, own: Prepared, snapshot: Snapshot): InputError {
  const issues = new IssueList();
  const compare = (path: string, expected: string, received: string): void => {
    if (expected !== received) issues.add("snapshot/run", path, expected, received, "Or fork it with forkReplay.");
  };
  compare("graph", snapshot.graphId, graph.graphId);
  compare(`dataset.${dataset.name}`, snapshot.fingerprint, dataset.fingerprint);
  const fields = [...Object.keys(snapshot.config), ...Object.keys(own.canonical)];
  for (const field of new Set(fields)) {
    const [then, now] = [snapshot.config, own.canonical].map((config) => canonicalJson(config[field] ?? null));
    compare(`config.${field}`, then as string, now as string);
  }
  if (issues.issues.length === 0) compare("run", snapshot.runId, own.runId);
  return new InputError(issues.issues);
}

/**
 * The plan with its decisions in the places of those of the snapshot, so that orders and records know them by their
 * numbers, and where their states go.
 */
function pairedPlan(own: Prepared, snapshot: StateShape): { readonly plan: Plan; readonly moves: StateMoves } {
  const issues = new IssueList();
  const shape = shapeOf(own);
  for (const [name, [expected, advice]] of Object.entries(SHAPE_WORDS)) {
    const part = name as keyof typeof SHAPE_WORDS;
    if (shape[part] !== snapshot[part]) issues.add("snapshot/fork", `fork.${name}`, expected, "others", advice);
  }
  const pairs = pairedDecisions(snapshot.decisions, shape.decisions);
  if (pairs === null) {
    const expected = "decisions of the same kinds, instruments and fixed terms";
    const advice = "Orders belong to their decisions; of several alike no more than one may change.";
    issues.add("snapshot/fork", "fork.decisions", expected, "others", advice);
  }
  issues.throwIfAny();
  const places = pairs ?? [];
  const decisions = places.map((place) => own.plan.decisions[place] as PlanDecision);
  const moves = places.map((place, i) => {
    const [from, to] = [snapshot.decisions[i], shape.decisions[place]] as [DecisionPlace, DecisionPlace];
    return [from.stateOffset, to.stateOffset] as const;
  });
  return { plan: { ...own.plan, decisions }, moves };
}

function anotherPast({ plan }: Prepared, snapshot: Snapshot, stream: number): InputError {
  const tape = plan.streams[stream]?.tape;
  const path = `dataset.${tape?.instrument.symbol ?? stream} ${tape?.interval ?? ""}`.trim();
  const expected = `bars that close at the same times up to bucket ${snapshot.buckets}`;
  return new InputError([{ code: "snapshot/fork", path, expected, received: "others" }]);
}

function shapeless(): InputError {
  const expected = "a state of this plan";
  const advice = "It was made by another build of this semantics version: run anew.";
  return new InputError([
    { code: "snapshot/run", path: "snapshot", expected, received: "one of another size", advice },
  ]);
}
