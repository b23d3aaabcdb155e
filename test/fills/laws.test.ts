// Laws of execution, of the reference and of the kernel: what holds whatever the market and the orders.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { arbitraryCase } from "../../adapters/testing/arbitrary-orders.js";
import { auditRecord } from "../../adapters/testing/audit.js";
import { recordOfReference } from "../../adapters/testing/audit-record.js";
import type { FillEvent } from "../../adapters/testing/reference-event.js";
import type { ExecutionLaw, ExecutionModel } from "../../adapters/testing/laws.js";
import {
  cancelSparesNothing,
  cancelStopsFills,
  limitIsKept,
  mirrorLaw,
  prefixLaw,
  scaleLaw,
  strangersChangeNothing,
  totalIsKept,
} from "../../adapters/testing/laws.js";
import type { ExecutionCase } from "../../adapters/testing/mirror.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import { referenceRun } from "../../adapters/testing/reference.js";
import { runsOf } from "../model/arbitrary-case.js";
import { DAY_NS, FREE } from "./bar-case.js";
import { kernelModel } from "./kernel-orders.js";

/** Prices far from zero, so that a mirror and slippage have room. */
const PRICES = { prices: { min: 30, max: 41 } };
const ABOUT = 36n;
/** A run of the kernel costs more to set up than to make longer. */
const LONGER = { ...PRICES, rows: { min: 6, max: 12 } };

const reference: ExecutionModel = ({ instruments, given, tickets }) => referenceRun(instruments, given, tickets).events;

const LAWS: readonly (readonly [name: string, law: ExecutionLaw])[] = [
  ["keep their limits", limitIsKept],
  ["keep within what was asked for", totalIsKept],
  ["stop when they are cancelled", cancelStopsFills],
  ["are not spared by a cancel that comes inside their bar", cancelSparesNothing],
  ["are mirrored when the market and the orders are", mirrorLaw(ABOUT)],
  ["are as much larger as lots are", scaleLaw(3n)],
  ["do not depend on what comes later", prefixLaw(4n * DAY_NS)],
  ["do not depend on instruments without a tie", strangersChangeNothing],
];

/** The reference with each of its fills changed. */
function tampered(change: (fill: FillEvent, at: number) => Partial<FillEvent>): ExecutionModel {
  return (given) =>
    reference(given).map((event, at) => (event.kind === "fill" ? { ...event, ...change(event, at) } : event));
}

/** A model for each law that breaks it. */
const BROKEN: readonly (readonly [name: string, law: ExecutionLaw, model: ExecutionModel])[] = [
  [
    "a maker gets a tick more",
    limitIsKept,
    tampered(({ price, quantity }) => ({ price: quantity > 0n ? price - 1n : price + 1n })),
  ],
  [
    "a taker pays past its limit",
    limitIsKept,
    tampered(({ price, quantity }) => ({ price: quantity > 0n ? price + 2n : price - 2n })),
  ],
  ["fills are doubled", totalIsKept, tampered(({ quantity }) => ({ quantity: 2n * quantity }))],
  [
    "cancels are not heard",
    cancelStopsFills,
    (given) => reference({ ...given, tickets: given.tickets.filter(({ kind }) => kind !== "cancel") }),
  ],
  [
    "cancels are heard when they are sent",
    cancelSparesNothing,
    (given) => {
      const events = reference(given);
      const isSpared = ({ order, time }: FillEvent): boolean =>
        given.tickets.some(
          (ticket) =>
            ticket.kind === "cancel" &&
            ticket.time < time &&
            events.some((event) => event.kind === "order" && event.order === order && event.decision === ticket.of),
        );
      return events.filter((event) => event.kind !== "fill" || !isSpared(event));
    },
  ],
  [
    "only buys slip",
    mirrorLaw(ABOUT),
    tampered(({ price, quantity }) => ({ price: quantity > 0n ? price + 1n : price })),
  ],
  [
    "a fill is a unit too large",
    scaleLaw(3n),
    tampered(({ quantity }) => ({ quantity: quantity > 0n ? quantity + 1n : quantity - 1n })),
  ],
  [
    "the number of bars is known ahead",
    prefixLaw(4n * DAY_NS),
    (given) => tampered(({ price }) => ({ price: price + BigInt(given.instruments[0]?.bars.length ?? 0) }))(given),
  ],
  [
    "the number of instruments moves prices",
    strangersChangeNothing,
    (given) => tampered(({ price }) => ({ price: price + BigInt(given.instruments.length) }))(given),
  ],
];

describe("a law", () => {
  it.each(BROKEN)("fails where %s", (_, law, model) => {
    const cases = fc.sample(arbitraryCase(2, 5, PRICES), { numRuns: 300, seed: 1 });
    expect(cases.some((given) => law(model, given).length > 0)).toBe(true);
  });
});

describe("fills of the kernel", () => {
  it.each(LAWS)("%s", (_, law) => {
    fc.assert(
      fc.property(arbitraryCase(2, 12, LONGER), (given) => {
        expect(law(kernelModel, given)).toEqual([]);
      }),
      { numRuns: runsOf(8) },
    );
  });
});

describe("fills of the reference", () => {
  it("wait for the close of their own bar where a cancel comes at that of another instrument", () => {
    const bars = (symbol: string, days: bigint, lows: readonly bigint[]): ExecutionCase["instruments"][number] => ({
      facts: plainInstrument(symbol),
      intervalNs: days * DAY_NS,
      bars: lows.map((low, row) => {
        const time = BigInt(row + 1) * days * DAY_NS;
        return { time, open: 36n, high: 36n, low, close: 36n, volume: null };
      }),
    });
    const terms = { type: "limit", quantity: 1n, limit: 33n } as const;
    const fillsOf = (request: Pick<Ticket, "time"> & { readonly kind: "cancel" | "amend" }): readonly bigint[] => {
      const change = { limit: 34n };
      const tickets: readonly Ticket[] = [
        { kind: "order", id: 0, time: 2n * DAY_NS, instrument: 0, terms },
        { of: 0, instrument: 0, change, ...request },
      ];
      const flat = Array.from({ length: 6 }, () => 36n);
      const instruments = [bars("A", 2n, [36n, 36n, 30n]), bars("B", 1n, flat)];
      return reference({ instruments, given: FREE, tickets }).flatMap((event) =>
        event.kind === "fill" ? [event.price] : [],
      );
    };
    expect(fillsOf({ kind: "cancel", time: 5n * DAY_NS })).toEqual([33n]);
    expect(fillsOf({ kind: "cancel", time: 4n * DAY_NS })).toEqual([]);
    expect(fillsOf({ kind: "amend", time: 5n * DAY_NS })).toEqual([33n]);
    expect(fillsOf({ kind: "amend", time: 4n * DAY_NS })).toEqual([34n]);
  });

  it.each(LAWS)("%s", (_, law) => {
    fc.assert(
      fc.property(arbitraryCase(2, 5, PRICES), (given) => {
        expect(law(reference, given)).toEqual([]);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("pass the audit", () => {
    fc.assert(
      fc.property(arbitraryCase(2, 6), ({ instruments, given, tickets }) => {
        const result = referenceRun(instruments, given, tickets);
        expect(auditRecord(recordOfReference(instruments, given, result))).toEqual([]);
      }),
      { numRuns: runsOf(100) },
    );
  });
});
