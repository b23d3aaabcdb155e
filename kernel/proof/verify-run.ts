// Verifying a run: it is replayed from its identities, and every event is compared with those that were saved.

import type { Digest } from "../base/digest.js";
import { InputError } from "../base/error.js";
import type { NodeSpec } from "../graph/spec.js";
import { parseGraph } from "../graph/parse.js";
import type { Graph } from "../graph/graph.js";
import type { Dataset } from "../market/tape.js";
import { CATALOGUE } from "../nodes/catalogue.js";
import { runGraph } from "../run/run.js";
import type { RunResult } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import type { ChainDifference, FirstDifference } from "./first-difference.js";
import { chainDifference, firstDifference } from "./first-difference.js";
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
  readonly replay: RunResult;
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

/**
 * Replays a saved run over its dataset.
 *
 * @param dataset Whatever has the fingerprint that the run was made with.
 * @throws InputError `dataset/fingerprint` for another dataset, `graph/*` for user nodes that are not at hand, and
 *   what a run throws.
 * @example
 * const config = { fees: { taker: 0.001 } };
 * const saved = saveRun(engine, strategy, config, runGraph(engine, strategy, dataset, config));
 * verifyRun(engine, dataset, openSavedRun(engine, saved)).isSame; // true
 */
export function verifyRun(engine: Engine, dataset: Dataset, saved: SavedRun, userNodes: UserNodes = []): RunVerdict {
  const { fingerprint, name } = saved.dataset;
  if (dataset.fingerprint !== fingerprint) {
    const expected = `the dataset ${name} with the fingerprint ${fingerprint}`;
    const advice = "Open the dataset that the run was made with.";
    const path = `dataset.${dataset.name}`;
    throw new InputError([{ code: "dataset/fingerprint", path, expected, received: dataset.fingerprint, advice }]);
  }
  const replay = runGraph(engine, savedGraph(saved, userNodes), dataset, saved.config, saved.options);
  const own = { log: replay.log, names: replay.tables() };
  const difference = firstDifference(saved, own);
  return {
    isSame: difference === null && replay.runId === saved.runId && replay.resultDigest === saved.resultDigest,
    resultDigest: { saved: saved.resultDigest, replayed: replay.resultDigest },
    kernelDigest: { saved: saved.kernelDigest, replayed: engine.kernelDigest },
    checkpoints: chainDifference(saved.log.checkpoints(), replay.checkpoints),
    difference,
    replay,
  };
}
