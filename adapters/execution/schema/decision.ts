// Decision records and exit signals: what a policy was asked, every check with its outcome, and what it did.

import { z } from "zod";
import {
  bucket,
  correlationId,
  eventHead,
  LEGS,
  name,
  nodeId,
  oneOf,
  positive,
  reason,
  share,
  side,
  signed,
  strategy,
  symbol,
  unsigned,
} from "./field.js";
import type { Frozen } from "./field.js";

/** What a policy may be asked to do: to commit (enter), to defer (exit), or to bring back to weights. */
export const DECISION_ACTIONS = ["commit", "defer", "rebalance", "adjust"] as const;

/** How a check or a step of sizing ended. */
export const CHECK_OUTCOMES = ["passed", "failed", "adjusted", "noted"] as const;

/** Schema of a decision record. */
export const DECISION_SCHEMA = z
  .strictObject({
    ...eventHead("decision"),
    strategy,
    symbol,
    side: side.nullable(),
    bucket,
    nodeId,
    decisionId: name("Id of the record: the same at every repetition."),
    recommendationId: name("Recommendation that was judged; null for none.").nullable(),
    policy: name("Policy that decided."),
    action: oneOf(DECISION_ACTIONS, "What it was asked to do."),
    outcome: oneOf(["acted", "skipped"], "Whether an order came of it."),
    reason: reason("First check that failed; null when it acted.").nullable(),
    confidence: share("Confidence of the recommendation, 0 to 1; null for none.").nullable(),
    quantity: unsigned("Quantity decided, units of the instrument; 0 when skipped."),
    intentId: name("Intent that came of it; null for none.").nullable(),
    trace: z
      .array(
        z.strictObject({
          check: name("Name of the check or of the step of sizing."),
          outcome: oneOf(CHECK_OUTCOMES, "How it ended."),
          reason: reason("Reason of a failure; null for none.").nullable(),
          value: signed("What was measured, in the unit of the check; null for none.").nullable(),
          limit: signed("What it was held against, in the same unit; null for none.").nullable(),
          note: z.string().max(256).nullable().describe("What to know of it, for a person; null for nothing."),
        }),
      )
      .describe("Every check and every step of sizing, in the order in which they were made."),
  })
  .describe("What a policy was asked and decided, with the trace of every check, whether it acted or not.");
export type DecisionEvent = Frozen<z.infer<typeof DECISION_SCHEMA>>;

/** What may send a position out. */
export const EXIT_TRIGGERS = [
  "stop",
  "target",
  "trailing_stop",
  "defer",
  "rebalance",
  "circuit_breaker",
  "freeze",
  "liquidation",
] as const;

/** Schema of an exit signal. */
export const EXIT_SIGNAL_SCHEMA = z
  .strictObject({
    ...eventHead("exit_signal"),
    strategy,
    symbol,
    bucket,
    nodeId,
    exitId: name("Id of the signal: the same at every repetition."),
    correlationId: correlationId.nullable(),
    leg: oneOf(LEGS, "Position that is to be left."),
    trigger: oneOf(EXIT_TRIGGERS, "What sends it out."),
    quantity: positive("Quantity to leave, units of the instrument, without a sign."),
    level: positive("Price at which it was to be left; null where no price decides.").nullable(),
    mark: positive("Price that was seen; null for none.").nullable(),
    decisionId: name("Decision record that it belongs to; null for none.").nullable(),
  })
  .describe("A position, or a part of it, is to be left.");
export type ExitSignalEvent = Frozen<z.infer<typeof EXIT_SIGNAL_SCHEMA>>;
