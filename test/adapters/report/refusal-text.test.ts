// Refusals in one line, over runs behind gates.

import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { refusalText } from "../../../adapters/report/refusal-text.js";
import {
  activationGate,
  bars,
  graph,
  gt,
  preTradeGate,
  runGraph,
  select,
  sma,
  targetPercent,
} from "../../../kernel/index.js";
import type { Gates } from "../../../kernel/index.js";
import { CONFIG, crossing, WALK } from "../../kernel/proof/small-runs.js";

const { close } = bars();
const textOf = (gates: Gates): string | null => {
  const made = graph({ decisions: [targetPercent(select(gt(close, sma(close, 20)), 1, 0), { gates })] });
  return refusalText(runGraph(nodeEngine(), made, WALK, CONFIG).tables());
};

describe("refusals in one line", () => {
  it("are counted by reason, with what a strategy waits for in vain", () => {
    const unknown = textOf({ activation: activationGate({ world: "paper" }) });
    expect(unknown).toMatch(/^Refused or cut: [1-9][\d,]* by activation_unknown\. Its gate waits .*"activations"/);
    const classes = textOf({ preTrade: preTradeGate({ classes: ["future"] }) });
    expect(classes).toMatch(
      /^Refused or cut: [1-9][\d,]* by symbol_validation_failed\. .*assetClass=crypto-perpetual\.$/,
    );
  });

  it("are nothing where nothing was refused", () => {
    expect(refusalText(runGraph(nodeEngine(), crossing(50, 0.5), WALK, CONFIG).tables())).toBeNull();
  });
});
