// Orders that say their own slippage: a swing by a series of basis points, a bracketed breakout by a model in
// TypeScript, and limits below the market by the run's.
//
// Source of the model: the square-root law of market impact, e.g. B. Tóth et al., "Anomalous price impact and the
// critical nature of liquidity in financial markets", Physical Review X 1, 021006 (2011), without its volatility.

import {
  add,
  atr,
  bars,
  bracket,
  clamp,
  crossOver,
  crossUnder,
  defineStrategy,
  div,
  graph,
  hysteresis,
  limitOrder,
  mul,
  rollingMax,
  rollingStd,
  slippageModel,
  sma,
  stopOrder,
  sub,
  targetPercent,
} from "goldentape";

export const rootImpact = slippageModel({
  name: "root-impact",
  version: 1,
  params: { factor: 0.01 },
  slippage: ({ price, quantity, volume, tick, params }) =>
    volume === null || volume === 0 ? tick : params.factor * price * Math.sqrt(quantity / volume),
});

export default defineStrategy({
  name: "own-slippage",
  description: "A swing, limits below the market and a bracketed breakout, with slippage of their own.",
  params: { period: 24, share: 0.4, channel: 30, spread: 0.1, factor: 0.02 },
  build({ period, share, channel, spread, factor }) {
    const { high, low, close } = bars();
    const range = atr(high, low, close, 14);
    const score = div(sub(close, sma(close, period)), rollingStd(close, period));
    const side = hysteresis(score, { longEnter: 1, longExit: 0, shortEnter: -1, shortExit: 0 });
    // A tenth of the range of the bars, between one basis point and twenty.
    const bps = clamp(mul(div(range, close), spread * 10_000), 1, 20);
    const top = rollingMax(high, channel);
    const entry = stopOrder(40, top, {
      unit: "quantity",
      goodFor: "6h",
      timeInForce: "gtd",
      when: crossOver(score, 0.5),
      gates: { execution: rootImpact({ factor }) },
    });
    const dip = limitOrder(25, sub(close, range), {
      unit: "quantity",
      goodFor: "12h",
      timeInForce: "gtd",
      when: crossUnder(score, 0),
    });
    const swing = targetPercent(mul(side, share), { gates: { execution: bps } });
    return graph({ decisions: [swing, dip, ...bracket(entry, { stop: sub(top, range), target: add(top, range) })] });
  },
});
