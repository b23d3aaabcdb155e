// Entry of the module: everything that the host may call.

export { evaluate } from "./operators/dispatch";
