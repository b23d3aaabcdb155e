// Buy and hold: an equal share of equity in every instrument, bought once.

import { bars, defineStrategy, graph, gt, select, targetPercent } from "goldentape";

export default defineStrategy({
  name: "buy-and-hold",
  description: "Buys a share of equity in every instrument at its first bar and keeps it.",
  params: { share: 1 },
  build({ share }) {
    const { close } = bars();
    // The target is the same on every bar, so a decision without a trigger acts once.
    return graph({ decisions: [targetPercent(select(gt(close, 0), share, 0))] });
  },
});
