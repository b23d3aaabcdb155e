// The library of the Observable notebook: everything of `goldentape/browser`, and the notebook's own charts and
// controls.

import { make } from "./elements.js";
import { whenDropped } from "./saved-view.js";

export * from "../../browser/index.js";
export { runPageGate } from "../../golden/page-gate.js";
export { fixed, metricLabel, metricText, percent } from "../../report/figures.js";
export { lineChart, priceChart } from "./charts.js";
export { DATASETS, EXAMPLE_MANIFEST, USER_NODES } from "./choices.js";
export { fillTable, make } from "./elements.js";
export { drawdownOf, fillsOf, ONE_BOUND } from "./outcome-view.js";
export { partingText, savedFacts } from "./saved-run.js";
export { SavedVerifier, savedTablesOf } from "./saved-verifier.js";

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

/** An input for files; its value is the list of those that were picked, or taken with `take`. */
export interface FileField extends HTMLElement {
  readonly value: readonly File[];
  take(files: readonly File[]): void;
}

/** An input for files. */
export function filePick(name: string, text: string): FileField {
  return fileField(name, text, "field");
}

/** A place for files, which are picked there or dropped anywhere on the page. */
export function fileDrop(name: string, text: string): FileField {
  const field = fileField(name, text, "field drop");
  whenDropped(document.body, (files) => field.take(files));
  return field;
}

function fileField(name: string, text: string, kind: string): FileField {
  const input = make("input", { id: name, type: "file", multiple: "" });
  const label = make("label", { class: kind }, make("span", {}, text), input);
  let files: readonly File[] = [];
  const take = (next: readonly File[]): void => {
    files = next;
    label.dispatchEvent(new Event("input", { bubbles: true }));
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", () => take([...(input.files ?? [])]));
  return Object.defineProperties(label, { value: { get: () => files }, take: { value: take } }) as typeof label &
    FileField;
}
