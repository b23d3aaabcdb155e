// The saved run at hand: opened from files, and replayed over its dataset as soon as that is there.
//
// How it works: files without a saved run among them are taken for the dataset of a run that waits for its own; one
//   that needs a manifest first is asked about once, and the run goes on when the page has opened it.
//
// Always true:
//   tables that are asked about are those of the run in the file, never those of a replay that differs from it.

import { InputError } from "../../browser/index.js";
import type { LoggedTables, RunTables, RunWorker, Trade, WorkerDataset } from "../../browser/index.js";
import type { WorkerSavedRun, WorkerVerdict } from "../../browser/index.js";
import { datasetOfRun, partedFiles } from "./saved-run.js";

/** What SQL is asked about. */
export interface SavedSubject {
  readonly saved: WorkerSavedRun;
  /** Null where nothing was replayed yet. */
  readonly verdict: WorkerVerdict | null;
  readonly dataset: WorkerDataset | null;
  readonly logged: LoggedTables;
}

/** What the page has for it, and hears of it. */
export interface VerifyOptions {
  /** Datasets that the page has open. */
  readonly opened: () => Promise<readonly WorkerDataset[]>;
  /** Addresses of modules that export user nodes. */
  readonly userNodes: readonly string[];
  readonly signal: AbortSignal;
  onStep(text: string): void;
  onProgress(share: number): void;
  /** The run of new files is open; nothing is replayed yet. */
  onOpened(subject: SavedSubject): void;
  /** Asks what the columns of a file mean. */
  askManifest(file: File): void;
}

export class SavedVerifier {
  private readonly worker: RunWorker;
  private now: SavedSubject | null = null;
  /** A dataset that was opened for the run at hand alone. */
  private own: WorkerDataset | null = null;
  private files: readonly File[] = [];
  private readonly asked = new WeakSet<File>();

  constructor(worker: RunWorker) {
    this.worker = worker;
  }

  /** The run at hand, null before the first. */
  get subject(): SavedSubject | null {
    return this.now;
  }

  /** Whether there is a run whose dataset is not known yet. */
  get isWaiting(): boolean {
    return this.now !== null && this.now.dataset === null;
  }

  /**
   * Opens the run among the files and replays it, or takes them for the dataset of the run that waits. The same files
   * once more open nothing: a run that waits looks for its dataset again, one that was replayed stays.
   *
   * @throws InputError as `openPageRun`, `datasetOfRun` and `replayParts`.
   */
  async take(files: readonly File[], options: VerifyOptions): Promise<SavedSubject | null> {
    const isRepeated = files === this.files;
    this.files = files;
    const { run, others } = await partedFiles(files);
    try {
      if (this.now !== null && (isRepeated || (run === null && this.isWaiting))) {
        if (this.isWaiting) await this.replay(this.now, others, options);
      } else {
        const first = run ?? files[0];
        if (first !== undefined) await this.open(first, others, options);
      }
    } catch (cause) {
      this.ask(cause, files, options);
      throw cause;
    }
    return this.now;
  }

  /** Forgets a dataset that the page needs no more, unless it is that of the run at hand. */
  leave(dataset: WorkerDataset): void {
    if (this.now?.dataset?.key === dataset.key) this.own = dataset;
    else void this.worker.close(dataset).catch(() => undefined);
  }

  private async open(file: File, others: readonly File[], options: VerifyOptions): Promise<void> {
    options.onStep("Opening …");
    const saved = await this.worker.openRun(file);
    const logged = await this.worker.savedTables(saved);
    for (const past of [this.now?.saved, this.own]) if (past) void this.worker.close(past).catch(() => undefined);
    this.own = null;
    this.now = { saved, verdict: null, dataset: null, logged };
    options.onOpened(this.now);
    await this.replay(this.now, others, options);
  }

  private async replay(of: SavedSubject, files: readonly File[], options: VerifyOptions): Promise<void> {
    const { saved } = of;
    options.onStep(`Looking for ${saved.dataset.name} …`);
    const opened = await options.opened();
    const dataset = await datasetOfRun(this.worker, saved, opened, files);
    options.onStep("Replaying …");
    const request = { saved, dataset, userNodes: options.userNodes, tables: true, study: true };
    const onProgress = ({ share }: { readonly share: number }): void => options.onProgress(share);
    const verdict = await this.worker.verify(request, { signal: options.signal, onProgress });
    if (!opened.includes(dataset)) this.own = dataset;
    this.now = { ...of, dataset, verdict };
  }

  private ask(cause: unknown, files: readonly File[], { signal, askManifest }: VerifyOptions): void {
    if (signal.aborted || !(cause instanceof InputError)) return;
    if (!cause.issues.some(({ code }) => code === "dataset/manifest")) return;
    const file = files.find(({ name }) => cause.issues[0]?.path === name);
    if (file === undefined || this.asked.has(file)) return;
    this.asked.add(file);
    askManifest(file);
  }
}

/** Tables and trades of a saved run: those of its replay where that is the same, else what the file says by itself. */
export function savedTablesOf({ verdict, logged }: SavedSubject): {
  readonly tables: RunTables | LoggedTables;
  readonly trades: readonly Trade[] | null;
} {
  if (verdict === null || !verdict.isSame) return { tables: logged, trades: null };
  const { tables, study } = verdict.replay;
  return { tables: tables ?? logged, trades: study?.trades ?? null };
}
