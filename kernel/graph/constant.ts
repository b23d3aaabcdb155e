// Constant nodes: a plain number or boolean as a node with one output.
//
// There are two types, because the type of an output belongs to the node type and not to its params. They belong to the
// graph itself and stand in no catalogue.

import type { NodeSpec } from "./spec.js";

/** One number on every row. Its rows are those of the other inputs of the node that takes it. */
export const CONSTANT: NodeSpec = {
  type: "constant",
  version: 1,
  kind: "source",
  inputs: {},
  params: { value: { kind: "number" } },
  outputs: { value: "number" },
  schemaMajor: 1,
  period: () => 1,
};

/** `true` or `false` on every row. */
export const CONSTANT_BOOLEAN: NodeSpec = {
  type: "constantBoolean",
  version: 1,
  kind: "source",
  inputs: {},
  params: { value: { kind: "boolean" } },
  outputs: { value: "boolean" },
  schemaMajor: 1,
  period: () => 1,
};

/** True for a node type whose output is the same on every row. */
export function isConstantSpec(spec: NodeSpec): boolean {
  return spec === CONSTANT || spec === CONSTANT_BOOLEAN;
}
