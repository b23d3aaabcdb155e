// Look-ahead: whether any node of a graph knows what comes later. The tape is cut off after an instant, or its bars
// after it are altered; whatever a node gave up to that instant must not change.
//
// Operators keep this by construction. A user node is code, and one that reads rows of its block behind the row in hand
// is found wherever an instant falls inside a block.
//
// Always true:
//   a node is named only when it differs although none of its inputs does;
//   equal seeds look at equal instants.

import { InputError } from "../base/error.js";
import type { Graph } from "../graph/graph.js";
import type { NodeId } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import type { BarsTape, Dataset } from "../market/tape.js";
import type { RunConfig } from "../run/config.js";
import { firstAtOrAfter } from "../run/feed.js";
import type { SeriesLane } from "../run/host-nodes.js";
import type { RunOptions } from "../run/run-options.js";
import { runGraph } from "../run/run.js";
import type { RunResult } from "../run/run.js";
import type { Engine } from "../wasm/engine.js";
import type { FutureKind } from "./future.js";
import { withFuture } from "./future.js";
import type { Probe } from "./probe.js";
import { probed, probeLanes } from "./probe.js";

/** A value that depends on what came later. */
export interface Peek {
  readonly nodeId: NodeId;
  readonly label: string;
  /** Symbol; null for a value of several instruments or none. */
  readonly instrument: string | null;
  /** Close time of the row that changed, ns. */
  readonly timeNs: bigint;
  /** The tape was changed after this instant, ns. */
  readonly afterNs: bigint;
  readonly future: FutureKind;
  /** The value with the tape as it is, and with the other future; null for none. */
  readonly value: number | null;
  readonly changed: number | null;
}

/** What a look for look-ahead found. */
export interface LookAheadReport {
  /** Nodes whose values were compared. */
  readonly nodes: readonly { readonly nodeId: NodeId; readonly label: string }[];
  /** Instants after which the tape was changed, ns, rising. */
  readonly instants: readonly bigint[];
  /** The first peek of each node that peeks, in the order of the graph. */
  readonly peeks: readonly Peek[];
}

/** How hard to look. */
export interface LookAheadOptions extends Pick<RunOptions, "to" | "from"> {
  /** Of the random instants. */
  readonly seed?: number;
  /** Random instants besides those at the ends of blocks; 8 by default. */
  readonly instants?: number;
}

/** Rows behind an instant that are replayed: more than a block, so that blocks are cut as they are in the whole run. */
const ROWS_BEHIND = 5000;

/**
 * Looks for nodes that know what comes later.
 *
 * @param config Under which the decisions trade: state sources show what that does.
 * @throws InputError as `runGraph`, and `graph/no-output` for a graph without nodes to compare.
 * @example checkLookAhead(engine, strategy, dataset, { fees: { taker: 0 } }).peeks.length // 0
 */
export function checkLookAhead(
  engine: Engine,
  graph: Graph,
  dataset: Dataset,
  config: RunConfig,
  options: LookAheadOptions = {},
): LookAheadReport {
  const { graph: made, probes } = probed(graph);
  const { from = null, to = null } = options;
  const run = (over: Dataset, end: bigint | null): RunResult =>
    runGraph(engine, made, over, config, { from, to: end, capture: true, portfolio: "none", keepLog: false });
  const whole = run(dataset, to);
  const symbols = whole.plan.instruments.map(({ symbol }) => symbol);
  const lanes = probeLanes(whole);
  const times = bucketTimes(dataset.bars, from, to);
  const instants = instantsOf(times, options);
  const peeks = new Map<NodeId, Peek>();
  for (const row of instants) {
    const afterNs = times[row] as bigint;
    const end = times[row + ROWS_BEHIND] ?? to;
    for (const future of ["cut", "altered"] as const) {
      const other = probeLanes(run(withFuture(dataset, afterNs, future), end));
      for (const peek of peeksOf(probes, [lanes, other], { afterNs, future }, symbols))
        if (!peeks.has(peek.nodeId)) peeks.set(peek.nodeId, peek);
    }
  }
  const nodes = new Map(probes.map(({ nodeId, label }) => [nodeId, { nodeId, label }]));
  return {
    nodes: [...nodes.values()],
    instants: instants.map((row) => times[row] as bigint),
    peeks: [...nodes.keys()].flatMap((nodeId) => peeks.get(nodeId) ?? []),
  };
}

