// Errors of the control plane: what a caller can mend (`InputError`) and a broken promise of ours (`InvariantError`).
//
// Always true:
//   an InputError carries every issue that was found, not the first one;
//   an issue says where (`path`), what was expected, what was received and, where it is not obvious, what to do.
//
// Not here: facts of the domain (a refused order is an event with a reason code, never an exception).

import type { IssueCode } from "./issue-code.js";

/** One thing that is wrong with an input. */
export interface Issue {
  /** Closed `area/what` code; texts may change, codes may not. */
  readonly code: IssueCode;
  /** Where: a file with line and column (`prices.csv:17:3`), a node (`graph.nodes.fast`), a field (`config.cash`). */
  readonly path: string;
  /** What was expected, as the rest of the sentence "expected …". */
  readonly expected: string;
  /** What was found, as text. */
  readonly received: string;
  /** What to do about it, when the expectation does not say it already. */
  readonly advice?: string;
}

/** Bad input: every issue at once. The message lists the first eight issues and how many more there are. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issuesText(issues));
    this.issues = issues;
  }
}

/** A rule of our own that did not hold. Always a defect of the program, never of its input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/**
 * Throws an `InvariantError` unless `condition` holds.
 *
 * @param rule The rule, stated positively: "rows are sorted by time".
 */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant broken: ${rule}`);
}

/** One issue as one line: `graph.nodes.fast: expected …, received … (graph/param-type). Advice.` */
export function issueText(issue: Issue): string {
  const advice = issue.advice === undefined ? "" : ` ${issue.advice}`;
  return `${issue.path}: expected ${issue.expected}, received ${issue.received} (${issue.code}).${advice}`;
}

const ISSUES_SHOWN_MAX = 8;

function issuesText(issues: readonly Issue[]): string {
  const lines = issues.slice(0, ISSUES_SHOWN_MAX).map(issueText);
  const hidden = issues.length - lines.length;
  if (hidden > 0) lines.push(`… and ${hidden} more`);
  return lines.join("\n");
}

/** Collects issues while a check goes on, so that all of them are reported together. */
export class IssueList {
  readonly issues: Issue[] = [];

  add(code: IssueCode, path: string, expected: string, received: string, advice?: string): void {
    this.issues.push(
      advice === undefined ? { code, path, expected, received } : { code, path, expected, received, advice },
    );
  }

  /** Throws an `InputError` with everything collected; does nothing when there is nothing. */
  throwIfAny(): void {
    if (this.issues.length > 0) throw new InputError(this.issues);
  }
}
