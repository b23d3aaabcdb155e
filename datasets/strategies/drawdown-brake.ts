// Trend following that watches itself: half the size while the account is well below its peak, out of what has been
// held for long, and out of what has lost too much since its entry.
//
// Each of these looks at the run's own state over a delayed edge: in a bucket it is known as of the one before.

import {
  and,
  bars,
  coalesce,
  defineStrategy,
  delayed,
  graph,
  gt,
  lt,
  mul,
  portfolioState,
  positionState,
  select,
  sma,
  targetPercent,
} from "goldentape";

export default defineStrategy({
  name: "drawdown-brake",
  description: "Trend following with half the size in a drawdown, a time stop and a stop by the price of entry.",
  params: { fast: 8, slow: 24, share: 0.4, brake: 0.03, barsMax: 40, loss: 0.02 },
  build({ fast, slow, share, brake, barsMax, loss }) {
    const { close } = bars();
    const { barsHeld, entryPrice } = positionState();
    const drawdown = delayed(portfolioState().drawdown, 1);
    const held = coalesce(delayed(barsHeld, 1), 0);
    // Nothing is lost while nothing is held.
    const floor = mul(coalesce(delayed(entryPrice, 1), 0), 1 - loss);
    const trend = gt(sma(close, fast), sma(close, slow));
    const stays = and(and(trend, lt(held, barsMax)), gt(close, floor));
    const size = select(gt(coalesce(drawdown, 0), brake), share / 2, share);
    return graph({ decisions: [targetPercent(select(stays, size, 0))], publish: { drawdown, held } });
  },
});
