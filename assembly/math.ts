// Scalar logarithm, exponential and power for the control plane: the one implementation whose bits do not depend on the
// host.

/** Natural logarithm of `x`. */
export function mathLog(x: f64): f64 {
  return NativeMath.log(x);
}

/** e to the power `x`. */
export function mathExp(x: f64): f64 {
  return NativeMath.exp(x);
}

/** `x` to the power `y`. */
export function mathPow(x: f64, y: f64): f64 {
  return NativeMath.pow(x, y);
}
