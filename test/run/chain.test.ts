// The chain behind a signal: what earlier systems got wrong, each as a case (the *not so* of node sets), what is
// published, and what a bucket leaves.

import { describe, expect, it } from "vitest";
import type { GraphNode, RunConfig, RunOptions, RunResult, VenueConfig } from "../../kernel/index.js";
import {
  activationGate,
  amendOrder,
  bars,
  bracket,
  cancelOrders,
  defineNodeSet,
  div,
  limitOrder,
  mod,
  order,
  REASONS,
  RECORD_KINDS,
  riskControl,
  router,
  stopOrder,
  targetQuantity,
  timingGate,
} from "../../kernel/index.js";
import { eventsOfRun, idempotencyKeyOf } from "../../adapters/execution/index.js";
import { messages } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { linesOf } from "./order-lines.js";
import { atHour, buyRouted, fillLines, FLAT, routed, routeLines } from "./route-runs.js";

const VENUES: readonly VenueConfig[] = [
  { name: "a", fees: { taker: "0.001" }, maxUnits: 30 },
  { name: "b", fees: { taker: "0.002" }, slippage: { kind: "ticks", ticks: 3 } },
];
/** With and without venues: the rules are those of every market. */
const MARKETS = [undefined, VENUES] as const;
const gates = { router: router() };

describe.each(MARKETS)("it is not so, over venues %j,", (venues) => {
  const own = venues === undefined ? {} : gates;
  const at = (hour: number) => ({ unit: "quantity", when: atHour(hour), gates: own }) as const;

  it("that risk and timing stand behind publishing: what they refuse is no order", () => {
    const refusing = { ...own, risk: riskControl({ position: 0, dynamic: false }), timing: timingGate() };
    const run = routed(order(100, { unit: "quantity", when: atHour(1), gates: refusing }), venues);
    expect(linesOf(run)).toEqual(["1 refusal position_size_limit 100 allowed 0"]);
    const frozen = { ...own, activation: activationGate() };
    const held = order(100, { unit: "quantity", when: atHour(2), gates: frozen });
    const still = routed(held, venues, messages({ hour: 1, version: 1, freeze: true }));
    expect(still.counts.orders).toBe(0);
    expect(still.tables().routes.rowCount).toBe(0);
  });

  it("that a reason is guessed from the words of a message: each refusal has one of the closed list", () => {
    const run = routed(order(1e6, at(1)), venues, { cash: "10" });
    expect([...run.tables().refusals.reason].map((code) => REASONS[code])).toEqual(["insufficient_buying_power"]);
  });

  it("that a sale is booked as a buy", () => {
    const run = routed([order(50, at(1)), order(-50, at(3))], venues);
    const { fills } = run.tables();
    const sold = [...fills.quantity].filter((quantity) => quantity < 0n).reduce((sum, quantity) => sum + quantity, 0n);
    expect(sold).toBe(-50n);
    for (const [row, quantity] of fills.quantity.entries())
      expect((fills.cash[row] as bigint) > 0n).toBe(quantity < 0n);
  });

  it("that a bar has the volume of the order that it fills", () => {
    const thin = Array.from({ length: 6 }, () => [10_000, 10_000, 10_000, 10_000, 100] as const);
    const run = routed(order(45, at(1)), venues, { participation: "0.2" }, thin);
    const { fills } = run.tables();
    const byTime = new Map<bigint, bigint>();
    fills.time.forEach((time, row) => byTime.set(time, (byTime.get(time) ?? 0n) + (fills.quantity[row] as bigint)));
    expect([...byTime.values()]).toEqual([20n, 20n, 5n]);
  });

  it("that the half spread is paid twice", () => {
    const spread = { slippage: { kind: "ticks", ticks: 3 } } as const;
    const stated = venues === undefined ? undefined : [{ name: "only", ...spread }];
    const run = routed([order(10, at(1)), order(-10, at(3))], stated, spread);
    expect([...run.tables().fills.price]).toEqual([10_003n, 9_997n]);
    expect([...run.tables().fills.slippage]).toEqual([30n, 30n]);
  });

  it("that a limit fills through its limit", () => {
    const jumped: readonly Bar[] = [
      [10_000, 10_000, 10_000, 10_000],
      [10_000, 10_100, 9_900, 9_950],
      [9_990, 10_000, 9_700, 9_800],
    ];
    const wide = { slippage: { kind: "ticks", ticks: 200 } } as const;
    const stated = venues === undefined ? undefined : [{ name: "only", ...wide }];
    for (const limit of [100.5, 99.95, 98]) {
      const { fills } = routed(limitOrder(10, limit, at(1)), stated, wide, jumped).tables();
      expect(fills.rowCount).toBe(1);
      expect(Number(fills.price[0])).toBeLessThanOrEqual(Math.round(limit * 100));
    }
  });

  it("that a stop is treated as a limit: it fills beyond its trigger where the market is", () => {
    const gap: readonly Bar[] = [
      [10_000, 10_000, 10_000, 10_000],
      [10_000, 10_010, 9_990, 10_000],
      [10_500, 10_600, 10_400, 10_500],
    ];
    const stated = venues === undefined ? undefined : [{ name: "only" }];
    expect([...routed(stopOrder(10, 101, at(1)), stated, {}, gap).tables().fills.price]).toEqual([10_500n]);
  });

  it("that fees are of the ordered quantity: they are of what is filled", () => {
    const dear = { fees: { taker: "0.01" }, participation: "0.2" } as const;
    const thin = Array.from({ length: 2 }, () => [10_000, 10_000, 10_000, 10_000, 100] as const);
    const stated = venues === undefined ? undefined : [{ name: "only" }];
    const { fills } = routed(order(45, at(1)), stated, dear, thin).tables();
    expect([fills.rowCount, fills.quantity[0], fills.fee[0]]).toEqual([1, 20n, 2_000n]);
  });
});

