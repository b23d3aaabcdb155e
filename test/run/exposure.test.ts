// Exposure: what risk counts besides an order is what is held, and what the orders that rest may make of it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarsTape, Decision, Gates, RiskOptions, RunConfig, RunResult } from "../../kernel/index.js";
import {
  bars,
  bracket,
  cancelOrders,
  div,
  eq,
  floor,
  limitOrder,
  marketOrder,
  mod,
  mul,
  order,
  ORDER_FLAGS,
  REASONS,
  RECORD_KINDS,
  riskControl,
  stopOrder,
  strategyScope,
  sub,
  targetQuantity,
} from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, runOrders } from "./order-lines.js";

const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;
const MARGIN: Partial<RunConfig> = { cash: "100000", account: { kind: "margin", leverage: 10, maintenance: null } };
const HEDGING: Partial<RunConfig> = {
  cash: "100000",
  account: { kind: "margin", leverage: 10, maintenance: null, positions: "hedging" },
};
const behind = (limits: RiskOptions): Gates => ({ risk: riskControl({ ...NO_LIMITS, ...limits }) });
const gates = behind({ leverage: 1 });
/** When an instrument's bar of an hour has closed. */
const at = (instrument: string, hour: number): ReturnType<typeof eq> => eq(bars({ instrument }).time, hour * 3600);

const flat = flatBars(...Array.from({ length: 6 }, () => 10_000));
const tapes = ["A", "B"].map((symbol) => barsTape(symbol, flat));

/** Quantity of what was sent at hour 4 in an instrument; at 100 the limit is a thousand shares of both. */
function sentAtFour(symbol: "A" | "B", decisions: readonly Decision[], config = MARGIN): bigint {
  const { orders, instruments } = runOrders(decisions, tapes, config).tables();
  return orders.quantity.reduce((sum, quantity, row) => {
    const isMeant = instruments[orders.instrument[row] as number]?.symbol === symbol;
    return isMeant && orders.time[row] === 4n * HOUR_NS ? sum + quantity : sum;
  }, 0n);
}

