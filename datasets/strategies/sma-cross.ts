// Crossing averages: all in while the fast average is above the slow one, out otherwise.

import { bars, defineStrategy, graph, gt, select, sma, targetPercent } from "goldentape";

export default defineStrategy({
  name: "sma-cross",
  description: "Holds everything while the fast average of closes is above the slow one.",
  params: { fast: 10, slow: 30 },
  build(params) {
    const { close } = bars();
    const fast = sma(close, params.fast);
    const slow = sma(close, params.slow);
    return graph({ decisions: [targetPercent(select(gt(fast, slow), 1, 0))], publish: { fast, slow } });
  },
});
