// References of the rolling family: each window summed anew, in exact integers where the kernel sums in double-double.

import type { Params } from "../../kernel/graph/spec.js";
import { ratio, scaled, spreadOf, total } from "./exact.js";
import type { Row } from "./harness.js";
import type { Reference } from "./reference.js";
import { numberOf, windowOf } from "./reference.js";

/** One output from the window of input 0 at each row. */
function ofWindow(rule: (window: number[], params: Params) => Row): Reference {
  return ([x = []], params) => [
    x.map((_, row) => {
      const window = windowOf(x, row, numberOf(params, "period"));
      return window === null ? null : rule(window, params);
    }),
  ];
}

/** One output from the windows of two inputs at each row. */
function ofWindows(rule: (x: bigint[], y: bigint[], params: Params) => Row): Reference {
  return ([x = [], y = []], params) => [
    x.map((_, row) => {
      const first = windowOf(x, row, numberOf(params, "period"));
      const second = windowOf(y, row, numberOf(params, "period"));
      return first === null || second === null ? null : rule(scaled(first), scaled(second), params);
    }),
  ];
}

function variance(window: readonly number[], ddof: number): Row {
  const n = window.length;
  if (n <= ddof) return null;
  const values = scaled(window);
  return ratio(spreadOf(values, values), BigInt(n) * BigInt(n - ddof), 2);
}

function zscore(window: readonly number[], ddof: number): Row {
  const spread = variance(window, ddof);
  if (spread === null || spread === 0) return null;
  const values = scaled(window);
  const distance = BigInt(window.length) * (values.at(-1) as bigint) - total(values);
  return ratio(distance, BigInt(window.length)) / Math.sqrt(spread);
}

function rank(window: readonly number[]): number {
  const value = window.at(-1) as number;
  const places = window
    .toSorted((a, b) => a - b)
    .map((other, place) => (other === value ? place + 1 : 0))
    .filter((place) => place > 0);
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

function quantile(window: readonly number[], fraction: number): number {
  const sorted = window.toSorted((a, b) => a - b);
  const place = fraction * (window.length - 1);
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low + (high - low) * (place - Math.floor(place));
}

function correlation(x: readonly bigint[], y: readonly bigint[]): Row {
  const ofX = spreadOf(x, x);
  const ofY = spreadOf(y, y);
  if (ofX === 0n || ofY === 0n) return null;
  const both = spreadOf(x, y);
  // A square root of an exact ratio loses no digits to the size of the spreads.
  const squared = ratio(both * both, ofX * ofY, 0);
  return both < 0n ? -Math.sqrt(squared) : Math.sqrt(squared);
}

/** Value, slope, intercept and r² of the least-squares line. */
function line(window: readonly number[]): Row[] {
  const y = scaled(window);
  const n = BigInt(y.length);
  const t = y.map((_, row) => BigInt(row));
  const ofT = spreadOf(t, t);
  const ofY = spreadOf(y, y);
  const both = spreadOf(t, y);
  // intercept = (Σy − slope · Σt) / n, on one denominator.
  const bottom = n * ofT;
  const intercept = total(y) * ofT - both * total(t);
  const value = intercept + both * (n - 1n) * n;
  return [
    ratio(value, bottom),
    ratio(both, ofT),
    ratio(intercept, bottom),
    ofY === 0n ? null : ratio(both * both, ofT * ofY, 0),
  ];
}

export const ROLLING_REFERENCES: Readonly<Record<string, Reference>> = {
  rollingSum: ofWindow((window) => ratio(total(scaled(window)), 1n)),
  rollingMean: ofWindow((window) => ratio(total(scaled(window)), BigInt(window.length))),
  rollingVar: ofWindow((window, params) => variance(window, numberOf(params, "ddof"))),
  rollingStd: ofWindow((window, params) => {
    const spread = variance(window, numberOf(params, "ddof"));
    return spread === null ? null : Math.sqrt(spread);
  }),
  rollingZscore: ofWindow((window, params) => zscore(window, numberOf(params, "ddof"))),
  rollingMin: ofWindow((window) => Math.min(...window)),
  rollingMax: ofWindow((window) => Math.max(...window)),
  rollingArgmin: ofWindow((window) => window.length - 1 - window.lastIndexOf(Math.min(...window))),
  rollingArgmax: ofWindow((window) => window.length - 1 - window.lastIndexOf(Math.max(...window))),
  rollingRank: ofWindow((window) => rank(window)),
  rollingQuantile: ofWindow((window, params) => quantile(window, numberOf(params, "quantile"))),
  rollingCov: ofWindows((x, y, params) => {
    const n = x.length;
    const ddof = numberOf(params, "ddof");
    return n <= ddof ? null : ratio(spreadOf(x, y), BigInt(n) * BigInt(n - ddof), 2);
  }),
  rollingCorr: ofWindows((x, y) => correlation(x, y)),
  linearRegression: ([x = []], params) => {
    const rows = x.map((_, row) => {
      const window = windowOf(x, row, numberOf(params, "period"));
      return window === null ? [null, null, null, null] : line(window);
    });
    return [0, 1, 2, 3].map((output) => rows.map((values) => values[output] ?? null));
  },
};
