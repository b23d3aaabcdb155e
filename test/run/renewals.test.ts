// Renewals: what a message lifts, or weighs otherwise, is judged anew although the target stays the same.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActivationMessage, Decision, RunConfig } from "../../kernel/index.js";
import {
  activationGate,
  bars,
  cumSum,
  eq,
  graph,
  gt,
  lt,
  marketOrder,
  nodeSetRegistry,
  select,
  strategyScope,
  targetPercent,
  targetQuantity,
  targetValue,
} from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { lines, messages, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, linesOf, runOrders } from "./order-lines.js";
import type { RunParts } from "./resumed.js";
import { resumedRun } from "./resumed.js";

const { close } = bars();
const activation = activationGate({ assume: "active" });
const gates = { activation };
const flat = flatBars(10_000, 10_000, 10_000, 10_000, 10_000, 10_000);
const hour = cumSum(select(gt(close, 0), 1, 0));
const constant = targetPercent(0.2, { gates });

describe("a target whose side is let go", () => {
  it.each([
    ["a freeze", { freeze: true }, "freeze"],
    ["a drain", { drain: true }, "drain"],
    ["a side that is not active", { active: false }, "activation_disabled"],
  ] as const)("is judged anew behind %s, in the bucket in which that is lifted", (_, held, reason) => {
    const refused = reason === "drain" ? "1 refusal drain 200 allowed 0" : `1 refusal ${reason} 0 allowed 0`;
    const config = (hourOf: number): Partial<RunConfig> =>
      messages({ hour: 0.5, version: 1, ...held }, { hour: hourOf, version: 2 });
    const sent = (at: number): readonly string[] => [refused, `${at} order 1 market 200`, `${at} fill 1 200 @ 10000`];
    expect(lines(constant, flat, config(2.5))).toEqual(sent(3));
    // Lifting acts from the next bucket on.
    expect(lines(constant, flat, config(3))).toEqual(sent(4));
  });

  it("is judged anew when a fresh message ends its staleness, or says the first word", () => {
    const later = targetPercent(select(gt(hour, 2), 0.2, 0.1), { gates });
    const stale = messages({ hour: 0.5, version: 1, ttl: "1h" }, { hour: 3.5, version: 2 });
    expect(lines(later, flat, stale)).toEqual([
      "1 order 1 market 100",
      "1 fill 1 100 @ 10000",
      "3 refusal activation_unknown 0 allowed 0",
      "4 order 2 market 100",
      "4 fill 2 100 @ 10000",
    ]);
    const unknown = targetPercent(0.2, { gates: { activation: activationGate() } });
    expect(lines(unknown, flat, messages({ hour: 2, version: 1 }))).toEqual([
      "1 refusal activation_unknown 0 allowed 0",
      "3 order 1 market 200",
      "3 fill 1 200 @ 10000",
    ]);
  });

  it("sends the exit of a node set that came under a freeze, and the entry that came under a drain", () => {
    const set = (exits: boolean): readonly Decision[] =>
      nodeSetRegistry().make("ibkr_like", exits ? select(lt(hour, 3), 0.05, 0) : select(lt(hour, 3), 0, 0.05), "w")
        .decisions;
    const under = (held: object): Partial<RunConfig> =>
      messages({ hour: 2.5, world: "w", version: 1, ...held }, { hour: 4.5, world: "w", version: 2 });
    const told = (exits: boolean, held: object): readonly string[] =>
      lines(set(exits), flat, under(held)).filter((line) => !line.includes("fill"));
    expect(told(true, { freeze: true })).toEqual([
      "1 order 1 market 50",
      "3 refusal freeze 0 allowed 0",
      "5 order 2 market -50",
    ]);
    expect(told(false, { drain: true })).toEqual(["3 refusal drain 50 allowed 0", "5 order 1 market 50"]);
  });

  it("is as good as filled once it is where it wants to be: nothing is sent at the same price", () => {
    expect(lines(constant, flat, messages({ hour: 2.5, version: 1, freeze: true }, { hour: 3.5, version: 2 }))).toEqual(
      ["1 order 1 market 200", "1 fill 1 200 @ 10000"],
    );
  });

  it("is not judged anew by a message that changes nothing, nor while it is still held", () => {
    const rising = flatBars(10_000, 10_100, 10_200, 10_300, 10_400, 10_500);
    const same = messages(
      { hour: 0.5, version: 1, weight: 1 },
      { hour: 2.5, version: 2 },
      { hour: 3.5, version: 3, ttl: "1d" },
    );
    expect(lines(constant, rising, same).length).toBe(2);
    const still = messages(
      { hour: 0.5, version: 1, freeze: true },
      { hour: 2.5, version: 2, freeze: true, weight: 0.5 },
    );
    expect(lines(constant, rising, still)).toEqual(["1 refusal freeze 0 allowed 0"]);
    const tighter = messages({ hour: 0.5, version: 1, drain: true }, { hour: 2.5, version: 2, freeze: true });
    expect(lines(constant, rising, tighter)).toEqual(["1 refusal drain 200 allowed 0"]);
  });

  it("is of the side that the message is about, and of its gate", () => {
    const margin = { account: { kind: "margin", leverage: 3 }, cash: "100000" } as const;
    const two = [
      targetPercent(0.2, { instrument: "A", gates }),
      targetPercent(-0.2, { instrument: "B", gates }),
      targetPercent(0.1, {
        instrument: "C",
        gates: { activation: activationGate({ world: "other", assume: "active" }) },
      }),
    ];
    const tapes = ["A", "B", "C"].map((symbol) => barsTape(symbol, flatBars(10_000, 10_000, 12_000, 12_000)));
    const told = (side: "long" | "short" | "both"): readonly string[] =>
      linesOf(runOrders(two, tapes, { ...margin, ...messages({ hour: 2.5, version: 1, weight: 0.5, side }) })).filter(
        (line) => line.startsWith("3 order"),
      );
    expect(told("long")).toEqual(["3 order 4 market -115"]);
    expect(told("short")).toEqual(["3 order 4 market 115"]);
    expect(told("both").length).toBe(2);
  });
});

