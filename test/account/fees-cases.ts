// Fees by tables: tiers, bounds, several components and dates, by hand and against an exact model.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { divCeil } from "../../adapters/testing/integers.js";
import type { FeeConfig, RunConfig } from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { Books, COMPILE_MS, compileBooks } from "./books.js";
import { reached } from "../rule-coverage.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBooks();
}, COMPILE_MS);

function open(fees: RunConfig["fees"]): Books {
  return new Books(module, { cash: "1000000", fees, instruments: [{ symbol: "A" }] });
}

interface Part {
  readonly value: bigint;
  readonly quantity?: bigint;
  readonly maker?: boolean;
}

/** Fees of the fills of one order, each as it was charged. */
function charged(books: Books, slot: number, parts: readonly Part[]): bigint[] {
  return parts.map(({ value, quantity = 1n, maker = false }) => {
    const order = books.order(slot);
    const taken = maker ? 1 : 0;
    const fee = books.exports.feeOfNextFill(order, books.facts(0), value, quantity, taken);
    books.exports.chargeFee(order, books.facts(0), value, quantity, taken, fee);
    return fee;
  });
}

describe("fees", () => {
  it("are a maker's and a taker's share, rounded up", () => {
    const books = open({ taker: "0.001", maker: "-0.0001" });
    expect(charged(books, 0, [{ value: 10_001n }, { value: 10_001n, maker: true }])).toEqual([11n, -1n]);
  });

  it("are by unit, at least the minimum, at most a share of the value", () => {
    // 0.005 a share, at least 1.00, at most 1 % of the value.
    const fees = { taker: 0, perUnit: "0.005", minimum: 1, maximumShare: "0.01" };
    expect(charged(open(fees), 0, [{ value: 500_000n, quantity: 100n }])).toEqual([100n]);
    expect(charged(open(fees), 0, [{ value: 500_000n, quantity: 1000n }])).toEqual([500n]);
    expect(charged(open(fees), 0, [{ value: 2000n, quantity: 1000n }])).toEqual([20n]);
    // An order in two fills pays its minimum once.
    const parts = [
      { value: 50_000n, quantity: 100n },
      { value: 50_000n, quantity: 140n },
    ];
    expect(charged(open(fees), 0, parts)).toEqual([100n, 20n]);
  });

  it("stop at the largest fee of an order", () => {
    const parts = [{ value: 100_000n }, { value: 100_000n }, { value: 100_000n }];
    expect(charged(open({ taker: "0.01", maximum: "15.00" }), 0, parts)).toEqual([1000n, 500n, 0n]);
  });

  it("go by tiers of the order's own value, each on its part", () => {
    // 1 % up to 100.00, 0.5 % up to 300.00, 0.1 % above.
    const levels = [
      { above: 100, taker: "0.005" },
      { above: 300, taker: "0.001" },
    ];
    const fees: FeeConfig = { taker: "0.01", tiers: { by: "notional", levels } };
    expect(charged(open(fees), 0, [{ value: 50_000n }])).toEqual([100n + 100n + 20n]);
    expect(charged(open(fees), 0, [{ value: 15_000n }, { value: 35_000n }])).toEqual([125n, 75n + 20n]);
  });

  it("go by the volume of the thirty days before, from the next day on", () => {
    const levels = [{ above: 1000, taker: "0.005" }];
    const books = open({ taker: "0.01", tiers: { by: "volume", levels } });
    const day = (count: bigint): bigint => count * 86_400_000_000_000n;
    books.passTo(day(10n) + 1n);
    expect(charged(books, 0, [{ value: 99_999n }])).toEqual([1000n]);
    books.passTo(day(11n));
    expect(charged(books, 1, [{ value: 1000n }])).toEqual([10n]);
    books.passTo(day(12n) + 5n);
    expect(charged(books, 2, [{ value: 1000n }])).toEqual([5n]);
    // The first day counts in the thirty days after it, the 11th to the 40th, and no longer on the 41st.
    books.passTo(day(40n) + 5n);
    expect(charged(books, 3, [{ value: 1000n }])).toEqual([5n]);
    books.passTo(day(41n) + 5n);
    expect(charged(books, 4, [{ value: 1000n }])).toEqual([10n]);
  });

  it("add up from several components, of which the first may have a minimum", () => {
    const fees = { taker: "0.001", minimum: "2.00", also: [{ taker: "0.0001" }, { taker: 0, perUnit: "0.01" }] };
    expect(charged(open(fees), 0, [{ value: 100_000n, quantity: 3n }])).toEqual([200n + 10n + 3n]);
    const parts = [{ value: 100_000n }, { value: 200_000n }];
    expect(charged(open(fees), 0, parts)).toEqual([200n + 10n + 1n, 100n + 20n + 1n]);
  });

  it("change at their dates", () => {
    const books = open([
      { taker: "0.01" },
      { from: "1970-01-03", taker: "0.02" },
      { from: "1970-01-05T12:00:00Z", taker: 0 },
    ]);
    const at = (hours: bigint): bigint[] => {
      books.passTo(hours * 3_600_000_000_000n);
      return charged(books, 0, [{ value: 1000n }]);
    };
    expect(at(47n)).toEqual([10n]);
    expect(at(48n)).toEqual([20n]);
    expect(at(108n)).toEqual([0n]);
  });

  it("limit what can be bought, whatever the model", () => {
    const books = open({ taker: "0.01", maximum: "5.00", also: [{ taker: 0, perUnit: "0.10" }] });
    // 100 at 10.00: 1,000.00 of value, 5.00 at the most and 10.00 by unit.
    const afford = (power: bigint): bigint => books.exports.affordable(books.facts(0), 1, 1000n, 200n, power, 0);
    expect(afford(101_500n)).toBe(100n);
    expect(afford(101_499n)).toBe(99n);
  });
});

