// Runs in a worker, as a page asks for them: datasets stay over there, results come back as plain data.

import { InputError } from "../../kernel/index.js";
import type { Digest, ImportManifest, LoggedTables, RunConfig, RunOptions, RunTables } from "../../kernel/index.js";
import type { PageSource } from "./page-bytes.js";
import type { SteppedRunOptions } from "./stepped-run.js";
import type {
  Candles,
  CandlesTask,
  ForkTask,
  FromWorker,
  OpenRunTask,
  OpenTask,
  RunTask,
  ToWorker,
  VerifyTask,
  Wanted,
  WorkerDataset,
  WorkerResult,
  WorkerSavedRun,
  WorkerStrategy,
  WorkerVerdict,
} from "./worker-protocol.js";

/** A thread that opens datasets and replays strategies. Tasks are done in the order in which they were asked for. */
export interface RunWorker {
  /** Digest of the module that the worker runs. @throws InputError as `loadEngine`. */
  readonly kernelDigest: Promise<Digest>;
  /** Opens a dataset over there. @throws InputError as `openPageDataset`. */
  open(
    source: PageSource,
    options?: { readonly manifest?: ImportManifest; readonly name?: string },
  ): Promise<WorkerDataset>;
  /**
   * Replays a strategy over a dataset.
   *
   * @throws InputError as `runGraph`, `graph/user-node` for a user node that no module gives, `strategy/*` for a module
   *   that does not load; the reason of `signal` when that stops the run.
   */
  run(request: WorkerRunRequest & { readonly tables: true }, watch?: SteppedRunOptions): Promise<WithTables>;
  run(request: WorkerRunRequest, watch?: SteppedRunOptions): Promise<WorkerResult>;
  /**
   * Replays a strategy up to a moment and then goes on from its state there with other assumptions or another strategy
   * (`forkReplay`).
   *
   * @throws InputError as `run`, and `snapshot/fork` with everything that cannot be carried over.
   */
  fork(request: WorkerForkRequest & { readonly tables: true }, watch?: SteppedRunOptions): Promise<WithTables>;
  fork(request: WorkerForkRequest, watch?: SteppedRunOptions): Promise<WorkerResult>;
  /** Opens a saved run over there. @throws InputError as `openPageRun`. */
  openRun(source: PageSource): Promise<WorkerSavedRun>;
  /**
   * Replays a saved run over its dataset and compares every event.
   *
   * @throws InputError as `replayParts`, and as `run`.
   */
  verify(request: WorkerVerifyRequest, watch?: SteppedRunOptions): Promise<WorkerVerdict>;
  /** The tables of a saved run that its log says: without its dataset, its portfolio and the buckets of orders. */
  savedTables(saved: WorkerSavedRun): Promise<LoggedTables>;
  /**
   * Bars of a tape for a chart: at most `countMax` of them, each with the first open, the highest high, the lowest low
   * and the last close of the bars that it stands for.
   *
   * @param tape Index among the dataset's tapes.
   */
  candles(dataset: WorkerDataset, tape: number, range: CandleRange): Promise<Candles>;
  /** All bars of a dataset as an Arrow IPC stream, the table `bars` of `openPageSql`. */
  bars(dataset: WorkerDataset): Promise<Uint8Array>;
  /** Forgets a dataset and the memory that its tapes take, or a saved run. */
  close(opened: WorkerDataset | WorkerSavedRun): Promise<void>;
  /** Ends the thread; tasks that are not done are refused with `host/worker`. */
  terminate(): void;
}

/** What a run is to hand over besides its identities, counts and series; all of it is off by default. */
interface WantedParts {
  /** Costs more than the run itself where most bars trade. */
  readonly tables?: boolean;
  /** Trades, metrics and drawdowns. */
  readonly study?: boolean;
  /** The bytes of the event log. */
  readonly log?: boolean;
}

/** A result whose tables were asked for. */
export type WithTables = WorkerResult & { readonly tables: RunTables };

export interface WorkerRunRequest extends WantedParts {
  readonly strategy: WorkerStrategy;
  readonly dataset: WorkerDataset;
  readonly config: RunConfig;
  readonly options?: RunOptions;
}

export interface WorkerVerifyRequest extends WantedParts {
  readonly saved: WorkerSavedRun;
  readonly dataset: WorkerDataset;
  /** Addresses of modules that export the user nodes of the run. */
  readonly userNodes?: readonly string[];
}

export interface WorkerForkRequest extends WorkerRunRequest {
  /** The last bucket that both have ends at this time at the latest, ns. */
  readonly atNs: bigint;
  /** What the future has of its own. */
  readonly future: { readonly strategy?: WorkerStrategy; readonly config?: RunConfig };
}

export interface CandleRange {
  readonly countMax: number;
  /** Close times, ns, inclusive; null for no bound. */
  readonly fromNs?: bigint | null;
  readonly toNs?: bigint | null;
}

