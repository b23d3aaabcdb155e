// Bars for the indicator tests: small, legal walks with ties, flat stretches, zero volumes, gaps and nulls.
//
// Always true: low <= close <= high, volume >= 0, and prices are multiples of 1/4, so ties are exact.

import fc from "fast-check";
import type { OperatorSpec } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";

interface Step {
  readonly move: number;
  readonly above: number;
  readonly below: number;
  readonly volume: number;
  /** Which cells are null: none, all, or one of high, low, close, volume. */
  readonly missing: "none" | "all" | "high" | "low" | "close" | "volume";
  readonly reset: Row;
}

const lively: fc.Arbitrary<Step> = fc.record({
  move: fc.integer({ min: -6, max: 6 }),
  above: fc.integer({ min: 0, max: 3 }),
  below: fc.integer({ min: 0, max: 3 }),
  volume: fc.integer({ min: 0, max: 5 }),
  missing: fc.constant("none" as const),
  reset: fc.constantFrom<Row>(0, 0, 0, 0, 1, null),
});
const flat: fc.Arbitrary<Step> = fc.constant({ move: 0, above: 0, below: 0, volume: 2, missing: "none", reset: 0 });
const torn: fc.Arbitrary<Step> = fc
  .tuple(lively, fc.constantFrom("all" as const, "high" as const, "low" as const, "close" as const, "volume" as const))
  .map(([step, missing]) => ({ ...step, missing }));

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.array(lively, { maxLength: 30 }) },
      { weight: 2, arbitrary: fc.array(flat, { maxLength: 20 }) },
      { weight: 1, arbitrary: fc.array(torn, { maxLength: 2 }) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.flat());

/** A column for every port of `spec`, by its name; the optional ones too. */
export function barsFor(spec: OperatorSpec): fc.Arbitrary<Column[]> {
  return steps.map((drawn) => Object.keys(spec.inputs).map((port) => columnOf(port, drawn)));
}

function columnOf(port: string, drawn: readonly Step[]): Column {
  const field = port === "x" || port === "price" ? "close" : port;
  let price = 400;
  return drawn.map((step): Row => {
    price += step.move;
    if (field === "reset") return step.reset;
    if (step.missing === "all" || step.missing === field) return null;
    if (field === "volume") return step.volume;
    if (field === "high") return (price + step.above) / 4;
    return field === "low" ? (price - step.below) / 4 : price / 4;
  });
}
