// Sources of golden scenarios in a page: strategies that its script carries, and files that its server has.

import { STRATEGY_FILES } from "../../datasets/strategy-catalogue.js";
import { SP500 } from "../../datasets/sp500.js";
import { InputError } from "../../kernel/index.js";
import type { Hasher, ImportManifest } from "../../kernel/index.js";
import { openPageDataset } from "../browser/page-dataset.js";
import type { GateScenario } from "./gate.js";
import type { ScenarioSources } from "./scenario-run.js";

/** What the server of a page says about the golden runs: `golden.json`. */
export interface GoldenDocument {
  readonly scenarios: readonly GateScenario[];
  /** Addresses of the builds of the module, relative to the document. */
  readonly modules: Readonly<Record<string, string>>;
}

/**
 * Sources of one scenario.
 *
 * @param base Address of `golden.json`, beside which `golden/`, `recorded/` and `data/` lie.
 */
export function pageSources(base: URL, { name }: GateScenario, hasher: Hasher): ScenarioSources {
  return {
    hasher,
    async strategy(path, params) {
      const strategy = STRATEGY_FILES.get(path);
      if (strategy !== undefined) return strategy.graph(params);
      const expected = `one of ${[...STRATEGY_FILES.keys()].join(", ")}`;
      throw new InputError([{ code: "golden/scenario", path: name, expected, received: path }]);
    },
    dataset(dataset) {
      if (typeof dataset !== "string") {
        const path = "file" in dataset ? `golden/${name}/${dataset.file}` : `recorded/${dataset.recorded}`;
        return openPageDataset(new URL(path, base), { hasher, manifest: dataset.manifest as ImportManifest });
      }
      if (dataset !== SP500.name) return openPageDataset(dataset, { hasher });
      return openPageDataset(new URL("data/sp500-2000.csv", base), { hasher, manifest: SP500.manifest, name: dataset });
    },
  };
}
