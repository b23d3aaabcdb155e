// Exits behind gates: what is let through as a reduction opens what its gates let it open when it comes to that, and
// nothing where it was sent while nothing could be opened.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Gates, OrderOptions, RunConfig } from "../../kernel/index.js";
import {
  activationGate,
  bars,
  bracket,
  eq,
  limitOrder,
  marketOrder,
  order,
  preTradeGate,
  riskControl,
  stopOrder,
} from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { lines, messages, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { flatBars } from "./order-lines.js";

const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;
const MARGIN: Partial<RunConfig> = { account: { kind: "margin", leverage: 10, maintenance: null } };
const riskOf = (position: number): Gates => ({ risk: riskControl({ ...NO_LIMITS, position }) });
const active: Gates = { activation: activationGate({ assume: "active" }) };
const at = (hour: number): OrderOptions => ({ when: eq(bars().time, hour * 3600) });
/** A hundred shares bought at 100, and two exits of them, of which either may fill first. */
const held = marketOrder(100, at(1));
const exits = (gates: Gates, options: Partial<OrderOptions> = {}): readonly Decision[] => [
  held,
  limitOrder(-100, 110, { ...at(2), ...options, gates }),
  limitOrder(-100, 115, { ...at(2), ...options, gates }),
];
const rise: readonly Bar[] = [...flatBars(10_000, 10_000, 10_000), [10_000, 12_000, 10_000, 12_000]];

/** What happened from the bar of the exits on; their numbers follow from their contents. */
function told(decisions: readonly Decision[], config: Partial<RunConfig> = {}, path = rise): readonly string[] {
  const all = lines(decisions, path, { ...MARGIN, ...config });
  const told = all.filter((line) => /refusal|fill|end/.test(line) && !line.startsWith("1 "));
  return told.map((line) => line.replace(/(fill|end) \d/, "$1"));
}

describe("an exit that another one leaves nothing to reduce", () => {
  it("opens what its limits let it open then, and nothing where they let it open nothing", () => {
    expect(told(exits({}))).toEqual(["4 fill -100 @ 11000", "4 fill -100 @ 11500"]);
    expect(told(exits(riskOf(0.2)))).toEqual(["4 fill -100 @ 11000", "4 fill -100 @ 11500"]);
    // One percent are eight at 115.
    const cut = ["4 fill -100 @ 11000", "4 refusal position_size_limit -100 allowed -8", "4 fill -8 @ 11500"];
    expect(told(exits(riskOf(0.01)))).toEqual(cut);
    expect(told(exits(riskOf(0.0001)))).toEqual([
      "4 fill -100 @ 11000",
      "4 refusal position_size_limit -100 allowed 0",
      "4 end reduce_only -100",
    ]);
  });

  it("opens nothing that its side, its market or its account does not let it", () => {
    const drained = messages({ hour: 0.5, version: 1 }, { hour: 2.5, version: 2, side: "short", drain: true });
    const refused = (reason: string): readonly string[] => [
      "4 fill -100 @ 11000",
      `4 refusal ${reason} -100 allowed 0`,
      "4 end reduce_only -100",
    ];
    expect(told(exits(active), drained)).toEqual(refused("drain"));
    const stale = messages({ hour: 0.5, version: 1, ttl: "2h" });
    expect(told(exits(active), stale)).toEqual(refused("activation_unknown"));
    const cash = { account: { kind: "cash" } } as const;
    expect(told(exits({ preTrade: preTradeGate() }), cash)).toEqual(refused("not_shortable"));
  });

  it("is filled whole as an exit where it must be filled whole, or not at all", () => {
    const whole = exits(riskOf(0.2), { timeInForce: "fok" }).slice(0, 2);
    const gone = marketOrder(-100, { ...at(2) });
    expect(told([...whole, gone], {}, [...flatBars(10_000, 10_000), ...flatBars(12_000)])).toEqual([
      "2 fill -100 @ 12000",
      "2 end fok_unfilled -100",
    ]);
  });

  it("is judged as a child of one fill as well", () => {
    const entry = marketOrder(10, { ...at(1), gates: riskOf(0.01) });
    const children = [110, 115].map((limit) => order(-1, { parent: entry, type: "limit", limit }));
    const fills = told([entry, ...children]).filter((line) => line.includes("fill"));
    expect(fills).toEqual(["4 fill -10 @ 11000", "4 fill -8 @ 11500"]);
  });

  it("counts itself once, and what rests beside it", () => {
    const beside = limitOrder(-5, 130, at(2));
    expect(told([...exits(riskOf(0.01)), beside]).at(-1)).toBe("4 fill -3 @ 11500");
  });
});

describe("whatever exits there are, and whichever fills first", () => {
  const exit = fc.record({
    hour: fc.integer({ min: 2, max: 6 }),
    size: fc.integer({ min: 1, max: 10 }).map((n) => n * 10),
    type: fc.constantFrom("market", "limit", "stop"),
    away: fc.integer({ min: 1, max: 4 }),
    reduceOnly: fc.boolean(),
  });
  const path = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 20, max: 300 })), {
    minLength: 8,
    maxLength: 8,
  });
  const states = [{ drain: true }, { drain: "cancel" }, { active: false }, { ttl: "1h" }] as const;

  function barsOf(steps: readonly (readonly [number, number])[]): readonly Bar[] {
    let price = 10_000;
    return [
      [10_000, 10_000, 10_000, 10_000],
      ...steps.map(([step, volume]): Bar => {
        const open = price;
        price += step * 100;
        return [open, Math.max(open, price) + 50, Math.min(open, price) - 50, price, volume];
      }),
    ];
  }

  it("they never take a position through flat that may not be opened", () => {
    let reduced = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(exit, { minLength: 2, maxLength: 6 }),
        path,
        fc.constantFrom(null, ...states),
        fc.boolean(),
        (drawn, steps, state, isLong) => {
          const gates = state === null ? riskOf(0.0001) : active;
          const sign = isLong ? -1 : 1;
          const decisions = drawn.map(({ hour, size, type, away, reduceOnly }) => {
            const options = { ...at(hour), reduceOnly, gates };
            if (type === "market") return marketOrder(sign * size, options);
            const price = 100 + (type === "limit" ? -sign : sign) * away;
            return type === "limit" ? limitOrder(sign * size, price, options) : stopOrder(sign * size, price, options);
          });
          const said = messages({ hour: 0.5, version: 1, side: isLong ? "short" : "long", ...state });
          const entry = marketOrder(-sign * 100, at(1));
          const result = run([entry, ...decisions], barsOf(steps), { ...MARGIN, ...said, participation: 1 });
          const { fills, refusals } = result.tables();
          let position = 0n;
          for (const quantity of fills.quantity) {
            position += quantity;
            expect(position * BigInt(-sign)).toBeGreaterThanOrEqual(0n);
          }
          reduced += fills.rowCount;
          refused += refusals.rowCount;
        },
      ),
      { numRuns: runsOf(150), seed: 67 },
    );
    expect(reduced).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(20);
  });

  it("are the same however the run is cut", () => {
    const family = bracket(limitOrder(10, 99, { ...at(2), gates: riskOf(0.01) }), { stop: 95, target: 110 });
    const decisions = [...exits(riskOf(0.01)), ...family];
    const digests = [1, 3, 1024].map((blockRows) => run(decisions, rise, MARGIN, { blockRows }).resultDigest);
    digests.push(run(decisions, rise, MARGIN, { stepEveryBucket: true }).resultDigest);
    expect(new Set(digests).size).toBe(1);
  });
});
