// Entry of the module: everything that the host may call.

export { evaluate } from "./operators/dispatch";
export { mathExp, mathLog, mathPow } from "./math";
export { blake3Final, blake3Init, blake3Update } from "./blake3";