describe("what is published", () => {
  const published = (run: RunResult) => [...eventsOfRun(run, { world: "main", strategy: "s" })];

  it("has a key that says what it was sent as, whatever else is sent", () => {
    const keyOf = (run: RunResult, symbolVenue: string) =>
      published(run).flatMap((event) =>
        event.kind === "order" && event.venue === symbolVenue ? [idempotencyKeyOf(event)] : [],
      );
    const one = routed(buyRouted(100), VENUES);
    expect(keyOf(one, "a")).toHaveLength(1);
    expect(new Set([...keyOf(one, "a"), ...keyOf(one, "b")]).size).toBe(2);
    const events = published(one).filter((event) => event.kind === "order");
    expect(events.map(({ bucket }) => bucket)).toEqual(["3600000000000", "3600000000000"]);
    expect(new Set(events.map(({ clientOrderId }) => clientOrderId)).size).toBe(2);
  });

  it("says the bucket of the decision, whatever the latency of the venue", () => {
    const late = routed(buyRouted(10), [{ name: "far", latencyNs: 90_000_000_000 }]);
    const [sent] = published(late).filter((event) => event.kind === "order");
    expect(sent).toMatchObject({ ts: "3690000000000", bucket: "3600000000000", venue: "far" });
  });

  it("numbers the fills of an order from 1, so that order and number name each once", () => {
    const run = routed(buyRouted(100), [{ name: "v", maxUnits: 40 }]);
    const fills = published(run).filter((event) => event.kind === "fill");
    expect(fills.map(({ seq, venue }) => [seq, venue])).toEqual([
      [1, "v"],
      [2, "v"],
      [3, "v"],
    ]);
    expect(new Set(fills.map(idempotencyKeyOf)).size).toBe(3);
  });

  it("names the decision and the node set that it is a part of", () => {
    const set = defineNodeSet({ name: "mine", version: 4, summary: "mine", gates: () => ({}) });
    const { decisions } = set.attach(10, { signal: "targetQuantity", when: atHour(1) });
    const run = routed(decisions, undefined);
    const [sent] = published(run).filter((event) => event.kind === "order");
    const { decisions: ids, sets } = run.tables();
    expect(sent).toMatchObject({ nodeId: ids[0], setNodeId: sets[0] });
    const mark = (decisions[0]?.node as GraphNode).inputs["setGate"]?.node;
    expect(mark?.params).toMatchObject({ name: "mine", version: 4 });
    expect(sets[0]).not.toBeNull();
  });

  it("lets children go where their parent went", () => {
    const entry = order(20, { unit: "quantity", when: atHour(1), gates });
    const both = bracket(entry, { stop: 90, target: 110 });
    const stated = [
      { name: "x", fees: { taker: "0.003" } },
      { name: "y", fees: { taker: "0.001" } },
    ];
    const { orders } = routed(both, stated).tables();
    expect([...orders.venue]).toEqual([1, 1, 1]);
    expect([...orders.parent].filter((parent) => parent !== 0)).toHaveLength(2);
  });

  it("is cancelled and amended after the latency of its venue, and ends a length after it was accepted there", () => {
    const stated = [{ name: "far", latencyNs: 3_600_000_000_000 }];
    const resting = limitOrder(10, 90, {
      unit: "quantity",
      when: atHour(1),
      timeInForce: "gtd",
      goodFor: "2h",
      gates,
    });
    const { orders, orderEnds } = routed(resting, stated, {}, [...FLAT, ...FLAT]).tables();
    expect([orders.time[0], orders.expires[0]]).toEqual([7_200_000_000_000n, 14_400_000_000_000n]);
    expect(orderEnds.rowCount).toBe(1);
    const kept = limitOrder(10, 90, { unit: "quantity", when: atHour(1), gates });
    const requests = [cancelOrders(kept, atHour(4)), amendOrder(kept, { limit: 91, when: atHour(3) })];
    const asked = routed([kept, ...requests], stated, {}, [...FLAT, ...FLAT]).tables();
    expect([asked.updates.time[0], asked.updates.limit[0]]).toEqual([14_400_000_000_000n, 9_100n]);
    expect(asked.orderEnds.time[0]).toBe(18_000_000_000_000n);
  });

  it("is the engine's own where it closes a position, at the run's own terms", () => {
    const dear = [{ name: "v", fees: { taker: "0.01" }, slippage: { kind: "ticks", ticks: 7 } }] as const;
    const run = routed(buyRouted(10), dear, { closeAtEnd: true });
    expect(fillLines(run)).toEqual(["v 10 @ 10007 fee 1001", "- -10 @ 10000 fee 0"]);
    const both = routed([buyRouted(10), targetQuantity(5, { when: atHour(3) })], dear);
    expect(fillLines(both)).toEqual(["v 10 @ 10007 fee 1001", "- -5 @ 10000 fee 0"]);
  });

  it("is the engine's own where margin is used up, at the run's own terms", () => {
    const falls: readonly Bar[] = [...FLAT, [10_000, 10_000, 8_000, 8_000]];
    const account = { kind: "margin", leverage: 10, maintenance: "0.02" } as const;
    const far = [{ name: "v", fees: { taker: "0.01" } }];
    const decisions = [buyRouted(60), order(10, { unit: "quantity", when: atHour(6), gates })];
    const run = routed(decisions, far, { cash: "1000", account }, falls);
    const { fills } = run.tables();
    expect([...fills.liquidation]).toEqual([0, 0, 1]);
    expect([...fills.venue]).toEqual([0, 0, -1]);
    expect(fills.fee[2]).toBe(0n);
  });

  it("falls back to one venue where there is no room for the legs", () => {
    const legs = routeLines(routed(buyRouted(100), VENUES, { maxOpenOrders: 1 }));
    expect(legs).toEqual(["b 100 @ 10003 fee 2001 penalty 0"]);
  });
});

