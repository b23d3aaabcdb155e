// References of the moving averages: each definition on whole columns.

import type { Params } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";
import type { Reference } from "./reference.js";
import { finite, numberOf, windowOf } from "./reference.js";

/**
 * A definition for columns without nulls, as an operator that passes nulls over: rows with a null are taken out, and
 * put back as nulls.
 */
export function passingOver(definition: (columns: number[][], params: Params) => Row[][]): Reference {
  return (inputs, params) => {
    const rows = (inputs[0] ?? []).map((_, row) => row).filter((row) => inputs.every((column) => column[row] !== null));
    const outputs = definition(
      inputs.map((column) => rows.map((row) => column[row] as number)),
      params,
    );
    return outputs.map((output) => {
      const whole: Row[] = (inputs[0] ?? []).map(() => null);
      rows.forEach((row, place) => (whole[row] = output[place] ?? null));
      return whole;
    });
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ (k + 1) · x / Σ (k + 1). */
export function weightedMean(values: readonly number[]): number {
  const weights = (values.length * (values.length + 1)) / 2;
  return values.reduce((sum, value, place) => sum + (place + 1) * value, 0) / weights;
}

/**
 * Mean of the first `count` values from `from` on, then each value moved towards the next by `move`. Nulls only lead.
 */
function seeded(values: Column, count: number, move: (average: number, value: number) => number, from?: number): Row[] {
  const start = from ?? values.findIndex((value) => value !== null);
  const seedAt = start + count - 1;
  let average = 0;
  return values.map((value, row) => {
    if (start < 0 || row < seedAt) return null;
    average = row === seedAt ? mean(values.slice(start, row + 1) as number[]) : move(average, value as number);
    return average;
  });
}

/** EMA of a column whose nulls only lead; `from` is the first row taken. */
export function emaOf(values: Column, count: number, from?: number): Row[] {
  return seeded(values, count, (average, value) => average + (2 / (count + 1)) * (value - average), from);
}

/** Wilder's average of a column whose nulls only lead. */
export function wilderOf(values: Column, count: number): Row[] {
  return seeded(values, count, (average, value) => (average * (count - 1) + value) / count);
}

/** A rule of the window at each row, null where the window has a null or is not whole. */
export function ofWindow(x: Column, count: number, rule: (window: number[]) => number): Row[] {
  return x.map((_, row) => {
    const window = windowOf(x, row, count);
    return window === null ? null : finite(rule(window));
  });
}

/** Combines columns row by row, null where one is. */
export function combine(rule: (...values: number[]) => number, ...columns: Column[]): Row[] {
  return (columns[0] ?? []).map((_, row) => {
    const values = columns.map((column) => column[row] ?? null);
    return values.includes(null) ? null : finite(rule(...(values as number[])));
  });
}

function hull([x = []]: readonly Column[], params: Params): Row[][] {
  const period = numberOf(params, "period");
  const half = ofWindow(x, Math.floor(period / 2), weightedMean);
  const full = ofWindow(x, period, weightedMean);
  const lead = combine((h, f) => 2 * h - f, half, full);
  return [ofWindow(lead, Math.floor(Math.sqrt(period)), weightedMean)];
}

function vwap([price = [], volume = [], reset = []]: readonly Column[], params: Params): Row[][] {
  const period = numberOf(params, "period");
  return [
    price.map((_, row) => {
      if (price[row] === null || volume[row] === null) return null;
      let turnover = 0;
      let traded = 0;
      for (let at = row; at >= 0 && (period === 0 || at > row - period); at--) {
        const p = price[at] ?? null;
        const v = volume[at] ?? null;
        if (p !== null && v !== null) {
          turnover += p * v;
          traded += v;
        } else if (period > 0) {
          return null;
        }
        // A window that a reset cut short is not whole until it has `period` rows again.
        if (reset[at] === 1) return period === 0 || at === row - period + 1 ? finite(turnover / traded) : null;
      }
      return row + 1 < period ? null : finite(turnover / traded);
    }),
  ];
}

export const AVERAGE_REFERENCES: Readonly<Record<string, Reference>> = {
  sma: ([x = []], params) => [ofWindow(x, numberOf(params, "period"), mean)],
  ema: passingOver(([x = []], params) => [emaOf(x, numberOf(params, "period"))]),
  rma: passingOver(([x = []], params) => [wilderOf(x, numberOf(params, "period"))]),
  wma: ([x = []], params) => [ofWindow(x, numberOf(params, "period"), weightedMean)],
  hma: hull,
  dema: passingOver(([x = []], params) => {
    const e1 = emaOf(x, numberOf(params, "period"));
    const e2 = emaOf(e1, numberOf(params, "period"));
    return [combine((a, b) => 2 * a - b, e1, e2)];
  }),
  tema: passingOver(([x = []], params) => {
    const e1 = emaOf(x, numberOf(params, "period"));
    const e2 = emaOf(e1, numberOf(params, "period"));
    const e3 = emaOf(e2, numberOf(params, "period"));
    return [combine((a, b, c) => 3 * a - 3 * b + c, e1, e2, e3)];
  }),
  vwap,
};
