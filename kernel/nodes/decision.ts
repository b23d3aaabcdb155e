// Targets: decisions on what to hold, where a graph turns into trading.
//
// A target acts at a row when its trigger `when` is true there, or, without a trigger, when its value differs from
// the last one that it acted on. A null does nothing. What it wants becomes a market order in whole lots (`FILLS.md` S1
// to S4), in place of the market orders that are still on their way; orders that rest stay as they are.
//
// Always true:
//   a target is a target: acting twice at the same prices sends nothing the second time (S4).
//
// Not here: orders of a size and type of their own (`order.ts`).

import type { BooleanInput, Decision, NumberInput } from "../graph/node.js";
import type { NodeSpec } from "../graph/spec.js";
import { EVERY_INSTRUMENT } from "./bars.js";
import { decisionNode } from "./decision-node.js";
import type { Gates } from "./policy.js";
import { GATE_PORTS } from "./policy.js";
import { checkView } from "./portfolio-view.js";

function decision(type: string, port: string): NodeSpec {
  return Object.freeze({
    type,
    version: 1,
    kind: "decision",
    inputs: { [port]: { type: "number" }, when: { type: "boolean", optional: true }, ...GATE_PORTS },
    params: { instrument: { kind: "string", default: EVERY_INSTRUMENT } },
    outputs: {},
    schemaMajor: 1,
    period: () => 1,
    check: checkView,
  } satisfies NodeSpec);
}

export const TARGET_PERCENT: NodeSpec = decision("targetPercent", "target");
export const TARGET_VALUE: NodeSpec = decision("targetValue", "target");
export const TARGET_QUANTITY: NodeSpec = decision("targetQuantity", "target");

/** How a decision acts. */
export interface DecisionOptions {
  /**
   * Acts at the rows where this is true; without it, whenever the value changes. A trigger with fewer rows (a daily one
   * over hourly prices) is true at its own rows only, while a value holds until the next one.
   */
  readonly when?: BooleanInput;
  /**
   * Symbol that is traded. By default each lane of the value trades its own instrument; a plain number trades those of
   * the trigger, or every instrument of the dataset when there is none.
   */
  readonly instrument?: string;
  /** What stands between the decision and its order; nothing besides the account's own checks by default. */
  readonly gates?: Gates;
}

/**
 * Holds a share of equity in the instrument: 1 is all of it, -0.5 half of it short.
 *
 * The quantity is equity at the close of the row x target / close, rounded towards zero to the lot, and cut to what
 * buying power pays for after fees. Source: `order_target_percent` of Zipline, with integers.
 *
 * @param target Share of equity, a plain fraction.
 * @example targetPercent(select(gt(sma(close, 10), sma(close, 30)), 1, 0))
 */
export function targetPercent(target: NumberInput, options: DecisionOptions = {}): Decision {
  return decided(TARGET_PERCENT, "target", target, options);
}

/**
 * Holds a value in the account's currency in the instrument; negative for a short position.
 *
 * @param target Money in units of the currency.
 * @example targetValue(10_000)
 */
export function targetValue(target: NumberInput, options: DecisionOptions = {}): Decision {
  return decided(TARGET_VALUE, "target", target, options);
}

/**
 * Holds a quantity of the instrument; negative for a short position.
 *
 * @param target Units of the instrument (shares, coins, contracts), rounded towards zero to the lot.
 * @example targetQuantity(select(gt(close, sma(close, 200)), 100, 0))
 */
export function targetQuantity(target: NumberInput, options: DecisionOptions = {}): Decision {
  return decided(TARGET_QUANTITY, "target", target, options);
}

function decided(spec: NodeSpec, port: string, value: NumberInput, options: DecisionOptions): Decision {
  return decisionNode(spec, { [port]: value }, options);
}

export const TARGETS: readonly NodeSpec[] = [TARGET_PERCENT, TARGET_VALUE, TARGET_QUANTITY];
