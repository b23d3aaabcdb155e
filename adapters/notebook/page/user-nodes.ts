// User nodes of the example strategies, for the worker that replays their graphs.

export { efficiencyRatio } from "../../../datasets/strategies/efficiency-ratio.js";
export { rootImpact } from "../../../datasets/strategies/own-slippage.js";