describe("batches", () => {
  it("have what each bucket left, in order; what the end of data leaves belongs to the last bucket", () => {
    const resting = limitOrder(5, 90, { unit: "quantity", when: atHour(2) });
    const run = routed([buyRouted(100), resting], [{ name: "v", maxUnits: 60 }]);
    const said = run.batches().map(({ timeNs, items }) => {
      return `${timeNs / 3_600_000_000_000n}: ${items.map(({ kind, row }) => `${kind} ${row}`).join(", ")}`;
    });
    expect(said).toEqual([
      "1: ledger 0, order 0, route 0",
      "2: fill 0, order 1, terms 0",
      "3: fill 1",
      "6: orderEnd 0",
    ]);
    expect(fillLines(run)).toEqual(["v 60 @ 10000 fee 0", "v 40 @ 10000 fee 0"]);
  });

  it("say which bucket sent each order, as the table of orders does, also where it is accepted later", () => {
    const late = { latencyNs: 5_400_000_000_000 };
    const run = routed([buyRouted(100), targetQuantity(5, { when: atHour(3) })], VENUES, late, [...FLAT, ...FLAT]);
    const sent = run
      .batches()
      .flatMap(({ timeNs, items }) => items.flatMap(({ kind }) => (kind === "order" ? timeNs : [])));
    const { bucket, time } = run.tables().orders;
    expect([...bucket]).toEqual(sent);
    expect(sent.map((timeNs) => Number(timeNs / 3_600_000_000_000n))).toEqual([1, 1, 3]);
    expect(time.every((accepted, row) => accepted > (bucket[row] as bigint))).toBe(true);
  });

  it("tell a fill at an open from what happened at the close before it, which has the same time", () => {
    const { close } = bars();
    const run = routed(targetQuantity(close, { when: atHour(2) }), undefined);
    const { fills, orders } = run.tables();
    expect(fills.time[0]).toBe(orders.time[0]);
    expect(run.batches().map(({ timeNs, items }) => [timeNs, items.map(({ kind }) => kind)])).toEqual([
      [3_600_000_000_000n, ["ledger"]],
      [7_200_000_000_000n, ["order"]],
      [10_800_000_000_000n, ["fill"]],
    ]);
  });
});

