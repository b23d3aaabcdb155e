// A made-up report input: a moving-average cross over made-up tapes, with every kind of row that the page shows.

import type { ReportInput } from "../../../adapters/report/index.js";
import { gatherBars, studyRun, type BarsTape, type RunTables } from "../../../kernel/index.js";
import { compiledMath } from "../../kernel/study/float-math.js";
import { madeUpRun, walkTape, type Step } from "../../kernel/study/made-up-run.js";

const digest = (letter: string): string => `blake3:${letter.repeat(64)}`;

/** Steps of a cross of two simple moving averages: long above, `below` shares under it. */
export function crossSteps(
  tape: BarsTape,
  instrument: number,
  fast: number,
  slow: number,
  above: bigint,
  below: bigint,
): Step[] {
  const close = Float64Array.from(gatherBars(tape).close, Number);
  const mean = (end: number, length: number): number => {
    let sum = 0;
    for (let i = end - length + 1; i <= end; i++) sum += close[i] as number;
    return sum / length;
  };
  const steps: Step[] = [];
  let held = 0n;
  for (let bar = slow; bar < close.length - 1; bar++) {
    const target = mean(bar, fast) > mean(bar, slow) ? above : below;
    if (target !== held) steps.push({ bar: bar + 1, instrument, target });
    held = target;
  }
  return steps;
}

/** A whole input. One year has 252 bars. */
export function madeUpReport(rowCount: number, symbols: readonly string[] = ["ACME", "BOLT"]): ReportInput {
  const tapes = symbols.map((symbol, i) => walkTape(symbol, rowCount, 11 + i));
  const steps = tapes.flatMap((tape, i) => crossSteps(tape, i, 10, 30, 450n, i === 0 ? 0n : -200n));
  const run = madeUpRun(tapes, steps, 10_000_000n);
  const tables: RunTables = { ...run, refusals: someRefusals(run) };
  const study = studyRun(tables, { math: compiledMath(), bars: tapes });
  return {
    title: "SMA 10/30 cross",
    description:
      "Holds each share while its 10-bar average is above its 30-bar average; the second one is sold short below it.",
    command:
      "goldentape run strategies/sma-cross.ts --dataset made-up@2025-06-30 --param fast=10 --param slow=30 " +
      "--cash 100000 --fee-bps 10 --seed 7",
    identities: {
      runId: digest("3"),
      graphId: digest("a"),
      resultDigest: digest("7"),
      kernelDigest: digest("e"),
      semanticsVersion: "1",
      datasets: [
        {
          name: "made-up@2025-06-30",
          fingerprint: digest("5"),
          rows: rowCount * 2,
          from: "2016-01-04",
          to: "2025-06-30",
        },
      ],
    },
    config: {
      cash: "100000.00 USD",
      fees: { kind: "percent", bps: 10 },
      slippage: { kind: "ticks", ticks: 1 },
      entry: "nextOpen",
      seed: 7,
      params: { fast: 10, slow: 30 },
    },
    tables,
    study,
    bars: tapes,
    graph: {
      mermaid:
        "flowchart LR\n  close[close] --> fast[sma 10]\n  close --> slow[sma 30]\n" +
        "  fast --> above[gt]\n  slow --> above\n  above --> target[target percent]",
      nodes: [
        { id: "n1", label: "close *", inputs: [] },
        { id: "n2", label: "sma(10)", inputs: [{ port: "x", node: "n1", lag: 0 }] },
        { id: "n3", label: "sma(30)", inputs: [{ port: "x", node: "n1", lag: 0 }] },
        {
          id: "n4",
          label: "gt",
          inputs: [
            { port: "a", node: "n2", lag: 0 },
            { port: "b", node: "n3", lag: 0 },
          ],
        },
        {
          id: "n5",
          label: "select(0.45, −0.2)",
          inputs: [
            { port: "when", node: "n4", lag: 0 },
            { port: "x", node: "n1", lag: 1 },
          ],
        },
        { id: "n6", label: "targetPercent", inputs: [{ port: "share", node: "n5", lag: 0 }] },
      ],
    },
    notes: ["Orders filled at the same close (sameClose): kinder than the default, which waits for the next open."],
  };
}

function someRefusals(run: RunTables): RunTables["refusals"] {
  const rowCount = Math.min(7, run.portfolio.rowCount);
  return {
    rowCount,
    time: run.portfolio.time.slice(0, rowCount),
    instrument: new Int32Array(rowCount),
    decision: new Int32Array(rowCount),
    wanted: new BigInt64Array(rowCount).fill(450n),
    allowed: new BigInt64Array(rowCount),
    reason: Uint8Array.from({ length: rowCount }, (_, row) => (row < 5 ? 8 : 18)),
    policy: new Int32Array(rowCount).fill(-1),
    severity: new Uint8Array(rowCount),
  };
}
