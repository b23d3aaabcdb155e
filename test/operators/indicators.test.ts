// Indicators against their definitions, worked examples, and what each promises about nulls and edges.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorSpec, Params } from "../../kernel/graph/spec.js";
import { BAND_OPERATORS, BOLLINGER, DONCHIAN, KELTNER } from "../../kernel/nodes/bands.js";
import { CCI, MACD, MFI, MOMENTUM, ROC, RSI, STOCHASTIC, WILLIAMS_R } from "../../kernel/nodes/momentum.js";
import { DEMA, EMA, HMA, MOVING_AVERAGE, RMA, SMA, TEMA, VWAP, WMA } from "../../kernel/nodes/moving-average.js";
import { ROLLING_MEAN } from "../../kernel/nodes/rolling.js";
import { ADX, AROON, ICHIMOKU, PARABOLIC_SAR, SUPERTREND, TREND } from "../../kernel/nodes/trend.js";
import { ATR, TRUE_RANGE, VOLATILITY } from "../../kernel/nodes/volatility.js";
import { OBV, VOLUME } from "../../kernel/nodes/volume.js";
import { barsFor } from "./bars.js";
import { paramsFor, walk } from "./columns.js";
import type { Column, Row } from "./harness.js";
import { runOperator } from "./harness.js";
import { AVERAGE_REFERENCES } from "./reference-averages.js";
import { MOMENTUM_REFERENCES } from "./reference-momentum.js";
import { TREND_REFERENCES } from "./reference-trend.js";

const REFERENCES = new Map(Object.entries({ ...AVERAGE_REFERENCES, ...MOMENTUM_REFERENCES, ...TREND_REFERENCES }));
const SPECS = [...MOVING_AVERAGE, ...MOMENTUM, ...VOLATILITY, ...BAND_OPERATORS, ...TREND, ...VOLUME];

/** Largest difference allowed, relative to the expected value or to `SCALE`, whichever is larger. */
const TOLERANCE = 1e-9;
const SCALE = 1e-3;

function outputs(spec: OperatorSpec, columns: readonly Column[], params: Params = {}): Row[][] {
  return runOperator(spec, columns, params).outputs;
}

function first(spec: OperatorSpec, columns: readonly Column[], params: Params = {}): Row[] {
  return outputs(spec, columns, params)[0] as Row[];
}

function expectColumn(actual: readonly Row[], expected: readonly Row[], what: string): void {
  actual.forEach((value, row) => {
    const wanted = expected[row] ?? null;
    if (value === null || wanted === null) {
      if (value !== wanted) expect.fail(`${what}, row ${row}: ${value} is not ${wanted}`);
    } else if (!(Math.abs(value - wanted) <= TOLERANCE * Math.max(Math.abs(wanted), SCALE))) {
      expect.fail(`${what}, row ${row}: ${value} is too far from ${wanted}`);
    }
  });
}

