// Columns for the operator tests: small, legal and full of what breaks operators (nulls, ties, zeros, constants,
// spikes).
//
// Always true: plain values are multiples of 1/1,024 below 2^61, so exact models can hold them as integers.

import fc from "fast-check";
import type { OperatorSpec, Params, ParamSpec, ParamValue } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";

const small = fc.integer({ min: -4, max: 4 });
const eighths = fc.integer({ min: -5_000, max: 5_000 }).map((value) => value / 1_024);
const prices = fc.integer({ min: -2_000, max: 2_000 }).map((value) => 100_000 + value / 1_024);
const spikes = fc.constantFrom(2 ** 60, -(2 ** 60), 2 ** 40);

/** A stretch of rows of one character. */
function stretch(values: fc.Arbitrary<Row>): fc.Arbitrary<Row[]> {
  return fc.array(values, { maxLength: 12 });
}

const constantStretch = fc
  .tuple(fc.oneof(small, prices), fc.integer({ min: 1, max: 15 }))
  .map(([value, rows]): Row[] => Array.from({ length: rows }, () => value));
const nulls = fc.integer({ min: 1, max: 2 }).map((rows): Row[] => Array.from({ length: rows }, () => null));

/** A column of stretches; the length is what the stretches give. */
const stretches: fc.Arbitrary<Row[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: stretch(fc.oneof(small, eighths)) },
      { weight: 4, arbitrary: stretch(prices) },
      { weight: 2, arbitrary: constantStretch },
      { weight: 1, arbitrary: nulls },
      { weight: 1, arbitrary: stretch(spikes) },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.flat());

/** Values at the edges of f64, for the laws only: no exact model is asked for them. */
const extremes: fc.Arbitrary<Row[]> = fc.array(
  fc.constantFrom<Row>(1e308, -1e308, Number.MAX_VALUE, 5e-324, -0, 0, 1, 1e160, -1e160, 1e300, null, 3),
  { minLength: 1, maxLength: 40 },
);

const truths = fc.array(fc.constantFrom<Row>(0, 1, 1, 0, null), { minLength: 1, maxLength: 60 });

/** Times of bars in seconds: hours apart, and now and then years. */
const times: fc.Arbitrary<Row[]> = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) }, fc.constantFrom(24 * 31, 24 * 366)), {
    minLength: 1,
    maxLength: 60,
  })
  .map((hours) => {
    let time = 1_700_000_000 - (1_700_000_000 % 3_600);
    return hours.map((step): Row => (step === 13 ? null : (time += step * 3_600)));
  });

/** Columns of one length for the ports of `spec`; three lanes where it runs across instruments. */
export function columnsFor(spec: OperatorSpec, withExtremes = false): fc.Arbitrary<Column[]> {
  const numbers = withExtremes ? fc.oneof(stretches, extremes) : stretches;
  const ports = Object.entries(spec.inputs).filter(([, port]) => port.optional !== true);
  const drawn = ports.map(([name, port]) => (port.type === "boolean" ? truths : name === "time" ? times : numbers));
  const columns = spec.lanes === "each" ? drawn : [numbers, numbers, numbers];
  return fc.tuple(...columns).map((drawn) => {
    const rows = Math.max(...drawn.map((column) => column.length));
    return drawn.map((column) =>
      Array.from({ length: rows }, (_, row) => (column.length === 0 ? 0 : (column[row % column.length] as Row))),
    );
  });
}

/** Params of `spec`: small windows, every choice. */
export function paramsFor(spec: OperatorSpec, windowMax = 9): fc.Arbitrary<Params> {
  const drawn: Record<string, fc.Arbitrary<ParamValue>> = {};
  for (const [name, param] of Object.entries(spec.params)) drawn[name] = paramFor(param, windowMax);
  return fc.record(drawn);
}

function paramFor(param: ParamSpec, windowMax: number): fc.Arbitrary<ParamValue> {
  switch (param.kind) {
    case "integer":
      return fc.integer({ min: param.min, max: Math.max(param.min, Math.min(param.max, windowMax)) });
    case "number": {
      const min = param.min ?? 0;
      return fc.integer({ min: 0, max: 8 }).map((value) => Math.min(param.max ?? Infinity, min + value / 8));
    }
    case "boolean":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...param.choices);
    default:
      return fc.constant(param.default ?? "");
  }
}

/** A long column of a plain pseudo-random walk, with a null every `nullEvery` rows (0 for none). */
export function walk(rows: number, seed: number, nullEvery = 0): Row[] {
  let state = seed >>> 0;
  let price = 100_000;
  return Array.from({ length: rows }, (_, row) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    price += ((state >>> 20) - 2_048) / 1_024;
    return nullEvery > 0 && row % nullEvery === nullEvery - 1 ? null : price;
  });
}
