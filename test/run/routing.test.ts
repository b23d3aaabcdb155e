// Routing in the loop: worked cases of one order over several venues.

import { describe, expect, it } from "vitest";
import {
  AMBIGUITY_KINDS,
  bars,
  bracket,
  ge,
  limitOrder,
  order,
  router,
  stopOrder,
  targetQuantity,
} from "../../kernel/index.js";
import type { VenueConfig } from "../../kernel/index.js";
import { atHour, buyRouted, fillLines, FLAT, routed, routeLines } from "./route-runs.js";

describe("a router sends an order to the venue", () => {
  it("with the lower fee", () => {
    const run = routed(buyRouted(100), [
      { name: "alpha", fees: { taker: 0.002 } },
      { name: "beta", fees: { taker: 0.001 } },
    ]);
    expect(routeLines(run)).toEqual(["beta 100 @ 10000 fee 1000 penalty 0"]);
    expect(fillLines(run)).toEqual(["beta 100 @ 10000 fee 1000"]);
  });

  it("with the better price, for buys and for sales", () => {
    const venues = [
      { name: "alpha", slippage: { kind: "ticks", ticks: 5 } },
      { name: "beta", slippage: { kind: "ticks", ticks: 1 } },
    ] as const;
    expect(fillLines(routed(buyRouted(100), venues))).toEqual(["beta 100 @ 10001 fee 0"]);
    const short = { account: { kind: "margin", leverage: 2 } } as const;
    expect(fillLines(routed(buyRouted(-100), venues, short))).toEqual(["beta -100 @ 9999 fee 0"]);
  });

  it("where price and fee together cost least", () => {
    // A fee of 0.1 % is 10.00; a spread of 20 ticks is 20.00, one of 5 ticks 5.00.
    const at = (ticks: number) =>
      routeLines(
        routed(buyRouted(100), [
          { name: "alpha", fees: { taker: 0.001 } },
          { name: "beta", slippage: { kind: "ticks", ticks } },
        ]),
      );
    expect(at(20)).toEqual(["alpha 100 @ 10000 fee 1000 penalty 0"]);
    expect(at(5)).toEqual(["beta 100 @ 10005 fee 0 penalty 0"]);
  });

  it("that is nearer, once latency costs more than the fee that it saves", () => {
    // Beta is 1.00 cheaper and a second further away.
    const venues = [
      { name: "alpha", fees: { taker: 0.0002 } },
      { name: "beta", fees: { taker: 0.0001 }, latencyNs: 1_000_000_000 },
    ];
    const at = (latencyCost: number) => routeLines(routed(buyRouted(100, { latencyCost }), venues));
    expect(at(0)).toEqual(["beta 100 @ 10000 fee 100 penalty 0"]);
    expect(at(0.0001)).toEqual(["alpha 100 @ 10000 fee 200 penalty 0"]);
    expect(at(0.00009)).toEqual(["beta 100 @ 10000 fee 100 penalty 90"]);
    expect(at(0.0002)).toEqual(["alpha 100 @ 10000 fee 200 penalty 0"]);
  });

  it("whose least fee is worth its rate", () => {
    const venues = [
      { name: "alpha", fees: { taker: 0.001 } },
      { name: "beta", fees: { taker: 0, minimum: 5 } },
    ];
    expect(routeLines(routed(buyRouted(40), venues))).toEqual(["alpha 40 @ 10000 fee 400 penalty 0"]);
    expect(routeLines(routed(buyRouted(60), venues))).toEqual(["beta 60 @ 10000 fee 500 penalty 0"]);
  });

  it("as long as its least fee is not used up, and for the lot in which it is", () => {
    // Three shares are worth less than the least fee of 5.00, the fourth brings it to 6.00, any further one costs 1.50;
    // at the other venue each costs 1.20.
    const venues = [
      { name: "alpha", fees: { taker: "0.015", minimum: 5 } },
      { name: "beta", fees: { taker: "0.012" }, maxUnits: 4 },
    ];
    expect(routeLines(routed(buyRouted(5), venues))).toEqual([
      "alpha 4 @ 10000 fee 600 penalty 0",
      "beta 1 @ 10000 fee 120 penalty 0",
    ]);
  });

  it("that is named first when costs are equal", () => {
    expect(routeLines(routed(buyRouted(50), [{ name: "zeta" }, { name: "alpha" }]))).toEqual([
      "zeta 50 @ 10000 fee 0 penalty 0",
    ]);
  });

  it("of its symbols, and to none where the instrument has none", () => {
    const elsewhere = routed(buyRouted(50), [{ name: "alpha", symbols: ["A"] }, { name: "beta" }]);
    expect(routeLines(elsewhere)).toEqual(["alpha 50 @ 10000 fee 0 penalty 0"]);
    const { orders } = routed(
      [buyRouted(50), order(10, { unit: "quantity", when: atHour(1) })],
      [{ name: "v" }],
    ).tables();
    expect([...orders.venue].sort()).toEqual([-1, 0]);
  });
});

