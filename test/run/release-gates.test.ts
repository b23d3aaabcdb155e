// Children that a fill releases: what they open passes the gates of their decision then, and what they reduce does not
// have to.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Gates, RunConfig, RunResult } from "../../kernel/index.js";
import {
  activationGate,
  bars,
  bracket,
  eq,
  limitOrder,
  marketOrder,
  order,
  preTradeGate,
  REASONS,
  riskControl,
  strategyScope,
  timingGate,
} from "../../kernel/index.js";
import type { Said } from "./gate-runs.js";
import { messages, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, linesOf, runOrders } from "./order-lines.js";

const { close } = bars();
const when = eq(close, 100);
const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;
const MARGIN: Partial<RunConfig> = { account: { kind: "margin", leverage: 10, maintenance: null } };
/** The entry is decided at the first close and filled at the second open; what it releases is in the market then. */
const prices = flatBars(10_000, 10_000, 10_100, 10_200);

const riskOf = (limits: Parameters<typeof riskControl>[0]): Gates => ({
  risk: riskControl({ ...NO_LIMITS, ...limits }),
});
const active = { activation: activationGate({ assume: "active" }) };

/** An entry of ten shares with children, each of so many times what it fills. */
function family(gates: Gates, ...factors: readonly number[]): readonly Decision[] {
  const entry = marketOrder(10, { when: eq(bars().time, 3600), gates });
  return [entry, ...factors.map((factor) => order(factor, { parent: entry, type: "market" }))];
}

/** Lines about refusals and fills. */
function told(result: RunResult): readonly string[] {
  return linesBefore(result).filter((line) => /refusal|fill|end/.test(line));
}

/** Orders that are neither filled whole nor ended before the end of data. */
function openAt(result: RunResult): number {
  return linesOf(result).filter((line) => line.includes(" end_of_data ")).length;
}

