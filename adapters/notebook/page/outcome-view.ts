// What came out of the runs: identities, figures side by side, and the charts.

import type { FindExtremes, RunWorker, WithTables, WorkerDataset } from "../../browser/index.js";
import { fixed, metricLabel, metricText, percent } from "../../report/figures.js";
import { refusalText } from "../../report/refusal-text.js";
import type { Chart, FillMark, Line } from "./charts.js";
import { lineChart, priceChart } from "./charts.js";
import type { Cell } from "./elements.js";
import { byId, fillTable, make } from "./elements.js";

/** The runs of one strategy: both bounds, and a fork of the one at worst when there is one. */
export interface Outcome {
  readonly dataset: WorkerDataset;
  readonly worst: WithTables;
  readonly best: WithTables;
  readonly fork: WithTables | null;
}

/** Ways to look at an outcome. */
export interface OutcomeTools {
  readonly worker: RunWorker;
  readonly extremes: FindExtremes;
  onFork(timeNs: bigint): void;
}

const METRICS = ["totalReturn", "cagr", "maximumDrawdown", "sharpe", "trades", "winRate", "profitFactor", "fees"];
const PARTS_PER_MILLION = 1_000_000n;
const PPM_DECIMALS = 6;
/** What is said where the bounds are no different. */
export const ONE_BOUND = "Worst and best are the same here: no path that the bars leave open changes the result.";

let charts: Chart[] = [];
let turn = 0;

/** Shows an outcome in place of the one before. */
export async function showOutcome(outcome: Outcome, tools: OutcomeTools): Promise<void> {
  const own = ++turn;
  showIdentities(outcome);
  showFigures(outcome);
  for (const chart of charts) chart.destroy();
  charts = [];
  const price = await showPrice(outcome, tools);
  if (own !== turn) return price.destroy();
  charts = [price, ...showLines(outcome, tools)];
}

function runsOf({ worst, best, fork }: Outcome): readonly (readonly [string, string, WithTables])[] {
  const two = [["worst", "--worst", worst] as const, ["best", "--best", best] as const];
  return fork === null ? two : [...two, ["fork", "--fork", fork] as const];
}

function showIdentities(outcome: Outcome): void {
  const { worst, best, fork, dataset } = outcome;
  const entries: readonly (readonly [string, string])[] = [
    ["result at worst", worst.resultDigest],
    ["result at best", best.resultDigest],
    ...(fork === null ? [] : [["result of the fork", fork.resultDigest] as const]),
    ["run at worst", worst.runId],
    ["graph", worst.graphId],
    ["dataset", dataset.fingerprint],
    ["module", worst.kernelDigest],
  ];
  byId("identities").replaceChildren(
    ...entries.flatMap(([name, digest]) => [make("dt", {}, name), make("dd", { "data-name": name }, digest)]),
  );
}

function showFigures(outcome: Outcome): void {
  const runs = runsOf(outcome);
  const number = (text: string): Cell => ({ text, kind: "number" });
  const rows = METRICS.map((name) => [
    { text: metricLabel(name) },
    ...runs.map(([, , { study, currency }]) => {
      const metric = study?.metrics.find((one) => one.name === name);
      return number(metric === undefined ? "" : metricText(metric, currency.decimals));
    }),
  ]);
  const counted = [{ text: "Fills" }, ...runs.map(([, , { counts }]) => number(String(counts.fills)))];
  fillTable(byId("figures"), [{ text: "" }, ...runs.map(([name]) => number(name))], [...rows, counted]);
  byId("refused").textContent = refusalText(outcome.worst.tables) ?? "";
  byId("one-bound").textContent = outcome.worst.resultDigest === outcome.best.resultDigest ? ONE_BOUND : "";
}

function showPrice({ dataset, worst }: Outcome, { worker, onFork }: OutcomeTools): Promise<Chart> {
  const decimals = dataset.tapes[0]?.priceDecimals ?? 0;
  return priceChart(byId("price"), {
    decimals,
    symbol: dataset.tapes[0]?.symbol ?? "",
    fills: fillsOf(worst, decimals),
    load: (fromNs, toNs, countMax) => worker.candles(dataset, 0, { fromNs, toNs, countMax }),
    onClick: onFork,
  });
}

/** Fills of the first instrument. */
export function fillsOf({ tables: { fills } }: WithTables, decimals: number): FillMark[] {
  const marks: FillMark[] = [];
  for (let row = 0; row < fills.rowCount; row += 1) {
    if (fills.instrument[row] !== 0) continue;
    const price = Number(fills.price[row]) / 10 ** decimals;
    marks.push({ timeNs: fills.time[row] as bigint, price, isBuy: (fills.quantity[row] as bigint) > 0n });
  }
  return marks;
}

function showLines(outcome: Outcome, { extremes }: OutcomeTools): Chart[] {
  const { decimals, code } = outcome.worst.currency;
  const runs = runsOf(outcome);
  const lines = (values: (equity: BigInt64Array) => BigInt64Array): Line[] =>
    runs.map(([label, colour, { tables }]) => {
      const { time, equity } = tables.portfolio;
      return { label, colour, time, values: values(equity) };
    });
  const money = { mark: (value: number) => fixed(value, 0), print: (value: number) => fixed(value, decimals) };
  const share = { mark: (value: number) => percent(value, 0), print: (value: number) => percent(value) };
  for (const id of ["equity", "drawdown"]) byId(id).replaceChildren();
  return [
    lineChart(
      byId("equity"),
      `Equity, ${code}`,
      lines((equity) => equity),
      decimals,
      extremes,
      money,
    ),
    lineChart(byId("drawdown"), "Drawdown", lines(drawdownOf), PPM_DECIMALS, extremes, share),
  ];
}

/** How far each value is below the highest before it, in parts per million, zero or negative. */
export function drawdownOf(equity: BigInt64Array): BigInt64Array {
  let peak = 0n;
  return equity.map((value) => {
    if (value > peak) peak = value;
    return peak === 0n ? 0n : ((value - peak) * PARTS_PER_MILLION) / peak;
  });
}
