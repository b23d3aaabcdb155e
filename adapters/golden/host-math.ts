// What a host's own mathematics give, as one digest: it tells hosts apart, and no result may depend on it.

import { digestBytes } from "../../kernel/index.js";

const ARGUMENTS = 2000;

/** Digest of the bits of `Math.exp`, `log`, `pow` and `sin` over some arguments. */
export function hostMathDigest(): string {
  const values = new Float64Array(ARGUMENTS * 4);
  for (let index = 0; index < ARGUMENTS; index += 1) {
    const x = (index + 1) * 0.0137;
    values.set([Math.exp(x), Math.log(x), Math.pow(x, 1.37), Math.sin(x)], index * 4);
  }
  return digestBytes("goldentape 2026 host math v1", new Uint8Array(values.buffer));
}
