// Runs behind gates on a handful of bars, said as short lines.

import type { ActivationMessage, Decision, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";

export function run(
  decision: Decision | readonly Decision[],
  prices: readonly Bar[],
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
): RunResult {
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  return runOrders(decisions, [barsTape("A", prices)], { cash: "100000", ...config }, options);
}

export function lines(...given: Parameters<typeof run>): readonly string[] {
  return linesBefore(run(...given)).filter((line) => !/^\d+ terms/.test(line));
}

/** A message at an hour. */
export type Said = Omit<ActivationMessage, "time"> & { readonly hour: number };

/** Messages to every strategy of the default world. */
export function messages(...given: readonly Said[]): Partial<RunConfig> {
  return {
    activations: given.map(({ hour, ...message }) => ({ ...message, time: BigInt(hour * 10) * (HOUR_NS / 10n) })),
  };
}
