// Cross-section nodes: over all instruments of one row.
//
// Always true: an instrument whose value is null at a row gets null there and does not count.

import {
  OP_ACROSS_RANK,
  OP_ACROSS_TOP,
  OP_ACROSS_ZSCORE,
  OP_REDUCE_COUNT,
  OP_REDUCE_MEAN,
  OP_REDUCE_SUM,
} from "../../assembly/abi-opcodes.js";
import type { BooleanInput, BooleanOutput, NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { booleanNode, numberNode, operator, WINDOW_ROWS_MAX } from "./operator.js";

/**
 * Bytes of the list that a cross-section instruction names in `extra`: addresses of the lanes' input and output
 * columns, 4 bytes each, and 16 bytes of scratch a lane from the next multiple of 8 on.
 */
export function crossSectionBytes(lanes: number): number {
  return lanes * 8 + 7 + lanes * 16;
}

const X_WHEN = { x: { type: "number" }, when: { type: "boolean", optional: true } } as const;

export const ACROSS_RANK: OperatorSpec = operator({
  type: "acrossRank",
  opcode: OP_ACROSS_RANK,
  inputs: X_WHEN,
  params: { descending: { kind: "boolean", default: false }, fraction: { kind: "boolean", default: false } },
  lanes: "across",
});

export const ACROSS_TOP: OperatorSpec = operator({
  type: "acrossTop",
  opcode: OP_ACROSS_TOP,
  inputs: X_WHEN,
  params: { count: { kind: "integer", min: 1, max: WINDOW_ROWS_MAX } },
  outputs: { value: "boolean" },
  lanes: "across",
});

export const ACROSS_ZSCORE: OperatorSpec = operator({
  type: "acrossZscore",
  opcode: OP_ACROSS_ZSCORE,
  inputs: X_WHEN,
  params: { ddof: { kind: "integer", min: 0, max: 1, default: 0 } },
  lanes: "across",
});

function reduction(type: string, opcode: number): OperatorSpec {
  return operator({ type, opcode, inputs: { x: { type: "number" } }, lanes: "reduce" });
}

export const REDUCE_MEAN: OperatorSpec = reduction("reduceMean", OP_REDUCE_MEAN);
export const REDUCE_SUM: OperatorSpec = reduction("reduceSum", OP_REDUCE_SUM);
export const REDUCE_COUNT: OperatorSpec = reduction("reduceCount", OP_REDUCE_COUNT);

/**
 * Rank of each instrument among all that have a value, 1 for the smallest; equals share the mean of their ranks.
 * Source: pandas `rank(axis=1, method="average")`. Costs a sort a row.
 *
 * @param options.descending 1 goes to the largest.
 * @param options.fraction Ranks are divided by the number of instruments that have a value.
 * @param options.when Rows where this does not hold are null for every instrument, and cost nothing.
 */
export function acrossRank(
  x: NumberInput,
  options: { readonly descending?: boolean; readonly fraction?: boolean; readonly when?: BooleanInput } = {},
): NumberOutput {
  const { descending, fraction, when } = options;
  return numberNode(ACROSS_RANK, { x, when }, { descending, fraction });
}

/**
 * True for the `count` instruments with the largest values; of equals the instrument that comes first in the run is
 * taken first, so never more than `count` are true.
 *
 * @param options.when Rows where this does not hold are null for every instrument, and cost nothing.
 * @example acrossTop(pctChange(close, 252), 50, { when: newPeriod(reduceMean(time), "month") })
 */
export function acrossTop(
  x: NumberInput,
  count: number,
  options: { readonly when?: BooleanInput } = {},
): BooleanOutput {
  return booleanNode(ACROSS_TOP, { x, when: options.when }, { count });
}

/**
 * Distance of each instrument from the mean over instruments, in standard deviations; null where all are equal.
 *
 * @param options.ddof The divisor of the variance is the number of instruments less this; 0 by default.
 */
export function acrossZscore(
  x: NumberInput,
  options: { readonly ddof?: number; readonly when?: BooleanInput } = {},
): NumberOutput {
  return numberNode(ACROSS_ZSCORE, { x, when: options.when }, { ddof: options.ddof });
}

/** Mean over the instruments that have a value; null where none has. */
export function reduceMean(x: NumberInput): NumberOutput {
  return numberNode(REDUCE_MEAN, { x });
}

/** Sum over the instruments that have a value; null where none has. */
export function reduceSum(x: NumberInput): NumberOutput {
  return numberNode(REDUCE_SUM, { x });
}

/** Number of instruments that have a value; never null. */
export function reduceCount(x: NumberInput): NumberOutput {
  return numberNode(REDUCE_COUNT, { x });
}

export const CROSS_SECTION: readonly OperatorSpec[] = [
  ACROSS_RANK,
  ACROSS_TOP,
  ACROSS_ZSCORE,
  REDUCE_MEAN,
  REDUCE_SUM,
  REDUCE_COUNT,
];
