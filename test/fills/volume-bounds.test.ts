// Bounds where the volume of a bar may not fill what a closed form fills: exact up to there, two walks from there on,
// in the kernel and in the reference.

import { describe, expect, it } from "vitest";
import type { ReferenceAssumptions } from "../../adapters/testing/reference-market.js";
import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import { AMBIGUITY_KINDS } from "../../kernel/index.js";
import type { BarCase } from "./bar-case.js";
import { barResult, BAR_ROW, bracketOf, FREE, instrumentOf, mirrored, referenceOf, sent } from "./bar-case.js";
import { kernelOrders } from "./kernel-orders.js";

const ABOUT = 100n;
/** Reaches a stop at 96 and a target at 104, and ends beyond either. */
const BAR = { open: 100n, high: 120n, low: 95n, close: 119n };
const WORST: Partial<ReferenceAssumptions> = { path: "worst", participationE9: 1_000_000_000n };

/** What both say of the bar in question: how it is flagged, and what it brought. */
function verdictOf(given: BarCase): { readonly certainty: readonly string[]; readonly worth: bigint } {
  const reference = referenceOf(given, "worst", WORST);
  const certainty = reference.events.flatMap((event) => (event.kind === "ambiguity" ? [event.certainty] : []));
  const run = kernelOrders({ instruments: [given.instrument], tickets: given.tickets, given: { ...FREE, ...WORST } });
  const { ambiguities, portfolio } = run.tables();
  const names = { exact: "ambiguous", heuristic: "heuristic", "": "" };
  const kinds = Array.from(ambiguities.kind, (kind) => names[AMBIGUITY_KINDS[kind] ?? ""]);
  expect(kinds).toEqual(certainty);
  const worth = (portfolio.equity[BAR_ROW] ?? 0n) - FREE.cash;
  expect(worth).toBe(barResult(reference));
  return { certainty, worth };
}

/** The same for the other side. */
function verdictsOf(tickets: readonly Ticket[], volume: bigint): ReturnType<typeof verdictOf> {
  const plain = instrumentOf("A", BAR, 100n);
  const bars = plain.bars.map((bar, row) => ({ ...bar, volume: row === BAR_ROW ? volume : 1_000n }));
  const given = { instrument: { ...plain, bars }, tickets };
  const verdict = verdictOf(given);
  expect(verdictOf(mirrored(given, ABOUT))).toEqual(verdict);
  return verdict;
}

/** A position of 10 with two exits that rest: sent one close before the bar. */
function heldWith(stop: Partial<OrderTerms>, target: Partial<OrderTerms>, link: "oco" | "ouo" | null): Ticket[] {
  const group = link === null ? undefined : { id: 1, link };
  return [
    sent(0, 0, { type: "market", quantity: 10n }),
    sent(1, 1, { type: "stop", quantity: -10n, stop: 96n, ...stop }, group),
    sent(2, 1, { type: "limit", quantity: -10n, limit: 104n, ...target }, group),
  ];
}

const ONLY = { reduceOnly: true };

describe("the bounds of a position with a stop and a target", () => {
  it("are exact where the volume fills it whole, and two walks where it does not", () => {
    const tickets = heldWith(ONLY, ONLY, "ouo");
    expect(verdictsOf(tickets, 10n)).toEqual({ certainty: ["ambiguous"], worth: -40n });
    expect(verdictsOf(tickets, 9n)).toEqual({ certainty: ["heuristic"], worth: 9n * -4n + 19n });
  });

  it("are two walks where neither exit is the end of the other", () => {
    expect(verdictsOf(heldWith({}, {}, "oco"), 1_000n).certainty).toEqual(["ambiguous"]);
    expect(verdictsOf(heldWith({}, {}, null), 1_000n).certainty).toEqual(["heuristic"]);
    expect(verdictsOf(heldWith(ONLY, {}, null), 1_000n).certainty).toEqual(["heuristic"]);
  });

  it("are two walks where one fill ends an exit of another size: to be stopped in part may leave more", () => {
    const tickets = heldWith({ quantity: -4n }, {}, "oco");
    // The stop would leave 6 for a close beyond the target.
    expect(verdictsOf(tickets, 1_000n)).toEqual({ certainty: ["heuristic"], worth: 40n });
  });
});

describe("the bounds of an entry with a stop and a target", () => {
  const entry: OrderTerms = { type: "stop", quantity: 10n, stop: 102n, ...bracketOf(96n, 110n) };

  it("are exact where the volume fills it and its exit, and two walks where it does not", () => {
    expect(verdictsOf([sent(0, 1, entry)], 20n)).toEqual({ certainty: ["ambiguous"], worth: -60n });
    expect(verdictsOf([sent(0, 1, entry)], 19n)).toEqual({ certainty: ["heuristic"], worth: 9n * -6n + 17n });
  });

  it("are no question where the volume has nothing left for its exits", () => {
    const limited: OrderTerms = { type: "limit", quantity: 10n, limit: 98n, ...bracketOf(90n, 104n) };
    expect(verdictsOf([sent(0, 1, limited)], 10n)).toEqual({ certainty: [], worth: 210n });
  });
});
