// Entry of the module: everything that the host may call.

export { blake3Final, blake3Init, blake3Update } from "./blake3";
export { columnExtremes } from "./extremes";
export { advance, finish } from "./loop";
export { mathExp, mathLog, mathPow } from "./math";
export { evaluate } from "./operators/dispatch";
