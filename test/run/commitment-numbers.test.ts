// Every number of the decision policies (`NODESETS.md` 6), by its default alone, just inside and just outside.

import { describe, expect, it } from "vitest";
import type { BarsTape, CommitmentOptions, Decision, RunConfig, RunResult, Tier } from "../../kernel/index.js";
import {
  bars,
  circuitBreaker,
  commitment,
  commitmentSizer,
  decisionChecks,
  div,
  eq,
  memoryTape,
  reservePool,
  select,
  stopManager,
  targetQuantity,
  tierPolicy,
  weeklyRebalance,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { hour, hours, notes, onVolume, QUIET, runPanel, verdicts } from "./commitment-runs.js";
import type { Bar } from "./order-lines.js";
import { HOUR_NS, linesBefore, runOrders } from "./order-lines.js";

const SECOND_NS = HOUR_NS / 3600n;
const sizer = commitmentSizer({ cap: null });
const { volume } = bars();
const nothing = div(volume, 0);

/** Bars of a second at one price, in cents, and what their volumes say, at the times given in seconds. */
function secondsTape(
  symbol: string,
  rows: readonly (readonly [second: number, cents: number, says?: number])[],
): BarsTape {
  const prices = BigInt64Array.from(rows, ([, cents]) => BigInt(cents));
  return memoryTape(share(symbol), "1s", {
    time: BigInt64Array.from(rows, ([second]) => BigInt(second) * SECOND_NS),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: BigInt64Array.from(rows, ([, , says]) => BigInt(says ?? QUIET)),
  });
}

function runSeconds(decision: Decision, tapes: readonly BarsTape[], config: Partial<RunConfig> = {}): RunResult {
  return runOrders([decision], tapes, { cash: "100000", ...config });
}

/** Decision records of a run over seconds: the second, symbol, kind and outcome. */
function atSeconds(result: RunResult): readonly string[] {
  const { time } = result.tables().decisionRecords;
  return verdicts(result).map(
    (line, row) => `${(time[row] as bigint) / SECOND_NS} ${line.split(" ").slice(1).join(" ")}`,
  );
}

/** Holds so many shares of a symbol from the bar after one that closes at 1.00. */
const hold = (instrument: string, shares: number): Decision =>
  targetQuantity(shares, { instrument, when: eq(bars({ instrument }).close, 1) });

interface Row {
  readonly confidence: number;
  readonly position: number;
  readonly stop: number;
  readonly reward: number;
  readonly sector: number;
  readonly heat: number;
}

/** The table of the specification; shares in percent. */
const TABLE: readonly (readonly [Tier, Row])[] = [
  ["conservative", { confidence: 0.75, position: 5, stop: 1.5, reward: 2, sector: 20, heat: 10 }],
  ["moderate", { confidence: 0.55, position: 10, stop: 2, reward: 1.5, sector: 30, heat: 20 }],
  ["aggressive", { confidence: 0.4, position: 15, stop: 2.5, reward: 1.2, sector: 40, heat: 30 }],
];

describe.each(TABLE)("the %s tier", (start, row) => {
  const tier = tierPolicy({ start, moves: false });
  /** Recommends in the bar whose volume is 80. */
  const recommend = (confidence: number, options: CommitmentOptions = {}): Decision =>
    commitment(select(eq(volume, 80), confidence, nothing), { sizer, tier, ...options });
  const one = (cents: number): Readonly<Record<string, readonly Bar[]>> => ({ A: [hour(cents, 80), hour(cents)] });
  /** B held from the second bar on, A recommended in the third. */
  const beside = (shares: number, options: CommitmentOptions, cents: number): string | undefined => {
    const panel = { A: [hour(cents), hour(cents), hour(cents, 80), hour(cents)], B: hours(4, 100) };
    const result = runPanel([recommend(0.9, options), hold("B", shares)], panel);
    return verdicts(result)[0]?.slice(2);
  };

  it(`wants a confidence of ${row.confidence}`, () => {
    const at = (confidence: number): readonly string[] =>
      verdicts(runPanel(recommend(confidence, { checks: decisionChecks() }), one(1)));
    expect(at(row.confidence)[0]).toContain("acted");
    expect(at(row.confidence - 1e-9)).toEqual(["1 A commitment insufficient_confidence"]);
  });

  it(`holds ${row.position} % of the pool at the most, and half of that at the least confidence`, () => {
    const amounts = (decision: Decision): readonly bigint[] => [
      ...runPanel(decision, one(1)).tables().decisionRecords.amount,
    ];
    const most = BigInt(row.position) * 100_000n;
    expect(amounts(recommend(0.9, { share: row.position / 100 }))).toEqual([most]);
    expect(amounts(recommend(0.9, { share: (row.position * 100_000 - 1) / 1e7 }))).toEqual([most - 1n]);
    expect(amounts(recommend(0.9, { share: (row.position * 100_000 + 1) / 1e7 }))).toEqual([most]);
    expect(amounts(recommend(row.confidence))).toEqual([most / 2n]);
  });

  it(`puts the stop ${row.stop} ATR away, and the target ${row.reward} times as far`, () => {
    const decision = recommend(0.9, { stops: stopManager(), atr: 100 });
    const terms = linesBefore(runPanel(decision, one(100_000), { cash: "1000000" })).filter((line) =>
      line.includes("terms"),
    );
    const distance = 10_000 * row.stop;
    expect(terms[0]).toContain(`stop ${100_000 - distance} `);
    expect(terms[1]).toContain(`limit ${100_000 + distance * row.reward} `);
  });

  it(`keeps a sector within ${row.sector} %`, () => {
    const sectors = { A: "x", B: "x" };
    expect(beside(row.sector * 1000 - 1, { sectors }, 100)).toBe("A commitment acted 1");
    expect(beside(row.sector * 1000, { sectors }, 100)).toBe("A commitment sector_limit");
  });

  it(`keeps heat within ${row.heat} %`, () => {
    // A stop that no price reaches risks all of it, and so does what has none.
    const more = { stops: stopManager(), atr: 100, share: 1 };
    const room = (row.heat - row.position) * 1000;
    expect(beside(room, more, 100)).toBe(`A commitment acted ${row.position * 1000}`);
    expect(beside(room + 1, more, 100)).toBe("A commitment heat_limit");
  });
});

describe("checks and cycles", () => {
  const checks = decisionChecks();

  it("know a duplicate for 24 hours", () => {
    const at = (second: number): string | undefined => {
      const tape = secondsTape("A", [
        [1, 1, 55],
        [second, 1, 55],
        [second + 1, 1],
      ]);
      return atSeconds(runSeconds(onVolume({ sizer, checks }), [tape]))[1];
    };
    expect(at(86_400)).toBe("86400 A commitment duplicate_recommendation");
    expect(at(86_401)).toBe("86401 A commitment acted 500000");
  });

  it("stop at more than 50 % of the positions down by more than 2 %", () => {
    const at = (down: number, all: number, cents = 9799): string | undefined => {
      const names = Array.from({ length: all }, (_, i) => `H${i}`);
      const held = names.map((name, i) => [name, [hour(100), hour(10_000), hour(i < down ? cents : 10_000)]] as const);
      const panel = { A: [hour(1), hour(1), hour(1, 80)], ...Object.fromEntries(held) };
      const many = decisionChecks({ commitmentsMax: 1000 });
      const decisions = [onVolume({ sizer, checks: many }), ...names.map((name) => hold(name, 1))];
      return verdicts(runPanel(decisions, panel))[0]?.split(" ")[3];
    };
    expect(at(50, 100)).toBe("acted");
    expect(at(51, 101)).toBe("multiple_declining_commitments");
    expect(at(1, 1, 9800)).toBe("acted");
  });

  it("take no eleventh position", () => {
    const panel = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`S${10 + i}`, [hour(1, 80), hour(1)]]));
    const outcomes = verdicts(runPanel(onVolume({ sizer, checks }), panel)).map((line) => line.split(" ")[3]);
    expect(outcomes.filter((outcome) => outcome === "acted").length).toBe(10);
    expect(outcomes.at(-1)).toBe("max_commitments_reached");
  });

  it("take 50 in a cycle of 60 s, from the last 2 h", () => {
    const many = Array.from({ length: 51 }, (_, i) =>
      secondsTape(`S${10 + i}`, [
        [1, 1, 80],
        [2, 1],
      ]),
    );
    const judged = atSeconds(runSeconds(onVolume({ sizer }), many));
    expect(judged.filter((line) => line.startsWith("1 ")).length).toBe(50);
    const cycle = [
      secondsTape("A", [
        [1, 1, 80],
        [61, 1],
        [62, 1],
      ]),
      secondsTape("B", [
        [60, 1, 80],
        [63, 1],
      ]),
    ];
    expect(atSeconds(runSeconds(onVolume({ sizer }), cycle))[1]).toContain("61 B");
    const age = (second: number): string | undefined => {
      const tapes = [
        secondsTape("A", [
          [1, 1, 80],
          [second, 1],
        ]),
        secondsTape("B", [
          [1, 1, 60],
          [second + 1, 1],
        ]),
      ];
      return atSeconds(runSeconds(onVolume({ sizer, cycleMax: 1 }), tapes))[1]?.slice(0, 25);
    };
    expect(age(7200)).toBe("7200 B commitment acted 5");
    expect(age(7201)).toBe("7201 B commitment stale_d");
  });
});

