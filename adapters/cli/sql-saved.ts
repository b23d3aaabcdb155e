// SQL over a saved run: its tables from the log in the file, and what the log does not say (bars, portfolio, trades,
// the buckets that sent orders) from its dataset, over which the run is replayed.
//
// Always true:
//   a replay whose digest is not the saved one gives no table.

import { assureDatasetOf, InputError, studyRun } from "../../kernel/index.js";
import type { Dataset, SavedRun } from "../../kernel/index.js";
import { runColumns, tableToIpc, tradeColumns } from "../arrow/index.js";
import type { ColumnTable } from "../arrow/index.js";
import { nodeFloatMath } from "../node/kernel-module.js";
import { barsInput } from "../sql/run-folder.js";
import type { SqlInput } from "../sql/sql-session.js";
import { datasetOfSaved, replayedSaved } from "./saved-run.js";
import type { SavedRunWords } from "./saved-run.js";

const REPLAYED = ["portfolio", "trades"] as const;

/**
 * The tables that a query speaks of, or all.
 *
 * @param query Null for all.
 * @throws InputError `dataset/*` for a dataset that is not at hand, `graph/user-node`, and `run/digest` for a replay
 *   that is not the run.
 */
export async function savedInputs(
  path: string,
  saved: SavedRun,
  query: string | null,
  words: SavedRunWords,
): Promise<readonly SqlInput[]> {
  const isAsked = (name: string): boolean => query === null || new RegExp(`\\b${name}\\b`, "i").test(query);
  const isReplayed = REPLAYED.some(isAsked) || ["orders", "bucket"].every(isAsked);
  if (!isReplayed && !isAsked("bars")) return loggedInputs(saved);
  const dataset = await datasetOfSaved(saved, words);
  assureDatasetOf(saved, dataset);
  const tables = isReplayed ? await replayedInputs(path, saved, dataset, words) : loggedInputs(saved);
  return isAsked("bars") ? [...tables, barsInput(dataset)] : tables;
}

/** The tables that the log says by itself. */
export function loggedInputs(saved: SavedRun): readonly SqlInput[] {
  return runColumns(saved.log.tables(saved.names)).map(inputOf);
}

async function replayedInputs(
  path: string,
  saved: SavedRun,
  dataset: Dataset,
  words: SavedRunWords,
): Promise<readonly SqlInput[]> {
  const { replay, verdict } = await replayedSaved(saved, dataset, words);
  if (!verdict.isSame) {
    const { saved: expected, replayed: received } = verdict.resultDigest;
    const advice = `See where they part: goldentape verify ${path}`;
    throw new InputError([{ code: "run/digest", path, expected, received, advice }]);
  }
  const tables = replay.tables();
  const { trades } = studyRun(tables, { math: nodeFloatMath(), bars: dataset.bars });
  return [...runColumns(tables), tradeColumns(trades, tables)].map(inputOf);
}

function inputOf(table: ColumnTable): SqlInput {
  return { name: table.name, ipc: tableToIpc(table, "stream") };
}
