// Building nodes: what the builder functions of every node family are made of.
//
// Always true:
//   nodes and outputs are immutable and point at their inputs only, so what was built cannot have a cycle.
//
// Not here: equal nodes made twice become one by their content, in `graph.ts`.

import { InputError, IssueList } from "../base/error.js";
import { checkedNode, constantNode, isSeries, LAG_ROWS_MAX, outputAt, shown } from "./node-check.js";
import type {
  BooleanInput,
  BooleanOutput,
  Decision,
  GraphNode,
  NumberInput,
  NumberOutput,
  Output,
  Policy,
} from "./node.js";
import type { NodeSpec, ParamValue, PortType } from "./spec.js";
import { isHandle } from "./spec.js";

/** The members that have a value, for options where an absent one is not one that is undefined. */
export function stated<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** What a node may be given besides inputs and params. */
export interface NodeOptions {
  /** Bar length that a source reads (`1d`); `null` or absent for the finest that the dataset has. */
  readonly interval?: string | null;
  /** Look-back in rows, the current one included; absent for what the node type needs. */
  readonly period?: number;
}

/**
 * A node of a type. Plain numbers and booleans become constant nodes, and absent params get their defaults.
 *
 * @param inputs By port. `undefined` leaves an optional port unconnected.
 * @param params By name. `undefined` stands for the default.
 * @returns A frozen node.
 * @throws InputError with every issue: `graph/unknown-port`, `graph/missing-port`, `graph/type`, `graph/unknown-param`,
 *   `graph/missing-param`, `graph/param-type`, `graph/param-range`, `graph/interval`, `graph/period`, `graph/order`,
 *   `graph/lag` for an edge from a state source without a lag.
 * @example applyNode(CATALOGUE.get("sma"), { x: close }, { period: 10 }).period // 10
 */
export function applyNode(
  spec: NodeSpec,
  inputs: Readonly<Record<string, NumberInput | BooleanInput | Decision | Policy | undefined>>,
  params: Readonly<Record<string, ParamValue | undefined>>,
  options: NodeOptions = {},
): GraphNode {
  const issues = new IssueList();
  const parts = { inputs, params, interval: options.interval, period: options.period };
  const node = checkedNode(spec, parts, spec.type, issues);
  issues.throwIfAny();
  return node as GraphNode;
}

/**
 * An output of a node. The orders of a decision are no output: other decisions take the decision itself.
 *
 * @param name Absent for the first output of the node type.
 * @throws InputError `graph/unknown-output` when the node type has no such output.
 */
export function outputOf(node: GraphNode, name?: string): Output {
  const known = Object.keys(node.spec.outputs);
  const output = name ?? known[0];
  const type = output !== undefined && Object.hasOwn(node.spec.outputs, output) ? node.spec.outputs[output] : undefined;
  if (output !== undefined && type !== undefined && !isHandle(type)) return outputAt(node, output, type);
  const series = known.filter((each) => !isHandle(node.spec.outputs[each] as PortType));
  const expected = `one of the outputs of ${node.spec.type}: ${series.join(", ") || "none"}`;
  throw new InputError([{ code: "graph/unknown-output", path: node.spec.type, expected, received: shown(name) }]);
}

/**
 * The same output over a delayed edge: row `t` shows what stood in row `t - rows` of its own clock, and null before
 * that. Delays add up. A constant has no rows of its own, so delaying it changes nothing but the NodeID of what takes
 * it.
 *
 * @param rows Whole number of rows, at least 1.
 * @throws InputError `graph/lag` for other delays, `graph/type` when the first argument is no output.
 * @example delayed(close, 1)
 */
export function delayed<O extends Output>(output: O, rows: number): O {
  const issues = new IssueList();
  if (!isSeries(output)) {
    issues.add("graph/type", "delayed.output", "a series, an output of a node", shown(output));
  } else if (!Number.isSafeInteger(rows) || rows < 1 || output.lag + rows > LAG_ROWS_MAX) {
    issues.add(
      "graph/lag",
      "delayed.rows",
      `a whole number of rows, 1 to ${LAG_ROWS_MAX} over all delays of an edge`,
      shown(rows),
    );
  }
  issues.throwIfAny();
  return Object.freeze({ ...output, lag: output.lag + rows });
}

/**
 * A plain number or boolean as an output. Seldom needed: wherever an input is taken, a plain value does the same.
 *
 * @throws InputError `graph/type` for NaN and infinities.
 */
export function constant(value: number): NumberOutput;
export function constant(value: boolean): BooleanOutput;
export function constant(value: number | boolean): Output {
  const issues = new IssueList();
  if (typeof value !== "boolean" && !Number.isFinite(value)) {
    issues.add("graph/type", "constant.value", "a finite number or a boolean", shown(value));
  }
  issues.throwIfAny();
  return outputOf(constantNode(value));
}
