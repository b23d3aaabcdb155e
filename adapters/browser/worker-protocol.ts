// What a page and its run worker say to each other. Everything is plain data that hosts can copy between threads.

import type {
  Digest,
  ImportManifest,
  Issue,
  LoggedTables,
  RunConfig,
  RunOptions,
  RunResult,
  RunTables,
  RunVerdict,
  SavedRun,
  StrategyValue,
  Study,
} from "../../kernel/index.js";
import type { PageSource } from "./page-bytes.js";
import type { RunProgress } from "./stepped-run.js";

/** A strategy as a worker can take it. */
export type WorkerStrategy =
  /** A graph as canonical JSON (`graphJson`), with the addresses of modules that export its user nodes. */
  | { readonly kind: "graph"; readonly json: string; readonly userNodes?: readonly string[] }
  /** A module that exports a strategy or a graph by default. */
  | {
      readonly kind: "module";
      readonly address: string;
      readonly params?: Readonly<Record<string, StrategyValue>>;
    };

/** A dataset that the worker holds. */
export interface WorkerDataset {
  /** By which the worker knows it. */
  readonly key: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly tapes: readonly {
    readonly symbol: string;
    readonly interval: string;
    readonly rowCount: number;
    readonly priceDecimals: number;
  }[];
}

/** A saved run that the worker holds. */
export interface WorkerSavedRun extends Pick<
  SavedRun,
  "runId" | "graphId" | "resultDigest" | "kernelDigest" | "semanticsVersion" | "dataset" | "buckets"
> {
  /** By which the worker knows it. */
  readonly key: number;
}

/** What a replay of a saved run says, and what it gave. */
export interface WorkerVerdict extends RunVerdict {
  readonly replay: WorkerResult;
}

/** What a run is to hand over besides its identities, counts and series. */
export interface Wanted {
  readonly tables: boolean;
  /** Trades, metrics and drawdowns. */
  readonly study: boolean;
  readonly log: boolean;
}

/** What a run in a worker gives: the parts of a result that are plain data. */
export interface WorkerResult extends Omit<RunResult, "plan" | "log" | "tables" | "batches"> {
  /** Null when they were not asked for; so are `study` and `log`. */
  readonly tables: RunTables | null;
  readonly study: Study | null;
  /** Values of all params of a strategy that was loaded from a module. */
  readonly params: Readonly<Record<string, StrategyValue>>;
  readonly title: string;
  /** The bytes of the event log, of which `logDigest` is the digest. */
  readonly log: Uint8Array | null;
}

export interface OpenTask {
  readonly kind: "open";
  readonly source: PageSource;
  readonly manifest: ImportManifest | null;
  readonly name: string | null;
}

export interface OpenRunTask {
  readonly kind: "openRun";
  readonly source: PageSource;
}

export interface VerifyTask extends Wanted {
  readonly kind: "verify";
  /** Keys of the saved run and of its dataset. */
  readonly saved: number;
  readonly dataset: number;
  /** Addresses of modules that export user nodes. */
  readonly userNodes: readonly string[];
}

export interface RunTask extends Wanted {
  readonly kind: "run";
  readonly strategy: WorkerStrategy;
  readonly dataset: number;
  readonly config: RunConfig;
  readonly options: RunOptions;
}

/** A run that goes as another one up to a moment, and from there on with what is its own. */
export interface ForkTask extends Omit<RunTask, "kind"> {
  readonly kind: "fork";
  /** The last bucket that both have ends at this time at the latest, ns. */
  readonly atNs: bigint;
  readonly future: { readonly strategy: WorkerStrategy; readonly config: RunConfig };
}

export interface CandlesTask {
  readonly kind: "candles";
  readonly dataset: number;
  /** Index among the dataset's tapes of bars. */
  readonly tape: number;
  readonly fromNs: bigint | null;
  readonly toNs: bigint | null;
  readonly countMax: number;
}

/** Bars of a tape, several drawn as one where there are more of them than wanted. Mantissas. */
export interface Candles {
  /** Close time of the last bar of each, ns. */
  readonly time: BigInt64Array;
  readonly open: BigInt64Array;
  readonly high: BigInt64Array;
  readonly low: BigInt64Array;
  readonly close: BigInt64Array;
  /** Bars that they stand for. */
  readonly rowCount: number;
}

/** A question of the page. Tasks are done one after the other; a `cancel` stops the one that has its number. */
export type ToWorker = { readonly id: number } & (
  | OpenTask
  | OpenRunTask
  | VerifyTask
  | RunTask
  | ForkTask
  | CandlesTask
  | { readonly kind: "engine"; readonly address: string | null }
  | { readonly kind: "bars"; readonly dataset: number }
  | { readonly kind: "savedTables"; readonly saved: number }
  | { readonly kind: "close"; readonly key: number }
  | { readonly kind: "cancel" }
);

/** What a task that was done gives. */
export type WorkerAnswer =
  WorkerDataset | WorkerSavedRun | WorkerResult | WorkerVerdict | LoggedTables | Candles | Uint8Array | Digest | null;

/** An answer of the worker. */
export type FromWorker = { readonly id: number } & (
  | { readonly kind: "progress"; readonly progress: RunProgress }
  | { readonly kind: "done"; readonly value: WorkerAnswer }
  | { readonly kind: "refused"; readonly issues: readonly Issue[] }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly message: string }
);
