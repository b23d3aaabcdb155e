// Cause: the node from which the first different event of two runs comes, with the values that went into it.
//
// How it works: both runs are replayed up to the event with a probe at every node, and only the rows since the last
// checkpoint that they share are kept. Nodes of one NodeID are compared; the first that differs, inputs before what
// takes them, is where the runs part. Runs of two graphs part at their decision, whose inputs are then shown side by
// side.

import type { Graph } from "../graph/graph.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import type { Dataset } from "../market/tape.js";
import type { RunConfig } from "../run/config.js";
import { firstAtOrAfter } from "../run/feed.js";
import type { SeriesLane } from "../run/host-nodes.js";
import type { RunOptions } from "../run/run-options.js";
import { openReplay } from "../run/run.js";
import { createWorkspace } from "../run/workspace.js";
import type { Engine } from "../wasm/engine.js";
import type { FirstDifference } from "./first-difference.js";
import type { NodePair, NodeWord } from "./graph-difference.js";
import { pairedNodes, wordOf } from "./graph-difference.js";
import type { Probe } from "./probe.js";
import { probed, probeLanes } from "./probe.js";

/** Everything that a run is made from. */
export interface RunParts {
  readonly engine: Engine;
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly options?: Pick<RunOptions, "seed" | "to" | "from">;
}

/** A value in both runs. */
export interface ValuePair {
  readonly label: string;
  readonly nodeId: string;
  /** Symbol; null for a value of several instruments or none. */
  readonly instrument: string | null;
  /** Newest value at that time; null for none, and for a node that the graph does not have. */
  readonly a: number | null;
  readonly b: number | null;
}

/** Where a difference comes from. */
export interface Cause {
  /** Decision of the event in each run, null where no decision made it. */
  readonly decision: { readonly a: NodeWord | null; readonly b: NodeWord | null };
  /** The first node whose values differ; null when none does, and configuration, account or kernel part the runs. */
  readonly node: NodeWord | null;
  /** Time of the values: of the row from which on the node differs, or of the event. */
  readonly timeNs: bigint;
  /** The values that went into the node, and its own; into the decision where no node differs. */
  readonly values: readonly ValuePair[];
}

/** Buckets of a step, at whose end all rows but the newest are dropped. */
const STEP_BUCKETS = 4096;

/**
 * Finds where a difference comes from. Replays both runs up to it.
 *
 * @param sharedBuckets Buckets up to which the runs share their checkpoints.
 */
export function causeOf(a: RunParts, b: RunParts, { a: one, b: two }: FirstDifference, sharedBuckets: number): Cause {
  const times = [one, two].flatMap((event) => (event === null ? [] : [event.timeNs]));
  const untilNs = times.reduce((least, time) => (time < least ? time : least));
  const [left, right] = [a, b].map((parts) => watched(parts, untilNs, sharedBuckets)) as [Watched, Watched];
  const decision = { a: decisionWord(a.graph, one?.decision), b: decisionWord(b.graph, two?.decision) };
  const parting = firstParting(left, right);
  if (parting !== null) {
    const { probe, timeNs } = parting;
    const own = { nodeId: probe.nodeId, output: null };
    const values = pairsOf(left, right, [...wantedInputs(probe.node), own], timeNs);
    return { decision, node: { nodeId: probe.nodeId, label: probe.label, type: probe.node.spec.type }, timeNs, values };
  }
  const pairs = pairedNodes(a.graph, b.graph).filter((pair) => pair.a?.spec.kind !== "decision");
  if (pairs.length > 0) return { decision, ...causeInGraphs(left, right, pairs, untilNs) };
  const node = a.graph.decisions.find((each) => nodeIdOf(each) === (decision.a ?? decision.b)?.nodeId);
  const values = node === undefined ? [] : pairsOf(left, right, wantedInputs(node), untilNs);
  return { decision, node: null, timeNs: untilNs, values };
}

/** A value to be shown: one output of a node, or all. */
interface Wanted {
  readonly nodeId: string;
  readonly output: string | null;
}

function wantedInputs({ inputs }: GraphNode): readonly Wanted[] {
  return Object.values(inputs).map(({ node, output }) => ({ nodeId: nodeIdOf(node), output }));
}

/** Values of the nodes that stand in one place of two graphs, sources first. The first changed one is the cause. */
function causeInGraphs(a: Watched, b: Watched, pairs: readonly NodePair[], timeNs: bigint): Omit<Cause, "decision"> {
  const upwards = [...pairs].reverse();
  const values = upwards.flatMap((pair) => placeValues(a, b, pair, timeNs));
  const isParting = (pair: NodePair): boolean =>
    (pair.changes.length > 0 || pair.a === null || pair.b === null) &&
    placeValues(a, b, pair, timeNs).some((value) => !Object.is(value.a, value.b));
  const found = upwards.find(isParting) ?? null;
  const own = found?.a ?? found?.b ?? null;
  const probe = [...a.probes, ...b.probes].find((each) => own !== null && each.nodeId === nodeIdOf(own));
  const node = probe === undefined ? null : { nodeId: probe.nodeId, label: probe.label, type: probe.node.spec.type };
  return { node, timeNs, values };
}

