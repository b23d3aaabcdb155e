// Warm-up: whether values depend on rows before the look-back that nodes declare. The run begins later, and whatever
// has seen its whole look-back by then must be what it is in the run that began earlier.
//
// A node that differs although its inputs do not is recursive: it has a memory without an end, such as an exponential
// average. How many rows it takes to come within a billionth is told; sums that never forget never do.
//
// Always true:
//   rows are those of a node's own clock, counted from the first that has seen the look-back of everything above it.

import type { Graph } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import type { Dataset } from "../market/tape.js";
import type { RunConfig } from "../run/config.js";
import { firstAtOrAfter } from "../run/feed.js";
import type { SeriesLane } from "../run/host-nodes.js";
import type { RunOptions } from "../run/run-options.js";
import { runGraph } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import type { Probe } from "./probe.js";
import { probed, probeLanes } from "./probe.js";

/** What a longer warm-up does to a node. */
export interface WarmUpOfNode {
  readonly nodeId: NodeId;
  readonly label: string;
  /** Look-back that it declares, in rows. */
  readonly period: number;
  /**
   * `exact`: nothing. `rounding`: less than a billionth. `recursive`: it remembers more than it declares. `follows`:
   * its inputs do.
   */
  readonly kind: "exact" | "rounding" | "recursive" | "follows";
  /** Largest relative difference once it has seen its look-back; 0 for equal values, infinite for a value and none. */
  readonly residual: number;
  /** Rows behind its look-back until it stays within a billionth; null when it does not within the tape. */
  readonly settledRows: number | null;
}

/** What a longer warm-up does to a graph. */
export interface WarmUpReport {
  /** First closes of the runs that were compared with the one from the beginning, ns. */
  readonly starts: readonly bigint[];
  readonly nodes: readonly WarmUpOfNode[];
}

const TOLERANCE = 1e-9;
/** Where the later runs begin, as parts of the tape. */
const STARTS = [0.1, 0.25, 0.4];

/**
 * Compares runs that begin at different times.
 *
 * @param config Under which the decisions trade. A state source knows the account from its beginning, so what reads one
 *   follows it.
 * @throws InputError as `runGraph`.
 * @example checkWarmUp(engine, strategy, dataset, { fees: { taker: 0 } }).nodes[0].kind
 */
export function checkWarmUp(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  config: RunConfig,
  options: Pick<RunOptions, "to" | "from"> = {},
): WarmUpReport {
  const { graph: made, probes } = probed(graph);
  const run = (from: bigint | null): Lanes => {
    const all = { from, to: options.to ?? null, capture: true, portfolio: "none", keepLog: false } as const;
    return probeLanes(runGraph(engine, made, dataset, config, all));
  };
  const long = run(options.from ?? null);
  const starts = startsOf(long);
  const reports = starts.map((start) => compared(probes, long, run(start)));
  const nodes = new Map<NodeId, WarmUpOfNode>();
  for (const report of reports) {
    for (const found of report) {
      const known = nodes.get(found.nodeId);
      nodes.set(found.nodeId, known === undefined ? found : worse(known, found));
    }
  }
  return { starts, nodes: [...nodes.values()] };
}

type Lanes = ReadonlyMap<string, readonly SeriesLane[]>;

/** Times of rows of the longest lane. */
function startsOf(long: Lanes): readonly bigint[] {
  const lanes = [...long.values()].flat();
  const longest = lanes.reduce<SeriesLane | null>((a, b) => (a === null || b.rowCount > a.rowCount ? b : a), null);
  if (longest === null) return [];
  return STARTS.flatMap((part) => longest.time[Math.floor(longest.rowCount * part)] ?? []);
}

const KINDS = ["exact", "rounding", "follows", "recursive"] as const;

function worse(a: WarmUpOfNode, b: WarmUpOfNode): WarmUpOfNode {
  const settled = a.settledRows === null || b.settledRows === null ? null : Math.max(a.settledRows, b.settledRows);
  const kind = KINDS.indexOf(a.kind) < KINDS.indexOf(b.kind) ? b.kind : a.kind;
  return { ...a, kind, residual: Math.max(a.residual, b.residual), settledRows: settled };
}

/** Nodes of one later run against the one from the beginning, in the order of the graph. */
function compared(probes: readonly Probe[], long: Lanes, short: Lanes): readonly WarmUpOfNode[] {
  /** Time at which each node has seen all that it declares. */
  const ready = new Map<GraphNode, bigint>();
  const unsettled = new Set<GraphNode>();
  return probes.map((probe) => {
    const { node, nodeId, label } = probe;
    const lanes = short.get(probe.name) ?? [];
    const since = readyTime(node, lanes, ready);
    ready.set(node, since);
    const found = (long.get(probe.name) ?? []).map((lane, index) => laneDifference(lane, lanes[index], since));
    const residual = found.reduce((most, each) => Math.max(most, each.residual), 0);
    const settledRows = found.reduce<number | null>(
      (most, { settledRows: rows }) => (most === null || rows === null ? null : Math.max(most, rows)),
      0,
    );
    const isFollowing = Object.values(node.inputs).some((input) => unsettled.has(input.node));
    const kind = residual === 0 ? "exact" : isFollowing ? "follows" : residual <= TOLERANCE ? "rounding" : "recursive";
    // A difference by rounding may turn a comparison below, which is then no memory of its own.
    if (residual > 0 || node.spec.kind === "state") unsettled.add(node);
    return { nodeId, label, period: node.period, kind, residual, settledRows };
  });
}

/** The first time at which a node has seen its look-back over inputs that have seen theirs. */
function readyTime(node: GraphNode, lanes: readonly SeriesLane[], ready: ReadonlyMap<GraphNode, bigint>): bigint {
  const inputs = Object.values(node.inputs);
  const from = inputs.reduce((latest, input) => {
    const time = ready.get(input.node) ?? latest;
    return time > latest ? time : latest;
  }, TIME_MIN);
  const lag = inputs.reduce((most, input) => Math.max(most, input.lag), 0);
  return lanes.reduce((latest, { time }) => {
    const row = firstAtOrAfter(time, from) + lag + node.period - 1;
    const own = time[row] ?? TIME_MAX;
    return own > latest ? own : latest;
  }, from);
}

const TIME_MIN = -(2n ** 63n);
const TIME_MAX = 2n ** 63n - 1n;

interface LaneDifference {
  readonly residual: number;
  readonly settledRows: number | null;
}

/** Differences of two lanes from a time on, matched from their ends, since the later run has the last rows. */
function laneDifference(long: SeriesLane, short: SeriesLane | undefined, since: bigint): LaneDifference {
  if (short === undefined) return { residual: 0, settledRows: 0 };
  const skipped = long.rowCount - short.rowCount;
  const first = firstAtOrAfter(short.time, since);
  let residual = 0;
  let settled = 0;
  for (let row = first; row < short.rowCount; row++) {
    const difference = relative(long.values[row + skipped] as number, short.values[row] as number);
    residual = Math.max(residual, difference);
    if (difference > TOLERANCE) settled = row - first + 1;
  }
  return { residual, settledRows: settled > 0 && settled === short.rowCount - first ? null : settled };
}

function relative(a: number, b: number): number {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
}
