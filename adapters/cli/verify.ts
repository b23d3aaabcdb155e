// `goldentape verify`: a saved run replayed from its identities, and a strategy looked at for look-ahead and for memory
// beyond what its nodes declare.

import { defineCommand } from "citty";
import { checkLookAhead, checkWarmUp, instantText, IssueList } from "../../kernel/index.js";
import type {
  Dataset,
  LookAheadReport,
  Peek,
  RunConfig,
  RunVerdict,
  SavedRun,
  WarmUpReport,
} from "../../kernel/index.js";
import { nodeEngine, nodeHasher } from "../node/kernel-module.js";
import { openDataset, storeRoot } from "../store/open-dataset.js";
import { loadStrategy } from "../strategy/load-strategy.js";
import type { LoadedStrategy } from "../strategy/load-strategy.js";
import { repeated } from "./command-text.js";
import { configOrNoFees } from "./config-file.js";
import { differenceLines, eventDocument, verdictCauseLines } from "../report/difference-text.js";
import { CheckFailure, printResult, runCommand, tableText } from "./output.js";
import { pairsOf, rangeOf } from "./run-options.js";
import { datasetOfSaved, readSaved, replayedSaved } from "./saved-run.js";
import type { SavedRunWords } from "./saved-run.js";
import { showStep } from "./step-line.js";
import { usage } from "./usage.js";

const HELP = "See goldentape verify --help.";
const DATASET = "Add --dataset NAME_OR_FILE, or --dataset synthetic:seed=7,rows=1000.";

