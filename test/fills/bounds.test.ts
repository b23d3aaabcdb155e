// The reference's bounds: the closed forms of 2.1 and B9 as it walks them, and no tick path outside them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarOutcome } from "../../adapters/testing/closed-form.js";
import type { ReferenceAssumptions } from "../../adapters/testing/reference-market.js";
import type { PriceRange } from "../../adapters/testing/tick-path.js";
import { barShapes, randomTickPath } from "../../adapters/testing/tick-path.js";
import { barResult, BAR_ROW, mirrored, referenceOf } from "./bar-case.js";
import type { TableCase } from "./bound-cases.js";
import { anyCase, BASE, entryCases, heldCases, QUANTITY, TICK, trailingCases } from "./bound-cases.js";

/** Prices of a bar: five in the deep run; four otherwise, and every fourth bar that they make. */
const GRID = process.env["GOLDENTAPE_RUNS"] !== undefined ? 5 : 4;
const BARS = barShapes(GRID, BASE).filter((_, at) => GRID === 5 || at % 4 === 0);
/** Least cases of a table. */
const CASES_MIN = GRID === 5 ? 1_000 : 100;

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
  for (const bar of BARS) {
    for (const each of cases(bar)) {
      count++;
      expect(faultsOf(each)).toEqual([]);
    }
  }
  return count;
}

describe("the walks of the bounds", () => {
  it("come to the tables for a position with a stop and a target", () => {
    expect(compare(heldCases)).toBeGreaterThan(CASES_MIN);
  });

  it("come to the tables for a limit entry", () => {
    expect(compare((bar) => entryCases(bar, "limit"))).toBeGreaterThan(CASES_MIN);
  });

  it("come to the tables for a stop entry", () => {
    expect(compare((bar) => entryCases(bar, "stop"))).toBeGreaterThan(CASES_MIN);
  });

  it("come to the tables for a trailing stop", () => {
    expect(compare(trailingCases)).toBeGreaterThan(CASES_MIN);
  });
});

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
      numRuns: GRID === 5 ? 5_000 : 300,
    });
  });
});
