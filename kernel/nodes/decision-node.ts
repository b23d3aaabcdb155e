// Decision nodes: what builders of decisions make of their options.

import { optionNames, optionsOf } from "../graph/builder-options.js";
import { applyNode } from "../graph/build.js";
import type { BooleanInput, Decision, NumberInput, Policy } from "../graph/node.js";
import type { NodeSpec, ParamValue } from "../graph/spec.js";
import type { Gates } from "./policy.js";
import { GATE_PORTS, gateInputs } from "./policy.js";

type Input = NumberInput | BooleanInput | Decision | Policy | undefined;

/** Options of a builder of decisions by name: inputs that it is not called with, params, and gates. */
export function decisionOptions(spec: NodeSpec, ...called: readonly string[]): readonly string[] {
  const inputs = Object.fromEntries(called.map((port) => [port, true]));
  return [...optionNames(spec, { ...inputs, ...GATE_PORTS }), "gates"];
}

/**
 * A decision of a type: of the inputs that its builder was called with, and of options, each an input or a param of the
 * type by its name, or the gates.
 *
 * @param words Options that are params in another form: what stands here goes in their place.
 * @throws InputError as `optionsOf`, `gateInputs` and `applyNode`.
 */
export function decisionNode<T extends { readonly gates?: Gates }>(
  spec: NodeSpec,
  called: Readonly<Record<string, Input>>,
  options: T,
  words?: (options: T) => Readonly<Record<string, Input | ParamValue>>,
): Decision {
  const { gates, ...given } = optionsOf(spec.type, options, decisionOptions(spec, ...Object.keys(called)));
  const entries = Object.entries<unknown>({ ...given, ...words?.(options) });
  const ofKind = <V>(isInput: boolean): Readonly<Record<string, V>> =>
    Object.fromEntries(entries.filter(([name]) => Object.hasOwn(spec.inputs, name) === isInput)) as Record<string, V>;
  const inputs = { ...called, ...ofKind<Input>(true), ...gateInputs(gates) };
  return Object.freeze({ node: applyNode(spec, inputs, ofKind<ParamValue | undefined>(false)) });
}
