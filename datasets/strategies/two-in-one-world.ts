// Two strategies in one world: a slow trend and a fast reversal in the same instruments, each with positions of its
// own, one cash and one risk.

import { bars, defineStrategy, graph, gt, lt, nodeSetRegistry, riskControl, rsi, select, sma } from "goldentape";

export default defineStrategy({
  name: "two-in-one-world",
  description: "A trend and a reversal in the same instruments, with positions apart and risk together.",
  params: { fast: 24, slow: 96, period: 14, share: 0.15, concentration: 0.2 },
  build({ fast, slow, period, share, concentration }) {
    const { close } = bars();
    const registry = nodeSetRegistry();
    const risk = riskControl({ position: share, concentration, volatility: null, leverage: 1.5 });
    const scoped = (strategy: string) => ({
      strategy,
      portfolioScope: "strategy" as const,
      components: { risk },
    });
    const trend = select(gt(sma(close, fast), sma(close, slow)), share, -share);
    const reversal = select(lt(rsi(close, period), 30), share, 0);
    return graph({
      decisions: [
        ...registry.make("ccxt_futures", trend, "paper", scoped("trend")).decisions,
        ...registry.make("ccxt_futures", reversal, "paper", scoped("reversal")).decisions,
      ],
    });
  },
});
