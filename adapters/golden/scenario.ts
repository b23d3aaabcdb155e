// Golden scenarios: a run as data, in a folder of its own.
//
//     golden/<scenario>/spec.json       what is run: strategy, datasets, configuration
//     golden/<scenario>/expected.json   ids, digests and counts of what came out
//     golden/<scenario>/trace.txt       the first and last events, for a person
//     golden/<scenario>/*.csv           bars of its own, where a spec names them
//
// Always true:
//   nothing of a spec depends on where the project lies: paths are relative to the folder that has `golden/`.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../kernel/index.js";
import type { Hasher } from "../../kernel/index.js";
import { manifestOf } from "../files/manifest-schema.js";
import { openDataset } from "../store/open-dataset.js";
import { loadStrategy } from "../strategy/load-strategy.js";
import { prepareSpec } from "./scenario-run.js";
import type { GoldenSpec, PreparedScenario, ScenarioSources } from "./scenario-run.js";

export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly spec: GoldenSpec;
}

/**
 * Reads the scenarios of a folder.
 *
 * @param names Those that are wanted; all when empty.
 * @throws InputError `golden/scenario` for a name that there is not, and for every spec that is none.
 */
export function readScenarios(root: string, names: readonly string[]): Scenario[] {
  const known = existsSync(root)
    ? readdirSync(root)
        .filter((name) => existsSync(join(root, name, "spec.json")))
        .sort((a, b) => (a < b ? -1 : 1))
    : [];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || known.length === 0) {
    const expected = known.length === 0 ? "folders with a spec.json" : `one of ${known.join(", ")}`;
    throw new InputError([{ code: "golden/scenario", path: root, expected, received: unknown.join(", ") || "none" }]);
  }
  const wanted = names.length === 0 ? known : known.filter((name) => names.includes(name));
  return wanted.map((name) => ({ name, folder: join(root, name), spec: readSpec(join(root, name, "spec.json")) }));
}

const FIELDS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["title", (value) => typeof value === "string"],
  ["strategy", (value) => typeof value === "string" || isObject(value)],
  ["params", (value) => value === undefined || isObject(value)],
  ["datasets", (value) => Array.isArray(value) && value.length > 0],
  ["config", isObject],
  ["from", (value) => value === undefined || typeof value === "string"],
  ["to", (value) => value === undefined || typeof value === "string"],
  ["seed", (value) => value === undefined || Number.isSafeInteger(value)],
]);

function readSpec(path: string): GoldenSpec {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InputError([{ code: "golden/scenario", path, expected: "JSON", received: (error as Error).message }]);
  }
  const spec = value as Readonly<Record<string, unknown>>;
  const wrong = [
    ...[...FIELDS].flatMap(([field, isFine]) => (isFine(spec[field]) ? [] : [field])),
    ...Object.keys(spec).filter((field) => !FIELDS.has(field)),
  ];
  if (wrong.length === 0) return value as GoldenSpec;
  const expected = `the fields ${[...FIELDS.keys()].join(", ")}`;
  throw new InputError([
    { code: "golden/scenario", path, expected, received: `something else in ${wrong.join(", ")}` },
  ]);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Folder of recorded market data: GOLDENTAPE_DATASETS, or the one beside the project; null when there is neither. */
export function recordedRoot(projectRoot: string): string | null {
  const stated = process.env["GOLDENTAPE_DATASETS"];
  const path = stated ?? join(projectRoot, "../shared/datasets");
  return existsSync(path) ? path : null;
}

/** Recorded files of a scenario that this machine does not have. */
export function absentFiles({ folder, spec }: Scenario): string[] {
  const root = recordedRoot(dirname(dirname(folder)));
  return spec.datasets.flatMap((dataset) => {
    if (typeof dataset === "string" || "file" in dataset) return [];
    return root !== null && existsSync(join(root, dataset.recorded)) ? [] : [dataset.recorded];
  });
}

/**
 * Loads strategy and datasets of a scenario.
 *
 * @throws InputError of the strategy and of the datasets.
 */
export function prepareScenario(scenario: Scenario, hasher: Hasher): Promise<PreparedScenario> {
  return prepareSpec(scenario.spec, scenarioSources(scenario, hasher));
}

/** Where a disk has what a scenario names. */
export function scenarioSources({ folder }: Scenario, hasher: Hasher): ScenarioSources {
  const projectRoot = dirname(dirname(folder));
  return {
    hasher,
    async strategy(path, params) {
      const written = Object.entries(params).map(([param, value]) => [param, String(value)] as const);
      return (await loadStrategy(join(projectRoot, path), { params: written })).graph;
    },
    async dataset(dataset) {
      if (typeof dataset === "string") return openDataset(dataset, { hasher });
      const isOwn = "file" in dataset;
      const file = isOwn ? dataset.file : dataset.recorded;
      const manifest = manifestOf(dataset.manifest, file);
      const path = join(isOwn ? folder : (recordedRoot(projectRoot) ?? ""), file);
      return { ...(await openDataset(path, { hasher, manifest })), name: basename(file) };
    },
  };
}
