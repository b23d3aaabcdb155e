// Gates: what stands between a decision and its order refuses, cuts and cancels for its reason, and leaves the rest.

import { describe, expect, it } from "vitest";
import type { ActivationMessage, Decision, Gates, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
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
  NOTE_KINDS,
  REASONS,
  riskControl,
  select,
  SEVERITIES,
  targetPercent,
  targetQuantity,
  timingGate,
} from "../../kernel/index.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";

const { close } = bars();
const always = gt(close, 0);
const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;

function run(
  decision: Decision | readonly Decision[],
  prices: readonly Bar[],
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
): RunResult {
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  return runOrders(decisions, [barsTape("A", prices)], { cash: "100000", ...config }, options);
}

function lines(...given: Parameters<typeof run>): readonly string[] {
  return linesBefore(run(...given)).filter((line) => !/^\d+ terms/.test(line));
}

/** Messages to every strategy of the default world; time in hours. */
function messages(
  ...given: readonly (Omit<ActivationMessage, "time"> & { readonly hour: number })[]
): Partial<RunConfig> {
  return {
    activations: given.map(({ hour, ...message }) => ({ ...message, time: BigInt(hour * 10) * (HOUR_NS / 10n) })),
  };
}

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

  it("cancels open orders where a drain says so", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 1.5, version: 2, drain: "cancel" });
    expect(lines(entry, flatBars(10_000, 10_000, 8_000), config).slice(0, 2)).toEqual([
      "1 order 1 limit 10",
      "1 end 1 drain 10",
    ]);
  });

  it("applies a fill that a cancel was too late for, and tags it", () => {
    const entry = limitOrder(10, 90, { when: eq(close, 100), gates: { activation } });
    const config = messages({ hour: 0.5, version: 1 }, { hour: 2.5, version: 2, freeze: true });
    const latencyNs = 3_000_000_000_000;
    const result = run(entry, flatBars(10_000, 9_500, 8_900, 9_500), { ...config, latencyNs });
    expect(linesBefore(result).filter((line) => line.includes("fill"))).toEqual(["2 fill 1 10 @ 8900"]);
    expect([...result.tables().fills.late]).toEqual([1]);
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
    expect(refused({ time: 0n, version: 1, hold: true })).toBe("config/unknown-field config.activations.0.hold");
  });
});

/** Refusals as reason, wanted, allowed and severity. */
function refusals(result: RunResult): readonly string[] {
  const { reason, wanted, allowed, severity } = result.tables().refusals;
  return [...reason].map(
    (code, i) => `${REASONS[code]} ${wanted[i]} ${allowed[i]} ${SEVERITIES[severity[i] as number]}`,
  );
}

function riskOf(limits: Parameters<typeof riskControl>[0]): Gates {
  return { risk: riskControl({ ...NO_LIMITS, ...limits }) };
}

