// Hours of timing gates: which gate is open when for which instrument, as one list of pairs made before the run.
//
// Always true:
//   an instrument without a calendar has no hours, and its gates are always open;
//   a gate names no hours that the calendar of an instrument it stands before does not state.

import type { IssueList } from "../base/error.js";
import { nodeLabel } from "../graph/graph.js";
import type { Sessions } from "../market/calendar.js";
import type { HourKind } from "../market/extended-hours.js";
import { HOUR_KINDS, hoursOf, missingKinds } from "../market/extended-hours.js";
import type { Instrument } from "../market/instrument.js";
import { gateHours } from "../nodes/timing-gate.js";
import type { Plan, PlanPolicy } from "../plan/plan.js";

/**
 * The policies of a plan, its timing gates with the hours of every instrument. Reports `config/calendar` for hours that
 * a gate names and a calendar does not state.
 *
 * @param sessions Of each instrument, null without a calendar.
 */
export function policiesWithHours(
  plan: Plan,
  sessions: readonly (Sessions | null)[],
  issues: IssueList,
): readonly PlanPolicy[] {
  return plan.policies.map((policy, index) => {
    if (policy.hours === undefined) return policy;
    const kinds = gateHours(policy.node);
    reportMissing(plan, index, sessions, issues);
    // Instruments with one calendar share one list.
    const made = new Map<Sessions | null, Sessions | null>([[null, null]]);
    for (const each of sessions) if (each !== null && !made.has(each)) made.set(each, hoursOf(each, kinds));
    return { ...policy, hours: sessions.map((each) => made.get(each) ?? null) };
  });
}

function reportMissing(plan: Plan, index: number, sessions: readonly (Sessions | null)[], issues: IssueList): void {
  const { node } = plan.policies[index] as PlanPolicy;
  const gated = new Set(plan.decisions.filter(({ gates }) => gates?.timing === index).map((each) => each.instrument));
  for (const [instrument, calendar] of sessions.entries()) {
    if (calendar === null || !gated.has(instrument)) continue;
    const missing = missingKinds(calendar, gateHours(node));
    if (missing.length === 0) continue;
    const { symbol } = plan.instruments[instrument] as Instrument;
    const known = HOUR_KINDS.filter((kind) => kind === "regular" || calendar.extended?.[kind] !== undefined);
    issues.add(
      "config/calendar",
      `graph.${nodeLabel(plan.graph, node)}`,
      `a calendar of ${symbol} with ${missing.join(" and ")}, because the gate names them`,
      known.join(" and "),
      advice(missing),
    );
  }
}

function advice(missing: readonly HourKind[]): string {
  const hours = missing.map((kind) => `${kind}: [...]`).join(", ");
  return `State them in the calendar: { extended: { ${hours} } }, or leave them out of timingGate.`;
}
