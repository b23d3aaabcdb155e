// Compliance: regions, restricted instruments, and the throttle. The last checks before an order goes to a venue, since
// they are about that venue.
//
// Always true:
//   nothing fails open: a venue whose regions nobody stated is refused;
//   a restriction holds from its first instant on and no longer at its last (`until` is exclusive);
//   the throttle comes last, so that what is refused for another reason takes nothing of it.
//
// Not here: what the rules are, and the same in a run (`kernel/nodes/compliance.ts`); hours and sessions, which are the
// timing gate's.

import { checkCompliance, covers, IssueList } from "../../../kernel/index.js";
import type { ComplianceRules, Restriction } from "../../../kernel/index.js";
import type { Refusal } from "./refusal.js";
import { refusal } from "./refusal.js";
import { openThrottle } from "./throttle.js";

/** What compliance looks at. */
export interface ComplianceCase {
  readonly strategy: string;
  readonly symbol: string;
  readonly venue: string;
  /** True when the order can only make the position smaller. */
  readonly isReducing: boolean;
}

export interface Compliance {
  /** Why an order may not go to a venue at `time`, or null. Takes nothing of the throttle. */
  readonly judge: (order: ComplianceCase, time: bigint) => Refusal | null;
  /** The same, and takes its place in the throttle when it may go. */
  readonly pass: (order: ComplianceCase, time: bigint) => Refusal | null;
}

/**
 * The rules, ready to judge.
 *
 * @throws InputError `config/*` with every rule that says nothing or contradicts itself.
 * @example
 * const rules = complianceOf({ region: "EU", venues: [{ venue: "kraken", regions: ["EU", "UK"] }] });
 * const order = { strategy: "trend", symbol: "BTC/EUR", venue: "other", isReducing: false };
 * rules.judge(order, 0n).reason; // "compliance_region"
 */
export function complianceOf(rules: ComplianceRules): Compliance {
  checkRules(rules);
  const regionsOfVenue = new Map(rules.venues.map(({ venue, regions }) => [venue, regions]));
  const regionsOfSymbol = new Map((rules.instruments ?? []).map(({ symbol, regions }) => [symbol, regions]));
  const throttle = openThrottle(rules.throttles ?? []);

  const regionFault = ({ symbol, venue }: ComplianceCase): Refusal | null => {
    const served = regionsOfVenue.get(venue);
    if (served === undefined) return refusal("compliance", "compliance_region", `no regions are stated for ${venue}`);
    if (!served.includes(rules.region)) {
      return refusal("compliance", "compliance_region", `${venue} serves ${listText(served)}, not ${rules.region}`);
    }
    const traded = regionsOfSymbol.get(symbol);
    if (traded === undefined || traded.includes(rules.region)) return null;
    const text = `${symbol} may be traded in ${listText(traded)}, not in ${rules.region}`;
    return refusal("compliance", "compliance_region", text);
  };

  const restrictionFault = (order: ComplianceCase, time: bigint): Refusal | null => {
    const found = (rules.restrictions ?? []).find((rule) => restricts(rule, order, time));
    if (found === undefined) return null;
    const text = `${order.symbol} is restricted for ${order.strategy}: ${found.why}`;
    return refusal("compliance", "compliance_restricted", text, found.until ?? null);
  };

  const unthrottled = (order: ComplianceCase, time: bigint): Refusal | null =>
    regionFault(order) ?? restrictionFault(order, time);

  const throttled = ({ strategy, venue }: ComplianceCase, time: bigint): Refusal =>
    refusal(
      "compliance",
      "throttled",
      `${strategy} has sent as many orders to ${venue} as it may`,
      throttle.nextTime(strategy, venue, time),
    );

  return {
    judge: (order, time) => {
      const fault = unthrottled(order, time);
      if (fault !== null) return fault;
      return throttle.nextTime(order.strategy, order.venue, time) > time ? throttled(order, time) : null;
    },
    pass: (order, time) => {
      const fault = unthrottled(order, time);
      if (fault !== null) return fault;
      return throttle.take(order.strategy, order.venue, time) ? null : throttled(order, time);
    },
  };
}

function restricts(rule: Restriction, order: ComplianceCase, time: bigint): boolean {
  if (!covers(rule.symbol, order.symbol) || !covers(rule.strategy, order.strategy)) return false;
  if (rule.from !== undefined && time < rule.from) return false;
  if (rule.until !== undefined && time >= rule.until) return false;
  return !(order.isReducing && rule.allowsReducing === true);
}

function listText(names: readonly string[]): string {
  return names.length === 0 ? "no region" : names.join(", ");
}

function checkRules(rules: ComplianceRules): void {
  const issues = new IssueList();
  checkCompliance(rules, "compliance", issues);
  (rules.restrictions ?? []).forEach(({ why }, index) => {
    if (why === "") issues.add("config/field", `compliance.restrictions.${index}.why`, "a reason", "an empty text");
  });
  issues.throwIfAny();
}
