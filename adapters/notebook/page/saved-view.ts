// The saved run of the plain notebook: files that are picked, or dropped anywhere on the page, and what their replay
// says.

import type { RunWorker, WorkerDataset } from "../../browser/index.js";
import { byId, make, showProblem } from "./elements.js";
import { partingText, savedFacts } from "./saved-run.js";
import type { SavedSubject } from "./saved-verifier.js";
import { SavedVerifier } from "./saved-verifier.js";

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
  const verifier = new SavedVerifier(tools.worker);
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
      [byId("saved-difference"), parting?.events],
      [byId("saved-cause"), parting?.cause],
    ] as const) {
      place.hidden = text === undefined;
      place.textContent = text ?? "";
    }
    byId<HTMLOptionElement>("about-saved").disabled = false;
  };

  const begin = async (files: readonly File[]): Promise<void> => {
    running?.abort(new Error("another file"));
    const control = new AbortController();
    running = control;
    stop.disabled = false;
    showProblem(problem, null);
    try {
      const subject = await verifier.take(files, {
        opened: () =>
          tools.opened().then(
            (dataset) => (dataset === null ? [] : [dataset]),
            () => [],
          ),
        userNodes: tools.userNodes(),
        signal: control.signal,
        onStep: say,
        onProgress: (share) => progress.setAttribute("value", String(share)),
        onOpened: show,
        askManifest: tools.askManifest,
      });
      if (subject === null || subject.verdict === null) return;
      show(subject);
      const buckets = subject.saved.buckets.toLocaleString("en");
      if (subject.verdict.isSame) say(`SAME: ${buckets} buckets, every event and every checkpoint`, "same");
      else say("DIFFERENT", "different");
    } catch (cause) {
      if (running !== control) return;
      say(control.signal.aborted ? "Stopped." : "");
      if (!control.signal.aborted) showProblem(problem, cause);
    } finally {
      if (running === control) {
        stop.disabled = true;
        progress.setAttribute("value", "0");
      }
    }
  };

  input.addEventListener("change", () => void begin([...(input.files ?? [])]).then(() => (input.value = "")));
  stop.addEventListener("click", () => running?.abort(new Error("stopped")));
  whenDropped(document.body, (files) => void begin(files));
  return {
    subject: () => verifier.subject,
    datasetOpened: () => {
      if (verifier.isWaiting) void begin([]);
    },
    leave: (dataset) => verifier.leave(dataset),
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
