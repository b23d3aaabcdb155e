// Remarks on sectors: those of symbols that a run does not have, which bind nothing.

import { COMMITMENT, sectorEntry } from "../nodes/commitment.js";
import type { Plan } from "../plan/plan.js";

const NAMED_MAX = 5;

/** A sentence on the sectors of symbols that are no instruments of the run; none when all are. */
export function sectorRemarks({ policies, instruments }: Plan): readonly string[] {
  const known = new Set(instruments.map(({ symbol }) => symbol));
  const entries = policies.flatMap(({ node: { spec, params } }) =>
    spec === COMMITMENT ? (params["sectors"] as readonly string[]).map(sectorEntry) : [],
  );
  const unknown = [...new Set(entries.flatMap((entry) => (entry === null || known.has(entry[0]) ? [] : [entry[0]])))];
  if (unknown.length === 0) return [];
  const names = unknown.slice(0, NAMED_MAX).join(", ") + (unknown.length > NAMED_MAX ? ", …" : "");
  return [`Sectors of ${names} bind nothing: the run has none of them.`];
}
