// Catalogue: every node type that a graph may use, by name: sources, state sources, operators (code in the wasm
// module), policies and decisions.

import { invariant } from "../base/error.js";
import type { NodeSpec, OperatorSpec } from "../graph/spec.js";
import { ARITHMETIC } from "./arithmetic.js";
import { SOURCES } from "./bars.js";
import { BAND_OPERATORS } from "./bands.js";
import { CALENDAR } from "./calendar.js";
import { COMMITMENT } from "./commitment.js";
import { CROSS_SECTION } from "./cross-section.js";
import { CUMULATIVE } from "./cumulative.js";
import { TARGETS } from "./decision.js";
import { DECISION_POLICIES } from "./decision-policy.js";
import { EVENTS } from "./events.js";
import { LOGIC } from "./logic.js";
import { MOMENTUM } from "./momentum.js";
import { MOVING_AVERAGE } from "./moving-average.js";
import { ORDER } from "./order.js";
import { AMEND, CANCEL } from "./order-links.js";
import { POLICIES } from "./policy.js";
import { ROLLING } from "./rolling.js";
import { SHIFT } from "./shift.js";
import { STATE_SOURCES } from "./state.js";
import { TREND } from "./trend.js";
import { VOLATILITY } from "./volatility.js";
import { VOLUME } from "./volume.js";

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
  ...MOVING_AVERAGE,
  ...MOMENTUM,
  ...VOLATILITY,
  ...BAND_OPERATORS,
  ...TREND,
  ...VOLUME,
];

const DECISIONS: readonly NodeSpec[] = [...TARGETS, ORDER, CANCEL, AMEND, COMMITMENT];
const ALL: readonly NodeSpec[] = [
  ...SOURCES,
  ...STATE_SOURCES,
  ...OPERATORS,
  ...POLICIES,
  ...DECISION_POLICIES,
  ...DECISIONS,
];

/** Node types by name. */
export const CATALOGUE: ReadonlyMap<string, NodeSpec> = new Map(ALL.map((spec) => [spec.type, spec]));

invariant(CATALOGUE.size === ALL.length, "no two node types have one name");
