// Golden runs as a part of a site: the files that a page needs to run the gate, and the document that lists them.

import { join } from "node:path";
import type { ServedPath } from "../node/page-server.js";
import { gateScenarios } from "./golden-document.js";
import type { GoldenDocument } from "./page-sources.js";
import { recordedRoot } from "./scenario.js";

/** Files of both builds of the module. */
export interface GoldenModules {
  readonly release: string;
  readonly debug: string;
}

/** Where the files lie. @param root The project's root. */
export function goldenPaths(root: string, { release, debug }: GoldenModules): ServedPath[] {
  const recorded = recordedRoot(root);
  return [
    { path: "/golden/", source: join(root, "golden") },
    { path: "/data/sp500-2000.csv", source: join(root, "node_modules/vega-datasets/data/sp500-2000.csv") },
    { path: "/modules/release.wasm", source: release },
    { path: "/modules/debug.wasm", source: debug },
    ...(recorded === null ? [] : [{ path: "/recorded/", source: recorded }]),
  ];
}

/** What `golden.json` says now. */
export function goldenDocument(root: string): GoldenDocument {
  const scenarios = gateScenarios(join(root, "golden")).map(({ name, spec, expected, absent }) => {
    return { name, spec, expected, absent };
  });
  return { scenarios, modules: { release: "modules/release.wasm", debug: "modules/debug.wasm" } };
}