describe("the sizer", () => {
  it("caps at 50", () => {
    const at = (cents: number): string | undefined =>
      verdicts(runPanel(onVolume(), { A: [hour(cents, 80), hour(cents)] }))[0]?.slice(2);
    expect(at(5000)).toBe("A commitment acted 1");
    expect(at(5001)).toBe("A commitment below_minimum");
  });

  it("favours a new sector by 1.2 while fewer than 3 are held", () => {
    const at = (sectors: number): bigint | undefined => {
      const names = Array.from({ length: sectors }, (_, i) => `H${i}`);
      const panel = {
        A: [hour(1), hour(1), hour(1, 55), hour(1)],
        ...Object.fromEntries(names.map((n) => [n, hours(4, 100)])),
      };
      const list = { A: "a", ...Object.fromEntries(names.map((name) => [name, name])) };
      const decisions = [onVolume({ sizer, sectors: list }), ...names.map((name) => hold(name, 1))];
      return runPanel(decisions, panel).tables().decisionRecords.quantity[0];
    };
    expect(at(2)).toBe(600_000n);
    expect(at(3)).toBe(500_000n);
  });

  it.each([
    [1, "earnings_near"],
    [1 + 1e-9, "acted 250000"],
    [3, "acted 250000"],
    [3 + 1e-9, "acted 500000"],
  ])("with earnings in %d sessions: %s", (earningsIn, outcome) => {
    const result = runPanel(onVolume({ sizer, earningsIn }), { A: [hour(1, 55), hour(1)] });
    expect(verdicts(result)).toEqual([`1 A commitment ${outcome}`]);
  });
});

