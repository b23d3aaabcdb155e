// Bounds: one strategy run at worst and at best, and the trades that hang on a path that nobody knows.
//
// How it works: the same graph runs over the same data twice, with the two paths that bound what a bar can do to a
// position. Where a bar's bounds differ the log says so; the trade of the one reading is found again in the other by
// its instrument, its side and the time of its entry.
//
// Always true:
//   both runs are ordinary ones, with RunIDs and digests of their own;
//   every trade that either reading marks as ambiguous is listed, in the order of entry.
// Source: `FILLS.md` B4 and 2.1.
// Not here: the paths themselves, which the data plane walks (`assembly/path.ts`).

import type { Graph } from "../graph/graph.js";
import type { RunTables } from "../log/tables.js";
import { AMBIGUITY_KINDS, OUTCOMES } from "../log/tables.js";
import type { BarsTape, Dataset } from "../market/tape.js";
import type { RunConfig } from "../run/config.js";
import type { RunOptions, RunResult } from "../run/run.js";
import { runEach } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import type { Trade } from "./trade.js";
import { tradesOf } from "./trades.js";

/** What must be said wherever two bounds stand side by side. */
export const BOUNDS_CAUTION =
  "Each bar's bounds are exact for what it does to the position held in it; those marked heuristic are the better " +
  "and the worse of two walks. They hold before slippage and fees, which each reading pays on fills of its own. " +
  'Over a whole run, "all worst" and "all best" are two consistent readings, not a proof about later bars: a ' +
  "position that is closed in one reading lives on in the other.";

/** Paths of the two readings. */
export const BOUND_PATHS = ["worst", "best"] as const;
export type BoundPath = (typeof BOUND_PATHS)[number];

/** A bar that does not say what happened. */
export interface AmbiguousBar {
  /** Close time of the bar. */
  readonly time: bigint;
  readonly kind: "exact" | "heuristic";
  /** Sequence number, in the reading that logged it, of the order in question. */
  readonly order: number;
  /** How the bar ends for that order; null where two walks were compared. */
  readonly worst: "hold" | "stop" | "target" | null;
  readonly best: "hold" | "stop" | "target" | null;
  /** Money between the two walks; null for exact bounds, whose trades say it themselves. */
  readonly stake: bigint | null;
}

/** A trade with at least one bar that does not say what happened. */
export interface BoundedTrade {
  /** Index into `RunTables.instruments`. */
  readonly instrument: number;
  readonly side: "long" | "short";
  readonly entryTime: bigint;
  /** `exact` when one of its bars is. */
  readonly certainty: "exact" | "heuristic";
  /** The bars in question, by either reading, in order. */
  readonly bars: readonly AmbiguousBar[];
  /** What became of it in each reading; null where the reading has no such trade. */
  readonly worst: Trade | null;
  readonly best: Trade | null;
  /** Net profit at best less that at worst; null unless both readings have it. */
  readonly difference: bigint | null;
}

/** Two readings of one run, and where they part. */
export interface Bounds {
  /** Bars that do not say what happened, by either reading: of exact bounds, and of two walks. */
  readonly bars: { readonly exact: number; readonly heuristic: number };
  readonly trades: readonly BoundedTrade[];
  /** Sum of the differences of the trades that both readings have. */
  readonly difference: bigint;
  readonly caution: string;
}

/** A reading: the tables of its run and their trades. */
export interface Reading {
  readonly tables: RunTables;
  readonly trades: readonly Trade[];
}

export interface BoundRuns extends Bounds {
  readonly worst: RunResult;
  readonly best: RunResult;
}

/** The configuration with its path replaced, whatever it or its preset said. */
export function boundConfig(config: RunConfig, path: BoundPath): RunConfig {
  return { ...config, path };
}

/**
 * Runs a graph at worst and at best, and lists the ambiguous trades. Costs two runs over tapes that are read once.
 *
 * @param config Its `path` is replaced.
 * @throws InputError as `runGraph`.
 * @example
 * const { worst, best, trades, caution } = runBounds(engine, strategy, dataset, { fees: { taker: 0.001 } });
 * trades.length; // how many hang on an unknowable path
 */
