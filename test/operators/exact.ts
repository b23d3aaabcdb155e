// Exact sums of binary fractions in BigInt: the model against which compensated sums are measured.
//
// Units: values are held as multiples of 1/1,024, which every generated column is made of.

const SCALE = 1_024;

/** `values` as whole multiples of 1/1,024. */
export function scaled(values: readonly number[]): bigint[] {
  return values.map((value) => BigInt(value * SCALE));
}

export function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** n · Σab − Σa · Σb. */
export function spreadOf(a: readonly bigint[], b: readonly bigint[]): bigint {
  return BigInt(a.length) * total(a.map((value, row) => value * (b[row] as bigint))) - total(a) * total(b);
}

/** `numerator` / `denominator` · `unit`^`power` as the nearest f64, within 2^-60; the unit is 1/1,024. */
export function ratio(numerator: bigint, denominator: bigint, power = 1): number {
  if (numerator === 0n) return 0;
  const sign = numerator < 0n !== denominator < 0n ? -1 : 1;
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = (denominator < 0n ? -denominator : denominator) * BigInt(SCALE) ** BigInt(power);
  const shift = BigInt(Math.max(0, 64 - (bits(top) - bits(bottom))));
  return (sign * Number((top << shift) / bottom)) / 2 ** Number(shift);
}

function bits(value: bigint): number {
  return value.toString(2).length;
}
