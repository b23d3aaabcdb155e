// Cross-sectional momentum: at the start of each month, equal shares of the instruments that rose the most.
//
// Source: N. Jegadeesh and S. Titman, "Returns to Buying Winners and Selling Losers" (1993), the long side only.

import {
  acrossTop,
  bars,
  defineStrategy,
  graph,
  newPeriod,
  pctChange,
  reduceMean,
  select,
  targetPercent,
} from "goldentape";

export default defineStrategy({
  name: "momentum-top",
  description: "Holds the strongest instruments in equal shares, chosen anew each month.",
  params: { lookBack: 126, count: 3 },
  build({ lookBack, count }) {
    const { close, time } = bars({ interval: "1d" });
    // All closes of a row have one time, so their mean is a single series of it: one clock for all instruments.
    const isNewMonth = newPeriod(reduceMean(time), "month");
    const isHeld = acrossTop(pctChange(close, lookBack), count, { when: isNewMonth });
    return graph({ decisions: [targetPercent(select(isHeld, 1 / count, 0), { when: isNewMonth })] });
  },
});
