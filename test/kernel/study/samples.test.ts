// Samples of equity by period.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOfClose, DAY_NS, weekday } from "../../../kernel/study/calendar-day.js";
import {
  firstAfter,
  lastRowsOfDays,
  monthlyReturns,
  returnsOf,
  sampleEquity,
  yearlyReturns,
} from "../../../kernel/study/samples.js";
import { share } from "../run/small-tapes.js";

const HOUR = 3_600_000_000_000n;

function portfolio(rows: readonly (readonly [bigint, bigint])[]) {
  return {
    rowCount: rows.length,
    time: BigInt64Array.from(rows, (row) => row[0]),
    equity: BigInt64Array.from(rows, (row) => row[1]),
    cash: BigInt64Array.from(rows, (row) => row[1]),
    exposureGross: new BigInt64Array(rows.length),
  };
}

describe("equity samples", () => {
  it("take the last bucket of each UTC day, midnight counting to the day that ends", () => {
    const rows = [
      [1n * HOUR, 100n],
      [24n * HOUR, 110n],
      [25n * HOUR, 90n],
      [30n * HOUR, 121n],
    ] as const;
    const samples = sampleEquity(portfolio(rows), [share("A")], 100n);
    expect([...samples.row]).toEqual([1, 3]);
    expect([...samples.day]).toEqual([0, 1]);
    expect([...samples.equity]).toEqual([100, 110, 121]);
    expect(samples.returns[0]).toBeCloseTo(0.1, 15);
    expect(samples.returns[1]).toBeCloseTo(0.1, 15);
  });

  it("know days, weeks and months by the distance of their samples", () => {
    const every = (days: number, count: number) =>
      sampleEquity(
        portfolio(Array.from({ length: count }, (_, i) => [BigInt(i * days) * DAY_NS + HOUR, 1n] as const)),
        [share("A")],
        1n,
      );
    expect(every(7, 10)).toMatchObject({ period: "week", periodsPerYear: 52 });
    expect(every(30, 10)).toMatchObject({ period: "month", periodsPerYear: 12 });
    expect(every(91, 10)).toMatchObject({ period: "quarter", periodsPerYear: 4 });
    expect(every(365, 10)).toMatchObject({ period: "year", periodsPerYear: 1 });
    // Every day of the week is present.
    expect(every(1, 30)).toMatchObject({ period: "day", periodsPerYear: 365 });
  });

  it("count 252 days where weekends are closed, 365 for crypto assets", () => {
    const weekdays = [4, 5, 6, 7, 8, 11, 12, 13].map((day) => [BigInt(day) * DAY_NS + HOUR, 1n] as const);
    expect(sampleEquity(portfolio(weekdays), [share("A")], 1n).periodsPerYear).toBe(252);
    const coin = { ...share("BTC"), assetClass: "crypto-spot" as const };
    expect(sampleEquity(portfolio(weekdays), [coin], 1n).periodsPerYear).toBe(365);
    expect(sampleEquity(portfolio(weekdays), [coin, share("A")], 1n).periodsPerYear).toBe(252);
    expect(sampleEquity(portfolio(weekdays), [coin], 1n, 100).periodsPerYear).toBe(100);
  });

  it("stop at a total loss", () => {
    expect([...returnsOf(Float64Array.of(100, 50, 0, 50))]).toEqual([-0.5, -1]);
    expect([...returnsOf(Float64Array.of(0, 50))]).toEqual([]);
    expect([...returnsOf(Float64Array.of())]).toEqual([]);
  });

  it("compound months to years and years to the total", () => {
    const equities = fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(equities, fc.integer({ min: 1, max: 40 }), (equity, step) => {
        const rows = equity.map((value, i) => [BigInt(i * step) * DAY_NS + HOUR, BigInt(value)] as const);
        const samples = sampleEquity(portfolio(rows), [share("A")], 100n);
        const product = (table: readonly { value: number }[]) => table.reduce((all, one) => all * (1 + one.value), 1);
        const total = (equity[equity.length - 1] as number) / 100;
        expect(product(monthlyReturns(samples))).toBeCloseTo(total, 9);
        expect(product(yearlyReturns(samples))).toBeCloseTo(total, 9);
      }),
    );
  });

  it("find the same rows as a plain scan", () => {
    const gaps = fc.array(fc.bigInt({ min: 1n, max: 40n }), { maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.bigInt({ min: 0n, max: 200n }), (steps, bound) => {
        let now = 0n;
        const time = BigInt64Array.from(steps, (step) => (now += step) * HOUR);
        const plain = [...time].findIndex((t) => t > bound * HOUR);
        expect(firstAfter(time, bound * HOUR, 0, time.length)).toBe(plain === -1 ? time.length : plain);
        const last = [...time].map(dayOfClose).map((day, i, all) => (all[i + 1] === day ? -1 : i));
        expect([...lastRowsOfDays(time, time.length)]).toEqual(last.filter((i) => i >= 0));
      }),
    );
  });

  it("name the same days as the host's calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const host = new Date(day * 86_400_000);
        expect(weekday(day)).toBe(host.getUTCDay());
        expect(dayOfClose(BigInt(day) * DAY_NS + 1n)).toBe(day);
        expect(dayOfClose(BigInt(day) * DAY_NS)).toBe(day - 1);
      }),
    );
  });
});
