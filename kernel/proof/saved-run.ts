// Saved runs: a result as one piece of bytes that a colleague can replay: what went in, by identity, and what came out.
//
// Always true:
//   graph, configuration and options are whole, the dataset is named by its fingerprint: market data are not in it;
//   user nodes are named, not contained: their code must be at hand where the run is replayed.

import type { Digest } from "../base/digest.js";
import { InputError, invariant } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { GraphDocument } from "../graph/canonical.js";
import { graphDocument } from "../graph/canonical.js";
import type { Graph } from "../graph/graph.js";
import type { GraphId, RunId } from "../graph/identity.js";
import { EventLog } from "../log/event-log.js";
import { openSealed, sealed } from "../log/sealed.js";
import type { TableNames } from "../log/table-names.js";
import type { RunConfig } from "../run/config.js";
import { SEMANTICS_VERSION } from "../run/prepare.js";
import type { RunResult } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import { taggedJson, untaggedJson } from "./tagged-json.js";

/** A run as it was saved. */
export interface SavedRun {
  readonly runId: RunId;
  readonly graphId: GraphId;
  readonly resultDigest: Digest;
  readonly logDigest: Digest;
  readonly kernelDigest: Digest;
  readonly semanticsVersion: number;
  readonly graph: GraphDocument;
  /** The configuration as it was stated. */
  readonly config: RunConfig;
  /** The configuration with every default, as the RunID has it. */
  readonly canonical: { readonly [field: string]: Json };
  readonly dataset: { readonly name: string; readonly fingerprint: string; readonly rows: number };
  readonly options: { readonly from: bigint | null; readonly to: bigint | null; readonly seed: bigint };
  readonly buckets: number;
  /**
   * What the log's numbers stand for: `saved.log.tables(saved.names)` are the tables of the run, but for its portfolio
   * and the buckets that sent its orders.
   */
  readonly names: TableNames;
  readonly log: EventLog;
}

/**
 * Saves a run.
 *
 * @param config The configuration that the run was given.
 * @returns Bytes for a file, some `.goldentape`. O(log).
 * @throws InputError `file/kind` for a fork, which no identities replay, and for a result whose log was not kept.
 * @example
 * const config = { fees: { taker: 0.001 } };
 * const bytes = saveRun(engine, strategy, config, runGraph(engine, strategy, dataset, config));
 * openSavedRun(engine, bytes).dataset.name;
 */
export function saveRun(engine: Engine, graph: Graph, config: RunConfig, result: RunResult): Uint8Array {
  const refuse = (expected: string, received: string): InputError =>
    new InputError([{ code: "file/kind", path: "run", expected, received }]);
  if (result.forkedFrom !== null) throw refuse("a run of its own", "a fork, which begins in the midst of another run");
  const log = result.log.bytes();
  if (log.length === 0) throw refuse("a result with its log", "one whose log was not kept");
  const [dataset] = result.datasets;
  invariant(dataset !== undefined, "a run has a dataset");
  const { runId, graphId, resultDigest, logDigest, kernelDigest, seed } = result;
  const { instruments, currency, decisions, sets, slippages, owners, policies, policyFacts } = result.tables();
  const { strategies, strategyOf, currencyOf, positions, venues } = result.tables();
  const plan = { sets, slippages, owners, policyFacts, strategies, strategyOf, currencyOf, positions, venues };
  const head = taggedJson({
    identities: { runId, graphId, resultDigest, logDigest, kernelDigest },
    graph: graphDocument(graph),
    config,
    canonical: result.config,
    dataset: { name: dataset.name, fingerprint: dataset.fingerprint, rows: dataset.rows },
    options: { from: dataset.from, to: dataset.to, seed },
    buckets: result.counts.buckets,
    names: { instruments, currency, decisions, policies, ...plan },
  }) as { readonly [field: string]: Json };
  return sealed(engine.module, "result", SEMANTICS_VERSION, { head, sections: new Map([["log", log]]) });
}

interface WrittenRun extends Omit<SavedRun, "options" | "log" | "semanticsVersion"> {
  readonly identities: Pick<SavedRun, "runId" | "graphId" | "resultDigest" | "logDigest" | "kernelDigest">;
  readonly options: { readonly from: string | null; readonly to: string | null; readonly seed: string };
}

/**
 * Reads a saved run.
 *
 * @param path What the bytes are called in messages.
 * @returns Copies.
 * @throws InputError `file/kind`, `file/version`, `file/truncated`, `file/damaged`.
 */
export function openSavedRun(engine: Engine, bytes: Uint8Array, path = "run"): SavedRun {
  const { head, sections } = openSealed(engine.module, bytes, "result", SEMANTICS_VERSION, path);
  const { identities, options, ...written } = untaggedJson(head) as WrittenRun;
  const log = new EventLog();
  log.append(new Uint8Array(sections.get("log") ?? []));
  const { from, to, seed } = options;
  return {
    ...written,
    ...identities,
    semanticsVersion: SEMANTICS_VERSION,
    options: { from: from === null ? null : BigInt(from), to: to === null ? null : BigInt(to), seed: BigInt(seed) },
    log,
  };
}
