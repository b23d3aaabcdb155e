// Laws of routing: what holds for every order, whatever its venues cost and take.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routeOrder } from "../../adapters/execution/route/router.js";
import type { Route } from "../../adapters/execution/route/router.js";
import { generatedDataset } from "../../adapters/testing/arbitrary-bars.js";
import { arbitraryCase } from "../../adapters/testing/arbitrary-orders.js";
import { auditRun } from "../../adapters/testing/audit.js";
import { absolute } from "../../adapters/testing/integers.js";
import { createWorkspace, forkReplay, openReplay, router, runGraph } from "../../kernel/index.js";
import type { Dataset, Graph, RunConfig, RunResult, VenueConfig } from "../../kernel/index.js";
import { configOfOrders, datasetOfOrders, graphOfOrders } from "../fills/kernel-orders.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import { configOf, engineFor, graphOf } from "../model/kernel-run.js";
import { share } from "../kernel/run/small-tapes.js";
import { resumedRun } from "./resumed.js";
import { buyRouted, FLAT, routed, withRouter } from "./route-runs.js";

interface DrawnRun {
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  /** Length of its bars: a latency that ends inside a bar lets a cancel end before a fill of that bar (D1). */
  readonly barNs: number;
}

/** Targets and market orders, or orders of every type with their links, through a router. */
const drawnRun: fc.Arbitrary<DrawnRun> = fc
  .record({ split: fc.boolean(), cost: fc.constantFrom(0, 0.001) })
  .chain(({ split, cost }) => {
    const policy = router({ split, latencyCost: cost });
    const targets = smallCase.map((given) => ({
      graph: withRouter(graphOf(given), policy),
      dataset: generatedDataset(given.instruments),
      config: configOf(given),
      barNs: 60e9,
    }));
    const size = { rows: { min: 4, max: 12 }, prices: { min: 10, max: 20 }, quantityMax: 6 };
    const orders = arbitraryCase(2, 12, size).map((given) => ({
      graph: withRouter(graphOfOrders(given), policy),
      dataset: datasetOfOrders(given),
      config: configOfOrders(given),
      barNs: 86_400e9,
    }));
    return fc.oneof(targets, orders);
  });

