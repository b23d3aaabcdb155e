// `goldentape run`: a strategy over a dataset, to a digest, a table, files and a report.

import { defineCommand } from "citty";
import {
  BOUND_PATHS,
  boundConfig,
  boundsOf,
  InputError,
  invariant,
  studyRun,
  tapesOf,
  venueRemarks,
} from "../../kernel/index.js";
import type { BarsTape, Dataset, Graph, Reading, RunConfig, RunResult } from "../../kernel/index.js";
import { nodeEngine, nodeFloatMath, nodeHasher } from "../node/kernel-module.js";
import { openDataset, storeRoot } from "../store/open-dataset.js";
import { loadStrategy } from "../strategy/load-strategy.js";
import { commandText, repeated } from "./command-text.js";
import { ACCOUNT_ARGS } from "./account-options.js";
import { zonesResolved } from "./config-file.js";
import type { StatedConfig } from "./config-file.js";
import { EXECUTION_ARGS } from "./execution-options.js";
import { printResult, runCommand } from "./output.js";
import { runDocument, runText, runTitle } from "./run-document.js";
import type { FinishedRun } from "./run-document.js";
import { configOver, runRequest } from "./run-options.js";
import { clearStep, showStep } from "./step-line.js";
import { Stopwatch } from "./stopwatch.js";
import { watchedRuns } from "./watched-run.js";

