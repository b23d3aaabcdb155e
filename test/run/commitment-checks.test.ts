// Checks of a recommendation: each number on both sides, the order of the checks, cycles, exits and gates.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckOptions, Decision, RunConfig } from "../../kernel/index.js";
import {
  activationGate,
  bars,
  circuitBreaker,
  commitmentSizer,
  decisionChecks,
  eq,
  riskControl,
  targetQuantity,
  tierPolicy,
  timingGate,
} from "../../kernel/index.js";
import { EXIT, hour, hours, onVolume, QUIET, runPanel, traces, verdicts } from "./commitment-runs.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { Bar } from "./order-lines.js";
import { HOUR_NS, linesBefore } from "./order-lines.js";

const sizer = commitmentSizer({ cap: null });
const checked = (options: CheckOptions = {}): Decision => onVolume({ sizer, checks: decisionChecks(options) });
/** Holds so many shares of a symbol from the bar after one that closes at 100. */
const hold = (instrument: string, shares = 1): Decision =>
  targetQuantity(shares, { instrument, when: eq(bars({ instrument }).close, 100) });

describe("the checks of a recommendation", () => {
  it("take what passes all of them, and leave a record with the trace", () => {
    const result = runPanel(checked(), { A: [hour(10_000, 80), ...hours(2, 10_000)] });
    expect(verdicts(result)).toEqual(["1 A commitment acted 72"]);
    expect(traces(result)).toEqual(["moderate: breaker window confidence duplicate declining count"]);
    expect([...result.tables().decisionRecords.confidence]).toEqual([800_000_000n]);
    // 80 of 55 hundredths x 0.5 x 10 % of 100,000, in whole shares of 100.
    expect([...result.tables().decisionRecords.amount]).toEqual([720_000n]);
    expect(linesBefore(result)).toEqual(["1 order 1 market 72", "1 fill 1 72 @ 10000"]);
  });

  it.each([
    ["conservative", 75],
    ["moderate", 55],
    ["aggressive", 40],
  ] as const)("want the least confidence of the %s tier", (start, least) => {
    const tier = tierPolicy({ start, moves: false });
    const at = (confidence: number): readonly string[] =>
      traces(
        runPanel(onVolume({ sizer, tier, checks: decisionChecks() }), { A: [hour(10_000, confidence), hour(10_000)] }),
      );
    expect(at(least)).toEqual([`${start}: breaker window confidence duplicate declining count`]);
    expect(at(least - 1)).toEqual([`${start}: breaker window !confidence`]);
  });

  it("know a duplicate for 24 hours from when it was acted on, and not at the end of them", () => {
    const rows = [hour(10_000, 80), ...hours(22, 10_000), hour(10_000, 80), hour(10_000, 80), hour(10_000)];
    expect(verdicts(runPanel(checked(), { A: rows }))).toEqual([
      "1 A commitment acted 72",
      "24 A commitment duplicate_recommendation",
      // What the tier leaves of 10 % beside the 72.
      "25 A commitment acted 28",
    ]);
  });

  it("count no duplicate of what was refused", () => {
    const rows = [hour(10_000, 50), hour(10_000, 80), hour(10_000)];
    expect(verdicts(runPanel(checked(), { A: rows }))).toEqual([
      "1 A commitment insufficient_confidence",
      "2 A commitment acted 72",
    ]);
  });

  it("stop at more than half of the positions down by more than 2 % of their entry", () => {
    const at = (...closes: readonly number[]): string | undefined => {
      const symbols = closes.map((_, i) => `H${i}`);
      const held = closes.map((cents, i) => [`H${i}`, [hour(10_000), hour(10_000), hour(cents), hour(cents)]] as const);
      const panel = { A: [hour(5000), hour(5000), hour(5000, 80), hour(5000)], ...Object.fromEntries(held) };
      return verdicts(runPanel([checked(), ...symbols.map((symbol) => hold(symbol))], panel))[0];
    };
    expect(at(9799, 10_000)).toBe("3 A commitment acted 145");
    expect(at(9799, 9799, 10_000)).toBe("3 A commitment multiple_declining_commitments");
    expect(at(9799, 9800, 9800)).toBe("3 A commitment acted 145");
    expect(at(9799)).toBe("3 A commitment multiple_declining_commitments");
    expect(at(9800)).toBe("3 A commitment acted 145");
  });

  it("take no eleventh position, those on their way included", () => {
    const panel = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`S${String(i).padStart(2, "0")}`, [hour(10_000, 60), hour(10_000)]]),
    );
    const outcomes = verdicts(runPanel(checked(), panel)).map((line) => line.split(" ").slice(1).join(" "));
    expect(outcomes.slice(8)).toEqual([
      "S08 commitment acted 54",
      "S09 commitment acted 54",
      "S10 commitment max_commitments_reached",
      "S11 commitment max_commitments_reached",
    ]);
  });

  it("keep to the sessions of the instrument, without their close", () => {
    const calendars = { A: { kind: "sessions", sessions: [[2n * HOUR_NS, 4n * HOUR_NS]] } } as const;
    const rows = [1, 2, 3, 4].map(() => hour(10_000, 80));
    expect(verdicts(runPanel(checked({ duplicateFor: 0 }), { A: rows }, { calendars }))).toEqual([
      "1 A commitment outside_execution_window",
      "2 A commitment acted 72",
      "3 A commitment acted 28",
      "4 A commitment outside_execution_window",
    ]);
    expect(verdicts(runPanel(checked({ window: false }), { A: rows.slice(0, 1) }, { calendars }))).toEqual([
      "1 A commitment acted 72",
    ]);
  });

  it("fail in their order: the breaker before the window, the window before the confidence", () => {
    const calendars = { A: { kind: "sessions", sessions: [[3n * HOUR_NS, 4n * HOUR_NS]] } } as const;
    const breaker = circuitBreaker({ dayLoss: 0 });
    const rows: readonly Bar[] = [hour(10_000), hour(10_000, 10), hour(9900, 10), hour(9900)];
    const all = [onVolume({ sizer, breaker, checks: decisionChecks() }), hold("A")];
    expect(traces(runPanel(all, { A: rows }, { calendars: { A: { kind: "always" } } }))).toEqual([
      "moderate: breaker window !confidence",
      "moderate: !breaker",
    ]);
    expect(traces(runPanel(all, { A: rows }, { calendars })).slice(0, 1)).toEqual(["moderate: breaker !window"]);
  });

  it("refuse a confidence that is none, with nothing checked", () => {
    const result = runPanel(onVolume({ checks: decisionChecks() }), { A: [hour(10_000, -5), hour(10_000)] });
    expect(verdicts(result)).toEqual(["1 A commitment invalid_order"]);
    expect(traces(result)).toEqual(["moderate: "]);
  });
});

