// Stops, targets and the weekly rebalance of commitments; and whole engines, however a run is cut.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngineOptions, RunOptions, RunResult, StopOptions } from "../../kernel/index.js";
import {
  bars,
  circuitBreaker,
  commitmentSizer,
  decisionEngine,
  div,
  eq,
  graph,
  InputError,
  commitment,
  le,
  marketOrder,
  select,
  stopManager,
  targetQuantity,
  tierPolicy,
  weeklyRebalance,
} from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { CONFIDENCE, DEFER, EXIT, hour, hours, notes, onVolume, QUIET, runPanel, verdicts } from "./commitment-runs.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";
import { resumedRun } from "./resumed.js";

const sizer = commitmentSizer({ cap: null });
const { close, volume } = bars();

/** Fills and changes of prices of a run. */
function moves(result: RunResult): readonly string[] {
  return linesBefore(result).filter((line) => /fill|update/.test(line));
}

describe("stops and targets", () => {
  const protectedBy = (
    options: StopOptions = {},
    atr: Parameters<typeof onVolume>[0] = { atr: 2 },
  ): ReturnType<typeof onVolume> => onVolume({ sizer, stops: stopManager(options), ...atr });
  const entry = [hour(10_000, 55), hour(10_000)] as const;

  it.each([
    ["conservative", 9700, 10_600, 33],
    ["moderate", 9600, 10_600, 90],
    ["aggressive", 9500, 10_600, 150],
  ] as const)("stand where ATR and the %s tier put them", (start, stop, target, shares) => {
    const decision = onVolume({ sizer, stops: stopManager(), atr: 2, tier: tierPolicy({ start, moves: false }) });
    const result = runPanel(decision, { A: [hour(10_000, 100), hour(10_000)] });
    expect(linesBefore(result)).toEqual([
      `1 order 1 market ${shares}`,
      `1 fill 1 ${shares} @ 10000`,
      `1 order 2 stop -${shares}`,
      `1 terms 2 stop ${stop} parent 1`,
      `1 order 3 limit -${shares}`,
      `1 terms 3 limit ${target} parent 1 group 2`,
    ]);
  });

  it("may act in the bar that fills the entry", () => {
    const rows: readonly Bar[] = [hour(10_000, 55), [10_000, 10_000, 9500, 9800]];
    expect(moves(runPanel(protectedBy(), { A: rows }))).toEqual([
      "1 fill 1 50 @ 10000",
      "2 update 2 -50 limit 0 trigger 9600",
      "2 fill 2 -50 @ 9600",
    ]);
  });

  it("leave what a target could not fill protected", () => {
    const rows: readonly Bar[] = [...entry, [10_601, 10_601, 10_601, 10_601, 300], hour(9000), hour(9000)];
    const lines = linesBefore(runPanel(protectedBy(), { A: rows }, { participation: 0.1 }));
    expect(lines.filter((line) => line.includes("fill"))).toEqual([
      "1 fill 1 50 @ 10000",
      "2 fill 3 -30 @ 10600",
      "3 fill 2 -20 @ 9000",
    ]);
  });

  it("are made anew when the ATR has moved by more than 10 %", () => {
    const at = (ticks: number): readonly string[] =>
      moves(
        runPanel(protectedBy({}, { atr: select(eq(volume, 300), ticks, 2) }), {
          A: [...entry, hour(10_000, 300), hour(10_000, 300), hour(10_000, 300)],
        }),
      ).slice(1);
    expect(at(2.2)).toEqual([]);
    expect(at(1.8)).toEqual([]);
    expect(at(2.21)).toEqual(["3 update 2 -50 limit 0 trigger 9558", "3 update 3 -50 limit 10663 trigger 0"]);
    expect(at(1.79)).toEqual(["3 update 2 -50 limit 0 trigger 9642", "3 update 3 -50 limit 10537 trigger 0"]);
  });

  it("trail from half way to the target, and never fall", () => {
    // Half way from 100 to 106 is 103.
    const at = (...closes: readonly number[]): readonly string[] =>
      moves(runPanel(protectedBy(), { A: [...entry, ...closes.map((cents) => hour(cents))] })).slice(1);
    expect(at(10_299, 10_200)).toEqual([]);
    expect(at(10_300, 10_200, 10_400)).toEqual([
      "3 update 2 -50 limit 0 trigger 9900",
      "5 update 2 -50 limit 0 trigger 10000",
    ]);
  });

  it("are tightened when heat is over 80 % of its limit", () => {
    const at = (heat: number): readonly string[] => {
      const tier = tierPolicy({ moves: false, heat: [heat, heat, heat] });
      const decision = onVolume({ sizer, stops: stopManager(), atr: 2, tier });
      return moves(runPanel(decision, { A: [...entry, ...hours(3, 10_000)] })).slice(1);
    };
    // 50 shares with stops 4 below: 200 of 100,000, which is 80 % of 250.
    expect(at(0.0025)).toEqual([]);
    expect(at(0.002_499)).toEqual(["2 update 2 -50 limit 0 trigger 9800"]);
  });

  it("do not fall with the ATR once they were tightened", () => {
    const tier = tierPolicy({ moves: false, heat: [0.002_499, 0.002_499, 0.002_499] });
    const decision = onVolume({ sizer, stops: stopManager(), atr: select(eq(volume, 300), 4, 2), tier });
    // Heat is low again once the price has come near the stop, and the ATR is twice as large then.
    const changed = moves(runPanel(decision, { A: [...entry, hour(9850), hour(9850, 300), hour(9850, 300)] })).slice(1);
    expect(changed).toEqual(["2 update 2 -50 limit 0 trigger 9800", "4 update 3 -50 limit 11200 trigger 0"]);
  });

  it("wait for a change on its way", () => {
    const decision = protectedBy();
    const rows = [...entry, ...hours(2, 10_000), hour(10_300), ...hours(5, 10_400)];
    const latencyNs = Number((3n * HOUR_NS) / 2n);
    const changed = notes(runPanel(decision, { A: rows }, { latencyNs }), "stop").map((line) => line.split(" ")[0]);
    // Asked for at hour 5, on its way until the open of the bar that ends at 8.
    expect(changed).toEqual(["5", "8"]);
  });

  it("protect the bar inside which they are moved where they stood (B2, D1)", () => {
    // Bars of four hours beside bars of one, in which a loss at hour 9 makes heat too high.
    const tier = tierPolicy({ moves: false, heat: [0.0025, 0.0025, 0.0025] });
    const b = bars({ instrument: "B" });
    const confidence = select(le(b.volume, 100), div(b.volume, 100), div(b.volume, 0));
    const decisions = [
      commitment(confidence, { sizer, stops: stopManager(), atr: 2, tier }),
      marketOrder(100, { when: eq(bars({ instrument: "A" }).time, 3600) }),
    ];
    const a = barsTape("A", [...hours(8, 10_000), ...hours(12, 9000)]);
    const at = (low: number): readonly string[] => {
      const rows: readonly Bar[] = [hour(10_000, 55), hour(10_000), [10_000, 10_000, low, 10_000], hour(9700)];
      const result = runOrders(decisions, [a, barsTape("B", rows, {}, 4)], { cash: "100000" });
      expect(notes(result, "stop")).toEqual(["9 stop 9600 9800"]);
      return moves(result).slice(2);
    };
    expect(at(9600)).toEqual(["12 update 3 -50 limit 0 trigger 9600", "12 fill 3 -50 @ 9600"]);
    expect(at(9601)).toEqual([
      "12 update 3 -50 limit 0 trigger 9800",
      "12 update 3 -50 limit 0 trigger 9800",
      "12 fill 3 -50 @ 9700",
    ]);
  });

  it("end with an exit", () => {
    const rows = [...entry, hour(10_000, EXIT), ...hours(2, 10_000)];
    const lines = linesBefore(runPanel(protectedBy(), { A: rows }));
    expect(lines.slice(-4)).toEqual([
      "3 order 4 market -50",
      "3 fill 4 -50 @ 10000",
      expect.stringMatching(/^3 end [23] /),
      expect.stringMatching(/^3 end [23] /),
    ]);
  });

  it("need an ATR", () => {
    const paths = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        if (error instanceof InputError) return error.issues.map(({ code, path }) => `${code} ${path}`).join();
        throw error;
      }
      return "nothing";
    };
    expect(paths(() => commitment(0.8, { stops: stopManager() }))).toBe("graph/order commitment.inputs.atr");
    expect(paths(() => commitment(0.8, { sectors: { "A=B": "x" } }))).toBe("graph/order commitment.sectors.A=B");
    expect(paths(() => tierPolicy({ heat: [1, 2, 0] }))).toBe("graph/order tierPolicy.params.heat");
    expect(paths(() => commitmentSizer({ correlationFrom: 0.9 }))).toBe(
      "graph/order commitmentSizer.params.correlationFrom",
    );
  });
});

