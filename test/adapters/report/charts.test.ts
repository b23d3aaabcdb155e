// Charts of the report: lines and candles thinned to a budget, with every extreme and every fill.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountLines, extremes, stretchesOf } from "../../../adapters/report/account-lines.js";
import { barTimes, chartSeconds, isDaily } from "../../../adapters/report/chart-time.js";
import { fillsAtClose } from "../../../adapters/report/fill-bars.js";
import { priceCharts } from "../../../adapters/report/price-chart.js";
import { gatherBars } from "../../../kernel/index.js";
import { madeUpReport } from "./made-up-report.js";
import { walkTape } from "../../kernel/study/made-up-run.js";

describe("the axis of the account's lines", () => {
  it("keeps every row while there is room, and joins rows of one time", () => {
    expect(stretchesOf(3, 10, (row) => row)).toEqual([0, 1, 2].map((row) => ({ from: row, to: row + 1, t: [row] })));
    expect(stretchesOf(3, 10, () => 7)).toEqual([{ from: 0, to: 3, t: [7] }]);
    expect(stretchesOf(0, 10, () => 0)).toEqual([]);
  });

  it("keeps the extremes and the end, within its budget, with strictly rising times", () => {
    const series = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: 3, max: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (values, pointsMax, rowsASecond) => {
          const stretches = stretchesOf(values.length, pointsMax, (row) => Math.floor(row / rowsASecond));
          const t = stretches.flatMap((one) => one.t);
          const kept = extremes(stretches, Float64Array.from(values));
          expect(kept.length).toBe(t.length);
          expect(t.length).toBeLessThanOrEqual(pointsMax);
          expect(t.every((time, i) => i === 0 || time > (t[i - 1] as number))).toBe(true);
          expect(stretches.map((one) => one.from)).toEqual([0, ...stretches.slice(0, -1).map((one) => one.to)]);
          expect(stretches[stretches.length - 1]?.to).toBe(values.length);
          if (rowsASecond > 1) return;
          expect(Math.max(...kept)).toBe(Math.max(...values));
          expect(Math.min(...kept)).toBe(Math.min(...values));
          expect(kept[kept.length - 1]).toBe(values[values.length - 1]);
        },
      ),
    );
  });
});

describe("charts", () => {
  const input = madeUpReport(9_000, ["ACME"]);
  const tape = input.bars[0]!;
  const [chart] = priceCharts(input.tables, input.bars, true, fillsAtClose(input.tables, input.bars));

  it("keep the extremes of all bars and rise strictly in time", () => {
    const bars = gatherBars(tape);
    const extreme = (column: BigInt64Array, pick: (...all: number[]) => number) =>
      [...column].map(Number).reduce((a, b) => pick(a, b)) / 100;
    expect(chart?.step).toBe(3);
    expect(chart?.t.length).toBe(3_000);
    expect(Math.max(...(chart?.h ?? []))).toBe(extreme(bars.high, Math.max));
    expect(Math.min(...(chart?.l ?? []))).toBe(extreme(bars.low, Math.min));
    expect(chart?.t.every((time, i) => i === 0 || time > (chart.t[i - 1] as number))).toBe(true);
  });

  it("show every fill once, on the candle of its bar", () => {
    const fills = input.tables.fills;
    expect(chart?.marks.reduce((sum, one) => sum + one[2], 0)).toBe(fills.rowCount);
    for (const [candle, side, , , price] of chart?.marks ?? []) {
      expect(Math.abs(side)).toBe(1);
      // A cent of slippage may lie outside of the bar.
      expect(price).toBeGreaterThanOrEqual((chart?.l[candle] as number) - 0.011);
      expect(price).toBeLessThanOrEqual((chart?.h[candle] as number) + 0.011);
    }
  });

  it("draw drawdowns at or below zero, as deep as the study found", () => {
    const { drawdown, equity, benchmark, t } = accountLines(input.tables, input.study, true);
    const deepest = input.study.metrics.find((one) => one.name === "maximumDrawdown")?.value as number;
    expect(Math.max(...drawdown)).toBeLessThanOrEqual(0);
    expect(Math.min(...drawdown)).toBeCloseTo(-deepest, 6);
    expect([equity.length, benchmark?.length]).toEqual([t.length, t.length]);
    expect(t.length).toBeLessThanOrEqual(3_000);
    expect(equity[equity.length - 1]).toBeCloseTo(Number(input.tables.portfolio.equity[8_999]) / 100, 0);
  });

  it("name the day that a close ends, and the day of the bar on which a fill at the open happened", () => {
    const day = 86_400;
    expect(chartSeconds(BigInt(3 * day) * 1_000_000_000n, true)).toBe(2 * day);
    expect(chartSeconds(BigInt(3 * day + 60) * 1_000_000_000n, false)).toBe(3 * day + 60);
    const daily = walkTape("A", 10, 1);
    const { time } = gatherBars(daily);
    const barTimeOf = barTimes([daily], true);
    expect(barTimeOf("A", time[3] as bigint, false)).toBe(time[4]);
    expect(barTimeOf("A", time[9] as bigint, true)).toBe(time[9]);
    expect(barTimes([daily], false)("A", time[3] as bigint, false)).toBe(time[3]);
    expect(isDaily([daily], input.study)).toBe(true);
  });
});
