// Documents of a run: what `goldentape run` says about it, as JSON and as a table.

import { dirname } from "node:path";
import { instantText, intervalNs, nodeIdOf, nodeLabel, summaryOf } from "../../kernel/index.js";
import type { Graph, Json, Metric, RunResult, Study } from "../../kernel/index.js";
import { count, dateText, mantissaText, metricLabel, metricText } from "../report/figures.js";
import { refusalText } from "../report/refusal-text.js";
import { boundsDocument, boundsTable, boundsText } from "./bounds-document.js";
import type { BestReading, BoundsDocument } from "./bounds-document.js";
import { tableText } from "./output.js";

/** Milliseconds of each step, and of the whole since the process began. */
export type Timings = Readonly<Record<string, number>>;

/** The JSON document of a run. Big integers are decimal text; times are ISO 8601 in UTC. */
export interface RunDocument {
  readonly runId: string;
  readonly graphId: string;
  readonly nodes: readonly { readonly id: string; readonly type: string; readonly name: string | null }[];
  readonly datasets: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly rows: number;
    /** First and last close that the run read; null when it read none. */
    readonly from: string | null;
    readonly to: string | null;
  }[];
  /** Everything that goes into the RunID besides graph and dataset. */
  readonly config: Readonly<Record<string, Json>>;
  readonly resultDigest: string;
  readonly checkpoints: readonly {
    readonly buckets: number;
    readonly timeNs: string;
    readonly equityMinor: string;
    readonly digest: string;
  }[];
  readonly kernelDigest: string;
  /** Drawn at the end, from all that the run drew before. */
  readonly unseed: string | null;
  /** Random numbers drawn. */
  readonly draws: number;
  readonly semanticsVersion: number;
  readonly summary: Readonly<Record<string, number | null>>;
  readonly counts: Readonly<Record<"bars" | "orders" | "fills" | "refusals" | "trades", number>>;
  /** What the gates of the run reckon with and what they never heard of, a sentence each. */
  readonly remarks: readonly string[];
  /** With `--bounds`: this run, which is the one at worst, beside the one at best. */
  readonly bounds?: BoundsDocument;
  readonly timings: Timings;
}

/** What a run was: its graph, its result and the study of it. */
export interface FinishedRun {
  readonly graph: Graph;
  readonly result: RunResult;
  readonly study: Study;
  /** Where its instruments are not what the venue of its node set knows of them. */
  readonly venueRemarks: readonly string[];
  /** The reading at best, where both bounds were asked for; this run is then the one at worst. */
  readonly best?: BestReading;
}

/** The document of a run. */
export function runDocument(run: FinishedRun, timings: Timings): RunDocument {
  const { graph, result, study, best } = run;
  const { time, rowCount } = result.tables().portfolio;
  const at = (row: number): string | null => (rowCount === 0 ? null : instantText(time[row] as bigint));
  const [asked] = result.datasets;
  const { bars, orders, fills, refusals } = result.counts;
  return {
    runId: result.runId,
    graphId: result.graphId,
    nodes: graph.nodes.map((node) => {
      const id = nodeIdOf(node);
      const name = nodeLabel(graph, node);
      return { id, type: node.spec.type, name: [...graph.names.keys()].includes(name) ? name : null };
    }),
    datasets: result.datasets.map(({ name, fingerprint, rows }) => ({
      name,
      fingerprint,
      rows,
      from: at(0),
      to: at(rowCount - 1),
    })),
    config: { ...result.config, seed: result.seed, from: asked?.from ?? null, to: asked?.to ?? null },
    resultDigest: result.resultDigest,
    checkpoints: result.checkpoints.map(({ buckets, timeNs, equityMinor, digest }) => ({
      buckets,
      timeNs: timeNs.toString(),
      equityMinor: equityMinor.toString(),
      digest,
    })),
    kernelDigest: result.kernelDigest,
    unseed: result.unseed,
    draws: result.draws.count,
    semanticsVersion: result.semanticsVersion,
    summary: summaryOf(study.metrics),
    counts: { bars, orders, fills, refusals, trades: study.trades.filter((trade) => trade.closed).length },
    remarks: [...result.remarks, ...run.venueRemarks],
    ...(best === undefined ? {} : { bounds: boundsDocument(run, best) }),
    timings,
  };
}

const METRICS_SHOWN = [
  ["totalReturn", "cagr", "benchmarkReturn", "volatility", "sharpe", "sortino", "maximumDrawdown"],
  ["trades", "winRate", "profitFactor", "expectancy", "exposureTime", "turnover", "fees", "slippage"],
] as const;

