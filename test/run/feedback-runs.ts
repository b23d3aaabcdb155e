// What the tests of feedback share: state sources, two tapes with clocks of their own, and how series are read.

import { delayed, portfolioState, positionState, runGraph } from "../../kernel/index.js";
import type { BarsTape, Graph, Output, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import { nodeEngine } from "../../adapters/node/kernel-module.js";
import { datasetOf, tape, zigzag } from "../kernel/run/small-tapes.js";

export const ENGINE = nodeEngine();
export const CONFIG: RunConfig = { fees: { taker: 0.001 }, participation: null };
export const PORTFOLIO = portfolioState();
export const POSITION = positionState();

/** Bars in every hour, and bars in every third hour from the second on. */
export const APART = [
  tape("A", zigzag(60)),
  tape("B", zigzag(20), { times: Array.from({ length: 20 }, (_, row) => 3 * row + 2) }),
];

/** A run whose published series are kept. */
export function capture(made: Graph, tapes: readonly BarsTape[], options: RunOptions = {}, config = CONFIG): RunResult {
  return runGraph(ENGINE, made, datasetOf(tapes), config, { ...options, capture: true });
}

export type Values = readonly (number | null)[];

/** A lane of a published series, null for NaN. */
export function valuesOf(result: RunResult, name: string, lane = 0): Values {
  const series = result.series.find((each) => each.name === name);
  return Array.from(series?.lanes[lane]?.values ?? [], (value) => (Number.isNaN(value) ? null : value));
}

/** Every output over an edge with this lag. */
export function every<T extends Output>(outputs: Readonly<Record<string, T>>, lagRows: number): Record<string, T> {
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, delayed(output, lagRows)]));
}
