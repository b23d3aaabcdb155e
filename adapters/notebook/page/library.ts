// The library of the Observable notebook: everything of `goldentape/browser`, and the notebook's own charts and
// controls.

import type { RunWorker, WorkerDataset, WorkerSavedRun, WorkerVerdict } from "../../browser/index.js";
import { USER_NODES } from "./choices.js";
import { make } from "./elements.js";
import { whenDropped } from "./saved-view.js";
import { datasetOfRun, partedFiles } from "./saved-run.js";

export * from "../../browser/index.js";
export { runPageGate } from "../../golden/page-gate.js";
export { metricLabel, metricText } from "../../report/figures.js";
export { lineChart, priceChart } from "./charts.js";
export { DATASETS } from "./choices.js";
export { fillTable, make } from "./elements.js";
export { drawdownOf, fillsOf } from "./outcome-view.js";
export { partingText, savedFacts } from "./saved-run.js";

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** An input with its label, as `view` takes it: its value is the input's, a number of a slider. */
export function labelled(text: string, input: Input): HTMLElement & { readonly value: unknown } {
  const shown = make("output", {}, input.type === "range" ? input.value : "");
  const field = make("label", { class: "field" }, make("span", {}, `${text} `, shown), input);
  input.addEventListener("input", () => {
    if (input.type === "range") shown.textContent = input.value;
  });
  const value = (): unknown =>
    input instanceof HTMLInputElement && /range|number/.test(input.type) ? input.valueAsNumber : input.value;
  return Object.defineProperties(field, { value: { get: value } }) as typeof field & { readonly value: unknown };
}

/** A slider from `min` to `max`. */
export function slider(name: string, text: string, [min, max]: readonly [number, number], value: number): HTMLElement {
  const bounds = { min: String(min), max: String(max), step: "1", value: String(value) };
  return labelled(text, make("input", { id: name, type: "range", ...bounds }));
}

/** A button whose value is how often it was pressed. */
export function counter(name: string, text: string): HTMLButtonElement {
  const button = make("button", { id: name }, text);
  let count = 0;
  button.addEventListener("click", () => {
    count += 1;
    button.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return Object.defineProperty(button, "value", { get: () => count });
}

type FileField = HTMLElement & { readonly value: readonly File[] };

/** An input for files; its value is the list of those that were picked. */
export function filePick(name: string, text: string): FileField {
  const input = make("input", { id: name, type: "file", multiple: "" });
  return filesOf(make("label", { class: "field" }, make("span", {}, text), input), input).field;
}

/** A place for files, which are picked there or dropped anywhere on the page. */
export function fileDrop(name: string, text: string): FileField {
  const input = make("input", { id: name, type: "file", multiple: "" });
  const { field, take } = filesOf(make("label", { class: "field drop" }, make("span", {}, text), input), input);
  whenDropped(document.body, take);
  return field;
}

function filesOf(
  label: HTMLElement,
  input: HTMLInputElement,
): { readonly field: FileField; readonly take: (next: readonly File[]) => void } {
  let files: readonly File[] = [];
  const take = (next: readonly File[]): void => {
    files = next;
    label.dispatchEvent(new Event("input", { bubbles: true }));
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", () => take([...(input.files ?? [])]));
  const field = Object.defineProperty(label, "value", { get: () => files }) as FileField;
  return { field, take };
}

/** A saved run among files, replayed over its dataset, with all that SQL can be asked about. */
export interface VerifiedFiles {
  readonly saved: WorkerSavedRun;
  readonly verdict: WorkerVerdict;
  readonly dataset: WorkerDataset;
}

/** @throws InputError as `openPageRun`, `datasetOfRun` and `replayParts`. */
export async function verifyFiles(
  worker: RunWorker,
  files: readonly File[],
  opened: readonly WorkerDataset[],
): Promise<VerifiedFiles> {
  const { run, others } = await partedFiles(files);
  const saved = await worker.openRun(run ?? (files[0] as File));
  const dataset = await datasetOfRun(worker, saved, opened, others);
  const verdict = await worker.verify({ saved, dataset, userNodes: [USER_NODES], tables: true, study: true });
  return { saved, verdict, dataset };
}
