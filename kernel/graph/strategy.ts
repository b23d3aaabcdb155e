// Strategy: a graph with named params, built anew for each choice of their values.
//
// Always true:
//   a value has the type of the param's default, so that a text from a command line has one meaning;
//   params take no part in any identity by themselves: what they change in the graph does.
//
// Not here: loading a strategy from a file, which is a matter of the platform.

import { IssueList } from "../base/error.js";
import { nearestText } from "../base/nearest.js";
import type { Graph } from "./graph.js";
import { shown } from "./node-check.js";

export type StrategyValue = number | string | boolean;
type Defaults = Readonly<Record<string, StrategyValue>>;

/** What a strategy is. */
export interface StrategyParts<P extends Defaults> {
  /** A plain word that stands in tables and file names. */
  readonly name: string;
  /** One sentence on what it does. */
  readonly description?: string;
  /** Default by param; it gives the type too. */
  readonly params?: P;
  /** Makes the graph. Must depend on nothing but the params. */
  readonly build: (params: P) => Graph;
}

/** A checked strategy. */
export interface Strategy<P extends Defaults = Defaults> {
  readonly kind: "goldentape/strategy";
  readonly name: string;
  readonly description: string | null;
  /** Default by param. */
  readonly params: P;
  /**
   * The graph for these values; what is left out has its default.
   *
   * @throws InputError `strategy/param` for unknown params and values of another type, and what the build throws.
   */
  graph(values?: Partial<P>): Graph;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/;

/**
 * Declares a strategy.
 *
 * @returns Frozen. Nothing is built yet.
 * @throws InputError `strategy/param` with every issue of the declaration.
 * @example
 * export default defineStrategy({
 *   name: "sma-cross",
 *   params: { fast: 10, slow: 30 },
 *   build({ fast, slow }) {
 *     const { close } = bars();
 *     return graph({ decisions: [targetPercent(select(gt(sma(close, fast), sma(close, slow)), 1, 0))] });
 *   },
 * });
 */
export function defineStrategy<P extends Defaults = Record<string, never>>(parts: StrategyParts<P>): Strategy<P> {
  const issues = new IssueList();
  const { name, description = null, params = {} as P, build } = parts;
  if (typeof name !== "string" || !NAME.test(name)) {
    issues.add("strategy/param", "strategy.name", "a name of letters, digits, blanks and _ . -", shown(name));
  }
  if (typeof build !== "function") {
    issues.add("strategy/param", "strategy.build", "a function of the params that gives a graph", shown(build));
  }
  for (const [param, value] of Object.entries(params)) {
    if (!isValue(value))
      issues.add("strategy/param", `params.${param}`, "a finite number, a text or a boolean", shown(value));
  }
  issues.throwIfAny();
  return Object.freeze({
    kind: "goldentape/strategy",
    name,
    description,
    params: Object.freeze({ ...params }),
    graph: (values: Partial<P> = {}) => build(checkedValues(params, values)),
  });
}

/** True for what `defineStrategy` gives, also when another copy of this package made it. */
export function isStrategy(value: unknown): value is Strategy {
  return (value as Partial<Strategy> | null)?.kind === "goldentape/strategy";
}

/**
 * Reads values that were written as text (`fast=20`).
 *
 * @param written Pairs of param and text; the last one of a param counts.
 * @returns Values of the types of the defaults, for `strategy.graph`.
 * @throws InputError `strategy/param` with every unknown param and every text that is not a value of its type.
 */
export function strategyValues(
  strategy: Strategy,
  written: readonly (readonly [param: string, text: string])[],
): Record<string, StrategyValue> {
  const issues = new IssueList();
  const values = new Map<string, StrategyValue>();
  for (const [param, text] of written) {
    const known = Object.hasOwn(strategy.params, param) ? strategy.params[param] : undefined;
    if (known === undefined) {
      addUnknown(issues, param, strategy.params);
      continue;
    }
    const value = valueOf(text, typeof known);
    if (value === null) issues.add("strategy/param", `params.${param}`, expectedOf(known), JSON.stringify(text));
    else values.set(param, value);
  }
  issues.throwIfAny();
  return Object.fromEntries(values);
}

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

function valueOf(text: string, type: string): StrategyValue | null {
  if (type === "string") return text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : null;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function checkedValues<P extends Defaults>(defaults: P, values: Partial<P>): P {
  const issues = new IssueList();
  for (const [param, value] of Object.entries(values)) {
    const known = Object.hasOwn(defaults, param) ? defaults[param] : undefined;
    if (known === undefined) addUnknown(issues, param, defaults);
    else if (!isValue(value) || typeof value !== typeof known) {
      issues.add("strategy/param", `params.${param}`, expectedOf(known), shown(value));
    }
  }
  issues.throwIfAny();
  return Object.freeze({ ...defaults, ...values });
}

function addUnknown(issues: IssueList, param: string, defaults: Defaults): void {
  const names = Object.keys(defaults);
  const near = nearestText(param, names);
  const expected = names.length === 0 ? "no params: the strategy has none" : `one of the params ${names.join(", ")}`;
  const advice = near === null ? undefined : `Did you mean ${near}?`;
  issues.add("strategy/param", `params.${param}`, expected, JSON.stringify(param), advice);
}

function expectedOf(known: StrategyValue): string {
  const type = typeof known === "boolean" ? "true or false" : typeof known === "number" ? "a finite number" : "a text";
  return `${type}, such as the default ${JSON.stringify(known)}`;
}

function isValue(value: unknown): value is StrategyValue {
  return (
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
  );
}
