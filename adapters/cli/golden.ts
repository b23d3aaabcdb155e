// `goldentape golden`: golden runs, verified against what was expected of them, or written anew with a reason.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import type { ArgsDef } from "citty";
import { expectationOf, mismatchOf, traceText } from "../golden/expectation.js";
import type { Expectation, Mismatch } from "../golden/expectation.js";
import { absentFiles, prepareScenario, readScenarios } from "../golden/scenario.js";
import type { Scenario } from "../golden/scenario.js";
import { nodeEngine, nodeHasher } from "../node/kernel-module.js";
import { CheckFailure, jsonText, printResult, runCommand } from "./output.js";
import { usage } from "./usage.js";

const COMMON = {
  scenario: { type: "positional", description: "Scenarios (default: all)", required: false },
  root: { type: "string", description: "Folder of the scenarios", valueHint: "DIR", default: "golden" },
  json: { type: "boolean", description: "Print one JSON document", default: false },
} satisfies ArgsDef;

/** What became of one scenario. */
interface Outcome {
  readonly name: string;
  readonly outcome: "same" | "different" | "new" | "updated" | "skipped";
  readonly resultDigest: string | null;
  /** Recorded files that this machine does not have. */
  readonly absent: readonly string[];
  readonly mismatch: Mismatch | null;
}

/** A scenario after its run. */
interface Rerun {
  readonly received: Expectation;
  readonly trace: string;
  readonly mismatch: Mismatch | null;
  readonly isNew: boolean;
}

const verify = defineCommand({
  meta: {
    name: "verify",
    description: "Run scenarios and compare. Example: goldentape golden verify sma-cross-sp500",
  },
  args: COMMON,
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const outcomes: Outcome[] = [];
      for (const scenario of readScenarios(args.root, args._)) outcomes.push(await verified(scenario));
      const failed = outcomes.filter(({ outcome }) => outcome === "different" || outcome === "new");
      const document = {
        passed: outcomes.filter((one) => one.outcome === "same").length,
        failed: failed.length,
        scenarios: outcomes,
      };
      if (failed.length > 0) throw new CheckFailure(outcomesText(outcomes), document);
      printResult(args.json, document, () => outcomesText(outcomes));
    }),
});

async function verified(scenario: Scenario): Promise<Outcome> {
  const absent = absentFiles(scenario);
  if (absent.length > 0) return { name: scenario.name, outcome: "skipped", resultDigest: null, absent, mismatch: null };
  const { received, mismatch, isNew } = await rerun(scenario);
  const outcome = isNew ? "new" : mismatch === null ? "same" : "different";
  return { name: scenario.name, outcome, resultDigest: received.resultDigest, absent, mismatch };
}

const update = defineCommand({
  meta: {
    name: "update",
    description: 'Write what scenarios give now. Example: goldentape golden update --reason "Fees are rounded up"',
  },
  args: {
    ...COMMON,
    reason: { type: "string", description: "Why results change; required when one does", valueHint: "TEXT" },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      if (process.env["CI"] !== undefined) throw usage("golden update", "a person's machine", "a machine of CI");
      const outcomes: Outcome[] = [];
      const reruns: (readonly [Scenario, Rerun])[] = [];
      for (const scenario of readScenarios(args.root, args._)) {
        const absent = absentFiles(scenario);
        if (absent.length > 0)
          outcomes.push({ name: scenario.name, outcome: "skipped", resultDigest: null, absent, mismatch: null });
        else reruns.push([scenario, await rerun(scenario)]);
      }
      const changed = reruns.filter(([, { isNew, mismatch }]) => !isNew && mismatch !== null);
      const reason = args.reason?.trim() ?? "";
      if (changed.length > 0 && reason === "") {
        const names = changed.map(([{ name }]) => name).join(", ");
        throw usage("--reason", `a reason, since results of ${names} change`, "none");
      }
      for (const [scenario, done] of reruns) {
        outcomes.push(written(scenario, done));
      }
      if (changed.length > 0) appendReason(args.root, reason, changed);
      printResult(args.json, { scenarios: outcomes }, () => outcomesText(outcomes));
    }),
});

function written(scenario: Scenario, { received, trace, mismatch, isNew }: Rerun): Outcome {
  const { name } = scenario;
  if (!isNew && mismatch === null)
    return { name, outcome: "same", resultDigest: received.resultDigest, absent: [], mismatch };
  writeFileSync(join(scenario.folder, "expected.json"), `${jsonText(received)}\n`);
  writeFileSync(join(scenario.folder, "trace.txt"), trace);
  return { name, outcome: isNew ? "new" : "updated", resultDigest: received.resultDigest, absent: [], mismatch };
}

function appendReason(root: string, reason: string, changed: readonly (readonly [Scenario, Rerun])[]): void {
  const path = join(root, "REASONS.md");
  if (!existsSync(path)) writeFileSync(path, "# Why golden results changed\n\n");
  const day = new Date().toISOString().slice(0, 10);
  for (const [{ name }, { received }] of changed) {
    appendFileSync(path, `- ${day} ${name}: ${reason} (now ${received.resultDigest.slice(0, 19)})\n`);
  }
}

async function rerun(scenario: Scenario): Promise<Rerun> {
  const prepared = await prepareScenario(scenario, nodeHasher());
  const result = prepared.run(nodeEngine());
  const received = expectationOf(result, prepared.graph.checksum);
  const trace = traceText(result);
  const [expectedPath, tracePath] = [join(scenario.folder, "expected.json"), join(scenario.folder, "trace.txt")];
  if (!existsSync(expectedPath) || !existsSync(tracePath)) return { received, trace, mismatch: null, isNew: true };
  const expected = JSON.parse(readFileSync(expectedPath, "utf8")) as Expectation;
  const mismatch = mismatchOf(expected, readFileSync(tracePath, "utf8"), received, trace);
  return { received, trace, mismatch, isNew: false };
}

function outcomesText(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ name, outcome, resultDigest, absent, mismatch }) => {
    const note = outcome === "skipped" ? `not on this machine: ${absent.join(", ")}` : (resultDigest ?? "");
    const line = `${outcome.padEnd(9)}  ${name.padEnd(28)}  ${note}`;
    return outcome === "different" && mismatch !== null ? `${line}\n${mismatch.text}` : line;
  });
  const of = (kind: Outcome["outcome"]): number => outcomes.filter((one) => one.outcome === kind).length;
  const kinds = ["same", "different", "new", "updated", "skipped"] as const;
  const counts = kinds.flatMap((kind) => (of(kind) === 0 ? [] : [`${of(kind)} ${kind}`]));
  return [...lines, "", counts.join(", ")].join("\n");
}

export const golden = defineCommand({
  meta: { name: "golden", description: "Golden runs: verify them, or update them with a reason" },
  subCommands: { verify, update },
});