describe("cycles", () => {
  const panel = (
    confidences: readonly number[],
    later: readonly Bar[] = [],
  ): Readonly<Record<string, readonly Bar[]>> =>
    Object.fromEntries(
      confidences.map((says, i) => [
        `S${String(i).padStart(2, "0")}`,
        [hour(10_000, says), ...hours(3, 10_000), ...later],
      ]),
    );

  it("take the most confident first, equal ones in the order of instruments", () => {
    const result = runPanel(onVolume({ sizer }), panel([60, 90, 70, 90, 60]));
    expect(verdicts(result).map((line) => line.split(" ")[1])).toEqual(["S01", "S03", "S02", "S00", "S04"]);
  });

  it("take 50, and let the others wait for 2 hours", () => {
    const many = Array.from({ length: 151 }, () => 60);
    const taken = (age?: number): readonly number[] => {
      const decision = onVolume({ sizer: commitmentSizer({ cap: 10 }), ...(age === undefined ? {} : { age }) });
      const lines = verdicts(runPanel(decision, panel(many))).map((line) => line.split(" "));
      const count = (at: number, isStale: boolean): number =>
        lines.filter(([hour, , , reason]) => hour === String(at) && (reason === "stale_decision") === isStale).length;
      return [count(1, false), count(2, false), count(3, false), count(3, true), lines.length];
    };
    // The last 51 come to their turn at hour 3, at the end of the 2 hours.
    expect(taken()).toEqual([50, 50, 0, 51, 151]);
    expect(taken(7201)).toEqual([50, 50, 50, 0, 151]);
  });

  it("take the newest recommendation of an instrument that waits", () => {
    const rows = { A: [hour(10_000, 60), hour(10_000, 70)], B: [hour(10_000, 90), hour(10_000)] };
    const result = runPanel(onVolume({ sizer, cycleMax: 1 }), rows);
    expect(verdicts(result)).toEqual([
      "1 B commitment acted 81",
      "2 A commitment superseded",
      "2 A commitment acted 63",
    ]);
    expect([...result.tables().decisionRecords.confidence]).toEqual([900_000_000n, 600_000_000n, 700_000_000n]);
    expect(traces(result)[1]).toBe("moderate: ");
  });

  it("come at most once in a cycle's length", () => {
    const rows = {
      A: [hour(10_000, 60), hour(10_000)],
      B: [hour(10_000), hour(10_000, 60), hour(10_000), hour(10_000)],
    };
    const at = (cycle: number): readonly string[] => verdicts(runPanel(onVolume({ sizer, cycle }), rows));
    expect(at(3600)).toEqual(["1 A commitment acted 54", "2 B commitment acted 54"]);
    expect(at(3601)).toEqual(["1 A commitment acted 54", "3 B commitment acted 54"]);
  });
});