describe("a child that opens", () => {
  it("is cut to a limit or refused, with the reason and the policy in the log", () => {
    const at = (shares: number, dynamic: boolean): RunResult =>
      run(family(riskOf({ position: shares / 1000, dynamic }), 1), prices, { cash: "100000", ...MARGIN });
    expect(told(at(20, true))).toEqual(["1 fill 1 10 @ 10000", "1 fill 2 10 @ 10000"]);
    const cut = at(19, true);
    expect(told(cut)).toEqual([
      "1 fill 1 10 @ 10000",
      "1 refusal position_size_limit 10 allowed 9",
      "1 fill 2 9 @ 10000",
    ]);
    expect(cut.tables().refusals.policy[0]).toBe(0);
    expect(told(at(19, false))).toEqual(["1 fill 1 10 @ 10000", "1 refusal position_size_limit 10 allowed 0"]);
    expect(at(19, false).counts.orders).toBe(1);
  });

  it("counts the children that are released with it, and theirs", () => {
    const both = run(family(riskOf({ position: 0.025 }), 1, 0.8), prices, MARGIN);
    expect([...both.tables().fills.quantity].reduce((x, y) => x + y)).toBe(25n);
    expect(both.counts.refusals).toBe(1);
    const [entry, child] = family(riskOf({ position: 0.025 }), 1) as [Decision, Decision];
    const below = run([entry, child, order(1, { parent: child, type: "market" })], prices, MARGIN);
    expect(told(below).filter((line) => line.includes("refusal"))).toEqual([
      "1 refusal position_size_limit 10 allowed 5",
    ]);
    // Limits that rest may still fill.
    const resting = [entry, ...[98, 97].map((limit) => order(1, { parent: entry, type: "limit", limit }))];
    expect(told(run(resting, prices, MARGIN)).filter((line) => line.includes("refusal"))).toEqual([
      "1 refusal position_size_limit 10 allowed 5",
    ]);
  });

  it("counts what is left of the entry that released it", () => {
    const entry = limitOrder(100, 99, { when, gates: riskOf({ position: 0.1 }) });
    const child = order(1, { parent: entry, type: "market" });
    const partial: readonly Bar[] = [
      [10_000, 10_000, 10_000, 10_000, 1_000],
      [10_000, 10_000, 9_800, 9_800, 40],
      [10_100, 10_100, 10_100, 10_100, 1_000],
    ];
    const result = run([entry, child], partial, { ...MARGIN, participation: 1 });
    expect(told(result).slice(0, 2)).toEqual(["2 fill 1 40 @ 9900", "2 refusal position_size_limit 40 allowed 1"]);
  });

  it("is refused by a drain, and the part of it that reduces is not", () => {
    const drained = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: true });
    const entry = limitOrder(10, 99, { when, gates: active });
    const dips: readonly Bar[] = [...flatBars(10_000, 9_950), [9_950, 9_950, 9_800, 9_800], ...flatBars(9_800)];
    const children = [
      order(1, { parent: entry, type: "market" }),
      // Ten of it close the position, five would open a short one.
      order(-1.5, { parent: entry, type: "limit", limit: 98.5 }),
    ];
    expect(told(run([entry, ...children], dips, { ...MARGIN, ...drained }))).toEqual([
      "3 fill 1 10 @ 9900",
      "3 refusal drain 10 allowed 0",
      "3 refusal drain -15 allowed -10",
      "3 fill 2 -10 @ 9899",
    ]);
    const free = run([entry, ...children], dips, { ...MARGIN, ...messages({ hour: 0.5, version: 1 }) });
    expect(free.counts.refusals).toBe(0);
  });

  it("is refused where it is stale or disabled, and a stop is not", () => {
    const stale = messages({ hour: 0.5, version: 1, ttl: "1h" });
    const entry = limitOrder(10, 99, { when, gates: active });
    const dips: readonly Bar[] = [
      ...flatBars(10_000, 9_950),
      [9_950, 9_950, 9_800, 9_800],
      [9_800, 9_800, 9_000, 9_000],
    ];
    const family = [...bracket(entry, { stop: 95 }), order(1, { parent: entry, type: "market" })];
    expect(told(run(family, dips, { ...MARGIN, ...stale }))).toEqual([
      "3 fill 1 10 @ 9900",
      "3 refusal activation_unknown 10 allowed 0",
      "4 fill 2 -10 @ 9500",
    ]);
  });

  it("opens with what another one, released with it, has reduced already", () => {
    const [entry] = family({ preTrade: preTradeGate() }) as [Decision];
    const children = [-1, -0.9].map((factor) => order(factor, { parent: entry, type: "market" }));
    const result = run([entry, ...children], prices, { cash: "100000" });
    const sold = [...result.tables().fills.quantity].slice(1).reduce((x, y) => x + y, 0n);
    expect(sold).toBe(-10n);
    expect(told(result).filter((line) => line.includes("refusal not_shortable"))).toHaveLength(1);
    expect(result.tables().refusals.policy[0]).toBe(0);
  });

  it("is judged on the snapshot of the bucket before", () => {
    // 900 shares from 100: at 84 the account is 14.4 % down, at 83 it is 15.3 %.
    const hold = marketOrder(900, { when: eq(bars().time, 3600) });
    const late = limitOrder(1, 81, { when: eq(bars().time, 10_800), gates: riskOf({ drawdown: 0.15 }) });
    const child = order(1, { parent: late, type: "market" });
    const fall = (cents: number): readonly string[] => {
      const before = flatBars(10_000, 10_000, 10_000, cents);
      // The fall of the bar that fills is not seen yet.
      const path: readonly Bar[] = [...before, [cents, cents, 8_000, 8_000], ...flatBars(8_000)];
      return told(run([hold, late, child], path, { ...MARGIN, cash: "100000" })).filter((line) =>
        /refusal|fill 3/.test(line),
      );
    };
    expect(fall(8_400)).toEqual(["5 fill 3 1 @ 8099"]);
    expect(fall(8_300)).toEqual(["5 refusal drawdown_limit 1 allowed 0"]);
  });

  it("passes the pre-trade gate and the hours of its decision", () => {
    const strict = preTradeGate({ dynamic: false, queue: true });
    const paid = (cash: string): readonly string[] => told(run(family({ preTrade: strict }, 1), prices, { cash }));
    expect(paid("2000")).toEqual(["1 fill 1 10 @ 10000", "1 fill 2 10 @ 10000"]);
    expect(paid("1999")).toEqual(["1 fill 1 10 @ 10000", "1 refusal insufficient_buying_power 10 allowed 0"]);
    // A pause in the session in which the market trades and the gate is closed.
    const session = { sessions: [[0n, 9n * HOUR_NS]], extended: { lunch: [[2n * HOUR_NS, 4n * HOUR_NS]] } };
    const calendars = { A: { kind: "sessions", ...session } } as unknown as RunConfig["calendars"];
    const entry = limitOrder(10, 99, { when, gates: { timing: timingGate() } });
    const dip = (bar: number): readonly Bar[] =>
      flatBars(10_000, 10_010, 10_010, 10_010, 10_010).map((each, i) =>
        i === bar - 1 ? [10_010, 10_010, 9_800, 10_010] : each,
      );
    const at = (bar: number): readonly string[] =>
      told(run([entry, order(1, { parent: entry, type: "market" })], dip(bar), { calendars: calendars ?? {} }));
    expect(at(2)).toEqual(["2 fill 1 10 @ 9900", "2 fill 2 10 @ 9899"]);
    expect(at(3)).toEqual(["3 fill 1 10 @ 9900", "3 refusal market_closed 10 allowed 0"]);
    expect(at(5)).toEqual(["5 fill 1 10 @ 9900", "5 fill 2 10 @ 9899"]);
  });
});

