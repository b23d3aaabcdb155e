// Output of the command line: one JSON document or a table on standard output, errors on standard error, and the exit
// code.
//
// Always true:
//   with `--json`, standard output has one JSON document and nothing else, and errors are one JSON document on standard
//   error;
//   bad input never shows a stack trace.

import Table from "cli-table3";
import { InputError, InvariantError, issueText } from "../../kernel/index.js";
import { clearStep } from "./step-line.js";

/** 0 fine, 1 the run or check failed, 2 bad usage or input. */
export const EXIT = { fine: 0, failed: 1, badInput: 2 } as const;

/** A check that was carried out and did not pass: exit code 1 with these lines, which are no fault of the input. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly document: unknown;

  /** @param document What `--json` prints. */
  constructor(message: string, document: unknown) {
    super(message);
    this.document = document;
  }
}

/** Prints a result: as JSON, or as the text that a person reads. */
export function printResult(isJson: boolean, document: unknown, text: () => string): void {
  clearStep();
  process.stdout.write(isJson ? `${jsonText(document)}\n` : `${text()}\n`);
}

/** JSON with big integers as text. */
export function jsonText(document: unknown): string {
  return JSON.stringify(document, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2);
}

/**
 * Rows as a table without outer noise.
 *
 * @param right Columns that are aligned to the right: numbers.
 */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (right.includes(index) ? "right" : "left")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "",
    },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/**
 * Runs a command, prints what went wrong and sets the exit code of the process.
 *
 * @param work Prints its own result.
 */
export async function runCommand(isJson: boolean, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = reportError(isJson, error);
  }
}

/** Prints an error on standard error and returns its exit code. */
export function reportError(isJson: boolean, error: unknown): number {
  clearStep();
  if (error instanceof CheckFailure) {
    process.stderr.write(isJson ? `${jsonText(error.document)}\n` : `${error.message}\n`);
    return EXIT.failed;
  }
  if (error instanceof InputError) {
    const text = error.issues.map(issueText).join("\n");
    process.stderr.write(isJson ? `${jsonText({ error: "input", issues: error.issues })}\n` : `${text}\n`);
    return EXIT.badInput;
  }
  const { message, stack } = error as Error;
  const kind = error instanceof InvariantError ? "invariant" : "internal";
  process.stderr.write(
    isJson
      ? `${jsonText({ error: kind, message })}\n`
      : `This is a defect of goldentape, not of your input.\n${stack ?? message}\n`,
  );
  return EXIT.failed;
}
