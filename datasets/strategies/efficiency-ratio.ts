// A user node: Kaufman's efficiency ratio in TypeScript, as a filter of a trend rule.
//
// Source: P. Kaufman, "Trading Systems and Methods", 5th ed. (2013), chapter 17: net change over the sum of changes.

import { and, bars, defineStrategy, graph, gt, select, sma, targetPercent, userNode } from "goldentape";

export const efficiencyRatio = userNode({
  name: "efficiency-ratio",
  version: 1,
  inputs: { x: "number" },
  params: { rows: 10 },
  outputs: { value: "number" },
  period: ({ rows }) => rows + 1,
  compute({ rowCount, params, inputs, outputs }) {
    const { values } = inputs.x;
    for (let row = 0; row < rowCount; row += 1) {
      let path = 0;
      for (let at = row + 1; at <= row + params.rows; at += 1) {
        path += Math.abs((values[at] as number) - (values[at - 1] as number));
      }
      const net = Math.abs((values[row + params.rows] as number) - (values[row] as number));
      // A null among the values makes the sum NaN, which is null again.
      outputs.value.set(row, path === 0 ? 0 : net / path);
    }
  },
});

export default defineStrategy({
  name: "efficiency-ratio",
  description: "Holds while the price is above its average and moves in one direction; the filter is a user node.",
  params: { rows: 20, trend: 50, efficient: 0.3 },
  build({ rows, trend, efficient }) {
    const { close } = bars();
    const { value: ratio } = efficiencyRatio({ x: close }, { rows });
    const isHeld = and(gt(close, sma(close, trend)), gt(ratio, efficient));
    return graph({ decisions: [targetPercent(select(isHeld, 1, 0))], publish: { ratio } });
  },
});
