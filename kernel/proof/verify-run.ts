// Verifying a run: it is replayed from its identities, and every event is compared with those that were saved.

import type { Digest } from "../base/digest.js";
import { InputError } from "../base/error.js";
import type { NodeSpec } from "../graph/spec.js";
import { parseGraph } from "../graph/parse.js";
import type { Graph } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import type { Dataset } from "../market/tape.js";
import { CATALOGUE } from "../nodes/catalogue.js";
import type { RunConfig } from "../run/config.js";
import { runGraph } from "../run/run.js";
import type { RunResult } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import type { ChainDifference, FirstDifference } from "./first-difference.js";
import { chainDifference, firstDifference } from "./first-difference.js";
import type { NodeWord } from "./graph-difference.js";
import { wordOf } from "./graph-difference.js";
import type { SavedRun } from "./saved-run.js";

/** What a replay of a saved run says. */
export interface RunVerdict {
  /** True when the replay has the digest that was saved. */
  readonly isSame: boolean;
  readonly resultDigest: { readonly saved: Digest; readonly replayed: Digest };
  readonly kernelDigest: { readonly saved: Digest; readonly replayed: Digest };
  readonly checkpoints: ChainDifference;
  /** `a` was saved, `b` replayed; null when no event differs. */
  readonly difference: FirstDifference | null;
  /** Null for a run that is the same. */
  readonly cause: VerdictCause | null;
}

/** What a difference from a saved run comes from, and what of it the file does not hold fast. */
export interface VerdictCause {
  /** Decision of the first event that differs; null where no decision made it. */
  readonly decision: NodeWord | null;
  /** User nodes before that decision, or all: their code is not in the file, so that another one may have run. */
  readonly userNodes: readonly NodeWord[];
  /** Whether another build of the kernel replayed the run. */
  readonly isOtherBuild: boolean;
}

/** What a saved run is replayed from, besides its dataset. */
export interface ReplayParts {
  readonly graph: Graph;
  readonly config: RunConfig;
  readonly options: SavedRun["options"];
}

/** Builders of user nodes, as `userNode` makes them. */
export type UserNodes = Iterable<{ readonly spec: NodeSpec }>;

/**
 * The graph of a saved run.
 *
 * @throws InputError `graph/*`: `graph/user-node` names a user node that is not at hand.
 */
export function savedGraph(saved: SavedRun, userNodes: UserNodes = []): Graph {
  return parseGraph(saved.graph, CATALOGUE, userNodes);
}

/** @throws InputError `dataset/fingerprint` when a dataset is not the one that a run was made over. */
export function assureDatasetOf(saved: SavedRun, dataset: Dataset): void {
  const { fingerprint, name } = saved.dataset;
  if (dataset.fingerprint === fingerprint) return;
  const expected = `the dataset ${name} with the fingerprint ${fingerprint}`;
  const advice = "Open the dataset that the run was made with.";
  const path = `dataset.${dataset.name}`;
  throw new InputError([{ code: "dataset/fingerprint", path, expected, received: dataset.fingerprint, advice }]);
}

/**
 * What a saved run is replayed from, for a replay that the caller drives: `verdictOf` then judges its result.
 *
 * @param dataset Whatever has the fingerprint that the run was made with.
 * @throws InputError `dataset/fingerprint` for another dataset, `graph/*` for user nodes that are not at hand.
 */
export function replayParts(saved: SavedRun, dataset: Dataset, userNodes: UserNodes = []): ReplayParts {
  assureDatasetOf(saved, dataset);
  return { graph: savedGraph(saved, userNodes), config: saved.config, options: saved.options };
}

/**
 * Compares what was saved with what a replay of it gave.
 *
 * @param graph That of the replay, `replayParts(…).graph`.
 * @param replay Its result, whose log was kept.
 */
export function verdictOf(saved: SavedRun, graph: Graph, replay: RunResult): RunVerdict {
  const difference = firstDifference(saved, { log: replay.log, names: replay.tables() });
  const isSame = difference === null && replay.runId === saved.runId && replay.resultDigest === saved.resultDigest;
  return {
    isSame,
    resultDigest: { saved: saved.resultDigest, replayed: replay.resultDigest },
    kernelDigest: { saved: saved.kernelDigest, replayed: replay.kernelDigest },
    checkpoints: chainDifference(saved.log.checkpoints(), replay.checkpoints),
    difference,
    cause: isSame ? null : causeOfVerdict(graph, difference, saved.kernelDigest !== replay.kernelDigest),
  };
}

function causeOfVerdict(graph: Graph, difference: FirstDifference | null, isOtherBuild: boolean): VerdictCause {
  const decided = difference?.b?.decision ?? difference?.a?.decision;
  const decision = graph.decisions.find((node) => nodeIdOf(node) === decided);
  const before = decision === undefined ? null : withInputs(decision);
  const isBefore = (node: GraphNode): boolean => before === null || before.has(nodeIdOf(node));
  const userNodes = graph.nodes.filter((node) => node.spec.kind === "user" && isBefore(node));
  return {
    decision: decision === undefined ? null : wordOf(graph, decision),
    userNodes: userNodes.map((node) => wordOf(graph, node)),
    isOtherBuild,
  };
}

/** A node and all that it is computed from. */
function withInputs(node: GraphNode, seen = new Set<NodeId>()): ReadonlySet<NodeId> {
  if (seen.has(nodeIdOf(node))) return seen;
  seen.add(nodeIdOf(node));
  for (const input of Object.values(node.inputs)) withInputs(input.node, seen);
  return seen;
}

/**
 * Replays a saved run over its dataset, in one go.
 *
 * @throws InputError as `replayParts`, and what a run throws.
 * @example
 * const config = { fees: { taker: 0.001 } };
 * const saved = saveRun(engine, strategy, config, runGraph(engine, strategy, dataset, config));
 * verifyRun(engine, dataset, openSavedRun(engine, saved)).isSame; // true
 */
export function verifyRun(engine: Engine, dataset: Dataset, saved: SavedRun, userNodes: UserNodes = []): RunVerdict {
  const { graph, config, options } = replayParts(saved, dataset, userNodes);
  return verdictOf(saved, graph, runGraph(engine, graph, dataset, config, options));
}
