// Small random graphs over the test catalogue: a list of steps, each of which takes earlier outputs.

import fc from "fast-check";
import { applyNode, constant, delayed, graph, outputOf } from "../../../kernel/index.js";
import type { BooleanOutput, Decision, Graph, NumberOutput } from "../../../kernel/index.js";
import { BANDS, bands, close, greater, select, sma, sub, target } from "./test-catalogue.js";

interface Step {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly lag: number;
  readonly value: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat(8),
  a: fc.nat(7),
  b: fc.nat(7),
  lag: fc.nat(2),
  value: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.double({ min: 1, max: 5, noNaN: true })),
});

/** Graphs of 1 to some 20 nodes with delayed edges, constants, several outputs of one node and repeated nodes. */
export const arbitraryGraph: fc.Arbitrary<Graph> = fc.array(step, { minLength: 1, maxLength: 10 }).map(graphOf);

function graphOf(steps: readonly Step[]): Graph {
  const numbers: NumberOutput[] = [close("A")];
  const booleans: BooleanOutput[] = [];
  const decisions: Decision[] = [];
  for (const { kind, a, b, lag, value } of steps) {
    const [x, y] = [a, b].map((index) => numbers[index % numbers.length] as NumberOutput) as [
      NumberOutput,
      NumberOutput,
    ];
    const late = lag === 0 ? x : delayed(x, lag);
    const rows = Math.floor(value);
    if (kind === 0) numbers.push(close(["A", "B"][a % 2] as string, [null, "1d"][b % 2] as string | null));
    else if (kind === 1) numbers.push(sma(late, rows));
    else if (kind === 2) numbers.push(sub(late, y));
    else if (kind === 3) numbers.push(sub(x, value));
    else if (kind === 4) booleans.push(greater(late, y));
    else if (kind === 5 && booleans.length > 0)
      numbers.push(select(booleans[a % booleans.length] as BooleanOutput, x, y));
    else if (kind === 6) numbers.push(...Object.values(bands(late, { width: value, isSample: b % 2 === 0 })));
    else if (kind === 7) decisions.push(target(late, "A"));
    else
      numbers.push(
        outputOf(applyNode(BANDS, { x, middle: y }, {}, { period: 20 + a })) as NumberOutput,
        constant(value),
      );
  }
  const last = numbers[numbers.length - 1] as NumberOutput;
  const name = `last${steps.length}`;
  return graph({
    decisions,
    publish: { [name]: last, close: numbers[0] as NumberOutput },
    names: { first: numbers[0] as NumberOutput },
  });
}
