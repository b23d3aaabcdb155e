// Streams of a plan: which tapes of the dataset a graph reads, and on which of them orders fill.

import type { IssueList } from "../base/error.js";
import { compareText } from "../base/order.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { intervalNs } from "../market/interval.js";
import type { Instrument } from "../market/instrument.js";
import type { BarsTape, Dataset } from "../market/tape.js";
import { BARS, EVERY_INSTRUMENT } from "../nodes/bars.js";
import type { PlanStream } from "./plan.js";

/** Streams of a plan, and how its sources find theirs. */
export interface PlanStreams {
  readonly instruments: readonly Instrument[];
  readonly streams: readonly PlanStream[];
  /** Stream of an instrument at an interval (`null`: its finest); -1 when there is none. */
  find(instrument: number, interval: string | null): number;
}

/**
 * Picks the tapes that the graph needs: for every instrument it names (all, where it says `*`) the finest tape, and those of the intervals
 * that its sources ask for. Reports symbols and intervals that the dataset does not have.
 */
export function chooseStreams(graph: Graph, dataset: Dataset, issues: IssueList): PlanStreams {
  const tapesBySymbol = groupTapes(dataset);
  const wanted = wantedIntervals(graph, tapesBySymbol, issues);
  const instruments: Instrument[] = [];
  const streams: PlanStream[] = [];
  const places = new Map<string, number>();
  for (const symbol of [...wanted.keys()].sort(compareText)) {
    const tapes = tapesBySymbol.get(symbol) as readonly BarsTape[];
    const finest = tapes[0] as BarsTape;
    const instrument = instruments.push(finest.instrument) - 1;
    for (const tape of tapes) {
      const executes = tape === finest;
      if (!executes && !(wanted.get(symbol) as Set<string>).has(tape.interval)) continue;
      places.set(`${instrument} ${tape.interval}`, streams.length);
      if (executes) places.set(`${instrument} `, streams.length);
      streams.push({ tape, instrument, executes });
    }
  }
  return { instruments, streams, find: (instrument, interval) => places.get(`${instrument} ${interval ?? ""}`) ?? -1 };
}

/** Tapes by symbol, the finest first. */
function groupTapes(dataset: Dataset): ReadonlyMap<string, readonly BarsTape[]> {
  const groups = new Map<string, BarsTape[]>();
  for (const tape of dataset.bars) {
    const group = groups.get(tape.instrument.symbol);
    if (group === undefined) groups.set(tape.instrument.symbol, [tape]);
    else group.push(tape);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => (intervalNs(a.interval) < intervalNs(b.interval) ? -1 : 1));
  }
  return groups;
}

/** Intervals that the graph asks for, by symbol. */
function wantedIntervals(
  graph: Graph,
  tapes: ReadonlyMap<string, readonly BarsTape[]>,
  issues: IssueList,
): ReadonlyMap<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  const fromBars = new Set<GraphNode>();
  for (const node of graph.nodes) {
    const reads = node.spec === BARS || Object.values(node.inputs).some((input) => fromBars.has(input.node));
    if (reads) fromBars.add(node);
    // A decision over series trades the instruments of these; one over constants trades every instrument.
    const trades = node.spec.kind === "decision" && (!reads || node.params["instrument"] !== EVERY_INSTRUMENT);
    if (node.spec !== BARS && !trades) continue;
    const symbol = node.params["instrument"] as string;
    const symbols = symbol === EVERY_INSTRUMENT ? [...tapes.keys()] : [symbol];
    for (const each of symbols) {
      const known = tapes.get(each);
      if (known === undefined) {
        const expected = `an instrument of the dataset: ${listed([...tapes.keys()])}`;
        issues.add("instrument/unknown", `graph.${nodeLabel(graph, node)}`, expected, JSON.stringify(each));
        continue;
      }
      const intervals = wanted.get(each) ?? new Set<string>();
      wanted.set(each, intervals);
      if (node.interval === null) continue;
      if (known.some((tape) => tape.interval === node.interval)) intervals.add(node.interval);
      else reportInterval(graph, node, each, known, issues);
    }
  }
  return wanted;
}

function reportInterval(
  graph: Graph,
  node: GraphNode,
  symbol: string,
  known: readonly BarsTape[],
  issues: IssueList,
): void {
  const expected = `an interval that the dataset has of ${symbol}: ${known.map((tape) => tape.interval).join(", ")}`;
  issues.add("graph/interval", `graph.${nodeLabel(graph, node)}`, expected, JSON.stringify(node.interval));
}

const SYMBOLS_SHOWN_MAX = 8;

function listed(symbols: readonly string[]): string {
  const shown = [...symbols].sort(compareText).slice(0, SYMBOLS_SHOWN_MAX).join(", ");
  return symbols.length > SYMBOLS_SHOWN_MAX ? `${shown} and ${symbols.length - SYMBOLS_SHOWN_MAX} more` : shown;
}
