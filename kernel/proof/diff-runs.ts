// Differences of two runs: what went in, where they part, and where that comes from.

import { canonicalJson } from "../base/jcs.js";
import type { Json } from "../base/jcs.js";
import { runGraph } from "../run/run.js";
import type { RunResult } from "../run/run.js";
import type { Cause, RunParts } from "./cause.js";
import { causeOf } from "./cause.js";
import type { ChainDifference, FirstDifference } from "./first-difference.js";
import { chainDifference, firstDifference } from "./first-difference.js";
import type { NodeChange } from "./graph-difference.js";
import { graphDifference } from "./graph-difference.js";

/** What goes into two runs under one name, where it differs, as text. */
export interface InputChange {
  /** `config.fees.taker`, `dataset`, `seed`, `range: first`, `range: end`, `kernel`. */
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

/** Two runs side by side. */
export interface RunDifference {
  /** True when both have one result digest. */
  readonly isSame: boolean;
  readonly a: RunResult;
  readonly b: RunResult;
  readonly graph: readonly NodeChange[];
  readonly inputs: readonly InputChange[];
  readonly checkpoints: ChainDifference;
  /** Null when no event differs. */
  readonly difference: FirstDifference | null;
  readonly cause: Cause | null;
}

/**
 * Runs both and compares them.
 *
 * @throws InputError as `runGraph`.
 * @example
 * const a = { engine, graph: strategy, dataset, config: { fees: { taker: 0.001 } } };
 * diffRuns(a, { ...a, config: { fees: { taker: 0.002 } } }).inputs[0].what // "config.fees.taker"
 */
export function diffRuns(a: RunParts, b: RunParts): RunDifference {
  const [one, two] = [a, b].map(({ engine, graph, dataset, config, options = {} }) =>
    runGraph(engine, graph, dataset, config, options),
  ) as [RunResult, RunResult];
  const checkpoints = chainDifference(one.checkpoints, two.checkpoints);
  const [logA, logB] = [one, two].map((run) => ({ log: run.log, names: run.tables() }));
  const difference = firstDifference(logA as NonNullable<typeof logA>, logB as NonNullable<typeof logB>);
  return {
    isSame: one.resultDigest === two.resultDigest,
    a: one,
    b: two,
    graph: graphDifference(a.graph, b.graph),
    inputs: inputChanges(one, two),
    checkpoints,
    difference,
    cause: difference === null ? null : causeOf(a, b, difference, checkpoints.equal?.buckets ?? 0),
  };
}

/** What differs of what went in, besides the graph. */
export function inputChanges(a: RunResult, b: RunResult): readonly InputChange[] {
  const changes: InputChange[] = [];
  const compare = (what: string, one: string, two: string): void => {
    if (one !== two) changes.push({ what, a: one, b: two });
  };
  const [left, right] = [a.datasets[0], b.datasets[0]];
  compare("dataset", left?.fingerprint ?? "none", right?.fingerprint ?? "none");
  compare("range: first", left?.from ?? "the first bar", right?.from ?? "the first bar");
  compare("range: end", left?.to ?? "the last bar", right?.to ?? "the last bar");
  compare("seed", a.seed, b.seed);
  compareJson("config", a.config, b.config, compare);
  compare("kernel", a.kernelDigest, b.kernelDigest);
  return changes;
}

/** Compares members one by one, as deep as both are objects. */
function compareJson(path: string, a: Json, b: Json, compare: (what: string, a: string, b: string) => void): void {
  const isRecord = (value: Json): value is { readonly [member: string]: Json } =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord(a) || !isRecord(b)) return compare(path, canonicalJson(a), canonicalJson(b));
  for (const member of new Set([...Object.keys(a), ...Object.keys(b)]))
    compareJson(`${path}.${member}`, a[member] ?? null, b[member] ?? null, compare);
}
