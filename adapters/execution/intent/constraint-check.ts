// Constraints of an intent: the type and the time in force that follow from them, and which do not go together.
//
// Always true:
//   what can be post-only is the kernel's rule, so that an order means live what it meant in a run.
// Units: instants in ns since 1970.
// Not here: whether prices are on the tick, which the instrument says (`size-intent.ts`).

import { IssueList, postOnlyFaults } from "../../../kernel/index.js";
import type { Issue } from "../../../kernel/index.js";
import type { SentForce, SentType } from "../order/order-terms.js";
import type { IntentEvent } from "../schema/intent.js";

type Constraints = IntentEvent["constraints"];

/** The type of an order by the prices that it has. */
export function typeOf(hasLimit: boolean, hasTrigger: boolean): SentType {
  if (hasTrigger) return hasLimit ? "stopLimit" : "stop";
  return hasLimit ? "limit" : "market";
}

/** How long an order is good: until its end, where it has one, and for good otherwise. */
export function forceOf({ timeInForce, expires }: Constraints): SentForce {
  return timeInForce ?? (expires === undefined ? "gtc" : "gtd");
}

/** What of the constraints does not go together at a time, as issues of `event/facts`. */
export function constraintIssues(constraints: Constraints, time: bigint): readonly Issue[] {
  const issues = new IssueList();
  const { limit, stop, maxSlippageBps, expires, postOnly } = constraints;
  const path = "intent.constraints";
  const force = forceOf(constraints);
  if (force === "gtd" && expires === undefined)
    issues.add("event/facts", `${path}.expires`, "the end of a gtd order", "nothing");
  if (force !== "gtd" && expires !== undefined)
    issues.add("event/facts", `${path}.expires`, "timeInForce gtd, which alone has an end", force);
  if (expires !== undefined && BigInt(expires) <= time)
    issues.add("event/facts", `${path}.expires`, `an instant after ${time}, which is now`, expires);
  // What may slip only so far has a limit by that.
  const type = typeOf(limit !== undefined || maxSlippageBps !== undefined, stop !== undefined);
  if (postOnly === true)
    for (const { expected, received } of postOnlyFaults(type, force))
      issues.add("event/facts", `${path}.postOnly`, expected, received);
  return issues.issues;
}
