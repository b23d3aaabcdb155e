// SQL sessions: the tables of a run, and queries over them.
//
// Always true:
//   a query that DuckDB refuses is bad input: its own message, and every table with its columns.

import { InputError } from "../../kernel/index.js";
import type { SqlEngine } from "./sql-engine.js";
import { OFFLINE } from "./sql-engine.js";
import type { SqlResult } from "./sql-result.js";
import { resultOf } from "./sql-result.js";
import type { SqlTable } from "./sql-tables.js";
import { insertTable } from "./sql-tables.js";

/** A table to ask about: its name and its Arrow IPC bytes, file or stream. */
export interface SqlInput {
  readonly name: string;
  readonly ipc: Uint8Array;
}

export interface SqlSession {
  readonly tables: readonly SqlTable[];
  /**
   * Runs SQL.
   *
   * @throws InputError `sql/query` with what DuckDB says and the tables that there are.
   */
  query(text: string): Promise<SqlResult>;
  close(): Promise<void>;
}

/**
 * What became of every decision: the order that it sent, or why there was none, or less than was wanted. An order that
 * was cut stands in both kinds of row. What a commitment recommended, and what it skipped by a check of its own, has
 * its kind, confidence, tier and money beside it.
 */
const DECISIONS = `CREATE VIEW decisions AS
  SELECT o.time, o.decision, o.instrument, 'order' AS outcome, o.orderId, o.quantity AS wanted, o.quantity AS allowed,
    NULL AS reason, d.kind, d.confidence, d.tier, d.amount
  FROM orders o LEFT JOIN decisionRecords d ON d.orderId = o.orderId WHERE o.decision IS NOT NULL
  UNION ALL
  SELECT r.time, r.decision, r.instrument, CASE WHEN r.allowed = 0 THEN 'refused' ELSE 'cut' END, NULL, r.wanted,
    r.allowed, r.reason, d.kind, d.confidence, d.tier, d.amount
  FROM refusals r LEFT JOIN decisionRecords d
    ON d.time = r.time AND d.decision = r.decision AND d.instrument = r.instrument AND d.reason = r.reason
  UNION ALL
  SELECT d.time, d.decision, d.instrument, 'skipped', NULL, NULL, NULL, d.reason, d.kind, d.confidence, d.tier,
    d.amount
  FROM decisionRecords d ANTI JOIN refusals r
    ON d.time = r.time AND d.decision = r.decision AND d.instrument = r.instrument AND d.reason = r.reason
  WHERE NOT d.acted
  ORDER BY 1`;
const DECISION_COLUMNS: SqlTable["columns"] = [
  { name: "time", type: "TIMESTAMP_NS" },
  { name: "decision", type: "VARCHAR" },
  { name: "instrument", type: "VARCHAR" },
  { name: "outcome", type: "VARCHAR" },
  { name: "orderId", type: "INTEGER" },
  { name: "wanted", type: "DECIMAL" },
  { name: "allowed", type: "DECIMAL" },
  { name: "reason", type: "VARCHAR" },
  { name: "kind", type: "VARCHAR" },
  { name: "confidence", type: "DECIMAL" },
  { name: "tier", type: "VARCHAR" },
  { name: "amount", type: "DECIMAL" },
];
/** Tables that the view reads. */
const DECISION_SOURCES = ["orders", "refusals", "decisionRecords"];

/** Opens a session over tables, which are copied. */
export async function openSql(engine: SqlEngine, inputs: readonly SqlInput[]): Promise<SqlSession> {
  for (const statement of OFFLINE) await engine.run(statement);
  const tables: SqlTable[] = [];
  for (const { name, ipc } of inputs) tables.push(await insertTable(engine, name, ipc));
  const names = new Set(tables.map((table) => table.name));
  if (DECISION_SOURCES.every((name) => names.has(name))) {
    await engine.run(DECISIONS);
    tables.push({ name: "decisions", columns: DECISION_COLUMNS });
  }
  return {
    tables,
    async query(text) {
      if (text.trim() === "") throw refused(tables, "nothing");
      let ipc: Uint8Array;
      try {
        ipc = await engine.run(text);
      } catch (cause) {
        throw refused(tables, plainMessage((cause as Error).message));
      }
      return resultOf(ipc);
    },
    close: () => engine.close(),
  };
}

/** What DuckDB says, without its advice to install an extension, which nothing here could follow. */
function plainMessage(message: string): string {
  const [text = "", advice] = message.trim().split(/\s*Please try installing and loading/);
  return advice === undefined ? text : `${text} Extensions are not loaded: everything is offline.`;
}

function refused(tables: readonly SqlTable[], received: string): InputError {
  const expected = "a query of DuckDB's SQL over the tables of the run";
  return new InputError([{ code: "sql/query", path: "sql", expected, received, advice: tablesText(tables) }]);
}

/** Every table with its columns, for a person. */
export function tablesText(tables: readonly SqlTable[]): string {
  const lines = tables.map(({ name, columns }) => `  ${name}(${columns.map((column) => column.name).join(", ")})`);
  return `The tables are\n${lines.join("\n")}`;
}
