// Node check: whether inputs, params, interval and period fit a node type, with every issue at once.
//
// Always true:
//   a checked node has every param of its type, in the order of the type, with -0 written as 0;
//   its inputs stand in the order of the ports, plain numbers and booleans as constant nodes;
//   it is frozen, and so are its params and inputs.
//
// Not here: the look of a whole graph (`graph.ts`), identities (`identity.ts`).

import type { IssueList } from "../base/error.js";
import { InputError } from "../base/error.js";
import { isWellFormed } from "../base/jcs.js";
import { intervalNs } from "../market/interval.js";
import { CONSTANT, CONSTANT_BOOLEAN } from "./constant.js";
import type { Decision, GraphNode, Output } from "./node.js";
import type { HandleType, NodeSpec, Params, ParamSpec, ParamValue, PortSpec, PortType, ValueType } from "./spec.js";
import { isHandle } from "./spec.js";

/** What a node is made from, before it was checked. `undefined` stands for "not given". */
export interface NodeParts {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly interval: unknown;
  readonly period: unknown;
}

/** Stands for an input that has an issue of its own already, so that the rest of its node can still be checked. */
export const UNRESOLVED: unique symbol = Symbol("unresolved input");

/** Longest look-back, in rows: columns and states of a run are laid out in one memory of fixed size. */
export const PERIOD_ROWS_MAX = 10_000_000;
/** Longest delay of an edge, in rows. */
export const LAG_ROWS_MAX = 10_000_000;

/**
 * The node, or null when an issue was added.
 *
 * @param path Start of the path of every issue: the node's name or type.
 * @param issues Takes `graph/unknown-port`, `graph/missing-port`, `graph/type`, `graph/unknown-param`,
 *   `graph/missing-param`, `graph/param-type`, `graph/param-range`, `graph/interval`, `graph/period` and `graph/order`.
 */
export function checkedNode(spec: NodeSpec, parts: NodeParts, path: string, issues: IssueList): GraphNode | null {
  const issueCount = issues.issues.length;
  const params = checkedParams(spec, parts.params, path, issues);
  const inputs = checkedInputs(spec, parts.inputs, path, issues);
  const interval = checkedInterval(spec, parts.interval, path, issues);
  // The look-back follows from the params, so it has a meaning only when these are right.
  const period = params === null ? 0 : checkedPeriod(spec, params, parts.period, path, issues);
  if (params !== null && spec.check !== undefined) {
    const ports = new Set(Object.keys(parts.inputs).filter((port) => parts.inputs[port] !== undefined));
    spec.check({ params, ports, inputs }, (at, expected, received, advice) =>
      issues.add("graph/order", `${path}.${at}`, expected, received, advice),
    );
  }
  if (params === null || issues.issues.length > issueCount) return null;
  return Object.freeze({ spec, params, inputs, interval, period });
}

/** Node with a plain number or boolean on its output. */
export function constantNode(value: number | boolean): GraphNode {
  const spec = typeof value === "boolean" ? CONSTANT_BOOLEAN : CONSTANT;
  const params = Object.freeze({ value: typeof value === "number" ? value + 0 : value });
  return Object.freeze({ spec, params, inputs: Object.freeze({}), interval: null, period: 1 });
}

function checkedInputs(
  spec: NodeSpec,
  given: Readonly<Record<string, unknown>>,
  path: string,
  issues: IssueList,
): Readonly<Record<string, Output<PortType>>> {
  for (const port of Object.keys(given)) {
    if (given[port] === undefined || Object.hasOwn(spec.inputs, port)) continue;
    issues.add(
      "graph/unknown-port",
      `${path}.inputs.${port}`,
      `one of the ports of ${spec.type}: ${names(spec.inputs)}`,
      port,
    );
  }
  const inputs: Record<string, Output<PortType>> = {};
  for (const [port, portSpec] of Object.entries(spec.inputs)) {
    const value = Object.hasOwn(given, port) ? given[port] : undefined;
    const portPath = `${path}.inputs.${port}`;
    if (value === UNRESOLVED) continue;
    if (value !== undefined) {
      const output = checkedInput(portSpec, value, portPath, issues);
      if (output !== null) inputs[port] = output;
    } else if (portSpec.optional !== true) {
      issues.add("graph/missing-port", portPath, `${typeText(portSpec.type)} input of ${spec.type}`, "nothing");
    }
  }
  return Object.freeze(inputs);
}

