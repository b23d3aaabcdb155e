// The order life cycle, driven by commands: orders of every type and time in force are sent, cancelled, amended and
// replaced while bars come and sessions end, and every record of the log is a step that its order can take.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absolute } from "../../adapters/testing/integers.js";
import type { RunConfig } from "../../kernel/index.js";
import { ORDER_STATES } from "../../kernel/index.js";
import { runsOf } from "./arbitrary-case.js";
import { arbitraryCommands, arbitrarySetup } from "./order-commands.js";
import type { DeskCommand, DeskScale } from "./order-commands.js";
import type { DeskSetup, OrderDesk } from "./order-desk.js";
import { openDesk } from "./order-desk.js";
import { takeBar, takeEnd } from "./order-life-model.js";
import type { DeskModel } from "./order-life-state.js";
import { newModel } from "./order-life-state.js";

const PLAIN = {
  account: { kind: "margin", leverage: 1000, maintenance: null },
  fees: { taker: 0 },
  slippage: { kind: "none" },
} as const satisfies RunConfig;

/** Numbers that meet each other often. */
const SMALL: DeskScale = {
  price: fc.integer({ min: 20, max: 31 }),
  size: fc.integer({ min: 1, max: 8 }),
  volume: fc.oneof(
    { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 80n }) },
    { weight: 1, arbitrary: fc.constant(0n) },
    { weight: 2, arbitrary: fc.constant(1_000n) },
  ),
};

const smallConfig: fc.Arbitrary<RunConfig> = fc.record({
  ...{ account: fc.constant(PLAIN.account), fees: fc.constant(PLAIN.fees), slippage: fc.constant(PLAIN.slippage) },
  cash: fc.constant("1000000000"),
  path: fc.constantFrom("worst", "worst", "best", "ohlc", "olhc", "nearest", "colour"),
  limitFill: fc.constantFrom({ kind: "touch" }, { kind: "penetrate", ticks: 1 }),
  participation: fc.constantFrom(null, 0.1, 0.25, 1),
  remainder: fc.constantFrom("carry", "cancel"),
  maxOpenOrders: fc.constant(256),
});

/** Numbers near the ends of what a run takes, and room for few orders. */
const LARGE: DeskScale = {
  price: fc.constantFrom(1, 2, 3, 7, 2 ** 31, 2 ** 40),
  size: fc.constantFrom(1, 2, 2 ** 22, 2 ** 31, 2 ** 53 - 1, 2 ** 62),
  volume: fc.constantFrom(0n, 1n, 2n ** 40n, 2n ** 62n),
};

const largeConfig: fc.Arbitrary<RunConfig> = fc.record({
  ...{ account: fc.constant(PLAIN.account), fees: fc.constant(PLAIN.fees), slippage: fc.constant(PLAIN.slippage) },
  cash: fc.constantFrom("1", "9223372036854775807"),
  path: fc.constantFrom("worst", "best"),
  participation: fc.constantFrom(null, 1),
  maxOpenOrders: fc.constantFrom(2, 256),
});

/** Runs commands over a desk, lets the data end, and holds the tables and the run in one go to the same. */
function holds(setup: DeskSetup, commands: Iterable<DeskCommand>, price: bigint): void {
  const first = { open: price, high: price, low: price, close: price, volume: 1_000n };
  const model = newModel(first);
  const desk = openDesk(setup, first);
  fc.modelRun(() => ({ model, real: desk }), commands);
  if (model.isStopped) return;
  const { records, isStopped } = desk.end();
  model.isStopped = isStopped;
  const ends = records.findIndex((record) => record.kind === "end" && record.reason === "end_of_data");
  const inBar = ends < 0 ? records.length : ends;
  takeBar(model, desk, records.slice(0, inBar));
  if (isStopped) return;
  takeEnd(model, records.slice(inBar));
  holdTables(model, desk);
  expect(desk.inOneGo().resultDigest).toBe(desk.result().resultDigest);
}

function holdTables({ orders: lives, position, next }: DeskModel, desk: OrderDesk): void {
  const { orders, portfolio } = desk.result().tables();
  const known = [...lives.values()].map(({ order, filled, state }) => `${order} ${filled} ${state}`);
  const told = [...orders.order].map((order, row) => {
    return `${order} ${orders.filled[row]} ${ORDER_STATES[orders.state[row] as number]}`;
  });
  expect(told).toEqual(known);
  expect(portfolio.exposureGross.at(-1)).toBe(absolute(position) * next.close);
}

describe("an order", () => {
  it("lives as the table of states says, whatever is asked and whatever the market does", () => {
    fc.assert(
      fc.property(arbitrarySetup(smallConfig), arbitraryCommands(SMALL), (setup, commands) => {
        holds(setup, commands, 25n);
      }),
      { numRuns: runsOf(24) },
    );
  });

  it("does so with numbers near their ends, until one leaves them", () => {
    fc.assert(
      fc.property(arbitrarySetup(largeConfig), arbitraryCommands(LARGE), (setup, commands) => {
        holds(setup, commands, 7n);
      }),
      { numRuns: runsOf(16) },
    );
  });
});
