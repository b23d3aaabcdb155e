// A study: metrics of a run, its statement and its benchmark.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { METRIC_GROUPS } from "../../../kernel/study/metric.js";
import { buyAndHold, compareReturns } from "../../../kernel/study/benchmark.js";
import { depositedBefore, studyRun, summaryOf } from "../../../kernel/study/study.js";
import { gatherBars, memoryTape } from "../../../kernel/market/tape-memory.js";
import { compiledMath } from "./float-math.js";
import { madeUpRun, seeded, walkTape, type Step } from "./made-up-run.js";

const math = compiledMath();
const CASH = 10_000_000n;

function coinFlips(rowCount: number, seed: number): Step[] {
  const random = seeded(seed);
  const steps: Step[] = [];
  for (let bar = 1; bar < rowCount - 1; bar++) {
    if (random() < 0.1) steps.push({ bar, instrument: 0, target: BigInt(Math.floor(random() * 5) - 2) * 100n });
  }
  return steps;
}

describe("a study", () => {
  const tape = walkTape("A", 500, 7, 64);
  const tables = madeUpRun([tape], coinFlips(500, 3), CASH);

  it("gives each metric once, with its sampling, its unit and its definition", () => {
    const { metrics } = studyRun(tables, { math, bars: [tape] });
    expect(new Set(metrics.map((one) => one.name)).size).toBe(metrics.length);
    for (const one of metrics) {
      expect(one.value === null || Number.isFinite(one.value), one.name).toBe(true);
      expect(Object.is(one.value, -0), one.name).toBe(false);
      expect(one.definition.length).toBeGreaterThan(10);
      expect(METRIC_GROUPS).toContain(one.group);
    }
    expect(metrics.find((one) => one.name === "sharpe")).toMatchObject({
      unit: "ratio",
      samplingPeriod: "day",
      annualisation: 252,
    });
    expect(metrics.filter((one) => one.value === null).map((one) => one.name)).not.toContain("sharpe");
  });

  it("agrees with the log on money", () => {
    const summary = summaryOf(studyRun(tables, { math, bars: [tape] }).metrics);
    const sum = (column: BigInt64Array) => Number([...column].reduce((all, one) => all + one, 0n)) / 100;
    const last = Number(tables.portfolio.equity[tables.portfolio.rowCount - 1]);
    expect(summary["fees"]).toBe(sum(tables.fills.fee));
    expect(summary["slippage"]).toBe(sum(tables.fills.slippage));
    expect(summary["totalReturn"]).toBe(last / Number(CASH) - 1);
    expect((summary["expectancy"] as number) * (summary["trades"] as number)).toBeCloseTo(
      (last - Number(CASH)) / 100,
      6,
    );
  });

  it("leaves forced closes out of the win rate unless it is asked for", () => {
    const rate = (countForced: boolean): number | null | undefined =>
      summaryOf(studyRun(tables, { math, bars: [tape], countForced }).metrics)["winRate"];
    expect(summaryOf(studyRun(tables, { math, bars: [tape] }).metrics)).toMatchObject({ tradesForced: 1 });
    expect(rate(false)).not.toBe(rate(true));
  });

  it("does not depend on how the tape is cut into segments", () => {
    const whole = memoryTape(tape.instrument, "1d", gatherBars(tape));
    expect(studyRun(tables, { math, bars: [whole] })).toEqual(studyRun(tables, { math, bars: [tape] }));
  });

  it("keeps every ratio when prices, cash and money are all scaled", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const small = madeUpRun([tape], coinFlips(500, seed), CASH);
        const scale = (column: BigInt64Array) => column.map((x) => x * 16n);
        const large = {
          ...small,
          fills: {
            ...small.fills,
            price: scale(small.fills.price),
            fee: scale(small.fills.fee),
            realised: scale(small.fills.realised),
          },
          ledger: { ...small.ledger, balance: scale(small.ledger.balance) },
          portfolio: {
            ...small.portfolio,
            equity: scale(small.portfolio.equity),
            exposureGross: scale(small.portfolio.exposureGross),
          },
        };
        const one = studyRun(small, { math }).metrics;
        for (const metric of studyRun(large, { math }).metrics) {
          if (metric.unit === "money") continue;
          const before = one.find((other) => other.name === metric.name);
          // A flip's fee is split to a whole unit, so trades of a larger account are split a little finer.
          if (metric.group === "trade") expect(metric.value, metric.name).toBeCloseTo(before?.value as number, 4);
          else expect(metric, metric.name).toEqual(before);
        }
      }),
      { numRuns: 10 },
    );
  });

  it("of nothing, of one bucket and of flat equity has nulls and zeros, never NaN", () => {
    const empty = summaryOf(studyRun(madeUpRun([walkTape("A", 0, 1)], [], CASH), { math }).metrics);
    expect(empty).toMatchObject({
      totalReturn: null,
      sharpe: null,
      maximumDrawdown: null,
      exposureTime: null,
      trades: 0,
      fees: 0,
    });
    const single = summaryOf(studyRun(madeUpRun([walkTape("A", 1, 1)], [], CASH), { math }).metrics);
    expect(single).toMatchObject({
      totalReturn: 0,
      annualReturn: null,
      sharpe: null,
      maximumDrawdown: 0,
      exposureTime: 0,
    });
    const flat = summaryOf(studyRun(madeUpRun([tape], [], CASH), { math, bars: [tape] }).metrics);
    expect(flat).toMatchObject({
      totalReturn: 0,
      cagr: 0,
      volatility: 0,
      sharpe: null,
      maximumDrawdown: 0,
      beta: 0,
      turnover: 0,
    });
    for (const all of [empty, single, flat]) {
      for (const value of Object.values(all)) expect(value === null || Number.isFinite(value)).toBe(true);
    }
  });

  it("of a total loss ends at -1", () => {
    const { portfolio } = tables;
    const equity = portfolio.equity.map((value, i) => (i < 400 ? value : 0n));
    const summary = summaryOf(studyRun({ ...tables, portfolio: { ...portfolio, equity } }, { math }).metrics);
    expect(summary).toMatchObject({ totalReturn: -1, annualReturn: -1, cagr: -1, maximumDrawdown: 1 });
  });

  it("takes the initial capital from the deposits at the head of the ledger", () => {
    expect(depositedBefore(tables)).toBe(CASH);
    expect(studyRun(tables, { math, initialEquity: 2n * CASH }).samples.equity[0]).toBe(2 * Number(CASH));
  });
});

