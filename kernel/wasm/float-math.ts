// Logarithm, exponential and power as the control plane may use them: the compiled ones, equal bits on every host.
//
// Not here: square root and the four operations, which IEEE 754 rounds exactly and every host has.

import { invariant } from "../base/error.js";

/** Scalar functions of finite numbers; results may be infinite or NaN where the function is not defined. */
export interface FloatMath {
  /** Natural logarithm. */
  log(x: number): number;
  /** e to the power `x`. */
  exp(x: number): number;
  /** `x` to the power `y`. */
  pow(x: number, y: number): number;
}

/**
 * The functions of an instance of the module. Each call crosses into wasm (about 10 ns).
 *
 * @param exports Exports of an instance of `goldentape.wasm`, release or debug.
 * @throws InvariantError when the module does not export `mathLog`, `mathExp` and `mathPow`.
 */
export function floatMathOf(exports: WebAssembly.Exports): FloatMath {
  return {
    log: exported(exports, "mathLog"),
    exp: exported(exports, "mathExp"),
    pow: exported(exports, "mathPow"),
  };
}

function exported<Args extends number[]>(exports: WebAssembly.Exports, name: string): (...args: Args) => number {
  const value = exports[name];
  invariant(typeof value === "function", `the module exports ${name}`);
  return value as (...args: Args) => number;
}
