// Orders with children behind gates: two strategies of one world add to what they bought, raise their bids while they
// wait, and leave by stop, by target or after some bars of their own positions.
//
// Everything that opens passes pre-trade, risk and activation when it is sent, when a fill releases it, and when it is
// changed (`activations` of the run's configuration drain and freeze the world `paper`).

import {
  activationGate,
  add,
  amendOrder,
  and,
  atr,
  bars,
  bracket,
  coalesce,
  crossOver,
  defineStrategy,
  delayed,
  graph,
  gt,
  limitOrder,
  lt,
  marketOrder,
  mul,
  order,
  positionState,
  preTradeGate,
  riskControl,
  rsi,
  sma,
  strategyScope,
  sub,
} from "goldentape";
import type { BooleanOutput, Decision } from "goldentape";

export default defineStrategy({
  name: "gated-families",
  description: "Entries with children that add to them, amended and left behind gates, in two strategies of one world.",
  params: { size: 60, share: 0.1, bars: 30 },
  build({ size, share, bars: most }) {
    const { high, low, close } = bars();
    const range = atr(high, low, close, 14);
    const risk = riskControl({ position: share, concentration: share * 1.5, volatility: null, dynamic: true });
    const preTrade = preTradeGate({ classes: ["crypto-perpetual"], openOrders: 6, queue: true });
    const family = (strategy: string, when: BooleanOutput): readonly Decision[] => {
      const gates = {
        risk,
        preTrade,
        activation: activationGate({ world: "paper", strategy, assume: "active" }),
        strategy: strategyScope(strategy),
      };
      const held = coalesce(delayed(positionState({ strategy }).barsHeld, 1), 0);
      const entry = limitOrder(size, sub(close, mul(range, 0.3)), { when, gates });
      const exits = bracket(entry, { stop: sub(close, mul(range, 3)), target: add(close, mul(range, 3)) });
      // Half as much again where the entry fills, and as much again a range higher.
      const more = order(0.5, { parent: entry, type: "market" });
      const later = order(1, { parent: entry, type: "stop", stop: add(close, range) });
      const dearer = amendOrder(entry, { limit: close, when: and(gt(close, sma(close, 5)), lt(held, 1)) });
      const out = marketOrder(-4 * size, { when: gt(held, most), reduceOnly: true, gates });
      return [...exits, more, later, dearer, out];
    };
    return graph({
      decisions: [
        ...family("trend", crossOver(sma(close, 12), sma(close, 48))),
        ...family("reversal", lt(rsi(close, 14), 28)),
      ],
    });
  },
});