describe("the exposure of other instruments", () => {
  const wanted = marketOrder(2000, { when: at("B", 4), gates });
  const beside = (...decisions: readonly Decision[]): bigint => sentAtFour("B", [...decisions, wanted]);
  const a = (hour = 1): { readonly when: ReturnType<typeof eq> } => ({ when: at("A", hour) });

  it("counts entries that rest", () => {
    expect(beside()).toBe(1000n);
    expect(beside(limitOrder(600, 100, { ...a(), gates }))).toBe(400n);
    expect(beside(limitOrder(600, 90, a()))).toBe(400n);
    expect(beside(limitOrder(-600, 100, a()), limitOrder(600, 80, a()))).toBe(400n);
    expect(beside(limitOrder(1000, 90, a()))).toBe(0n);
    const entry = limitOrder(600, 90, a());
    expect(beside(entry, cancelOrders(entry, at("A", 3)))).toBe(1000n);
  });

  it("is the larger of the two sides that may come about", () => {
    const both = (buys: number, sells: number): bigint =>
      beside(limitOrder(buys, 90, a()), limitOrder(-sells, 100.01, a(2)));
    expect(both(600, 500)).toBe(400n);
    expect(both(500, 600)).toBe(399n);
    const held = marketOrder(300, a());
    expect(beside(held, limitOrder(300, 90, a(2)))).toBe(400n);
    // 300 held and 700 offered are 400 short.
    expect(beside(held, limitOrder(-700, 100.01, a(2)))).toBe(599n);
    expect(beside(held, limitOrder(-600, 100.01, a(2)))).toBe(699n);
    expect(beside(held, limitOrder(-600, 100, { when: at("A", 3) }))).toBe(700n);
  });

  it("values what would open at its own price where that is worth more", () => {
    expect(beside(limitOrder(-300, 200, a()))).toBe(400n);
    expect(beside(stopOrder(300, 200, a()))).toBe(400n);
    expect(beside(stopOrder(-300, 50, a()))).toBe(700n);
    // What is held stays at the mark, and each order has its own price.
    expect(beside(marketOrder(300, a()), stopOrder(100, 200, a(2)))).toBe(500n);
    expect(beside(limitOrder(-100, 200, a()), limitOrder(-100, 110, a()))).toBe(690n);
    // Of two that reduce first no more opens than there is: 100 at 200.
    expect(beside(marketOrder(100, a()), limitOrder(-100, 200, a(2)), limitOrder(-100, 110, a(2)))).toBe(800n);
  });

  it("counts what is on its way as held, and children that wait not at all", () => {
    expect(beside(marketOrder(600, { when: at("A", 4) }))).toBe(400n);
    expect(beside(marketOrder(600, a()), marketOrder(-600, { when: at("A", 4) }))).toBe(1000n);
    expect(beside(...bracket(limitOrder(600, 90, a()), { stop: 80, target: 120 }))).toBe(400n);
  });

  it("counts for a child what is about to fill at the same open", () => {
    const jumping = [tapes[0] as BarsTape, barsTape("B", flatBars(10_000, 10_000, 9800, 9800))];
    // The third bar opens beyond the parent, which was sent first: its turn is before that of the others.
    const parent = limitOrder(1, 99, { when: at("B", 1), gates });
    const child = order(2000, { parent, type: "limit", limit: 90 });
    const sent = (...others: readonly Decision[]): readonly bigint[] => {
      const { orders } = runOrders([parent, child, ...others], jumping, MARGIN).tables();
      return [...orders.quantity].filter((_, row) => orders.parent[row] !== 0);
    };
    // A thousand hundreds buy 1111 at 90, one of which the parent has bought.
    expect(sent()).toEqual([1110n]);
    expect(sent(limitOrder(600, 100, a(2)))).toEqual([443n]);
    expect(sent(marketOrder(600, a(2)))).toEqual([443n]);
    expect(sent(limitOrder(600, 80, a(2)))).toEqual([443n]);
  });

  it("counts no exit that may only reduce, and of others what they open together", () => {
    const held = marketOrder(300, a());
    const exit = { ...a(2), reduceOnly: true };
    expect(beside(held, stopOrder(-300, 90, exit), limitOrder(-300, 120, exit))).toBe(700n);
    expect(beside(held, stopOrder(-300, 90, a(2)), stopOrder(-300, 80, a(2)))).toBe(700n);
    expect(beside(held, stopOrder(-300, 90, a(2)), stopOrder(-301, 80, a(2)))).toBe(699n);
  });

  it("counts each strategy as if the others had left", () => {
    const of = (name: string): Gates => ({ ...gates, strategy: strategyScope(name) });
    const hedge = [
      marketOrder(300, { ...a(), gates: of("long") }),
      marketOrder(-300, { ...a(), gates: of("short") }),
      stopOrder(-200, 90, { ...a(2), reduceOnly: true, gates: of("long") }),
      limitOrder(-200, 120, { ...a(2), reduceOnly: true, gates: of("long") }),
    ];
    const last = marketOrder(2000, { when: at("B", 4), gates: of("long") });
    // Either may leave, at whatever price.
    expect(sentAtFour("B", [...hedge.slice(0, 2), last])).toBe(700n);
    expect(sentAtFour("B", [...hedge, last])).toBe(700n);
  });

  it("is the sum of both positions where an account hedges", () => {
    const both = (...decisions: readonly Decision[]): bigint => sentAtFour("B", [...decisions, wanted], HEDGING);
    expect(both(limitOrder(300, 90, a()), limitOrder(-300, 100.01, a()))).toBe(399n);
    expect(both(marketOrder(300, a()), marketOrder(-300, { when: at("A", 4) }))).toBe(400n);
    expect(both(marketOrder(300, a()), limitOrder(-300, 120, { ...a(2), reduceOnly: true }))).toBe(700n);
  });
});

