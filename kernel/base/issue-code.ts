// The closed list of issue codes, `area/what`. A text may change; a code may not, because callers match on it.

export const ISSUE_CODES = [
  // canonical JSON and identities
  "json/not-canonical", "json/not-finite", "json/lone-surrogate", "json/type",
  // graphs
  "graph/format", "graph/cycle", "graph/unknown-type", "graph/unknown-version", "graph/unknown-port", "graph/missing-port",
  "graph/unknown-output", "graph/unknown-param", "graph/missing-param", "graph/param-type", "graph/param-range", "graph/type",
  "graph/period", "graph/lag", "graph/duplicate-name", "graph/unknown-node", "graph/id-mismatch", "graph/no-output", "graph/interval",
  "graph/shape", "graph/user-node", "graph/checksum",
  // instruments, tapes and datasets
  "instrument/unknown", "instrument/fact", "tape/interval", "tape/schema", "dataset/not-found", "dataset/not-pinned", "dataset/fingerprint",
  "dataset/name", "dataset/range", "dataset/manifest", "store/damaged", "store/exists",
  // imports, one code a rule
  "import/file", "import/empty", "import/format", "import/truncated", "import/line-length", "import/column", "import/cell", "import/time",
  "import/duplicate", "import/unsorted", "import/gap", "import/ohlc", "import/price-sign", "import/not-finite", "import/decimals",
  "import/overflow", "import/volume-sign", "import/tick",
  // runs
  "config/field", "config/range", "config/type", "config/unknown-field", "run/user-node", "run/overflow", "run/resources", "run/digest",
  // strategies and the command line
  "strategy/export", "strategy/load", "strategy/throws", "strategy/param", "cli/usage", "golden/scenario", "golden/mismatch",
] as const;

export type IssueCode = (typeof ISSUE_CODES)[number];
