// Policies that watch the account: breaker, reserve and tiers, each number on both sides.

import { describe, expect, it } from "vitest";
import type { BarsTape, Decision, RunConfig, RunResult, TierOptions } from "../../kernel/index.js";
import {
  bars,
  circuitBreaker,
  commitmentSizer,
  decisionChecks,
  eq,
  memoryTape,
  NOTE_KINDS,
  reservePool,
  select,
  stopManager,
  targetQuantity,
  TIERS,
  tierPolicy,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { hour, hours, notes, onVolume, QUIET, runPanel, verdicts } from "./commitment-runs.js";
import type { Bar } from "./order-lines.js";
import { HOUR_NS, runOrders } from "./order-lines.js";

const sizer = commitmentSizer({ cap: null });
const checks = decisionChecks({ declining: 1, duplicateFor: 0 });
const MINUTE_NS = HOUR_NS / 60n;

/** Bars of a minute at the times given in minutes. */
function minuteTape(symbol: string, rows: readonly (readonly [minute: number, bar: Bar])[]): BarsTape {
  const column = (place: 0 | 1 | 2 | 3): BigInt64Array => BigInt64Array.from(rows, ([, bar]) => BigInt(bar[place]));
  return memoryTape(share(symbol), "1m", {
    time: BigInt64Array.from(rows, ([minute]) => BigInt(minute) * MINUTE_NS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: BigInt64Array.from(rows, ([, bar]) => BigInt(bar[4] ?? QUIET)),
  });
}

describe("a circuit breaker", () => {
  const breaker = circuitBreaker();
  const hold = targetQuantity(1000, { instrument: "A", when: eq(bars({ instrument: "A" }).close, 100) });
  /** 1,000 shares of A from 100 on, B recommended in every hour from the third on. */
  const fall = (cash: string, ...closes: readonly number[]): RunResult =>
    runPanel(
      [onVolume({ sizer, breaker, checks }), hold],
      {
        A: [hour(10_000), hour(10_001), ...closes.map((cents) => hour(cents))],
        B: [hour(100), hour(100), ...closes.map(() => hour(100, 60))],
      },
      { cash },
    );

  it("pauses for 2 hours, exclusive, after a day's loss over 5 % of the total", () => {
    const rest = [9500, 9500, 9500];
    const exact = fall("200000", 9001, ...rest);
    // 1,000 shares bought at 100.01: at 90.01 they have lost exactly 10,000.
    expect(notes(exact, "breaker")).toEqual([]);
    const over = fall("200000", 9000, ...rest);
    expect(notes(over, "breaker")).toEqual([`3 breaker_loss 1001000 ${5n * HOUR_NS}`]);
    expect(verdicts(over).map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "3 B commitment circuit_breaker_active",
      "4 B commitment circuit_breaker_active",
      "5 B commitment acted",
      "6 B commitment acted",
    ]);
    expect(verdicts(exact)[0]).toContain("acted");
  });

  it("measures a day's loss from the end of the day before, and pauses once a day for it", () => {
    const closes = [...Array.from({ length: 21 }, () => 9800), 9400, 9399, 8840, 8700, 8700];
    const result = fall("100010", ...closes);
    // The first day ends at hour 24 with 94 a share: on the second day 5 % is passed at 88.40, since 93,990 is left.
    expect(notes(result, "breaker_loss").map((line) => line.split(" ").slice(0, 3))).toEqual([
      ["24", "breaker_loss", "601000"],
      ["26", "breaker_loss", "560000"],
    ]);
  });

  it("bars a symbol for 48 hours when its position is down over 15 % of entry", () => {
    const decision = onVolume({ sizer, breaker: circuitBreaker({ dayLoss: 1 }), checks });
    const at = (cents: number): readonly string[] =>
      verdicts(
        runPanel(
          [decision, hold],
          {
            A: [hour(10_000), hour(10_000), hour(cents, 60), ...hours(46, 10_001), hour(10_001, 60), hour(10_001, 60)],
            B: [...hours(2, 100), hour(100, 60), ...hours(48, 100)],
          },
          { cash: "2000000" },
        ),
      ).map((line) => line.split(" ").slice(0, 4).join(" "));
    expect(at(8500).filter((line) => line.includes("circuit"))).toEqual([]);
    expect(at(8499)).toEqual([
      "3 A commitment circuit_breaker_active",
      "3 B commitment acted",
      "50 A commitment circuit_breaker_active",
      "51 A commitment acted",
    ]);
  });

  it("pauses for 2 hours after three stops that were hit within 30 minutes", () => {
    const decision = onVolume({ sizer, breaker, checks, stops: stopManager(), atr: 2 });
    const run = (...minutes: readonly number[]): RunResult => {
      const tapes = minutes.map((minute, i) =>
        minuteTape(`S${i}`, [
          [1, hour(10_000, 60)],
          [2, hour(10_000)],
          [minute, [9500, 9500, 9500, 9500]],
        ]),
      );
      const later = [200, 162, 163].sort((a, b) => a - b).map((minute) => [minute, hour(100, 60)] as const);
      return runOrders([decision], [...tapes, minuteTape("Z", [[1, hour(100)], ...later])], { cash: "100000" });
    };
    // Stops are met at the open of a bar, a minute before its close.
    expect(notes(run(10, 20, 41), "breaker")).toEqual([]);
    expect(notes(run(10, 20), "breaker")).toEqual([]);
    const hit = run(10, 20, 40);
    expect(notes(hit, "breaker").map((line) => line.split(" ").slice(1))).toEqual([
      ["breaker_stops", "3", String(159n * MINUTE_NS)],
    ]);
  });

  it("counts a stop once that volume fills in parts", () => {
    const decision = onVolume({ sizer, breaker: circuitBreaker({ stops: 2 }), checks, stops: stopManager(), atr: 2 });
    const thin = (minute: number): readonly [number, Bar] => [minute, [9500, 9500, 9500, 9500, 300]];
    const rows = [[1, hour(10_000, 60)], [2, hour(10_000)], thin(3), thin(4)] as const;
    const result = runOrders([decision], [minuteTape("A", rows)], { cash: "100000", participation: 0.1 });
    expect([...result.tables().fills.quantity]).toEqual([54n, -30n, -24n]);
    expect(notes(result, "breaker_stops")).toEqual([]);
  });

  it("holds back until a pause after stops ends", () => {
    const decision = onVolume({ sizer, breaker: circuitBreaker({ stops: 1 }), checks, stops: stopManager(), atr: 2 });
    const rows: readonly Bar[] = [
      hour(10_000, 60),
      hour(10_000),
      hour(9500, 60),
      hour(9500, 60),
      hour(9500, 60),
      hour(9500),
    ];
    // Hit at hour 2, the open of the third bar.
    expect(verdicts(runPanel(decision, { A: rows })).map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "1 A commitment acted",
      "3 A commitment circuit_breaker_active",
      "4 A commitment acted",
      "5 A commitment acted",
    ]);
  });
});

