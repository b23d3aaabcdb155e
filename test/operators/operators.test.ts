// Operators against their definitions, and the examples that document them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorSpec, Params } from "../../kernel/graph/spec.js";
import { ARITHMETIC } from "../../kernel/nodes/arithmetic.js";
import { CALENDAR, NEW_PERIOD } from "../../kernel/nodes/calendar.js";
import { ACROSS_TOP, CROSS_SECTION } from "../../kernel/nodes/cross-section.js";
import { CUM_SUM, CUMULATIVE } from "../../kernel/nodes/cumulative.js";
import { BARS_SINCE, CROSS_OVER, EVENTS, HYSTERESIS, hysteresis, RISING } from "../../kernel/nodes/events.js";
import { LOGIC } from "../../kernel/nodes/logic.js";
import {
  LINREG,
  ROLLING,
  ROLLING_ARGMAX,
  ROLLING_MEAN,
  ROLLING_QUANTILE,
  ROLLING_RANK,
  ROLLING_STD,
  ROLLING_SUM,
  ROLLING_VAR,
} from "../../kernel/nodes/rolling.js";
import { LAG, PCT_CHANGE, SHIFT } from "../../kernel/nodes/shift.js";
import { columnsFor, paramsFor, walk } from "./columns.js";
import type { Column, Row } from "./harness.js";
import { runOperator } from "./harness.js";
import { ELEMENTWISE } from "./reference-elementwise.js";
import { ROLLING_REFERENCES } from "./reference-rolling.js";
import { SERIES_REFERENCES } from "./reference-series.js";

const REFERENCES = new Map(Object.entries({ ...ELEMENTWISE, ...ROLLING_REFERENCES, ...SERIES_REFERENCES }));
const SPECS = [...ARITHMETIC, ...LOGIC, ...SHIFT, ...ROLLING, ...CUMULATIVE, ...EVENTS, ...CROSS_SECTION, ...CALENDAR];

/** Operators that round nothing, so nothing may differ. */
const EXACT = new Set([
  ...LOGIC.map((spec) => spec.type),
  ...EVENTS.map((spec) => spec.type),
  ...[
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "abs",
    "sign",
    "sqrt",
    "minOf",
    "maxOf",
    "floor",
    "ceil",
    "round",
    "clamp",
    "lag",
    "diff",
  ],
  ...["rollingMin", "rollingMax", "rollingArgmin", "rollingArgmax", "rollingRank", "cumMax", "cumMin"],
  ...["acrossRank", "acrossTop", "reduceCount", "newPeriod"],
]);

/** Largest relative difference allowed. */
const TOLERANCE = 1e-9;

function first(spec: OperatorSpec, columns: readonly Column[], params: Params = {}): Row[] {
  return runOperator(spec, columns, params).outputs[0] as Row[];
}

function expectClose(actual: Row, expected: Row, exact: boolean, scale: number, where: string): void {
  if (actual === null || expected === null || exact) {
    // Comparing by `===` takes −0 for 0, which is what the definitions say.
    if (actual !== expected) expect.fail(`${where}: ${actual} is not ${expected}`);
    return;
  }
  const slack = TOLERANCE * Math.max(Math.abs(expected), scale);
  if (!(Math.abs(actual - expected) <= slack)) expect.fail(`${where}: ${actual} is not within ${slack} of ${expected}`);
}