describe("what a venue charges and takes", () => {
  it("is its own: fee, half spread in place of the run's slippage, latency", () => {
    const config = { fees: { taker: 0.01 }, slippage: { kind: "ticks", ticks: 9 } } as const;
    const venue = { name: "v", fees: { taker: 0.001 }, slippage: { kind: "ticks", ticks: 2 }, latencyNs: 1 } as const;
    const run = routed(buyRouted(100), [venue], config);
    // 100 x 100.02 and a thousandth of it; a nanosecond late it misses the open at hour 1.
    expect(fillLines(run)).toEqual(["v 100 @ 10002 fee 1001"]);
    expect(run.tables().fills.time[0]).toBe(2n * 3_600_000_000_000n);
    expect(run.tables().fills.slippage[0]).toBe(200n);
  });

  it("is the maker's fee for a limit that rests, whatever the venue's spread", () => {
    const venue = { name: "v", fees: { taker: 0.01, maker: 0.001 }, slippage: { kind: "ticks", ticks: 50 } } as const;
    const gates = { router: router() };
    const decision = limitOrder(100, 99, { unit: "quantity", when: atHour(1), gates });
    const run = routed(decision, [venue], {}, [
      [10_000, 10_000, 10_000, 10_000],
      [10_000, 10_000, 9_800, 9_900],
    ]);
    expect(routeLines(run)).toEqual(["v 100 @ 9900 fee 990 penalty 0"]);
    expect(fillLines(run)).toEqual(["v 100 @ 9900 fee 990"]);
  });

  it("never takes a limit past itself: a spread wider than it fills at it", () => {
    const venue = { name: "v", slippage: { kind: "ticks", ticks: 50 } } as const;
    const decision = limitOrder(100, 100.2, { unit: "quantity", when: atHour(1), gates: { router: router() } });
    const run = routed(decision, [venue]);
    expect(routeLines(run)).toEqual(["v 100 @ 10020 fee 0 penalty 0"]);
    expect(fillLines(run)).toEqual(["v 100 @ 10020 fee 0"]);
  });

  it("bounds what it fills of a bar; the rest waits for the next one there", () => {
    const run = routed(buyRouted(100), [{ name: "v", maxUnits: 40 }]);
    expect(fillLines(run)).toEqual(["v 40 @ 10000 fee 0", "v 40 @ 10000 fee 0", "v 20 @ 10000 fee 0"]);
    expect([...run.tables().fills.seq]).toEqual([1, 2, 3]);
  });

  it("makes a bar heuristic whose volume there does not fill the position whole", () => {
    const rows = [...FLAT, [10_000, 10_600, 9_400, 10_000]] as const;
    const entry = order(10, { unit: "quantity", when: atHour(1), gates: { router: router() } });
    const kindAt = (venue: VenueConfig) => {
      const { ambiguities } = routed(bracket(entry, { stop: 95, target: 105 }), [venue], {}, rows).tables();
      return [...ambiguities.kind].map((kind) => AMBIGUITY_KINDS[kind]);
    };
    expect(kindAt({ name: "v" })).toEqual(["exact"]);
    expect(kindAt({ name: "v", maxUnits: 5 })).toEqual(["heuristic"]);
  });

  it("is charged its least fee once an order, on what is filled", () => {
    const run = routed(buyRouted(100), [{ name: "v", maxUnits: 40, fees: { taker: 0.001, minimum: 6 } }]);
    expect(fillLines(run)).toEqual(["v 40 @ 10000 fee 600", "v 40 @ 10000 fee 200", "v 20 @ 10000 fee 200"]);
  });

  it("stays within the run's share of volume, which all venues have together", () => {
    const bars = Array.from({ length: 6 }, () => [10_000, 10_000, 10_000, 10_000, 600] as const);
    const venues = [
      { name: "a", maxUnits: 50 },
      { name: "b", maxUnits: 50 },
    ];
    const run = routed(buyRouted(100), venues, { participation: 0.1 }, bars);
    expect(fillLines(run)).toEqual(["a 50 @ 10000 fee 0", "b 10 @ 10000 fee 0", "b 40 @ 10000 fee 0"]);
  });
});

describe("what is sized", () => {
  it("is reckoned at the dearest venue that it would go to, so that it is paid for there", () => {
    const venues = [
      { name: "cheap", maxUnits: 4 },
      { name: "dear", fees: { taker: 0.05 }, slippage: { kind: "ticks", ticks: 100 } },
    ] as const;
    // 1,000.00 pay for ten at 100.00, and for nine at 101.00 with a fee of 5 %.
    const run = routed(buyRouted(10), venues, { cash: "1000" });
    expect(routeLines(run)).toEqual(["cheap 4 @ 10000 fee 0 penalty 0", "dear 5 @ 10100 fee 2525 penalty 0"]);
    expect(run.tables().refusals.allowed[0]).toBe(9n);
    expect(run.tables().orderEnds.rowCount).toBe(0);
  });
});

