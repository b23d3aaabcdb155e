// The run worker: opens datasets and replays strategies in a thread of its own, on the word of a page.
//
// How it works: tasks wait for each other; a run breathes between its steps, which lets a `cancel` in.
//
// Always true:
//   every task gets one last answer: done, refused, cancelled or failed.

import {
  CATALOGUE,
  createHasher,
  createWorkspace,
  floatMathOf,
  InputError,
  isStrategy,
  openReplay,
  parseGraph,
  studyRun,
} from "../../kernel/index.js";
import type {
  Dataset,
  Engine,
  Graph,
  Hasher,
  RunResult,
  StrategyValue,
  UserSpec,
  Workspace,
} from "../../kernel/index.js";
import { openPageDataset } from "./page-dataset.js";
import { loadEngine } from "./page-engine.js";
import { steppedRun } from "./stepped-run.js";
import type {
  FromWorker,
  OpenTask,
  RunTask,
  ToWorker,
  WorkerDataset,
  WorkerResult,
  WorkerStrategy,
} from "./worker-protocol.js";

/** The worker's own end of the channel. */
declare const self: {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
};

interface Held {
  readonly dataset: Dataset;
  /** Made for the first run, so that tapes are copied into memory once; one run at a time uses it. */
  workspace: Workspace | null;
  runBytes: number;
}

// Pages of a memory that are never touched cost nothing.
const RUN_BYTES = 256 * 1024 * 1024;
const MATH_PAGES = 1;

let engine: Engine | null = null;
let hasher: Hasher | null = null;
const datasets = new Map<number, Held>();
const running = new Map<number, AbortController>();
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }) => {
  if (data.kind === "cancel") {
    running.get(data.id)?.abort();
    return;
  }
  const control = new AbortController();
  running.set(data.id, control);
  last = last.then(() => answer(data, control.signal)).finally(() => running.delete(data.id));
};

async function answer(task: ToWorker, signal: AbortSignal): Promise<void> {
  const { id } = task;
  try {
    signal.throwIfAborted();
    self.postMessage({ id, kind: "done", value: await done(task, signal) });
  } catch (cause) {
    if (signal.aborted) self.postMessage({ id, kind: "cancelled" });
    else if (cause instanceof InputError) self.postMessage({ id, kind: "refused", issues: cause.issues });
    else self.postMessage({ id, kind: "failed", message: String((cause as Error).stack ?? cause) });
  }
}

async function done(task: ToWorker, signal: AbortSignal): Promise<(FromWorker & { kind: "done" })["value"]> {
  switch (task.kind) {
    case "engine":
      engine = await loadEngine(task.address ?? undefined);
      hasher = createHasher(engine.module);
      return engine.kernelDigest;
    case "open":
      return open(task, task.id);
    case "run":
      return run(task, task.id, signal);
    case "close":
      datasets.delete(task.dataset);
      return null;
    case "cancel":
      return null;
  }
}

async function ready(): Promise<{ readonly engine: Engine; readonly hasher: Hasher }> {
  engine ??= await loadEngine();
  hasher ??= createHasher(engine.module);
  return { engine, hasher };
}

async function open(task: OpenTask, key: number): Promise<WorkerDataset> {
  const options = {
    hasher: (await ready()).hasher,
    ...(task.manifest === null ? {} : { manifest: task.manifest }),
    ...(task.name === null ? {} : { name: task.name }),
  };
  const dataset = await openPageDataset(task.source, options);
  datasets.set(key, { dataset, workspace: null, runBytes: 0 });
  const tapes = dataset.bars.map(({ instrument, interval, rowCount }) => {
    return { symbol: instrument.symbol, interval, rowCount, priceDecimals: instrument.priceDecimals };
  });
  return { key, name: dataset.name, fingerprint: dataset.fingerprint, tapes };
}

