// Draws of a run: whether a touched limit fills is chance by a stated seed, and nobody else's business.

import { expect, it } from "vitest";
import { bars, limitOrder, lt } from "../../kernel/index.js";
import type { RunConfig } from "../../kernel/index.js";
import { reached } from "../rule-coverage.js";
import type { Bar } from "./order-lines.js";
import { barsTape, runOrders } from "./order-lines.js";

const ROUNDS = 400;

/** Bars at 100.00 that touch 99.00 every second hour, and no further. */
const TOUCHING: readonly Bar[] = Array.from({ length: 2 * ROUNDS }, (_, row) =>
  row % 2 === 0 ? [10_000, 10_000, 10_000, 10_000] : [10_000, 10_000 + row, 9_900, 10_000],
);

/** A buy at 99.00 for each bar that stands at 100.00 throughout; good for one hour. */
function buyer(symbol: string) {
  const { high } = bars({ instrument: symbol });
  return limitOrder(1, 99, { when: lt(high, 100.005), timeInForce: "gtd", goodFor: "1h", instrument: symbol });
}

/** Hours in which the limit of `symbol` was filled. */
function hoursOf(symbols: readonly string[], symbol: string, chance: string, seed: number): readonly bigint[] {
  const limitFill = { kind: "touchProbability", p: chance } as const;
  const config: Partial<RunConfig> = { limitFill, cash: 1e9 };
  const tapes = symbols.map((each) => barsTape(each, TOUCHING));
  const result = runOrders(symbols.map(buyer), tapes, config, { seed });
  const { fills, instruments } = result.tables();
  const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
  return [...fills.time].filter((_, row) => fills.instrument[row] === index);
}

it("fills as often as the chance says, by the seed, whatever else is traded (G7)", () => {
  const alone = hoursOf(["B"], "B", "0.3", 1);
  expect(alone.length).toBeGreaterThan(ROUNDS * 0.2);
  expect(alone.length).toBeLessThan(ROUNDS * 0.4);
  expect(hoursOf(["B"], "B", "0.3", 1)).toEqual(alone);
  expect(hoursOf(["B"], "B", "0.3", 2)).not.toEqual(alone);
  expect(hoursOf(["A", "B", "C"], "B", "0.3", 1)).toEqual(alone);
  expect(hoursOf(["B"], "B", "1", 1)).toHaveLength(ROUNDS);
  reached("G7");
});
