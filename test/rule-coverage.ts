// Rule coverage: which rules of `FILLS.md` decided something in a test run.
//
// A test says so with `reached("B6")`, once what the rule asks for was held against an expectation. Workers append to
// files of their own in one folder, which the report (`rule-report.ts`) reads when all are done.
//
// Always true:
//   without the folder, in a run that asks for no report, nothing is written.

import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** Name of the variable that says where the files go. */
export const RULES_FOLDER = "GOLDENTAPE_RULES_FOLDER";

const written = new Set<string>();

/** Notes rules that a test saw at work. */
export function reached(...rules: readonly string[]): void {
  const folder = process.env[RULES_FOLDER];
  if (folder === undefined) return;
  const fresh = rules.filter((rule) => !written.has(rule));
  for (const rule of fresh) written.add(rule);
  if (fresh.length > 0) appendFileSync(join(folder, `${process.pid}.txt`), `${fresh.join("\n")}\n`);
}