export interface RunWorkerOptions {
  /** Script of the worker; `worker.js` beside this one by default. It must come from the page's own origin. */
  readonly script?: URL | string;
  /** Address of the compiled kernel; `goldentape.wasm` beside the worker's script by default. */
  readonly engine?: URL | string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(cause: unknown): void;
  readonly watch: SteppedRunOptions;
}

/**
 * Starts a worker.
 *
 * @example
 * const start = () => startRunWorker({ engine: "/kernel/goldentape.wasm" });
 */
export function startRunWorker(options: RunWorkerOptions = {}): RunWorker {
  const script = options.script ?? new URL("./worker.js", import.meta.url);
  const worker = new Worker(script, { type: "module", name: "goldentape" });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  const ask = <T>(
    task: OpenTask | OpenRunTask | VerifyTask | RunTask | ForkTask | CandlesTask | Pick<ToWorker, "kind">,
    watch: SteppedRunOptions = {},
  ): Promise<T> => {
    const id = nextId++;
    const answer = new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, watch });
    });
    watch.signal?.addEventListener("abort", () => worker.postMessage({ id, kind: "cancel" }), { once: true });
    worker.postMessage({ ...task, id });
    return answer;
  };
  const refuseAll = (received: string): void => {
    const expected = "a worker that answers";
    const error = new InputError([{ code: "host/worker", path: String(script), expected, received }]);
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  worker.onmessage = ({ data }) => settle(waiting, data as FromWorker);
  worker.onerror = ({ message }) => refuseAll(message ?? "a script that does not load");
  const kernelDigest = ask<Digest>({ kind: "engine", ...{ address: absolute(options.engine) } });
  // Whoever does not ask for the digest learns of a missing engine from the first task.
  kernelDigest.catch(() => undefined);
  return {
    kernelDigest,
    open: (source, { manifest = null, name = null } = {}) =>
      ask<WorkerDataset>({ kind: "open", source: portable(source), manifest, name }),
    run(request: WorkerRunRequest, watch?: SteppedRunOptions) {
      return ask<WithTables>({ kind: "run", ...runTask(request) }, watch);
    },
    fork({ atNs, future, ...request }: WorkerForkRequest, watch?: SteppedRunOptions) {
      const own = { strategy: future.strategy ?? request.strategy, config: future.config ?? request.config };
      return ask<WithTables>({ kind: "fork", ...runTask(request), atNs, future: own }, watch);
    },
    openRun: (source) => ask<WorkerSavedRun>({ kind: "openRun", source: portable(source) }),
    verify({ saved, dataset, userNodes = [], ...parts }, watch) {
      const task = { kind: "verify", saved: saved.key, dataset: dataset.key, userNodes, ...wantedOf(parts) } as const;
      return ask<WorkerVerdict>(task, watch);
    },
    savedTables: ({ key }) => ask<LoggedTables>({ kind: "savedTables", ...{ saved: key } }),
    candles: ({ key }, tape, { countMax, fromNs = null, toNs = null }) =>
      ask<Candles>({ kind: "candles", dataset: key, tape, fromNs, toNs, countMax }),
    bars: ({ key }) => ask<Uint8Array>({ kind: "bars", ...{ dataset: key } }),
    close: ({ key }) => ask<void>({ kind: "close", ...{ key } }),
    terminate() {
      worker.terminate();
      refuseAll("one that was ended");
    },
  };
}

function runTask({ strategy, dataset, config, options = {}, ...parts }: WorkerRunRequest): Omit<RunTask, "kind"> {
  return { strategy, dataset: dataset.key, config, options, ...wantedOf(parts) };
}

function wantedOf({ tables = false, study = false, log = false }: WantedParts): Wanted {
  return { tables, study, log };
}

/** An address that means the same in the worker, whose script may lie in another folder. */
function absolute(address: URL | string | undefined): string | null {
  return address === undefined ? null : new URL(address, pageAddress()).href;
}

/** Addresses cannot be copied between threads as objects, and relative ones would be read from the worker's folder. */
function portable(source: PageSource): PageSource {
  if (source instanceof URL) return source.href;
  return typeof source === "string" && !source.startsWith("synthetic:") ? new URL(source, pageAddress()).href : source;
}

function pageAddress(): string {
  return (globalThis as { readonly location?: { readonly href: string } }).location?.href ?? import.meta.url;
}

function settle(waiting: Map<number, Waiting>, answer: FromWorker): void {
  const one = waiting.get(answer.id);
  if (one === undefined) return;
  if (answer.kind === "progress") {
    one.watch.onProgress?.(answer.progress);
    return;
  }
  waiting.delete(answer.id);
  switch (answer.kind) {
    case "done":
      return one.resolve(answer.value);
    case "refused":
      return one.reject(new InputError(answer.issues));
    case "cancelled":
      return one.reject(one.watch.signal?.reason);
    case "failed":
      return one.reject(new Error(answer.message));
  }
}
