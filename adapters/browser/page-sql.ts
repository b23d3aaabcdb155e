// SQL over a run in a page: DuckDB's worker and module are fetched from the page's own server when it is first wanted.

import type { Trade } from "../../kernel/index.js";
import type { TablesAtHand } from "../arrow/index.js";
import type { SqlSession } from "../sql/sql-session.js";

/** Where DuckDB's files are: those of the npm package `@duckdb/duckdb-wasm`, of the page's own origin. */
export interface PageSqlPlaces {
  /** Address of `duckdb-browser-eh.worker.js`. */
  readonly worker: URL | string;
  /** Address of `duckdb-eh.wasm`. */
  readonly module: URL | string;
}

/** What is asked about besides the tables of the run. */
export interface PageSqlMore {
  /** Those of the run's study: the table `trades`. */
  readonly trades?: readonly Trade[];
  /** Bars as an Arrow IPC stream: the table `bars`. */
  readonly bars?: Uint8Array;
}

/**
 * Opens a session over the tables of a run, or those of a saved run that its log says. They are copied.
 *
 * @example
 * const places = { worker: "/duckdb/duckdb-browser-eh.worker.js", module: "/duckdb/duckdb-eh.wasm" };
 * const ask = async () => (await openPageSql(result.tables(), places)).query("SELECT count(*) FROM fills");
 */
export async function openPageSql(
  tables: TablesAtHand,
  places: PageSqlPlaces,
  { trades, bars }: PageSqlMore = {},
): Promise<SqlSession> {
  const [{ runColumns, tableToIpc, tradeColumns }, { openSql }, { pageSqlEngine }] = await Promise.all([
    import("../arrow/index.js"),
    import("../sql/sql-session.js"),
    import("../sql/page-duckdb.js"),
  ]);
  const columns = [...runColumns(tables), ...(trades === undefined ? [] : [tradeColumns(trades, tables)])];
  const inputs = columns.map((table) => ({ name: table.name, ipc: tableToIpc(table, "stream") }));
  const more = bars === undefined ? [] : [{ name: "bars", ipc: bars }];
  return openSql(await pageSqlEngine(places), [...inputs, ...more]);
}