const { volume } = bars();
/** Holds a share at the rows that say 7. */
const flip = targetQuantity(select(eq(volume, 7), 1, 0));
/** A trade a minute and the next: bought at 1,000.00, sold at the outcome, in cents. */
function trades(outcomes: readonly number[]): readonly (readonly [minute: number, bar: Bar])[] {
  if (outcomes.length === 0) return [];
  const rows = outcomes.flatMap((cents, i): readonly (readonly [number, Bar])[] => {
    const sold = 100_000 + cents;
    const low = Math.min(sold, 100_000);
    return [
      [2 * i + 1, [100_000, 100_000, 100_000, 100_000, 7]],
      [2 * i + 2, [100_000, 100_000, 100_000, 100_000, QUIET]],
      // The next trade is decided in the bar in which this one ends.
      [2 * i + 3, [sold, Math.max(sold, 100_000), low, 100_000, 7]],
    ];
  });
  // Of rows at one time the later one tells the next trade; the last one tells none.
  const byMinute = new Map<number, Bar>();
  for (const [minute, bar] of rows) {
    const before = byMinute.get(minute);
    byMinute.set(minute, before === undefined || bar[0] !== 100_000 ? bar : before);
  }
  const all = [...byMinute].sort(([a], [b]) => a - b);
  const [last, [open, high, low, close]] = all.at(-1) as readonly [number, Bar];
  return [...all.slice(0, -1), [last, [open, high, low, close, QUIET]]];
}

function traded(decision: Decision, outcomes: readonly number[], config: Partial<RunConfig> = {}, days = 1): RunResult {
  const ends = Array.from(
    { length: days },
    (_, i) => [(i + 1) * 1440, [100_000, 100_000, 100_000, 100_000, QUIET]] as const,
  );
  return runOrders([decision, flip], [minuteTape("A", [...trades(outcomes), ...ends])], { cash: "1000", ...config });
}

describe("a reserve pool", () => {
  const decision = onVolume({ sizer, reserve: reservePool() });

  it("takes 20 % of every realised gain, and nothing from a loss", () => {
    expect(
      notes(traded(decision, [1001, -5000, 500], { cash: "2000" }), "reserve").map((line) =>
        line.split(" ").slice(1).join(" "),
      ),
    ).toEqual(["reserve_in 201 201", "reserve_in 100 301"]);
  });

  it("is high over 30 % of the total", () => {
    const whole = onVolume({ sizer, reserve: reservePool({ share: 1 }) });
    const at = (gain: number): readonly string[] => notes(traded(whole, [gain], { cash: "1400" }), "reserve_high");
    expect(at(60_000)).toEqual([]);
    expect(at(60_001).map((line) => line.split(" ").slice(2).join(" "))).toEqual(["60001 200001"]);
  });

  it("is released whole in an emergency decline, and never falls otherwise", () => {
    const whole = onVolume({ sizer, reserve: reservePool({ share: 1 }) });
    const at = (loss: number): readonly string[] =>
      notes(traded(whole, [60_000, -loss, 10], { cash: "1400" }), "reserve_").map((line) =>
        line.split(" ").slice(1).join(" "),
      );
    expect(at(50_000)).toEqual(["reserve_in 60000 60000", "reserve_high 60000 150000", "reserve_in 10 60010"]);
    expect(at(50_001)).toEqual(["reserve_in 60000 60000", "reserve_released 60000 149999", "reserve_in 10 10"]);
  });

  it("leaves less to commit", () => {
    const rows: readonly Bar[] = [
      hour(10_000),
      hour(10_000),
      hour(20_000),
      hour(20_000),
      hour(20_000, 55),
      hour(20_000),
    ];
    const hold = targetQuantity(select(eq(bars().close, 100), 500, 0));
    const base = notes(runPanel([decision, hold], { A: rows }), "size_base")[0];
    // 50,000 were gained, 10,000 of them reserved.
    expect(base).toBe("5 size_base 14000000 700000");
  });
});