describe("an order that was refused", () => {
  it("is routed anew by what is known when it comes again", () => {
    const close = bars().close;
    const again = targetQuantity(10, { when: ge(close, 0), gates: { router: router() } });
    const rows = [
      [10_000, 10_000, 10_000, 10_000, 100],
      [10_000, 10_000, 10_000, 500, 1_000],
      [500, 500, 500, 500, 1_000],
    ] as const;
    // Too dear at 100.00; at 5.00 the first venue takes ten of a thousand, of which it took one before.
    const venues = [
      { name: "thin", participation: 0.01 },
      { name: "dear", fees: { taker: 0.5 } },
    ];
    const run = routed(again, venues, { cash: "95" }, rows);
    expect(run.tables().refusals.time[0]).toBe(3_600_000_000_000n);
    expect(routeLines(run)).toEqual(["thin 10 @ 500 fee 0 penalty 0"]);
  });
});

describe("what a split holds of buying power", () => {
  it("is each leg's share, so that what is still on its way stays paid for", () => {
    const venues = [
      { name: "far", maxUnits: 30, latencyNs: 3 * 3_600_000_000_000 },
      { name: "near", fees: { taker: 0.001 } },
    ];
    const another = order(30, { unit: "quantity", when: atHour(3) });
    const run = routed([buyRouted(100), another], venues, { cash: "10010" });
    // The near leg is filled when the other order comes; the far one holds 3,003.00, which is all that is left.
    expect(fillLines(run)).toEqual(["near 70 @ 10000 fee 700", "far 30 @ 10000 fee 0"]);
    const { refusals } = run.tables();
    expect([[...refusals.wanted], [...refusals.allowed]]).toEqual([[30n], [0n]]);
  });
});

describe("an order is split", () => {
  const venues = [
    { name: "dear", fees: { taker: 0.002 } },
    { name: "cheap", fees: { taker: 0.001 }, maxUnits: 30 },
    { name: "middle", fees: { taker: 0.0015 }, maxUnits: 50 },
  ];

  it("over venues by what each takes, the cheapest first", () => {
    const run = routed(buyRouted(100), venues);
    expect(routeLines(run)).toEqual([
      "dear 20 @ 10000 fee 400 penalty 0",
      "cheap 30 @ 10000 fee 300 penalty 0",
      "middle 50 @ 10000 fee 750 penalty 0",
    ]);
    expect(fillLines(run)).toEqual([
      "dear 20 @ 10000 fee 400",
      "cheap 30 @ 10000 fee 300",
      "middle 50 @ 10000 fee 750",
    ]);
    const { routes, orders } = run.tables();
    expect([...routes.first]).toEqual([1, 1, 1]);
    expect([...orders.order]).toEqual([1, 2, 3]);
  });

  it("by shares of the volume of the bar just closed", () => {
    const bars = Array.from({ length: 4 }, () => [10_000, 10_000, 10_000, 10_000, 1_000] as const);
    const shared = [
      { name: "a", participation: 0.03 },
      { name: "b", fees: { taker: 0.001 } },
    ];
    const run = routed(buyRouted(100), shared, {}, bars);
    expect(routeLines(run)).toEqual(["a 30 @ 10000 fee 0 penalty 0", "b 70 @ 10000 fee 700 penalty 0"]);
  });

  it("with what no venue takes sent to the cheapest, where it waits", () => {
    const [, cheap, middle] = venues as readonly VenueConfig[];
    const both = routed(buyRouted(100), [middle as VenueConfig, cheap as VenueConfig]);
    expect(routeLines(both)).toEqual(["middle 50 @ 10000 fee 750 penalty 0", "cheap 50 @ 10000 fee 500 penalty 0"]);
    expect(fillLines(both)).toEqual([
      "middle 50 @ 10000 fee 750",
      "cheap 30 @ 10000 fee 300",
      "cheap 20 @ 10000 fee 200",
    ]);
  });

  it("not where the router does not split, nor where it has to stay whole", () => {
    const whole = ["dear 100 @ 10000 fee 2000 penalty 0"];
    expect(routeLines(routed(buyRouted(100, { split: false }), venues))).toEqual(whole);
    const gates = { router: router() };
    const common = { unit: "quantity", when: atHour(1), gates } as const;
    const fok = order(100, { ...common, type: "limit", limit: 101, timeInForce: "fok" });
    expect(routeLines(routed(fok, venues))).toEqual(whole);
    expect(routeLines(routed(stopOrder(100, 100.01, common), venues))[0]).toMatch(/^dear 100 @ 10001 /);
  });

  it("not into legs below the least order of its instrument", () => {
    const least = { quantityMin: 25n };
    const run = routed(buyRouted(100), venues, {}, undefined, {}, least);
    // Cheap 30 and middle 50 would leave 20 for the dear one: middle gives up 5.
    expect(routeLines(run)).toEqual([
      "dear 25 @ 10000 fee 500 penalty 0",
      "cheap 30 @ 10000 fee 300 penalty 0",
      "middle 45 @ 10000 fee 675 penalty 0",
    ]);
  });
});
