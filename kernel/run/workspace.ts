// Workspace: one memory with the windows of a dataset's tapes and room for a run behind them.
//
// Tapes that fit stay in memory, so that a second run over the same workspace reads them where they lie.
//
// Always true:
//   a workspace holds one run at a time: making a run ends the one before it, whose results stay what they were.

import type { Dataset, BarsTape } from "../market/tape.js";
import { IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";
import type { Engine, EngineInstance } from "../wasm/engine.js";
import { FREE_BASE, instantiate } from "../wasm/engine.js";
import type { TapeWindow } from "./feed.js";
import { WINDOW_COLUMNS } from "./feed.js";
import { checkWindowRows } from "./run-options.js";

/** Sizes of a workspace. */
export interface WorkspaceOptions {
  /** Rows of each tape that are in memory at once, at least 1; `null` (the default) keeps tapes whole. */
  readonly windowRows?: number | null;
  /** Bytes for a run; 32 MiB by default, which most runs need a tenth of. */
  readonly runBytes?: number;
}

export interface Workspace {
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly instance: EngineInstance;
  readonly windows: ReadonlyMap<BarsTape, TapeWindow>;
  /** First byte of the range for a run. */
  readonly runBase: number;
  readonly runBytes: number;
  /** The run that the range belongs to now. */
  readonly tenancy: { holder: object | null };
}

const RUN_BYTES_DEFAULT = 32 * 1024 * 1024;
const ALIGNMENT = 64;

/**
 * Makes a workspace for a dataset.
 *
 * @param tapes Those that get a window; all tapes of the dataset by default.
 * @throws InputError `run/resources` when it would not fit in memory, `config/range` for sizes that are none.
 */
export function createWorkspace(
  engine: Engine,
  dataset: Dataset,
  options: WorkspaceOptions = {},
  tapes: readonly BarsTape[] = dataset.bars,
): Workspace {
  checkSizes(options);
  const windows = new Map<BarsTape, TapeWindow>();
  let at = FREE_BASE;
  for (const tape of tapes) {
    const rowCapacity = Math.max(1, Math.min(tape.rowCount, options.windowRows ?? tape.rowCount));
    const stride = Math.ceil((rowCapacity * 8) / ALIGNMENT) * ALIGNMENT;
    const first = at;
    const columns = Array.from({ length: WINDOW_COLUMNS }, (_, column) => first + column * stride);
    windows.set(tape, { tape, rowCapacity, columns, loaded: false });
    at += WINDOW_COLUMNS * stride;
  }
  const runBytes = options.runBytes ?? RUN_BYTES_DEFAULT;
  return {
    engine,
    dataset,
    instance: instantiate(engine, at + runBytes),
    windows,
    runBase: at,
    runBytes,
    tenancy: { holder: null },
  };
}

function checkSizes({ windowRows = null, runBytes = RUN_BYTES_DEFAULT }: WorkspaceOptions): void {
  const issues = new IssueList();
  checkWindowRows(windowRows, "workspace.windowRows", issues);
  if (!Number.isSafeInteger(runBytes) || runBytes < 1)
    issues.add("config/range", "workspace.runBytes", "whole bytes, at least 1", shown(runBytes));
  issues.throwIfAny();
}