export const run = defineCommand({
  meta: {
    name: "run",
    description:
      "Replay a strategy over a dataset. " +
      "Example: goldentape run sma-cross.ts --dataset sp500 --fee-bps 10 --param fast=20. " +
      "As another engine: --preset tradingview --fee-bps 5. With a kinder bound: --path best --limit-fill touch",
  },
  args: {
    strategy: { type: "positional", description: "Strategy: .ts, .js, or a graph as .json", required: true },
    dataset: {
      type: "string",
      description: "Name, name@pin, file, catalogue name (sp500) or synthetic:seed=1,rows=1000",
      valueHint: "NAME_OR_FILE",
      required: true,
    },
    from: { type: "string", description: "First close: a date, an instant, or ns", valueHint: "DATE" },
    to: { type: "string", description: "Closes before this", valueHint: "DATE" },
    param: { type: "string", description: "Param of the strategy; may be repeated", valueHint: "NAME=VALUE" },
    export: { type: "string", description: "Export of the strategy file (default: default)", valueHint: "NAME" },
    nodes: { type: "string", description: "File with the user nodes of a graph in JSON", valueHint: "FILE" },
    config: { type: "string", description: "Configuration as JSON; options go before it", valueHint: "FILE" },
    cash: { type: "string", description: "Cash at the start (default: 100000)", valueHint: "MONEY" },
    "fee-bps": { type: "string", description: "Fee in basis points of the traded value; 0 for none", valueHint: "BPS" },
    "fee-maker-bps": { type: "string", description: "Fee of a maker (default: the taker's)", valueHint: "BPS" },
    "fee-per-unit": { type: "string", description: "Fee for each share, coin or contract", valueHint: "MONEY" },
    "fee-minimum": { type: "string", description: "Least fee of an order", valueHint: "MONEY" },
    slippage: {
      type: "string",
      description: "none, ticks:N (default ticks:1), bps:N, spread:BPS:SHARE or volume:FACTOR",
    },
    participation: { type: "string", description: "Share of a bar's volume for own orders (default: 0.1), or none" },
    remainder: { type: "string", description: "What exceeds the volume: carry (default) or cancel" },
    ...ACCOUNT_ARGS,
    "close-at-end": { type: "boolean", description: "Close positions at the last close" },
    ...EXECUTION_ARGS,
    calendar: {
      type: "string",
      description: "Sessions: always, a JSON file, or SYMBOL=FILE; may be repeated",
      valueHint: "FILE",
    },
    "latency-ms": { type: "string", description: "From decision to acceptance (default: 0)" },
    bounds: { type: "boolean", description: "Run at worst and at best, and list the trades that bars leave open" },
    seed: { type: "string", description: "Seed of random draws (default: 0)" },
    benchmark: { type: "string", description: "Symbol to compare with (default: the first), or none" },
    out: { type: "string", description: "Folder for tables, run.json and log.bin", valueHint: "DIR" },
    format: { type: "string", description: "Tables of --out: arrow (default), parquet or both" },
    save: { type: "string", description: "File with the whole run, for goldentape verify", valueHint: "FILE" },
    "log-draws": {
      type: "string",
      description: "File for every random number drawn, as JSON lines",
      valueHint: "FILE",
    },
    report: { type: "string", description: "Report to write, one HTML page", valueHint: "FILE" },
    store: { type: "string", description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)" },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args, rawArgs }) =>
    runCommand(args.json, async () => {
      const watch = new Stopwatch();
      const [param, calendar] = [repeated(rawArgs, "--param"), repeated(rawArgs, "--calendar")];
      const request = runRequest({ ...args, param, calendar, ...feesOf(args) });
      showStep(`opening ${args.dataset} …`);
      // A strategy in TypeScript is read in another thread, while this one opens the dataset.
      const [strategy, dataset] = await bothOf(
        loadStrategy(args.strategy, {
          params: request.params,
          ...(args.export === undefined ? {} : { export: args.export }),
          ...(args.nodes === undefined ? {} : { userNodes: args.nodes }),
        }),
        openDataset(args.dataset, { hasher: nodeHasher(), store: storeRoot(args.store) }),
      );
      watch.lap("openMs");
      clearStep();
      const { from, to, seed } = request;
      const logDraws = args["log-draws"] !== undefined;
      const config = await resolvedConfig(configOver(strategy.config, request.config), dataset);
      const configs = args.bounds === true ? BOUND_PATHS.map((path) => boundConfig(config, path)) : [config];
      const results = await watchedRuns(nodeEngine(), strategy.graph, dataset, configs, { from, to, seed, logDraws });
      watch.lap("runMs");
      showStep("adding up …");
      const benchmark = args.benchmark === undefined ? {} : { benchmark: benchmarkOf(args.benchmark) };
      const finished = finishedRun(
        results.map((result) => studied(strategy.graph, result, dataset, config, benchmark)),
      );
      watch.lap("studyMs");
      const document = runDocument(finished, watch.laps());
      const files: string[] = [];
      showStep("writing …");
      if (args.out !== undefined) {
        const { writeTables } = await import("./run-files.js");
        files.push(...writeTables(args.out, request.formats, finished, document));
      }
      if (args.save !== undefined) {
        const { writeSaved } = await import("./run-files.js");
        files.push(writeSaved(args.save, strategy.graph, configs[0] as RunConfig, finished.result));
      }
      if (args["log-draws"] !== undefined) {
        const { writeDraws } = await import("./run-files.js");
        files.push(writeDraws(args["log-draws"], finished.result));
      }
      if (args.report !== undefined) {
        const { writeReport } = await import("./run-files.js");
        files.push(writeReport(args.report, strategy, dataset, finished, commandText("run", rawArgs), document));
      }
      watch.lap("filesMs");
      printResult(args.json, { ...document, timings: watch.total() }, () =>
        runText(runTitle(strategy, finished), finished, document, files),
      );
    }),
});

/** A run and its study, whose statement must be what the run itself said. */
function studied(
  graph: Graph,
  result: RunResult,
  dataset: Dataset,
  { calendars = {} }: RunConfig,
  options: { benchmark?: string | null },
): FinishedRun {
  const tables = result.tables();
  const stated = new Set([...Object.keys(calendars), ...(dataset.calendars?.keys() ?? [])]);
  const remarks = venueRemarks(result, (symbol) => stated.has(symbol) || stated.has("*"));
  const study = studyRun(tables, { math: nodeFloatMath(), bars: studiedTapes(result, dataset), ...options });
  const difference = study.statement?.difference ?? { equity: 0n, cash: 0n };
  invariant(
    difference.equity === 0n && difference.cash === 0n,
    "the portfolio is what fills, ledger and prices make of it",
  );
  return { graph, result, study, venueRemarks: remarks };
}

/** The tapes that the run read, and those of instruments of which it read none, for a benchmark. */
function studiedTapes(result: RunResult, dataset: Dataset): readonly BarsTape[] {
  const read = tapesOf(result);
  const symbols = new Set(read.map((tape) => tape.instrument.symbol));
  return [...read, ...dataset.bars.filter((tape) => !symbols.has(tape.instrument.symbol))];
}

/** The only run, or the one at worst with the one at best. */
function finishedRun([worst, best]: readonly FinishedRun[]): FinishedRun {
  invariant(worst !== undefined, "every configuration has its result");
  if (best === undefined) return worst;
  const [low, high] = [worst, best].map(({ result, study }) => ({ tables: result.tables(), trades: study.trades })) as [
    Reading,
    Reading,
  ];
  return { ...worst, best: { run: best, bounds: boundsOf(low, high) } };
}

/** The configuration as the kernel takes it, which checks it: fees are stated there or missed. */
async function resolvedConfig({ calendars, ...config }: StatedConfig, dataset: Dataset): Promise<RunConfig> {
  const resolved = calendars === undefined ? {} : { calendars: await zonesResolved(calendars, dataset) };
  return { ...config, ...resolved } as RunConfig;
}

/** Both results, or everything that is wrong with either. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === "fulfilled" && two.status === "fulfilled") return [one.value, two.value];
  const reasons = [one, two].flatMap((done) => (done.status === "rejected" ? [done.reason as unknown] : []));
  const other = reasons.find((reason) => !(reason instanceof InputError));
  if (other !== undefined) throw other;
  throw new InputError((reasons as InputError[]).flatMap((reason) => reason.issues));
}

interface FeeArgs {
  readonly "fee-bps"?: string | undefined;
  readonly "fee-maker-bps"?: string | undefined;
  readonly "fee-per-unit"?: string | undefined;
  readonly "fee-minimum"?: string | undefined;
  readonly "close-at-end"?: boolean | undefined;
  readonly "latency-ms"?: string | undefined;
}

function feesOf(args: FeeArgs): object {
  return {
    feeBps: args["fee-bps"],
    feeMakerBps: args["fee-maker-bps"],
    feePerUnit: args["fee-per-unit"],
    feeMinimum: args["fee-minimum"],
    closeAtEnd: args["close-at-end"],
    latencyMs: args["latency-ms"],
  };
}

function benchmarkOf(text: string): string | null {
  return text === "none" ? null : text;
}
