// The router against every way to split a small order, and its laws on larger ones.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Route } from "../../../adapters/execution/route/router.js";
import { routeOrder } from "../../../adapters/execution/route/router.js";
import type { RouteCase, VenueQuote } from "../../../adapters/execution/route/venue-quote.js";
import { legCost, levelsWithin, takes } from "../../../adapters/execution/route/venue-quote.js";
import type { Side } from "../../../adapters/execution/schema/field.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";

const INSTRUMENT = plainInstrument("BTC/EUR", {
  assetClass: "crypto-spot",
  currency: { code: "EUR", decimals: 2 },
  priceDecimals: 2,
});
const BUY: RouteCase = { side: "buy", quantity: 10n, limit: null, instrument: INSTRUMENT, latencyRate: 0n };

function quote(venue: string, levels: readonly (readonly [bigint, bigint])[], terms: Partial<VenueQuote> = {}) {
  const shown = levels.map(([price, quantity]) => ({ price, quantity }));
  const plain = { feeRate: 0n, feeMin: 0n, latencyNs: 0n, lot: 1n, quantityMin: 0n, notionalMin: 0n };
  return { venue, levels: shown, ...plain, ...terms };
}

const legsOf = ({ legs }: Route) => legs.map(({ venue, quantity }) => `${venue} ${quantity}`);

