// The compiled kernel in Node.

export { kernelBytes, kernelModule, nodeEngine, nodeFloatMath, nodeHasher } from "./kernel-module.js";
