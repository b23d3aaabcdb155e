// Wide integers: checked 64-bit sums and products, and multiply-divide through 128 bits with a named rounding.
//
// Always true:
//   a result that does not fit in an i64 traps with its operands; nothing wraps.
// Rounding: `floor` and `ceil` are towards minus and plus infinity; each caller says why it is against the account.
// Source: the two-digit division is algorithm D of Knuth, The Art of Computer Programming, volume 2, 4.3.1, for a
//   divisor of two 32-bit digits.

import { TRAP_OVERFLOW_ADD, TRAP_OVERFLOW_DIVIDE, TRAP_OVERFLOW_MULTIPLY } from "./abi-trap";
import { trap } from "./trap";

/** a + b. */
// @ts-ignore: decorator
@inline export function addChecked(a: i64, b: i64): i64 {
  const sum = a + b;
  if (((a ^ sum) & (b ^ sum)) < 0) trap(TRAP_OVERFLOW_ADD, 0, a, b);
  return sum;
}

/** a - b. */
// @ts-ignore: decorator
@inline export function subChecked(a: i64, b: i64): i64 {
  const difference = a - b;
  if (((a ^ b) & (a ^ difference)) < 0) trap(TRAP_OVERFLOW_ADD, 1, a, b);
  return difference;
}

/** a * b, both at least 0. */
export function mulChecked(a: i64, b: i64): i64 {
  if (clz(a) + clz(b) < 65 && mulHigh(a, b) != 0) trap(TRAP_OVERFLOW_MULTIPLY, 0, a, b);
  const product = a * b;
  if (product < 0) trap(TRAP_OVERFLOW_MULTIPLY, 0, a, b);
  return product;
}

/** floor(a * b / d) for a, b >= 0 and d > 0. */
// @ts-ignore: decorator
@inline export function mulDivFloor(a: i64, b: i64, d: i64): i64 {
  return mulDiv(a, b, d, 0);
}

/** ceil(a * b / d) for a, b >= 0 and d > 0. */
// @ts-ignore: decorator
@inline export function mulDivCeil(a: i64, b: i64, d: i64): i64 {
  return mulDiv(a, b, d, d - 1);
}

/** floor((a * b + addend) / d) for a, b, addend >= 0 and d > 0. */
function mulDiv(a: i64, b: i64, d: i64, addend: i64): i64 {
  // 65 leading zeros together mean that the product is below 2^63; most products of a run are.
  if (clz(a) + clz(b) >= 65) {
    const product = a * b;
    if (d == 1) return product;
    const sum = product + addend;
    if (sum >= 0) return sum / d;
  }
  let high = mulHigh(a, b);
  const low = <u64>a * <u64>b;
  const sum = low + <u64>addend;
  if (sum < low) high++;
  const quotient = high < <u64>d ? divideWide(high, sum, <u64>d) : u64.MAX_VALUE;
  if (quotient > <u64>i64.MAX_VALUE) trap(TRAP_OVERFLOW_DIVIDE, 0, a, b, d);
  return <i64>quotient;
}

/** High 64 bits of the 128-bit product of two unsigned numbers. */
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const cross = aHigh * bLow + (low >> 32);
  const middle = aLow * bHigh + (cross & 0xffffffff);
  return aHigh * bHigh + (cross >> 32) + (middle >> 32);
}

/** floor((high * 2^64 + low) / d) for high < d. */
function divideWide(high: u64, low: u64, d: u64): u64 {
  const shift = clz(d);
  const divisor = d << shift;
  const divisorHigh = divisor >> 32;
  const divisorLow = divisor & 0xffffffff;
  // A shift by 64 is a shift by 0 in wasm, so the part that moves up must be masked when nothing moves.
  const moved = shift == 0 ? 0 : low >> (64 - shift);
  const top = (high << shift) | moved;
  const rest = low << shift;
  const restHigh = rest >> 32;
  const restLow = rest & 0xffffffff;
  const first = quotientDigit(top, restHigh, divisorHigh, divisorLow);
  const remainder = ((top << 32) | restHigh) - first * divisor;
  const second = quotientDigit(remainder, restLow, divisorHigh, divisorLow);
  return (first << 32) | second;
}

/** One 32-bit digit of the quotient: the estimate from the upper digits, lowered at most twice. */
// @ts-ignore: decorator
@inline function quotientDigit(top: u64, next: u64, divisorHigh: u64, divisorLow: u64): u64 {
  let digit = top / divisorHigh;
  let remainder = top - digit * divisorHigh;
  while (digit > 0xffffffff || digit * divisorLow > ((remainder << 32) | next)) {
    digit--;
    remainder += divisorHigh;
    if (remainder > 0xffffffff) break;
  }
  return digit;
}