function checkedInput(port: PortSpec, value: unknown, path: string, issues: IssueList): Output<PortType> | null {
  if (port.type === "order") return checkedOrder(value, path, issues);
  if (isHandle(port.type)) return checkedPolicy(port.type, value, path, issues);
  if (isOutput(value)) {
    if (isUnlaggedState(value)) {
      addUnlaggedState(value, path, issues);
      return null;
    }
    if (value.type === port.type) return value;
    issues.add(
      "graph/type",
      path,
      `a ${port.type}`,
      `the ${value.type} ${value.node.spec.type}.${value.output}`,
      typeAdvice(port),
    );
    return null;
  }
  if (typeof value === port.type && (typeof value !== "number" || Number.isFinite(value))) {
    return outputAt(constantNode(value as number | boolean), "value", port.type);
  }
  const record =
    typeof value === "object" && value !== null
      ? Object.keys(value).filter((key) => isOutput((value as never)[key]))
      : [];
  if (record.length > 0) {
    issues.add(
      "graph/type",
      path,
      `one ${port.type} output`,
      `a record of outputs`,
      `Take one of ${record.join(", ")}.`,
    );
  } else {
    issues.add(
      "graph/type",
      path,
      `a ${port.type} output or a plain ${port.type === "number" ? "finite number" : "boolean"}`,
      shown(value),
    );
  }
  return null;
}

/** True for an output of a state source without a lag: what a bucket ends with is not known while it runs. */
export function isUnlaggedState(output: Output<PortType>): boolean {
  return output.node.spec.kind === "state" && output.lag === 0;
}

/** Reports an edge from a state source that has no lag. */
export function addUnlaggedState(output: Output<PortType>, path: string, issues: IssueList): void {
  const name = `${output.node.spec.type}.${output.output}`;
  const expected = "a lag of at least 1: a bucket sees what was committed at the end of one before it";
  issues.add("graph/lag", path, expected, `${name} without a lag`, `Take delayed(${output.output}, 1).`);
}

/** The handle of an order: a decision that has one, or its output. */
function checkedOrder(value: unknown, path: string, issues: IssueList): Output<PortType> | null {
  const decision = isOutput(value) ? null : (value as Partial<Decision> | null)?.node;
  const handle = isOutput(value) ? value : decision?.spec?.outputs["order"] === "order" ? orderOf(decision) : null;
  if (handle === null || handle.type !== "order") {
    const received = decision?.spec === undefined ? shown(value) : `the ${decision.spec.kind} ${decision.spec.type}`;
    issues.add("graph/type", path, "an order", received, "Give the decision that sends the order.");
    return null;
  }
  if (handle.lag === 0) return handle;
  issues.add("graph/lag", path, "no lag: what refers to an order has no rows to count", shown(handle.lag));
  return null;
}

/** The handle of a policy of a role. */
function checkedPolicy(type: HandleType, value: unknown, path: string, issues: IssueList): Output<PortType> | null {
  if (!isOutput(value) || value.type !== type) {
    const received = isOutput(value) ? `the ${value.type} ${value.node.spec.type}` : shown(value);
    issues.add("graph/type", path, `${typeText(type)} policy`, received);
    return null;
  }
  if (value.lag === 0) return value;
  issues.add("graph/lag", path, "no lag: a policy has no rows to count", shown(value.lag));
  return null;
}

/** The output by which other decisions refer to the orders of a node. */
function orderOf(node: GraphNode): Output<PortType> {
  return outputAt(node, "order", "order");
}

function typeText(type: PortType): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function typeAdvice(port: PortSpec): string {
  return port.type === "boolean" ? "Compare the number with something." : "Select between two numbers by the boolean.";
}

/** A frozen output without a delay; name and type are trusted. */
export function outputAt<T extends PortType>(node: GraphNode, output: string, type: T): Output<T> {
  return Object.freeze({ node, output, type, lag: 0 });
}

/** True for values that have the form of a node's output. */
export function isOutput(value: unknown): value is Output<PortType> {
  if (typeof value !== "object" || value === null) return false;
  const output = value as Partial<Output<PortType>>;
  return typeof output.node === "object" && typeof output.output === "string" && typeof output.lag === "number";
}

