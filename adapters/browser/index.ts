// Goldentape in a page: the whole library, and what loads its module, opens files and runs in a worker there.
//
// Always true:
//   it is built as one set of files (`dist/browser`) that needs no bundler: a page imports `goldentape.js` and nothing
//   of it fetches anything from another place.

export * from "../../kernel/index.js";
export { hasSimd, loadEngine } from "./page-engine.js";
export type { EngineSource } from "./page-engine.js";
export { isSealedFile, openPageRun } from "./page-run.js";
export { openPageDataset, proposePageManifest } from "./page-dataset.js";
export type { PageDatasetOptions } from "./page-dataset.js";
export type { PageSource } from "./page-bytes.js";
export { steppedRun } from "./stepped-run.js";
export type { RunProgress, SteppedRunOptions } from "./stepped-run.js";
export { startRunWorker } from "./worker-client.js";
export type { CandleRange, RunWorker, RunWorkerOptions, WithTables } from "./worker-client.js";
export type { WorkerForkRequest, WorkerRunRequest, WorkerVerifyRequest } from "./worker-client.js";
export type { Candles, WorkerDataset, WorkerResult, WorkerSavedRun } from "./worker-protocol.js";
export type { WorkerStrategy, WorkerVerdict } from "./worker-protocol.js";
export { openPageSql } from "./page-sql.js";
export type { PageSqlMore, PageSqlPlaces } from "./page-sql.js";
export type { TablesAtHand } from "../arrow/index.js";
export type { SqlCell, SqlResult } from "../sql/sql-result.js";
export type { SqlSession } from "../sql/sql-session.js";