describe("a weekly rebalance", () => {
  // 1970-01-05 is a Monday; it begins at hour 96.
  const held = 200;
  const panel = (cents = 10_002): Readonly<Record<string, readonly Bar[]>> => ({
    A: [hour(10_000), hour(10_001), ...hours(280, cents)],
  });
  const hold = targetQuantity(held, { instrument: "A", when: eq(close, 100) });
  const run = (
    more: Parameters<typeof onVolume>[0] = {},
    config: Parameters<typeof runPanel>[2] = {},
  ): readonly string[] =>
    verdicts(runPanel([onVolume({ sizer, rebalance: weeklyRebalance(), ...more }), hold], panel(), config));

  it("cuts what is above its maximum on Monday at 09:45, in UTC without a calendar", () => {
    expect(run()).toEqual(["106 A rebalance acted -101"]);
    expect(run({ rebalance: weeklyRebalance({ timeOfDay: 9 * 3600 }) })).toEqual(["105 A rebalance acted -101"]);
    expect(run({ rebalance: weeklyRebalance({ weekday: "tuesday" }) })).toEqual(["130 A rebalance acted -101"]);
    expect(run({ rebalance: weeklyRebalance(), tier: tierPolicy({ moves: false, position: [1, 1, 1] }) })).toEqual([]);
  });

  it("leaves a record of a position that it passes over, since an order of it is on its way", () => {
    // Twenty more are sent in the bucket of the rebalance.
    const more = marketOrder(20, { instrument: "A", when: eq(close, 99.5) });
    const dip = { A: panel().A?.map((bar, i) => (i === 105 ? hour(9950) : bar)) as readonly Bar[] };
    const decisions = [onVolume({ sizer, rebalance: weeklyRebalance() }), hold, more];
    expect(verdicts(runPanel(decisions, dip))).toEqual(["106 A rebalance duplicate", "274 A rebalance acted -121"]);
  });

  it("takes the time from the open of Monday's first session", () => {
    const at = (open: bigint): readonly string[] => {
      const sessions = [
        [0n, 2n * HOUR_NS],
        [open, open + HOUR_NS],
        [open + 2n * HOUR_NS, open + 3n * HOUR_NS],
        [200n * HOUR_NS, 201n * HOUR_NS],
      ] as const;
      return run({}, { calendars: { A: { kind: "sessions", sessions } } });
    };
    expect(at(100n * HOUR_NS)).toEqual(["101 A rebalance acted -101"]);
    // A session that begins on Sunday, UTC, and has its middle on Monday is Monday's.
    expect(at(96n * HOUR_NS - HOUR_NS / 4n)).toEqual(["96 A rebalance acted -101"]);
    // One of Sunday is none.
    expect(at(90n * HOUR_NS)).toEqual([]);
  });

  it("is left out while the breaker is active", () => {
    const breaker = circuitBreaker({ positionLoss: 0, dayLoss: 1 });
    const result = runPanel([onVolume({ sizer, breaker, rebalance: weeklyRebalance() }), hold], panel(9999));
    expect(verdicts(result)).toEqual([
      "106 A rebalance circuit_breaker_active",
      "274 A rebalance circuit_breaker_active",
    ]);
  });
});

