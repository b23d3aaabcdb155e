// Files of a run: its tables, its log, its document and its report.

import { join } from "node:path";
import { mermaidText, nodeIdOf, saveRun } from "../../kernel/index.js";
import type { Dataset, Graph, GraphNode, RunConfig, RunResult } from "../../kernel/index.js";
import { runColumns, tableToIpc, tableToParquet, tradeColumns } from "../arrow/index.js";
import { nodeEngine } from "../node/kernel-module.js";
import { renderReport } from "../report/index.js";
import type { ReportBounds, ReportNode } from "../report/index.js";
import type { LoadedStrategy } from "../strategy/load-strategy.js";
import type { BestReading } from "./bounds-document.js";
import { jsonText } from "./output.js";
import { runDocument } from "./run-document.js";
import type { FinishedRun, RunDocument } from "./run-document.js";
import { notesOf } from "./run-notes.js";
import type { TableFormat } from "./run-options.js";
import { writeFileAt } from "./written-file.js";

/**
 * Writes the tables, `run.json` and `log.bin` into a folder, which is made when it is missing; of both bounds the run
 * at best goes into its folder `best`.
 *
 * @returns Paths of the files.
 * @throws InputError `cli/usage` for a folder that cannot be written.
 */
export function writeTables(
  folder: string,
  formats: readonly TableFormat[],
  { result, study, best }: FinishedRun,
  document: RunDocument,
): string[] {
  const tables = result.tables();
  const files: string[] = [];
  const write = (name: string, bytes: Uint8Array | string): void => {
    files.push(writeFileAt(join(folder, name), bytes));
  };
  for (const table of [...runColumns(tables), tradeColumns(study.trades, tables)]) {
    for (const one of formats)
      write(`${table.name}.${one}`, one === "arrow" ? tableToIpc(table) : tableToParquet(table));
  }
  write("log.bin", result.log.bytes());
  write("run.json", `${jsonText(document)}\n`);
  if (best === undefined) return files;
  return [...files, ...writeTables(join(folder, "best"), formats, best.run, runDocument(best.run, document.timings))];
}

/**
 * Writes the run as one file (`saveRun`).
 *
 * @returns Path of the file.
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeSaved(file: string, graph: Graph, config: RunConfig, result: RunResult): string {
  return writeFileAt(file, saveRun(nodeEngine(), graph, config, result));
}

/**
 * Writes every random number that a run drew, one JSON object a line.
 *
 * @returns Path of the file.
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeDraws(file: string, { draws }: RunResult): string {
  const lines = (draws.log ?? []).map(({ purpose, about, drawn }) =>
    JSON.stringify({ purpose, about: about.map(String), drawn }),
  );
  return writeFileAt(file, lines.map((line) => `${line}\n`).join(""));
}

/**
 * Writes the report.
 *
 * @returns Path of the file.
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeReport(
  file: string,
  strategy: LoadedStrategy,
  dataset: Dataset,
  { graph, result, study, best }: FinishedRun,
  command: string,
  document: RunDocument,
): string {
  const read = new Set(result.plan.streams.map((stream) => stream.tape));
  const page = renderReport({
    title: strategy.name,
    ...(strategy.description === null ? {} : { description: strategy.description }),
    command,
    identities: {
      runId: result.runId,
      graphId: result.graphId,
      resultDigest: result.resultDigest,
      kernelDigest: result.kernelDigest,
      semanticsVersion: result.semanticsVersion,
      datasets: document.datasets.map((one) => ({ ...one, from: one.from ?? "", to: one.to ?? "" })),
    },
    config: document.config,
    tables: result.tables(),
    study,
    bars: dataset.bars.filter((tape) => read.has(tape)),
    graph: { mermaid: mermaidText(graph), nodes: reportNodes(graph) },
    notes: [...notesOf(document.config), ...document.remarks],
    ...(best === undefined ? {} : { bounds: reportBounds(best) }),
  });
  return writeFileAt(file, page);
}

/** The reading at best, as the report takes it. */
function reportBounds({ run, bounds }: BestReading): ReportBounds {
  const { result, study } = run;
  const { runId, resultDigest } = result;
  return { bounds, best: { runId, resultDigest, tables: result.tables(), study } };
}

/** Nodes as a drawing takes them. */
export function reportNodes(graph: Graph): ReportNode[] {
  return graph.nodes.map((node) => ({
    id: nodeIdOf(node),
    label: labelOf(node),
    inputs: Object.entries(node.inputs).map(([port, input]) => ({ port, node: nodeIdOf(input.node), lag: input.lag })),
  }));
}

/** `sma(10)`: the type and what is not the default of its params. */
function labelOf({ spec, params, interval }: GraphNode): string {
  const values = Object.entries(params).flatMap(([name, value]) => {
    return spec.params[name]?.default === value ? [] : [String(value)];
  });
  if (spec.type.startsWith("constant")) return values.join(", ");
  const inside = interval === null ? values : [...values, interval];
  return inside.length === 0 ? spec.type : `${spec.type}(${inside.join(", ")})`;
}
