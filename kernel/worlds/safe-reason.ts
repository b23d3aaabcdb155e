// Reasons for the safe mode: why a world counts as a backtest, whatever was said of it. A closed list.

/** Each with one meaning, in the order in which they are looked for. */
export const SAFE_REASONS = [
  /** Nothing was said. */
  "no_decision",
  /** The service could not be reached. */
  "unreachable",
  /** What was said has fields too many, too few, or of another form. */
  "malformed",
  "missing_as_of",
  "missing_fingerprint",
  /** A mode, a domain or a hint that is none. */
  "unknown_word",
  /** The domain is not the one of the mode. */
  "domain_conflict",
  /** The decision is of another world. */
  "other_world",
  /** As of a time that is still to come. */
  "from_future",
  /** A newer one was seen before. */
  "superseded",
  /** One of this version was seen before, with another etag. */
  "version_conflict",
  /** Its time is over. */
  "stale",
  /** It names no policy. */
  "no_policy",
  "policy_unsatisfied",
] as const;
export type SafeReason = (typeof SAFE_REASONS)[number];
