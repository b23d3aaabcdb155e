// Replay of the kernel against the exact model: the same events in the same order, the same portfolio in every bucket.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { larger, smaller } from "../../adapters/testing/integers.js";
import { costless } from "../../adapters/testing/reference-market.js";
import type { ReferenceBar } from "../../adapters/testing/reference-market.js";
import { InputError } from "../../kernel/index.js";
import { extremeCase, runsOf, smallCase } from "./arbitrary-case.js";
import type { ReplayCase } from "./kernel-run.js";
import { eventsOf, kernelRun, modelRun, portfolioOf } from "./kernel-run.js";
import { reached } from "../rule-coverage.js";

const MINUTE_NS = 60_000_000_000n;

const PLAIN = costless(100n, null);

function barsAt(...rows: readonly (readonly [open: number, close: number])[]): readonly ReferenceBar[] {
  return rows.map(([open, close], row) => ({
    time: BigInt(row + 1) * MINUTE_NS,
    open: BigInt(open),
    high: larger(BigInt(open), BigInt(close)),
    low: smaller(BigInt(open), BigInt(close)),
    close: BigInt(close),
    volume: null,
  }));
}

function expectEqual(given: ReplayCase): void {
  const run = kernelRun(given);
  const model = modelRun(given, run);
  expect(eventsOf(run.log)).toEqual(model.events);
  expect(portfolioOf(run)).toEqual(model.portfolio);
}

describe("a replay beside its exact model", () => {
  it("buys at the next open what a share of equity comes to, and pays the fee", () => {
    const given: ReplayCase = {
      instruments: [
        {
          facts: plainInstrument("A"),
          interval: "1m",
          intervalNs: MINUTE_NS,
          bars: barsAt([10, 10], [9, 12], [11, 8]),
        },
      ],
      decisions: [{ kind: "targetPercent", instrument: 0, values: [0.5, 0.5, 0], when: null }],
      given: { ...PLAIN, feeTakerE9: 100_000_000n },
    };
    const events = eventsOf(kernelRun(given).log);
    expect(events.map((event) => event.kind)).toEqual(["deposit", "order", "fill", "order", "orderEnd"]);
    expect(events[2]).toMatchObject({ time: MINUTE_NS, price: 9n, quantity: 5n, cash: -45n, fee: 5n });
    expect(events[4]).toMatchObject({ leaves: -5n, reason: "end_of_data" });
    expectEqual(given);
  });

  it("gives the model's events for small markets under every assumption", () => {
    fc.assert(fc.property(smallCase, expectEqual), { numRuns: runsOf(80) });
    reached("C9", "B15");
  });

  it("stops where what an order needs with its fee passes 64 bits", () => {
    const given: ReplayCase = {
      instruments: [
        { facts: plainInstrument("A"), interval: "1m", intervalNs: MINUTE_NS, bars: barsAt([1, 1], [1, 1]) },
      ],
      decisions: [{ kind: "marketOrder", instrument: 0, values: [8.9e18, null], when: null }],
      given: { ...PLAIN, cash: 2n ** 63n - 1n, feeTakerE9: 100_000_000n },
    };
    expect(() => kernelRun(given)).toThrow("8900000000000000000 + 890000000000000000 (run/overflow)");
  });

  it("gives the model's events near the ends of 64 bits, or says what did not fit", () => {
    const equalOrOverflow = (given: ReplayCase): void => {
      try {
        expectEqual(given);
      } catch (cause) {
        if (!(cause instanceof InputError)) throw cause;
        if (cause.issues[0]?.code === "instrument/fact") return;
        expect(cause.issues.map((issue) => issue.code)).toEqual(["run/overflow"]);
        expect(cause.issues[0]?.received).toMatch(/^-?\d+ [-+x] -?\d+( \/ \d+)?$/);
      }
    };
    fc.assert(fc.property(extremeCase, equalOrOverflow), { numRuns: runsOf(60) });
  });
});
