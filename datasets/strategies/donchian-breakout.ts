// Channel breakout with a size from volatility: long above the channel, short below it, each unit risking the same.
//
// Source: the "Turtle" rules (C. Faith, 2003): entry at a channel of 20 bars, a share of equity that one average true
// range moves by one percent.

import {
  atr,
  bars,
  defineStrategy,
  donchian,
  div,
  graph,
  gt,
  lag,
  lt,
  minOf,
  mul,
  neg,
  or,
  select,
  targetPercent,
} from "goldentape";

export default defineStrategy({
  name: "donchian-breakout",
  description: "Follows breaks of the Donchian channel, long and short, with a size by average true range.",
  params: { channel: 20, volatility: 20, risk: 0.01, shareMax: 1 },
  build({ channel, volatility, risk, shareMax }) {
    const { high, low, close } = bars();
    const band = donchian(high, low, channel);
    const above = gt(close, lag(band.upper));
    const below = lt(close, lag(band.lower));
    // One average true range against the position costs the share `risk` of equity.
    const share = minOf(div(mul(close, risk), atr(high, low, close, volatility)), shareMax);
    const target = select(above, share, neg(share));
    return graph({
      decisions: [targetPercent(target, { when: or(above, below) })],
      publish: { upper: band.upper, lower: band.lower, share },
    });
  },
});
