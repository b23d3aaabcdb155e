// Options of builders: what a function takes by name. A misspelt name would leave out a gate or a limit without a word,
// so every builder with options has its names checked here.
//
// Not here: fields of configurations, which are reported together with what they hold (`run/config-check.ts`).

import { IssueList } from "../base/error.js";
import { nearestText } from "../base/nearest.js";
import { isOutput, shown } from "./node-check.js";
import type { NodeSpec } from "./spec.js";

/**
 * The options themselves, when they are an object of known names; a name without a value is none.
 *
 * @param of What takes them, the start of the path of every issue.
 * @throws InputError `graph/type` for what is no object, `graph/unknown-param` for each name that is not known.
 */
export function optionsOf<T extends object>(of: string, options: T, known: readonly string[]): T {
  const issues = new IssueList();
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options) && !isOutput(options);
  if (!isObject) issues.add("graph/type", of, `an object with ${known.join(", ") || "nothing"}`, shown(options));
  for (const [name, value] of isObject ? Object.entries(options) : []) {
    if (value === undefined || known.includes(name)) continue;
    const near = nearestText(name, known);
    const advice = near === null ? undefined : `Did you mean ${near}?`;
    issues.add("graph/unknown-param", `${of}.${name}`, `one of ${known.join(", ")}`, shown(name), advice);
  }
  issues.throwIfAny();
  return options;
}

/** Inputs and params of a node type by name, but for the inputs that its builder was called with. */
export function optionNames({ inputs, params }: NodeSpec, called: object = {}): readonly string[] {
  return [...Object.keys(inputs).filter((port) => !Object.hasOwn(called, port)), ...Object.keys(params)];
}