describe("a route", () => {
  it("takes the best prices shown, wherever they are", () => {
    const quotes = [
      quote("a", [
        [100n, 4n],
        [103n, 9n],
      ]),
      quote("b", [
        [101n, 3n],
        [102n, 9n],
      ]),
    ];
    const route = routeOrder(BUY, quotes);
    expect(legsOf(route)).toEqual(["a 4", "b 6"]);
    expect(route).toMatchObject({ left: 0n, cost: 4n * 100n + 3n * 101n + 3n * 102n });
  });

  it("weighs fees against prices", () => {
    const [cheap, plain] = [quote("a", [[10_000n, 10n]]), quote("b", [[10_010n, 10n]])];
    const legsFor = (feeRate: bigint) => legsOf(routeOrder(BUY, [{ ...cheap, feeRate }, plain]));
    expect([1_100_000n, 1_000_000n, 999_000n].map(legsFor)).toEqual([["b 10"], ["a 10"], ["a 10"]]);
  });

  it("weighs latency against prices, and sells to who pays most after both", () => {
    const slow = quote("a", [[10_010n, 10n]], { latencyNs: 1_000_000_000n });
    const fast = quote("b", [[10_000n, 10n]]);
    const sell: RouteCase = { ...BUY, side: "sell" };
    expect(legsOf(routeOrder({ ...sell, latencyRate: 998_000n }, [slow, fast]))).toEqual(["a 10"]);
    expect(legsOf(routeOrder({ ...sell, latencyRate: 1_100_000n }, [slow, fast]))).toEqual(["b 10"]);
    expect(routeOrder({ ...sell, latencyRate: 0n }, [slow, fast]).cost).toBe(-100_100n);
    const rich = [quote("a", [[10_010n, 5_000n]], { feeRate: 2_000_000n }), quote("b", [[10_000n, 8_000n]])];
    expect(legsOf(routeOrder({ ...sell, quantity: 10_000n }, rich))).toEqual(["a 2000", "b 8000"]);
  });

  it("does not split where two least fees cost more than the better price gives", () => {
    const quotes = [quote("a", [[100n, 5n]], { feeMin: 20n }), quote("b", [[101n, 10n]], { feeMin: 20n })];
    expect(legsOf(routeOrder(BUY, quotes))).toEqual(["b 10"]);
    const cheap = quotes.map((one) => ({ ...one, feeMin: 4n }));
    expect(legsOf(routeOrder(BUY, cheap))).toEqual(["a 5", "b 5"]);
  });

  it("leaves a venue out that would get less than it takes, and fills whole lots", () => {
    const quotes = [quote("a", [[100n, 3n]], { quantityMin: 4n }), quote("b", [[101n, 20n]])];
    expect(legsOf(routeOrder(BUY, quotes))).toEqual(["b 10"]);
    const other = quote("b", [[101n, 20n]]);
    const legsFor = (notionalMin: bigint) =>
      legsOf(routeOrder(BUY, [quote("a", [[100n, 3n]], { notionalMin }), other]));
    expect([legsFor(301n), legsFor(300n)]).toEqual([["b 10"], ["a 3", "b 7"]]);
    const lots = [quote("a", [[100n, 9n]], { lot: 3n }), quote("b", [[101n, 4n]], { lot: 2n })];
    expect(legsOf(routeOrder(BUY, lots))).toEqual(["a 6", "b 4"]);
    const alone = routeOrder(BUY, [quote("a", [[100n, 8n]], { lot: 3n })]);
    expect([legsOf(alone), alone.left]).toEqual([["a 6"], 4n]);
  });

  it("keeps to the limit and says what is left, or sends it to rest at the best venue", () => {
    const quotes = [
      quote("a", [
        [100n, 4n],
        [102n, 9n],
      ]),
      quote("b", [[101n, 3n]], { feeRate: 1_000_000n }),
    ];
    const given = { ...BUY, limit: 101n };
    expect(routeOrder(given, quotes)).toMatchObject({ left: 3n });
    const sent = routeOrder(given, quotes, { beyond: "send" });
    expect(sent.legs.map(({ venue, quantity, beyond }) => [venue, quantity, beyond])).toEqual([
      ["a", 7n, 3n],
      ["b", 3n, 0n],
    ]);
    expect(routeOrder({ ...BUY, limit: 99n }, quotes)).toEqual({ legs: [], left: 10n, cost: 0n });
  });

  it("keeps whole what may not be split", () => {
    const quotes = [quote("a", [[100n, 9n]]), quote("b", [[105n, 10n]])];
    expect(legsOf(routeOrder(BUY, quotes, { canSplit: false }))).toEqual(["b 10"]);
    expect(routeOrder({ ...BUY, quantity: 11n }, quotes, { canSplit: false })).toMatchObject({ legs: [], left: 11n });
  });

  it("breaks ties by name, whatever the order of the quotes", () => {
    const quotes = ["c", "a", "b"].map((venue) => quote(venue, [[100n, 10n]]));
    expect(legsOf(routeOrder(BUY, quotes))).toEqual(["a 10"]);
    expect(legsOf(routeOrder(BUY, [...quotes].reverse()))).toEqual(["a 10"]);
    const halves = ["b", "a"].map((venue) => quote(venue, [[100n, 6n]]));
    expect(legsOf(routeOrder(BUY, halves))).toEqual(["a 6", "b 4"]);
  });

  it("refuses quotes that contradict themselves, all at once, and inverse contracts", () => {
    const bad = quote("a", [
      [100n, 1n],
      [100n, 0n],
    ]);
    expect(() => routeOrder({ ...BUY, quantity: 0n }, [bad, { ...bad, lot: 0n }])).toThrow(
      /order.quantity[^]*quotes.0.levels.1.quantity[^]*quotes.0.levels.1.price[^]*quotes.1.lot[^]*quotes.1.venue/,
    );
    expect(() => routeOrder({ ...BUY, instrument: { ...INSTRUMENT, inverse: true } }, [])).toThrow("inverse");
  });
});

/** Small quotes, so that venues tie and minimums bite. */
function arbitraryQuote(venue: string, side: Side): fc.Arbitrary<VenueQuote> {
  const step = fc.record({ price: fc.bigInt({ min: 1n, max: 3n }), quantity: fc.bigInt({ min: 1n, max: 4n }) });
  const small = (max: bigint) => fc.bigInt({ min: 0n, max });
  return fc
    .record({
      steps: fc.array(step, { maxLength: 3 }),
      feeRate: fc.constantFrom(0n, 10_000_000n, -5_000_000n),
      feeMin: fc.constantFrom(0n, 0n, 3n),
      latencyNs: fc.constantFrom(0n, 1_000_000_000n),
      lot: fc.constantFrom(1n, 1n, 2n, 3n),
      quantityMin: small(3n),
      notionalMin: fc.constantFrom(0n, 0n, 60n),
    })
    .map(({ steps, ...terms }) => {
      let price = side === "buy" ? 20n : 40n;
      const levels = steps.map((one) => {
        price += side === "buy" ? one.price : -one.price;
        return { price, quantity: one.quantity };
      });
      return { venue, levels, ...terms };
    });
}

