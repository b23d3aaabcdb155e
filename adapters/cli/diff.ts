// `goldentape diff`: two runs, two graphs, two configurations or two builds of the kernel, down to the first event that
// differs and the node that it comes from.

import { extname } from "node:path";
import { defineCommand } from "citty";
import { createEngine, diffRuns, graphDifference, InputError, savedGraph } from "../../kernel/index.js";
import type { Dataset, Engine, Graph, RunConfig, RunParts, SavedRun } from "../../kernel/index.js";
import { nodeEngine, nodeHasher } from "../node/kernel-module.js";
import { openDataset, storeRoot } from "../store/open-dataset.js";
import { loadStrategy } from "../strategy/load-strategy.js";
import { repeated } from "./command-text.js";
import { configOrNoFees } from "./config-file.js";
import { diffDocument, diffText, graphChangeLines } from "./diff-text.js";
import { readInputFile } from "./input-file.js";
import { CheckFailure, printResult, runCommand } from "./output.js";
import { pairsOf } from "./run-options.js";
import { datasetOfSaved, readSaved, userNodesOf } from "./saved-run.js";
import type { SavedRunWords } from "./saved-run.js";
import { showStep } from "./step-line.js";
import { usage } from "./usage.js";

const OTHERS =
  "Name a second one, or say what is other: --other-param NAME=VALUE, --other-config or --other-kernel FILE.";

