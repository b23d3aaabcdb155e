// References of arithmetic, comparison and logic.

import { ratio, scaled } from "./exact.js";
import type { Row } from "./harness.js";
import type { Reference } from "./reference.js";
import { ofNumbers, rowByRow } from "./reference.js";

type Truth = boolean | null;

function truth(value: Row): Truth {
  return value === null ? null : value === 1;
}

function row(value: Truth): Row {
  return value === null ? null : Number(value);
}

function ofTruths(rule: (a: Truth, b: Truth) => Truth): Reference {
  return rowByRow((a, b) => row(rule(truth(a as Row), truth(b ?? null))));
}

function ofComparison(rule: (a: number, b: number) => boolean): Reference {
  return ofNumbers((a, b) => Number(rule(a as number, b as number)));
}

/** a − b · ⌊a / b⌋, exactly. */
function flooredRemainder(a: number, b: number): number {
  const [top, bottom] = scaled([a, b]) as [bigint, bigint];
  return ratio(((top % bottom) + bottom) % bottom, 1n);
}

/** Halves go to the even neighbour. */
function roundToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** Kleene's tables, written out. */
const KLEENE_AND = new Map<string, Truth>([
  ["true,true", true],
  ["true,false", false],
  ["true,null", null],
  ["false,true", false],
  ["false,false", false],
  ["false,null", false],
  ["null,true", null],
  ["null,false", false],
  ["null,null", null],
]);
const KLEENE_OR = new Map<string, Truth>([
  ["true,true", true],
  ["true,false", true],
  ["true,null", true],
  ["false,true", true],
  ["false,false", false],
  ["false,null", null],
  ["null,true", true],
  ["null,false", null],
  ["null,null", null],
]);

export const ELEMENTWISE: Readonly<Record<string, Reference>> = {
  add: ofNumbers((a, b) => (a as number) + (b as number)),
  sub: ofNumbers((a, b) => (a as number) - (b as number)),
  mul: ofNumbers((a, b) => (a as number) * (b as number)),
  div: ofNumbers((a, b) => (a as number) / (b as number)),
  pow: ofNumbers((a, b) => Math.pow(a as number, b as number)),
  minOf: ofNumbers((a, b) => Math.min(a as number, b as number)),
  maxOf: ofNumbers((a, b) => Math.max(a as number, b as number)),
  mod: ofNumbers((a, b) => (b === 0 ? NaN : flooredRemainder(a as number, b as number))),
  neg: ofNumbers((x) => -(x as number)),
  abs: ofNumbers((x) => Math.abs(x as number)),
  sign: ofNumbers((x) => Math.sign(x as number)),
  sqrt: ofNumbers((x) => Math.sqrt(x as number)),
  exp: ofNumbers((x) => Math.exp(x as number)),
  log: ofNumbers((x) => Math.log(x as number)),
  floor: ofNumbers((x) => Math.floor(x as number)),
  ceil: ofNumbers((x) => Math.ceil(x as number)),
  round: ofNumbers((x) => roundToEven(x as number)),
  clamp: ofNumbers((x, low, high) => Math.min(Math.max(x as number, low as number), high as number)),
  gt: ofComparison((a, b) => a > b),
  ge: ofComparison((a, b) => a >= b),
  lt: ofComparison((a, b) => a < b),
  le: ofComparison((a, b) => a <= b),
  eq: ofComparison((a, b) => a === b),
  ne: ofComparison((a, b) => a !== b),
  and: ofTruths((a, b) => KLEENE_AND.get(`${a},${b}`) ?? null),
  or: ofTruths((a, b) => KLEENE_OR.get(`${a},${b}`) ?? null),
  xor: ofTruths((a, b) => (a === null || b === null ? null : a !== b)),
  not: ofTruths((a) => (a === null ? null : !a)),
  isNull: rowByRow((x) => Number(x === null)),
  coalesce: rowByRow((a, b) => (a === null ? (b as Row) : (a as Row))),
  select: rowByRow((condition, whenTrue, whenFalse) => {
    if (condition === null) return null;
    return (condition === 1 ? whenTrue : whenFalse) as Row;
  }),
};