describe("children under a freeze", () => {
  it("are refused whole, stops among them: nothing is left open", () => {
    const frozen = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, freeze: true });
    const entry = marketOrder(10, { when: eq(bars().time, 3600), gates: active });
    const result = run([...bracket(entry, { stop: 95, target: 110 })], prices, frozen);
    expect(told(result)).toEqual([
      "1 fill 1 10 @ 10000",
      "1 refusal freeze -10 allowed 0",
      "1 refusal freeze -10 allowed 0",
    ]);
    expect(openAt(result)).toBe(0);
    expect([...result.tables().refusals.policy]).toEqual([0, 0]);
    // A freeze of the other side leaves them alone.
    const other = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, freeze: true, side: "short" });
    expect(openAt(run([...bracket(entry, { stop: 95, target: 110 })], prices, other))).toBe(2);
  });

  it("are refused also where a parent fills in parts", () => {
    const frozen = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, freeze: true });
    const entry = marketOrder(10, { when: eq(bars().time, 3600), gates: active });
    const thin: readonly Bar[] = prices.map(([price]) => [price, price, price, price, 4]);
    const result = run([...bracket(entry, { stop: 95 })], thin, { ...frozen, participation: 1 });
    expect(told(result)).toEqual(["1 fill 1 4 @ 10000", "1 refusal freeze -4 allowed 0", "1 end 1 freeze 6"]);
    expect(openAt(result)).toBe(0);
  });
});

describe("a freeze that is lifted inside a bar", () => {
  it("holds for what the open of that bar releases, whatever comes between", () => {
    const held = marketOrder(10, { when: eq(bars().time, 3600), gates: active });
    const exit = marketOrder(-10, { when: eq(bars().time, 7200), gates: active });
    const child = order(1, { parent: exit, type: "limit", limit: 101 });
    const frozen = (...more: readonly Said[]): Partial<RunConfig> => ({
      ...MARGIN,
      ...messages({ hour: 0.5, version: 1 }, { hour: 0.6, version: 2, freeze: true, side: "short" }, ...more),
    });
    const lines = (...more: readonly Said[]): readonly string[] =>
      told(run([held, exit, child], prices, frozen(...more))).slice(2);
    const lifted = { hour: 2.6, version: 4, side: "short" } as const;
    expect(lines(lifted)).toEqual(["2 refusal freeze -10 allowed 0"]);
    expect(lines({ hour: 2.4, version: 3, side: "short", drain: true }, lifted)).toEqual([
      "2 refusal freeze -10 allowed 0",
    ]);
    // In front of the bar it is lifted.
    expect(lines({ ...lifted, hour: 1.6 })).toEqual(["2 fill 3 -10 @ 10100"]);
  });
});

