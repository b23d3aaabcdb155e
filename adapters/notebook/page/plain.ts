// The plain notebook: a page that runs a strategy at each change, shows what came out, and asks about it.
//
// How it works: datasets and runs are in a worker; the page only draws. A change while a run is on its way stops that
//   run and starts the next one.

import { boundConfig, extremesOf, loadEngine, proposePageManifest, startRunWorker } from "../../browser/index.js";
import type { ImportManifest, RunConfig, Strategy, StrategyValue } from "../../browser/index.js";
import type { WorkerDataset, WorkerStrategy } from "../../browser/index.js";
import { CELL_TEXT, catalogueStrategy, cellAddress, configOf, DATASETS, EXAMPLE_MANIFEST } from "./choices.js";
import { sliderOf, STRATEGIES, USER_NODES } from "./choices.js";
import { byId, make, showProblem } from "./elements.js";
import { gateView } from "./gate-view.js";
import type { Outcome } from "./outcome-view.js";
import { showOutcome } from "./outcome-view.js";
import { savedTablesOf } from "./saved-verifier.js";
import { savedView } from "./saved-view.js";
import type { SqlSubject } from "./sql-view.js";
import { sqlView } from "./sql-view.js";

const FILE = "file";
const CELL = "cell";
const BPS = 10_000;
const FEE_DECIMALS = 8;
const PAUSE_MS = 120;

const datasetSelect = byId<HTMLSelectElement>("dataset");
const strategySelect = byId<HTMLSelectElement>("strategy");
const fileInput = byId<HTMLInputElement>("file");
const manifestText = byId<HTMLTextAreaElement>("manifest");
const cellText = byId<HTMLTextAreaElement>("cell");
const feeInput = byId<HTMLInputElement>("fee");
const cashInput = byId<HTMLInputElement>("cash");
const configText = byId<HTMLTextAreaElement>("config");
const forkFeeInput = byId<HTMLInputElement>("fork-fee");
const progress = byId<HTMLProgressElement>("progress");
const stopButton = byId<HTMLButtonElement>("stop");

const worker = startRunWorker();
const saved = savedView({
  worker,
  opened: async () => dataset,
  userNodes: () => [USER_NODES, ...(strategySelect.value === CELL ? [cellAddress(cellText.value)] : [])],
  askManifest: takeFile,
});
const extremes = loadEngine().then((engine) => extremesOf(engine.module));
// What is wrong with the module is said where extremes are wanted.
extremes.catch(() => undefined);
let dataset: Promise<WorkerDataset> | null = null;
let outcome: Outcome | null = null;
let running: AbortController | null = null;
let offered = configText.value;
let params: Record<string, StrategyValue> = {};

function say(text: string): void {
  byId("status").textContent = text;
}

function fail(cause: unknown): void {
  showProblem(byId("problem"), cause);
  say(outcome === null ? "" : "What is shown is of the run before.");
}

/** Opens what is chosen, in place of what was open. */
function openDataset(): void {
  const key = datasetSelect.value;
  byId("file-label").hidden = key !== FILE;
  byId("manifest-box").hidden = key !== FILE || fileInput.files?.length !== 1;
  const choice = DATASETS.get(key);
  if (choice === undefined) return;
  const { source, manifest, name, config } = choice;
  offerConfig(JSON.stringify(config));
  open(worker.open(source, { ...(manifest === null ? {} : { manifest }), ...(name === null ? {} : { name }) }));
}

/** Writes what a dataset needs of the configuration in place of what the one before needed, unless that was changed. */
function offerConfig(text: string): void {
  if (configText.value !== offered) return;
  configText.value = text;
  offered = text;
  byId<HTMLDetailsElement>("config-box").open = text !== "{}";
}

function open(next: Promise<WorkerDataset>): void {
  const before = dataset;
  dataset = next;
  next.then(
    () => saved.datasetOpened(),
    () => undefined,
  );
  before?.then(
    (old) => saved.leave(old),
    () => undefined,
  );
  void run();
}

