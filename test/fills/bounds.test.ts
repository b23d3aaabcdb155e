// The reference's bounds: the closed forms of 2.1 and B9 as it walks them, and no tick path outside them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarOutcome, OutcomeBounds } from "../../adapters/testing/closed-form.js";
import { heldBounds, limitEntryBounds, stopEntryBounds, trailingBounds } from "../../adapters/testing/closed-form.js";
import type { ReferenceAssumptions } from "../../adapters/testing/reference-market.js";
import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import type { PriceRange } from "../../adapters/testing/tick-path.js";
import { barShapes, randomTickPath } from "../../adapters/testing/tick-path.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { BarCase } from "./bar-case.js";
import { barResult, BAR_ROW, bracketOf, CLOSE_ALL, instrumentOf, mirrored, referenceOf, sent } from "./bar-case.js";

const TICK = 1n;
const BASE = 20n;
const QUANTITY = 2n;

/** A case with the result that the tables give it, and the price at which its position is opened. */
interface TableCase {
  readonly text: string;
  readonly given: BarCase;
  readonly bar: PriceRange;
  readonly paid: bigint;
  readonly bounds: OutcomeBounds;
}

function* heldCases(bar: PriceRange): Generator<TableCase> {
  for (let stop = BASE - 1n; stop < BASE + 5n; stop++) {
    for (let target = stop + 1n; target < BASE + 6n; target++) {
      // Children that rest through a bar between them.
      if (target < stop + 2n) continue;
      const paid = stop + 1n;
      const terms: OrderTerms = { type: "market", quantity: QUANTITY, ...bracketOf(stop, target) };
      const given = { instrument: instrumentOf("A", bar, paid), tickets: [sent(0, 0, terms)] };
      yield { text: `held ${stop} ${target}`, given, bar, paid, bounds: heldBounds(bar, { stop, target }, TICK) };
    }
  }
}

function* entryCases(bar: PriceRange, type: "limit" | "stop"): Generator<TableCase> {
  for (let entry = BASE; entry < BASE + 5n; entry++) {
    if (type === "limit" ? entry > bar.open : entry <= bar.open) continue;
    for (const stop of [null, entry - 3n, entry - 2n, entry - 1n]) {
      for (const target of [null, entry + 1n, entry + 2n]) {
        const children = bracketOf(stop, target);
        const price = type === "limit" ? { limit: entry } : { stop: entry };
        const terms: OrderTerms = { type, quantity: QUANTITY, ...price, ...children };
        // Sent at the close before the bar, where neither is in the market.
        const before = type === "limit" ? entry + 1n : entry - 1n;
        const given = { instrument: instrumentOf("A", bar, before), tickets: [sent(0, 0, terms)] };
        const table = type === "limit" ? limitEntryBounds : stopEntryBounds;
        const bounds = table(bar, entry, { stop, target }, TICK);
        yield { text: `${type} ${entry} ${stop} ${target}`, given, bar, paid: entry, bounds };
      }
    }
  }
}

function* trailingCases(bar: PriceRange): Generator<TableCase> {
  for (let paid = BASE - 1n; paid < BASE + 6n; paid++) {
    for (let offset = 1n; offset < 5n; offset++) {
      const trail = { kind: "amount", amount: offset } as const;
      const child: OrderTerms = { type: "trailingStop", quantity: CLOSE_ALL, trail, reduceOnly: true };
      const children = { release: "partial", link: null, terms: [child] } as const;
      const terms: OrderTerms = { type: "market", quantity: QUANTITY, children };
      const given = { instrument: instrumentOf("A", bar, paid), tickets: [sent(0, 0, terms)] };
      const bounds = trailingBounds(bar, paid - offset, offset);
      yield { text: `trailing from ${paid} by ${offset}`, given, bar, paid, bounds };
    }
  }
}

function tableResult({ bar, paid }: TableCase, outcome: BarOutcome): bigint {
  if (outcome === "no entry") return 0n;
  return QUANTITY * ((outcome === "hold" ? bar.close : outcome.exit) - paid);
}

