// Saved runs in the notebooks: a file that was dropped or picked, the dataset that it was made over, and what a replay
// says.
//
// How it works: the dataset is whatever has the fingerprint: what is open, a file beside the run, or one that the
//   notebook can open under the name in it. A file without a manifest is tried with those that the notebook knows: a
//   fingerprint that comes out right says that one of them is its own.

import { InputError } from "../../browser/index.js";
import type { ImportManifest, RunWorker, WorkerDataset, WorkerSavedRun, WorkerVerdict } from "../../browser/index.js";
import { isSealedFile } from "../../browser/index.js";
import { differenceLines, verdictCauseLines } from "../../report/difference-text.js";
import { DATASETS } from "./choices.js";

/** Files that came together: the saved run, or else the first, and the others. */
export async function partedFiles(files: readonly File[]): Promise<{ readonly run: File | null; others: File[] }> {
  const marks = await Promise.all(files.map(isSealedFile));
  const run = files[marks.indexOf(true)] ?? null;
  return { run, others: files.filter((file) => file !== run) };
}

/**
 * The dataset of a saved run.
 *
 * @param opened Datasets that the worker has open.
 * @param files What may be it.
 * @throws InputError `dataset/not-found` when it is nowhere, `dataset/fingerprint` when a file is another one, and the
 *   codes of opening one.
 */
export async function datasetOfRun(
  worker: RunWorker,
  { dataset }: WorkerSavedRun,
  opened: readonly WorkerDataset[],
  files: readonly File[] = [],
): Promise<WorkerDataset> {
  const isIt = (one: WorkerDataset): boolean => one.fingerprint === dataset.fingerprint;
  const atHand = opened.find(isIt);
  if (atHand !== undefined) return atHand;
  for (const file of files) {
    const found = await openedFile(worker, file, isIt);
    if (isIt(found)) return found;
    await worker.close(found);
    const expected = `the dataset ${dataset.name} with the fingerprint ${dataset.fingerprint}`;
    const advice = "Drop the file of the dataset that the run was made with.";
    const issue = { code: "dataset/fingerprint", path: file.name, expected, advice } as const;
    throw new InputError([{ ...issue, received: found.fingerprint }]);
  }
  const known = [...DATASETS.values()].find(({ name, source }) => (name ?? source) === dataset.name);
  const recipe = dataset.name.startsWith("synthetic:") ? { source: dataset.name, manifest: null } : null;
  const choice = known ?? recipe;
  if (choice !== null) {
    const { source, manifest } = choice;
    const found = await worker.open(source, { name: dataset.name, ...(manifest === null ? {} : { manifest }) });
    if (isIt(found)) return found;
    await worker.close(found);
  }
  throw new InputError([
    {
      code: "dataset/not-found",
      path: `dataset.${dataset.name}`,
      expected: `a dataset with the fingerprint ${dataset.fingerprint}`,
      received: "none in this page",
      advice: `Drop the file of ${dataset.name} on this page, with the run or after it.`,
    },
  ]);
}

/** A file with the manifest inside it, or with the first known one that gives the dataset. */
async function openedFile(
  worker: RunWorker,
  file: File,
  isIt: (one: WorkerDataset) => boolean,
): Promise<WorkerDataset> {
  const without = await worker.open(file).catch((cause: unknown) => cause);
  if (!(without instanceof Error)) return without as WorkerDataset;
  if (!(without instanceof InputError) || without.issues[0]?.code !== "dataset/manifest") throw without;
  for (const manifest of knownManifests()) {
    const found = await worker.open(file, { manifest }).catch(() => null);
    if (found !== null && isIt(found)) return found;
    if (found !== null) await worker.close(found);
  }
  throw without;
}

function knownManifests(): readonly ImportManifest[] {
  return [...DATASETS.values()].flatMap(({ manifest }) => (manifest === null ? [] : [manifest]));
}

/** Where a replay parts from its run, and what that comes from, as the command line says it; null when it does not. */
export function partingText({ checkpoints, difference, cause }: WorkerVerdict): {
  readonly events: string;
  readonly cause: string;
} | null {
  if (cause === null) return null;
  return {
    events: differenceLines(checkpoints, difference, ["saved", "replayed"]).join("\n"),
    cause: verdictCauseLines(cause).join("\n"),
  };
}

/** Facts of a saved run, and of its replay when there is one: name and text. */
export function savedFacts(
  saved: WorkerSavedRun,
  verdict: WorkerVerdict | null,
): readonly (readonly [string, string])[] {
  const build =
    verdict === null || verdict.kernelDigest.saved === verdict.kernelDigest.replayed
      ? saved.kernelDigest
      : `${saved.kernelDigest}, replayed by another build`;
  return [
    ["saved result", saved.resultDigest],
    ...(verdict === null ? [] : [["replayed result", verdict.resultDigest.replayed] as const]),
    ["saved run", saved.runId],
    ["saved graph", saved.graphId],
    ["saved dataset", `${saved.dataset.name} ${saved.dataset.fingerprint}`],
    ["saved module", build],
  ];
}
