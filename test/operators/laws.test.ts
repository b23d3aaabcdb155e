// The laws that every operator of the catalogue keeps, whatever it computes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorSpec, Params } from "../../kernel/graph/spec.js";
import { OPERATORS } from "../../kernel/nodes/catalogue.js";
import { columnsFor, paramsFor, walk } from "./columns.js";
import type { Column, OperatorRun, Row } from "./harness.js";
import { paramsOf, runOperator } from "./harness.js";

/** The first difference of two runs in words, or null when their outputs and states are equal bit for bit. */
function difference(a: OperatorRun, b: OperatorRun): string | null {
  return outputsDiffer(a.outputs, b.outputs) ?? (Buffer.compare(a.state, b.state) === 0 ? null : "the states differ");
}

function outputsDiffer(a: readonly Row[][], b: readonly Row[][]): string | null {
  for (const [output, column] of a.entries()) {
    for (const [row, value] of column.entries()) {
      const other = b[output]?.[row];
      if (!Object.is(value, other)) return `output ${output}, row ${row}: ${value} and ${other}`;
    }
  }
  return null;
}

/** Columns, params, cuts and a row to cut at. */
function cases(spec: OperatorSpec) {
  return fc.record({
    columns: columnsFor(spec, true),
    params: paramsFor(spec),
    cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
    at: fc.nat(),
  });
}

/** Cases of each law: so many in the deep run too, since there are laws for every operator. */
const RUNS = { numRuns: process.env["GOLDENTAPE_RUNS"] === undefined ? 10 : 25 };

describe.each(OPERATORS.map((spec) => [spec.type, spec] as const))("%s", (_, spec) => {
  it("gives equal bits and an equal state for every cut into blocks, in the release and the debug module", () => {
    fc.assert(
      fc.property(cases(spec), ({ columns, params, cuts }) => {
        const whole = runOperator(spec, columns, params);
        expect(difference(whole, runOperator(spec, columns, params, { cuts: [1] }))).toBeNull();
        expect(difference(whole, runOperator(spec, columns, params, { cuts: [7] }))).toBeNull();
        expect(difference(whole, runOperator(spec, columns, params, { cuts }))).toBeNull();
        expect(difference(whole, runOperator(spec, columns, params, { build: "debug" }))).toBeNull();
      }),
      RUNS,
    );
  });

  it("does not look ahead: cutting the tape leaves every row before the cut as it was", () => {
    fc.assert(
      fc.property(cases(spec), ({ columns, params, at }) => {
        const rows = columns[0]?.length ?? 0;
        const until = at % (rows + 1);
        const whole = runOperator(spec, columns, params);
        const cut = runOperator(spec, sliced(columns, 0, until), params);
        expect(outputsDiffer(cut.outputs, whole.outputs)).toBeNull();
      }),
      RUNS,
    );
  });

  it("goes on from a copied state as if it had not stopped", () => {
    fc.assert(
      fc.property(cases(spec), ({ columns, params, at }) => {
        const rows = columns[0]?.length ?? 0;
        const until = at % (rows + 1);
        const whole = runOperator(spec, columns, params);
        const first = runOperator(spec, sliced(columns, 0, until), params);
        const second = runOperator(spec, sliced(columns, until, rows), params, { state: first.state });
        const outputs = first.outputs.map((column, output) => [...column, ...(second.outputs[output] ?? [])]);
        expect(difference(whole, { outputs, state: second.state })).toBeNull();
      }),
      RUNS,
    );
  });

  it("gives equal bits for blocks of 1, 7, 1,024 and all over a long tape", () => {
    const { columns, params } = longCase(spec);
    const whole = runOperator(spec, columns, params);
    for (const rows of [1, 7, 1_024])
      expect(difference(whole, runOperator(spec, columns, params, { cuts: [rows] }))).toBeNull();
  });

  it("gives its first row with all results at row period − 1 of valid rows, and, with one output, none before", () => {
    const params = shortParams(spec);
    // Powers and exponentials of whole prices overflow; those of a thousandth do not.
    const columns = longCase(spec, 0).columns.map((column) =>
      column.map((value) => (value === null || value < 2 ? value : value / 1_000)),
    );
    const first = spec.period(paramsOf(spec, params)) - 1;
    const { outputs } = runOperator(spec, columns, params);
    for (let row = 0; row < first; row++) expect(outputs.some((column) => column[row] === null)).toBe(true);
    const valid = outputs.every((column) => column[first] !== null);
    // Rows since a condition wait for the condition, which is no matter of the look-back.
    if (spec.inputs["condition"] === undefined) expect(valid).toBe(true);
  });
});

function sliced(columns: readonly Column[], from: number, to: number): Column[] {
  return columns.map((column) => column.slice(from, to));
}

/** Windows of 40 rows over 2,500 rows, with a null every 700 rows. */
function longCase(spec: OperatorSpec, nullEvery = 700): { columns: Column[]; params: Params } {
  const ports = Object.values(spec.inputs).filter((port) => port.optional !== true);
  const types = spec.lanes === "each" ? ports : [ports[0], ports[0], ports[0]];
  const columns = types.map((port, index): Column => {
    const values = walk(2_500, 17 + index, nullEvery);
    if (port?.type !== "boolean") return values;
    return values.map((value) => (value === null ? null : value % 2 < 1 ? 1 : 0));
  });
  return { columns, params: shortParams(spec, 40) };
}

/** Defaults where there are some; windows of `window` rows. */
function shortParams(spec: OperatorSpec, window = 5): Params {
  const params: Record<string, Params[string]> = {};
  for (const [name, param] of Object.entries(spec.params)) {
    if (param.default !== undefined) continue;
    if (param.kind === "integer") params[name] = Math.min(param.max, Math.max(param.min, window));
    else if (param.kind === "number") params[name] = Math.min(param.max ?? 0.25, Math.max(param.min ?? 0.25, 0.25));
    else if (param.kind === "choice") params[name] = param.choices[0] ?? "";
    else params[name] = false;
  }
  return params;
}
