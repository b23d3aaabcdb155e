// Decimals of Arrow: an unscaled integer from the 32-bit words that it is kept in.

import type { Data } from "apache-arrow";

/** An unscaled decimal from its little-endian 32-bit words. */
export function decimalAt(data: Data, row: number, bitWidth: number): bigint {
  const words = data.values as Uint32Array;
  const perValue = bitWidth / 32;
  let value = 0n;
  for (let word = perValue - 1; word >= 0; word -= 1)
    value = (value << 32n) | BigInt((words[row * perValue + word] as number) >>> 0);
  return BigInt.asIntN(bitWidth, value);
}
