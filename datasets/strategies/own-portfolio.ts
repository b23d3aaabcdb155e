// A threshold signal behind a node set whose feedback is its own: fills below a size are passed over, the portfolio
// that risk and sizes obey is folded from the others, and the publisher takes a share of the last bar's volume.
//
// The books of the run take every fill.

import {
  add,
  bars,
  coalesce,
  cumMax,
  cumSum,
  defineStrategy,
  div,
  ge,
  graph,
  hysteresis,
  mul,
  nodeSetRegistry,
  rollingStd,
  select,
  sma,
  sub,
} from "goldentape";
import type { FillSeries } from "goldentape";

export default defineStrategy({
  name: "own-portfolio",
  description: "A threshold signal behind ccxt_futures with an ingest, a portfolio and a publisher of operators.",
  params: { period: 48, share: 0.11, enter: 1, leave: 0.2, cash: 100_000, least: 20, taken: 0.03 },
  build({ period, share, enter, leave, cash, least, taken }) {
    const { close, volume } = bars();
    const score = div(sub(close, sma(close, period)), rollingStd(close, period));
    const side = hysteresis(score, { longEnter: enter, longExit: leave, shortEnter: -enter, shortExit: -leave });

    const ingest = (fills: FillSeries): FillSeries => {
      const isSeen = ge(coalesce(add(fills.bought, fills.sold), 0), least);
      return Object.fromEntries(
        Object.entries(fills).map(([field, series]) => [field, select(isSeen, series, 0)]),
      ) as FillSeries;
    };
    const portfolio = ({ bought, sold, value, fees }: FillSeries) => {
      const held = cumSum(sub(bought, sold));
      const equity = add(add(cash, cumSum(sub(value, fees))), mul(held, close));
      return { equity, peak: cumMax(equity) };
    };
    const { decisions } = nodeSetRegistry().make("ccxt_futures", mul(side, share), "paper", {
      strategy: "threshold",
      components: { ingest, portfolio, publish: mul(volume, taken) },
    });
    return graph({ decisions, publish: { side } });
  },
});