describe("batches of a long run", () => {
  it("are all there, with every record in one of them", () => {
    const days = Array.from({ length: 9_000 }, () => [10_000, 10_000, 10_000, 10_000] as const);
    const { time } = bars();
    const flip = targetQuantity(mod(div(time, 3600), 2));
    const run = routed(flip, undefined, {}, days);
    const batches = run.batches();
    expect(batches.length).toBe(9_000);
    const records = run.log.records().kind.filter((kind) => RECORD_KINDS[kind] !== "checkpoint");
    expect(batches.reduce((sum, { items }) => sum + items.length, 0)).toBe(records.length);
    expect(batches.every(({ timeNs }, i) => timeNs === BigInt(i + 1) * 3_600_000_000_000n)).toBe(true);
  });
});

describe("batches of a stretch in which nothing is traded", () => {
  it("have what happened besides trading in the bucket that it came before, however the stretch is taken", () => {
    const days = [...FLAT, ...FLAT, ...FLAT, ...FLAT, ...FLAT, ...FLAT, ...FLAT, ...FLAT, ...FLAT];
    const lent = { account: { interest: { credit: 0.05 } } } as const;
    const at = (options: RunOptions) => {
      const run = routed(order(1, { unit: "quantity", when: atHour(2) }), undefined, lent, days, options);
      return run.batches().map(({ timeNs, items }) => [timeNs / 3_600_000_000_000n, items.map(({ kind }) => kind)]);
    };
    expect(at({})).toEqual([
      [1n, ["ledger"]],
      [2n, ["order"]],
      [3n, ["fill"]],
      [24n, ["ledger"]],
      [48n, ["ledger"]],
    ]);
    expect(at({ stepEveryBucket: true })).toEqual(at({}));
    expect(at({ blockRows: 1 })).toEqual(at({}));
  });
});

describe("venues of a configuration", () => {
  const issuesOf = (venues: unknown, config: Partial<RunConfig> = {}): readonly string[] => {
    try {
      routed(buyRouted(10), venues as RunConfig["venues"], config);
    } catch (error) {
      return (error as { issues: readonly { path: string; expected: string }[] }).issues.map(
        ({ path, expected }) => `${path}: ${expected}`,
      );
    }
    return [];
  };

  it("are refused with every issue at its place", () => {
    expect(issuesOf([])).toEqual(["config.venues: a list of 1 to 64 venues"]);
    expect(
      issuesOf([
        { name: "a b", latencyNs: -1, fee: 1 },
        { name: "v", participation: 2, maxUnits: 0, symbols: [] },
        { name: "v", slippage: { kind: "pips" }, fees: { maker: 0 }, symbols: ["XYZ"] },
      ]),
    ).toEqual([
      "config.venues[0].fee: one of name, symbols, fees, slippage, latencyNs, participation, maxUnits",
      "config.venues[0].latencyNs: whole nanoseconds, 0 to 86400000000000",
      "config.venues[0].name: a name of at most 32 letters, digits, - and _",
      "config.venues[1].participation: a share of volume above 0, at most 1",
      "config.venues[1].maxUnits: units above 0",
      "config.venues[1].symbols: a list of symbols",
      "config.venues[2].fees: fees with at least a taker's rate",
      "config.venues[2].slippage.kind: none, ticks, bps, spreadShare or volumeShare",
      "config.venues[2].name: each venue once",
    ]);
    expect(issuesOf([{ name: "v", symbols: ["XYZ"] }])).toEqual([
      "config.venues[0].symbols: instruments of the dataset",
    ]);
    const nine = Array.from({ length: 9 }, (_, i) => ({ name: `v${i}` }));
    expect(issuesOf(nine)).toEqual(["config.venues: at most 8 venues of A"]);
    expect(issuesOf([{ name: "v", latencyNs: 5 }], { fill: "sameClose" })).toEqual([
      "config.venues[0].latencyNs: 0 with sameClose",
    ]);
  });

  it("need a router that looks at them", () => {
    expect(() => routed(order(1, { unit: "quantity", when: atHour(1) }), VENUES)).toThrow("router: router()");
  });
});
