// Adjustment factors read as splits and dividends.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corporateActions, memoryActions, VOLUME_UNKNOWN } from "../../../kernel/index.js";
import type { CorporateAction } from "../../../kernel/index.js";
import { share } from "../run/small-tapes.js";
import { issueLinesOf } from "../graph/issues-of.js";

type Row = readonly [time: number, priceFactor: number, splitFactor: number, reference: number | null];

/** Actions of rows: times in ns, factors as decimals, reference prices in cents. */
function actionsOf(...rows: readonly Row[]): readonly CorporateAction[] {
  const factor = (value: number): bigint => BigInt(Math.round(value * 1e9)) * 1000n;
  const column = (pick: (row: Row) => bigint): BigInt64Array => BigInt64Array.from(rows, pick);
  const tape = memoryActions(share("S"), {
    time: column(([time]) => BigInt(time)),
    priceFactor: column(([, price]) => factor(price)),
    splitFactor: column(([, , split]) => factor(split)),
    referencePrice: column(([, , , reference]) => (reference === null ? VOLUME_UNKNOWN : BigInt(reference))),
  });
  return corporateActions(tape);
}

describe("corporateActions", () => {
  it("reads Apple's dividends and its split of four to one from LEAN's factors", () => {
    // The last rows of LEAN's Data/equity/usa/factor_files/aapl.csv, 20200806 to 20501231.
    const actions = actionsOf(
      [20_200_806, 0.9949942, 0.25, 45_561],
      [20_200_828, 0.9967882, 0.25, 49_923],
      [20_201_105, 0.9967882, 1, 11_903],
      [20_210_204, 0.9985079, 1, 13_739],
      [20_501_231, 1, 1, 0],
    );
    expect(actions).toEqual([
      { kind: "dividend", timeNs: 20_200_807n, amountE9: 82_000_000_000n },
      { kind: "split", timeNs: 20_200_829n, newUnits: 4n, oldUnits: 1n },
      { kind: "dividend", timeNs: 20_201_106n, amountE9: 20_500_000_000n },
      { kind: "dividend", timeNs: 20_210_205n, amountE9: 20_500_000_000n },
    ]);
  });

  it("finds Apple's split of seven to one in 0.0357143 and 0.25", () => {
    expect(actionsOf([1, 1, 0.0357143, null], [2, 1, 0.25, null], [3, 1, 1, null])).toEqual([
      { kind: "split", timeNs: 2n, newUnits: 7n, oldUnits: 1n },
      { kind: "split", timeNs: 3n, newUnits: 4n, oldUnits: 1n },
    ]);
  });

  it("pays a dividend before a split of the same time, and takes factors of one after the last row", () => {
    expect(actionsOf([5, 0.98, 2, 5000])).toEqual([
      { kind: "dividend", timeNs: 6n, amountE9: 100n * 1_000_000_000n },
      { kind: "split", timeNs: 6n, newUnits: 1n, oldUnits: 2n },
    ]);
  });

  it("sees nothing where factors stay", () => {
    expect(actionsOf([1, 0.9, 0.5, 100], [2, 0.9, 0.5, 100], [3, 1, 1, 100])).toEqual([
      { kind: "dividend", timeNs: 3n, amountE9: 10n * 1_000_000_000n },
      { kind: "split", timeNs: 3n, newUnits: 2n, oldUnits: 1n },
    ]);
    expect(actionsOf([1, 1, 1, null])).toEqual([]);
    expect(actionsOf()).toEqual([]);
  });

  it("refuses a dividend of which nothing says how much it is", () => {
    expect(issueLinesOf(() => actionsOf([1, 0.9, 1, null]))).toEqual(["tape/schema dataset.S.actions"]);
  });

  it("finds every common split in factors of six decimals", () => {
    const units = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(units, units, (newUnits, oldUnits) => {
        fc.pre(newUnits !== oldUnits);
        const common = gcd(newUnits, oldUnits);
        const split = { newUnits: BigInt(newUnits / common), oldUnits: BigInt(oldUnits / common) };
        const published = Math.round((oldUnits / newUnits) * 1e6) / 1e6;
        expect(actionsOf([1, 1, published, null])).toEqual([{ kind: "split", timeNs: 2n, ...split }]);
      }),
    );
  });
});

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