describe.each(SPECS.map((spec) => [spec.type, spec] as const))("%s", (type, spec) => {
  it("agrees with its definition", () => {
    const reference = REFERENCES.get(type);
    if (reference === undefined) expect.fail(`${type} has no reference`);
    fc.assert(
      fc.property(columnsFor(spec), paramsFor(spec), (columns, params) => {
        const expected = reference(columns, params);
        runOperator(spec, columns, params).outputs.forEach((column, output) => {
          column.forEach((value, row) => {
            expectClose(
              value,
              expected[output]?.[row] ?? null,
              EXACT.has(type),
              scaleOf(type),
              `output ${output}, row ${row}`,
            );
          });
        });
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * Size below which a difference counts as absolute: a score or a ratio of differences near 0 has no digits of its own.
 */
function scaleOf(type: string): number {
  return ["rollingZscore", "acrossZscore", "rollingCorr", "linearRegression", "pctChange", "mod"].includes(type)
    ? 1e-3
    : 0;
}

describe("hysteresis", () => {
  const sides = (...signal: readonly Row[]): Row[] =>
    first(HYSTERESIS, [signal], { longEnter: 0.6, longExit: 0.2, shortEnter: -0.6, shortExit: -0.2 });

  it("takes each threshold when it is met, and not a hair before", () => {
    expect(sides(0.599, 0.6, 0.201, 0.2, 0.6)).toEqual([0, 1, 1, 0, 1]);
    expect(sides(-0.599, -0.6, -0.201, -0.2, -0.6)).toEqual([0, -1, -1, 0, -1]);
  });

  it("flips on one row when the other side's entry holds after the exit", () => {
    expect(sides(0.7, -0.6, 0.6, -0.1)).toEqual([1, -1, 1, 0]);
  });

  it("keeps its side over a null", () => {
    expect(sides(0.7, null, 0.3)).toEqual([1, null, 1]);
  });

  it("wants thresholds that rise", () => {
    expect(() => hysteresis(1, { longEnter: 0.1 })).toThrow("shortEnter <= shortExit <= longExit <= longEnter");
    expect(() => hysteresis(1, { shortExit: 0.3 })).toThrow("shortEnter <= shortExit <= longExit <= longEnter");
  });
});

describe("rolling windows", () => {
  it("are null for as many rows as they are long after a single null, and then whole", () => {
    expect(first(ROLLING_SUM, [[1, 2, 3, null, 4, 5, 6]], { period: 2 })).toEqual([null, 3, 5, null, null, 9, 11]);
  });

  it("have the mean of a constant, exactly, and no variance", () => {
    const x = Array.from({ length: 40 }, () => 0.1);
    expect(first(ROLLING_MEAN, [x], { period: 7 }).slice(6)).toEqual(x.slice(6));
    expect(first(ROLLING_VAR, [x], { period: 7 }).slice(6)).toEqual(x.slice(6).map(() => 0));
  });

  it("keep no trace of a spike that has left", () => {
    const x = [1e300, 1, 2, 3, 4, 5];
    expect(first(ROLLING_SUM, [x], { period: 3 }).slice(3)).toEqual([6, 9, 12]);
    expect(first(ROLLING_VAR, [x], { period: 3 })[3]).toBeCloseTo(2 / 3, 15);
  });

  it("are null while their sum overflows, and whole once the cause has left", () => {
    const big = Number.MAX_VALUE;
    expect(first(ROLLING_SUM, [[big, big, 1, 2]], { period: 2 })).toEqual([null, null, big, 3]);
    expect(first(ROLLING_VAR, [[big, 1, 1]], { period: 2 })).toEqual([null, null, 0]);
  });

  it("divide by n − ddof, n by default", () => {
    const x = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(first(ROLLING_STD, [x], { period: 8 }).at(-1)).toBe(2);
    expect(first(ROLLING_VAR, [x], { period: 8, ddof: 1 }).at(-1)).toBeCloseTo(32 / 7, 14);
  });

  it("take the most recent of equal extremes", () => {
    expect(first(ROLLING_ARGMAX, [[5, 1, 5, 2]], { period: 4 })).toEqual([null, null, null, 1]);
  });

  it("rank equals by the mean of their ranks, and find quantiles by straight line", () => {
    expect(first(ROLLING_RANK, [[1, 3, 2, 2]], { period: 4 }).at(-1)).toBe(2.5);
    expect(first(ROLLING_QUANTILE, [[4, 1, 3, 2]], { period: 4, quantile: 0.5 }).at(-1)).toBe(2.5);
  });

  it("draw the line through points on a line", () => {
    expect(runOperator(LINREG, [[1, 3, 5, 7]], { period: 3 }).outputs.map((column) => column.at(-1))).toEqual([
      7, 2, 3, 1,
    ]);
  });

  it("do not depend on where the tape began", () => {
    const x = walk(3_000, 5);
    for (const spec of [ROLLING_SUM, ROLLING_MEAN, ROLLING_VAR, LINREG]) {
      const whole = runOperator(spec, [x], { period: 50 }).outputs[0] as Row[];
      const late = runOperator(spec, [x.slice(1_017)], { period: 50 }).outputs[0] as Row[];
      late
        .slice(49)
        .forEach((value, row) => expectClose(value, whole[1_017 + 49 + row] as Row, false, 0, `row ${row}`));
    }
  });
});

describe("rows before", () => {
  it("are null until there are enough", () => {
    expect(first(LAG, [[1, null, 3, 4]], { rows: 2 })).toEqual([null, null, 1, null]);
    expect(first(PCT_CHANGE, [[100, 110, 0, 5]])).toEqual([null, 0.1, -1, null]);
  });
});

describe("cumulative sums", () => {
  it("skip nulls and lose no small terms", () => {
    expect(first(CUM_SUM, [[1e16, 1, null, 1, -1e16]])).toEqual([1e16, 1e16, null, 1e16 + 2, 2]);
  });
});

describe("events", () => {
  it("cross over when a leaves a tie upwards, not when it reaches one", () => {
    expect(
      first(CROSS_OVER, [
        [1, 2, 3, 1, 3],
        [2, 2, 2, 2, 2],
      ]),
    ).toEqual([null, 0, 1, 0, 1]);
  });

  it("rise above every one of the rows before", () => {
    expect(first(RISING, [[1, 3, 2, 4, 4]], { rows: 2 })).toEqual([null, null, 0, 1, 0]);
  });

  it("count rows since a condition held", () => {
    expect(first(BARS_SINCE, [[0, 1, 0, null, 0]])).toEqual([null, 0, 1, null, 3]);
  });
});

describe("cross-sections", () => {
  it("choose the largest, and of equals the first instrument", () => {
    const { outputs } = runOperator(ACROSS_TOP, [[3], [null], [3], [1]], { count: 1 });
    expect(outputs).toEqual([[1], [null], [0], [0]]);
  });

  it("agree with their definitions over many instruments, ties and nulls among them", () => {
    const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null), fc.integer({ min: -5_000, max: 5_000 }));
    const lanes = fc.array(fc.array(value, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 80 });
    const cases = fc
      .tuple(fc.constantFrom(...CROSS_SECTION), lanes)
      .chain(([spec, columns]) =>
        fc.record({ spec: fc.constant(spec), columns: fc.constant(columns), params: paramsFor(spec, 90) }),
      );
    fc.assert(
      fc.property(cases, ({ spec, columns, params }) => {
        const expected = REFERENCES.get(spec.type)?.(columns, params);
        const exact = EXACT.has(spec.type);
        runOperator(spec, columns, params).outputs.forEach((column, lane) => {
          column.forEach((result, row) =>
            expectClose(result, expected?.[lane]?.[row] ?? null, exact, 1e-3, `lane ${lane}, row ${row}`),
          );
        });
      }),
      { numRuns: 150 },
    );
  });

  it("are null on rows that are not asked for", () => {
    const { outputs } = runOperator(
      ACROSS_TOP,
      [
        [1, 2, 3],
        [3, 2, 1],
      ],
      { count: 1 },
      { when: [0, 1, null] },
    );
    expect(outputs).toEqual([
      [null, 1, null],
      [null, 0, null],
    ]);
  });
});

describe("calendar", () => {
  const seconds = (text: string): number => Date.parse(text) / 1_000;

  it("gives a bar that closes at midnight to the day that ends there", () => {
    const time = ["2024-01-30T00:00Z", "2024-01-31T00:00Z", "2024-02-01T00:00Z", "2024-02-02T00:00Z"].map(seconds);
    expect(first(NEW_PERIOD, [time], { unit: "month" })).toEqual([null, 0, 0, 1]);
  });

  it("moves midnight by the offset", () => {
    const time = ["2024-01-01T03:00Z", "2024-01-01T05:00Z", "2024-01-01T06:00Z"].map(seconds);
    expect(first(NEW_PERIOD, [time], { unit: "day", utcOffsetMinutes: -240 })).toEqual([null, 1, 0]);
  });

  it("agrees with the calendar of the host over four centuries", () => {
    const time = Array.from({ length: 20_000 }, (_, day) => seconds("1850-01-01T12:00Z") + day * 86_400 * 8);
    for (const unit of ["day", "week", "month", "quarter", "year"]) {
      const params = { unit, utcOffsetMinutes: 0 };
      expect(first(NEW_PERIOD, [time.slice(0, 1)], params)).toEqual([null]);
      const fast = first(NEW_PERIOD, [time], params);
      for (let row = 1; row < time.length; row += 37) {
        const pair = time.slice(row - 1, row + 1);
        expect(fast[row]).toBe(SERIES_REFERENCES["newPeriod"]?.([pair], params)[0]?.[1]);
      }
    }
  });
});
