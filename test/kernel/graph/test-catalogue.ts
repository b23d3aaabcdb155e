// A small catalogue for tests of graphs: a source, a few operators and a decision, none of which can run.

import { applyNode, outputOf } from "../../../kernel/index.js";
import type {
  BooleanInput,
  BooleanOutput,
  Decision,
  NodeSpec,
  NumberInput,
  NumberOutput,
} from "../../../kernel/index.js";

function spec(parts: Pick<NodeSpec, "type" | "kind" | "inputs" | "params" | "outputs"> & Partial<NodeSpec>): NodeSpec {
  return { version: 1, schemaMajor: 1, period: () => 1, ...parts };
}

const number = { type: "number" } as const;

export const CLOSE = spec({
  type: "close",
  kind: "source",
  inputs: {},
  params: { instrument: { kind: "string", default: "*" } },
  outputs: { value: "number" },
});
export const SMA = spec({
  type: "sma",
  kind: "operator",
  inputs: { x: number },
  params: { period: { kind: "integer", min: 1, max: 10_000 } },
  outputs: { value: "number" },
  period: (params) => params["period"] as number,
});
export const SUB = spec({
  type: "sub",
  kind: "operator",
  inputs: { a: number, b: number },
  params: {},
  outputs: { value: "number" },
});
export const GREATER = spec({
  type: "greater",
  kind: "operator",
  inputs: { a: number, b: number },
  params: {},
  outputs: { value: "boolean" },
});
export const SELECT = spec({
  type: "select",
  kind: "operator",
  inputs: { when: { type: "boolean" }, a: number, b: number },
  params: {},
  outputs: { value: "number" },
});
export const BANDS = spec({
  type: "bands",
  version: 2,
  kind: "operator",
  inputs: { x: number, middle: { type: "number", optional: true } },
  params: {
    period: { kind: "integer", min: 2, max: 1000, default: 20 },
    width: { kind: "number", min: 0, default: 2 },
    kind: { kind: "choice", choices: ["sma", "ema"], default: "sma" },
    isSample: { kind: "boolean", default: false },
  },
  outputs: { upper: "number", middle: "number", lower: "number" },
  schemaMajor: 3,
  period: (params) => params["period"] as number,
});
const TARGET = spec({
  type: "target",
  kind: "decision",
  inputs: { value: number },
  params: { instrument: { kind: "string", default: "*" } },
  outputs: {},
});

export const TEST_CATALOGUE: ReadonlyMap<string, NodeSpec> = new Map(
  [CLOSE, SMA, SUB, GREATER, SELECT, BANDS, TARGET].map((entry) => [entry.type, entry]),
);

export function close(instrument = "*", interval: string | null = null): NumberOutput {
  return outputOf(applyNode(CLOSE, {}, { instrument }, { interval })) as NumberOutput;
}

export function sma(x: NumberInput, period: number): NumberOutput {
  return outputOf(applyNode(SMA, { x }, { period })) as NumberOutput;
}

export function sub(a: NumberInput, b: NumberInput): NumberOutput {
  return outputOf(applyNode(SUB, { a, b }, {})) as NumberOutput;
}

export function greater(a: NumberInput, b: NumberInput): BooleanOutput {
  return outputOf(applyNode(GREATER, { a, b }, {})) as BooleanOutput;
}

export function select(when: BooleanInput, a: NumberInput, b: NumberInput): NumberOutput {
  return outputOf(applyNode(SELECT, { when, a, b }, {})) as NumberOutput;
}

export function bands(
  x: NumberInput,
  params: { period?: number; width?: number; kind?: string; isSample?: boolean } = {},
) {
  const node = applyNode(BANDS, { x }, params);
  const [upper, middle, lower] = ["upper", "middle", "lower"].map((name) => outputOf(node, name) as NumberOutput);
  return { upper: upper as NumberOutput, middle: middle as NumberOutput, lower: lower as NumberOutput };
}

export function target(value: NumberInput, instrument = "*"): Decision {
  return { node: applyNode(TARGET, { value }, { instrument }) };
}