export function runBounds(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  config: RunConfig,
  options: RunOptions = {},
): BoundRuns {
  const configs = BOUND_PATHS.map((path) => boundConfig(config, path));
  const [worst, best] = runEach(engine, graph, dataset, configs, options) as [RunResult, RunResult];
  const [first, second] = [worst, best].map((result) => {
    const tables = result.tables();
    return { tables, trades: tradesOf(tables, tapesOf(result)) };
  }) as [Reading, Reading];
  return { worst, best, ...boundsOf(first, second) };
}

/** Tapes that a run read. */
export function tapesOf({ plan }: RunResult): readonly BarsTape[] {
  return [...new Set(plan.streams.map((stream) => stream.tape))];
}

/** Where two readings of one run part. O(trades + ambiguous bars). */
export function boundsOf(worst: Reading, best: Reading): Bounds {
  const [first, second] = [keyed(worst.trades), keyed(best.trades)];
  const marked = [...first, ...second].filter(([, trade]) => trade.ambiguities.length > 0).map(([key]) => key);
  const trades = [...new Set(marked)].map((key) => {
    return boundedTrade(first.get(key) ?? null, second.get(key) ?? null, worst.tables, best.tables);
  });
  return {
    bars: {
      exact: barCount("exact", worst.tables, best.tables),
      heuristic: barCount("heuristic", worst.tables, best.tables),
    },
    trades: trades.sort(byEntry),
    difference: trades.reduce((sum, { difference }) => sum + (difference ?? 0n), 0n),
    caution: BOUNDS_CAUTION,
  };
}

function byEntry(a: BoundedTrade, b: BoundedTrade): number {
  if (a.entryTime !== b.entryTime) return a.entryTime < b.entryTime ? -1 : 1;
  return a.instrument - b.instrument;
}

/** Trades by instrument, side and entry; a further one of the same entry by its number among them. */
function keyed(trades: readonly Trade[]): ReadonlyMap<string, Trade> {
  const byKey = new Map<string, Trade>();
  const times = new Map<string, number>();
  for (const trade of [...trades].sort((a, b) => a.entryFill - b.entryFill)) {
    const key = `${trade.instrument} ${trade.side} ${trade.entryTime}`;
    const nth = times.get(key) ?? 0;
    times.set(key, nth + 1);
    byKey.set(`${key} ${nth}`, trade);
  }
  return byKey;
}

function boundedTrade(worst: Trade | null, best: Trade | null, atWorst: RunTables, atBest: RunTables): BoundedTrade {
  const { instrument, side, entryTime } = (worst ?? best) as Trade;
  const both = [...barsOf(worst, atWorst), ...barsOf(best, atBest)];
  const seen = new Set<string>();
  const bars = both.filter(({ time, kind }) => {
    const key = `${time} ${kind}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  return {
    instrument,
    side,
    entryTime,
    certainty: bars.some(({ kind }) => kind === "exact") ? "exact" : "heuristic",
    bars: bars.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    worst,
    best,
    difference: worst === null || best === null ? null : best.netProfit - worst.netProfit,
  };
}

function barsOf(trade: Trade | null, { ambiguities }: RunTables): AmbiguousBar[] {
  return (trade?.ambiguities ?? []).map((row) => {
    const kind = AMBIGUITY_KINDS[ambiguities.kind[row] as number] as AmbiguousBar["kind"];
    const isExact = kind === "exact";
    return {
      time: ambiguities.time[row] as bigint,
      kind,
      order: ambiguities.order[row] as number,
      worst: isExact ? (OUTCOMES[ambiguities.worst[row] as number] as AmbiguousBar["worst"]) : null,
      best: isExact ? (OUTCOMES[ambiguities.best[row] as number] as AmbiguousBar["best"]) : null,
      stake: isExact ? null : (ambiguities.stake[row] as bigint),
    };
  });
}

/** Bars of a kind that either reading found, each counted once. */
function barCount(kind: AmbiguousBar["kind"], ...readings: readonly RunTables[]): number {
  const code = AMBIGUITY_KINDS.indexOf(kind);
  const found = new Set<string>();
  for (const { ambiguities } of readings) {
    for (let row = 0; row < ambiguities.rowCount; row++) {
      if (ambiguities.kind[row] === code) found.add(`${ambiguities.instrument[row]} ${ambiguities.time[row]}`);
    }
  }
  return found.size;
}