/** Key results, what happened, the identities, and with both bounds where they part. */
export function runText(title: string, run: FinishedRun, document: RunDocument, files: readonly string[]): string {
  const { study, best } = run;
  const { counts } = document;
  const refused = refusalText(run.result.tables());
  const happened = [
    `${count(counts.bars)} bars`,
    `${count(counts.orders)} orders`,
    `${count(counts.fills)} fills`,
    `${count(counts.refusals)} refusals`,
    `${count(counts.trades)} trades`,
    ...(study.trades.length > counts.trades ? [`${count(study.trades.length - counts.trades)} still open`] : []),
  ].join(", ");
  const ambiguous = best === undefined ? ambiguityText(study) : [boundsText(run, best, isDailyRun(run))];
  return [
    title,
    "",
    best === undefined ? figuresTable(run) : boundsTable(run, best.run),
    "",
    best === undefined ? happened : `At worst: ${happened}`,
    ...(refused === null ? [] : [refused]),
    ...ambiguous,
    ...document.remarks,
    "",
    tableText(["IDENTITY", ""], identities(document)),
    ...(files.length === 0 ? [] : ["", ...filesText(files)]),
  ]
    .join("\n")
    .replace(/ +$/gm, "");
}

/** Key results in two columns. */
function figuresTable({ result, study }: FinishedRun): string {
  const byName = new Map(study.metrics.map((metric) => [metric.name, metric]));
  const [results, trading] = METRICS_SHOWN.map((names) => figures(names, byName, result.currency.decimals)) as [
    Figure[],
    Figure[],
  ];
  const left = [...equityFigure(result), ...results];
  const rows = Array.from({ length: Math.max(left.length, trading.length) }, (_, row) => [
    ...(left[row] ?? ["", ""]),
    "",
    ...(trading[row] ?? ["", ""]),
  ]);
  return tableText(["RESULT", "", "", "TRADING", ""], rows, [1, 4]);
}

/** One line when trades hang on a path that the bars do not say. */
function ambiguityText({ tradeStatistics: all }: Study): string[] {
  if (all.ambiguousCount + all.heuristicCount === 0) return [];
  const exact = `${count(all.ambiguousCount)} of them with exact bounds that differ`;
  return [`Bars do not say what happened to some trades, ${exact}: --bounds shows both readings.`];
}

const DAY_NS = 86_400_000_000_000n;

/** Whether dates say when a bar of the run closed. */
function isDailyRun({ result }: FinishedRun): boolean {
  return result.plan.streams.every(({ tape }) => intervalNs(tape.interval) >= DAY_NS);
}

function equityFigure(result: RunResult): Figure[] {
  const { equity, rowCount } = result.tables().portfolio;
  if (rowCount === 0) return [];
  const { code, decimals } = result.currency;
  return [["Final equity", `${mantissaText(equity[rowCount - 1] as bigint, decimals, Math.min(decimals, 2))} ${code}`]];
}

type Figure = readonly [label: string, value: string];

function figures(names: readonly string[], byName: ReadonlyMap<string, Metric>, decimals: number): Figure[] {
  return names.flatMap((name) => {
    const metric = byName.get(name);
    return metric === undefined ? [] : [[metricLabel(name), metricText(metric, decimals)] as const];
  });
}

function identities(document: RunDocument): string[][] {
  return [
    ["run", document.runId],
    ...(document.bounds === undefined ? [] : [["run at best", document.bounds.best.runId]]),
    ["graph", document.graphId],
    ...document.datasets.map((dataset) => ["dataset", dataset.fingerprint]),
    ["result", document.resultDigest],
    ...(document.bounds === undefined ? [] : [["result at best", document.bounds.best.resultDigest]]),
    ["kernel", document.kernelDigest],
  ];
}

function filesText(files: readonly string[]): string[] {
  if (files.length < 4) return files.map((file) => `Wrote ${file}`);
  const folders = [...new Set(files.map((file) => dirname(file)))];
  return folders.map((folder) => {
    const inside = files.filter((file) => dirname(file) === folder);
    return `Wrote ${inside.length} file${inside.length === 1 ? "" : "s"} to ${folder}`;
  });
}

/** `sma-cross (fast 10, slow 30) over sp500, 2000-01-03 to 2020-04-17`. */
export function runTitle(
  strategy: { readonly name: string; readonly params: Readonly<Record<string, unknown>> },
  { result }: FinishedRun,
): string {
  const params = Object.entries(strategy.params).map(([name, value]) => `${name} ${String(value)}`);
  const { time, rowCount } = result.tables().portfolio;
  const range =
    rowCount === 0 ? "no bars" : `${dateText(time[0] as bigint)} to ${dateText(time[rowCount - 1] as bigint)}`;
  const named = params.length === 0 ? strategy.name : `${strategy.name} (${params.join(", ")})`;
  return `${named} over ${result.datasets.map((dataset) => dataset.name).join(", ")}, ${range}`;
}