describe("tiers", () => {
  const tierAfter = (outcomes: readonly number[], options: TierOptions = {}, cash = "100000", days = 1): string => {
    const reserve = reservePool({ share: 1, emergencyDecline: 1 });
    const decision = onVolume({ sizer, reserve, tier: tierPolicy({ reserve, ...options }) });
    const moved = notes(traded(decision, outcomes, { cash }, days), "tier");
    return moved.map((line) => TIERS[Number(line.split(" ")[3])]).join(" ");
  };
  const of = (won: number, lost: number, gain = 100, loss = -100): readonly number[] => [
    ...Array.from({ length: won }, () => gain),
    ...Array.from({ length: lost }, () => loss),
  ];

  it("go down under 40 % of success", () => {
    expect(tierAfter(of(2, 3))).toBe("");
    expect(tierAfter(of(3, 5))).toBe("conservative");
    expect(tierAfter(of(39, 59))).toBe("conservative");
    expect(tierAfter([])).toBe("");
  });

  it("count fees against success, and a trade of nothing as none", () => {
    expect(tierAfter(of(2, 3, 0))).toBe("conservative");
  });

  it("go down with a decline over 15 % from the peak", () => {
    // 1,000 and 1,000 more make a peak of 2,000.
    expect(tierAfter([50_000, 50_000, -30_000], {}, "1000")).toBe("");
    expect(tierAfter([50_000, 50_000, -30_001], {}, "1000")).toBe("conservative");
  });

  it("go up over 55 % of success, with a reserve over 20 % of the total and a decline under 5 %", () => {
    const rich = { upReserve: 0 };
    expect(tierAfter(of(11, 9), rich)).toBe("");
    expect(tierAfter(of(12, 9), rich)).toBe("aggressive");
    expect(tierAfter(of(56, 45), rich)).toBe("aggressive");
    expect(tierAfter([20_000, 5000], {}, "1000")).toBe("");
    expect(tierAfter([20_000, 5001], {}, "1000")).toBe("aggressive");
    expect(tierAfter([50_000, 25_000, 25_000, -10_000], {}, "1000")).toBe("");
    expect(tierAfter([50_000, 25_000, 25_000, -9999], {}, "1000")).toBe("aggressive");
  });

  it("move one step a day, at its end, and stay at the last tier", () => {
    expect(tierAfter(of(1, 9), { start: "aggressive" }, "100000", 4)).toBe("moderate conservative");
    expect(tierAfter(of(1, 9), { start: "aggressive", moves: false }, "100000", 4)).toBe("");
  });

  it("count 30 days", () => {
    const day = (days: number): string => {
      const tier = tierPolicy({ start: "aggressive" });
      const end = (at: number): readonly [number, Bar] => [at * 1440, [100_000, 100_000, 100_000, 100_000, QUIET]];
      const rows = [...trades([-100]), end(1), end(days)];
      const result = runOrders([onVolume({ sizer, tier }), flip], [minuteTape("A", rows)], { cash: "100000" });
      return notes(result, "tier")
        .map((line) => TIERS[Number(line.split(" ")[3])])
        .join(" ");
    };
    expect(day(30)).toBe("moderate conservative");
    expect(day(31)).toBe("moderate");
  });

  it("move at the close of the last session of a day, where there is a calendar", () => {
    const tier = tierPolicy({ start: "aggressive" });
    const sessions = [
      [0n, 10n * MINUTE_NS],
      [20n * MINUTE_NS, 60n * MINUTE_NS],
      [1450n * MINUTE_NS, 1500n * MINUTE_NS],
    ] as const;
    const rest = [11, 59, 60, 1440, 1500].map((minute) => [minute, hour(100_000)] as const);
    const rows = [...trades([-100]), ...rest];
    const result = runOrders([onVolume({ sizer, tier }), flip], [minuteTape("A", rows)], {
      cash: "100000",
      calendars: { A: { kind: "sessions", sessions } },
    });
    const { time, kind } = result.tables().notes;
    const moved = [...time].filter((_, i) => NOTE_KINDS[kind[i] as number] === "tier");
    expect(moved.map((ns) => ns / MINUTE_NS)).toEqual([60n, 1500n]);
  });
});
