// References of volatility, bands and trend: each definition on whole columns.

import type { Params } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";
import { combine, emaOf, mean, ofWindow, passingOver, wilderOf } from "./reference-averages.js";
import { tornRows } from "./reference-momentum.js";
import type { Reference } from "./reference.js";
import { numberOf } from "./reference.js";

/** True range of each row; `first` is that of the first one. */
function ranges(high: Column, low: Column, close: Column, first: "null" | "height"): Row[] {
  const before: Row[] = [null, ...close.slice(0, -1)];
  const range = combine((h, l, c) => Math.max(h, c) - Math.min(l, c), high, low, before);
  if (first === "height" && range.length > 0) range[0] = (high[0] as number) - (low[0] as number);
  return range;
}

function bollinger([x = []]: readonly Column[], params: Params): Row[][] {
  const period = numberOf(params, "period");
  const middle = ofWindow(x, period, mean);
  const deviation = ofWindow(x, period, (window) =>
    Math.sqrt(mean(window.map((value) => (value - mean(window)) ** 2))),
  );
  return [
    combine((m, d) => m + numberOf(params, "up") * d, middle, deviation),
    middle,
    combine((m, d) => m - numberOf(params, "down") * d, middle, deviation),
  ];
}

function donchian(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = []] = tornRows(inputs);
  const upper = ofWindow(high, numberOf(params, "period"), (window) => Math.max(...window));
  const lower = ofWindow(low, numberOf(params, "period"), (window) => Math.min(...window));
  return [upper, combine((u, l) => (u + l) / 2, upper, lower), lower];
}

function keltner([high = [], low = [], close = []]: number[][], params: Params): Row[][] {
  const average = emaOf(close, numberOf(params, "period"));
  const range = wilderOf(ranges(high, low, close, "height"), numberOf(params, "atrPeriod"));
  const multiplier = numberOf(params, "multiplier");
  return [
    combine((m, r) => m + multiplier * r, average, range),
    combine((m) => m, average, range),
    combine((m, r) => m - multiplier * r, average, range),
  ];
}

/** Wilder's sum: the plain sum of rows 1 to period - 1, then from row `period` on sum - sum / period + newest. */
function wilderSum(values: Column, period: number): Row[] {
  let sum = 0;
  return values.map((value, row) => {
    if (row === 0) return null;
    sum = (row < period ? sum : sum - sum / period) + (value as number);
    return row < period ? null : sum;
  });
}

function adx([high = [], low = [], close = []]: number[][], params: Params): Row[][] {
  const period = numberOf(params, "period");
  const rise = high.map((value, row): Row => (row === 0 ? null : value - (high[row - 1] as number)));
  const fall = low.map((value, row): Row => (row === 0 ? null : (low[row - 1] as number) - value));
  const up = wilderSum(
    combine((r, f) => (r > f && r > 0 ? r : 0), rise, fall),
    period,
  );
  const down = wilderSum(
    combine((r, f) => (f > r && f > 0 ? f : 0), rise, fall),
    period,
  );
  const range = wilderSum(ranges(high, low, close, "null"), period);
  const plus = combine((moved, whole) => (whole === 0 ? 0 : (100 * moved) / whole), up, range);
  const minus = combine((moved, whole) => (whole === 0 ? 0 : (100 * moved) / whole), down, range);
  let index = 0;
  const seed: number[] = [];
  const indexes = plus.map((_, row): Row => {
    if (row < period) return null;
    const [p, m] = [plus[row] as number, minus[row] as number];
    const distance = p + m === 0 ? 0 : (100 * Math.abs(p - m)) / (p + m);
    if (seed.length < period) {
      seed.push(distance);
      index = mean(seed);
      return seed.length === period ? index : null;
    }
    if (p + m !== 0) index = (index * (period - 1) + distance) / period;
    return index;
  });
  return [indexes, plus, minus];
}

function aroon(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = []] = tornRows(inputs);
  const period = numberOf(params, "period");
  const score = (window: number[], extreme: number): number => (100 * window.lastIndexOf(extreme)) / period;
  return [
    ofWindow(high, period + 1, (window) => score(window, Math.max(...window))),
    ofWindow(low, period + 1, (window) => score(window, Math.min(...window))),
  ];
}

