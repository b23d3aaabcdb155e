// Compliance: regions, restricted instruments, and the throttle. The last checks before an order goes to a venue, since
// they are about that venue.
//
// Always true:
//   nothing fails open: a venue whose regions nobody stated is refused;
//   a restriction holds from its first instant on and no longer at its last (`until` is exclusive);
//   the throttle comes last, so that what is refused for another reason takes nothing of it.
//
// Not here: hours and sessions, which are the timing gate's.

import { IssueList } from "../../../kernel/index.js";
import type { Refusal } from "./refusal.js";
import { refusal } from "./refusal.js";
import { EVERY, openThrottle } from "./throttle.js";
import type { ThrottleRule } from "./throttle.js";

/** Instruments that may not be traded for a time. */
export interface Restriction {
  /** A symbol, or `*` for all. */
  readonly symbol: string;
  /** A strategy, or `*` for all. */
  readonly strategy: string;
  /** First instant, ns since 1970; left out: always was. */
  readonly from?: bigint;
  /** First instant at which it holds no longer, ns since 1970; left out: for ever. */
  readonly until?: bigint;
  /** What reduces a position is let through. Default false. */
  readonly allowsReducing?: boolean;
  /** For a person: `watch list 12`. */
  readonly why: string;
}

export interface ComplianceRules {
  /** Region of the account: `EU`. */
  readonly region: string;
  /** Regions that each venue serves. */
  readonly venues: readonly { readonly venue: string; readonly regions: readonly string[] }[];
  /** Regions in which an instrument may be traded; one that is not listed may be traded in all. */
  readonly instruments?: readonly { readonly symbol: string; readonly regions: readonly string[] }[];
  readonly restrictions?: readonly Restriction[];
  readonly throttles?: readonly ThrottleRule[];
}

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
  const throttle = openThrottle(rules.throttles ?? [], "compliance.throttles");

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
  if (rule.symbol !== EVERY && rule.symbol !== order.symbol) return false;
  if (rule.strategy !== EVERY && rule.strategy !== order.strategy) return false;
  if (rule.from !== undefined && time < rule.from) return false;
  if (rule.until !== undefined && time >= rule.until) return false;
  return !(order.isReducing && rule.allowsReducing === true);
}

function listText(names: readonly string[]): string {
  return names.length === 0 ? "no region" : names.join(", ");
}

function checkRules(rules: ComplianceRules): void {
  const issues = new IssueList();
  const filled = (path: string, text: string): void => {
    if (text === "") issues.add("config/field", `compliance.${path}`, "a name", "an empty text");
  };
  const once = (path: string, names: readonly string[]): void => {
    names.forEach((name, index) => {
      filled(`${path}.${index}`, name);
      if (names.indexOf(name) < index)
        issues.add("config/field", `compliance.${path}.${index}`, "each name once", name, "Join the two entries.");
    });
  };
  filled("region", rules.region);
  once(
    "venues",
    rules.venues.map(({ venue }) => venue),
  );
  once(
    "instruments",
    (rules.instruments ?? []).map(({ symbol }) => symbol),
  );
  (rules.restrictions ?? []).forEach(({ symbol, strategy, why, from, until }, index) => {
    filled(`restrictions.${index}.symbol`, symbol);
    filled(`restrictions.${index}.strategy`, strategy);
    filled(`restrictions.${index}.why`, why);
    if (from !== undefined && until !== undefined && until <= from)
      issues.add("config/range", `compliance.restrictions.${index}.until`, `a time after ${from}`, String(until));
  });
  issues.throwIfAny();
}