describe("a target whose weight changes", () => {
  it.each([
    ["a share of equity", targetPercent(0.2, { gates })],
    ["an amount of money", targetValue(20_000, { gates })],
    ["a quantity", targetQuantity(200, { gates })],
  ])("moves what is held: %s", (_, decision) => {
    const config = messages(
      { hour: 2.5, version: 1, weight: 0.5 },
      { hour: 4, version: 2, weight: 0.75 },
      { hour: 4.5, version: 3, weight: 0, drain: true },
    );
    expect(lines(decision, flat, config).filter((line) => !line.includes("fill"))).toEqual([
      "1 order 1 market 200",
      "3 order 2 market -100",
      // What weighs acts at its time.
      "4 order 3 market 50",
      "5 order 4 market -150",
    ]);
  });

  it("leaves orders that were given outright, and decisions with a trigger, to themselves", () => {
    const outright = [
      marketOrder(100, { when: eq(hour, 1), gates }),
      targetQuantity(200, { when: eq(hour, 1), gates: { ...gates, strategy: strategyScope("b") } }),
    ];
    const told = lines(outright, flat, messages({ hour: 2.5, version: 1, weight: 0.5 }));
    expect(told.filter((line) => !line.startsWith("1 "))).toEqual([]);
  });
});

const drawn = fc.record({
  cents: fc.array(fc.integer({ min: 9_600, max: 10_400 }), { minLength: 12, maxLength: 40 }),
  told: fc.uniqueArray(
    fc.record({
      halves: fc.integer({ min: 1, max: 60 }),
      side: fc.constantFrom<ActivationMessage["side"] & string>("long", "short", "both"),
      weight: fc.constantFrom(undefined, 0, 0.5, 1),
      freeze: fc.constantFrom(false, false, true),
      drain: fc.constantFrom<boolean | "cancel">(false, false, true, "cancel"),
      active: fc.constantFrom(true, true, true, false),
      ttl: fc.constantFrom(undefined, undefined, "2h"),
    }),
    { maxLength: 8, selector: ({ halves }) => halves },
  ),
});