describe("fees, law", () => {
  const rate = fc.integer({ min: 0, max: 300 }).map((thousandths) => BigInt(thousandths) * 1_000_000n);
  const shape = fc.record({
    taker: rate,
    tiers: fc
      .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 })
      .chain((above) =>
        fc.tuple(
          ...[...above]
            .sort((a, b) => a - b)
            .map((from) => fc.record({ above: fc.constant(BigInt(from)), taker: rate })),
        ),
      ),
    minimum: fc.bigInt({ min: 0n, max: 6n }),
    room: fc.option(fc.bigInt({ min: 0n, max: 9n })),
    share: fc.option(rate.filter((each) => each > 0n)),
    values: fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: 1, maxLength: 4 }),
  });

  it("charge an order what the table gives for all of its fills, part by part", () => {
    const law = ({
      taker,
      tiers,
      minimum,
      room,
      share,
      values,
    }: typeof shape extends fc.Arbitrary<infer T> ? T : never): void => {
      const text = (mantissa: bigint): string => (Number(mantissa) / 1e9).toFixed(9);
      const cents = (mantissa: bigint): string => (Number(mantissa) / 100).toFixed(2);
      const levels = tiers.map((tier) => ({ above: cents(tier.above), taker: text(tier.taker) }));
      const fees: FeeConfig = {
        taker: text(taker),
        minimum: cents(minimum),
        ...(levels.length === 0 ? {} : { tiers: { by: "notional" as const, levels } }),
        ...(room === null ? {} : { maximum: cents(minimum + room) }),
        ...(share === null ? {} : { maximumShare: text(share) }),
      };
      const books = open(fees);
      const bounds = [{ above: 0n, taker }, ...tiers];
      let before = 0n;
      let exact = 0n;
      let paid = 0n;
      for (const value of values) {
        for (const [i, tier] of bounds.entries()) {
          const end = bounds[i + 1]?.above ?? 10n ** 12n;
          const from = before > tier.above ? before : tier.above;
          const to = before + value < end ? before + value : end;
          if (to > from) exact += divCeil((to - from) * tier.taker, 10n ** 9n);
        }
        before += value;
        let due = exact > minimum ? exact : minimum;
        if (room !== null && due > minimum + room) due = minimum + room;
        if (share !== null && due > divCeil(before * share, 10n ** 9n)) due = divCeil(before * share, 10n ** 9n);
        expect(charged(books, 0, [{ value }])).toEqual([due - paid]);
        paid = due;
      }
    };
    fc.assert(fc.property(shape, law), { numRuns: runsOf(40) });
    reached("C7");
  });
});
