// Gates of risk, of hours and of the strategy's own: each refuses or cuts for its reason, and leaves the rest.

import { describe, expect, it } from "vitest";
import type { Decision, Gates, RunResult } from "../../kernel/index.js";
import {
  amendOrder,
  bars,
  eq,
  gt,
  limitOrder,
  lt,
  marketOrder,
  NOTE_KINDS,
  REASONS,
  riskControl,
  select,
  SEVERITIES,
  targetPercent,
  timingGate,
} from "../../kernel/index.js";
import { lines, run } from "./gate-runs.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";

const { close } = bars();
const always = gt(close, 0);
const flat = flatBars(10_000, 10_000, 10_000, 10_000, 10_000, 10_000);

const NO_LIMITS = { leverage: null, drawdown: null, concentration: null, volatility: null, position: null } as const;

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

  it("counts what rests, and what an amendment would open", () => {
    const gates = riskOf({ position: 0.1 });
    const rest = (cents: number): Decision => limitOrder(60, 90, { when: eq(close, cents), gates });
    const [first, second] = [rest(100), rest(101)];
    const larger = amendOrder(first, { size: 90, when: eq(close, 102) });
    expect(lines([first, second], flatBars(10_000, 10_100, 10_200)).slice(1)).toEqual([
      "2 refusal position_size_limit 60 allowed 51",
      "2 order 2 limit 51",
    ]);
    const most = amendOrder(first, { size: 900, when: eq(close, 103) });
    expect(lines([first, larger, most], flatBars(10_000, 10_100, 10_200, 10_300, 10_400)).slice(1)).toEqual([
      "3 update 1 90 limit 9000 trigger 0",
      "4 refusal position_size_limit 0 allowed 0",
    ]);
  });

  it("says of an order beyond every share that it is refused", () => {
    const huge = marketOrder(1e9, { when: eq(close, 100), gates: riskOf({ position: 0.1 }) });
    expect(refusals(run(huge, once, { cash: "10" }))[0]).toMatch(/^position_size_limit 1000000000 0 critical$/);
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
    expect(lines(order({ timing: timingGate({ queue: true }) }), flat.slice(0, 4), { calendars })).toEqual([
      "2 order 1 market 1",
      "2 order 2 market 1",
      "2 fill 1 1 @ 10000",
      "2 fill 2 1 @ 10000",
      "3 order 3 market 1",
      "3 fill 3 1 @ 10000",
      "10 order 4 market 1",
    ]);
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