/** Takes a file in place of one that is picked. */
function takeFile(file: File): void {
  const list = new DataTransfer();
  list.items.add(file);
  fileInput.files = list.files;
  datasetSelect.value = FILE;
  openDataset();
  void proposeManifest();
}

async function proposeManifest(): Promise<void> {
  const file = fileInput.files?.[0];
  if (file === undefined) return;
  byId("manifest-box").hidden = false;
  try {
    const symbol = file.name.split(".")[0]?.toUpperCase() || "FILE";
    const { manifest, guessed } = await proposePageManifest(file, symbol);
    manifestText.value = JSON.stringify(manifest, null, 1);
    byId("guessed").textContent = guessed.length === 0 ? "" : `Guessed, so look at it: ${guessed.join(", ")}.`;
    showProblem(byId("problem"), null);
  } catch (cause) {
    fail(cause);
    manifestText.value = JSON.stringify(EXAMPLE_MANIFEST, null, 1);
    byId("guessed").textContent = "Nothing could be guessed, so this is another file's: change it.";
  }
}

function useManifest(): void {
  const file = fileInput.files?.[0];
  if (file === undefined) return;
  try {
    open(worker.open(file, { manifest: JSON.parse(manifestText.value) as ImportManifest, name: file.name }));
  } catch (cause) {
    fail(cause);
  }
}

/** A control for each param of the strategy that is chosen. */
function showParams(): void {
  const strategy = STRATEGIES.get(strategySelect.value);
  byId("cell-box").hidden = strategy !== undefined;
  params = { ...strategy?.params };
  byId("params").replaceChildren(...Object.entries(params).map(([name, value]) => controlOf(name, value)));
}

function controlOf(name: string, value: StrategyValue): HTMLElement {
  const id = `param-${name}`;
  const set = (next: StrategyValue): void => {
    params = { ...params, [name]: next };
    void run();
  };
  if (typeof value !== "number") {
    const kind = typeof value === "boolean" ? "checkbox" : "text";
    const input = make("input", { id, type: kind, ...(kind === "text" ? { value: String(value) } : {}) });
    if (value === true) input.checked = true;
    input.addEventListener("change", () => set(kind === "checkbox" ? input.checked : input.value));
    return make("label", {}, name, input);
  }
  const { min, max, step } = sliderOf(value);
  const bounds = { min: String(min), max: String(max), step: String(step) };
  const input = make("input", { id, type: "range", ...bounds, value: String(value) });
  const shown = make("output", { for: id }, String(value));
  input.addEventListener("input", () => {
    shown.textContent = input.value;
    set(Number(input.value));
  });
  return make("label", {}, make("span", {}, `${name} `, shown), input);
}

function strategyNow(): WorkerStrategy {
  const strategy: Strategy | undefined = STRATEGIES.get(strategySelect.value);
  return strategy === undefined
    ? { kind: "module", address: cellAddress(cellText.value) }
    : catalogueStrategy(strategy, params);
}

/** What is written as JSON, with cash and a fee over it. @throws InputError `config/type` as `configOf`. */
function configWith(fee: HTMLInputElement): RunConfig {
  const more = configOf(configText.value);
  return { ...more, cash: cashInput.value, fees: { taker: (Number(fee.value) / BPS).toFixed(FEE_DECIMALS) } };
}

