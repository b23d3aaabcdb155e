// Breakout with a bracket: a stop entry above the channel, sized by risk, with a stop and a target from the average
// true range.
//
// Source: the "Turtle" rules (C. Faith, 2003) for the channel and the size by risk; the target is a multiple of the
// distance to the stop, as brackets usually have it.

import {
  add,
  and,
  atr,
  bars,
  bracket,
  cancelOrders,
  defineStrategy,
  donchian,
  graph,
  gt,
  lt,
  mul,
  not,
  rising,
  sma,
  stopOrder,
  sub,
} from "goldentape";

export default defineStrategy({
  name: "breakout-bracket",
  description: "Buys breaks of the Donchian channel with a stop entry; leaves by a stop or a target.",
  params: { channel: 20, volatility: 14, trend: 100, risk: 0.01, stopAtr: 2, targetAtr: 4 },
  build({ channel, volatility, trend, risk, stopAtr, targetAtr }) {
    const { high, low, close } = bars();
    const level = donchian(high, low, channel).upper;
    const range = atr(high, low, close, volatility);
    const stop = sub(level, mul(range, stopAtr));
    const target = add(level, mul(range, targetAtr));
    const mean = sma(close, trend);
    const isUp = and(gt(close, mean), rising(mean, 5));
    const entry = stopOrder(risk, level, {
      unit: "risk",
      riskStop: stop,
      timeInForce: "gtd",
      goodFor: "1d",
      when: and(isUp, lt(close, level)),
    });
    const leave = cancelOrders(entry, not(isUp));
    return graph({
      decisions: [...bracket(entry, { stop, target }), leave],
      publish: { level, stop, target },
      names: { entry },
    });
  },
});