describe("breaker, reserve, stops and rebalance", () => {
  const fallen = (closes: readonly number[], decision: Decision, cash = "100000"): RunResult =>
    runPanel(
      [decision, hold("A", 1000)],
      { A: [hour(100), hour(10_000), ...closes.map((cents) => hour(cents))] },
      { cash },
    );

  it("pause 2 h for a day's loss over 5 %, and bar a symbol 48 h for 15 % of entry", () => {
    const breaker = onVolume({ sizer, breaker: circuitBreaker() });
    // Bought at 100 for 100,000 of 200,000.
    expect(notes(fallen([9000], breaker, "200000"), "breaker_loss")).toEqual([]);
    expect(notes(fallen([8999], breaker, "200000"), "breaker_loss")).toEqual([
      `3 breaker_loss 1001000 ${5n * HOUR_NS}`,
    ]);
    expect(notes(fallen([8500], breaker, "1000000"), "breaker_symbol")).toEqual([]);
    expect(notes(fallen([8499], breaker, "1000000"), "breaker_symbol")).toEqual([
      `3 breaker_symbol 1501000 ${51n * HOUR_NS}`,
    ]);
  });

  it("pause 2 h for 3 stops within 30 minutes", () => {
    const decision = onVolume({ sizer, stops: stopManager(), atr: 0.1, breaker: circuitBreaker() });
    const hits = (...seconds: readonly number[]): readonly string[] => {
      const tapes = seconds.map((second, i) =>
        secondsTape(`S${i}`, [
          [1, 100, 80],
          [2, 100],
          [second, 50],
        ]),
      );
      return notes(runSeconds(decision, tapes), "breaker_stops").map((line) => line.split(" ").slice(1).join(" "));
    };
    // Hit at the open, a second before the close.
    expect(hits(10, 20)).toEqual([]);
    expect(hits(10, 20, 1811)).toEqual([]);
    expect(hits(10, 20, 1810)).toEqual([`breaker_stops 3 ${(1809n + 7200n) * SECOND_NS}`]);
  });

  it("move 20 % of a gain in, are high over 30 %, and released over 25 % of decline", () => {
    const flips = (...prices: readonly number[]): readonly Bar[] =>
      prices.map((cents, i) => hour(cents, i % 2 === 0 ? 7 : QUIET));
    const flip = targetQuantity(select(eq(volume, 7), 1, 0));
    const run = (
      options: Parameters<typeof reservePool>[0],
      cash: string,
      ...prices: readonly number[]
    ): readonly string[] => {
      const decision = onVolume({ sizer, reserve: reservePool(options) });
      const result = runPanel([decision, flip], { A: flips(...prices) }, { cash });
      return notes(result, "reserve_").map((line) => line.split(" ").slice(1).join(" "));
    };
    // Bought at the second price and sold at the third; bought at the fourth and sold at the fifth.
    expect(run({}, "1000", 50_000, 50_000, 100_000)).toEqual(["reserve_in 10000 10000"]);
    const after = (sold: number, end: number): readonly string[] =>
      run({ share: 1 }, "1400", 100_000, 100_000, sold, sold, end).slice(1);
    expect(after(160_000, 160_000)).toEqual([]);
    expect(after(160_001, 160_001)).toEqual(["reserve_high 60001 200001"]);
    expect(after(160_000, 110_000)).toEqual(["reserve_high 60000 150000"]);
    expect(after(160_000, 109_999)).toEqual(["reserve_released 60000 149999"]);
  });

  it("move stops by more than 10 % of the ATR, trail from half way, and tighten over 80 % of the heat", () => {
    const at = (ticks: number, cents: number): readonly string[] => {
      const decision = onVolume({ sizer, stops: stopManager(), atr: select(eq(volume, 300), ticks, 100) });
      const rows = [hour(100_000, 55), hour(100_000), hour(cents, 300), hour(cents, 300)];
      return notes(runPanel(decision, { A: rows }, { cash: "1000000" }), "stop");
    };
    expect(at(110, 100_000)).toEqual([]);
    expect(at(110.01, 100_000)).toEqual(["3 stop 80000 77998"]);
    expect(at(90, 100_000)).toEqual([]);
    expect(at(89.99, 100_000)).toEqual(["3 stop 80000 82002"]);
    expect(at(100, 114_999)).toEqual([]);
    expect(at(100, 115_000)).toEqual(["3 stop 80000 95000"]);
  });

  it("cut on Monday at 09:45 of a day without sessions, and 15 minutes after the first open", () => {
    const decision = onVolume({ sizer, rebalance: weeklyRebalance() });
    const monday = 4 * 86_400;
    const at = (second: number, config: Partial<RunConfig> = {}): readonly string[] => {
      const tape = secondsTape("A", [
        [1, 100],
        [2, 100],
        [second - 1, 100],
        [second, 100],
        [second + 9, 100],
      ]);
      return atSeconds(runOrders([decision, hold("A", 20_000)], [tape], { cash: "100000", ...config }));
    };
    expect(at(monday + 35_100)).toEqual([`${monday + 35_100} A rebalance acted -10000`]);
    const sessions = [[BigInt(monday) * SECOND_NS + HOUR_NS, BigInt(monday) * SECOND_NS + 9n * HOUR_NS]] as const;
    const calendars = { A: { kind: "sessions", sessions } } as const;
    expect(at(monday + 4500, { calendars })).toEqual([`${monday + 4500} A rebalance acted -10000`]);
  });
});
