// Strategy files.

export { loadStrategy, loadUserNodes } from "./load-strategy.js";
export type { LoadedStrategy, LoadOptions } from "./load-strategy.js";