describe("an exit", () => {
  it("checks the window only, and sells the whole position", () => {
    const breaker = circuitBreaker({ dayLoss: 0 });
    const rows = [hour(10_000, 80), hour(10_000), hour(9000, EXIT), hour(9000, EXIT), hour(9000)];
    const result = runPanel(onVolume({ sizer, breaker, checks: decisionChecks() }), { A: rows });
    expect(verdicts(result)).toEqual(["1 A commitment acted 72", "3 A defer acted -72", "4 A defer reduce_only"]);
    expect(traces(result)[1]).toBe("moderate: window");
  });

  it("waits for the window, and forgets a recommendation that waits", () => {
    const calendars = { A: { kind: "sessions", sessions: [[1n * HOUR_NS, 3n * HOUR_NS]] } } as const;
    const rows = [hour(10_000, 80), hour(10_000), hour(10_000, EXIT)];
    expect(verdicts(runPanel(checked(), { A: rows }, { calendars }))[1]).toBe("3 A defer outside_execution_window");
    const busy = {
      A: [hour(10_000, 60), hour(10_000, EXIT), hour(10_000)],
      B: [hour(10_000, 90), ...hours(2, 10_000)],
    };
    expect(verdicts(runPanel(onVolume({ sizer, cycleMax: 1 }), busy))).toEqual([
      "1 B commitment acted 81",
      "2 A commitment superseded",
      "2 A defer reduce_only",
    ]);
  });

  it("that finds nothing to sell says so in the first of the rows that ask for it", () => {
    const rows = [hour(10_000, EXIT), hour(10_000, EXIT), hour(10_000), hour(10_000, EXIT), hour(10_000, 80)];
    const more = [hour(10_000), hour(10_000, EXIT), hour(10_000, EXIT), hour(10_000, EXIT), hour(10_000)];
    expect(verdicts(runPanel(onVolume({ sizer }), { A: [...rows, ...more] }))).toEqual([
      "1 A defer reduce_only",
      "4 A defer reduce_only",
      "5 A commitment acted 72",
      "7 A defer acted -72",
      "8 A defer reduce_only",
    ]);
    const calendars = { A: { kind: "sessions", sessions: [[4n * HOUR_NS, 5n * HOUR_NS]] } } as const;
    expect(verdicts(runPanel(checked(), { A: [hour(10_000, EXIT)] }, { calendars }))).toEqual([
      "1 A defer outside_execution_window",
    ]);
  });

  it("whose sale is on its way says that it is a duplicate", () => {
    const rows = [hour(10_000, 80), ...hours(3, 10_000), hour(10_000, EXIT), hour(10_000, EXIT), ...hours(3, 10_000)];
    const late = { latencyNs: Number((3n * HOUR_NS) / 2n) };
    expect(verdicts(runPanel(onVolume({ sizer }), { A: rows }, late))).toEqual([
      "1 A commitment acted 72",
      "5 A defer acted -72",
      "6 A defer duplicate",
    ]);
  });

  it("cancels an entry that is on its way", () => {
    const rows = [hour(10_000, 80), hour(10_000, EXIT), ...hours(3, 10_000)];
    const result = runPanel(onVolume({ sizer }), { A: rows }, { latencyNs: Number((5n * HOUR_NS) / 2n) });
    expect(verdicts(result)).toEqual(["1 A commitment acted 72", "2 A defer acted 0"]);
  });
});