/** A run that may be put aside. */
function partsOf(decisions: readonly Decision[], prices: readonly Bar[], config: Partial<RunConfig>): RunParts {
  const dataset = { name: "orders", fingerprint: `blake3:${"0".repeat(64)}`, bars: [barsTape("A", prices)] };
  const plain = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null } as const;
  return { engines: [engineFor()], graph: graph({ decisions }), dataset, config: { ...plain, ...config } };
}

describe("whatever is told when", () => {
  const margin = { account: { kind: "margin", leverage: 3 }, cash: "100000" } as const;
  const signal = select(gt(close, 101), 0.2, select(lt(close, 99), -0.2, 0.1));

  it("a run has one result in blocks of any size, bucket by bucket, and from any snapshot", () => {
    let renewed = 0;
    fc.assert(
      fc.property(drawn, fc.boolean(), ({ cents, told }, constantly) => {
        const decisions = [
          targetPercent(constantly ? 0.2 : signal, { gates }),
          targetPercent(constantly ? -0.1 : 0.1, { gates: { activation, strategy: strategyScope("b") } }),
        ];
        const config = {
          ...margin,
          ...messages(
            ...told.map(({ halves, side, weight, ttl, ...message }, i) => ({
              ...message,
              hour: halves / 2,
              side,
              version: i + 1,
              ...(weight === undefined ? {} : { weight }),
              ...(ttl === undefined ? {} : { ttl }),
            })),
          ),
        };
        const prices: readonly Bar[] = flatBars(...cents);
        const whole = run(decisions, prices, config, { blockRows: 1024 });
        const digests = [1, 7].map((blockRows) => run(decisions, prices, config, { blockRows }).resultDigest);
        digests.push(run(decisions, prices, config, { stepEveryBucket: true }).resultDigest);
        const parts = partsOf(decisions, prices, config);
        digests.push(resumedRun(parts, [3, 8]).resultDigest);
        expect(new Set(digests)).toEqual(new Set([whole.resultDigest]));
        if (constantly && whole.counts.orders > 2) renewed++;
      }),
      { numRuns: 12 },
    );
    expect(renewed).toBeGreaterThan(1);
  });

  it("what is lifted in the bucket behind which a run is put aside is judged anew in the next", () => {
    const config = { cash: "100000", ...messages({ hour: 0.5, version: 1, freeze: true }, { hour: 3, version: 2 }) };
    for (const cut of [2, 3, 4]) {
      const resumed = resumedRun(partsOf([constant], flat, config), [cut]);
      expect(resumed.counts.fills).toBe(1);
      expect(resumed.resultDigest).toBe(run(constant, flat, config).resultDigest);
    }
  });

  it("what is held of a constant target is what its weight says, once it may act and has filled", () => {
    fc.assert(
      fc.property(drawn, ({ told }) => {
        const given = told.map(({ halves, weight, freeze, drain, active }, i) => ({
          hour: halves / 5,
          version: i + 1,
          ...{ freeze, drain, active },
          ...(weight === undefined ? {} : { weight }),
        }));
        given.push({ hour: 16, version: 100, freeze: false, drain: false, active: true });
        // Side events go by time; the versions of this property do as well.
        given.sort((a, b) => a.hour - b.hour);
        given.forEach((each, i) => (each.version = i + 1));
        const prices = flatBars(...Array.from({ length: 20 }, () => 10_000));
        const result = run(targetQuantity(200, { gates }), prices, messages(...given));
        const held = [...result.tables().fills.quantity].reduce((sum, each) => sum + each, 0n);
        const weight = given.findLast((each) => "weight" in each)?.weight ?? 1;
        expect(Number(held)).toBe(200 * weight);
      }),
      { numRuns: runsOf(60) },
    );
  });
});
