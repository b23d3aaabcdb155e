// Operator specifications, with what most operators share filled in.

import type { NumberInput, NumberOutput, BooleanInput, BooleanOutput, Output } from "../graph/node.js";
import { applyNode, outputOf } from "../graph/build.js";
import { optionsOf } from "../graph/builder-options.js";
import { PERIOD_ROWS_MAX } from "../graph/node-check.js";
import { invariant } from "../base/error.js";
import type { OperatorSpec, ParamSpec, Params, ParamValue } from "../graph/spec.js";

/** Longest window in rows: one kept in state takes up to 80 bytes a row. */
export const WINDOW_ROWS_MAX = 1_000_000;

/** What must be said of an operator; the rest has a default. */
export type OperatorParts = Pick<OperatorSpec, "type" | "opcode" | "inputs"> & Partial<OperatorSpec>;

/**
 * Specification of an operator. Defaults: version 1, schema 1, no params, one output `value: number`, a result a lane,
 * a look-back of one row, no state, and params handed to the data plane in their order (booleans as 1 and 0, choices by
 * their place).
 */
export function operator(parts: OperatorParts): OperatorSpec {
  const params = parts.params ?? {};
  return Object.freeze({
    version: 1,
    kind: "operator",
    params,
    outputs: { value: "number" },
    schemaMajor: 1,
    lanes: "each",
    period: () => 1,
    stateBytes: () => 0,
    encode: (given: Params) => Object.entries(params).map(([name, spec]) => encoded(spec, given[name] as ParamValue)),
    ...parts,
  } satisfies OperatorSpec);
}

function encoded(spec: ParamSpec, value: ParamValue): number {
  if (spec.kind === "choice") return spec.choices.indexOf(value as string);
  if (spec.kind === "boolean") return value === true ? 1 : 0;
  invariant(typeof value === "number", "a param of the data plane is a number, a boolean or a choice");
  return value;
}

/** Param spec of a window length, from `min` rows. */
export function windowRows(min = 1, byDefault?: number): ParamSpec {
  const spec = { kind: "integer", min, max: Math.min(WINDOW_ROWS_MAX, PERIOD_ROWS_MAX) } as const;
  return byDefault === undefined ? spec : { ...spec, default: byDefault };
}

/** A checked param that is a number. */
export function numberParam(params: Params, name: string): number {
  const value = params[name];
  invariant(typeof value === "number", `param ${name} is a number`);
  return value;
}

type Inputs = Readonly<Record<string, NumberInput | BooleanInput | undefined>>;
type Given = Readonly<Record<string, ParamValue | undefined>>;

/** Options as params of an operator, each of them by its name. */
function paramsOf(spec: OperatorSpec, options: object): Given {
  return optionsOf(spec.type, options, Object.keys(spec.params)) as Given;
}

/** First output of a new node, where it is a number. */
export function numberNode(spec: OperatorSpec, inputs: Inputs, options: object = {}): NumberOutput {
  return outputOf(applyNode(spec, inputs, paramsOf(spec, options))) as NumberOutput;
}

/** First output of a new node, where it is a boolean. */
export function booleanNode(spec: OperatorSpec, inputs: Inputs, params: Given = {}): BooleanOutput {
  return outputOf(applyNode(spec, inputs, params)) as BooleanOutput;
}

/** All outputs of a new node by name. */
export function outputsNode<Names extends string>(
  spec: OperatorSpec,
  inputs: Inputs,
  options: object = {},
): Readonly<Record<Names, NumberOutput>> {
  const node = applyNode(spec, inputs, paramsOf(spec, options));
  const outputs = Object.keys(spec.outputs).map((name): [string, Output] => [name, outputOf(node, name)]);
  return Object.freeze(Object.fromEntries(outputs)) as Record<Names, NumberOutput>;
}