/** Close times of all bars in the range, rising, each once. */
function bucketTimes(tapes: readonly BarsTape[], from: bigint | null, to: bigint | null): readonly bigint[] {
  const times = new Set<bigint>();
  for (const tape of tapes) {
    for (const { time } of tape.segments())
      for (const each of time) if ((from === null || each >= from) && (to === null || each < to)) times.add(each);
  }
  return [...times].sort((a, b) => (a < b ? -1 : 1));
}

/** Rows of bars after which the tape is changed: at the ends of blocks and in their midst, and random ones. */
function instantsOf(times: readonly bigint[], { seed = 0, instants = 8 }: LookAheadOptions): readonly number[] {
  if (!Number.isSafeInteger(instants) || instants < 0) {
    const expected = "a whole number of instants, 0 or more";
    throw new InputError([{ code: "config/range", path: "instants", expected, received: String(instants) }]);
  }
  const last = times.length - 2;
  const chosen = [0, 1, Math.floor(times.length / 2), 1022, 1023, 1024, 4095, last];
  let state = BigInt.asUintN(64, BigInt(seed) + 0x9e3779b97f4a7c15n);
  for (let i = 0; i < instants && last > 0; i++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    chosen.push(Number((state >> 33n) % BigInt(last)));
  }
  return [...new Set(chosen)].filter((row) => row >= 0 && row <= last).sort((a, b) => a - b);
}

type Lanes = ReadonlyMap<string, readonly SeriesLane[]>;

/** Peeks of one future: values up to the instant that differ, of nodes whose inputs do not. */
function peeksOf(
  probes: readonly Probe[],
  [whole, other]: readonly [Lanes, Lanes],
  change: { readonly afterNs: bigint; readonly future: FutureKind },
  symbols: readonly string[],
): readonly Peek[] {
  const differing = new Set<GraphNode>();
  const peeks: Peek[] = [];
  for (const probe of probes) {
    const found = differenceUpTo(whole.get(probe.name) ?? [], other.get(probe.name) ?? [], change.afterNs);
    if (found === null) continue;
    const follows = Object.values(probe.node.inputs).some(({ node }) => differing.has(node));
    differing.add(probe.node);
    if (follows) continue;
    const instrument = symbols[found.instrument] ?? null;
    peeks.push({ nodeId: probe.nodeId, label: probe.label, ...found, instrument, ...change });
  }
  return peeks;
}

type ValueChange = Pick<Peek, "timeNs" | "value" | "changed"> & { readonly instrument: number };

/** The first row up to an instant whose value is another one, or that only one of the runs has. */
function differenceUpTo(a: readonly SeriesLane[], b: readonly SeriesLane[], untilNs: bigint): ValueChange | null {
  let first: ValueChange | null = null;
  a.forEach((lane, index) => {
    const other = b[index];
    const rows = Math.max(rowsUntil(lane, untilNs), other === undefined ? 0 : rowsUntil(other, untilNs));
    for (let row = 0; row < rows; row++) {
      const [value, changed] = [valueAt(lane, row), valueAt(other, row)];
      if (Object.is(value, changed) && lane.time[row] === other?.time[row]) continue;
      const timeNs = lane.time[row] ?? other?.time[row] ?? untilNs;
      if (first === null || timeNs < first.timeNs) first = { instrument: lane.instrument, timeNs, value, changed };
      return;
    }
  });
  return first;
}

function rowsUntil({ time }: SeriesLane, untilNs: bigint): number {
  return firstAtOrAfter(time, untilNs + 1n);
}

function valueAt(lane: SeriesLane | undefined, row: number): number | null {
  const value = lane?.values[row];
  return value === undefined || Number.isNaN(value) ? null : value;
}