describe("risk control", () => {
  const all = (gates: Gates): Decision => targetPercent(1, { when: eq(close, 100), gates });
  const once = flatBars(10_000, 10_050);

  it("cuts a position to its limit, or refuses it", () => {
    const cut = run(all(riskOf({ position: 0.1 })), once);
    expect(linesBefore(cut)).toEqual([
      "1 refusal position_size_limit 1000 allowed 100",
      "1 order 1 market 100",
      "1 fill 1 100 @ 10050",
    ]);
    expect(lines(all(riskOf({ position: 0.1, dynamic: false })), once)).toEqual([
      "1 refusal position_size_limit 1000 allowed 0",
    ]);
    const { kind, value, limit } = cut.tables().notes;
    expect([NOTE_KINDS[kind[0] as number], value[0], limit[0]]).toEqual(["risk", 1_000_000_000n, 100_000_000n]);
  });

  it("judges the position after the order, what is held and on its way included", () => {
    const decisions = [0, 1, 2, 3].map((i) =>
      marketOrder(40, { when: eq(close, 100 + (i + 1) / 10), gates: riskOf({ position: 0.1 }) }),
    );
    expect(
      lines(decisions, flatBars(10_010, 10_020, 10_030, 10_040, 10_050)).filter((line) => line.includes("refusal")),
    ).toEqual(["3 refusal position_size_limit 40 allowed 19", "4 refusal position_size_limit 40 allowed 0"]);
  });

  it("takes a limit exactly: what reaches it passes, one lot more does not", () => {
    const at = (shares: number): readonly string[] =>
      lines(marketOrder(shares, { when: eq(close, 100), gates: riskOf({ position: 0.1 }) }), once);
    expect(at(100)[0]).toBe("1 order 1 market 100");
    expect(at(101)[0]).toBe("1 refusal position_size_limit 101 allowed 100");
  });

  it("never cuts what reduces", () => {
    const gates = riskOf({ position: 0.0001, drawdown: 0 });
    const decisions = [marketOrder(100, { when: eq(close, 100) }), marketOrder(-100, { when: eq(close, 90), gates })];
    expect(lines(decisions, flatBars(10_000, 9_900, 9_000, 8_900)).at(-1)).toBe("3 fill 2 -100 @ 8900");
  });

  it("refuses what opens below a drawdown, from the snapshot of the bucket before", () => {
    // 1,000 shares from 100: at 84 the account is 16 % down.
    const hold = targetPercent(1, { when: eq(close, 100) });
    const add = (lag: number): Decision =>
      marketOrder(1, { when: lt(close, 90), gates: riskOf({ drawdown: 0.15, lag }) });
    const prices = flatBars(10_000, 10_000, 8_400, 8_500, 8_600);
    const cash = { account: { kind: "margin", leverage: 2 } } as const;
    expect(lines([hold, add(1)], prices, cash).filter((line) => line.includes("refusal"))).toEqual([
      "4 refusal drawdown_limit 1 allowed 0",
    ]);
    expect(lines([hold, add(2)], prices, cash).filter((line) => line.includes("refusal"))).toEqual([
      "5 refusal drawdown_limit 1 allowed 0",
    ]);
  });

  it("has a drawdown of exactly the limit pass", () => {
    const hold = targetPercent(1, { when: eq(close, 100) });
    const add = marketOrder(1, { when: eq(close, 84), gates: riskOf({ drawdown: 0.15 }) });
    const margin = { account: { kind: "margin", leverage: 2 } } as const;
    const at = (cents: number): number =>
      refusals(run([hold, add], flatBars(10_000, 10_000, cents, 8_400, 9_000), margin)).length;
    expect(at(8_500)).toBe(0);
    expect(at(8_499)).toBe(1);
  });

  it("says how severe an excess is, on both sides of each step", () => {
    const severity = (shares: number): string | undefined =>
      refusals(run(marketOrder(shares, { when: eq(close, 100), gates: riskOf({ position: 0.1 }) }), once))[0]?.split(
        " ",
      )[3];
    expect([101, 119, 120, 149, 150, 199, 200].map(severity)).toEqual([
      "low",
      "low",
      "medium",
      "medium",
      "high",
      "high",
      "critical",
    ]);
  });

  it("bounds leverage over all instruments, and concentration in one", () => {
    const [a, b] = ["A", "B"].map((instrument) =>
      targetPercent(1, { instrument, when: eq(bars({ instrument }).close, 100), gates: riskOf({ leverage: 1.5 }) }),
    ) as [Decision, Decision];
    const tapes = ["A", "B"].map((symbol) => barsTape(symbol, once));
    const margin = { cash: "100000", account: { kind: "margin", leverage: 4 } } as const;
    const result = runOrders([a, b], tapes, margin);
    expect(refusals(result)).toEqual(["leverage_limit 1000 500 medium"]);
    expect(refusals(run(all(riskOf({ concentration: 0.2 })), once))).toEqual(["concentration_limit 1000 200 critical"]);
  });

  it("refuses what opens in a year as wild as the limit, once there are enough returns", () => {
    const hold = targetPercent(1, { when: eq(close, 100) });
    const swings = Array.from({ length: 16 }, (_, i) => 10_000 + (i % 2 === 0 ? 0 : 300));
    const prices = flatBars(10_000, ...swings, 9_000, 9_000);
    const add = (limits: Parameters<typeof riskControl>[0]): Decision =>
      marketOrder(1, { when: eq(close, 90), gates: riskOf(limits) });
    const margin = { account: { kind: "margin", leverage: 2 } } as const;
    const refused = (limits: Parameters<typeof riskControl>[0]): number =>
      refusals(run([hold, add(limits)], prices, margin)).filter((line) => line.startsWith("volatility")).length;
    expect(refused({ volatility: 0.25 })).toBe(2);
    expect(refused({ volatility: 5 })).toBe(0);
    expect(refused({ volatility: 0.25, samplesMin: 25 })).toBe(0);
  });

  it("is the same however the run is cut", () => {
    const hold = targetPercent(select(lt(close, 101), 1, 0.2), {
      gates: { risk: riskControl({ position: 0.5, volatility: 0.1 }) },
    });
    const prices = flatBars(...Array.from({ length: 300 }, (_, i) => 10_000 + ((i * 37) % 211)));
    const digests = [1, 7, 1024].map((blockRows) => run(hold, prices, {}, { blockRows }).resultDigest);
    digests.push(run(hold, prices, {}, { stepEveryBucket: true }).resultDigest);
    expect(new Set(digests).size).toBe(1);
  });
});

describe("a timing gate", () => {
  const calendars = {
    A: {
      kind: "sessions",
      sessions: [
        [2n * HOUR_NS, 4n * HOUR_NS],
        [10n * HOUR_NS, 12n * HOUR_NS],
      ],
    },
  } as const;
  const order = (gates: Gates): Decision => marketOrder(1, { when: always, gates });

  it("has the open of a session and not its close, and says when the next one is", () => {
    const result = run(order({ timing: timingGate() }), flat.slice(0, 5), { calendars });
    expect(linesBefore(result).filter((line) => !line.includes("fill"))).toEqual([
      "1 refusal market_closed 0 allowed 0",
      "2 order 1 market 1",
      "3 order 2 market 1",
      "4 refusal market_closed 0 allowed 0",
      "5 refusal market_closed 0 allowed 0",
    ]);
    const { limit, kind } = result.tables().notes;
    expect([...limit].map((ns) => ns / HOUR_NS)).toEqual([2n, 10n, 10n]);
    expect([...kind].map((code) => NOTE_KINDS[code])).toEqual(["next_open", "next_open", "next_open"]);
  });

  it("lets orders wait where it queues, and never closes without a calendar", () => {
    expect(lines(order({ timing: timingGate({ queue: true }) }), flat.slice(0, 2), { calendars })[0]).toBe(
      "1 order 1 market 1",
    );
    expect(lines(order({ timing: timingGate() }), flat.slice(0, 2))[0]).toBe("1 order 1 market 1");
  });
});

describe("a gate of the strategy's own", () => {
  it("lets the decision act where it is true, and refuses it elsewhere", () => {
    const order = marketOrder(1, { when: always, gates: { allow: eq(close, 101) } });
    expect(lines(order, flatBars(10_000, 10_100, 10_200)).filter((line) => !line.includes("fill"))).toEqual([
      "1 refusal component_refused 0 allowed 0",
      "2 order 1 market 1",
      "3 refusal component_refused 0 allowed 0",
    ]);
  });
});
