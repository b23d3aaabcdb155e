// References of momentum and volume: each definition on whole columns.

import type { Params } from "../../kernel/graph/spec.js";
import type { Column, Row } from "./harness.js";
import { combine, emaOf, mean, ofWindow, passingOver, wilderOf } from "./reference-averages.js";
import type { Reference } from "./reference.js";
import { finite, numberOf } from "./reference.js";

/** The columns with null in every row in which one of them has a null. */
export function tornRows(columns: readonly Column[]): Row[][] {
  return columns.map((column) =>
    column.map((value, row) => (columns.some((other) => other[row] === null) ? null : value)),
  );
}

function rsi([x = []]: number[][], params: Params): Row[][] {
  const period = numberOf(params, "period");
  const change = x.map((value, row): Row => (row === 0 ? null : value - (x[row - 1] as number)));
  const gain = wilderOf(
    change.map((value) => (value === null ? null : Math.max(value, 0))),
    period,
  );
  const loss = wilderOf(
    change.map((value) => (value === null ? null : Math.max(-value, 0))),
    period,
  );
  return [combine((up, down) => (up + down === 0 ? 0 : (100 * up) / (up + down)), gain, loss)];
}

function macd([x = []]: number[][], params: Params): Row[][] {
  const [fast, slow] = [numberOf(params, "fast"), numberOf(params, "slow")].toSorted((a, b) => a - b) as [
    number,
    number,
  ];
  const line = combine((f, s) => f - s, emaOf(x, fast, slow - fast), emaOf(x, slow));
  const signal = emaOf(line, numberOf(params, "signal"));
  return [combine((l) => l, line, signal), signal, combine((l, s) => l - s, line, signal)];
}

function stochastic(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = [], close = []] = tornRows(inputs);
  const period = numberOf(params, "period");
  const highest = ofWindow(high, period, (window) => Math.max(...window));
  const lowest = ofWindow(low, period, (window) => Math.min(...window));
  const fast = combine((h, l, c) => (h === l ? 0 : (100 * (c - l)) / (h - l)), highest, lowest, close);
  const k = ofWindow(fast, numberOf(params, "slowK"), mean);
  const d = ofWindow(k, numberOf(params, "slowD"), mean);
  return [combine((value) => value, k, d), d];
}

function williamsR(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = [], close = []] = tornRows(inputs);
  const highest = ofWindow(high, numberOf(params, "period"), (window) => Math.max(...window));
  const lowest = ofWindow(low, numberOf(params, "period"), (window) => Math.min(...window));
  return [combine((h, l, c) => (h === l ? 0 : (-100 * (h - c)) / (h - l)), highest, lowest, close)];
}

function cci(inputs: readonly Column[], params: Params): Row[][] {
  const typical = combine((h, l, c) => (h + l + c) / 3, ...inputs);
  return [
    ofWindow(typical, numberOf(params, "period"), (window) => {
      const distance = (window.at(-1) as number) - mean(window);
      if (Math.abs(distance) <= 1e-12) return 0;
      return distance / (0.015 * mean(window.map((value) => Math.abs(value - mean(window)))));
    }),
  ];
}

function mfi(inputs: readonly Column[], params: Params): Row[][] {
  const [high = [], low = [], close = [], volume = []] = tornRows(inputs);
  const typical = combine((h, l, c) => (h + l + c) / 3, high, low, close);
  const before: Row[] = [null, ...typical.slice(0, -1)];
  const flow = (sign: number): Row[] =>
    combine((p, q, v) => (Math.sign(p - q) === sign && Math.abs(p - q) > 1e-12 ? p * v : 0), typical, before, volume);
  const sum = (window: number[]): number => mean(window) * window.length;
  const ups = ofWindow(flow(1), numberOf(params, "period"), sum);
  const downs = ofWindow(flow(-1), numberOf(params, "period"), sum);
  return [combine((up, down) => (up + down === 0 ? 0 : (100 * up) / (up + down)), ups, downs)];
}

function roc([x = []]: readonly Column[], params: Params): Row[][] {
  const before = x.map((_, row): Row => x[row - numberOf(params, "period")] ?? null);
  return [combine((now, then) => (then === 0 ? 0 : (now / then - 1) * 100), x, before)];
}

function obv([close = [], volume = []]: number[][]): Row[][] {
  let balance = 0;
  return [
    close.map((value, row) => {
      const sign = row === 0 ? 1 : Math.sign(value - (close[row - 1] as number));
      balance += sign * (volume[row] as number);
      return finite(balance);
    }),
  ];
}

export const MOMENTUM_REFERENCES: Readonly<Record<string, Reference>> = {
  rsi: passingOver(rsi),
  macd: passingOver(macd),
  stochastic,
  williamsR,
  cci,
  mfi,
  roc,
  obv: passingOver(obv),
};