async function run(task: RunTask, id: number, signal: AbortSignal): Promise<WorkerResult> {
  const held = datasets.get(task.dataset);
  if (held === undefined) {
    const expected = "a dataset that this worker has open";
    throw new InputError([{ code: "dataset/not-found", path: "dataset", expected, received: String(task.dataset) }]);
  }
  const strategy = await loaded(task.strategy);
  const kernel = (await ready()).engine;
  held.workspace ??= createWorkspace(kernel, held.dataset, { runBytes: RUN_BYTES });
  const replay = openReplay(held.workspace, strategy.graph, task.config, task.options);
  const onProgress = (progress: Parameters<typeof report>[1]): void => report(id, progress);
  const result = await steppedRun(replay, held.dataset.bars, { onProgress, signal });
  return plain(result, strategy, task.study ? studied(kernel, result, held.dataset) : null);
}

function report(id: number, progress: (FromWorker & { kind: "progress" })["progress"]): void {
  self.postMessage({ id, kind: "progress", progress });
}

interface Loaded {
  readonly graph: Graph;
  readonly title: string;
  readonly params: Readonly<Record<string, StrategyValue>>;
}

async function loaded(strategy: WorkerStrategy): Promise<Loaded> {
  if (strategy.kind === "graph") {
    const modules = await Promise.all((strategy.userNodes ?? []).map((address) => imported(address)));
    const userNodes = modules.flatMap((module) => Object.values(module)).flatMap(userNodeOf);
    return { graph: parseGraph(strategy.json, CATALOGUE, userNodes), title: "", params: {} };
  }
  const exported = (await imported(strategy.address))["default"];
  if (isStrategy(exported)) {
    const params = { ...exported.params, ...strategy.params };
    return { graph: built(() => exported.graph(strategy.params ?? {})), title: exported.name, params };
  }
  if (typeof exported === "object" && exported !== null && "graphId" in exported)
    return { graph: exported as Graph, title: "", params: {} };
  const expected = "a module whose default export is defineStrategy({ … }) or graph({ … })";
  const received = exported === undefined ? "no default export" : typeof exported;
  throw new InputError([{ code: "strategy/export", path: "strategy", expected, received }]);
}

async function imported(address: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ address)) as Record<string, unknown>;
  } catch (cause) {
    throw strategyFault(cause, "a module that loads");
  }
}

function built(build: () => Graph): Graph {
  try {
    return build();
  } catch (cause) {
    throw strategyFault(cause, "a strategy that builds its graph");
  }
}

function strategyFault(cause: unknown, expected: string): InputError {
  if (cause instanceof InputError) return cause;
  const code = cause instanceof SyntaxError ? "strategy/load" : "strategy/throws";
  const received = `${(cause as Error).name}: ${(cause as Error).message}`;
  return new InputError([{ code, path: "strategy", expected, received }]);
}

function userNodeOf(value: unknown): { readonly spec: UserSpec }[] {
  const spec = (value as Partial<{ readonly spec: UserSpec }> | null)?.spec;
  return spec?.kind === "user" ? [{ spec }] : [];
}

function studied({ module }: Engine, result: RunResult, { bars }: Dataset): WorkerResult["study"] {
  const memory = new WebAssembly.Memory({ initial: MATH_PAGES, maximum: MATH_PAGES });
  const math = floatMathOf(new WebAssembly.Instance(module, { env: { memory } }).exports);
  return studyRun(result.tables(), { math, bars });
}

function plain(result: RunResult, { title, params }: Loaded, study: WorkerResult["study"]): WorkerResult {
  const { runId, graphId, nodeIds, datasets: uses, config, seed, semanticsVersion, resultDigest, logDigest } = result;
  const { forkedFrom, checkpoints, kernelDigest, counts, currency, series } = result;
  const identities = { runId, forkedFrom, graphId, nodeIds, datasets: uses, config, seed, semanticsVersion };
  const outcome = { resultDigest, logDigest, checkpoints, kernelDigest, counts, currency, series };
  return { ...identities, ...outcome, title, params, tables: result.tables(), study, log: result.log.bytes() };
}
