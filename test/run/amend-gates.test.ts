// Amendments behind gates: an order that is to want more, or to cost more, is judged as one of that size and price.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Gates, RunConfig, RunResult } from "../../kernel/index.js";
import {
  activationGate,
  amendOrder,
  bars,
  eq,
  limitOrder,
  marketOrder,
  NOTE_KINDS,
  riskControl,
  SEVERITIES,
  stopOrder,
  strategyScope,
} from "../../kernel/index.js";
import { lines, messages, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";
import { barsTape, flatBars, linesBefore, runOrders } from "./order-lines.js";

const { time } = bars();
const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;
const riskOf = (limits: Parameters<typeof riskControl>[0]): Gates => ({
  risk: riskControl({ ...NO_LIMITS, ...limits }),
});
const at = (hour: number): ReturnType<typeof eq> => eq(time, hour * 3600);
const prices = flatBars(...Array.from({ length: 6 }, () => 11_000));
const MARGIN: Partial<RunConfig> = { account: { kind: "margin", leverage: 10, maintenance: null } };

/** Lines of what became of amendments. */
function amended(decisions: readonly Decision[], config: Partial<RunConfig> = {}): readonly string[] {
  return lines(decisions, prices, { cash: "100000", ...config }).filter((line) => /refusal|update/.test(line));
}

describe("an amendment behind risk", () => {
  // 10 % of 100,000.
  const entry = limitOrder(100, 90, { when: at(1), gates: riskOf({ position: 0.1 }) });
  const update = (size: number, limit: number): string => `2 update 1 ${size} limit ${limit * 100} trigger 0`;
  const refused = ["2 refusal position_size_limit 0 allowed 0"];

  it("may raise a price up to the limit at that price, and not beyond", () => {
    const to = (limit: number): readonly string[] => amended([entry, amendOrder(entry, { limit, when: at(2) })]);
    expect(to(100)).toEqual([update(100, 100)]);
    expect(to(100.01)).toEqual(refused);
    expect(to(50)).toEqual([update(100, 50)]);
  });

  it("may raise a size up to the limit, at the price that it is given with it", () => {
    const to = (size: number, limit?: number): readonly string[] =>
      amended([entry, amendOrder(entry, { size, ...(limit === undefined ? {} : { limit }), when: at(2) })]);
    expect(to(111)).toEqual([update(111, 90)]);
    expect(to(112)).toEqual(refused);
    expect(to(200, 50)).toEqual([update(200, 50)]);
    expect(to(201, 50)).toEqual(refused);
    // Fewer of them at a price that makes them worth more, and worth less.
    expect(to(90, 101)).toEqual([update(90, 101)]);
    expect(to(99, 101.02)).toEqual(refused);
  });

  it("says who refused it, how severe it is, and what was measured", () => {
    const result = run([entry, amendOrder(entry, { limit: 100, size: 200, when: at(2) })], prices, { cash: "100000" });
    const { policy, severity } = result.tables().refusals;
    expect([policy[0], SEVERITIES[severity[0] as number]]).toEqual([0, "critical"]);
    const { kind, value, limit } = result.tables().notes;
    expect([NOTE_KINDS[kind[0] as number], value[0], limit[0]]).toEqual(["risk", 200_000_000n, 100_000_000n]);
  });

  it("counts other orders beside it, and not itself", () => {
    // Behind the first order: those of one bucket go by their ids.
    const other = limitOrder(20, 80, { when: at(2), gates: riskOf({ position: 0.1 }) });
    const to = (size: number): readonly string[] => amended([entry, other, amendOrder(other, { size, when: at(3) })]);
    // At 80 the limit is 125 shares, 100 of which the first order may buy.
    expect(to(25)).toEqual(["3 update 2 25 limit 8000 trigger 0"]);
    expect(to(26)).toEqual(refused.map((line) => line.replace(/^2/, "3")));
  });

  it("judges the trigger of a stop, and a short sale as well", () => {
    const stop = stopOrder(90, 110.5, { when: at(1), gates: riskOf({ position: 0.1 }) });
    const to = (trigger: number): readonly string[] =>
      amended([stop, amendOrder(stop, { stop: trigger, when: at(2) })]);
    expect(to(111.11)).toEqual(["2 update 1 90 limit 0 trigger 11111"]);
    expect(to(111.12)).toEqual(refused);
    const short = limitOrder(-80, 120, { when: at(1), gates: riskOf({ position: 0.1 }) });
    const sold = (limit: number): readonly string[] =>
      amended([short, amendOrder(short, { limit, when: at(2) })], MARGIN);
    expect(sold(125)).toEqual(["2 update 1 -80 limit 12500 trigger 0"]);
    expect(sold(125.01)).toEqual(refused);
  });

  it("leaves what only reduces alone, at any price", () => {
    const hold = marketOrder(50, { when: at(1) });
    const exit = limitOrder(-50, 120, { when: at(2), gates: riskOf({ position: 0.0001, drawdown: 0 }) });
    const change = amendOrder(exit, { limit: 140, when: at(3) });
    expect(amended([hold, exit, change])).toEqual(["3 update 2 -50 limit 14000 trigger 0"]);
    const larger = amendOrder(exit, { size: -51, when: at(3) });
    expect(amended([hold, exit, larger], MARGIN)).toEqual(["3 refusal position_size_limit 0 allowed 0"]);
  });

  it("is judged again when it arrives", () => {
    const gates = { activation: activationGate() };
    const resting = limitOrder(10, 90, { when: at(1), gates });
    const dearer = amendOrder(resting, { limit: 95, when: at(2) });
    const drained = (hour: number): RunResult =>
      run([resting, dearer], prices, {
        ...messages({ hour: 0.5, version: 1 }, { hour, version: 2, drain: true }),
        latencyNs: 1_800_000_000_000,
      });
    const told = (hour: number): readonly string[] =>
      linesBefore(drained(hour)).filter((line) => /refusal|update/.test(line));
    expect(told(1.9)).toEqual(["2 refusal drain 0 allowed 0"]);
    // It arrives at the open behind half past two, before which the side began to drain.
    expect(told(2.2)).toEqual(["3 refusal drain 0 allowed 0"]);
    expect(drained(2.2).tables().refusals.policy[0]).toBe(0);
    expect(told(5.5)).toEqual(["3 update 1 10 limit 9500 trigger 0"]);
  });

  it("scales what it opens further by the weight of its side, and takes nothing away", () => {
    const gates = { activation: activationGate() };
    const resting = limitOrder(100, 90, { when: at(1), gates });
    const weigh = (first: number, then: number): Partial<RunConfig> =>
      messages({ hour: 0.5, version: 1, weight: first }, { hour: 1.5, version: 2, weight: then });
    const to = (size: number, config: Partial<RunConfig>): readonly string[] =>
      amended([resting, amendOrder(resting, { size, when: at(2) })], config);
    expect(to(200, weigh(0.5, 0.5))).toEqual(["2 update 1 100 limit 9000 trigger 0"]);
    // Sent whole while the weight was 1: half of 150 is less than is there already.
    expect(to(150, weigh(1, 0.5))).toEqual(["2 update 1 100 limit 9000 trigger 0"]);
    expect(to(80, weigh(1, 0.5))).toEqual(["2 update 1 80 limit 9000 trigger 0"]);
    const exit = stopOrder(-50, 80, { when: at(3), reduceOnly: true, gates });
    const hold = marketOrder(100, { when: at(1), gates });
    const larger = amendOrder(exit, { size: -90, when: at(4) });
    expect(amended([hold, exit, larger], weigh(1, 0.5))).toEqual(["4 update 2 -90 limit 0 trigger 8000"]);
  });

  it("of a drained side may be cheaper, never dearer", () => {
    const gates = { activation: activationGate() };
    const resting = limitOrder(10, 90, { when: at(1), gates });
    const drain = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: true });
    const to = (limit: number): readonly string[] =>
      amended([resting, amendOrder(resting, { limit, when: at(2) })], drain);
    expect(to(90.01)).toEqual(["2 refusal drain 0 allowed 0"]);
    expect(to(89.99)).toEqual(["2 update 1 10 limit 8999 trigger 0"]);
  });
});

