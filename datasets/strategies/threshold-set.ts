// A threshold signal behind a node set: how far the price stands from its average, with hysteresis, sent through the
// gates of a futures venue.
//
// The set brings risk limits and an activation gate; messages to the world `paper` freeze, drain and weigh what it
// sends (`activations` of the run's configuration). What the set assumes of its venue, fees and account, is exported
// beside the strategy: `goldentape run` takes it for whatever is not stated.

import { bars, defineStrategy, div, graph, hysteresis, mul, nodeSetRegistry, rollingStd, sma, sub } from "goldentape";

const registry = nodeSetRegistry();

export const { config } = registry.make("ccxt_futures", 0, "paper", { strategy: "threshold" });

export default defineStrategy({
  name: "threshold-set",
  description: "Follows the distance from the average with hysteresis, behind the node set ccxt_futures.",
  params: { period: 48, share: 0.09, enter: 1, leave: 0.2 },
  build({ period, share, enter, leave }) {
    const { close } = bars();
    const score = div(sub(close, sma(close, period)), rollingStd(close, period));
    const side = hysteresis(score, { longEnter: enter, longExit: leave, shortEnter: -enter, shortExit: -leave });
    const { decisions } = registry.make("ccxt_futures", mul(side, share), "paper", { strategy: "threshold" });
    return graph({ decisions, publish: { side } });
  },
});