/** Holds the reference to a table, for the case and for its mirror. */
function faultsOf(each: TableCase): readonly string[] {
  const { given, bounds, bar, text } = each;
  const faults: string[] = [];
  for (const side of ["long", "short"]) {
    const shown = side === "long" ? given : mirrored(given, BASE);
    for (const bound of ["worst", "best"] as const) {
      const result = referenceOf(shown, bound);
      const expected = tableResult(each, bounds[bound]);
      const isFlagged = result.events.some((event) => event.kind === "ambiguity" && event.certainty === "ambiguous");
      const isApart = tableResult(each, bounds.worst) !== tableResult(each, bounds.best);
      const where = `${side} ${bound}, O ${bar.open} H ${bar.high} L ${bar.low} C ${bar.close}, ${text}`;
      if (barResult(result) !== expected) faults.push(`${where}: ${barResult(result)}, by the table ${expected}`);
      if (isApart && !isFlagged) faults.push(`${where}: not flagged`);
    }
  }
  return faults;
}

function compare(cases: (bar: PriceRange) => Iterable<TableCase>): number {
  let count = 0;
  for (const bar of barShapes(5, BASE)) {
    for (const each of cases(bar)) {
      count++;
      expect(faultsOf(each)).toEqual([]);
    }
  }
  return count;
}

describe("the walks of the bounds", () => {
  it("come to the tables for a position with a stop and a target", () => {
    expect(compare(heldCases)).toBeGreaterThan(1_000);
  });

  it("come to the tables for a limit entry", () => {
    expect(compare((bar) => entryCases(bar, "limit"))).toBeGreaterThan(1_000);
  });

  it("come to the tables for a stop entry", () => {
    expect(compare((bar) => entryCases(bar, "stop"))).toBeGreaterThan(1_000);
  });

  it("come to the tables for a trailing stop", () => {
    expect(compare(trailingCases)).toBeGreaterThan(1_000);
  });
});

const shapes = barShapes(6, BASE);
const anyCase: fc.Arbitrary<TableCase> = fc
  .tuple(fc.constantFrom(...shapes), fc.constantFrom("held", "limit", "stop", "trailing"), fc.nat())
  .filter(([bar, kind]) => casesOf(bar, kind).length > 0)
  .map(([bar, kind, pick]) => {
    const cases = casesOf(bar, kind);
    return cases[pick % cases.length] as TableCase;
  });

function casesOf(bar: PriceRange, kind: string): readonly TableCase[] {
  if (kind === "held") return [...heldCases(bar)];
  if (kind === "trailing") return [...trailingCases(bar)];
  return [...entryCases(bar, kind === "limit" ? "limit" : "stop")];
}

/** The bounds are exact before slippage and fees; what a limit takes to fill moves with them. */
const changes: fc.Arbitrary<Partial<ReferenceAssumptions>> = fc.record({ limitTicks: fc.constantFrom(0n, 1n, 1n, 2n) });

describe("no tick path", () => {
  it("is worse than the worst, or better than the best", () => {
    const law = ({ given, bar }: TableCase, isShort: boolean, changed: Partial<ReferenceAssumptions>, seed: number) => {
      const shown = isShort ? mirrored(given, BASE) : given;
      let at = seed;
      const choose = (count: number): number => {
        at = (Math.imul(at, 1_103_515_245) + 12_345) >>> 0;
        return (at >>> 8) % count;
      };
      const range = shown.instrument.bars[BAR_ROW] ?? bar;
      const ticks = randomTickPath(range, TICK, choose);
      const pathOf = (_: number, row: number) => (row === BAR_ROW ? ticks : []);
      const result = barResult(referenceOf(shown, "given", { ...changed, pathOf }));
      expect(barResult(referenceOf(shown, "worst", changed))).toBeLessThanOrEqual(result);
      expect(barResult(referenceOf(shown, "best", changed))).toBeGreaterThanOrEqual(result);
    };
    fc.assert(fc.property(anyCase, fc.boolean(), changes, fc.nat({ max: 2 ** 31 }), law), {
      numRuns: runsOf(1_000) * 5,
    });
  });
});
