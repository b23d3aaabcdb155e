// What tests of proofs share: a tape, a dataset over it, and a strategy with a peeking node where that is asked for.

import { syntheticTape } from "../../../datasets/synthetic.js";
import { bars, graph, gt, select, sma, targetPercent, userNode } from "../../../kernel/index.js";
import type { Dataset, Graph, NumberOutput, RunConfig } from "../../../kernel/index.js";

export const TAPE = syntheticTape({ seed: 11, rows: 1500, interval: "1h" });
export const WALK: Dataset = { name: "walk", fingerprint: `blake3:${"a".repeat(64)}`, bars: [TAPE] };
export const CONFIG: RunConfig = { fees: { taker: "0.0005" } };
export const { close } = bars();

/** A node that looks `rows` rows ahead, as far as its block goes. */
export function peek(rows: number): NumberOutput {
  const node = userNode({
    name: "peek",
    version: 1,
    period: 1,
    inputs: { x: "number" },
    params: { rows: 1 },
    outputs: { value: "number" },
    compute({ rowCount, inputs, params, outputs }) {
      for (let row = 0; row < rowCount; row += 1)
        outputs.value.set(row, inputs.x.get(Math.min(row + params.rows, rowCount - 1)));
    },
  });
  return node({ x: close }, { rows }).value;
}

/** Holds while the close is above its average. */
export function crossing(rows = 20, share = 1): Graph {
  const mean = sma(close, rows);
  return graph({ decisions: [targetPercent(select(gt(close, mean), share, 0))], publish: { mean } });
}
