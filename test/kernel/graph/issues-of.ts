// What an act is refused for, as `code path` or `path: expected` lines.

import { InputError } from "../../../kernel/index.js";
import type { Issue } from "../../../kernel/index.js";

/** Issues of the InputError that `act` throws; none when it returns. Other errors pass through. */
export function issuesOf(act: () => unknown): readonly Issue[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.issues;
    throw error;
  }
  return [];
}

/** The same, as one line `code path` an issue. */
export function issueLinesOf(act: () => unknown): readonly string[] {
  return issuesOf(act).map((issue) => `${issue.code} ${issue.path}`);
}

/** The same, as one line `path: expected` an issue. */
export function expectationsOf(act: () => unknown): readonly string[] {
  return issuesOf(act).map((issue) => `${issue.path}: ${issue.expected}`);
}