const VENUES = ["a", "b", "c"];
const arbitraryRoute = fc.constantFrom<Side>("buy", "sell").chain((side) =>
  fc.record({
    given: fc.record({
      side: fc.constant(side),
      quantity: fc.bigInt({ min: 1n, max: 12n }),
      limit: fc.constantFrom(null, side === "buy" ? 24n : 36n),
      instrument: fc.constant(INSTRUMENT),
      latencyRate: fc.constantFrom(0n, 20_000_000n),
    }),
    quotes: fc.tuple(...VENUES.map((venue) => arbitraryQuote(venue, side))),
  }),
);

/** Every way to give each venue what it takes of what it shows, as [quantity, cost]. */
function everySplit(given: RouteCase, quotes: readonly VenueQuote[]): readonly (readonly [bigint, bigint])[] {
  return quotes.reduce<readonly (readonly [bigint, bigint])[]>(
    (splits, one) => {
      const shown = levelsWithin(one, given).reduce((sum, { quantity }) => sum + quantity, 0n);
      const parts = [0n, ...Array.from({ length: Number(shown) }, (_, index) => BigInt(index) + 1n)];
      const possible = parts.filter((part) => part === 0n || takes(one, part, given));
      return splits.flatMap(([sum, cost]) =>
        possible
          .filter((part) => sum + part <= given.quantity)
          .map((part) => [sum + part, cost + legCost(one, part, given)] as const),
      );
    },
    [[0n, 0n]],
  );
}

describe("every route", () => {
  it("is whole, in lots and within minimums, limit and sizes shown", () => {
    fc.assert(
      fc.property(arbitraryRoute, ({ given, quotes }) => {
        const route = routeOrder(given, quotes);
        expect(route.legs.reduce((sum, { quantity }) => sum + quantity, route.left)).toBe(given.quantity);
        expect(route.legs.reduce((sum, { cost }) => sum + cost, 0n)).toBe(route.cost);
        for (const { venue, quantity, beyond } of route.legs) {
          const own = quotes.find((one) => one.venue === venue);
          expect([own !== undefined && takes(own, quantity, given), beyond]).toEqual([true, 0n]);
        }
      }),
    );
  });

  it("costs no more than the best single venue that can take the order whole", () => {
    fc.assert(
      fc.property(arbitraryRoute, ({ given, quotes }) => {
        const whole = quotes.filter((one) => {
          const shown = levelsWithin(one, given).reduce((sum, { quantity }) => sum + quantity, 0n);
          return shown >= given.quantity && takes(one, given.quantity, given);
        });
        const route = routeOrder(given, quotes);
        for (const one of whole) {
          expect(route.left).toBe(0n);
          expect(route.cost <= legCost(one, given.quantity, given)).toBe(true);
        }
      }),
    );
  });

  it("is the cheapest of all splits where lots are single and nothing has a least size or fee", () => {
    fc.assert(
      fc.property(arbitraryRoute, ({ given, quotes }) => {
        const plain = quotes.map((one) => ({
          ...one,
          lot: 1n,
          quantityMin: 0n,
          notionalMin: 0n,
          feeMin: 0n,
          feeRate: 0n,
        }));
        const free = { ...given, latencyRate: 0n };
        const most = everySplit(free, plain).reduce((most, [sum]) => (sum > most ? sum : most), 0n);
        const costs = everySplit(free, plain).filter(([sum]) => sum === most);
        const least = costs.reduce((least, [, cost]) => (cost < least ? cost : least), 10n ** 12n);
        expect(routeOrder(free, plain)).toMatchObject({ left: given.quantity - most, cost: least });
      }),
    );
  });

  it("does not depend on the order of the quotes", () => {
    fc.assert(
      fc.property(arbitraryRoute, ({ given, quotes }) => {
        expect(routeOrder(given, [...quotes].reverse(), { beyond: "send" })).toEqual(
          routeOrder(given, quotes, { beyond: "send" }),
        );
      }),
    );
  });
});
