// The run worker: opens datasets and replays strategies in a thread of its own, on the word of a page.
//
// How it works: tasks wait for each other; a run breathes between its steps, which lets a `cancel` in.
//
// Always true:
//   every task gets one last answer: done, refused, cancelled or failed;
//   nothing is decoded that was not asked for, and tables, series and logs are handed over, not copied.

import {
  CATALOGUE,
  createHasher,
  createWorkspace,
  extremesOf,
  floatMathOf,
  forkReplay,
  InputError,
  isStrategy,
  openReplay,
  parseGraph,
  replayParts,
  studyRun,
  verdictOf,
} from "../../kernel/index.js";
import type {
  Dataset,
  Engine,
  FindExtremes,
  Graph,
  Hasher,
  RunResult,
  RunTables,
  SavedRun,
  StrategyValue,
  Study,
  UserSpec,
  Workspace,
} from "../../kernel/index.js";
import { openPageDataset } from "./page-dataset.js";
import type { PageSource } from "./page-bytes.js";
import { loadEngine } from "./page-engine.js";
import { openPageRun } from "./page-run.js";
import { candlesOf } from "./candles.js";
import { steppedRun } from "./stepped-run.js";
import type { SteppedRunOptions } from "./stepped-run.js";
import { buffersOf } from "./transfer.js";
import type {
  ForkTask,
  FromWorker,
  OpenTask,
  RunTask,
  ToWorker,
  VerifyTask,
  Wanted,
  WorkerAnswer,
  WorkerDataset,
  WorkerResult,
  WorkerSavedRun,
  WorkerStrategy,
  WorkerVerdict,
} from "./worker-protocol.js";

/** The worker's own end of the channel. */
declare const self: {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void;
};

interface Held {
  readonly dataset: Dataset;
  /** Made for the first run, so that tapes are copied into memory once; one run at a time uses it. */
  workspace: Workspace | null;
}

// Pages of a memory that are never touched cost nothing.
const RUN_BYTES = 256 * 1024 * 1024;
const RUN_BYTES_LEAST = 32 * 1024 * 1024;
const WINDOW_ROWS = 65_536;
const MATH_PAGES = 1;

let parts: KernelParts | null = null;
const datasets = new Map<number, Held>();
const savedRuns = new Map<number, SavedRun>();
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
    const value = await done(task, signal);
    self.postMessage({ id, kind: "done", value }, [...handedOver(task, value)]);
  } catch (cause) {
    if (signal.aborted) self.postMessage({ id, kind: "cancelled" });
    else if (cause instanceof InputError) self.postMessage({ id, kind: "refused", issues: cause.issues });
    else self.postMessage({ id, kind: "failed", message: String((cause as Error).stack ?? cause) });
  }
}

/** Buffers that were made for the answer. A study may look into columns of the dataset, and is copied. */
function handedOver(task: ToWorker, value: WorkerAnswer): ReadonlySet<ArrayBuffer> {
  switch (task.kind) {
    case "run":
    case "fork":
      return ownBuffers(value as WorkerResult);
    case "verify":
      return ownBuffers((value as WorkerVerdict).replay);
    default:
      return buffersOf(value);
  }
}

function ownBuffers({ tables, series, log }: WorkerResult): ReadonlySet<ArrayBuffer> {
  return buffersOf([tables, series, log]);
}

async function done(task: ToWorker, signal: AbortSignal): Promise<WorkerAnswer> {
  switch (task.kind) {
    case "engine":
      parts = partsOf(await loadEngine(task.address ?? undefined));
      return parts.engine.kernelDigest;
    case "open":
      return open(task, task.id);
    case "openRun":
      return openRun(task.source, task.id);
    case "verify":
      return verify(task, task.id, signal);
    case "savedTables": {
      const { log, names } = savedRun(task.saved);
      return log.tables(names);
    }
    case "run":
      return run(task, task.id, signal);
    case "fork":
      return fork(task, task.id, signal);
    case "candles":
      return candlesOf(held(task.dataset).dataset, task, (await ready()).extremes);
    case "bars": {
      const { barColumns, tableToIpc } = await import("../arrow/index.js");
      return tableToIpc(barColumns(held(task.dataset).dataset.bars), "stream");
    }
    case "close":
      datasets.delete(task.key);
      savedRuns.delete(task.key);
      return null;
    case "cancel":
      return null;
  }
}

interface KernelParts {
  readonly engine: Engine;
  readonly hasher: Hasher;
  readonly extremes: FindExtremes;
}

function partsOf(engine: Engine): KernelParts {
  return { engine, hasher: createHasher(engine.module), extremes: extremesOf(engine.module) };
}

async function ready(): Promise<KernelParts> {
  return (parts ??= partsOf(await loadEngine()));
}

function held(key: number): Held {
  const one = datasets.get(key);
  if (one !== undefined) return one;
  const expected = "a dataset that this worker has open";
  throw new InputError([{ code: "dataset/not-found", path: "dataset", expected, received: String(key) }]);
}

