// Pairs: short the dear one and long the cheap one of two instruments, by the z-score of the log of their ratio.
//
// Source: E. Gatev, W. Goetzmann and K. Rouwenhorst, "Pairs Trading" (2006), with a rolling distance.

import {
  abs,
  bars,
  defineStrategy,
  div,
  graph,
  gt,
  log,
  lt,
  neg,
  or,
  rollingZscore,
  select,
  sign,
  mul,
  targetPercent,
} from "goldentape";

export default defineStrategy({
  name: "pairs-zscore",
  description: "Trades the spread of two instruments back to its mean, long one and short the other.",
  params: { first: "SYN001", second: "SYN002", window: 60, entry: 2, exit: 0.5, share: 0.4 },
  build({ first, second, window, entry, exit, share }) {
    const a = bars({ instrument: first }).close;
    const b = bars({ instrument: second }).close;
    const score = rollingZscore(log(div(a, b)), window);
    const isWide = gt(abs(score), entry);
    const isClosed = lt(abs(score), exit);
    const side = select(isWide, mul(neg(sign(score)), share), 0);
    const when = or(isWide, isClosed);
    return graph({
      decisions: [
        targetPercent(side, { when, instrument: first }),
        targetPercent(neg(side), { when, instrument: second }),
      ],
      publish: { score },
    });
  },
});
