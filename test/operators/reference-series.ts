// References of shifts, cumulative values, events, cross-sections and the calendar.

import type { Params } from "../../kernel/graph/spec.js";
import { ratio, scaled, total } from "./exact.js";
import type { Column, Row } from "./harness.js";
import type { Reference } from "./reference.js";
import { finite, numberOf, windowOf } from "./reference.js";

/** One output from the row and that of `rows` rows before. */
function ofBefore(rule: (now: number, before: number) => number): Reference {
  return ([x = []], params) => [
    x.map((now, row) => {
      const before = x[row - numberOf(params, "rows")] ?? null;
      return now === null || before === null ? null : finite(rule(now, before));
    }),
  ];
}

/** One output from all valid rows up to now, null where the row is null. */
function ofPast(rule: (past: number[]) => Row): Reference {
  return ([x = []]) => [
    x.map((now, row) => (now === null ? null : rule(x.slice(0, row + 1).filter((value) => value !== null)))),
  ];
}

function ofCrossing(beyond: (a: number, b: number) => boolean): Reference {
  return ([a = [], b = []]) => [
    a.map((_, row) => {
      const rows = [a[row - 1], b[row - 1], a[row], b[row]].map((value) => value ?? null);
      if (rows.includes(null)) return null;
      const [a0, b0, a1, b1] = rows as [number, number, number, number];
      return Number(beyond(a1, b1) && !beyond(a0, b0));
    }),
  ];
}

function ofTrend(beyond: (now: number, before: number) => boolean): Reference {
  return ([x = []], params) => [
    x.map((now, row) => {
      const before = windowOf(x, row - 1, numberOf(params, "rows"));
      return now === null || before === null ? null : Number(before.every((value) => beyond(now, value)));
    }),
  ];
}

function barsSince([condition = []]: readonly Column[]): Row[][] {
  return [
    condition.map((now, row) => {
      const last = condition.slice(0, row + 1).lastIndexOf(1);
      return now === null || last < 0 ? null : row - last;
    }),
  ];
}

function hysteresis([signal = []]: readonly Column[], params: Params): Row[][] {
  const [longEnter, longExit] = [numberOf(params, "longEnter"), numberOf(params, "longExit")];
  const [shortEnter, shortExit] = [numberOf(params, "shortEnter"), numberOf(params, "shortExit")];
  const sides: number[] = [];
  return [
    signal.map((value) => {
      const before = sides.at(-1) ?? 0;
      if (value === null) return null;
      const isOut = before === 0 || (before === 1 ? value <= longExit : value >= shortExit);
      const after = !isOut ? before : value >= longEnter ? 1 : value <= shortEnter ? -1 : 0;
      sides.push(after);
      return after;
    }),
  ];
}

/** Each row of the lanes through `rule`, which sees the valid ones; null lanes stay null. */
function ofLanes(rule: (lanes: { value: number; lane: number }[], lane: number) => Row): Reference {
  return (inputs) => {
    const rows = inputs[0]?.length ?? 0;
    return inputs.map((column, lane) =>
      Array.from({ length: rows }, (_, row) => {
        if (column[row] === null) return null;
        return rule(validAt(inputs, row), lane);
      }),
    );
  };
}

function validAt(inputs: readonly Column[], row: number): { value: number; lane: number }[] {
  return inputs.flatMap((column, lane) => {
    const value = column[row] ?? null;
    return value === null ? [] : [{ value, lane }];
  });
}

function valueOf(lanes: readonly { value: number; lane: number }[], lane: number): number {
  return (lanes.find((other) => other.lane === lane) as { value: number }).value;
}

function ofReduction(rule: (values: number[]) => Row): Reference {
  return (inputs) => [(inputs[0] ?? []).map((_, row) => rule(validAt(inputs, row).map(({ value }) => value)))];
}

const acrossRank: Reference = (inputs, params) =>
  ofLanes((lanes, lane) => {
    const value = valueOf(lanes, lane);
    const below = lanes.filter((other) =>
      params["descending"] === true ? other.value > value : other.value < value,
    ).length;
    const equal = lanes.filter((other) => other.value === value).length;
    const rank = below + (equal + 1) / 2;
    return params["fraction"] === true ? rank / lanes.length : rank;
  })(inputs, params);

const acrossTop: Reference = (inputs, params) =>
  ofLanes((lanes, lane) => {
    const value = valueOf(lanes, lane);
    const ahead = lanes.filter((other) => other.value > value || (other.value === value && other.lane < lane)).length;
    return Number(ahead < numberOf(params, "count"));
  })(inputs, params);

const acrossZscore: Reference = (inputs, params) =>
  ofLanes((lanes, lane) => {
    const n = lanes.length;
    const values = lanes.map((other) => other.value);
    if (n <= numberOf(params, "ddof") || new Set(values).size === 1) return null;
    const mean = ratio(total(scaled(values)), BigInt(n));
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return (valueOf(lanes, lane) - mean) / Math.sqrt(squares / (n - numberOf(params, "ddof")));
  })(inputs, params);

/**
 * A text that is equal for two moments of one period. The close belongs to the period that it ends, so a moment before
 * it decides.
 */
function periodName(seconds: number, unit: string, offsetMinutes: number): string {
  const date = new Date((seconds + offsetMinutes * 60) * 1_000 - 1);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (unit) {
    case "day":
      return date.toISOString().slice(0, 10);
    case "week": {
      const monday = new Date(date);
      monday.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
      return monday.toISOString().slice(0, 10);
    }
    case "month":
      return `${year}-${month}`;
    case "quarter":
      return `${year}-${Math.floor(month / 3)}`;
    default:
      return String(year);
  }
}

const newPeriod: Reference = ([time = []], params) => {
  const name = (seconds: number): string =>
    periodName(seconds, params["unit"] as string, numberOf(params, "utcOffsetMinutes"));
  return [
    time.map((now, row) => {
      const before = time.slice(0, row).findLast((value) => value !== null) ?? null;
      return now === null || before === null ? null : Number(name(now) !== name(before));
    }),
  ];
};

export const SERIES_REFERENCES: Readonly<Record<string, Reference>> = {
  lag: ([x = []], params) => [x.map((_, row) => x[row - numberOf(params, "rows")] ?? null)],
  diff: ofBefore((now, before) => now - before),
  pctChange: ofBefore((now, before) => now / before - 1),
  logReturn: ofBefore((now, before) => (now > 0 && before > 0 ? Math.log(now / before) : NaN)),
  cumSum: ofPast((past) => ratio(total(scaled(past)), 1n)),
  cumProd: ([x = []]) => {
    let product = 1;
    return [
      x.map((value) => {
        if (value === null || !Number.isFinite(product * value)) return null;
        product *= value;
        return product;
      }),
    ];
  },
  cumMax: ofPast((past) => Math.max(...past)),
  cumMin: ofPast((past) => Math.min(...past)),
  crossOver: ofCrossing((a, b) => a > b),
  crossUnder: ofCrossing((a, b) => a < b),
  rising: ofTrend((now, before) => now > before),
  falling: ofTrend((now, before) => now < before),
  barsSince,
  hysteresis,
  acrossRank,
  acrossTop,
  acrossZscore,
  reduceMean: ofReduction((values) =>
    values.length === 0 ? null : ratio(total(scaled(values)), BigInt(values.length)),
  ),
  reduceSum: ofReduction((values) => (values.length === 0 ? null : ratio(total(scaled(values)), 1n))),
  reduceCount: ofReduction((values) => values.length),
  newPeriod,
};
