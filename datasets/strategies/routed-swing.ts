// A swing and a breakout on one instrument whose orders go through a router: targets and limits are split over the
// venues of the run, the bracketed entry goes to one of them and its stop and target with it.
//
// Which venues there are is the configuration's to say (`venues`); without any, all orders meet the run's own market.

import {
  add,
  atr,
  bars,
  bracket,
  crossOver,
  crossUnder,
  defineStrategy,
  graph,
  hysteresis,
  limitOrder,
  mul,
  rollingMax,
  rollingStd,
  router,
  div,
  sma,
  stopOrder,
  sub,
  targetPercent,
} from "goldentape";

export default defineStrategy({
  name: "routed-swing",
  description:
    "A swing, limits below the market and a bracketed breakout, each through a router over the run's venues.",
  params: { period: 24, share: 0.4, channel: 30, latencyCost: 0.0002 },
  build({ period, share, channel, latencyCost }) {
    const { high, low, close } = bars();
    const range = atr(high, low, close, 14);
    const score = div(sub(close, sma(close, period)), rollingStd(close, period));
    const side = hysteresis(score, { longEnter: 1, longExit: 0, shortEnter: -1, shortExit: 0 });
    const gates = { router: router({ latencyCost }) };
    const top = rollingMax(high, channel);
    const entry = stopOrder(40, top, {
      unit: "quantity",
      goodFor: "6h",
      timeInForce: "gtd",
      when: crossOver(score, 0.5),
      gates,
    });
    const dip = limitOrder(25, sub(close, range), {
      unit: "quantity",
      goodFor: "12h",
      timeInForce: "gtd",
      when: crossUnder(score, 0),
      gates,
    });
    const swing = targetPercent(mul(side, share), { gates });
    return graph({ decisions: [swing, dip, ...bracket(entry, { stop: sub(top, range), target: add(top, range) })] });
  },
});
