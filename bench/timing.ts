// Timing of the benches: medians of tasks that take turns, so that a busy moment of the machine meets all of them.

import { Bench } from "tinybench";

/** Milliseconds of each task, the median of `rounds` turns after `warmup` turns that do not count. */
export async function mediansOf(
  tasks: Readonly<Record<string, () => unknown>>,
  rounds: number,
  warmup = 3,
): Promise<ReadonlyMap<string, number>> {
  const names = Object.keys(tasks);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    const turn = new Bench({ iterations: 1, time: 0, warmup: false });
    for (const name of names) turn.add(name, tasks[name] as () => unknown);
    await turn.run();
    if (round < 0) continue;
    for (const name of names) times.get(name)?.push(elapsedMs(turn, name));
  }
  return new Map(names.map((name) => [name, median(times.get(name) ?? [])]));
}

function elapsedMs(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result === undefined || !("latency" in result)) {
    throw new Error(`${name} did not run`, { cause: result !== undefined && "error" in result ? result.error : null });
  }
  return result.latency.p50;
}

/** The middle one of `values`. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** `value` to two decimals, for a table. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The first digits of a digest, for a table. */
export function brief(digest: string): string {
  return digest.slice("blake3:".length, "blake3:".length + 16);
}
