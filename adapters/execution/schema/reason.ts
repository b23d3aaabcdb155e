// Reason codes of the execution layer: those of the kernel's log, and those of checks that stand outside of it.
//
// Always true:
//   the list is closed and in alphabetical order, so that it does not matter on which side a reason was declared first.

import { REASONS } from "../../../kernel/index.js";
import type { Reason } from "../../../kernel/index.js";

/** Reasons of what happens between an approved order and its venue. */
const ROUTE_REASONS = ["venue_rejected", "unknown_order", "simulation_only", "strategy_unknown", "no_venue"] as const;

export type ExecutionReason = Exclude<Reason, "none"> | (typeof ROUTE_REASONS)[number];

/** Every reason, each once, by code units. */
export const EXECUTION_REASONS: readonly ExecutionReason[] = allReasons();

function allReasons(): readonly ExecutionReason[] {
  const known = REASONS.filter((reason) => reason !== "none");
  const all = new Set<ExecutionReason>([...known, ...ROUTE_REASONS]);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}
