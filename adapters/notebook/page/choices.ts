// Choices of the notebook: the datasets that it can open, and the strategies with their params.

import { SP500 } from "../../../datasets/sp500.js";
import { STRATEGY_FILES } from "../../../datasets/strategy-catalogue.js";
import { graphJson, InputError } from "../../browser/index.js";
import type {
  ImportManifest,
  PageSource,
  RunConfig,
  Strategy,
  StrategyValue,
  WorkerStrategy,
} from "../../browser/index.js";

export interface DatasetChoice {
  readonly title: string;
  readonly source: PageSource;
  readonly name: string | null;
  readonly manifest: ImportManifest | null;
  /** What its instruments need of the configuration. */
  readonly config: Partial<RunConfig>;
}

/** The address of a file beside the scripts of the notebooks. */
function beside(path: string): URL {
  return new URL(path, import.meta.url);
}

const made = (title: string, recipe: string, config: Partial<RunConfig> = {}): DatasetChoice => {
  return { title, source: `synthetic:${recipe}`, name: null, manifest: null, config };
};

const SAMPLE: DatasetChoice = {
  title: SP500.title,
  source: beside("data/sp500-2000.csv"),
  name: SP500.name,
  manifest: SP500.manifest,
  config: {},
};
const PERPETUALS = "seed=8,rows=5000,interval=1h,instruments=2,assetClass=crypto-perpetual";

/** Datasets by key. The one of a file of one's own has no entry. */
export const DATASETS: ReadonlyMap<string, DatasetChoice> = new Map([
  ["sp500", SAMPLE],
  ["hours", made("20,000 hours, made from seed 7", "seed=7,rows=20000,interval=1h")],
  ["pair", made("Two instruments, 3,000 hours, made from seed 9", "seed=9,rows=3000,interval=1h,instruments=2")],
  ["perpetuals", made("Two perpetuals, 5,000 hours, made from seed 8", PERPETUALS, { funding: "off" })],
  ["million", made("A million minutes, made from seed 11", "seed=11,rows=1000000,interval=1m")],
]);

/** A manifest to write one's own after, where nothing can be guessed. */
export const EXAMPLE_MANIFEST: ImportManifest = SP500.manifest;

/** Strategies by name; `cell` is the one that is written in the page. */
export const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  [...STRATEGY_FILES.values()].map((strategy) => [strategy.name, strategy]),
);

/** Address of the module with the user nodes of the catalogue. */
export const USER_NODES = beside("user-nodes.js").href;

/** A strategy of the catalogue as the worker takes it. @throws InputError of params and graph. */
export function catalogueStrategy(strategy: Strategy, params: Readonly<Record<string, StrategyValue>>): WorkerStrategy {
  return { kind: "graph", json: graphJson(strategy.graph(params)), userNodes: [USER_NODES] };
}

/** The address of a module that is written in the page; what it imports from the package comes from this page. */
export function cellAddress(text: string): string {
  const library = beside("goldentape.js").href;
  const module = text.replace(/(\bfrom\s*)(["'])goldentape(?:\/browser)?\2/g, `$1${JSON.stringify(library)}`);
  return URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
}

/** What the cell holds at first. */
export const CELL_TEXT = `import { add, bars, defineStrategy, graph, gt, mul } from "goldentape";
import { rollingMax, rollingMin, select, targetPercent } from "goldentape";

export default defineStrategy({
  name: "upper-half",
  params: { rows: 40 },
  build({ rows }) {
    const { close, high, low } = bars();
    const middle = mul(add(rollingMax(high, rows), rollingMin(low, rows)), 0.5);
    return graph({ decisions: [targetPercent(select(gt(close, middle), 1, 0))], publish: { middle } });
  },
});
`;

/** A configuration that is written as JSON. @throws InputError `config/type` for what is no JSON object. */
export function configOf(text: string): Partial<RunConfig> {
  let config: unknown;
  try {
    config = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch (cause) {
    throw refused((cause as Error).message);
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) throw refused(text);
  return config;
}

function refused(received: string): InputError {
  const advice = 'Write one, such as {"maxOpenOrders": 10}, or {}.';
  return new InputError([{ code: "config/type", path: "config", expected: "a JSON object", received, advice }]);
}

/** Bounds of a slider for a number. */
export function sliderOf(value: number): { readonly min: number; readonly max: number; readonly step: number } {
  if (Number.isInteger(value) && value !== 0) return { min: 1, max: Math.max(10, value * 4), step: 1 };
  const max = value === 0 ? 1 : Math.abs(value) * 4;
  return { min: value < 0 ? -max : 0, max, step: Number((max / 80).toPrecision(2)) };
}
