// SQL engines: what a session needs of DuckDB, in Node and in a page.
//
// Always true:
//   nothing is fetched: extensions are neither installed nor loaded by themselves, since without a network a query that
//   wants one would wait for ever.

/** A database in memory. */
export interface SqlEngine {
  /** Runs statements and gives the last one's rows as an Arrow IPC stream. Throws what DuckDB says. */
  run(text: string): Promise<Uint8Array>;
  /** Makes a table of an Arrow IPC stream. */
  insert(table: string, ipc: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** First statements of every session. */
export const OFFLINE = ["SET autoload_known_extensions=false", "SET autoinstall_known_extensions=false"] as const;