/** Runs at worst and at best, in place of what is running. */
async function run(): Promise<void> {
  running?.abort(new Error("a newer run"));
  const control = new AbortController();
  running = control;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  if (control.signal.aborted || dataset === null) return;
  stopButton.disabled = false;
  showProblem(byId("problem"), null);
  say("Running …");
  const start = performance.now();
  try {
    const opened = await dataset;
    const [strategy, config] = [strategyNow(), configWith(feeInput)];
    const at = (path: "worst" | "best", from: number) =>
      worker.run(
        { strategy, dataset: opened, config: boundConfig(config, path), study: true, tables: true },
        { signal: control.signal, onProgress: ({ share }) => (progress.value = from + share / 2) },
      );
    const worst = await at("worst", 0);
    const best = await at("best", 0.5);
    await show({ dataset: opened, worst, best, fork: null });
    const ms = Math.round(performance.now() - start);
    say(`${worst.counts.bars.toLocaleString("en")} bars, ${worst.counts.fills} fills, both bounds in ${ms} ms`);
  } catch (cause) {
    if (control.signal.aborted) {
      if (running === control) say("Stopped.");
    } else fail(cause);
  } finally {
    if (running === control) {
      running = null;
      stopButton.disabled = true;
      progress.value = 0;
    }
  }
}

async function show(next: Outcome): Promise<void> {
  outcome = next;
  await showOutcome(next, { worker, extremes: await extremes, onFork: (timeNs) => void forkAt(timeNs) });
}

/** The run at worst up to a moment, and from there with the other fee. */
async function forkAt(atNs: bigint): Promise<void> {
  const from = outcome;
  if (from === null) return;
  say("Forking …");
  try {
    const [strategy, config] = [strategyNow(), boundConfig(configWith(feeInput), "worst")];
    const future = { config: boundConfig(configWith(forkFeeInput), "worst") };
    const { dataset: forked } = from;
    const fork = await worker.fork({ strategy, dataset: forked, config, atNs, future, study: true, tables: true });
    if (outcome !== from) return;
    await show({ ...from, fork });
    const day = new Date(Number(atNs / 1_000_000n)).toISOString().slice(0, 16).replace("T", " ");
    const ended = [from.worst, fork].map(({ tables: { portfolio }, currency }) => {
      return (Number(portfolio.equity[portfolio.rowCount - 1]) / 10 ** currency.decimals).toFixed(currency.decimals);
    });
    say(`Forked at ${day} UTC, bucket ${fork.forkedFrom?.buckets}: ends with ${ended[1]} in place of ${ended[0]}`);
    showProblem(byId("problem"), null);
  } catch (cause) {
    fail(cause);
  }
}

function start(): void {
  const option = (value: string, text: string): HTMLOptionElement => make("option", { value }, text);
  datasetSelect.append(
    ...[...DATASETS].map(([key, { title }]) => option(key, title)),
    option(FILE, "A file of my own"),
  );
  strategySelect.append(...[...STRATEGIES.keys()].map((name) => option(name, name)), option(CELL, "Written here"));
  strategySelect.value = "sma-cross";
  cellText.value = CELL_TEXT;
  datasetSelect.addEventListener("change", openDataset);
  fileInput.addEventListener("change", () => void proposeManifest());
  byId("use-manifest").addEventListener("click", useManifest);
  strategySelect.addEventListener("change", () => {
    showParams();
    void run();
  });
  for (const input of [feeInput, cashInput, configText]) input.addEventListener("input", () => void run());
  cellText.addEventListener("input", () => void run());
  stopButton.addEventListener("click", () => running?.abort(new Error("stopped")));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => outcome !== null && void show(outcome));
  sqlView(() => (byId<HTMLSelectElement>("about").value === "saved" ? savedSubject() : ownSubject()));
  gateView();
  showParams();
  openDataset();
}

function barsOf(of: WorkerDataset): () => Promise<Uint8Array> {
  return () => worker.bars(of);
}

function ownSubject(): SqlSubject | null {
  if (outcome === null) return null;
  const { worst, dataset: of } = outcome;
  return { of: worst, tables: worst.tables, trades: worst.study?.trades ?? null, bars: barsOf(of) };
}

function savedSubject(): SqlSubject | null {
  const of = saved.subject();
  if (of === null) return null;
  return { of, ...savedTablesOf(of), bars: of.dataset === null ? null : barsOf(of.dataset) };
}

start();
