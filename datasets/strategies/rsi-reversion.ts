// Mean reversion by RSI: buys weakness above a long average, sells strength.

import { and, bars, defineStrategy, graph, gt, lt, or, rsi, select, sma, targetPercent } from "goldentape";

export default defineStrategy({
  name: "rsi-reversion",
  description: "Buys when a short RSI is low in an up-trend and leaves when it is high.",
  params: { period: 3, low: 20, high: 70, trend: 200, share: 1 },
  build({ period, low, high, trend, share }) {
    const { close } = bars();
    const strength = rsi(close, period);
    const entry = and(lt(strength, low), gt(close, sma(close, trend)));
    const exit = gt(strength, high);
    const target = select(entry, share, 0);
    return graph({
      decisions: [targetPercent(target, { when: or(entry, exit) })],
      publish: { strength },
    });
  },
});
