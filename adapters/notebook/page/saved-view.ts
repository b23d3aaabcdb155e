// The saved run of the plain notebook: files that are picked, or dropped anywhere on the page, replayed and compared.

import { InputError } from "../../browser/index.js";
import type { LoggedTables, RunWorker, WorkerDataset, WorkerSavedRun, WorkerVerdict } from "../../browser/index.js";
import { byId, make, showProblem } from "./elements.js";
import { datasetOfRun, partedFiles, partingText, savedFacts } from "./saved-run.js";

/** What the page has for it. */
export interface SavedTools {
  readonly worker: RunWorker;
  /** The dataset that is open above; null for none. */
  readonly opened: () => Promise<WorkerDataset | null>;
  /** Addresses of modules that export user nodes. */
  readonly userNodes: () => readonly string[];
  /** Asks what the columns of a file mean; once that is said, `datasetOpened` hears of the dataset. */
  readonly askManifest: (file: File) => void;
}

/** What SQL is asked about. */
export interface SavedSubject {
  readonly saved: WorkerSavedRun;
  /** Null where nothing was replayed, or something else came out. */
  readonly verdict: WorkerVerdict | null;
  readonly dataset: WorkerDataset | null;
  readonly logged: LoggedTables;
}

export interface SavedView {
  /** The run at hand, null before the first. */
  subject(): SavedSubject | null;
  /** Tries again when the run waits for its dataset. */
  datasetOpened(): void;
  /** Forgets a dataset that the page needs no more, unless it is that of the run at hand. */
  leave(dataset: WorkerDataset): void;
}

/** Makes the section work. */
export function savedView(tools: SavedTools): SavedView {
  const [input, stop] = [byId<HTMLInputElement>("saved"), byId<HTMLButtonElement>("saved-stop")];
  const [status, problem, progress] = [byId("saved-status"), byId("saved-problem"), byId("saved-progress")];
  const difference = byId("saved-difference");
  let subject: SavedSubject | null = null;
  /** A dataset that was opened for the run at hand alone. */
  let own: WorkerDataset | null = null;
  let running: AbortController | null = null;

  const say = (text: string, kind = ""): void => {
    status.textContent = text;
    status.className = kind;
  };
  const show = ({ saved, verdict }: SavedSubject): void => {
    const entries = savedFacts(saved, verdict);
    byId("saved-identities").replaceChildren(
      ...entries.flatMap(([name, text]) => [make("dt", {}, name), make("dd", { "data-name": name }, text)]),
    );
    const parting = verdict === null ? null : partingText(verdict);
    for (const [place, text] of [
      [difference, parting?.events],
      [byId("saved-cause"), parting?.cause],
    ] as const) {
      place.hidden = text === undefined;
      place.textContent = text ?? "";
    }
    byId<HTMLOptionElement>("about-saved").disabled = false;
  };

  /** Opens the run among the files, or takes them for the dataset that the run at hand waits for. */
  const take = async (files: readonly File[], signal: AbortSignal): Promise<void> => {
    const { run, others } = await partedFiles(files);
    const waiting = subject !== null && subject.dataset === null;
    if (run === null && waiting) return replay(subject as SavedSubject, files, signal);
    const [first] = files;
    if (first === undefined) return;
    say("Opening …");
    const saved = await tools.worker.openRun(run ?? first);
    const logged = await tools.worker.savedTables(saved);
    for (const past of [subject?.saved, own]) if (past) void tools.worker.close(past).catch(() => undefined);
    own = null;
    subject = { saved, verdict: null, dataset: null, logged };
    show(subject);
    await replay(subject, others, signal);
  };

  const replay = async (of: SavedSubject, files: readonly File[], signal: AbortSignal): Promise<void> => {
    const { saved } = of;
    say(`Looking for ${saved.dataset.name} …`);
    const opened = await tools.opened().catch(() => null);
    const dataset = await datasetOfRun(tools.worker, saved, opened === null ? [] : [opened], files);
    say("Replaying …");
    const request = { saved, dataset, userNodes: tools.userNodes(), tables: true, study: true };
    const onProgress = ({ share }: { readonly share: number }): void => progress.setAttribute("value", String(share));
    const verdict = await tools.worker.verify(request, { signal, onProgress });
    if (dataset !== opened) own = dataset;
    subject = { ...of, dataset, verdict };
    show(subject);
    const events = saved.buckets.toLocaleString("en");
    if (verdict.isSame) say(`SAME: ${events} buckets, every event and every checkpoint`, "same");
    else say("DIFFERENT", "different");
  };

  const begin = async (files: readonly File[]): Promise<void> => {
    running?.abort(new Error("another file"));
    const control = new AbortController();
    running = control;
    stop.disabled = false;
    showProblem(problem, null);
    try {
      await take(files, control.signal);
    } catch (cause) {
      if (running !== control) return;
      say(control.signal.aborted ? "Stopped." : "");
      if (!control.signal.aborted) fail(cause, files);
    } finally {
      if (running === control) {
        stop.disabled = true;
        progress.setAttribute("value", "0");
      }
    }
  };

  const fail = (cause: unknown, files: readonly File[]): void => {
    showProblem(problem, cause);
    const isUnread = cause instanceof InputError && cause.issues.some(({ code }) => code === "dataset/manifest");
    const file = files.find(({ name }) => cause instanceof InputError && cause.issues[0]?.path === name);
    if (isUnread && file !== undefined) tools.askManifest(file);
  };

  input.addEventListener("change", () => void begin([...(input.files ?? [])]).then(() => (input.value = "")));
  stop.addEventListener("click", () => running?.abort(new Error("stopped")));
  whenDropped(document.body, (files) => void begin(files));
  return {
    subject: () => subject,
    datasetOpened: () => {
      if (subject !== null && subject.dataset === null) void begin([]);
    },
    leave(dataset) {
      if (subject?.dataset?.key === dataset.key) own = dataset;
      else void tools.worker.close(dataset).catch(() => undefined);
    },
  };
}

/** Calls `work` with the files that are dropped on an element, which shows that it takes them. */
export function whenDropped(place: HTMLElement, work: (files: readonly File[]) => void): void {
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("dropping");
  });
  place.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null || !place.contains(event.relatedTarget as Node))
      place.classList.remove("dropping");
  });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) work(files);
  });
}
