// The auditor: silent about runs that keep the laws, and loud about each record that was tampered with.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { auditRecord, auditRun } from "../../adapters/testing/audit.js";
import type { AuditedFill, AuditRecord } from "../../adapters/testing/audit-record.js";
import { recordOfReference } from "../../adapters/testing/audit-record.js";
import { referenceRun } from "../../adapters/testing/reference.js";
import type { ReferenceAssumptions, ReferenceBar } from "../../adapters/testing/reference-market.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import { kernelRun } from "../model/kernel-run.js";
import { FREE, DAY_NS, sent } from "./bar-case.js";

const bar = (row: number, price: bigint): ReferenceBar => ({
  time: BigInt(row + 1) * DAY_NS,
  open: price,
  high: price + 2n,
  low: price - 2n,
  close: price + 1n,
  volume: 40n,
});

const INSTRUMENTS = [
  {
    facts: plainInstrument("A", { tick: 1n, lot: 2n }),
    interval: "1d",
    intervalNs: DAY_NS,
    bars: [bar(0, 20n), bar(1, 22n), bar(2, 24n), bar(3, 21n), bar(4, 26n)],
  },
];
const GIVEN: ReferenceAssumptions = {
  ...FREE,
  cash: 1_000n,
  leverageE9: null,
  feeTakerE9: 10_000_000n,
  participationE9: 100_000_000n,
};

/** A cash account that buys 4, and sells them two bars on. */
function fair(): AuditRecord {
  const tickets = [sent(0, 0, { type: "market", quantity: 4n }), sent(1, 2, { type: "market", quantity: -4n })];
  return recordOfReference(INSTRUMENTS, GIVEN, referenceRun(INSTRUMENTS, GIVEN, tickets));
}

function withFill(at: number, change: (fill: AuditedFill) => Partial<AuditedFill>): AuditRecord {
  const record = fair();
  const fills = record.fills.map((fill, index) => (index === at ? { ...fill, ...change(fill) } : fill));
  return { ...record, fills };
}

type Tampered = readonly [name: string, record: AuditRecord, rule: string, text: RegExp];

const first = fair().orders[0] ?? { order: 0, instrument: 0, time: 0n, quantity: 0n, isReleased: false };
const TAMPERED: readonly Tampered[] = [
  ["a fill ahead of its order's acceptance", withFill(0, () => ({ time: 1n })), "G3", /before its acceptance/],
  ["a fill on the other side", withFill(0, ({ quantity }) => ({ quantity: -quantity })), "G10", /order's side/],
  ["a fill of nobody's order", withFill(0, () => ({ order: 99 })), "G10", /was accepted/],
  [
    "a fill after the end of its order",
    { ...fair(), ends: [{ ...first, time: 0n, reason: "canceled" }] },
    "D1",
    /after its end/,
  ],
  [
    "two ends of one order",
    { ...fair(), ends: [1n, 2n].map((time) => ({ ...first, time: time * DAY_NS, reason: "canceled" })) },
    "G10",
    /ends once/,
  ],
  ["a price below the bar's low", withFill(0, () => ({ price: 19n })), "B7", /better than any price/],
  ["a sale above the bar's high", withFill(1, () => ({ price: 30n })), "B7", /better than any price/],
  ["half a lot", withFill(0, () => ({ quantity: 3n })), "S2", /off the lot/],
  ["more than the share of the volume", withFill(0, () => ({ quantity: 6n })), "B11", /more than the share/],
  ["a fill where there is no bar", withFill(1, () => ({ time: 99n * DAY_NS })), "B15", /there is a bar/],
  ["a profit that cash does not show", withFill(1, () => ({ realised: 0n })), "G10", /flat after cash/],
  [
    "a balance that movements do not add up to",
    { ...fair(), movements: fair().movements.map((each, at) => (at === 1 ? { ...each, balance: 7n } : each)) },
    "G10",
    /balance 7/,
  ],
  [
    "cash that was never there",
    { ...fair(), movements: fair().movements.map((each, at) => (at === 1 ? { ...each, amount: -2_000n } : each)) },
    "S2",
    /bought down to/,
  ],
  [
    "a short position in a cash account",
    { ...fair(), movements: fair().movements.map((each) => ({ ...each, quantity: -each.quantity })) },
    "C9",
    /cash account holds -4/,
  ],
  [
    "equity out of nothing",
    { ...fair(), portfolio: fair().portfolio.map((row, at) => (at === 2 ? { ...row, equity: row.equity + 1n } : row)) },
    "G10",
    /no state of the ledger/,
  ],
];

describe("the audit", () => {
  it("finds nothing in a run that keeps the laws", () => {
    expect(auditRecord(fair())).toEqual([]);
    fc.assert(
      fc.property(smallCase, (given) => {
        expect(auditRun(kernelRun(given))).toEqual([]);
      }),
      { numRuns: runsOf(50) },
    );
  });

  it.each(TAMPERED)("finds %s", (_, record, rule, text) => {
    expect(auditRecord(record)).toContainEqual(
      expect.objectContaining({ rule, text: expect.stringMatching(text) as string }),
    );
  });
});