export const verify = defineCommand({
  meta: {
    name: "verify",
    description:
      "Replay a run that was saved (goldentape run … --save run.goldentape) and compare every event. " +
      "Example: goldentape verify run.goldentape. " +
      "Look-ahead: goldentape verify --causal strategy.ts --dataset sp500. " +
      "Warm-up: goldentape verify --stable strategy.ts --dataset sp500",
  },
  args: {
    run: { type: "positional", description: "Run, as --save wrote it", required: false },
    causal: { type: "string", description: "Strategy: does any node know what comes later", valueHint: "STRATEGY" },
    stable: {
      type: "string",
      description: "Strategy: does any node remember more than it declares",
      valueHint: "STRATEGY",
    },
    dataset: {
      type: "string",
      description: "Name, file, catalogue name or synthetic:…; of a run, when it is not found under its own name",
      valueHint: "NAME_OR_FILE",
    },
    nodes: { type: "string", description: "File with the user nodes of a run or a graph in JSON", valueHint: "FILE" },
    param: { type: "string", description: "Param of the strategy; may be repeated", valueHint: "NAME=VALUE" },
    export: { type: "string", description: "Export of the strategy file (default: default)", valueHint: "NAME" },
    config: { type: "string", description: "Configuration as JSON (default: no fees)", valueHint: "FILE" },
    from: { type: "string", description: "First close: a date, an instant, or ns", valueHint: "DATE" },
    to: { type: "string", description: "Closes before this", valueHint: "DATE" },
    instants: { type: "string", description: "Random instants of --causal (default: 8)", valueHint: "COUNT" },
    seed: { type: "string", description: "Seed of the random instants (default: 0)" },
    store: { type: "string", description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)" },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args, rawArgs }) =>
    runCommand(args.json, async () => {
      const asked = [args.run, args.causal, args.stable].filter((each) => each !== undefined);
      if (asked.length !== 1)
        throw usage("verify", "a run, --causal STRATEGY or --stable STRATEGY", `${asked.length} of them`, HELP);
      if (args.run !== undefined) return verifySaved(args.run, args);
      const strategyFile = (args.causal ?? args.stable) as string;
      if (args.dataset === undefined) throw usage("--dataset", "a dataset to run the strategy over", "none", DATASET);
      const strategy = await loadStrategy(strategyFile, {
        params: pairsOf(repeated(rawArgs, "--param")),
        ...(args.export === undefined ? {} : { export: args.export }),
        ...(args.nodes === undefined ? {} : { userNodes: args.nodes }),
      });
      showStep(`opening ${args.dataset} …`);
      const dataset = await openDataset(args.dataset, { hasher: nodeHasher(), store: storeRoot(args.store) });
      const given = { ...checkOptions(args), config: configOrNoFees(args.config, strategy.config) };
      showStep("replaying over other futures and other beginnings …");
      if (args.causal === undefined) verifyStable(args.json, strategy, dataset, given);
      else verifyCausal(args.json, strategy, dataset, given);
    }),
});

interface SavedArgs extends SavedRunWords {
  readonly json: boolean;
}

async function verifySaved(path: string, args: SavedArgs): Promise<void> {
  const saved = readSaved(path);
  const { verdict } = await replayedSaved(saved, await datasetOfSaved(saved, args), args);
  const document = verdictDocument(saved, verdict);
  const text = verdictText(saved, verdict);
  if (!verdict.isSame) throw new CheckFailure(text, document);
  printResult(args.json, document, () => text);
}

function verdictDocument(saved: SavedRun, verdict: RunVerdict): object {
  const { isSame, resultDigest, kernelDigest, checkpoints, difference, cause } = verdict;
  return {
    verdict: isSame ? "same" : "different",
    runId: saved.runId,
    graphId: saved.graphId,
    dataset: saved.dataset,
    semanticsVersion: saved.semanticsVersion,
    resultDigest,
    kernelDigest,
    checkpoints: {
      equalAfterBuckets: checkpoints.equal?.buckets ?? 0,
      differentAfterBuckets: checkpoints.different?.buckets ?? null,
    },
    difference:
      difference === null ? null : { saved: eventDocument(difference.a), replayed: eventDocument(difference.b) },
    cause,
  };
}

function verdictText(
  saved: SavedRun,
  { isSame, resultDigest, kernelDigest, checkpoints, difference, cause }: RunVerdict,
): string {
  const rows = [
    ["result", isSame ? resultDigest.saved : `saved    ${resultDigest.saved}`],
    ...(isSame ? [] : [["", `replayed ${resultDigest.replayed}`]]),
    ["run", saved.runId],
    ["graph", saved.graphId],
    ["dataset", `${saved.dataset.name} ${saved.dataset.fingerprint}`],
    ["kernel", kernelDigest.saved === kernelDigest.replayed ? "the build that made it" : "another build"],
  ];
  const found =
    cause === null
      ? []
      : ["", ...differenceLines(checkpoints, difference, ["saved", "replayed"]), "", ...verdictCauseLines(cause)];
  return [tableText([isSame ? "SAME" : "DIFFERENT", ""], rows), ...found].join("\n").replace(/ +$/gm, "");
}

interface CheckOptions {
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly instants: number;
  readonly seed: number;
}

interface CheckArgs {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly instants?: string | undefined;
  readonly seed?: string | undefined;
}

function checkOptions({ from, to, instants = "8", seed = "0" }: CheckArgs): CheckOptions {
  const issues = new IssueList();
  for (const [option, text] of [
    ["--instants", instants],
    ["--seed", seed],
  ] as const) {
    if (!/^[0-9]{1,6}$/.test(text))
      issues.add("config/type", option, "a whole number below a million", JSON.stringify(text));
  }
  const range = rangeOf(from, to, issues);
  issues.throwIfAny();
  return { ...range, instants: Number(instants), seed: Number(seed) };
}

type Given = CheckOptions & { readonly config: RunConfig };

function verifyCausal(
  isJson: boolean,
  strategy: LoadedStrategy,
  dataset: Dataset,
  { config, ...options }: Given,
): void {
  const report = checkLookAhead(nodeEngine(), strategy.graph, dataset, config, options);
  const document = {
    verdict: report.peeks.length === 0 ? "causal" : "looks ahead",
    graphId: strategy.graph.graphId,
    nodes: report.nodes,
    instants: report.instants.map((instant) => instantText(instant)),
    peeks: report.peeks.map(peekDocument),
  };
  const text = causalText(strategy, report);
  if (report.peeks.length > 0) throw new CheckFailure(text, document);
  printResult(isJson, document, () => text);
}

function peekDocument(peek: Peek): object {
  const { nodeId, label, instrument, future, value, changed } = peek;
  const [time, after] = [instantText(peek.timeNs), instantText(peek.afterNs)];
  return { nodeId, label, instrument, time, after, future, value, changed };
}

function causalText(strategy: LoadedStrategy, report: LookAheadReport): string {
  const { nodes, instants, peeks } = report;
  const looked = `${nodes.length} nodes, the tape cut off and altered after each of ${instants.length} instants`;
  if (peeks.length === 0) return `CAUSAL  ${strategy.name}: no node knows what comes later (${looked})`;
  const first = peeks.map((peek) => {
    const of = peek.instrument === null ? "" : ` of ${peek.instrument}`;
    const [time, after] = [instantText(peek.timeNs), instantText(peek.afterNs)];
    const change = peek.future === "cut" ? "the tape is cut off" : "bars are altered";
    const changed = `${peek.changed ?? "null"} where ${change} after ${after}`;
    return [
      `${peek.label}${of}: its value of ${time} is ${peek.value ?? "null"}, and ${changed}.`,
      "  Let it read no row behind its own, and keep nothing from one call for another.",
      `  ${peek.nodeId}`,
    ].join("\n");
  });
  return [`LOOKS AHEAD  ${strategy.name} (${looked})`, ...first].join("\n\n");
}

function verifyStable(isJson: boolean, strategy: LoadedStrategy, dataset: Dataset, { config, from, to }: Given): void {
  const report = checkWarmUp(nodeEngine(), strategy.graph, dataset, config, { from, to });
  const recursive = report.nodes.filter(({ kind }) => kind === "recursive");
  const document = {
    verdict: recursive.length === 0 ? "stable" : "recursive",
    graphId: strategy.graph.graphId,
    starts: report.starts.map((start) => instantText(start)),
    // JSON has no infinity: a value where there was none.
    nodes: report.nodes.map((node) => ({ ...node, residual: Number.isFinite(node.residual) ? node.residual : null })),
  };
  const text = stableText(strategy, report);
  if (recursive.length > 0) throw new CheckFailure(text, document);
  printResult(isJson, document, () => text);
}

function stableText(strategy: LoadedStrategy, { nodes, starts }: WarmUpReport): string {
  const isStable = nodes.every(({ kind }) => kind !== "recursive");
  const verdict = isStable ? "STABLE" : "RECURSIVE";
  const meaning = isStable
    ? "no value depends on rows before what its node declares"
    : "values depend on when the run begins";
  const rows = nodes.map(({ label, period, kind, residual, settledRows }) => [
    label,
    String(period),
    kind,
    residual === 0 ? "" : Number.isFinite(residual) ? residual.toExponential(1) : "a value and none",
    kind === "exact" ? "" : settledRows === null ? "never" : String(settledRows),
  ]);
  return [
    `${verdict}  ${strategy.name}: ${meaning} (begun at ${starts.length} later times)`,
    "",
    tableText(["NODE", "PERIOD", "LONGER WARM-UP", "DIFFERENCE", "ROWS UNTIL 1e-9"], rows, [1, 4]),
  ]
    .join("\n")
    .replace(/ +$/gm, "");
}