const drawnVenue: fc.Arbitrary<Omit<VenueConfig, "name">> = fc.record(
  {
    fees: fc.record(
      {
        taker: fc.constantFrom("0", "0.001", "0.01"),
        maker: fc.constantFrom("-0.001", "0"),
        minimum: fc.constantFrom("1", "3"),
      },
      { requiredKeys: ["taker"] },
    ),
    slippage: fc.constantFrom({ kind: "none" }, { kind: "ticks", ticks: 1 }, { kind: "bps", bps: 20 }),
    latencyNs: fc.constantFrom(0, 1),
    participation: fc.constantFrom("0.1", "0.5"),
    maxUnits: fc.constantFrom(1, 2, 5),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Omit<VenueConfig, "name">>;

const drawnVenues = fc
  .array(drawnVenue, { minLength: 1, maxLength: 4 })
  .map((venues) => venues.map((venue, i) => ({ name: `v${i}`, ...venue })));

/** Venues some bars away; under `sameClose` nothing is late. */
function withVenues({ config, barNs }: DrawnRun, venues: readonly VenueConfig[]): RunConfig {
  const late = config.fill === "sameClose" ? 0 : barNs;
  const own = venues.map(({ latencyNs, ...venue }) => {
    return latencyNs === undefined ? venue : { ...venue, latencyNs: latencyNs * late };
  });
  return { ...config, venues: own };
}

function run({ graph, dataset, config }: DrawnRun, options = {}, build: "release" | "debug" = "release"): RunResult {
  return runGraph(engineFor(build), graph, dataset, config, options);
}

/** Everything that happened but for where orders were sent. */
function withoutRoutes(result: RunResult) {
  const { orders, routes: _routes, fills, venues: _venues, ...others } = result.tables();
  return { ...others, orders: { ...orders, venue: null }, fills: { ...fills, venue: null } };
}

function e9(rate: string | number): bigint {
  return BigInt(Math.round(Number(rate) * 1e9));
}

/** a / b, rounded up. */
function up(a: bigint, b: bigint): bigint {
  return a > 0n ? (a + b - 1n) / b : a / b;
}

describe("a run over venues", () => {
  it("is the run without any when it has one of the run's own terms", () => {
    const law = (given: DrawnRun, states: boolean): void => {
      const { fees, slippage, latencyNs } = given.config;
      const stated = states ? { fees, slippage, latencyNs } : {};
      const venues = [{ name: "own", ...stated }] as readonly VenueConfig[];
      const [one, none] = [run({ ...given, config: { ...given.config, venues } }), run(given)];
      expect(withoutRoutes(one)).toEqual(withoutRoutes(none));
      expect(
        one.tables().orders.venue.filter((venue, row) => venue < 0 && one.tables().orders.decision[row]! >= 0),
      ).toHaveLength(0);
    };
    fc.assert(fc.property(drawnRun, fc.boolean(), law), { numRuns: runsOf(20) });
  });

  it("does not depend on blocks, windows, the idle path, the build, or where it was put aside", () => {
    const law = (drawn: DrawnRun, venues: readonly VenueConfig[], cut: number): void => {
      const given = { ...drawn, config: withVenues(drawn, venues) };
      const expected = run(given);
      for (const blockRows of [1, 7, 1024]) {
        const other = run(given, { blockRows });
        expect(other.resultDigest, `blocks of ${blockRows}`).toBe(expected.resultDigest);
        expect(other.batches(), `batches in blocks of ${blockRows}`).toEqual(expected.batches());
      }
      expect(run(given, { windowRows: 3 }).resultDigest, "windows").toBe(expected.resultDigest);
      expect(run(given, { stepEveryBucket: true }).resultDigest, "every bucket stepped").toBe(expected.resultDigest);
      expect(run(given, {}, "debug").resultDigest, "debug module").toBe(expected.resultDigest);
      const engines = [engineFor(), engineFor("debug")];
      const resumed = resumedRun({ engines, ...given }, [cut, cut + 2]);
      expect(resumed.resultDigest, "put aside").toBe(expected.resultDigest);
      expect(resumed.batches(), "batches of the run that was put aside").toEqual(expected.batches());
    };
    fc.assert(fc.property(drawnRun, drawnVenues, fc.integer({ min: 1, max: 5 }), law), { numRuns: runsOf(12) });
  });

  it("keeps the rules of fills, and charges each fill what its venue charges and no more than it takes", () => {
    const law = (drawn: DrawnRun, venues: readonly VenueConfig[]): void => {
      const result = run({ ...drawn, config: withVenues(drawn, venues) });
      expect(auditRun(result)).toEqual([]);
      const { orders, fills, routes, instruments } = result.tables();
      expect(routes.rowCount).toBe([...orders.venue].filter((venue) => venue >= 0).length);
      const exact = new Map<number, bigint>();
      const charged = new Map<number, bigint>();
      for (let row = 0; row < fills.rowCount; row++) {
        const order = fills.order[row] as number;
        expect(fills.venue[row]).toBe(orders.venue[orders.order.indexOf(order)]);
        const fees = venues[fills.venue[row] as number]?.fees;
        if (fees === undefined) continue;
        const { decimals } = instruments[fills.instrument[row] as number]!.currency;
        const rate = e9(fills.liquidity[row] === 2 ? (fees.maker ?? fees.taker) : fees.taker);
        const least = (e9(fees.minimum ?? 0) * 10n ** BigInt(decimals)) / 1_000_000_000n;
        const before = charged.get(order) ?? 0n;
        exact.set(order, (exact.get(order) ?? 0n) + up(absolute(fills.cash[row] as bigint) * rate, 1_000_000_000n));
        const sum = exact.get(order) as bigint;
        charged.set(order, least !== 0n && least > sum ? least : sum);
        expect(fills.fee[row]).toBe((charged.get(order) as bigint) - before);
      }
      for (const { items } of result.batches()) {
        const taken = new Map<string, number>();
        for (const { row } of items.filter(({ kind }) => kind === "fill")) {
          const most = venues[fills.venue[row] as number]?.maxUnits;
          const { sizeDecimals } = instruments[fills.instrument[row] as number]!;
          const key = `${fills.venue[row]} ${fills.instrument[row]}`;
          const units = Number(absolute(fills.quantity[row] as bigint)) / 10 ** sizeDecimals;
          taken.set(key, (taken.get(key) ?? 0) + units);
          if (most !== undefined) expect(taken.get(key)).toBeLessThanOrEqual(Number(most));
        }
      }
    };
    fc.assert(fc.property(drawnRun, drawnVenues, law), { numRuns: runsOf(30) });
  });

  it("sends of an order of a stated size the whole, in legs of one key each", () => {
    const law = (drawn: DrawnRun, venues: readonly VenueConfig[]): void => {
      const { orders, routes } = run({ ...drawn, config: withVenues(drawn, venues) }).tables();
      const keys = new Set<string>();
      orders.order.forEach((sequence, row) => {
        const leg = routes.order.indexOf(sequence);
        if ((orders.decision[row] as number) < 0 || orders.parent[row] !== 0 || leg < 0) return;
        const [flags, side] = [orders.flags[row], (orders.quantity[row] as bigint) > 0n];
        const key = [orders.decision[row], routes.first[leg], orders.venue[row], flags, side].join(" ");
        expect(keys.has(key)).toBe(false);
        keys.add(key);
      });
    };
    fc.assert(fc.property(drawnRun, drawnVenues, law), { numRuns: runsOf(30) });
  });
});

/** A venue whose costs come out whole: the value of a share is 100.00 and a few ticks, and rates are in percent. */
const wholeVenue = fc.record({
  rate: fc.constantFrom(0, 1, 2, 3),
  minimum: fc.constantFrom(0, 0, 5, 20),
  ticks: fc.constantFrom(0, 100, 200),
  seconds: fc.constantFrom(0, 1, 2),
  most: fc.constantFrom(null, 1, 3, 5),
});
type WholeVenue = typeof wholeVenue extends fc.Arbitrary<infer Venue> ? Venue : never;

const LATENCY_COST = 0.01;

function configOfVenue({ rate, minimum, ticks, seconds, most }: WholeVenue, index: number): VenueConfig {
  return {
    name: `v${index}`,
    fees: { taker: `0.0${rate}`, minimum },
    slippage: { kind: "ticks", ticks },
    latencyNs: seconds * 1e9,
    ...(most === null ? {} : { maxUnits: most }),
  };
}

/** Money in cents that a quantity costs at a venue, worked out from what the venue states. */
function costOf({ rate, minimum, ticks, seconds }: WholeVenue, buys: boolean, quantity: number): number {
  if (quantity === 0) return 0;
  const value = (buys ? 10_000 + ticks : 10_000 - ticks) * quantity;
  const fee = Math.max((value * rate) / 100, minimum * 100);
  return (buys ? value : -value) + fee + (value * seconds) / 100;
}

/** The least that all is left and costs, over every way to part a quantity. */
function bestOf(
  venues: readonly WholeVenue[],
  buys: boolean,
  quantity: number,
  least: number,
): readonly [number, number] {
  let best: readonly [number, number] = [quantity, 0];
  const search = (index: number, left: number, cost: number): void => {
    if (index === venues.length) {
      if (left < best[0] || (left === best[0] && cost < best[1])) best = [left, cost];
      return;
    }
    const venue = venues[index] as WholeVenue;
    for (let part = 0; part <= Math.min(left, venue.most ?? left); part++)
      if (part === 0 || part >= least) search(index + 1, left - part, cost + costOf(venue, buys, part));
  };
  search(0, quantity, 0);
  return best;
}

const drawnChoice = fc.record({
  venues: fc.array(wholeVenue, { minLength: 1, maxLength: 4 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  buys: fc.boolean(),
  least: fc.constantFrom(1, 1, 2, 3),
});
type DrawnChoice = typeof drawnChoice extends fc.Arbitrary<infer Choice> ? Choice : never;

function chosen({ venues, quantity, buys, least }: DrawnChoice, split: boolean): RunResult {
  const config = { account: { kind: "margin", leverage: 3 } } as const;
  const facts = { quantityMin: BigInt(least) };
  const decision = buyRouted(buys ? quantity : -quantity, { split, latencyCost: LATENCY_COST });
  return routed(decision, venues.map(configOfVenue), config, FLAT, {}, facts);
}

/** Legs by venue, and what they were expected to cost, from what the run says of them. */
function legsOf(result: RunResult): { readonly legs: readonly (readonly [number, number])[]; readonly cost: number } {
  const { routes, orders } = result.tables();
  const legs = Array.from(routes.venue, (venue, row) => {
    return [venue, Math.abs(Number(orders.quantity[orders.order.indexOf(routes.order[row] as number)]))] as const;
  });
  const cost = legs.reduce((sum, [, quantity], row) => {
    const { quantity: all } = orders;
    const signed = Number(routes.price[row]) * quantity * ((all[0] as bigint) > 0n ? 1 : -1);
    return sum + signed + Number(routes.fee[row]) + Number(routes.penalty[row]);
  }, 0);
  return { legs, cost };
}

function partsOfRoute({ legs }: Route): readonly (readonly [number, number])[] {
  return legs.map(({ venue, quantity }) => [Number(venue.slice(1)), Number(quantity)]);
}

describe("the choice of a router", () => {
  it("leaves least and costs least of all ways to part an order", () => {
    const law = (given: DrawnChoice): void => {
      const { venues, quantity, buys, least } = given;
      fc.pre(quantity >= least);
      const [left, cost] = bestOf(venues, buys, quantity, least);
      const { legs, cost: said } = legsOf(chosen(given, true));
      expect(legs.reduce((sum, [, part]) => sum + part, 0)).toBe(quantity);
      const sum = legs.reduce((total, [venue, part]) => total + costOf(venues[venue] as WholeVenue, buys, part), 0);
      expect(said).toBe(sum);
      // What nobody takes is sent on top of the best split.
      if (left === 0) expect(sum).toBe(cost);
    };
    fc.assert(fc.property(drawnChoice, law), { numRuns: runsOf(60) });
  });

  it("without splitting is the cheapest venue that takes it whole, else the cheapest", () => {
    const law = (given: DrawnChoice): void => {
      const { venues, quantity, buys, least } = given;
      fc.pre(quantity >= least);
      const whole = venues.filter(({ most }) => (most ?? quantity) >= quantity);
      const among = whole.length > 0 ? whole : venues;
      const cheapest = Math.min(...among.map((venue) => costOf(venue, buys, quantity)));
      const first = venues.findIndex((venue) => among.includes(venue) && costOf(venue, buys, quantity) === cheapest);
      expect(legsOf(chosen(given, false)).legs).toEqual([[first, quantity]]);
    };
    fc.assert(fc.property(drawnChoice, law), { numRuns: runsOf(40) });
  });

  it("is that of the router between intents and venues, at the same costs", () => {
    const law = (given: DrawnChoice): void => {
      const { venues, quantity, buys, least } = given;
      fc.pre(quantity >= least);
      const quotes = venues.map(({ rate, minimum, ticks, seconds, most }, i) => ({
        venue: `v${i}`,
        levels: [
          { price: BigInt(buys ? 10_000 + ticks : 10_000 - ticks), quantity: BigInt(Math.min(most ?? 100, 100)) },
        ],
        feeRate: BigInt(rate) * 10_000_000n,
        feeMin: BigInt(minimum * 100),
        latencyNs: BigInt(seconds) * 1_000_000_000n,
        lot: 1n,
        quantityMin: BigInt(least),
        notionalMin: 0n,
      }));
      const asked = {
        side: buys ? ("buy" as const) : ("sell" as const),
        quantity: BigInt(quantity),
        limit: null,
        instrument: share("A"),
        latencyRate: BigInt(LATENCY_COST * 1e9),
      };
      const live = routeOrder(asked, quotes, { beyond: "send" });
      const { cost, legs } = legsOf(chosen(given, true));
      // Where the live router finds nobody for a part it waits on top of what is shown, as the last resort of both.
      if (live.legs.some(({ beyond }) => beyond > 0n)) return;
      expect(cost).toBeLessThanOrEqual(Number(live.cost));
      // The live router searches where the one in the loop goes over every set: with least fees and least legs that
      // may cost it a little; without them both take the levels by what a unit costs.
      if (least > 1 || venues.some(({ minimum }) => minimum > 0)) return;
      expect(legs).toEqual(partsOfRoute(live));
      const alone = routeOrder(asked, quotes, { canSplit: false, beyond: "send" });
      expect(legsOf(chosen(given, false)).legs).toEqual(partsOfRoute(alone));
    };
    fc.assert(fc.property(drawnChoice, law), { numRuns: runsOf(50) });
  });
});

describe("a replay over venues that is driven bar by bar", () => {
  it("has the batches of every complete bucket so far, and the last one at the end", () => {
    const venues = [
      { name: "a", maxUnits: 3 },
      { name: "b", fees: { taker: 0.01 } },
    ];
    const whole = routed(buyRouted(8), venues);
    const { dataset, graph } = partsOf(whole);
    const config = {
      cash: "1000000",
      fees: { taker: 0 },
      slippage: { kind: "none" },
      participation: null,
      venues,
    } as const;
    const open = openReplay(createWorkspace(engineFor(), dataset), graph, config);
    open.replay.advanceToBucket(1);
    expect(open.result().batches()).toEqual(whole.batches().slice(0, 1));
    open.replay.advance();
    expect(open.result().batches()).toEqual(whole.batches());
  });
});

describe("a fork of a run over venues", () => {
  it("may change what its venues cost and take, not which there are", () => {
    const venues = (fee: string, name = "v") => [{ name, maxUnits: 3, fees: { taker: fee } }];
    const config = { cash: "1000000", fees: { taker: 0 }, slippage: { kind: "none" }, participation: null } as const;
    const { dataset, graph } = partsOf(routed(buyRouted(8), venues("0.01")));
    const open = openReplay(createWorkspace(engineFor(), dataset), graph, { ...config, venues: venues("0.01") });
    open.replay.advanceToBucket(2);
    const forked = (stated: readonly VenueConfig[]) =>
      forkReplay(createWorkspace(engineFor(), dataset), graph, { ...config, venues: stated }, open.snapshot());
    const dearer = forked(venues("0.02"));
    dearer.replay.advance();
    expect([...dearer.result().tables().fills.fee]).toEqual([300n, 600n, 400n]);
    expect(() => forked(venues("0.01", "w"))).toThrow("the names of venues");
  });
});

function partsOf(result: RunResult): { readonly graph: Graph; readonly dataset: Dataset } {
  const { plan, datasets } = result;
  const [tape] = plan.streams.map((stream) => stream.tape);
  const { name, fingerprint } = datasets[0]!;
  return { graph: plan.graph, dataset: { name, fingerprint, bars: [tape as never] } };
}
