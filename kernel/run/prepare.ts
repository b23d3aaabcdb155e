// Preparing a run: graph, dataset, configuration and options are checked together and become a plan with an identity.
//
// Always true:
//   everything that can be known before the first bucket is reported at once.

import type { Digest } from "../base/digest.js";
import { invariant, IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { Graph } from "../graph/graph.js";
import type { RunId } from "../graph/identity.js";
import { runIdOf } from "../graph/identity.js";
import type { Currency } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import type { PlanAccount } from "../plan/account.js";
import { lowerGraph } from "../plan/lower.js";
import type { Plan } from "../plan/plan.js";
import { assume } from "./assumptions.js";
import type { RunConfig } from "./config.js";
import { asksFractions, checkConfig } from "./config.js";
import { accountCurrency } from "./currencies.js";
import { planAccount } from "./plan-account.js";
import type { RunOptions } from "./run-options.js";
import { checkOptions, collected } from "./run-options.js";

/** Version of the meaning of fills, fees, sizing and accounts: it changes whenever a result may. */
export const SEMANTICS_VERSION = 2;

/** Everything that a run needs, checked. */
export interface Prepared {
  readonly runId: RunId;
  readonly plan: Plan;
  readonly currency: Currency;
  /** The configuration as the RunID has it. */
  readonly canonical: { readonly [field: string]: Json };
  readonly checked: ReturnType<typeof checkConfig>;
  readonly account: PlanAccount;
  /** The run that this one was forked from; null for a run of its own. */
  readonly forkedFrom: Fork | null;
}

/** Where a fork left the run that it came from. */
export interface Fork {
  readonly runId: RunId;
  /** Buckets that were completed. */
  readonly buckets: number;
}

/** Checks everything that goes into a run, and reports it together. */
export function prepare(graph: Graph, dataset: Dataset, config: RunConfig, options: RunOptions): Prepared {
  const issues = new IssueList();
  const { name, fingerprint } = dataset;
  if (typeof fingerprint !== "string" || !/^blake3:[0-9a-f]{64}$/.test(fingerprint)) {
    const advice = "Import it, or fingerprint it with fingerprintTapes.";
    const received = `${String(name)} with ${String(fingerprint)}`;
    issues.add("dataset/not-pinned", "dataset", "a dataset pinned by its fingerprint", received, advice);
  }
  checkOptions(options, issues);
  const isFractional = asksFractions(config);
  const lowered = collected(issues, () =>
    lowerGraph(graph, dataset, { capture: options.capture ?? false, isFractional }),
  );
  const currency =
    lowered === null
      ? null
      : collected(issues, () => accountCurrency(lowered.instruments, dataset, config.account?.currency));
  // Without a plan the configuration is checked all the same, against the money of the first tape.
  const money = currency ?? dataset.bars[0]?.instrument.currency ?? { code: "", decimals: DECIMALS_ASSUMED };
  const checked = collected(issues, () => checkConfig(config, money));
  const range = { from: options.from ?? null, to: options.to ?? null };
  const assumed = lowered === null || checked === null ? null : assume(lowered, dataset, checked, range, issues);
  const runId = collected(issues, () => identityOf(graph, dataset, assumed?.canonical ?? {}, options));
  const account =
    assumed === null || checked === null || currency === null
      ? null
      : collected(issues, () => planAccount(checked, assumed.plan, dataset, currency, issues));
  issues.throwIfAny();
  invariant(currency !== null && checked !== null && runId !== null, "what was not made was reported");
  invariant(assumed !== null && account !== null, "a plan and a configuration that were checked can be joined");
  return { runId, plan: assumed.plan, canonical: assumed.canonical, currency, checked, account, forkedFrom: null };
}

/** Decimals of money that a configuration is checked against when there is no tape to say. */
const DECIMALS_ASSUMED = 2;

function identityOf(graph: Graph, dataset: Dataset, config: Json, options: RunOptions): RunId {
  const { from = null, to = null, seed = 0 } = options;
  const datasets = [{ fingerprint: dataset.fingerprint as Digest, from, to }];
  return runIdOf({ graphId: graph.graphId, datasets, config, seed, semanticsVersion: SEMANTICS_VERSION });
}
