// Example strategies: TypeScript and canonical JSON have the same ids, and both run.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadStrategy } from "../../adapters/strategy/load-strategy.js";
import { CATALOGUE, graphJson, parseGraph } from "../../kernel/index.js";
import { STRATEGY_FILES } from "../../datasets/strategy-catalogue.js";
import { efficiencyRatio } from "../../datasets/strategies/efficiency-ratio.js";
import { rootImpact } from "../../datasets/strategies/own-slippage.js";

const folder = fileURLToPath(new URL("../../datasets/strategies/", import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));

describe("the example strategies", () => {
  it("are all in the catalogue, for hosts that cannot load them by their paths", () => {
    const paths = names.map((name) => `datasets/strategies/${name}.ts`);
    expect([...STRATEGY_FILES.keys()].sort((a, b) => (a < b ? -1 : 1))).toEqual(paths.sort((a, b) => (a < b ? -1 : 1)));
  });

  it.each(names)("%s stands beside its canonical JSON, with the same ids", async (name) => {
    const { graph } = await loadStrategy(`${folder}${name}.ts`);
    expect(existsSync(`${folder}${name}.json`), `goldentape graph ${name}.ts --canonical > ${name}.json`).toBe(true);
    const text = readFileSync(`${folder}${name}.json`, "utf8");
    expect(text).toBe(`${graphJson(graph)}\n`);
    const parsed = parseGraph(text, CATALOGUE, [efficiencyRatio, rootImpact]);
    expect(parsed.graphId).toBe(graph.graphId);
    expect(parsed.checksum).toBe(graph.checksum);
  });
});
