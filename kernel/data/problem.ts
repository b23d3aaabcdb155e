// Problems of an import: everything that is wrong with a file, counted whole and shown by example.
//
// Always true:
//   every problem is counted; of each rule the first ones are kept with their place and value;
//   the order of the report is the order of the rows, then of the columns.

import type { Issue } from "../base/error.js";
import type { IssueCode } from "../base/issue-code.js";

/** One thing wrong with one row. */
export interface RowProblem {
  readonly code: IssueCode;
  /** Column number from 1 as a person counts, or the name of a typed column; null when the whole row is meant. */
  readonly column: number | string | null;
  readonly expected: string;
  readonly received: string;
  readonly advice?: string;
}

const EXAMPLES_PER_CODE = 10;
const VALUE_SHOWN_MAX = 80;

interface Counted {
  count: number;
  /** File of the first row past the kept examples. */
  file: string;
}

/** Collects the problems of one import. */
export class ProblemList {
  private readonly kept: Issue[] = [];
  private readonly byCode = new Map<IssueCode, Counted>();
  /** Problems so far, also those of which only the count is kept. */
  count = 0;

  /** @param line Line of the file, or row of a typed file, from 1; 0 when the whole file is meant. */
  add(file: string, line: number, problem: RowProblem): void {
    this.count += 1;
    const counted = this.byCode.get(problem.code) ?? { count: 0, file };
    counted.count += 1;
    this.byCode.set(problem.code, counted);
    if (counted.count > EXAMPLES_PER_CODE) return;
    const place = line === 0 ? file : `${file}:${line}`;
    const path = problem.column === null ? place : `${place}:${problem.column}`;
    const issue = { code: problem.code, path, expected: problem.expected, received: shown(problem.received) };
    this.kept.push(problem.advice === undefined ? issue : { ...issue, advice: problem.advice });
  }

  /** Problems by code, in the order in which the codes were first met. */
  counts(): ReadonlyMap<IssueCode, number> {
    return new Map([...this.byCode].map(([code, counted]) => [code, counted.count]));
  }

  /** The kept examples, then one issue for each code of which there are more. */
  issues(): Issue[] {
    const issues = [...this.kept];
    for (const [code, { count, file }] of this.byCode) {
      const hidden = count - EXAMPLES_PER_CODE;
      if (hidden > 0) {
        issues.push({
          code,
          path: file,
          expected: "none like these",
          received: `${hidden} more of this kind (${count} in all)`,
        });
      }
    }
    return issues;
  }
}

/** A value as it stands in a message: quoted, without control characters, cut to a readable length. */
function shown(value: string): string {
  return value.length <= VALUE_SHOWN_MAX ? value : `${value.slice(0, VALUE_SHOWN_MAX)}… (${value.length} characters)`;
}
