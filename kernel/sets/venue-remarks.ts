// Remarks on a venue: where the instruments that a node set trades, the account or the fees of its run are not what the
// profile of the set has.
//
// Not here: classes that a venue does not trade, which its set refuses order by order (`symbol_validation_failed`).

import { IssueList } from "../base/error.js";
import { canonicalJson } from "../base/jcs.js";
import type { Instrument } from "../market/instrument.js";
import type { Plan, PlanDecision } from "../plan/plan.js";
import { checkAccount } from "../run/config-account.js";
import { checkFees } from "../run/config-fees.js";
import type { RunResult } from "../run/run.js";
import type { VenueHours, VenueProfile } from "./profile.js";
import { checkProfile, profileLabel } from "./profile.js";
import { VENUE_PROFILES } from "./venues.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/**
 * What a run assumes otherwise than the venues of its node sets, a sentence each; none without a set of a venue.
 *
 * Each set is compared by the instruments that its own decisions trade, so that two sets may share a run.
 *
 * @param hasCalendar Whether the dataset or the configuration states the sessions of a symbol.
 * @example
 * const result = runGraph(engine, graph({ decisions: [targetPercent(1)] }), dataset, { fees: { taker: 0 } });
 * venueRemarks(result, () => false).length; // 0
 */
export function venueRemarks(
  result: Pick<RunResult, "plan" | "config" | "currency">,
  hasCalendar: (symbol: string) => boolean,
): readonly string[] {
  return VENUE_PROFILES.flatMap((profile) => {
    const instruments = tradedOn(profile, result.plan);
    if (instruments.length === 0) return [];
    const issues = new IssueList();
    checkProfile(profile, instruments, issues);
    const facts = issues.issues.map(({ path, expected, received }) => `${path}: ${received} in place of ${expected}.`);
    const always = instruments.filter(({ symbol }) => !hasCalendar(symbol)).map(({ symbol }) => symbol);
    return [...facts, ...termsRemarks(profile, result), ...hoursRemark(profile, always)];
  });
}

/** Instruments that decisions of a venue's sets trade. */
function tradedOn(profile: VenueProfile, { decisions, instruments }: Plan): readonly Instrument[] {
  const labelOf = ({ node, parent }: PlanDecision): unknown =>
    parent === null ? node.inputs["setGate"]?.node.params["profile"] : labelOf(parent);
  const traded = new Set(
    decisions.filter((decision) => labelOf(decision) === profileLabel(profile)).map(({ instrument }) => instrument),
  );
  return instruments.filter((_, index) => traded.has(index));
}

/** What of account and fees is not the profile's: a set says them in its configuration, which a run may be without. */
function termsRemarks(
  profile: VenueProfile,
  { config, currency }: Pick<RunResult, "config" | "currency">,
): readonly string[] {
  const issues = new IssueList();
  const own = {
    account: checkAccount({ account: profile.account }, currency, issues).canonical["account"] ?? null,
    fees: checkFees(profile.fees, currency, issues).canonical,
  };
  const other = (["account", "fees"] as const).filter(
    (field) => canonicalJson(own[field]) !== canonicalJson(config[field] ?? null),
  );
  if (other.length === 0) return [];
  const [what, are] = [other.join(" and "), other.length === 1 && other[0] === "account" ? "is" : "are"];
  const advice = "an attached set has them in its config, which is to be a part of the run's.";
  return [`The ${what} of this run ${are} not what ${profileLabel(profile)} has: ${advice}`];
}

function hoursRemark(profile: VenueProfile, symbols: readonly string[]): readonly string[] {
  if (profile.hours === null || symbols.length === 0) return [];
  const names = symbols.join(", ");
  return [
    `${profileLabel(profile)} is open ${hoursText(profile.hours)}; without a calendar ${names} may trade in every bar.`,
  ];
}

function hoursText({ days, open, close, timeZone }: VenueHours): string {
  return `${days.map((day) => DAYS[day - 1]).join(", ")}, ${open} to ${close} (${timeZone})`;
}
