// Tables of a run as Arrow tables, Arrow IPC files and Parquet files.

export { arrowTable, DECIMALS_KEY, tableToIpc } from "./arrow-columns.js";
export { tableToParquet } from "./parquet-columns.js";
export { barColumns } from "./bar-columns.js";
export { RUN_TABLES, runColumns, tradeColumns } from "./run-columns.js";
export type { ColumnTable, RunColumn, TablesAtHand } from "./run-columns.js";
