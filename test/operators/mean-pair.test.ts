// Two moving averages of one column in one instruction: the bits and the states of two instructions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OP_MEAN_PAIR } from "../../assembly/abi-opcodes.js";
import type { OperatorSpec } from "../../kernel/graph/spec.js";
import { OPERATORS } from "../../kernel/nodes/catalogue.js";
import { meanBytes } from "../../kernel/nodes/window-bytes.js";
import { walk } from "./columns.js";
import type { Column, OperatorRun, Row, RunOptions } from "./harness.js";
import { runOperator } from "./harness.js";

const MEAN = OPERATORS.find((spec) => spec.type === "rollingMean") as OperatorSpec;

/** The instruction that a plan makes of averages of `first` and `second` rows. */
function pairSpec(first: number, second: number): OperatorSpec {
  return {
    ...MEAN,
    type: "meanPair",
    opcode: OP_MEAN_PAIR,
    params: {},
    outputs: { first: "number", second: "number" },
    encode: () => [first, second, meanBytes(first)],
    stateBytes: () => meanBytes(first) + meanBytes(second),
  };
}

function twice(column: Column, first: number, second: number, options: RunOptions): OperatorRun {
  const [a, b] = [first, second].map((period) => runOperator(MEAN, [column], { period }, options));
  if (a === undefined || b === undefined) throw new Error("there are two");
  return { outputs: [...a.outputs, ...b.outputs], state: Buffer.concat([a.state, b.state]) };
}

function expectEqual(column: Column, first: number, second: number, options: RunOptions): void {
  const pair = runOperator(pairSpec(first, second), [column], {}, options);
  const two = twice(column, first, second, options);
  for (const [output, rows] of two.outputs.entries()) {
    const different = rows.findIndex((value, row) => !Object.is(value, pair.outputs[output]?.[row]));
    expect(different, `row of output ${output}`).toBe(-1);
  }
  expect(Buffer.compare(pair.state, two.state), "states").toBe(0);
}

const cents = fc.integer({ min: 8_000, max: 11_900 }).map((value): Row => value / 100);
const near = fc.array(cents, { minLength: 20, maxLength: 60 });
const flat = fc
  .tuple(cents, fc.integer({ min: 1, max: 30 }))
  .map(([value, rows]) => Array.from({ length: rows }, (): Row => value));
const wideCents = fc.array(
  fc.integer({ min: 1_200, max: 14_900 }).map((value): Row => value / 100),
  { minLength: 20, maxLength: 60 },
);
const far = fc.array(fc.constantFrom<Row>(2 ** 60, -(2 ** 60), 1e300, -3, 0, null, 200, 5e-324), { maxLength: 4 });
const columns = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: near },
      { weight: 2, arbitrary: flat },
      { weight: 1, arbitrary: wideCents },
      { weight: 1, arbitrary: far },
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.flat());

describe("two moving averages in one instruction", () => {
  it("give what they give one by one, for every cut into blocks", () => {
    const windows = fc.integer({ min: 1, max: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(columns, windows, windows, cuts, (column, first, second, cuts) => {
        if (column.length > 0) expectEqual(column, first, second, { cuts });
      }),
      { numRuns: 200 },
    );
  });

  it.each(["release", "debug"] as const)("give it over 10,000 prices, across fresh sums, in the %s module", (build) => {
    const column = walk(10_000, 3).map((value) => (value === null ? null : Math.round((value - 99_500) * 20) / 100));
    for (const cuts of [[1024], [1000, 333], [10_000]]) expectEqual(column, 10, 30, { cuts, build });
  });

  it("give it when a value that left took most of the sum with it", () => {
    const prices = fc.array(cents, { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(prices, fc.constantFrom(1e17, 1e18, 1e300), (prices, huge) => {
        expectEqual([...prices.slice(0, 15), huge, ...prices.slice(15)], 10, 12, { cuts: [30, 64] });
      }),
      { numRuns: 100 },
    );
  });

  it("give the constant of a constant window that its sum cannot", () => {
    const column = Array.from({ length: 200 }, (): Row => 0.1);
    const { outputs } = runOperator(pairSpec(3, 7), [column], {}, { cuts: [64] });
    expect(new Set(outputs[0]?.slice(2))).toEqual(new Set([0.1]));
    expect(new Set(outputs[1]?.slice(6))).toEqual(new Set([0.1]));
  });
});
