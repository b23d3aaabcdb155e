// `goldentape sql`: SQL over the tables of a run, from its folder or its file.

import { statSync } from "node:fs";
import { defineCommand } from "citty";
import { InputError } from "../../kernel/index.js";
import { nodeHasher } from "../node/kernel-module.js";
import { nodeSqlEngine } from "../sql/node-duckdb.js";
import { runBars, runTables } from "../sql/run-folder.js";
import { openSql, tablesText } from "../sql/sql-session.js";
import type { SqlInput, SqlSession } from "../sql/sql-session.js";
import type { SqlResult } from "../sql/sql-result.js";
import { storeRoot } from "../store/open-dataset.js";
import { printResult, runCommand, tableText } from "./output.js";
import { readSaved } from "./saved-run.js";
import type { SavedRunWords } from "./saved-run.js";
import { loggedInputs, savedInputs } from "./sql-saved.js";

export const sql = defineCommand({
  meta: {
    name: "sql",
    description:
      "Query the tables of a run with DuckDB's SQL, offline. " +
      'Example: goldentape sql out "select instrument, sum(fee) from fills group by 1". ' +
      'Of a saved run: goldentape sql run.goldentape "select * from trades". ' +
      "Without a query it lists tables and columns",
  },
  args: {
    run: { type: "positional", description: "Folder of goldentape run --out, or file of --save", required: true },
    query: { type: "positional", description: "SQL; the last statement's rows are printed", required: false },
    dataset: {
      type: "string",
      description: "Where the run's dataset is now, for the table bars (default: as the run named it)",
      valueHint: "NAME_OR_FILE",
    },
    nodes: { type: "string", description: "File with the user nodes of a saved run", valueHint: "FILE" },
    store: { type: "string", description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)" },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const query = args.query ?? null;
      const { inputs, absent } = isFile(args.run) ? await ofFile(args.run, query, args) : await ofFolder(args, query);
      const session = await openSql(await nodeSqlEngine(), inputs);
      try {
        if (query !== null) await printRows(session, query, args.json);
        else printTables(session, absent, args.json);
      } finally {
        await session.close();
      }
    }),
});

interface Asked {
  readonly inputs: readonly SqlInput[];
  /** Why some tables are missing in the list of them; null when none is. */
  readonly absent: InputError | null;
}

interface SqlArgs extends SavedRunWords {
  readonly run: string;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function ofFile(path: string, query: string | null, words: SavedRunWords): Promise<Asked> {
  const saved = readSaved(path);
  return listed(
    query,
    () => loggedInputs(saved),
    () => savedInputs(path, saved, query, words),
  );
}

async function ofFolder({ run, dataset, store }: SqlArgs, query: string | null): Promise<Asked> {
  const tables = runTables(run);
  // Bars are read when a query speaks of them, or when nothing is asked but what there is.
  if (query !== null && !/\bbars\b/i.test(query)) return { inputs: tables, absent: null };
  const options = { hasher: nodeHasher(), store: storeRoot(store) };
  return listed(
    query,
    () => tables,
    async () => [...tables, await runBars(run, dataset, options)],
  );
}

/** All tables; without a query those that are at hand, with what keeps the others away. */
async function listed(
  query: string | null,
  atHand: () => readonly SqlInput[],
  all: () => Promise<readonly SqlInput[]>,
): Promise<Asked> {
  try {
    return { inputs: await all(), absent: null };
  } catch (error) {
    if (query !== null || !(error instanceof InputError)) throw error;
    return { inputs: atHand(), absent: error };
  }
}

function printTables({ tables }: SqlSession, absent: InputError | null, isJson: boolean): void {
  const why = absent === null ? "" : `\n\nWhat needs the market data of the run is missing:\n${absent.message}`;
  printResult(isJson, { tables, absent: absent?.issues ?? [] }, () => `${tablesText(tables)}${why}`);
}

async function printRows(session: SqlSession, query: string, isJson: boolean): Promise<void> {
  const result = await session.query(query);
  const document = {
    columns: result.columns.map(({ name, type }) => ({ name, type })),
    rows: result.rows.map((row) => Object.fromEntries(row.map((cell, index) => [result.columns[index]?.name, cell]))),
  };
  printResult(isJson, document, () => resultText(result));
}

function resultText({ columns, rows }: SqlResult): string {
  const right = columns.flatMap(({ isNumber }, index) => (isNumber ? [index] : []));
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
  const head = columns.map((column) => column.name);
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  return `${tableText(head, cells, right)}\n\n${count}`;
}
