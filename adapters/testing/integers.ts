// Integers of the reference: division with a named rounding, and small selections, in BigInt without bounds.

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

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** True when one is above zero and the other below. */
export function areOpposite(a: bigint, b: bigint): boolean {
  return (a > 0n && b < 0n) || (a < 0n && b > 0n);
}

/** The whole number nearest to a finite x, ties to even. */
export function nearestEven(x: number): bigint {
  const below = Math.floor(x);
  const over = x - below;
  const isUp = over > 0.5 || (over === 0.5 && below % 2 !== 0);
  return BigInt(isUp ? below + 1 : below);
}
