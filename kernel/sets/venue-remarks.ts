// Remarks on a venue: where the instruments of a run are not what the profile of its node set knows of them.
//
// Not here: classes that a venue does not trade, which its set refuses order by order (`symbol_validation_failed`).

import { IssueList } from "../base/error.js";
import type { RunTables } from "../log/tables.js";
import type { VenueHours, VenueProfile } from "./profile.js";
import { checkProfile, profileLabel } from "./profile.js";
import { VENUE_PROFILES } from "./venues.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/**
 * What a run assumes otherwise than the venues of its node sets, a sentence each; none without a set of a venue.
 *
 * @param hasCalendar Whether the dataset or the configuration states the sessions of a symbol.
 * @example venueRemarks({ policyFacts: [], instruments: [] }, () => false).length // 0
 */
export function venueRemarks(
  { policyFacts, instruments }: Pick<RunTables, "policyFacts" | "instruments">,
  hasCalendar: (symbol: string) => boolean,
): readonly string[] {
  const labels = new Set(policyFacts.map(({ params }) => params["profile"]));
  return VENUE_PROFILES.filter((profile) => labels.has(profileLabel(profile))).flatMap((profile) => {
    const issues = new IssueList();
    checkProfile(profile, instruments, issues);
    const facts = issues.issues.map(({ path, expected, received }) => `${path}: ${received} in place of ${expected}.`);
    const always = instruments.filter(({ symbol }) => !hasCalendar(symbol)).map(({ symbol }) => symbol);
    return [...facts, ...hoursRemark(profile, always)];
  });
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