describe("orders and their amendments, whatever they are", () => {
  const hour = fc.integer({ min: 1, max: 7 });
  const size = fc.integer({ min: 1, max: 150 });
  const price = fc.integer({ min: 95, max: 103 });
  const one = fc.record({ hour, size, limit: price, strategy: fc.boolean() });
  const change = fc.record({
    of: fc.nat({ max: 3 }),
    hour,
    size: fc.option(size, { nil: undefined }),
    limit: fc.option(price, { nil: undefined }),
  });
  const path = fc.array(fc.tuple(price, price), { minLength: 9, maxLength: 9 });

  function decisionsOf(
    orders: readonly {
      readonly hour: number;
      readonly size: number;
      readonly limit: number;
      readonly strategy: boolean;
    }[],
    changes: readonly {
      readonly of: number;
      readonly hour: number;
      readonly size: number | undefined;
      readonly limit: number | undefined;
    }[],
    gates: Gates,
  ): readonly Decision[] {
    const sent = orders.map((each) =>
      limitOrder(each.size, each.limit, {
        when: at(each.hour),
        gates: { ...gates, strategy: strategyScope(each.strategy ? "a" : "b") },
      }),
    );
    const amends = changes.flatMap(({ of, hour: when, size: to, limit }) => {
      const target = sent[of % sent.length] as Decision;
      if (to === undefined && limit === undefined) return [];
      return [
        amendOrder(target, {
          ...(to === undefined ? {} : { size: to }),
          ...(limit === undefined ? {} : { limit }),
          when: at(when),
        }),
      ];
    });
    return [...sent, ...amends];
  }

  const tapeOf = (walk: readonly (readonly [number, number])[]): ReturnType<typeof barsTape> =>
    barsTape(
      "A",
      walk.map(([a, b]): Bar => [10_000, Math.max(a, b, 100) * 100, Math.min(a, b, 100) * 100, 10_000]),
    );

  it("never hold more together than their world allows", () => {
    // Every bar closes at 100 and fees are none: 10 % of 100,000 is 105 shares at 95, and what is bought below 100 adds
    // to equity.
    const gates = riskOf({ concentration: 0.1 });
    let most = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 4 }),
        fc.array(change, { maxLength: 4 }),
        path,
        (orders, changes, walk) => {
          const result = runOrders(decisionsOf(orders, changes, gates), [tapeOf(walk)], {
            cash: "100000",
            latencyNs: 0,
          });
          const held = Number([...result.tables().fills.quantity].reduce((x, y) => x + y, 0n));
          expect(held).toBeLessThanOrEqual(108);
          most = Math.max(most, held);
          refused += result.counts.refusals;
        },
      ),
      { numRuns: runsOf(50), seed: 41 },
    );
    expect(most).toBeGreaterThan(95);
    expect(refused).toBeGreaterThan(30);
  });

  it("are the same however the run is cut", () => {
    const gates = riskOf({ position: 0.08 });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 4 }),
        fc.array(change, { maxLength: 4 }),
        path,
        (orders, changes, walk) => {
          const decisions = decisionsOf(orders, changes, gates);
          const digests = [1, 7, 1024].map(
            (blockRows) =>
              runOrders(decisions, [tapeOf(walk)], { latencyNs: 1_000_000_000 }, { blockRows }).resultDigest,
          );
          expect(new Set(digests).size).toBe(1);
        },
      ),
      { numRuns: runsOf(8), seed: 42 },
    );
  });
});