export const diff = defineCommand({
  meta: {
    name: "diff",
    description:
      "Compare two runs, graphs, configurations or kernels. Example: goldentape diff a.goldentape b.goldentape. " +
      "Two params: goldentape diff strategy.ts --dataset sp500 --other-param fast=12. " +
      "Two configurations: goldentape diff run.goldentape --other-config dear.json. " +
      "Two kernels: goldentape diff run.goldentape --other-kernel old.wasm",
  },
  args: {
    a: { type: "positional", description: "Run that --save wrote, or a strategy", required: true },
    b: { type: "positional", description: "The other one (default: the same)", required: false },
    dataset: {
      type: "string",
      description: "Dataset; without one, two strategies are compared as graphs",
      valueHint: "NAME_OR_FILE",
    },
    param: { type: "string", description: "Param of strategies; may be repeated", valueHint: "NAME=VALUE" },
    "other-param": { type: "string", description: "Param of the other strategy alone", valueHint: "NAME=VALUE" },
    config: { type: "string", description: "Configuration of strategies (default: no fees)", valueHint: "FILE" },
    "other-config": { type: "string", description: "Configuration of the other run", valueHint: "FILE" },
    "other-kernel": { type: "string", description: "Module that carries out the other run", valueHint: "WASM" },
    nodes: { type: "string", description: "File with the user nodes of runs and graphs in JSON", valueHint: "FILE" },
    report: { type: "string", description: "Page to write, HTML", valueHint: "FILE" },
    store: { type: "string", description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)" },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args, rawArgs }) =>
    runCommand(args.json, async () => {
      const [params, others] = [repeated(rawArgs, "--param"), repeated(rawArgs, "--other-param")];
      if (
        [args.b, args["other-config"], args["other-kernel"]].every((each) => each === undefined) &&
        others.length === 0
      )
        throw usage("diff", "something to compare with", "one run or strategy", OTHERS);
      const words = { nodes: args.nodes, store: args.store, dataset: args.dataset };
      const a = await sideOf(args.a, params, words);
      const b = await sideOf(args.b ?? args.a, [...params, ...others], words);
      const isRun = a.saved !== null || b.saved !== null || args.dataset !== undefined;
      if (!isRun) return compareGraphs(args.json, a.graph, b.graph);
      const saved = a.saved ?? b.saved;
      const dataset = await datasetOf(saved, words);
      const other = args["other-config"];
      const engine = args["other-kernel"] === undefined ? nodeEngine() : engineFrom(args["other-kernel"]);
      const left = partsOf(nodeEngine(), a, saved, dataset, configOrNoFees(args.config, a.config));
      const right = partsOf(
        engine,
        b,
        saved,
        await ownDataset(b.saved, saved, dataset, words),
        configOrNoFees(args.config, b.config),
      );
      showStep("replaying both …");
      const difference = diffRuns(
        left,
        other === undefined ? right : { ...right, config: configOrNoFees(other, b.config) },
      );
      const document = diffDocument(difference);
      const names = [args.a, args.b ?? `${args.a} (other)`] as const;
      const text = diffText(difference, names);
      if (args.report !== undefined) {
        const { writeDiffPage } = await import("./diff-page.js");
        writeDiffPage(args.report, names, difference, text);
      }
      if (!difference.isSame) throw new CheckFailure(text, document);
      printResult(args.json, document, () => text);
    }),
});

/** One side of a comparison: a saved run, or a strategy. */
interface Side {
  readonly graph: Graph;
  readonly saved: SavedRun | null;
  /** What the strategy's file assumes. */
  readonly config: object;
}

async function sideOf(path: string, params: readonly string[], words: SavedRunWords): Promise<Side> {
  if (/^\.(m?[jt]s|json)$/.test(extname(path))) {
    const { nodes } = words;
    const options = { params: pairsOf(params), ...(nodes === undefined ? {} : { userNodes: nodes }) };
    const { graph, config } = await loadStrategy(path, options);
    return { graph, saved: null, config };
  }
  if (params.length > 0) {
    const issue = { code: "strategy/param", path, expected: "no params: the graph of a run is fixed" } as const;
    const advice = "Compare the strategy's file in place of its saved run, with --dataset.";
    throw new InputError([{ ...issue, received: params.join(", "), advice }]);
  }
  const saved = readSaved(path);
  return { graph: savedGraph(saved, await userNodesOf(words)), saved, config: {} };
}

async function datasetOf(saved: SavedRun | null, words: SavedRunWords): Promise<Dataset> {
  if (saved !== null) return datasetOfSaved(saved, words);
  return openDataset(words.dataset as string, { hasher: nodeHasher(), store: storeRoot(words.store) });
}

/** The dataset of the other run, where it was made over another one. */
async function ownDataset(
  own: SavedRun | null,
  first: SavedRun | null,
  dataset: Dataset,
  words: SavedRunWords,
): Promise<Dataset> {
  if (own === null || first === null || own.dataset.fingerprint === first.dataset.fingerprint) return dataset;
  return datasetOfSaved(own, { ...words, dataset: undefined });
}

/** A strategy beside a saved run takes its configuration and its range. */
function partsOf(engine: Engine, side: Side, saved: SavedRun | null, dataset: Dataset, config: RunConfig): RunParts {
  const from = side.saved ?? saved;
  const { graph } = side;
  if (from === null) return { engine, graph, dataset, config };
  return { engine, graph, dataset, config: from.config, options: from.options };
}

function engineFrom(path: string): Engine {
  const expected = "a module goldentape.wasm";
  const bytes = readInputFile(path, expected);
  try {
    return createEngine(bytes);
  } catch (error) {
    const received = (error as Error).message;
    const advice = "Name the goldentape.wasm of another build: npm run build:release writes it into assembly/.";
    throw new InputError([{ code: "import/file", path, expected, received, advice }]);
  }
}

function compareGraphs(isJson: boolean, a: Graph, b: Graph): void {
  const graph = graphDifference(a, b);
  const isSame = a.graphId === b.graphId;
  const document = { verdict: isSame ? "same" : "different", graphId: { a: a.graphId, b: b.graphId }, graph };
  const text = [isSame ? "SAME" : "DIFFERENT", `a  ${a.graphId}`, `b  ${b.graphId}`, "", ...graphChangeLines(graph)]
    .join("\n")
    .trimEnd();
  if (!isSame) throw new CheckFailure(text, document);
  printResult(isJson, document, () => text);
}