describe("the benchmark", () => {
  const tape = walkTape("A", 60, 5, 7);
  const tables = madeUpRun([tape], [], CASH);
  const { samples } = studyRun(tables, { math });
  const bars = gatherBars(tape);

  it("buys at the first open and holds, in fractions and without costs", () => {
    const held = buyAndHold(tape, samples, tables.portfolio.time[0] as bigint);
    expect(held?.label).toBe("A, bought and held");
    const plain = [...bars.close].map((close) => (Number(close) / Number(bars.open[0])) * Number(CASH));
    expect([...(held?.values ?? [])]).toEqual([Number(CASH), ...plain]);
  });

  it("starts inside the tape when the run does", () => {
    const late = madeUpRun([tape], [], CASH);
    const portfolio = {
      rowCount: 50,
      time: late.portfolio.time.slice(10),
      equity: late.portfolio.equity.slice(10),
      cash: late.portfolio.cash.slice(10),
      exposureGross: late.portfolio.exposureGross.slice(10),
    };
    const study = studyRun({ ...late, portfolio }, { math, bars: [tape] });
    const last = (Number(bars.close[59]) / Number(bars.open[10])) * Number(CASH);
    expect(study.benchmark?.values[50]).toBe(last);
    expect(study.benchmark?.values.length).toBe(51);
  });

  it("is none when no bar lies in the run", () => {
    expect(studyRun(tables, { math, bars: [walkTape("B", 60, 5)] }).benchmark).toBeNull();
    expect(studyRun(tables, { math, bars: [tape], benchmark: null }).benchmark).toBeNull();
    expect(buyAndHold(walkTape("A", 0, 1), samples, 0n)).toBeNull();
  });

  it("has beta one and alpha zero against itself, and half the beta at half the returns", () => {
    const values = buyAndHold(tape, samples, 0n)?.values as Float64Array;
    const returns = Float64Array.from({ length: 60 }, (_, i) => (values[i + 1] as number) / (values[i] as number) - 1);
    const same = compareReturns(returns, values, 0, 252);
    expect(same.beta).toBe(1);
    expect(same.alpha).toBe(0);
    expect(same.correlation).toBeCloseTo(1, 12);
    expect(same).toMatchObject({ trackingError: 0, informationRatio: null });
    const half = compareReturns(
      returns.map((x) => x / 2 + 0.001),
      values,
      0,
      252,
    );
    expect(half.beta).toBeCloseTo(0.5, 12);
    expect(half.alpha).toBeCloseTo(0.252, 12);
  });
});
