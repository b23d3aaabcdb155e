// Activation: freeze, drain, weight and staleness, and what they leave alone.

import { describe, expect, it } from "vitest";
import type { ActivationMessage, Decision, RunConfig } from "../../kernel/index.js";
import {
  activationGate,
  amendOrder,
  bars,
  eq,
  gt,
  InputError,
  limitOrder,
  lt,
  marketOrder,
  order,
  select,
  stopOrder,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import type { Said } from "./gate-runs.js";
import { lines, messages, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { flatBars, linesBefore } from "./order-lines.js";

const { close } = bars();
const always = gt(close, 0);
const activation = activationGate();
const flat = flatBars(10_000, 10_000, 10_000, 10_000, 10_000, 10_000);

describe("an activation gate", () => {
  const twenty = targetPercent(0.2, { when: always, gates: { activation } });

  it("refuses what nobody has activated, and lets through what is assumed", () => {
    expect(lines(twenty, flatBars(10_000, 10_000))).toEqual([
      "1 refusal activation_unknown 0 allowed 0",
      "2 refusal activation_unknown 0 allowed 0",
    ]);
    const assumed = activationGate({ assume: "active" });
    expect(lines(targetPercent(0.2, { gates: { activation: assumed } }), flatBars(10_000, 10_000))).toEqual([
      "1 order 1 market 200",
      "1 fill 1 200 @ 10000",
    ]);
  });

  it("scales the target by the weight of its side", () => {
    const half = messages({ hour: 0.5, version: 1, weight: "0.5" });
    expect(lines(twenty, flat.slice(0, 3), half)).toEqual(["1 order 1 market 100", "1 fill 1 100 @ 10000"]);
    const short = targetPercent(-0.2, { when: always, gates: { activation } });
    const cut = messages(
      { hour: 0.5, version: 1, weight: "0.5", side: "long" },
      { hour: 0.5, version: 1, side: "short" },
    );
    expect(lines(short, flat.slice(0, 2), { ...cut, account: { kind: "margin", leverage: 2 } })[0]).toBe(
      "1 order 1 market -200",
    );
  });

  it("scales a quantity given outright, but never an exit", () => {
    const decisions = [
      marketOrder(100, { when: eq(close, 100), gates: { activation } }),
      marketOrder(-50, { when: eq(close, 101), gates: { activation } }),
    ];
    expect(
      lines(decisions, flatBars(10_000, 10_100, 10_200), messages({ hour: 0.5, version: 1, weight: 0.5 })),
    ).toEqual(["1 order 1 market 50", "1 fill 1 50 @ 10100", "2 order 2 market -50", "2 fill 2 -50 @ 10200"]);
  });

  it("keeps the last weight when a message has none", () => {
    const config = messages({ hour: 0.5, version: 1, weight: 0.5 }, { hour: 0.6, version: 2 });
    expect(lines(twenty, flat.slice(0, 2), config)[0]).toBe("1 order 1 market 100");
  });

  it("cancels open orders on a freeze, at once, and refuses exits and entries", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const exit = marketOrder(-5, { when: eq(close, 101), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, freeze: true });
    const result = run([entry, exit], flatBars(10_000, 10_050, 10_100, 8_000), config);
    expect(linesBefore(result).filter((line) => !line.includes("terms"))).toEqual([
      "1 order 1 limit 10",
      "1 end 1 freeze 10",
      "3 refusal freeze 0 allowed 0",
    ]);
    expect([...result.tables().activations.flags]).toEqual([2, 6]);
  });

  it("takes an order that only reduces for one of the side that it is to reduce, before anything is held", () => {
    const at = (hour: number): ReturnType<typeof eq> => eq(bars().time, hour * 3600);
    const entry = marketOrder(10, { when: at(1), gates: { activation } });
    const stop = stopOrder(-10, 90, { when: at(2), reduceOnly: true, gates: { activation } });
    const ends = (side: "long" | "short"): readonly string[] => {
      const config = messages({ hour: 0.5, version: 1 }, { hour: 2.2, version: 2, freeze: true, side });
      const prices = flatBars(...Array.from({ length: 6 }, () => 10_000));
      const told = lines([entry, stop], prices, { ...config, latencyNs: 5_400_000_000_000 });
      return told.filter((line) => line.includes("end"));
    };
    // The entry fills at 3:00; the freeze was sent at 2:12 and arrives at 3:42.
    expect(ends("long")).toEqual(["3 end 2 freeze -10"]);
    expect(ends("short")).toEqual([]);
  });

  it("lets a freeze outrank a drain", () => {
    const exit = marketOrder(-5, { when: eq(close, 101), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1, freeze: true, drain: true });
    expect(lines(exit, flatBars(10_100, 10_000), config)).toEqual(["1 refusal freeze 0 allowed 0"]);
  });

  it("refuses what opens while it drains, lets reductions through and leaves open orders", () => {
    const decisions = [
      limitOrder(10, 90, { when: eq(close, 100), gates: { activation } }),
      marketOrder(4, { when: eq(close, 80), gates: { activation } }),
      marketOrder(-14, { when: eq(close, 81), gates: { activation } }),
    ];
    const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: true });
    const result = run(decisions, flatBars(10_000, 8_900, 8_000, 8_100, 8_200), config);
    expect(linesBefore(result).filter((line) => !line.includes("terms"))).toEqual([
      "1 order 1 limit 10",
      "1 fill 1 10 @ 8900",
      "3 refusal drain 4 allowed 0",
      // Ten reduce; four would open a short position.
      "4 refusal drain -14 allowed -10",
      "4 order 2 market -10",
      "4 fill 2 -10 @ 8200",
    ]);
    // The entry filled while its side drained.
    expect([...result.tables().fills.late]).toEqual([1, 1]);
  });

  it("cancels open orders where a drain says so, behind the bar inside which it does (D1)", () => {
    const entry = limitOrder(10, 90, { when: eq(bars().time, 3600), gates: { activation } });
    const told = (hour: number, state: Pick<ActivationMessage, "drain" | "freeze">): readonly string[] => {
      const config = messages({ hour: 0.5, version: 1 }, { ...state, hour, version: 2 });
      const prices: readonly Bar[] = [...flatBars(10_000, 10_000), [10_000, 10_000, 8_000, 8_000], ...flatBars(8_000)];
      return lines(entry, prices, config).slice(1);
    };
    const drain = { drain: "cancel" } as const;
    // The third bar goes from hour 2 to hour 3: what comes at its open is in time, what comes at its close is not.
    expect(told(1.5, drain)).toEqual(["1 end 1 drain 10"]);
    expect(told(2, drain)).toEqual(["2 end 1 drain 10"]);
    expect(told(2.1, drain)).toEqual(["3 fill 1 10 @ 9000"]);
    expect(told(3, drain)).toEqual(["3 fill 1 10 @ 9000"]);
    // A freeze is at once, wherever the bar stands.
    expect(told(2.1, { freeze: true })).toEqual(["2 end 1 freeze 10"]);
  });

  it("applies a fill that a cancel was too late for, and tags it", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 2.5, version: 2, freeze: true });
    const latencyNs = 3_000_000_000_000;
    const result = run(entry, flatBars(10_000, 9_500, 8_900, 9_500), { ...config, latencyNs });
    expect(linesBefore(result).filter((line) => line.includes("fill"))).toEqual(["2 fill 1 10 @ 8900"]);
    expect([...result.tables().fills.late]).toEqual([1]);
  });

  it("lets a cancel on its way end an order that a later target replaces, when it arrives first", () => {
    const target = targetQuantity(select(lt(close, 101), 10, 20), { when: always, gates: { activation } });
    const ends = (...freeze: readonly Said[]): readonly string[] => {
      const config = messages({ hour: 0.5, version: 1 }, ...freeze);
      const told = lines(target, flatBars(10_000, 10_100, 10_100, 10_100), { ...config, latencyNs: 5_400_000_000_000 });
      return told.filter((line) => line.includes("end 1"));
    };
    expect(ends()).toEqual(["3 end 1 superseded 10"]);
    // Accepted at 2:30, cancelled at 2:42, replaced by what is accepted at 3:30.
    expect(ends({ hour: 1.2, version: 2, freeze: true }, { hour: 1.4, version: 3 })).toEqual(["2 end 1 canceled 10"]);
  });

  it("tags a fill by the side that was held before it, whole fills too", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const late = (side: "long" | "short"): readonly number[] => {
      const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: true, side });
      return [...run(entry, flatBars(10_000, 9_500, 8_900, 9_500), config).tables().fills.late];
    };
    expect(late("long")).toEqual([1]);
    expect(late("short")).toEqual([0]);
  });

  it("fills at an open what was on its way before a freeze, and nothing behind it", () => {
    const order = marketOrder(10, { when: eq(close, 100), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, freeze: true });
    const filled = run(order, flatBars(10_000, 10_050, 10_050), config);
    expect(linesBefore(filled)).toEqual(["1 order 1 market 10", "1 fill 1 10 @ 10050"]);
    expect([...filled.tables().fills.late]).toEqual([1]);
  });

  it("asks the side that is held first when a target takes the other one", () => {
    const flip = (config: Partial<RunConfig>): readonly string[] => {
      const gates = { activation: activationGate({ assume: "active" }) };
      const decisions = [
        targetQuantity(10, { when: eq(close, 100), gates }),
        targetQuantity(-10, { when: eq(close, 101), gates }),
      ];
      const margin = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
      return lines(decisions, flatBars(10_000, 10_100, 10_200), { ...margin, ...config }).slice(2);
    };
    expect(flip(messages({ hour: 1.5, version: 1, freeze: true, side: "long" }))).toEqual([
      "2 refusal freeze 0 allowed 0",
    ]);
    expect(flip(messages({ hour: 1.5, version: 1, active: false, side: "short" }))).toEqual([
      "2 refusal activation_disabled -20 allowed -10",
      "2 order 2 market -10",
      "2 fill 2 -10 @ 10200",
    ]);
  });

  it("lets an exit only reduce while the side that it would flip into may not open", () => {
    const gates = { activation: activationGate({ assume: "active" }) };
    const decisions = [
      targetQuantity(10, { when: eq(close, 100), gates }),
      limitOrder(-10, 103, { when: eq(close, 101), gates }),
      limitOrder(-10, 104, { when: eq(close, 101), gates }),
    ];
    const margin = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
    const prices: readonly Bar[] = [...flatBars(10_000, 10_100), [10_100, 10_500, 10_100, 10_500]];
    const sold = (config: Partial<RunConfig>): readonly string[] =>
      lines(decisions, prices, { ...margin, ...config }).filter((line) => /fill|end|refusal/.test(line));
    const together = ["1 fill 1 10 @ 10100", "3 fill 2 -10 @ 10300"];
    expect(sold({})).toEqual([...together, "3 fill 3 -10 @ 10400"]);
    const ended = [...together, "3 end 3 reduce_only -10"];
    for (const state of [{ active: false }, { drain: true }, { ttl: "1h" }] as const)
      expect(sold(messages({ hour: 0.5, version: 1, side: "short", ...state }))).toEqual(ended);
    // Where nothing is assumed, the side that nobody spoke of is not known.
    const unknown = decisions.map((_, at) =>
      at === 0
        ? targetQuantity(10, { when: eq(close, 100), gates: { activation } })
        : limitOrder(-10, 102 + at, { when: eq(close, 101), gates: { activation } }),
    );
    const long = messages({ hour: 0.5, version: 1, side: "long" });
    expect(lines(unknown, prices, { ...margin, ...long }).filter((line) => /fill|end|refusal/.test(line))).toEqual(
      ended,
    );
  });

  it("takes what was assumed for what held before the first message", () => {
    const order = marketOrder(1, { when: eq(close, 101), gates: { activation: activationGate({ assume: "active" }) } });
    const first = messages({ hour: 2, version: 1, weight: 1 });
    expect(lines(order, flatBars(10_000, 10_100, 10_200), first)[0]).toBe("2 order 1 market 1");
  });

  it("says what a side was until the message of this bucket: not known, or not active", () => {
    const order = marketOrder(1, { when: eq(close, 101), gates: { activation } });
    const prices = flatBars(10_000, 10_100);
    const unknown = "2 refusal activation_unknown 0 allowed 0";
    const disabled = "2 refusal activation_disabled 0 allowed 0";
    expect(lines(order, prices, messages({ hour: 2, version: 1 }))).toEqual([unknown]);
    expect(lines(order, prices, messages({ hour: 0.5, version: 1, ttl: "1h" }, { hour: 2, version: 2 }))).toEqual([
      unknown,
    ]);
    expect(lines(order, prices, messages({ hour: 0.5, version: 1, active: false }, { hour: 2, version: 2 }))).toEqual([
      disabled,
    ]);
    expect(lines(order, prices, messages({ hour: 2, version: 1, active: false }))).toEqual([disabled]);
  });

  it("lifts staleness from the next bucket on", () => {
    const order = marketOrder(1, { when: gt(close, 101), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1, ttl: "1h" }, { hour: 3, version: 2 });
    expect(lines(order, flatBars(10_000, 10_000, 10_200, 10_300), config)).toEqual([
      "3 refusal activation_unknown 0 allowed 0",
      "4 order 1 market 1",
    ]);
  });

  it("lets what only reduces grow while it drains", () => {
    const decisions = [
      marketOrder(10, { when: eq(close, 100), gates: { activation } }),
      stopOrder(-5, 80, { when: eq(close, 101), reduceOnly: true, gates: { activation } }),
    ];
    const larger = amendOrder(decisions[1] as Decision, { size: -10, when: eq(close, 102) });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 2.5, version: 2, drain: true });
    expect(lines([...decisions, larger], flatBars(10_000, 10_100, 10_200, 10_300), config).at(-1)).toBe(
      "3 update 2 -10 limit 0 trigger 8000",
    );
  });

  it("lifts a restriction from the next bucket on", () => {
    const at = (hour: number): Partial<RunConfig> =>
      messages({ hour: 0.5, version: 1, freeze: true }, { hour, version: 2 });
    const order = marketOrder(1, { when: eq(close, 101), gates: { activation } });
    const prices = flatBars(10_000, 10_100, 10_200);
    expect(lines(order, prices, at(2))).toEqual(["2 refusal freeze 0 allowed 0"]);
    expect(lines(order, prices, at(1.5))[0]).toBe("2 order 1 market 1");
    // A freeze at the time of the decision holds for it.
    const frozen = messages({ hour: 0.5, version: 1 }, { hour: 2, version: 2, freeze: true });
    expect(lines(order, prices, frozen)).toEqual(["2 refusal freeze 0 allowed 0"]);
  });

  it("ignores older versions and refuses what is stale or disabled", () => {
    const order = marketOrder(1, { when: eq(close, 101), gates: { activation } });
    const prices = flatBars(10_000, 10_100, 10_200);
    const older = run(order, prices, messages({ hour: 0.5, version: 5 }, { hour: 0.6, version: 4, freeze: true }));
    expect(linesBefore(older)[0]).toBe("2 order 1 market 1");
    expect([...older.tables().activations.applied]).toEqual([3, 0]);
    const same = run(order, prices, messages({ hour: 0.5, version: 5 }, { hour: 0.6, version: 5, freeze: true }));
    expect([...same.tables().activations.applied]).toEqual([3, 0]);
    expect(lines(order, prices, messages({ hour: 1, version: 1, ttl: "1h" }))).toEqual([
      "2 refusal activation_unknown 0 allowed 0",
    ]);
    expect(lines(order, prices, messages({ hour: 1, version: 1, ttl: "61m" }))[0]).toBe("2 order 1 market 1");
    expect(lines(order, prices, messages({ hour: 1, version: 1, active: false }))).toEqual([
      "2 refusal activation_disabled 0 allowed 0",
    ]);
  });

  it("obeys messages to its strategy and to all of its world, and no others", () => {
    const gates = { activation: activationGate({ world: "w", strategy: "s" }) };
    const order = marketOrder(1, { when: eq(close, 101), gates });
    const prices = flatBars(10_000, 10_100, 10_200);
    const first = (message: Partial<ActivationMessage>): string | undefined =>
      lines(order, prices, messages({ hour: 0.5, version: 1, ...message }))[0];
    expect(first({ world: "w", strategy: "s" })).toBe("2 order 1 market 1");
    expect(first({ world: "w" })).toBe("2 order 1 market 1");
    expect(first({ world: "w", strategy: "t" })).toBe("2 refusal activation_unknown 0 allowed 0");
    expect(first({ strategy: "s" })).toBe("2 refusal activation_unknown 0 allowed 0");
  });

  it("lets no amendment raise what an order wants while it drains", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const larger = amendOrder(entry, { size: 20, when: eq(close, 101) });
    const smaller = amendOrder(entry, { size: 5, when: eq(close, 102) });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: true });
    expect(lines([entry, larger, smaller], flatBars(10_000, 10_100, 10_200, 10_300), config)).toEqual([
      "1 order 1 limit 10",
      "2 refusal drain 0 allowed 0",
      "3 update 1 5 limit 9000 trigger 0",
    ]);
  });

  it("is the same however the run is cut, and with messages between idle buckets", () => {
    const order = targetQuantity(select(lt(close, 101), 10, 5), { gates: { activation } });
    const prices = flatBars(...Array.from({ length: 200 }, (_, i) => 10_000 + (i % 23) * 10));
    const config = messages(
      { hour: 0.5, version: 1 },
      { hour: 33.5, version: 2, drain: true },
      { hour: 70, version: 3, weight: 0.3 },
      { hour: 111.5, version: 4, freeze: true },
      { hour: 150, version: 5 },
    );
    const digests = [1, 7, 1024].map((blockRows) => run(order, prices, config, { blockRows }).resultDigest);
    digests.push(run(order, prices, config, { stepEveryBucket: true }).resultDigest);
    expect(new Set(digests).size).toBe(1);
  });

  it("refuses messages that cannot be meant", () => {
    const refused = (message: unknown): string => {
      try {
        run(marketOrder(1), flat, { activations: [message as ActivationMessage] });
      } catch (error) {
        if (error instanceof InputError) return error.issues.map(({ code, path }) => `${code} ${path}`).join();
        throw error;
      }
      return "nothing";
    };
    expect(refused({ time: 0n, version: 1, weight: 1.5 })).toBe("config/range config.activations.0.weight");
    expect(refused({ time: 0n, version: 1, weight: Number.NaN })).toBe("config/type config.activations.0.weight");
    expect(refused({ time: "soon", version: 1 })).toBe("config/type config.activations.0.time");
    expect(refused({ time: 0n })).toBe("config/type config.activations.0.version");
    expect(refused({ time: 0n, version: 1, drain: "hard" })).toBe("config/type config.activations.0.drain");
    expect(refused({ time: 0n, version: 1, ttl: "x" })).toBe("config/type config.activations.0.ttl");
    const two = [
      { time: 0n, version: 1, freeze: true },
      { time: 0n, version: 2, side: "long", strategy: "s" },
    ] as const;
    expect(() => run(marketOrder(1), flat, { activations: two })).toThrow("one message a side of a strategy and time");
    expect(() => order(1, { parent: marketOrder(1), gates: { activation } })).toThrow("no gate of its own for a child");
    expect(refused({ time: 0n, version: 1, hold: true })).toBe("config/unknown-field config.activations.0.hold");
  });
});
