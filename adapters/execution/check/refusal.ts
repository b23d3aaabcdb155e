// Refusals: what does not go on, at which stage, and why. A fact of the domain, never an exception.
//
// Always true:
//   the reason is made where the refusal happens, from the closed list of the kernel (`NODESETS.md` 1).

import type { ExecutionReason } from "../schema/reason.js";

/** Where an order or an intent can be refused, in the order in which it passes. */
export const STAGES = ["intent", "sizing", "risk", "gate", "compliance", "route", "publish", "venue"] as const;
export type Stage = (typeof STAGES)[number];

export interface Refusal {
  readonly kind: "refused";
  readonly stage: Stage;
  readonly reason: ExecutionReason;
  /** For a person: what was found and what would be let through. */
  readonly text: string;
  /** First time at which the same would pass, ns since 1970; null where time alone mends nothing. */
  readonly nextTime: bigint | null;
}

/** A refusal. */
export function refusal(stage: Stage, reason: ExecutionReason, text: string, nextTime: bigint | null = null): Refusal {
  return { kind: "refused", stage, reason, text, nextTime };
}