describe("the exposure of the instrument itself", () => {
  const of = (name: string, limits: RiskOptions): Gates => ({ ...behind(limits), strategy: strategyScope(name) });

  it("counts what exits of another strategy open together, and not what they reduce", () => {
    const sent = (...exits: readonly number[]): bigint =>
      sentAtFour("A", [
        marketOrder(100, { when: at("A", 1), gates: of("a", {}) }),
        ...exits.map((size) => stopOrder(-size, 90, { when: at("A", 2), gates: of("a", {}) })),
        limitOrder(-2000, 110, { when: at("A", 4), gates: of("b", { concentration: 0.11 }) }),
      ]);
    // 11 % are 100 at 110, whatever the other strategy holds against it.
    expect(sent()).toBe(-100n);
    expect(sent(50)).toBe(-100n);
    expect(sent(40, 60)).toBe(-100n);
    expect(sent(40, 61)).toBe(-99n);
    expect(sent(99, 100)).toBe(-1n);
  });

  it("stays within what the world may hold when a strategy on the other side leaves", () => {
    const strategies = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 6 }), {
      minLength: 2,
      maxLength: 3,
    });
    const limits = fc.constantFrom<RiskOptions>({ concentration: 0.1 }, { leverage: 0.1 });
    let left = 0;
    fc.assert(
      fc.property(strategies, limits, (all, limit) => {
        const { close } = bars({ instrument: "STEP" });
        const decisions = all.map((_, i) => {
          // Each reads its digit of what is asked for at the bar.
          const asked = sub(mod(div(close, 20 ** i), 20), 10);
          return targetQuantity(mul(floor(asked), 20), { instrument: "A", gates: of(`s${i}`, limit) });
        });
        const steps = Array.from({ length: 6 }, (_, hour): Bar => {
          const price = all.reduce((sum, shares, i) => sum + ((shares[hour] as number) + 10) * 20 ** i, 0) * 100;
          return [price, price, price, price];
        });
        const tapes = [barsTape("A", flat), barsTape("STEP", steps)];
        const { fills, orders, strategyOf } = runOrders(decisions, tapes, MARGIN).tables();
        const held = all.map(() => 0n);
        for (let row = 0; row < fills.rowCount; row++) {
          const at = orders.order.indexOf(fills.order[row] as number);
          const strategy = strategyOf[orders.decision[at] as number] as number;
          const before = held.reduce((sum, each) => sum + each, 0n);
          held[strategy] = (held[strategy] as bigint) + (fills.quantity[row] as bigint);
          const net = held.reduce((sum, each) => sum + each, 0n);
          // 10 % of 100,000 at 100.
          expect(net <= 100n && net >= -100n).toBe(true);
          if (held[strategy] === 0n && before > 0n !== net > 0n) left++;
        }
      }),
      { numRuns: runsOf(120), seed: 43 },
    );
    expect(left).toBeGreaterThan(5);
  });

  it("counts own exits whole beside an order that reduces all there is and opens", () => {
    const sent = (...exits: readonly number[]): bigint =>
      sentAtFour("A", [
        marketOrder(100, { when: at("A", 1) }),
        ...exits.map((size) => stopOrder(-size, 90, { when: at("A", 2) })),
        marketOrder(-150, { when: at("A", 4), gates: behind({ position: 0.1 }) }),
      ]);
    expect(sent()).toBe(-150n);
    expect(sent(50)).toBe(-150n);
    expect(sent(51)).toBe(-149n);
    expect(sent(50, 1)).toBe(-149n);
    expect(sent(99, 100)).toBe(-100n);
  });

  it("counts what is on its way into a hedging account", () => {
    const twice = (limits: RiskOptions): bigint =>
      sentAtFour(
        "A",
        [60, 70].map((size) => marketOrder(size, { when: at("A", 4), gates: behind(limits) })),
        HEDGING,
      );
    expect(twice({ position: 0.1 })).toBe(100n);
    expect(twice({ concentration: 0.1 })).toBe(100n);
    expect(twice({ leverage: 0.1 })).toBe(100n);
    // Both positions count together, and what may open the other one with them.
    const other = limitOrder(-60, 120, { when: at("A", 1) });
    const beside = marketOrder(60, { when: at("A", 4), gates: behind({ concentration: 0.1 }) });
    expect(sentAtFour("A", [other, beside], HEDGING)).toBe(40n);
  });
});

