// DuckDB in a page: its worker and its module from the page's own server.

import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import type { SqlEngine } from "./sql-engine.js";

export interface PageSqlOptions {
  /** Address of `duckdb-browser-eh.worker.js`, of the page's own origin. */
  readonly worker: URL | string;
  /** Address of `duckdb-eh.wasm`. */
  readonly module: URL | string;
}

/** Starts DuckDB in a worker. */
export async function pageSqlEngine({ worker, module }: PageSqlOptions): Promise<SqlEngine> {
  const thread = new Worker(worker);
  const database = new AsyncDuckDB(new VoidLogger(), thread as unknown as ConstructorParameters<typeof AsyncDuckDB>[1]);
  await database.instantiate(String(module));
  const connection = await database.connect();
  return {
    run: (text) => connection.useUnsafe((bindings, id) => bindings.runQuery(id, text)),
    insert: (name, ipc) => connection.insertArrowFromIPCStream(ipc, { name, create: true }),
    async close() {
      await connection.close();
      await database.terminate();
    },
  };
}