describe("gates of a commitment", () => {
  const rows = { A: [hour(10_000, 80), hour(10_000)] };
  const at = (gates: Parameters<typeof onVolume>[0], config: Partial<RunConfig> = {}): readonly string[] =>
    verdicts(runPanel(onVolume({ sizer, ...gates }), rows, config));

  it("refuse with their own reason", () => {
    expect(at({ gates: { activation: activationGate() } })).toEqual(["1 A commitment activation_unknown"]);
    expect(at({ gates: { allow: eq(bars().volume, QUIET) } })).toEqual(["1 A commitment component_refused"]);
    const calendars = { A: { kind: "sessions", sessions: [[2n * HOUR_NS, 4n * HOUR_NS]] } } as const;
    expect(at({ gates: { timing: timingGate() } }, { calendars })).toEqual(["1 A commitment market_closed"]);
    expect(at({ gates: { risk: riskControl({ drawdown: null, position: 0 }) } })).toEqual([
      "1 A commitment position_size_limit",
    ]);
  });

  it("cut what is sent", () => {
    expect(at({ gates: { risk: riskControl({ position: 0.05 }) } })).toEqual(["1 A commitment acted 50"]);
    expect(at({}, { limits: { maxPosition: { quantity: "1" } } })).toEqual(["1 A commitment acted 1"]);
  });
});

/** What a plain walk over the bars says of every recommendation and exit, hour by hour. */
function plainVerdicts(panel: Readonly<Record<string, readonly Bar[]>>): readonly string[] {
  const symbols = Object.keys(panel);
  const rows = (panel[symbols[0] as string] as readonly Bar[]).length;
  const held = new Map<string, { cost: number; shares: number }>();
  const idle = new Set<string>();
  const actedAt = new Map<string, number>();
  let pending: (readonly [symbol: string, shares: number])[] = [];
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const at = row + 1;
    const closeOf = (symbol: string): number => ((panel[symbol] as readonly Bar[])[row] as Bar)[3];
    const says = (symbol: string): number => ((panel[symbol] as readonly Bar[])[row] as Bar)[4] as number;
    for (const [symbol, shares] of pending) {
      const { cost, shares: before } = held.get(symbol) ?? { cost: 0, shares: 0 };
      if (shares < 0) held.delete(symbol);
      else held.set(symbol, { cost: cost + shares * closeOf(symbol), shares: before + shares });
    }
    pending = [];
    for (const symbol of symbols) {
      const position = held.get(symbol);
      const hasSaid = idle.delete(symbol);
      if (says(symbol) !== EXIT) continue;
      if (position === undefined) {
        if (!hasSaid) lines.push(`${at} ${symbol} defer reduce_only`);
        idle.add(symbol);
        continue;
      }
      pending.push([symbol, -position.shares]);
      lines.push(`${at} ${symbol} defer acted ${-position.shares}`);
    }
    const recommended = symbols.filter((symbol) => says(symbol) <= 100).sort((a, b) => says(b) - says(a));
    for (const symbol of recommended) {
      const declining = [...held].filter(([each, { cost, shares }]) => cost - shares * closeOf(each) > cost * 0.02);
      const open = new Set([...held.keys(), ...pending.map(([each]) => each)]);
      const reason =
        says(symbol) < 55
          ? "insufficient_confidence"
          : at - (actedAt.get(symbol) ?? -9) < 3
            ? "duplicate_recommendation"
            : declining.length * 2 > held.size
              ? "multiple_declining_commitments"
              : open.size >= 2
                ? "max_commitments_reached"
                : null;
      if (reason === null) {
        actedAt.set(symbol, at);
        pending.push([symbol, 1]);
      }
      lines.push(`${at} ${symbol} commitment ${reason ?? "acted 1"}`);
    }
  }
  return lines;
}

describe("checks of any recommendations", () => {
  const step = fc.tuple(fc.constantFrom(-300, -100, 0, 0, 100, 300), fc.constantFrom(50, 60, 90, EXIT, QUIET, QUIET));
  const series = fc.array(step, { minLength: 14, maxLength: 14 }).map((steps) => {
    let price = 10_000;
    return steps.map(([move, says]) => hour((price = Math.max(price + move, 8_200)), says));
  });

  it("give what a plain walk gives", () => {
    const decision = onVolume({
      // A share at a time: the cap is one and a half.
      sizer: commitmentSizer({ cap: 160, correlationMax: 1, correlationFrom: 1 }),
      tier: tierPolicy({ moves: false }),
      checks: decisionChecks({ duplicateFor: 3 * 3600, commitmentsMax: 2 }),
    });
    fc.assert(
      fc.property(series, series, series, (a, b, c) => {
        // The last bar's orders find no further one.
        const panel = { A: a, B: b, C: c };
        expect(verdicts(runPanel(decision, panel))).toEqual(plainVerdicts(panel));
      }),
      { numRuns: runsOf(15) },
    );
  });
});
