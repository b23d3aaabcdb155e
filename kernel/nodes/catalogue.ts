// Catalogue of the operators: every node type whose code is in the wasm module, by name.

import { invariant } from "../base/error.js";
import type { NodeSpec, OperatorSpec } from "../graph/spec.js";
import { ARITHMETIC } from "./arithmetic.js";
import { CALENDAR } from "./calendar.js";
import { CROSS_SECTION } from "./cross-section.js";
import { CUMULATIVE } from "./cumulative.js";
import { EVENTS } from "./events.js";
import { LOGIC } from "./logic.js";
import { ROLLING } from "./rolling.js";
import { SHIFT } from "./shift.js";

/** All operators, family by family. */
export const OPERATORS: readonly OperatorSpec[] = [
  ...ARITHMETIC,
  ...LOGIC,
  ...SHIFT,
  ...ROLLING,
  ...CUMULATIVE,
  ...EVENTS,
  ...CROSS_SECTION,
  ...CALENDAR,
];

/** Node types by name. */
export const CATALOGUE: ReadonlyMap<string, NodeSpec> = new Map(OPERATORS.map((spec) => [spec.type, spec]));

invariant(CATALOGUE.size === OPERATORS.length, "no two operators have one name");
