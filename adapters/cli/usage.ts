// Usage of a command: whether the words of a command line are options and arguments that the command has.
//
// Always true:
//   everything that is wrong with the words is found before the command does anything.

import type { ArgsDef } from "citty";
import { InputError, IssueList, nearestText } from "../../kernel/index.js";
import type { Issue } from "../../kernel/index.js";

/** An `InputError` about how the command was called. */
export function usage(path: string, expected: string, received: string, advice?: string): InputError {
  const issue = { code: "cli/usage", path, expected, received } as const;
  return new InputError([advice === undefined ? issue : { ...issue, advice }]);
}

/** Issues `cli/usage` of a command line: unknown options, options without a value, missing arguments. */
export function usageIssues(rawArgs: readonly string[], args: ArgsDef): readonly Issue[] {
  const issues = new IssueList();
  const given = new Set<string>();
  let positionals = 0;
  for (let at = 0; at < rawArgs.length; at += 1) {
    const word = rawArgs[at] as string;
    if (word === "--") {
      positionals += rawArgs.length - at - 1;
      break;
    }
    if (!/^--?[A-Za-z]/.test(word)) {
      positionals += 1;
      continue;
    }
    const [option = "", value] = word.split("=", 2);
    const name = option.replace(/^--?(?:no-(?=.))?/, "");
    const known = Object.hasOwn(args, name) ? args[name] : undefined;
    if (known === undefined || known.type === "positional") {
      addUnknown(issues, option, args);
      continue;
    }
    given.add(name);
    if (known.type === "boolean" || value !== undefined) continue;
    at += 1;
    const next = rawArgs[at];
    if (next === undefined || /^--[A-Za-z]/.test(next)) {
      issues.add("cli/usage", option, `a value: ${option} ${known.valueHint ?? "VALUE"}`, "none");
      at -= 1;
    }
  }
  addMissing(issues, args, given, positionals);
  return issues.issues;
}

function addUnknown(issues: IssueList, option: string, args: ArgsDef): void {
  const names = Object.entries(args).flatMap(([name, arg]) => (arg.type === "positional" ? [] : [`--${name}`]));
  const near = nearestText(option, names);
  const advice = near === null ? "See --help." : `Did you mean ${near}?`;
  issues.add("cli/usage", option, "an option of the command", "another", advice);
}

function addMissing(issues: IssueList, args: ArgsDef, given: ReadonlySet<string>, positionals: number): void {
  let wanted = 0;
  for (const [name, arg] of Object.entries(args)) {
    const isRequired =
      arg.default === undefined && (arg.type === "positional" ? arg.required !== false : arg.required === true);
    if (arg.type === "positional") {
      wanted += 1;
      if (!isRequired || positionals >= wanted) continue;
      issues.add("cli/usage", name.toUpperCase(), meaningOf(arg), "nothing", "See --help.");
    } else if (isRequired && !given.has(name)) {
      issues.add("cli/usage", `--${name}`, meaningOf(arg), "nothing", "See --help.");
    }
  }
}

function meaningOf({ description = "a value" }: ArgsDef[string]): string {
  return description.charAt(0).toLowerCase() + description.slice(1);
}
