// Saved runs of the command line: the file that `--save` wrote, and the dataset and user nodes that its run was made
// with.

import { InputError, invariant, openSavedRun, replayParts, verdictOf } from "../../kernel/index.js";
import type { Dataset, RunResult, RunVerdict, SavedRun, UserNodes } from "../../kernel/index.js";
import { nodeEngine, nodeHasher } from "../node/kernel-module.js";
import { openDataset, storeRoot } from "../store/open-dataset.js";
import { loadUserNodes } from "../strategy/load-strategy.js";
import { readInputFile } from "./input-file.js";
import { clearStep, showStep } from "./step-line.js";
import { watchedRuns } from "./watched-run.js";

/** What a command line says about the dataset and the user nodes of a saved run. */
export interface SavedRunWords {
  readonly dataset?: string | undefined;
  readonly nodes?: string | undefined;
  readonly store?: string | undefined;
}

/**
 * Reads a file that `--save` wrote.
 *
 * @throws InputError `import/file` for one that cannot be read, `file/*` for one that is no whole saved run.
 */
export function readSaved(path: string): SavedRun {
  return openSavedRun(nodeEngine(), readInputFile(path, "a file of goldentape run … --save FILE"), path);
}

/** The dataset of a saved run: the one that is stated, else the one of its name, else whatever has its fingerprint. */
export async function datasetOfSaved(saved: SavedRun, { dataset, store }: SavedRunWords): Promise<Dataset> {
  const options = { hasher: nodeHasher(), store: storeRoot(store) };
  showStep(`opening ${dataset ?? saved.dataset.name} …`);
  if (dataset !== undefined) return openDataset(dataset, options);
  const { name, fingerprint } = saved.dataset;
  for (const text of [name, fingerprint]) {
    try {
      const found = await openDataset(text, options);
      if (found.fingerprint === fingerprint) return found;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  const expected = `a dataset with the fingerprint ${fingerprint}`;
  const received = `none of the name ${name}, and none in the store`;
  const advice = "Import it, or say which one it is: --dataset NAME_OR_FILE.";
  throw new InputError([{ code: "dataset/not-found", path: `dataset.${name}`, expected, received, advice }]);
}

/** The user nodes of the file of `--nodes`. */
export async function userNodesOf({ nodes }: SavedRunWords): Promise<UserNodes> {
  return nodes === undefined ? [] : loadUserNodes(nodes);
}

/**
 * Replays a saved run over its dataset, with a progress bar when that takes long.
 *
 * @throws InputError as `replayParts`, and what a run throws.
 */
export async function replayedSaved(
  saved: SavedRun,
  dataset: Dataset,
  words: SavedRunWords,
): Promise<{ readonly replay: RunResult; readonly verdict: RunVerdict }> {
  const { graph, config, options } = replayParts(saved, dataset, await userNodesOf(words));
  clearStep();
  const [replay] = await watchedRuns(nodeEngine(), graph, dataset, [config], options);
  invariant(replay !== undefined, "every configuration has its result");
  return { replay, verdict: verdictOf(saved, graph, replay) };
}