describe("a decision engine", () => {
  const options: EngineOptions = {
    defer: DEFER,
    atr: 1,
    sizer: { cap: null },
    sectors: { A: "x", B: "x", C: "y" },
    checks: { duplicateFor: 7200 },
    rebalance: { weekday: "friday", timeOfDay: 3600 },
  };
  const steps = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(40, 56, 80, 100, EXIT, QUIET, QUIET, QUIET));
  const series = fc.array(steps, { minLength: 40, maxLength: 40 });
  const rowsOf = (list: readonly (readonly [number, number])[]): readonly Bar[] => {
    let price = 10_000;
    return list.map(([move, says]) => {
      const open = price;
      price += move * 70;
      return [open, Math.max(open, price) + 20, Math.min(open, price) - 20, price, says];
    });
  };
  const panels = fc.tuple(series, series, series).map(([a, b, c]) => ({ A: rowsOf(a), B: rowsOf(b), C: rowsOf(c) }));
  const runs = (
    decision: ReturnType<typeof decisionEngine>,
    panel: Parameters<typeof runPanel>[1],
    how: RunOptions,
  ): RunResult => runPanel(decision, panel, {}, how);

  it("gives the same bytes however the run is cut", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const decision = decisionEngine(CONFIDENCE, options);
        const whole = runs(decision, panel, {});
        const cuts: readonly RunOptions[] = [{ blockRows: 1 }, { blockRows: 7 }, { stepEveryBucket: true }];
        for (const how of cuts) expect(runs(decision, panel, how).resultDigest).toBe(whole.resultDigest);
        const bars = Object.entries(panel).map(([symbol, rows]) => barsTape(symbol, rows));
        const dataset = { name: "orders", fingerprint: `blake3:${"0".repeat(64)}`, bars };
        const config = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null, cash: "100000" } as const;
        const parts = { engines: [engineFor()], graph: graph({ decisions: [decision] }), dataset, config };
        expect(resumedRun(parts, [7, 19]).resultDigest).toBe(whole.resultDigest);
      }),
      { numRuns: runsOf(3) },
    );
  });

  it("never acts on a duplicate, nor while a breaker is active; its reserve falls by release only", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const breaker = { dayLoss: 0.001, dayLossPause: 4 * 3600, positionLoss: 0.01, positionLossPause: 5 * 3600 };
        const result = runs(decisionEngine(CONFIDENCE, { ...options, breaker }), panel, {});
        const actedAt = new Map<string, number>();
        for (const line of verdicts(result)) {
          const [at, symbol, kind, outcome] = line.split(" ") as [string, string, string, string];
          if (kind !== "commitment" || outcome !== "acted") continue;
          expect(Number(at) - (actedAt.get(symbol) ?? -9)).toBeGreaterThanOrEqual(2);
          actedAt.set(symbol, Number(at));
          const pauses = notes(result, "breaker_loss").map((note) => note.split(" "));
          const isPaused = pauses.some(
            ([from, , , until]) => Number(from) <= Number(at) && BigInt(at) * HOUR_NS < BigInt(until as string),
          );
          expect(isPaused).toBe(false);
        }
        let reserve = 0n;
        for (const line of notes(result, "reserve_")) {
          const [, kind, value, after] = line.split(" ") as [string, string, string, string];
          if (kind === "reserve_in") expect(BigInt(after)).toBe(reserve + BigInt(value));
          if (kind === "reserve_released") expect(BigInt(value)).toBe(reserve);
          reserve = kind === "reserve_in" ? BigInt(after) : kind === "reserve_released" ? 0n : reserve;
        }
      }),
      { numRuns: runsOf(6) },
    );
  });

  it("leaves policies out that are not wanted", () => {
    const bare = decisionEngine(CONFIDENCE, {
      checks: false,
      breaker: false,
      reserve: false,
      stops: false,
      rebalance: false,
      sizer: { cap: null },
    });
    expect(Object.keys(bare.node.inputs)).toEqual(["confidence", "sizer", "tier"]);
    expect(verdicts(runPanel(bare, { A: [hour(10_000, 1), hour(10_000)] }))).toEqual(["1 A commitment below_minimum"]);
  });
});
