// Double-double arithmetic: the rounding error of an f64 operation as a second f64; a pair holds about 106 bits.
//
// A pair (high, low) stands for the exact sum high + low. AssemblyScript returns one value a function, so the operation
// is written by the caller and the error is asked for:
//
//     const sum = a + b;
//     const error = sumError(a, b, sum); // sum + error == a + b, exactly
//
// Always true:
//   every function is pure, uses only +, - and *, and so gives the same bits on every machine;
//   an operand or result that is not finite makes the error NaN or infinite: callers pass what they store through
//     `finiteOrNull`.
// Source: Dekker 1971 (product), Knuth TAOCP 2, 4.2.2 (sum); Neumaier 1974 for sums that gather their errors apart.
// WebAssembly has no fused multiply-add, so products are split.

/** 2^27 + 1: splits a significand of 53 bits into two halves of 26 bits each. */
const SPLITTER: f64 = 134217729;

/** Exact error of `sum`, which must be `a + b` as rounded. The order of magnitudes does not matter. */
// @ts-ignore: decorator
@inline export function sumError(a: f64, b: f64, sum: f64): f64 {
  const part = sum - a;
  return (a - (sum - part)) + (b - part);
}

/** Two values as the lanes of one register. */
// @ts-ignore: decorator
@inline export function pairOf(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** `sumError` in both lanes. */
// @ts-ignore: decorator
@inline export function sumErrorPair(a: v128, b: v128, sum: v128): v128 {
  const part = f64x2.sub(sum, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, part)), f64x2.sub(b, part));
}

/** Exact error of `sum`, which must be `large + small` as rounded, when |large| >= |small| or large is 0. */
// @ts-ignore: decorator
@inline export function sumErrorOrdered(large: f64, small: f64, sum: f64): f64 {
  return small - (sum - large);
}

/** Upper 26 bits of `a`; `a - upperHalf(a)` are the others. NaN when |a| > 2^996. */
// @ts-ignore: decorator
@inline export function upperHalf(a: f64): f64 {
  const wide = SPLITTER * a;
  return wide - (wide - a);
}

/** Exact error of `product`, which must be `a * b` as rounded, unless it underflows (|a * b| < 2^-969). */
// @ts-ignore: decorator
@inline export function productError(a: f64, b: f64, product: f64): f64 {
  const aUpper = upperHalf(a);
  const aLower = a - aUpper;
  const bUpper = upperHalf(b);
  const bLower = b - bUpper;
  return (aUpper * bUpper - product) + aUpper * bLower + aLower * bUpper + aLower * bLower;
}

/** Exact error of `square`, which must be `a * a` as rounded, unless it underflows. */
// @ts-ignore: decorator
@inline export function squareError(a: f64, square: f64): f64 {
  const upper = upperHalf(a);
  const lower = a - upper;
  return (upper * upper - square) + 2 * (upper * lower) + lower * lower;
}

/**
 * `count` · a − b · c over pairs, rounded to one f64: the numerator of every variance and covariance, n·Σxy − Σx·Σy.
 * The relative error is about 2^-100 of the larger product, so about eighteen digits may cancel and leave twelve.
 */
// @ts-ignore: decorator
@inline export function productDifference(
  count: f64, aHigh: f64, aLow: f64, bHigh: f64, bLow: f64, cHigh: f64, cLow: f64,
): f64 {
  const left = count * aHigh;
  const leftLow = productError(count, aHigh, left) + count * aLow;
  const right = bHigh * cHigh;
  const rightLow = productError(bHigh, cHigh, right) + (bHigh * cLow + bLow * cHigh);
  const difference = left - right;
  return difference + (sumError(left, -right, difference) + (leftLow - rightLow));
}

/** Adds `value` + `error` to the pair stored at `pair` (high at +0, low at +8); an overflow leaves the null in both. */
// @ts-ignore: decorator
@inline export function addToPair(pair: usize, value: f64, error: f64): void {
  const high = load<f64>(pair);
  const sum = high + value;
  const low = load<f64>(pair, 8) + (sumError(high, value, sum) + error);
  const held = low - low == 0;
  store<f64>(pair, held ? sum : NaN);
  store<f64>(pair, held ? low : NaN, 8);
}
