// Liquidation and funding: the kernel beside the reference, over generated markets in an account that is too small for
// what it holds (C5, C6).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TapeInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { arbitraryInstruments, plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { arbitraryTickets } from "../../adapters/testing/arbitrary-orders.js";
import type { ReferenceEvent } from "../../adapters/testing/reference-event.js";
import type { ReferenceAssumptions } from "../../adapters/testing/reference-market.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import { referenceRun } from "../../adapters/testing/reference.js";
import type { Dataset } from "../../kernel/index.js";
import { memoryFunding, runGraph } from "../../kernel/index.js";
import { engineFor, eventsOf, portfolioOf } from "../model/kernel-run.js";
import { runsOf } from "../model/arbitrary-case.js";
import { reached } from "../rule-coverage.js";
import { DAY_NS, FREE, sent } from "./bar-case.js";
import type { OrderCase } from "./kernel-orders.js";
import { configOfOrders, datasetOfOrders, eventsOfInstrument, graphOfOrders } from "./kernel-orders.js";

/** Prices that move by a third, ten times the equity at the most, and a tenth of the value to be kept. */
const MARKET = { prices: { min: 20, max: 31 }, rows: { min: 4, max: 9 }, quantityMax: 8 };
const SMALL: ReferenceAssumptions = { ...FREE, leverageE9: 10n * 10n ** 9n, maintenanceE9: 10n ** 8n };

const TYPES = ["market", "limit", "stop"] as const;

/** A position from the second bar on, whose size is near to what the account can hold. */
const entry: fc.Arbitrary<Ticket> = fc
  .tuple(fc.integer({ min: 6, max: 12 }), fc.boolean())
  .map(([size, isShort]) => sent(-1, 0, { type: "market", quantity: BigInt(isShort ? -size : size) }));

/** Halves of days that the bars take at the most. */
const HALF_DAYS = 60;

interface MarginCase extends OrderCase {
  readonly instruments: readonly TapeInstrument[];
}

/** Entries as they come, one instrument, one walk of each bar, and rates of up to a fifth a day. */
const marginCase: fc.Arbitrary<MarginCase> = arbitraryInstruments(1, MARKET).chain((instruments) =>
  fc.record({
    instruments: fc
      .array(fc.integer({ min: -20, max: 20 }), { minLength: HALF_DAYS, maxLength: HALF_DAYS })
      .map((percents) => instruments.map((each) => withFunding(each, percents))),
    tickets: fc
      .tuple(entry, arbitraryTickets(instruments, 4, { ...MARKET, children: false, types: TYPES }))
      .map(([first, others]) => [first, ...others]),
    given: fc
      .record({
        cash: fc.integer({ min: 25, max: 70 }).map(BigInt),
        path: fc.constantFrom(...(["worst", "best", "ohlc", "olhc", "nearest", "colour"] as const)),
        participationE9: fc.constantFrom(null, 10n ** 9n),
      })
      .map((drawn): ReferenceAssumptions => ({ ...SMALL, ...drawn })),
  }),
);

/** A perpetual with a rate in hundredths at each half of a day. */
function withFunding(each: TapeInstrument, percents: readonly number[]): TapeInstrument {
  const funding = percents.map((percent, half) => ({
    time: (BigInt(half) * DAY_NS) / 2n,
    rateE12: BigInt(percent) * 10n ** 10n,
  }));
  return { ...each, facts: plainInstrument("A", { assetClass: "crypto-perpetual" }), funding };
}

function datasetOf(given: MarginCase): Dataset {
  const funding = given.instruments.map(({ facts, funding: rows = [] }) => {
    const time = BigInt64Array.from(rows, (row) => row.time);
    return memoryFunding(facts, { time, rate: BigInt64Array.from(rows, ({ rateE12 }) => rateE12), markPrice: null });
  });
  return { ...datasetOfOrders(given), funding };
}

/** Funding that moved money. */
function paid(events: readonly ReferenceEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "funding" && event.amount !== 0n ? [`${event.time} ${event.amount}`] : [],
  );
}

describe("an account that is too small for what it holds", () => {
  it("is liquidated and pays funding in the kernel as in the reference", () => {
    const seen = { liquidations: 0, payments: 0 };
    const holds = (given: MarginCase): void => {
      // Orders of one time are sent as the plan numbers them, which a case of distinct times does not show.
      const once = given.tickets.filter(
        ({ time }, at) => given.tickets.findIndex((other) => other.time === time) === at,
      );
      const tickets = once.filter((ticket): ticket is Extract<Ticket, { kind: "order" }> => ticket.kind === "order");
      if (tickets.length === 0) return;
      const whole = { ...given, tickets };
      const config = { ...configOfOrders(whole), path: given.given.path };
      const run = runGraph(engineFor(), graphOfOrders(whole), datasetOf(whole), config as never);
      const expected = referenceRun(given.instruments, given.given, tickets);
      const events = eventsOf(run.log);
      expect(eventsOfInstrument(events, 0)).toEqual(eventsOfInstrument(expected.events, 0));
      expect(paid(events)).toEqual(paid(expected.events));
      expect(portfolioOf(run)).toEqual(expected.portfolio);
      if (expected.rules.has("C5")) seen.liquidations++;
      seen.payments += paid(events).length;
    };
    fc.assert(fc.property(marginCase, holds), { numRuns: runsOf(30) });
    expect(Math.min(seen.liquidations, seen.payments)).toBeGreaterThan(3);
    reached("C5", "C6");
  });
});