async function open(task: OpenTask, key: number): Promise<WorkerDataset> {
  const options = {
    hasher: (await ready()).hasher,
    ...(task.manifest === null ? {} : { manifest: task.manifest }),
    ...(task.name === null ? {} : { name: task.name }),
  };
  const dataset = await openPageDataset(task.source, options);
  datasets.set(key, { dataset, workspace: null });
  const tapes = dataset.bars.map(({ instrument, interval, rowCount }) => {
    return { symbol: instrument.symbol, interval, rowCount, priceDecimals: instrument.priceDecimals };
  });
  return { key, name: dataset.name, fingerprint: dataset.fingerprint, tapes };
}

async function openRun(source: PageSource, key: number): Promise<WorkerSavedRun> {
  const saved = await openPageRun(source, (await ready()).engine);
  savedRuns.set(key, saved);
  const { runId, graphId, resultDigest, kernelDigest, semanticsVersion, dataset, buckets } = saved;
  return { key, runId, graphId, resultDigest, kernelDigest, semanticsVersion, dataset, buckets };
}

function savedRun(key: number): SavedRun {
  const one = savedRuns.get(key);
  if (one !== undefined) return one;
  const expected = "a saved run that this worker has open";
  throw new InputError([{ code: "import/file", path: "run", expected, received: String(key) }]);
}

async function verify(task: VerifyTask, id: number, signal: AbortSignal): Promise<WorkerVerdict> {
  const [saved, one] = [savedRun(task.saved), held(task.dataset)];
  const userNodes = await userNodesAt(task.userNodes);
  const { graph, config, options } = replayParts(saved, one.dataset, userNodes);
  const replay = openReplay(await workspaceOf(one), graph, config, options);
  const result = await steppedRun(replay, one.dataset.bars, watchOf(id, signal));
  const verdict = verdictOf(saved, graph, result);
  return { ...verdict, replay: await plain(result, { graph, title: "", params: {} }, task, one.dataset) };
}

async function run(task: RunTask, id: number, signal: AbortSignal): Promise<WorkerResult> {
  const one = held(task.dataset);
  const strategy = await loaded(task.strategy);
  const replay = openReplay(await workspaceOf(one), strategy.graph, task.config, task.options);
  const result = await steppedRun(replay, one.dataset.bars, watchOf(id, signal));
  return plain(result, strategy, task, one.dataset);
}

/** The first run up to the moment, and from its state there the other one. Both use one memory, one after the other. */
async function fork(task: ForkTask, id: number, signal: AbortSignal): Promise<WorkerResult> {
  const one = held(task.dataset);
  const [first, other] = [await loaded(task.strategy), await loaded(task.future.strategy)];
  const workspace = await workspaceOf(one);
  const past = openReplay(workspace, first.graph, task.config, task.options);
  past.replay.advance(task.atNs);
  const future = forkReplay(workspace, other.graph, task.future.config, past.snapshot());
  const result = await steppedRun(future, one.dataset.bars, watchOf(id, signal));
  return plain(result, other, task, one.dataset);
}

async function workspaceOf(one: Held): Promise<Workspace> {
  const { engine } = await ready();
  return (one.workspace ??= roomFor(engine, one.dataset));
}

/** Whole tapes in memory, or windows of them where the browser does not give as much. No result depends on it. */
function roomFor(engine: Engine, dataset: Dataset): Workspace {
  try {
    return createWorkspace(engine, dataset, { runBytes: RUN_BYTES });
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    return createWorkspace(engine, dataset, { runBytes: RUN_BYTES_LEAST, windowRows: WINDOW_ROWS });
  }
}

function watchOf(id: number, signal: AbortSignal): SteppedRunOptions {
  return { signal, onProgress: (progress) => report(id, progress) };
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
    const userNodes = await userNodesAt(strategy.userNodes ?? []);
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

async function userNodesAt(addresses: readonly string[]): Promise<{ readonly spec: UserSpec }[]> {
  const modules = await Promise.all(addresses.map((address) => imported(address)));
  return modules.flatMap((module) => Object.values(module)).flatMap(userNodeOf);
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

function studied({ module }: Engine, tables: RunTables, { bars }: Dataset): Study {
  const memory = new WebAssembly.Memory({ initial: MATH_PAGES, maximum: MATH_PAGES });
  const math = floatMathOf(new WebAssembly.Instance(module, { env: { memory } }).exports);
  return studyRun(tables, { math, bars });
}

async function plain(
  result: RunResult,
  { title, params }: Loaded,
  wanted: Wanted,
  dataset: Dataset,
): Promise<WorkerResult> {
  const { runId, graphId, nodeIds, datasets: uses, config, seed, semanticsVersion, resultDigest, logDigest } = result;
  const { forkedFrom, checkpoints, kernelDigest, unseed, draws, counts, currency, remarks, series } = result;
  const identities = { runId, forkedFrom, graphId, nodeIds, datasets: uses, config, seed, semanticsVersion };
  const numbers = { unseed, draws, counts, currency, remarks, series };
  const outcome = { resultDigest, logDigest, checkpoints, kernelDigest, ...numbers };
  const study = wanted.study ? studied((await ready()).engine, result.tables(), dataset) : null;
  const [tables, log] = [wanted.tables ? result.tables() : null, wanted.log ? result.log.bytes() : null];
  return { ...identities, ...outcome, title, params, tables, study, log };
}
