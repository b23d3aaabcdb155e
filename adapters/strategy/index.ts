// Strategy files.

export { loadStrategy } from "./load-strategy.js";
export type { LoadedStrategy, LoadOptions } from "./load-strategy.js";
