// Prices that are not positive: no order is sized at one, and a position cannot be valued at one.

import { describe, expect, it } from "vitest";
import { syntheticInstrument } from "../../datasets/synthetic.js";
import {
  createEngine,
  createHasher,
  fingerprintTapes,
  graph,
  InputError,
  memoryTape,
  REASONS,
  runGraph,
  targetQuantity,
} from "../../kernel/index.js";
import { dataPlane, moduleBytes } from "../operators/harness.js";

const DAY_NS = 86_400_000_000_000n;
const engine = createEngine(moduleBytes());
const config = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null } as const;

function runOver(closes: readonly bigint[]): ReturnType<typeof runGraph> {
  const prices = BigInt64Array.from(closes);
  const time = BigInt64Array.from(closes, (_, row) => DAY_NS * BigInt(row + 1));
  const columns = { time, open: prices, high: prices, low: prices, close: prices, volume: null };
  const tape = memoryTape(syntheticInstrument("SYN"), "1d", columns);
  const fingerprint = fingerprintTapes(createHasher(dataPlane()), [tape]).fingerprint;
  return runGraph(
    engine,
    graph({ decisions: [targetQuantity(10)] }),
    { name: "made", fingerprint, bars: [tape] },
    config,
  );
}

describe("a price that is not positive", () => {
  it.each([0n, -37_63n])("sizes no order when the close is %s", (close) => {
    const { refusals, orders } = runOver([close, 100n, 100n]).tables();
    expect(orders.rowCount).toBe(0);
    expect([...refusals.reason].map((reason) => REASONS[reason])).toEqual(["no_price"]);
  });

  it("stops a run that holds the instrument, and says at which price", () => {
    const work = (): unknown => runOver([100n, 100n, -5n]);
    expect(work).toThrow(InputError);
    expect(work).toThrow(/a positive price to fill or value a position at.*-5/);
  });
});