function checkedParams(
  spec: NodeSpec,
  given: Readonly<Record<string, unknown>>,
  path: string,
  issues: IssueList,
): Params | null {
  const issueCount = issues.issues.length;
  for (const param of Object.keys(given)) {
    if (given[param] === undefined || Object.hasOwn(spec.params, param)) continue;
    issues.add(
      "graph/unknown-param",
      `${path}.params.${param}`,
      `one of the params of ${spec.type}: ${names(spec.params)}`,
      param,
    );
  }
  const params: Record<string, ParamValue> = {};
  for (const [param, paramSpec] of Object.entries(spec.params)) {
    const value = Object.hasOwn(given, param) && given[param] !== undefined ? given[param] : paramSpec.default;
    const paramPath = `${path}.params.${param}`;
    if (value === undefined) {
      issues.add("graph/missing-param", paramPath, `${kindText(paramSpec)}, a param of ${spec.type}`, "nothing");
      continue;
    }
    const checked = checkedParam(paramSpec, value, paramPath, issues);
    if (checked !== null) params[param] = checked;
  }
  return issues.issues.length > issueCount ? null : Object.freeze(params);
}

function checkedParam(spec: ParamSpec, value: unknown, path: string, issues: IssueList): ParamValue | null {
  const refuse = (): null => {
    issues.add("graph/param-type", path, kindText(spec), shown(value));
    return null;
  };
  switch (spec.kind) {
    case "integer":
    case "number": {
      if (typeof value !== "number" || !Number.isFinite(value)) return refuse();
      if (spec.kind === "integer" && !Number.isSafeInteger(value)) return refuse();
      if (value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity)) return value + 0;
      issues.add("graph/param-range", path, kindText(spec), shown(value));
      return null;
    }
    case "boolean":
      return typeof value === "boolean" ? value : refuse();
    case "choice":
      return typeof value === "string" && spec.choices.includes(value) ? value : refuse();
    case "string":
      return typeof value === "string" && isWellFormed(value) ? value : refuse();
    case "list": {
      if (!Array.isArray(value)) return refuse();
      const list = value.map((item: unknown, index) =>
        checkedParam(typeof spec.of === "string" ? { kind: spec.of } : spec.of, item, `${path}.${index}`, issues),
      );
      return list.includes(null) ? null : Object.freeze(list as ParamValue[]);
    }
  }
}

function checkedInterval(spec: NodeSpec, interval: unknown, path: string, issues: IssueList): string | null {
  if (interval === undefined || interval === null) return null;
  if (spec.kind !== "source") {
    issues.add(
      "graph/interval",
      `${path}.interval`,
      `no interval: a ${spec.kind} has the rows of its inputs`,
      shown(interval),
    );
    return null;
  }
  try {
    if (typeof interval === "string" && intervalNs(interval) > 0n) return interval;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  issues.add("graph/interval", `${path}.interval`, "a count and a unit, such as 1m, 4h or 1d", shown(interval));
  return null;
}

function checkedPeriod(spec: NodeSpec, params: Params, period: unknown, path: string, issues: IssueList): number {
  const needed = spec.period(params);
  const value = period ?? needed;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1 || value > PERIOD_ROWS_MAX) {
    issues.add("graph/period", `${path}.period`, `a whole number of rows, 1 to ${PERIOD_ROWS_MAX}`, shown(value));
    return 0;
  }
  if (value < needed) {
    issues.add(
      "graph/period",
      `${path}.period`,
      `at least ${needed} rows, the look-back of ${spec.type} with these params`,
      shown(value),
    );
  }
  return value;
}

function kindText(spec: ParamSpec): string {
  switch (spec.kind) {
    case "integer":
      return `a whole number, ${spec.min} to ${spec.max}`;
    case "number": {
      const low = spec.min === undefined ? "" : `, at least ${spec.min}`;
      return `a finite number${low}${spec.max === undefined ? "" : `, at most ${spec.max}`}`;
    }
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${spec.choices.join(", ")}`;
    case "string":
      return "a text without lone surrogates";
    case "list":
      return `a list of ${typeof spec.of === "string" ? spec.of : spec.of.kind}s`;
  }
}

function names(record: Readonly<Record<string, unknown>>): string {
  const list = Object.keys(record);
  return list.length === 0 ? "none" : list.join(", ");
}

/** True for the output of a series of values. */
export function isSeries(value: unknown): value is Output<ValueType> {
  return isOutput(value) && !isHandle(value.type);
}

/** A received value as a short text. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return `the bigint ${value}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (isOutput(value)) return `the output ${value.node.spec.type}.${value.output}`;
  const text = jsonOf(value);
  if (text === undefined) return typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** JSON of a value, nothing for what has none: JSON throws for circles and for big integers inside. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}
