// Runs of golden scenarios on any host: a spec, what it names loaded, and the run.
//
// Not here: reading scenarios from a disk, in `scenario.ts`; fetching what they name in a page, in `gate-page.ts`.

import {
  CATALOGUE,
  compareTapes,
  datasetOfContents,
  fingerprintContents,
  parseGraph,
  runGraph,
} from "../../kernel/index.js";
import type { Dataset, Engine, Graph, Hasher, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import type { OpenedDataset } from "../store/opened-dataset.js";

/**
 * A dataset of a spec: what `openDataset` takes, a file in the scenario's own folder, or a recorded file that not every
 * machine has.
 */
export type GoldenDataset =
  | string
  | { readonly file: string; readonly manifest: unknown }
  | { readonly recorded: string; readonly manifest: unknown };

type GoldenParams = Readonly<Record<string, number | string | boolean>>;

/** What is run. */
export interface GoldenSpec {
  /** What the scenario is there for, one sentence. */
  readonly title: string;
  /** A strategy file, or a graph in canonical JSON. */
  readonly strategy: string | object;
  readonly params?: GoldenParams;
  /** One or more datasets, whose tapes are joined into one. */
  readonly datasets: readonly GoldenDataset[];
  readonly config: RunConfig;
  /** ISO dates or instants in ns as text. */
  readonly from?: string;
  readonly to?: string;
  readonly seed?: number;
}

/** How a host finds what specs name. */
export interface ScenarioSources {
  readonly hasher: Hasher;
  /** The graph of a strategy file, by its path from the project's root. */
  strategy(path: string, params: GoldenParams): Promise<Graph>;
  dataset(dataset: GoldenDataset): Promise<OpenedDataset>;
}

/** What a scenario needs to be run, loaded once and run as often as wanted. */
export interface PreparedScenario {
  readonly graph: Graph;
  readonly dataset: Dataset;
  run(engine: Engine, options?: Pick<RunOptions, "blockRows" | "windowRows">): RunResult;
}

/**
 * Loads strategy and datasets of a spec.
 *
 * @throws InputError of the strategy and of the datasets.
 */
export async function prepareSpec(spec: GoldenSpec, sources: ScenarioSources): Promise<PreparedScenario> {
  const { strategy, params = {}, config, seed = 0 } = spec;
  const isFile = typeof strategy === "string";
  const graph = isFile ? await sources.strategy(strategy, params) : parseGraph(strategy, CATALOGUE);
  const parts: OpenedDataset[] = [];
  for (const dataset of spec.datasets) parts.push(await sources.dataset(dataset));
  const dataset = joined(parts, sources.hasher);
  const range = { from: instantNs(spec.from), to: instantNs(spec.to) };
  return {
    graph,
    dataset,
    run: (engine, options = {}) => runGraph(engine, graph, dataset, config, { ...range, seed, ...options }),
  };
}

function joined(parts: readonly OpenedDataset[], hasher: Hasher): Dataset {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const contents = parts.flatMap((part) => part.contents).sort(compareTapes);
  const { fingerprint } = fingerprintContents(hasher, contents);
  const name = parts.map((part) => part.name).join(" + ");
  const calendars = new Map(parts.flatMap((part) => [...(part.calendars ?? [])]));
  return { ...datasetOfContents(name, fingerprint, contents), calendars };
}

function instantNs(text: string | undefined): bigint | null {
  if (text === undefined) return null;
  return /^-?[0-9]+$/.test(text) ? BigInt(text) : BigInt(Date.parse(text)) * 1_000_000n;
}
