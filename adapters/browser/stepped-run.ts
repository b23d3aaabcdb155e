// Stepped runs: replays that leave their host room to breathe, say how far they are, and can be stopped.
//
// Always true:
//   the result is that of a run in one go: a replay does not depend on how it is driven, and the clock that is read
//   here only decides where a step ends.

import { intervalNs } from "../../kernel/index.js";
import type { BarsTape, OpenReplay, RunResult } from "../../kernel/index.js";

/** How far a run is. */
export interface RunProgress {
  /** 0 to 1. Where tapes of several clocks are read it is an estimate, and may rest at 1 for a while. */
  readonly share: number;
  readonly buckets: number;
  /** Close time of the last completed bucket, ns. */
  readonly nowNs: bigint;
}

export interface SteppedRunOptions {
  /** Called after each step. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Stops the run between two steps; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Time that a step should take: half of a frame. */
const STEP_MS = 8;
const FIRST_STEP_ROWS = 4096n;

/**
 * Drives a replay to its end.
 *
 * @param tapes Those that it reads, to know where it begins and about how long it is.
 * @throws InputError as `advance`; the reason of `signal` when that stops the run.
 */
export async function steppedRun(
  open: OpenReplay,
  tapes: readonly BarsTape[],
  { onProgress, signal }: SteppedRunOptions = {},
): Promise<RunResult> {
  const { replay } = open;
  const rows = tapes.reduce((most, tape) => Math.max(most, tape.rowCount), 1);
  const intervals = tapes.map((tape) => intervalNs(tape.interval));
  const shortest = intervals.reduce((least, one) => (one < least ? one : least), intervals[0] ?? 1n);
  let until = firstTime(tapes);
  let span = shortest * FIRST_STEP_ROWS;
  while (!replay.isEnded) {
    signal?.throwIfAborted();
    const start = performance.now();
    replay.advance(until);
    const buckets = replay.bucketCount;
    onProgress?.({ share: Math.min(1, buckets / rows), buckets, nowNs: replay.nowNs });
    if (replay.isEnded) break;
    span = nextSpan(span, performance.now() - start, shortest);
    until += span;
    await breath();
  }
  return open.result();
}

/** A step twice as long, or half as long, as the last one, until it takes its time. */
function nextSpan(span: bigint, tookMs: number, shortest: bigint): bigint {
  if (tookMs < STEP_MS / 2) return span * 2n;
  return tookMs > STEP_MS * 2 && span > shortest ? span / 2n : span;
}

function firstTime(tapes: readonly BarsTape[]): bigint {
  const times = tapes.flatMap((tape) => {
    for (const segment of tape.segments()) if (segment.rowCount > 0) return [segment.time[0] as bigint];
    return [];
  });
  return times.reduce((least, one) => (one < least ? one : least), times[0] ?? 0n);
}

/** Lets the host handle what has come in: input of the page, messages to a worker. A timer would wait for 4 ms. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    // Node's types leave the property out, which its ports have as those of every other host.
    (port1 as unknown as { onmessage: () => void }).onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
