// Options of a run: the part of the data that it covers, its seed, and what never changes a result.

import { BLOCK_BUCKETS_MAX } from "../../assembly/abi-run.js";
import { InputError, IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";
import { checkClock } from "../worlds/domain.js";
import type { ResolvedWorld } from "../worlds/resolve-world.js";
import { checkResolved } from "../worlds/resolve-world.js";

/** How a run is carried out and what it keeps. Only `seed`, `from` and `to` belong to its identity. */
export interface RunOptions {
  /** First close time, ns, inclusive. */
  readonly from?: bigint | null;
  /** Close time, ns, before which the last bar lies. */
  readonly to?: bigint | null;
  /** A whole number, 0 (the default) to 2^64 - 1. */
  readonly seed?: number | bigint;
  /** Portfolio rows: every bucket (the default), the last of each UTC day, or none. */
  readonly portfolio?: "bucket" | "day" | "none";
  /** Takes the published series; off by default. */
  readonly capture?: boolean;
  /** Buckets of a block at the most, 1 to 4,096; `null` (the default) lets the width of the graph decide. */
  readonly blockRows?: number | null;
  /** Rows of each tape in memory at once, at least 1; `null` (the default) keeps the tapes whole. */
  readonly windowRows?: number | null;
  /** Keeps the log's bytes, on by default; tables and counts need them. */
  readonly keepLog?: boolean;
  /** Logs every random number drawn, for those who look for the first that differs; off by default. */
  readonly logDraws?: boolean;
  /** World that it is run under, whose domain has to be one of the virtual clock of a tape; none by default. */
  readonly world?: ResolvedWorld;
  /** Takes every bucket through the general path; for tests. */
  readonly stepEveryBucket?: boolean;
}

const TIME_LIMIT = 2n ** 63n;
const PORTFOLIOS: readonly unknown[] = ["bucket", "day", "none"];
const SWITCHES = ["capture", "keepLog", "logDraws", "stepEveryBucket"] as const;

/**
 * Checks everything but the seed, which the RunID checks. Reports `config/type`, `config/range`, `config/field`,
 * `dataset/range`, `world/clock`.
 */
export function checkOptions(options: RunOptions, issues: IssueList): void {
  const { from = null, to = null, portfolio = "bucket", blockRows = null, windowRows = null, world } = options;
  const isTime = (value: unknown): boolean =>
    value === null || (typeof value === "bigint" && value >= -TIME_LIMIT && value < TIME_LIMIT);
  for (const [bound, value] of Object.entries({ from, to })) {
    if (isTime(value)) continue;
    issues.add(
      "config/type",
      `options.${bound}`,
      "nanoseconds as a bigint that fits in 64 bits, or null",
      shown(value),
    );
  }
  if (from !== null && to !== null && isTime(from) && isTime(to) && from >= to)
    issues.add("dataset/range", "range", "from before to", `${from} to ${to}`);
  if (!PORTFOLIOS.includes(portfolio))
    issues.add("config/field", "options.portfolio", PORTFOLIOS.join(" or "), shown(portfolio));
  if (blockRows !== null && !isRows(blockRows, BLOCK_BUCKETS_MAX))
    issues.add("config/range", "options.blockRows", `whole rows, 1 to ${BLOCK_BUCKETS_MAX}, or null`, shown(blockRows));
  checkWindowRows(windowRows, "options.windowRows", issues);
  if (world !== undefined) collected(issues, () => checkWorld(world));
  for (const name of SWITCHES) {
    const value: unknown = options[name] ?? false;
    if (typeof value !== "boolean") issues.add("config/type", `options.${name}`, "true or false", shown(value));
  }
}

/** A replay has the clock of its tapes, which no live domain runs by. */
function checkWorld(world: ResolvedWorld): void {
  checkResolved(world, "options.world");
  checkClock(world, "virtual", "options.world");
}

/** Reports `config/range` for a number of rows that is no window. */
export function checkWindowRows(rows: unknown, path: string, issues: IssueList): void {
  if (rows === null || isRows(rows, Number.MAX_SAFE_INTEGER)) return;
  issues.add("config/range", path, "whole rows, at least 1, or null for whole tapes", shown(rows));
}

function isRows(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

/** Adds the issues of what `check` throws, so that they are reported with others; gives what it returns, or null. */
export function collected<T>(issues: IssueList, check: () => T): T | null {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    issues.issues.push(...error.issues);
    return null;
  }
}
