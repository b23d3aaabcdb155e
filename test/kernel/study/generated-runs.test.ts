// Laws of what is read out of any run's log, over generated markets, orders and assumptions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryInstruments } from "../../../adapters/testing/arbitrary-bars.js";
import type { TapeInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { arbitraryExecution, arbitraryTickets } from "../../../adapters/testing/arbitrary-orders.js";
import { eventLines, ORDER_STATES, statementOf, tapesOf, tradesOf } from "../../../kernel/index.js";
import type { RunResult } from "../../../kernel/index.js";
import { kernelOrders, packed } from "../../fills/kernel-orders.js";
import type { PackedCase } from "../../fills/kernel-orders.js";
import { runsOf, smallCase } from "../../model/arbitrary-case.js";
import { kernelRun } from "../../model/kernel-run.js";

const MARKET = { prices: { min: 20, max: 31 }, quantityMax: 8 };
/** Instruments that share one run. */
const PACK = 5;

const orderCase: fc.Arbitrary<PackedCase> = arbitraryInstruments(1, MARKET).chain((instruments) =>
  arbitraryTickets(instruments, 4, { ...MARKET, children: true }).map((tickets) => ({
    instrument: instruments[0] as TapeInstrument,
    tickets,
  })),
);
const orderCases = fc.array(orderCase, { minLength: PACK, maxLength: PACK });

const FINAL: readonly string[] = ["filled", "canceled", "replaced", "rejected", "expired"];

function sum(column: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of column) total += value;
  return total;
}

/** What the log of any run must say. */
function expectSound(result: RunResult): void {
  const tables = result.tables();
  const { orders, fills, ambiguities } = tables;
  expect(statementOf(tables, tapesOf(result))?.difference ?? null).toEqual({ equity: 0n, cash: 0n });
  orders.state.forEach((code, row) => {
    const state = ORDER_STATES[code] as string;
    expect(FINAL, "nothing is open after the end of data").toContain(state);
    expect(state === "filled", "a reason is why it was not filled").toBe(orders.reason[row] === 0);
  });
  expect(sum(orders.filled)).toBe(sum(fills.quantity));
  const trades = tradesOf(tables, tapesOf(result));
  expect(sum(trades.map((one) => one.grossProfit))).toBe(sum(fills.realised));
  expect(sum(trades.map((one) => one.fees))).toBe(sum(fills.fee));
  for (const trade of trades)
    for (const row of trade.ambiguities) expect(ambiguities.instrument[row]).toBe(trade.instrument);
  expect([...eventLines(result.log, tables)].filter((line) => line.includes("unknown"))).toEqual([]);
}

describe("the log of any run", () => {
  it("ties out, and has an end for every order, with targets and market orders", () => {
    fc.assert(
      fc.property(smallCase, (given) => expectSound(kernelRun(given))),
      { numRuns: runsOf(40) },
    );
  });

  it("ties out, and has an end for every order, with orders of every type", () => {
    fc.assert(
      fc.property(orderCases, arbitraryExecution, (cases, given) => expectSound(kernelOrders(packed(cases, given)))),
      { numRuns: runsOf(40) },
    );
  });
});
