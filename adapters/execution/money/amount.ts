// Amounts: decimal texts as integers at the decimals of what they count, and division with a named rounding.
//
// Always true:
//   a text is read exactly or refused, never rounded; sums stay within 64 bits, or stop with their operands.
// Units: mantissas at the decimals that are named.

import { InputError, mantissaOf } from "../../../kernel/index.js";
import type { Issue } from "../../../kernel/index.js";

const LIMIT = 2n ** 63n - 1n;

/** What was expected where a text is no amount, but for too many decimals, of which the number is said. */
const EXPECTED = {
  "not-a-number": "a decimal number",
  "not-finite": "a finite number",
  overflow: "a number within 64 bits",
} as const;

/** The integer of a text, or what is wrong with it. */
export function readAmount(text: string, decimals: number, path: string): bigint | Issue {
  const mantissa = mantissaOf(text, decimals);
  if (typeof mantissa === "bigint") return mantissa;
  const expected = mantissa === "decimals" ? `at most ${decimals} decimals` : EXPECTED[mantissa];
  return { code: "event/facts", path, expected, received: text };
}

/**
 * The integer of a text.
 *
 * @throws InputError `event/facts` for more decimals than there are, or beyond 64 bits.
 */
export function amountOf(text: string, decimals: number, path: string): bigint {
  const read = readAmount(text, decimals, path);
  if (typeof read !== "bigint") throw new InputError([read]);
  return read;
}

/** True for an amount that fits in 64 bits, and so does its negative. */
export function isWithin(value: bigint): boolean {
  return value <= LIMIT && value >= -LIMIT;
}

/**
 * `value`, when it fits in 64 bits.
 *
 * @throws InputError `run/overflow` with the operands that made it.
 */
export function within(value: bigint, what: string, ...operands: readonly bigint[]): bigint {
  if (isWithin(value)) return value;
  const received = `${value} from ${operands.join(" and ")}`;
  throw new InputError([{ code: "run/overflow", path: what, expected: "an amount within 64 bits", received }]);
}

/** a / b towards minus infinity, for b > 0. */
export function divFloor(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/** a / b towards plus infinity, for b > 0. */
export function divCeil(a: bigint, b: bigint): bigint {
  return -divFloor(-a, b);
}

export function absolute(a: bigint): bigint {
  return a < 0n ? -a : a;
}