describe("children under a drain that cancels", () => {
  const drained = (hour: number, ...more: readonly Said[]): Partial<RunConfig> =>
    messages({ hour: 0.5, version: 1 }, { hour, version: 2, drain: "cancel", side: "long" }, ...more);
  const entry = marketOrder(10, { when: eq(bars().time, 3600), gates: active });
  const exits = bracket(entry, { stop: 95, target: 110 });

  it("go with what released them: they were sent before it, and are gone from the next open", () => {
    const result = run([...exits], flatBars(10_000, 10_000, 11_200, 9_000), drained(1.5));
    expect(told(result)).toEqual(["1 fill 1 10 @ 10000", "1 end 2 drain -10", "1 end 3 drain -10"]);
    // A freeze in the next bar does not hold them any longer.
    const frozen = run(
      [...exits],
      flatBars(10_000, 10_000, 10_000),
      drained(1.5, { hour: 2.5, version: 3, freeze: true }),
    );
    expect(told(frozen)).toEqual(["1 fill 1 10 @ 10000", "1 end 2 freeze -10", "1 end 3 freeze -10"]);
    // The bar of the message itself may still fill them.
    const late = run([...exits], [...flatBars(10_000), [10_000, 10_000, 9_400, 9_400]], drained(1.5));
    expect(told(late)).toEqual(["1 fill 1 10 @ 10000", "2 fill 2 -10 @ 9500", "2 end 3 oco -10"]);
  });

  it("go where the walk of the bar or a later one releases them, and where the cancel has a latency", () => {
    const resting = bracket(limitOrder(10, 99, { when: eq(bars().time, 3600), gates: active }), { stop: 95 });
    const dip: readonly Bar[] = [...flatBars(10_000), [10_000, 10_000, 9_800, 9_800], ...flatBars(9_800, 9_800, 9_800)];
    expect(told(run([...resting], dip, drained(1.5)))).toEqual(["2 fill 1 10 @ 9900", "2 end 2 drain -10"]);
    const slow = { ...drained(0.7), latencyNs: 5_400_000_000_000 };
    // Sent at hour 1 and accepted at 2:30, cancelled from 1:06 on: it fills at 3:00, and the cancel comes at 2:36.
    const sent = messages({ hour: 0.5, version: 1 }, { hour: 1.1, version: 2, drain: "cancel" });
    const both = run([...exits], flatBars(10_000, 10_000, 10_000, 10_000, 9_000), { ...slow, ...sent });
    expect(told(both)).toEqual(["2 end 1 drain 10"]);
    const later = messages({ hour: 0.5, version: 1 }, { hour: 2.8, version: 2, drain: "cancel" });
    const open = run([...exits], flatBars(10_000, 10_000, 10_000, 10_000, 10_000, 9_000), { ...slow, ...later });
    expect(told(open)).toEqual(["3 fill 1 10 @ 10000", "4 end 2 drain -10", "4 end 3 drain -10"]);
  });

  it("go although the drain was lifted in their bar, and stay where they are of the other side", () => {
    const lifted = drained(1.5, { hour: 1.6, version: 3 });
    expect(told(run([...exits], flatBars(10_000, 10_000, 9_000), lifted))).toEqual([
      "1 fill 1 10 @ 10000",
      "1 end 2 canceled -10",
      "1 end 3 canceled -10",
    ]);
    // A sale of twenty flips ten of them, which are no longer those of the side that drains.
    const held = marketOrder(10, { when: eq(bars().time, 3600), gates: active });
    const flip = marketOrder(-20, { when: eq(bars().time, 7200), gates: active });
    const stop = order(-0.5, { parent: flip, type: "stop", stop: 105, reduceOnly: true });
    const flipped = run([held, flip, stop], flatBars(10_000, 10_000, 10_000, 10_600), { ...MARGIN, ...drained(2.5) });
    expect(told(flipped).at(-1)).toBe("3 fill 4 5 @ 10600");
  });
});