describe.each(SPECS.map((spec) => [spec.type, spec] as const))("%s", (type, spec) => {
  it("agrees with its definition", () => {
    const reference = REFERENCES.get(type);
    if (reference === undefined) expect.fail(`${type} has no reference`);
    fc.assert(
      fc.property(barsFor(spec), paramsFor(spec), (columns, params) => {
        const expected = reference(columns, params);
        outputs(spec, columns, params).forEach((column, output) =>
          expectColumn(column, expected[output] ?? [], `output ${output}`),
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** Closes of the worked example of the moving averages at StockCharts ChartSchool. */
const SCHOOL_CLOSES = [
  22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36, 24.05, 23.75,
  23.83, 23.95, 23.63, 23.82, 23.87, 23.65, 23.19, 23.1, 23.33, 22.68, 23.1, 22.4, 22.17,
];

function rounded(column: readonly Row[], decimals = 2): Row[] {
  return column.map((value) => (value === null ? null : Number(value.toFixed(decimals))));
}

describe("moving averages", () => {
  it("give the worked example of StockCharts ChartSchool, to its two decimals", () => {
    const sma = rounded(first(SMA, [SCHOOL_CLOSES], { period: 10 }));
    const ema = rounded(first(EMA, [SCHOOL_CLOSES], { period: 10 }));
    expect(sma.slice(8, 15)).toEqual([null, 22.22, 22.21, 22.23, 22.26, 22.3, 22.42]);
    expect(ema.slice(8)).toEqual([
      null,
      22.22,
      22.21,
      22.24,
      22.27,
      22.33,
      22.52,
      22.8,
      22.97,
      23.13,
      23.28,
      23.34,
      23.43,
      23.51,
      23.53,
      23.47,
      23.4,
      23.39,
      23.26,
      23.23,
      23.08,
      22.92,
    ]);
  });

  it("of one row are the row itself", () => {
    for (const spec of [SMA, EMA, WMA, DEMA, TEMA, RMA])
      expect(first(spec, [[3, null, 5]], { period: 1 })).toEqual([3, null, 5]);
  });

  it("of a straight line: WMA lags (period - 1) / 3 rows, HMA less than one", () => {
    const line = Array.from({ length: 40 }, (_, row) => row);
    expect(first(WMA, [line], { period: 7 }).at(-1)).toBeCloseTo(39 - 2, 12);
    expect(Math.abs((first(HMA, [line], { period: 16 }).at(-1) as number) - 39)).toBeLessThan(1);
  });

  it("SMA is the rolling mean and the middle of the Bollinger bands, bit for bit", () => {
    const x = walk(600, 3, 97);
    const sma = first(SMA, [x], { period: 20 });
    expect(first(ROLLING_MEAN, [x], { period: 20 })).toEqual(sma);
    expect(outputs(BOLLINGER, [x], { period: 20 })[1]).toEqual(sma);
  });

  it("SMA is whole again once the cause of an overflow has left, and after values that swallow the others", () => {
    const big = Number.MAX_VALUE;
    const after = first(SMA, [[big, big / 1.5, 1, 3, 5]], { period: 2 });
    expect(after).toEqual([null, null, big / 1.5 / 2, 2, 4]);
    const x = [...walk(20, 1), 1e300, 1e150, 1e280, ...walk(9_000, 2)];
    const late = first(SMA, [x], { period: 5 }).slice(-100);
    expectColumn(late, first(SMA, [walk(9_000, 2)], { period: 5 }).slice(-100), "after the spikes");
  });

  it("SMA does not drift over a long tape", () => {
    const x = walk(60_000, 9).map((value) => (value === null ? null : value / 3));
    const reference = AVERAGE_REFERENCES["sma"]?.([x.slice(-200)], { period: 50 })[0] as Row[];
    expectColumn(first(SMA, [x], { period: 50 }).slice(-100), reference.slice(-100), "late rows");
  });

  it("over a window are null while a null is in it; recursive ones go on after it", () => {
    const x = [1, 2, 3, null, 4, 5, 6];
    expect(first(SMA, [x], { period: 3 })).toEqual([null, null, 2, null, null, null, 5]);
    expect(first(EMA, [x], { period: 3 })).toEqual([null, null, 2, null, 3, 4, 5]);
  });

  it("VWAP begins anew where it is told to, and is null while nothing was traded", () => {
    const price = [10, 20, 30, 40];
    expect(first(VWAP, [price, [1, 3, 0, 4], [0, 0, 1, 0]])).toEqual([10, 17.5, null, 40]);
    expect(first(VWAP, [price, [1, 3, 0, 0]], { period: 2 })).toEqual([null, 17.5, 20, null]);
  });
});

describe("momentum", () => {
  it("RSI gives the worked example of StockCharts ChartSchool, to its two decimals", () => {
    const closes = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
      45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835,
      45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
    ];
    expect(rounded(first(RSI, [closes], { period: 14 })).slice(13)).toEqual([
      null,
      70.53,
      66.32,
      66.55,
      69.41,
      66.36,
      57.97,
      62.93,
      63.26,
      56.06,
      62.38,
      54.71,
      50.42,
      39.99,
      41.46,
      41.87,
      45.46,
      37.3,
      33.08,
      37.77,
    ]);
  });

  it("RSI is 100 while all rises, 0 while all falls, and 0 while nothing moves", () => {
    expect(first(RSI, [[1, 2, 3, 4]], { period: 2 })).toEqual([null, null, 100, 100]);
    expect(first(RSI, [[4, 3, 2, 1]], { period: 2 })).toEqual([null, null, 0, 0]);
    expect(first(RSI, [[4, 4, 4, 4]], { period: 2 })).toEqual([null, null, 0, 0]);
  });

  it("MACD seeds both averages in one row and begins with its signal, in whichever order the periods are given", () => {
    const x = [1, 2, 4, 7, 11, 16];
    const [line, signal, histogram] = outputs(MACD, [x], { fast: 2, slow: 3, signal: 2 });
    // EMA(2) from rows 1 and 2: 3, 17/3, 83/9, 370/27; EMA(3): 7/3, 14/3, 47/6, 143/12.
    expect(line?.slice(0, 3)).toEqual([null, null, null]);
    expect(line?.[3]).toBeCloseTo(17 / 3 - 14 / 3, 12);
    expect(signal?.[3]).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(histogram?.[3]).toBeCloseTo(1 - 5 / 6, 12);
    expect(outputs(MACD, [x], { fast: 3, slow: 2, signal: 2 })[0]).toEqual(line);
  });

  it("stochastic, Williams' %R, CCI and MFI are 0 where nothing moved", () => {
    const flat = Array.from({ length: 12 }, () => 5.1);
    const volume = flat.map(() => 7);
    expect(first(STOCHASTIC, [flat, flat, flat], { period: 3 }).at(-1)).toBe(0);
    expect(first(WILLIAMS_R, [flat, flat, flat], { period: 3 }).at(-1)).toBe(0);
    expect(first(CCI, [flat, flat, flat], { period: 3 }).at(-1)).toBe(0);
    expect(first(MFI, [flat, flat, flat, volume], { period: 3 }).at(-1)).toBe(0);
  });

  it("MFI takes a typical price that only rounds differently for one that did not move", () => {
    expect(10 + 9.1 + 9.2).not.toBe(10 + 9.2 + 9.1);
    // The middle row swaps low and close, which no bar would do, to have the same three prices in another order.
    const columns = [
      [10, 10, 10],
      [9.1, 9.2, 9.1],
      [9.2, 9.1, 9.2],
      [5, 5, 5],
    ];
    expect(first(MFI, columns, { period: 2 })).toEqual([null, null, 0]);
    expect(first(CCI, columns.slice(0, 3), { period: 2 })).toEqual([null, 0, 0]);
  });

  it("ROC looks at its two ends alone, and gives 0 from an earlier 0", () => {
    expect(first(ROC, [[50, null, 55, 0, 60, 3]], { period: 2 })).toEqual([
      null,
      null,
      expect.closeTo(10, 12),
      null,
      expect.closeTo(100 / 11, 12),
      0,
    ]);
  });
});

describe("volatility and bands", () => {
  const high = [10, 12, 11, 15];
  const low = [8, 9, 10, 13];
  const close = [9, 11, 10, 14];

  it("true range counts the gap from the close before, and ATR is its Wilder average", () => {
    expect(first(TRUE_RANGE, [high, low, close])).toEqual([null, 3, 1, 5]);
    expect(first(ATR, [high, low, close], { period: 2 })).toEqual([null, null, 2, 3.5]);
  });

  it("Bollinger bands lie population deviations from the mean", () => {
    expect(
      outputs(BOLLINGER, [[2, 4, 4, 4, 5, 5, 7, 9]], { period: 8, up: 2, down: 1 }).map((column) => column.at(-1)),
    ).toEqual([9, 5, 3]);
  });

  it("Donchian and Keltner bands stand around the price", () => {
    expect(outputs(DONCHIAN, [high, low], { period: 2 }).map((column) => column[3])).toEqual([15, 12.5, 10]);
    // Ranges 2, 3, 1, 5; their Wilder average over two rows 2.5, 1.75, 3.375; the EMA over two rows 10, 10, 38/3.
    const bands = outputs(KELTNER, [high, low, close], { period: 2, atrPeriod: 2, multiplier: 2 });
    expect(bands.map((column) => column[2])).toEqual([13.5, 10, 6.5]);
    expect(bands[0]?.[3]).toBeCloseTo(38 / 3 + 6.75, 12);
  });
});

describe("trend", () => {
  it("ADX of a steady rise is 100, all of it upwards", () => {
    const rise = Array.from({ length: 12 }, (_, row) => 10 + row);
    const [index, plus, minus] = outputs(ADX, [rise, rise.map((x) => x - 1), rise.map((x) => x - 0.5)], { period: 3 });
    expect(index?.slice(4, 7)).toEqual([null, 100, 100]);
    expect(minus?.slice(2, 5)).toEqual([null, 0, 0]);
    expect(plus?.at(-1)).toBeCloseTo(100 / 1.5, 10);
  });

  it("Aroon tells how recent the extremes are, the most recent of equals", () => {
    expect(
      outputs(
        AROON,
        [
          [5, 7, 7, 6, 6],
          [3, 4, 5, 3, 4],
        ],
        { period: 4 },
      ).map((column) => column[4]),
    ).toEqual([50, 75]);
  });

  it("Ichimoku draws nothing from rows to come", () => {
    const high = [2, 4, 6, 8, 10];
    const low = [0, 2, 4, 6, 8];
    const lines = outputs(ICHIMOKU, [high, low, low], { conversion: 1, base: 2, span: 3, displacement: 2 });
    expect(lines).toEqual([
      [1, 3, 5, 7, 9],
      [null, 2, 4, 6, 8],
      [null, null, 2.5, 4.5, 6.5],
      [null, null, null, 3, 5],
      [null, 2, 2, 2, 2],
    ]);
  });

  it("parabolic SAR follows a rise from its first low and turns when it is touched", () => {
    const high = [10, 11, 12, 13, 12, 9];
    const low = [9, 10, 11, 12, 11, 7];
    const stops = first(PARABOLIC_SAR, [high, low], { acceleration: 0.1, maximum: 0.2 });
    // 9; 9 + 0.1 * (11 - 9) = 9.2; 9.2 + 0.2 * (12 - 9.2) = 9.76; 9.76 + 0.2 * 3.24 = 10.408; 10.9264 is over 7: the
    // extreme, 13.
    expect(rounded(stops, 6)).toEqual([null, 9, 9.2, 9.76, 10.408, 13]);
  });

  it("parabolic SAR gives the worked example of Wilder's book", () => {
    const high = [
      51.12, 52.35, 52.1, 51.8, 52.1, 52.5, 52.8, 52.5, 53.5, 53.5, 53.8, 54.2, 53.4, 53.5, 54.4, 55.2, 55.7, 57, 57.5,
      58, 57.7, 58, 57.5, 57, 56.7, 57.5, 56.7, 56, 56.2, 54.8, 55.5, 54.7, 54, 52.5, 51, 51.5, 51.7, 53,
    ];
    const low = [
      50, 51.5, 51, 50.5, 51.25, 51.7, 51.85, 51.5, 52.3, 52.5, 53, 53.5, 52.5, 52.1, 53, 54, 55, 56, 56.5, 57, 56.5,
      57.3, 56.7, 56.3, 56.2, 56, 55.5, 55, 54.9, 54, 54.5, 53.8, 53, 51.5, 50, 50.5, 50.2, 51.5,
    ];
    const stops = first(PARABOLIC_SAR, [high, low]);
    // Wilder, New Concepts in Technical Trading Systems, 1978; the last row turns.
    expect([1, 2, 5, 36, 37].map((row) => rounded(stops)[row])).toEqual([50, 50.05, 50.18, 52.93, 50]);
  });

  it("SuperTrend counts its first row as falling and turns with a close across its line", () => {
    const high = [11, 11, 11, 16, 16, 6];
    const low = [9, 9, 9, 14, 14, 4];
    const close = [10, 10, 10, 15, 15, 5];
    const [line, direction] = outputs(SUPERTREND, [high, low, close], { period: 1, multiplier: 1 });
    expect(direction).toEqual([-1, -1, -1, 1, 1, -1]);
    // Ranges 2, 2, 2, 6, 2, 11; the lower line rises from 9 to 13, and the last close stands below it.
    expect(line).toEqual([12, 12, 12, 9, 13, 16]);
  });
});

describe("on-balance volume", () => {
  it("begins with the first volume and passes nulls over", () => {
    expect(
      first(OBV, [
        [5, 6, null, 6, 4],
        [10, 3, 9, 8, 2],
      ]),
    ).toEqual([10, 13, null, 13, 11]);
  });
});
