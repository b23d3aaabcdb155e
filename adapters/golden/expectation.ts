// Golden expectations: what a run has to come out as, and the first difference when it does not.
//
// Always true:
//   nothing of an expectation depends on the host, the build of the kernel, block sizes or windows;
//   digests decide; the trace says where.

import { eventLines } from "../../kernel/index.js";
import type { RunResult } from "../../kernel/index.js";

/** `expected.json`. */
export interface Expectation {
  readonly runId: string;
  readonly graphId: string;
  readonly crc32: string;
  readonly datasets: readonly { readonly fingerprint: string; readonly rows: number }[];
  readonly resultDigest: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Equity at the end, in units of the currency's smallest part. */
  readonly finalEquityMinor: string | null;
  readonly checkpoints: readonly { readonly buckets: number; readonly timeNs: string; readonly digest: string }[];
}

/** The expectation that a result fulfils. */
export function expectationOf(result: RunResult, crc32: string): Expectation {
  const { equity, rowCount } = result.tables().portfolio;
  return {
    runId: result.runId,
    graphId: result.graphId,
    crc32,
    datasets: result.datasets.map(({ fingerprint, rows }) => ({ fingerprint, rows })),
    resultDigest: result.resultDigest,
    counts: { ...result.counts },
    finalEquityMinor: rowCount === 0 ? null : String(equity[rowCount - 1]),
    checkpoints: result.checkpoints.map(({ buckets, timeNs, digest }) => ({ buckets, timeNs: String(timeNs), digest })),
  };
}

/** Lines that a trace keeps at each end. */
const LINES_KEPT = 200;

/** `trace.txt`: all lines of a short log; of a long one the first and the last, and how many are left out. */
export function traceText(result: RunResult): string {
  const lines = [...eventLines(result.log, result.tables())];
  const left = lines.length - 2 * LINES_KEPT;
  const shown = left <= 0 ? lines : [...lines.slice(0, LINES_KEPT), `… ${left} events …`, ...lines.slice(-LINES_KEPT)];
  return `${shown.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** The first thing that differs from an expectation. */
export interface Mismatch {
  /** Fields of the expectation that differ. */
  readonly fields: readonly string[];
  /** The first line of the trace that differs; null when the difference lies outside of the lines kept. */
  readonly event: { readonly line: number; readonly expected: string; readonly received: string } | null;
  /** Where the difference lies, for a person. */
  readonly text: string;
}

/** Compares a result with its expectation and trace; null when nothing differs. */
export function mismatchOf(
  expected: Expectation,
  trace: string,
  received: Expectation,
  newTrace: string,
): Mismatch | null {
  const fields = (Object.keys(received) as (keyof Expectation)[]).filter((field) => {
    return JSON.stringify(expected[field]) !== JSON.stringify(received[field]);
  });
  const event = firstDifference(trace, newTrace);
  if (fields.length === 0 && event === null) return null;
  return { fields, event, text: mismatchText(expected, received, fields, event) };
}

function firstDifference(expected: string, received: string): Mismatch["event"] {
  if (expected === received) return null;
  const [before, after] = [expected.trimEnd().split("\n"), received.trimEnd().split("\n")];
  const line = before.findIndex((text, index) => text !== after[index]);
  const at = line < 0 ? before.length : line;
  return { line: at + 1, expected: before[at] ?? "the end of the log", received: after[at] ?? "the end of the log" };
}

function mismatchText(
  expected: Expectation,
  received: Expectation,
  fields: readonly string[],
  event: Mismatch["event"],
): string {
  const lines = fields.flatMap((field) => {
    const key = field as keyof Expectation;
    if (key === "checkpoints") return checkpointLines(expected, received);
    return [`  ${field}: expected ${JSON.stringify(expected[key])}, received ${JSON.stringify(received[key])}`];
  });
  if (event === null) return lines.join("\n");
  const where = `  first event that differs, line ${event.line} of trace.txt:`;
  return [...lines, where, `    expected ${event.expected}`, `    received ${event.received}`].join("\n");
}

/** The range of buckets in which two chains of checkpoints part. */
export function checkpointLines(expected: Expectation, received: Expectation): string[] {
  const at = received.checkpoints.findIndex((one, index) => one.digest !== expected.checkpoints[index]?.digest);
  if (at < 0)
    return [`  checkpoints: expected ${expected.checkpoints.length}, received ${received.checkpoints.length}`];
  const after = at === 0 ? 0 : received.checkpoints[at - 1]?.buckets;
  return [`  checkpoints: equal up to bucket ${after}, different at bucket ${received.checkpoints[at]?.buckets}`];
}
