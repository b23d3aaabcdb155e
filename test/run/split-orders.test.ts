// Splits of instruments with orders and children in the book.

import { describe, expect, it } from "vitest";
import type { Decision, RunConfig } from "../../kernel/index.js";
import {
  bars,
  bracket,
  eq,
  graph,
  limitOrder,
  memoryActions,
  runGraph,
  stopLimitOrder,
  trailingStop,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, linesBefore } from "./order-lines.js";

const { close } = bars();
const when = eq(close, 100);
const E12 = 1_000_000_000_000n;
/** What one share before becomes, as the factor that prices of before are multiplied by. */
const TWO_FOR_ONE = E12 / 2n;
const THREE_FOR_TWO = 666_667_000_000n;
const ONE_FOR_TWENTY = 20n * E12;

/** Runs decisions that act in the first hour, over a split at the end of the second. */
function overSplit(splitFactor: bigint, after: readonly Bar[], ...decisions: readonly Decision[]): readonly string[] {
  const config: RunConfig = {
    cash: "100000",
    fees: { taker: 0 },
    slippage: { kind: "none" },
    participation: 1,
    account: { kind: "margin", leverage: 10 },
  };
  const actions = memoryActions(share("A"), {
    time: BigInt64Array.of(2n * HOUR_NS),
    priceFactor: BigInt64Array.of(E12),
    splitFactor: BigInt64Array.of(splitFactor),
    referencePrice: BigInt64Array.of(10_000n),
  });
  const tape = barsTape("A", [...flatBars(10_000, 10_050), ...after]);
  const dataset = { name: "split", fingerprint: `blake3:${"0".repeat(64)}`, bars: [tape], actions: [actions] } as const;
  const run = runGraph(engineFor(), graph({ decisions }), dataset, config);
  return linesBefore(run).filter((line) => !line.startsWith("1 "));
}

describe("a split of what orders wait for", () => {
  it("scales size down to the lot, and a price to the tick against the account (G6)", () => {
    const buy = (size: number, limit: number): Decision => limitOrder(size, limit, { when });
    const after = flatBars(6_000);
    expect(overSplit(TWO_FOR_ONE, after, buy(10, 45.01))).toEqual(["2 update 1 20 limit 2251 trigger 0"]);
    expect(overSplit(THREE_FOR_TWO, after, buy(5, 45.01))).toEqual(["2 update 1 7 limit 3001 trigger 0"]);
    expect(overSplit(THREE_FOR_TWO, after, buy(-5, 110))).toEqual(["2 update 1 -7 limit 7333 trigger 0"]);
    expect(overSplit(TWO_FOR_ONE, after, buy(-5, 150))).toEqual(["2 update 1 -10 limit 7500 trigger 0"]);
  });

  it("leaves nothing under a cent, and ends an order of which no lot is left", () => {
    const cheap = limitOrder(40, 0.01, { when });
    expect(overSplit(TWO_FOR_ONE, flatBars(5_000), cheap)).toEqual(["2 update 1 80 limit 1 trigger 0"]);
    expect(overSplit(ONE_FOR_TWENTY, flatBars(200_000), limitOrder(19, 90, { when }))).toEqual([
      "2 end 1 below_minimum 19",
    ]);
    expect(overSplit(ONE_FOR_TWENTY, flatBars(200_000), limitOrder(-20, 110, { when }))).toEqual([
      "2 update 1 -1 limit 220000 trigger 0",
    ]);
  });

  it("scales triggers, and an order fills where it now stands", () => {
    const entry = stopLimitOrder(10, 120.01, 130.01, { when });
    const lines = overSplit(TWO_FOR_ONE, [...flatBars(5_000), [6_000, 6_001, 6_000, 6_001]], entry);
    expect(lines).toEqual([
      "2 update 1 20 limit 6501 trigger 6001",
      "4 update 1 20 limit 6501 trigger 6001",
      "4 fill 1 20 @ 6001",
    ]);
    const limit = limitOrder(10, 90, { when });
    expect(overSplit(TWO_FOR_ONE, [...flatBars(5_000), [5_000, 5_000, 4_499, 5_000]], limit)).toEqual([
      "2 update 1 20 limit 4500 trigger 0",
      "4 fill 1 20 @ 4500",
    ]);
  });

  it("scales what is shown of an iceberg", () => {
    const iceberg = limitOrder(10, 90, { when, display: 4 });
    const whole = limitOrder(11, 90, { when });
    // Eighteen shares at one price: what the iceberg shows, and the rest for the other.
    const lines = overSplit(TWO_FOR_ONE, [...flatBars(5_000), [5_000, 5_000, 4_400, 5_000, 18]], iceberg, whole);
    const filled = lines.filter((line) => line.startsWith("4 fill ")).map((line) => line.split(" ")[3]);
    expect(filled).toEqual(["8", "10"]);
  });

  it("scales how far an order trails, and not its share", () => {
    const after: readonly Bar[] = [...flatBars(5_025, 5_100), [5_100, 5_100, 4_500, 4_500]];
    const trail = (offset: number, trailUnit?: "percent"): readonly string[] =>
      overSplit(TWO_FOR_ONE, after, trailingStop(-10, offset, { when, ...(trailUnit ? { trailUnit } : {}) }));
    // From 100.50 on by 8.01, and by half of that, to the cent, from 51.00 on.
    expect(trail(8.01)).toEqual([
      "2 update 1 -20 limit 0 trigger 4624",
      "5 update 1 -20 limit 0 trigger 4700",
      "5 fill 1 -20 @ 4700",
    ]);
    expect(trail(0.1, "percent")).toEqual([
      "2 update 1 -20 limit 0 trigger 4522",
      "5 update 1 -20 limit 0 trigger 4590",
      "5 fill 1 -20 @ 4590",
    ]);
  });

  it("scales the prices of children that wait, which close what was filled", () => {
    const entry = limitOrder(10, 90, { when });
    const family = bracket(entry, { stop: 80.01, target: 110.01 });
    const lines = overSplit(TWO_FOR_ONE, [...flatBars(5_000), [5_000, 5_000, 4_499, 5_000]], ...family);
    expect(lines).toEqual([
      "2 update 1 20 limit 4500 trigger 0",
      "4 fill 1 20 @ 4500",
      "4 order 2 limit -20",
      "4 terms 2 limit 5500 parent 1",
      "4 order 3 stop -20",
      "4 terms 3 stop 4000 parent 1 group 2",
    ]);
  });
});
