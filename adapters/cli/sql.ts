// `goldentape sql`: SQL over the tables of a run.

import { defineCommand } from "citty";
import { nodeHasher } from "../node/kernel-module.js";
import { nodeSqlEngine } from "../sql/node-duckdb.js";
import { runBars, runTables } from "../sql/run-folder.js";
import { openSql, tablesText } from "../sql/sql-session.js";
import type { SqlSession } from "../sql/sql-session.js";
import type { SqlResult } from "../sql/sql-result.js";
import { storeRoot } from "../store/open-dataset.js";
import { printResult, runCommand, tableText } from "./output.js";

export const sql = defineCommand({
  meta: {
    name: "sql",
    description:
      "Query the tables of a run with DuckDB's SQL, offline. " +
      'Example: goldentape sql out "select instrument, sum(fee) from fills group by 1". ' +
      "Without a query it lists tables and columns",
  },
  args: {
    run: { type: "positional", description: "Folder that goldentape run --out wrote", required: true },
    query: { type: "positional", description: "SQL; the last statement's rows are printed", required: false },
    dataset: {
      type: "string",
      description: "Where the run's dataset is now, for the table bars (default: as the run named it)",
      valueHint: "NAME_OR_FILE",
    },
    store: { type: "string", description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)" },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const inputs = runTables(args.run);
      // Bars are read when a query speaks of them, or when nothing is asked but what there is.
      if (args.query === undefined || /\bbars\b/i.test(args.query)) {
        const options = { hasher: nodeHasher(), store: storeRoot(args.store) };
        inputs.push(await runBars(args.run, args.dataset, options));
      }
      const session = await openSql(await nodeSqlEngine(), inputs);
      try {
        await print(session, args.query, args.json);
      } finally {
        await session.close();
      }
    }),
});

async function print(session: SqlSession, query: string | undefined, isJson: boolean): Promise<void> {
  if (query === undefined) {
    printResult(isJson, { tables: session.tables }, () => tablesText(session.tables));
    return;
  }
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