function ichimoku(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = [], close = []] = tornRows(inputs);
  const shift = numberOf(params, "displacement") - 1;
  const earlier = (column: Column): Row[] => column.map((_, row) => column[row - shift] ?? null);
  const middle = (name: string): Row[] =>
    combine(
      (h, l) => (h + l) / 2,
      ofWindow(high, numberOf(params, name), (window) => Math.max(...window)),
      ofWindow(low, numberOf(params, name), (window) => Math.min(...window)),
    );
  const [tenkan, kijun] = [middle("conversion"), middle("base")];
  const senkouA = earlier(combine((t, k) => (t + k) / 2, tenkan, kijun));
  return [tenkan, kijun, senkouA, earlier(middle("span")), combine((now, then) => now - then, close, earlier(close))];
}

function parabolicSar([high = [], low = []]: number[][], params: Params): Row[][] {
  const most = numberOf(params, "maximum");
  const step = Math.min(numberOf(params, "acceleration"), most);
  const h = (row: number): number => high[row] as number;
  const l = (row: number): number => low[row] as number;
  const stops: Row[] = high.map(() => null);
  if (high.length < 2) return [stops];
  let long = !(l(0) - l(1) > 0 && l(0) - l(1) > h(1) - h(0));
  let stop = long ? l(0) : h(0);
  let extreme = long ? h(1) : l(1);
  let acceleration = step;
  for (let row = 1; row < high.length; row++) {
    // In the first row with a stop, that row stands for the one before too.
    const before = Math.max(row - 1, 1);
    const floor = Math.min(l(before), l(row));
    const ceiling = Math.max(h(before), h(row));
    if (long ? l(row) <= stop : h(row) >= stop) {
      stop = long ? Math.max(extreme, ceiling) : Math.min(extreme, floor);
      long = !long;
      extreme = long ? h(row) : l(row);
      acceleration = step;
    } else if (long ? h(row) > extreme : l(row) < extreme) {
      extreme = long ? h(row) : l(row);
      acceleration = Math.min(acceleration + step, most);
    }
    stops[row] = stop;
    const next = stop + acceleration * (extreme - stop);
    stop = long ? Math.min(next, floor) : Math.max(next, ceiling);
  }
  return [stops];
}

function supertrend([high = [], low = [], close = []]: number[][], params: Params): Row[][] {
  const range = wilderOf(ranges(high, low, close, "height"), numberOf(params, "period"));
  const lines: Row[] = [];
  const directions: Row[] = [];
  let [upper, lower, direction] = [0, 0, 0];
  range.forEach((distance, row) => {
    if (distance === null) return void (lines.push(null), directions.push(null));
    const middle = ((high[row] as number) + (low[row] as number)) / 2;
    const above = middle + numberOf(params, "multiplier") * distance;
    const below = middle - numberOf(params, "multiplier") * distance;
    const before = close[row - 1] as number;
    upper = direction === 0 || above < upper || before > upper ? above : upper;
    lower = direction === 0 || below > lower || before < lower ? below : lower;
    const now = close[row] as number;
    if (direction === 0) direction = -1;
    else if (direction === -1) direction = now > upper ? 1 : -1;
    else direction = now < lower ? -1 : 1;
    lines.push(direction === 1 ? lower : upper);
    directions.push(direction);
  });
  return [lines, directions];
}

export const TREND_REFERENCES: Readonly<Record<string, Reference>> = {
  trueRange: (inputs) => {
    const [high = [], low = [], close = []] = tornRows(inputs);
    return [ranges(high, low, close, "null")];
  },
  atr: passingOver(([high = [], low = [], close = []], params) => [
    wilderOf(ranges(high, low, close, "null"), numberOf(params, "period")),
  ]),
  bollinger,
  donchian,
  keltner: passingOver(keltner),
  adx: passingOver(adx),
  aroon,
  ichimoku,
  parabolicSar: passingOver(parabolicSar),
  supertrend: passingOver(supertrend),
};