describe("whatever is sent with what", () => {
  const quantity = fc.integer({ min: -60, max: 60 }).filter((n) => n !== 0);
  const factor = fc.constantFrom<number>(-2, -1, -0.5, 0.5, 1, 2);
  const price = fc.integer({ min: 97, max: 103 });
  const one = fc.record({
    hour: fc.integer({ min: 1, max: 8 }),
    quantity,
    limit: fc.option(price),
    factor,
    child: fc.option(price),
    below: factor,
    strategy: fc.boolean(),
  });
  const adding = fc.tuple(one, factor, factor).map(([each, a, b]) => ({
    ...each,
    quantity: Math.abs(each.quantity),
    factor: Math.abs(a),
    below: Math.abs(b),
  }));
  const path = fc.array(fc.tuple(price, price, fc.integer({ min: 5, max: 200 })), { minLength: 10, maxLength: 10 });

  function decisions(
    orders: readonly (typeof one extends fc.Arbitrary<infer T> ? T : never)[],
    shared: Gates,
  ): Decision[] {
    return orders.flatMap((each) => {
      const gates = { ...shared, strategy: strategyScope(each.strategy ? "a" : "b") };
      const at = eq(bars().time, each.hour * 3600);
      const entry =
        each.limit === null
          ? marketOrder(each.quantity, { when: at, gates })
          : limitOrder(each.quantity, each.limit, { when: at, gates });
      const child =
        each.child === null
          ? order(each.factor, { parent: entry, type: "market" })
          : order(each.factor, { parent: entry, type: "limit", limit: each.child });
      return [entry, child, order(each.below, { parent: child, type: "market" })];
    });
  }

  const tapeOf = (bars: readonly (readonly [number, number, number])[]): ReturnType<typeof barsTape> =>
    barsTape(
      "A",
      bars.map(([a, b, volume]): Bar => [10_000, Math.max(a, b, 100) * 100, Math.min(a, b, 100) * 100, 10_000, volume]),
    );

  it("all strategies together never hold more than their world allows, whatever adds to what", () => {
    // Prices end where they began and fees are none, so 10 % of equity is some hundred shares all the time; within a
    // bar they are up to 3 % cheaper, and what was bought cheaper adds to equity.
    const risk = riskControl({ ...NO_LIMITS, concentration: 0.1 });
    let refused = 0;
    let most = 0;
    fc.assert(
      fc.property(fc.array(adding, { minLength: 2, maxLength: 6 }), path, (orders, bars) => {
        const config = { ...MARGIN, cash: "100000", participation: 1 };
        const result = runOrders(decisions(orders, { risk }), [tapeOf(bars)], config);
        const held = [...result.tables().fills.quantity].reduce<readonly number[]>(
          (sums, filled) => [...sums, (sums.at(-1) ?? 0) + Number(filled)],
          [],
        );
        const largest = Math.max(0, ...held.map(Math.abs));
        most = Math.max(most, largest);
        refused += [...result.tables().refusals.reason].filter(
          (code) => REASONS[code] === "concentration_limit",
        ).length;
        expect(largest).toBeLessThanOrEqual(105);
      }),
      { numRuns: runsOf(50), seed: 31 },
    );
    expect(most).toBeGreaterThan(90);
    expect(refused).toBeGreaterThan(25);
  });

  it("a freeze leaves no open order, and a drain never raises exposure by what was sent or released behind it", () => {
    let released = 0;
    const states = [{ freeze: true }, { drain: true }, { drain: "cancel" as const }];
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 5 }),
        path,
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(...states),
        (orders, bars, hour, state) => {
          const config = {
            ...MARGIN,
            cash: "100000",
            participation: 1,
            ...messages({ hour: 0.5, version: 1 }, { hour: hour + 0.5, version: 2, ...state }),
          };
          const result = runOrders(decisions(orders, { activation: activationGate() }), [tapeOf(bars)], config);
          if ("freeze" in state) expect(openAt(result)).toBe(0);
          const { orders: sent, fills, strategies, strategyOf } = result.tables();

          const from = BigInt(hour) * HOUR_NS;
          const positions = strategies.map(() => 0n);
          for (let row = 0; row < fills.rowCount; row++) {
            const at = sent.order.indexOf(fills.order[row] as number);
            const who = strategyOf[sent.decision[at] as number] as number;
            const before = positions[who] as bigint;
            const after = before + (fills.quantity[row] as bigint);
            positions[who] = after;
            // What was in the market before the message may still fill.
            if ((sent.time[at] as bigint) <= from) continue;
            released++;
            const size = (x: bigint): bigint => (x < 0n ? -x : x);
            expect(size(after)).toBeLessThan(size(before));
            expect(before === 0n || after === 0n || before > 0n === after > 0n).toBe(true);
          }
        },
      ),
      { numRuns: runsOf(120), seed: 32 },
    );
    expect(released).toBeGreaterThan(0);
  });

  it("is the same however the run is cut", () => {
    const gates = { risk: riskControl({ ...NO_LIMITS, position: 0.04, drawdown: 0.05 }), preTrade: preTradeGate() };
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), path, (orders, bars) => {
        const config = { ...MARGIN, cash: "100000", participation: 1 };
        const runs = [{ blockRows: 1 }, { blockRows: 7 }, { blockRows: 1024 }];
        const digests = runs.map(
          (options) => runOrders(decisions(orders, gates), [tapeOf(bars)], config, options).resultDigest,
        );
        expect(new Set(digests).size).toBe(1);
      }),
      { numRuns: runsOf(8), seed: 33 },
    );
  });
});
