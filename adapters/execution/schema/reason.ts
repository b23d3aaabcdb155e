// Reason codes of the execution layer: those of the kernel's log, and those of checks that stand outside of it.
//
// Always true:
//   the list is closed and in alphabetical order, so that it does not matter on which side a reason was declared first.

import { REASONS } from "../../../kernel/index.js";
import type { Reason } from "../../../kernel/index.js";

/** Reasons of the decision policies (`NODESETS.md` 6). */
const POLICY_REASONS = [
  "circuit_breaker_active",
  "outside_execution_window",
  "insufficient_confidence",
  "duplicate_recommendation",
  "multiple_declining_commitments",
  "max_commitments_reached",
  "correlation_limit",
  "sector_limit",
  "earnings_window",
  "heat_limit",
  "symbol_barred",
] as const;

/** Reasons of what happens between an approved order and its venue. */
const ROUTE_REASONS = ["venue_rejected", "unknown_order", "simulation_only", "strategy_unknown", "no_venue"] as const;

export type ExecutionReason =
  Exclude<Reason, "none"> | (typeof POLICY_REASONS)[number] | (typeof ROUTE_REASONS)[number];

/** Every reason, each once, by code units. */
export const EXECUTION_REASONS: readonly ExecutionReason[] = allReasons();

function allReasons(): readonly ExecutionReason[] {
  const known = REASONS.filter((reason) => reason !== "none");
  const all = new Set<ExecutionReason>([...known, ...POLICY_REASONS, ...ROUTE_REASONS]);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}
