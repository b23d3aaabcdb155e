// Terms of the order manager: how long it waits, and how often it tries.
//
// Units: ns.

import { IssueList } from "../../../kernel/index.js";

export interface ManagerTerms {
  /** How long an answer may take before the venue is asked. */
  readonly answerNs: bigint;
  /** How long an order on its way is good: the venue executes none that comes later. */
  readonly validNs: bigint;
  /** How far the venue's clock may differ. */
  readonly skewNs: bigint;
  /** How long an open order may be without news before the venue is asked. */
  readonly patrolNs: bigint;
  /** How often an order is sent in all, from 1, while the venue does not know it. */
  readonly attemptsMax: number;
}

/** Seconds for answers and receive windows, a minute between looks at what is open. */
export const MANAGER_TERMS: ManagerTerms = {
  answerNs: 2_000_000_000n,
  validNs: 5_000_000_000n,
  skewNs: 1_000_000_000n,
  patrolNs: 60_000_000_000n,
  attemptsMax: 3,
};

const ATTEMPTS_MAX = 100;

/** @throws InputError `config/range` with every field that is out of range. */
export function checkManagerTerms(terms: ManagerTerms): void {
  const issues = new IssueList();
  const least = { answerNs: 1n, validNs: 1n, skewNs: 0n, patrolNs: 1n } as const;
  for (const field of ["answerNs", "validNs", "skewNs", "patrolNs"] as const) {
    if (terms[field] >= least[field]) continue;
    issues.add("config/range", `manager.${field}`, `${least[field]} or more`, String(terms[field]));
  }
  const { attemptsMax } = terms;
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1 || attemptsMax > ATTEMPTS_MAX)
    issues.add("config/range", "manager.attemptsMax", `a whole number from 1 to ${ATTEMPTS_MAX}`, String(attemptsMax));
  issues.throwIfAny();
}
