// Streams of a plan: which tapes of the dataset a graph reads, and on which of them orders fill.

import type { IssueList } from "../base/error.js";
import { compareText } from "../base/order.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import type { NodeSpec } from "../graph/spec.js";
import { intervalNs } from "../market/interval.js";
import type { Instrument } from "../market/instrument.js";
import type { BarsTape, Dataset } from "../market/tape.js";
import { BARS, EVERY_INSTRUMENT } from "../nodes/bars.js";
import { FILL_STATE, POSITION_STATE, STRATEGY_POSITION } from "../nodes/state.js";
import { checkFacts } from "./facts.js";
import { fractionalOf } from "./fractional.js";
import type { PlanStream } from "./plan.js";

/** Nodes that name instruments, and read their tapes. */
const NAMING: readonly NodeSpec[] = [BARS, POSITION_STATE, STRATEGY_POSITION, FILL_STATE];

/** Streams of a plan, and how its sources find theirs. */
export interface PlanStreams {
  readonly instruments: readonly Instrument[];
  readonly streams: readonly PlanStream[];
  /** Stream of an instrument at an interval (`null`: its finest); -1 when there is none. */
  find(instrument: number, interval: string | null): number;
}

/**
 * Picks the tapes that the graph needs: for every instrument it names (all, where it says `*`) the finest tape, and
 * those of the intervals that its sources ask for. Reports symbols and intervals that the dataset does not have, tapes
 * that stand there twice, and facts of instruments with which nothing can be reckoned.
 */
export function chooseStreams(graph: Graph, dataset: Dataset, issues: IssueList, isFractional: boolean): PlanStreams {
  if (dataset.bars.length === 0) issues.add("dataset/range", "dataset", "at least one tape of bars", "none");
  const tapesBySymbol = groupTapes(dataset, issues);
  const wanted = wantedIntervals(graph, tapesBySymbol, issues);
  const instruments: Instrument[] = [];
  const streams: PlanStream[] = [];
  const places = new Map<string, number>();
  for (const symbol of [...wanted.keys()].sort(compareText)) {
    const tapes = tapesBySymbol.get(symbol) as readonly BarsTape[];
    const finest = tapes[0] as BarsTape;
    checkFacts(finest.instrument, issues);
    const facts = isFractional ? fractionalOf(finest.instrument) : finest.instrument;
    const instrument = instruments.push(facts) - 1;
    for (const tape of tapes) {
      const executes = tape === finest;
      if (!executes && !(wanted.get(symbol) as Set<bigint>).has(intervalNs(tape.interval))) continue;
      places.set(placeOf(instrument, tape.interval), streams.length);
      if (executes) places.set(placeOf(instrument, null), streams.length);
      streams.push({ tape, instrument, executes });
    }
  }
  return { instruments, streams, find: (instrument, interval) => places.get(placeOf(instrument, interval)) ?? -1 };
}

/** Intervals are compared by their length, so that `60m` finds the tape that is called `1h`. */
function placeOf(instrument: number, interval: string | null): string {
  return `${instrument} ${interval === null ? "" : intervalNs(interval)}`;
}

/** Tapes by symbol, the finest first. Of two that are equally fine the first one stays, and the other is reported. */
function groupTapes(dataset: Dataset, issues: IssueList): ReadonlyMap<string, readonly BarsTape[]> {
  const groups = new Map<string, BarsTape[]>();
  for (const tape of dataset.bars) {
    const group = groups.get(tape.instrument.symbol);
    const ns = intervalNs(tape.interval);
    const twin = group?.find((each) => intervalNs(each.interval) === ns);
    if (group === undefined) groups.set(tape.instrument.symbol, [tape]);
    else if (twin === undefined) group.push(tape);
    else {
      const path = `dataset.${tape.instrument.symbol}`;
      issues.add(
        "tape/interval",
        path,
        `one tape of ${twin.interval} bars`,
        `two (${twin.interval}, ${tape.interval})`,
      );
    }
  }
  for (const group of groups.values()) {
    group.sort((a, b) => (intervalNs(a.interval) < intervalNs(b.interval) ? -1 : 1));
  }
  return groups;
}

/** Lengths of bars that the graph asks for, ns, by symbol. */
function wantedIntervals(
  graph: Graph,
  tapes: ReadonlyMap<string, readonly BarsTape[]>,
  issues: IssueList,
): ReadonlyMap<string, Set<bigint>> {
  const wanted = new Map<string, Set<bigint>>();
  const fromBars = new Set<GraphNode>();
  for (const node of graph.nodes) {
    const names = NAMING.includes(node.spec);
    const reads = names || Object.values(node.inputs).some((input) => fromBars.has(input.node));
    if (reads) fromBars.add(node);
    // A decision over series trades the instruments of these; one over constants trades every instrument.
    // What cancels and amends has no instrument of its own.
    const symbol = node.params["instrument"] as string | undefined;
    const trades = node.spec.kind === "decision" && (!reads || symbol !== EVERY_INSTRUMENT);
    if (symbol === undefined || (!names && !trades)) continue;
    const symbols = symbol === EVERY_INSTRUMENT ? [...tapes.keys()] : [symbol];
    for (const each of symbols) {
      const known = tapes.get(each);
      if (known === undefined) {
        const expected = `an instrument of the dataset: ${listed([...tapes.keys()])}`;
        const path = `graph.${nodeLabel(graph, node)}`;
        issues.add("instrument/unknown", path, expected, JSON.stringify(each), OTHER_DATASET);
        continue;
      }
      const intervals = wanted.get(each) ?? new Set<bigint>();
      wanted.set(each, intervals);
      if (node.interval === null) continue;
      const ns = intervalNs(node.interval);
      if (known.some((tape) => intervalNs(tape.interval) === ns)) intervals.add(ns);
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
  const path = `graph.${nodeLabel(graph, node)}`;
  issues.add("graph/interval", path, expected, JSON.stringify(node.interval), OTHER_DATASET);
}

const OTHER_DATASET = "Run it over a dataset that has it, or let the strategy ask for what this one has.";

const SYMBOLS_SHOWN_MAX = 8;

function listed(symbols: readonly string[]): string {
  const shown = [...symbols].sort(compareText).slice(0, SYMBOLS_SHOWN_MAX).join(", ");
  return symbols.length > SYMBOLS_SHOWN_MAX ? `${shown} and ${symbols.length - SYMBOLS_SHOWN_MAX} more` : shown;
}
