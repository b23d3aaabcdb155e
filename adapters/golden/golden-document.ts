// The golden runs of a folder as one document, for hosts that cannot read the folder.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Expectation } from "./expectation.js";
import type { GateScenario } from "./gate.js";
import { absentFiles, readScenarios } from "./scenario.js";
import type { Scenario } from "./scenario.js";

/** Scenarios with what is expected of them. @throws InputError `golden/scenario` for a spec that is none. */
export function gateScenarios(root: string): (GateScenario & Scenario)[] {
  return readScenarios(root, []).map((scenario) => ({
    ...scenario,
    expected: JSON.parse(readFileSync(join(scenario.folder, "expected.json"), "utf8")) as Expectation,
    absent: absentFiles(scenario),
  }));
}
