// Commands: from the words of a command line to the command that they name.
//
// Always true:
//   a command's modules are loaded when it is called, not before;
//   bad usage ends with exit code 2 and one line for each fault, as JSON with `--json`.

import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import { renderUsage, runCommand } from "citty";
import type { ArgsDef, CommandDef } from "citty";

type Command = CommandDef<ArgsDef>;

interface Entry {
  /** What stands in the help before the command is loaded. */
  readonly about: string;
  readonly load: () => Promise<unknown>;
}

const COMMANDS: ReadonlyMap<string, Entry> = new Map([
  ["run", { about: "Replay a strategy over a dataset", load: async () => (await import("./run.js")).run }],
  [
    "graph",
    { about: "Show a strategy's graph and its identities", load: async () => (await import("./graph.js")).graph },
  ],
  [
    "dataset",
    {
      about: "Import, list, show, verify, make and export datasets",
      load: async () => (await import("./dataset.js")).datasetCommand,
    },
  ],
  ["sql", { about: "Query the tables of a run", load: async () => (await import("./sql.js")).sql }],
  [
    "diff",
    {
      about: "Compare two runs, graphs, configurations or kernels",
      load: async () => (await import("./diff.js")).diff,
    },
  ],
  [
    "verify",
    {
      about: "Replay a saved run, or look for look-ahead in a strategy",
      load: async () => (await import("./verify.js")).verify,
    },
  ],
  ["sets", { about: "List and describe node sets", load: async () => (await import("./sets.js")).sets }],
  ["golden", { about: "Verify or update golden runs", load: async () => (await import("./golden.js")).golden }],
]);

/** Runs the command that the words name; prints, and sets the exit code of the process. */
export async function goldentape(words: readonly string[]): Promise<void> {
  try {
    await dispatch(words);
  } catch (error) {
    const { reportError } = await import("./output.js");
    process.exitCode = reportError(words.includes("--json"), error);
  }
}

async function dispatch(words: readonly string[]): Promise<void> {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") return printOverview();
  if (name === "--version") return printVersion();
  const entry = COMMANDS.get(name);
  if (entry === undefined) throw await unknownCommand(name, [...COMMANDS.keys()]);
  await runLeaf((await entry.load()) as Command, rest, { meta: { name: "goldentape" } });
}

/** Goes down to the subcommand that the words name, checks the words, and runs it. */
async function runLeaf(command: Command, words: readonly string[], parent: Command): Promise<void> {
  const subCommands = command.subCommands as Readonly<Record<string, Command>> | undefined;
  const [name = "", ...rest] = words;
  if (subCommands !== undefined && Object.hasOwn(subCommands, name)) {
    return runLeaf(subCommands[name] as Command, rest, { meta: { name: `goldentape ${nameOf(command)}` } });
  }
  if (words.includes("--help") || words.includes("-h") || (subCommands !== undefined && words.length === 0)) {
    const text = await renderUsage(command, parent);
    process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`);
    return;
  }
  if (subCommands !== undefined) throw await unknownCommand(name, Object.keys(subCommands));
  const { usageIssues } = await import("./usage.js");
  const issues = usageIssues(words, command.args as ArgsDef);
  if (issues.length > 0) {
    const { InputError } = await import("../../kernel/index.js");
    throw new InputError(issues);
  }
  await runCommand(command, { rawArgs: [...words] });
}

function nameOf(command: Command): string {
  return (command.meta as { readonly name?: string } | undefined)?.name ?? "";
}

async function unknownCommand(name: string, known: readonly string[]): Promise<Error> {
  const { InputError, nearestText } = await import("../../kernel/index.js");
  const near = nearestText(name, known);
  const advice = near === null ? "See goldentape --help." : `Did you mean ${near}?`;
  return new InputError([
    {
      code: "cli/usage",
      path: "command",
      expected: `one of ${known.join(", ")}`,
      received: JSON.stringify(name),
      advice,
    },
  ]);
}

function printOverview(): void {
  const lines = [...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(9)} ${about}`);
  process.stdout.write(
    [
      "goldentape: deterministic backtests, identified by digest",
      "",
      "Usage: goldentape COMMAND [OPTIONS]",
      "",
      ...lines,
      "",
      "Example: goldentape run strategy.ts --dataset sp500 --fee-bps 10 --report report.html",
      "Each command has --help with an example, and --json. Exit codes: 0 fine, 1 failed, 2 bad usage or input.",
      "",
    ].join("\n"),
  );
}

function printVersion(): void {
  const { version } = createRequire(import.meta.url)("goldentape/package.json") as { readonly version: string };
  process.stdout.write(`${version}\n`);
}
