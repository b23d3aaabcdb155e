// Recommendations through a whole decision engine: trend and momentum say how confident, the engine does the rest.
//
// The confidence is made up of two plain signs, so that it takes some values of a few: it is no model of anything.

import {
  acrossRank,
  add,
  and,
  atr,
  bars,
  crossOver,
  crossUnder,
  decisionEngine,
  defineStrategy,
  div,
  graph,
  gt,
  lt,
  mul,
  pctChange,
  select,
  sma,
  sub,
} from "goldentape";

export default defineStrategy({
  name: "decision-engine",
  description: "Recommends what crosses its average, and lets checks, sizer, tiers, reserve, breaker and stops decide.",
  params: { fast: 3, slow: 8, range: 14, cap: 25_000, dayLoss: 0.002 },
  build({ fast, slow, range, cap, dayLoss }) {
    const { close, high, low } = bars();
    const [quick, calm] = [sma(close, fast), sma(close, slow)];
    // Among eight instruments the strongest has rank 8.
    const strength = div(acrossRank(pctChange(close, slow)), 8);
    const confidence = add(0.4, mul(0.55, strength));
    const none = div(0, sub(close, close));
    const recommended = and(crossOver(quick, calm), gt(close, calm));
    const decision = decisionEngine(select(recommended, confidence, none), {
      defer: and(crossUnder(quick, calm), lt(close, calm)),
      atr: atr(high, low, close, range),
      checks: { window: false, duplicateFor: 5 * 86_400 },
      sizer: { cap },
      breaker: { dayLoss, dayLossPause: 5 * 86_400 },
      tier: { start: "aggressive", downSuccess: 0.3, upReserve: 0.01 },
      stops: { tightenFrom: 0.1 },
      sectors: { SYN001: "a", SYN002: "a", SYN003: "b", SYN004: "b", SYN005: "c", SYN006: "c", SYN007: "d" },
    });
    return graph({ decisions: [decision] });
  },
});
