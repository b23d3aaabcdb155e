// DuckDB in Node: the WebAssembly build of the package, in the thread that asks.
//
// How it works: a process starts it once, which takes most of a second; each engine is a catalog in memory of its own.
//
// Not here: its own worker for Node, which writes every refused query to the terminal.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "../../kernel/index.js";
import type { SqlEngine } from "./sql-engine.js";

const PACKAGE = "@duckdb/duckdb-wasm";

/** The part of the package that is used. */
interface Blocking {
  createDuckDB(bundles: unknown, logger: unknown, runtime: unknown): Promise<Database>;
  readonly VoidLogger: new () => object;
  readonly NODE_RUNTIME: object;
}

interface Database {
  instantiate(onProgress: () => void): Promise<unknown>;
  connect(): Connection;
}

interface Connection {
  useUnsafe<T>(work: (bindings: { runQuery(connection: number, text: string): Uint8Array }, id: number) => T): T;
  insertArrowFromIPCStream(bytes: Uint8Array, options: { readonly name: string; readonly create: boolean }): void;
  close(): void;
}

/** The database of the process, once it is asked for, and how many catalogs it has had. */
let started: Promise<Database> | undefined;
let sessionCount = 0;

/**
 * A catalog of its own in DuckDB, which the first one starts.
 *
 * @throws InputError `sql/engine` when the package is not installed.
 */
export async function nodeSqlEngine(): Promise<SqlEngine> {
  started ??= start();
  const connection = (await started).connect();
  const run = (text: string): Uint8Array => connection.useUnsafe((bindings, id) => bindings.runQuery(id, text));
  const catalog = `session_${++sessionCount}`;
  run(`ATTACH ':memory:' AS ${catalog}; USE ${catalog}`);
  return {
    run: async (text) => run(text),
    insert: async (name, ipc) => connection.insertArrowFromIPCStream(ipc, { name, create: true }),
    async close() {
      run(`USE memory; DETACH ${catalog}`);
      connection.close();
    },
  };
}

async function start(): Promise<Database> {
  const { duckdb, folder } = load();
  const bundles = {
    mvp: { mainModule: join(folder, "duckdb-mvp.wasm"), mainWorker: "" },
    eh: { mainModule: join(folder, "duckdb-eh.wasm"), mainWorker: "" },
  };
  const database = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await database.instantiate(() => undefined);
  return database;
}

function load(): { readonly duckdb: Blocking; readonly folder: string } {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve(`${PACKAGE}/dist/duckdb-node-blocking.cjs`);
    return { duckdb: require(path) as Blocking, folder: dirname(path) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw cause;
    const advice = `Run npm install ${PACKAGE}@1.32.0.`;
    const expected = `the npm package ${PACKAGE}`;
    throw new InputError([{ code: "sql/engine", path: PACKAGE, expected, received: "none installed", advice }]);
  }
}