/** Values of two nodes in one place, output by output. */
function placeValues(a: Watched, b: Watched, pair: NodePair, timeNs: bigint): readonly ValuePair[] {
  const probesOf = (run: Watched, node: GraphNode | null): readonly Probe[] =>
    node === null ? [] : run.probes.filter(({ nodeId }) => nodeId === nodeIdOf(node));
  const [left, right] = [probesOf(a, pair.a), probesOf(b, pair.b)];
  return (left.length > 0 ? left : right).flatMap((probe) => {
    const one = left.find(({ output, lag }) => output === probe.output && lag === probe.lag);
    const two = right.find(({ output, lag }) => output === probe.output && lag === probe.lag);
    const [lanesA, lanesB] = [a.lanes.get(one?.name ?? "") ?? [], b.lanes.get(two?.name ?? "") ?? []];
    return (lanesA.length > 0 ? lanesA : lanesB).map((lane, index) => ({
      label:
        one === undefined || two === undefined || one.label === two.label ? probe.label : `${one.label} / ${two.label}`,
      nodeId: probe.nodeId,
      instrument: a.symbols[lane.instrument] ?? null,
      a: newest(lanesA[index], timeNs),
      b: newest(lanesB[index], timeNs),
    }));
  });
}

interface Watched {
  readonly probes: readonly Probe[];
  readonly lanes: ReadonlyMap<string, readonly SeriesLane[]>;
  readonly symbols: readonly string[];
}

/** The values of a run up to a time: all since the shared buckets, at the most two steps, and the newest before. */
function watched({ engine, graph, dataset, config, options = {} }: RunParts, untilNs: bigint, shared: number): Watched {
  const { graph: made, probes } = probed(graph);
  const all = { ...options, capture: true, portfolio: "none", keepLog: false } as const;
  const open = openReplay(createWorkspace(engine, dataset), made, config, all);
  for (let buckets = STEP_BUCKETS; ; buckets += STEP_BUCKETS) {
    open.replay.advanceToBucket(buckets, untilNs);
    if (open.replay.isEnded || open.replay.bucketCount < buckets) break;
    if (buckets <= shared || shared === 0) open.replay.forgetHistory();
  }
  const result = open.result();
  const symbols = result.plan.instruments.map(({ symbol }) => symbol);
  return { probes, lanes: probeLanes(result), symbols };
}

function decisionWord(graph: Graph, nodeId: string | null | undefined): NodeWord | null {
  const node = graph.decisions.find((each) => nodeIdOf(each) === nodeId);
  return node === undefined ? null : wordOf(graph, node);
}

/** The probe that differs first in time; of several, the one whose inputs do not. */
function firstParting(a: Watched, b: Watched): { readonly probe: Probe; readonly timeNs: bigint } | null {
  let first: { readonly probe: Probe; readonly timeNs: bigint } | null = null;
  for (const probe of a.probes) {
    const other = b.probes.find((each) => isSameProbe(each, probe));
    if (other === undefined) continue;
    const timeNs = partingTime(a.lanes.get(probe.name) ?? [], b.lanes.get(other.name) ?? []);
    if (timeNs !== null && (first === null || timeNs < first.timeNs)) first = { probe, timeNs };
  }
  return first;
}

function isSameProbe(a: Probe, b: Probe): boolean {
  return a.nodeId === b.nodeId && a.output === b.output && a.lag === b.lag;
}

/** Time of the first row that both have and whose values differ. */
function partingTime(a: readonly SeriesLane[], b: readonly SeriesLane[]): bigint | null {
  let first: bigint | null = null;
  a.forEach((lane, index) => {
    const other = b[index];
    if (other === undefined) return;
    for (let row = 0; row < lane.rowCount; row++) {
      const time = lane.time[row] as bigint;
      const at = firstAtOrAfter(other.time, time);
      if (other.time[at] !== time || Object.is(lane.values[row], other.values[at])) continue;
      if (first === null || time < first) first = time;
      return;
    }
  });
  return first;
}

/** Values of nodes in both runs, the newest at or before a time. */
function pairsOf(a: Watched, b: Watched, wanted: readonly Wanted[], timeNs: bigint): readonly ValuePair[] {
  const isWanted = (probe: Probe): boolean =>
    wanted.some(({ nodeId, output }) => nodeId === probe.nodeId && (output ?? probe.output) === probe.output);
  const probes = a.probes.filter(isWanted);
  return probes.flatMap((probe) => {
    const [one, two] = [a, b].map((run) => {
      const found = run.probes.find((each) => isSameProbe(each, probe));
      return found === undefined ? [] : (run.lanes.get(found.name) ?? []);
    }) as [readonly SeriesLane[], readonly SeriesLane[]];
    return (one.length > 0 ? one : two).map((lane, index) => ({
      label: probe.label,
      nodeId: probe.nodeId,
      instrument: a.symbols[lane.instrument] ?? null,
      a: newest(one[index], timeNs),
      b: newest(two[index], timeNs),
    }));
  });
}

function newest(lane: SeriesLane | undefined, timeNs: bigint): number | null {
  if (lane === undefined) return null;
  const value = lane.values[firstAtOrAfter(lane.time, timeNs + 1n) - 1];
  return value === undefined || Number.isNaN(value) ? null : value;
}