describe("whatever rests where, and whoever sent it", () => {
  const SYMBOLS = ["A", "B", "C"] as const;
  const drawn = fc.record({
    symbol: fc.nat({ max: 2 }),
    hour: fc.integer({ min: 1, max: 7 }),
    size: fc.integer({ min: 1, max: 90 }).map((n) => n * 10),
    buys: fc.boolean(),
    type: fc.constantFrom("market", "limit", "limit", "stop", "stop"),
    away: fc.integer({ min: 1, max: 12 }),
    reduceOnly: fc.nat({ max: 3 }).map((n) => n === 0),
    strategy: fc.nat({ max: 1 }),
  });
  const path = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.nat({ max: 3 })), { minLength: 8, maxLength: 8 });

  /** Bars that go on where the last one ended. */
  function tapeOf(symbol: string, steps: readonly (readonly [number, number])[]): BarsTape {
    let price = 10_000;
    const rows = steps.map(([step, reach]): Bar => {
      const open = price;
      price += step * 100;
      return [open, Math.max(open, price) + reach * 100, Math.min(open, price) - reach * 100, price];
    });
    return barsTape(symbol, rows);
  }

  function decisionOf(each: typeof drawn extends fc.Arbitrary<infer T> ? T : never): Decision {
    const options = {
      when: at(SYMBOLS[each.symbol] as string, each.hour),
      gates: { ...gates, strategy: strategyScope(`s${each.strategy}`) },
      reduceOnly: each.reduceOnly,
    };
    const size = each.buys ? each.size : -each.size;
    const above = (each.type === "stop") === each.buys;
    const price = 100 + (above ? each.away : -each.away);
    if (each.type === "market") return marketOrder(size, options);
    return each.type === "limit" ? limitOrder(size, price, options) : stopOrder(size, price, options);
  }

  interface Open {
    readonly strategy: number;
    readonly instrument: number;
    readonly price: bigint;
    readonly isMarket: boolean;
    readonly reduceOnly: boolean;
    leaves: bigint;
  }

  /**
   * The most and the least that all strategies can hold together, whatever fills in whatever order, and whichever of
   * them leave.
   */
  function reachOf(held: readonly bigint[], open: readonly Open[]): readonly [most: bigint, least: bigint] {
    let most = held.reduce((sum, each) => (each > 0n ? sum + each : sum), 0n);
    let least = held.reduce((sum, each) => (each < 0n ? sum + each : sum), 0n);
    open.forEach((order, i) => {
      if (order.reduceOnly) return;
      const [up, down] = reachOf(
        held.map((each, strategy) => (strategy === order.strategy ? each + order.leaves : each)),
        open.filter((_, other) => other !== i),
      );
      most = up > most ? up : most;
      least = down < least ? down : least;
    });
    return [most, least];
  }

  /** Each order that opened, as `exposure` and the limit that it was sent under, from the log and the bars alone. */
  function judged(result: RunResult, given: readonly BarsTape[]): readonly { worth: bigint; limit: bigint }[] {
    const { instruments, orders, orderEnds, fills, updates, strategyOf, portfolio } = result.tables();
    const records = result.log.records();
    const closes = given.map((tape) => [...tape.segments()].flatMap((rows) => [...rows.close]));
    const place = instruments.map(({ symbol }) => given.findIndex((tape) => tape.instrument.symbol === symbol));
    const open = new Map<number, Open>();
    const positions = SYMBOLS.map(() => [0n, 0n]);
    const found: { worth: bigint; limit: bigint }[] = [];
    const look = (order: Open, row: number): void => {
      const bucket = Number((orders.time[row] as bigint) / HOUR_NS) - 1;
      const marks = closes.map((column) => column[bucket] as bigint);
      const restingIn = (i: number): readonly Open[] =>
        [...open.values()].filter((each) => each.instrument === i && !each.isMarket);
      const heldIn = (i: number): bigint[] => {
        const held = [...(positions[i] as bigint[])];
        for (const each of open.values()) {
          if (each.instrument === i && each.isMarket)
            held[each.strategy] = (held[each.strategy] as bigint) + each.leaves;
        }
        return held;
      };
      const i = order.instrument;
      const held = heldIn(i);
      const after = (held[order.strategy] as bigint) + order.leaves;
      // What only reduces its strategy's position is not judged.
      if (order.reduceOnly || after === 0n || after > 0n !== order.leaves > 0n) return;
      held[order.strategy] = after;
      const [most, least] = reachOf(held, restingIn(i));
      const own = order.leaves > 0n ? most : -least;
      let worth = own * (order.price === 0n ? (marks[i] as bigint) : order.price);
      SYMBOLS.forEach((_, other) => {
        if (other === i) return;
        const [up, down] = reachOf(heldIn(other), restingIn(other));
        worth += (up > -down ? up : -down) * (marks[other] as bigint);
      });
      found.push({ worth, limit: bucket === 0 ? 10_000_000n : (portfolio.equity[bucket - 1] as bigint) });
    };
    for (let at = 0; at < records.rowCount; at++) {
      const row = records.row[at] as number;
      const kind = RECORD_KINDS[records.kind[at] as number];
      if (kind === "order") {
        const flags = orders.flags[row] as number;
        const limit = orders.limit[row] as bigint;
        const order: Open = {
          strategy: strategyOf[orders.decision[row] as number] as number,
          instrument: place[orders.instrument[row] as number] as number,
          price: limit === 0n ? (orders.trigger[row] as bigint) : limit,
          isMarket: limit === 0n && orders.trigger[row] === 0n,
          reduceOnly: (flags & (1 << ORDER_FLAGS.indexOf("reduceOnly"))) !== 0,
          leaves: orders.quantity[row] as bigint,
        };
        look(order, row);
        open.set(orders.order[row] as number, order);
      } else if (kind === "fill") {
        const order = open.get(fills.order[row] as number) as Open;
        const quantity = fills.quantity[row] as bigint;
        const held = positions[order.instrument] as bigint[];
        held[order.strategy] = (held[order.strategy] as bigint) + quantity;
        order.leaves -= quantity;
        if (order.leaves === 0n) open.delete(fills.order[row] as number);
      } else if (kind === "update") {
        const order = open.get(updates.order[row] as number);
        if (order !== undefined) order.leaves = updates.leaves[row] as bigint;
      } else if (kind === "orderEnd") open.delete(orderEnds.order[row] as number);
    }
    return found;
  }

  it("all that may come about together is within the limit when an order is sent that opens", () => {
    let looked = 0;
    let near = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 3, maxLength: 8 }), fc.tuple(path, path, path), (orders, paths) => {
        const given = SYMBOLS.map((symbol, i) => tapeOf(symbol, paths[i] as (typeof paths)[0]));
        const result = runOrders(orders.map(decisionOf), given, MARGIN);
        for (const { worth, limit } of judged(result, given)) {
          expect(worth).toBeLessThanOrEqual(limit);
          looked++;
          if (10n * worth > 9n * limit) near++;
        }
        const { reason } = result.tables().refusals;
        refused += [...reason].filter((code) => REASONS[code] === "leverage_limit").length;
      }),
      { numRuns: runsOf(100), seed: 41 },
    );
    expect(looked).toBeGreaterThan(60);
    expect(near).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(30);
  });
});
