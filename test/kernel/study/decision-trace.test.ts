// Decision traces: the numbers beside each check say whether it passed, steps stand with the record that they are of,
// and an order is the one that was sent.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  circuitBreaker,
  commitmentSizer,
  decisionChecks,
  decisionTraces,
  stopManager,
  atr,
  bars,
  tierPolicy,
} from "../../../kernel/index.js";
import type { CommitmentOptions, DecisionTrace, RunResult, TraceCheck } from "../../../kernel/index.js";
import { hour, hours, onVolume, QUIET, runPanel } from "../../run/commitment-runs.js";
import type { Bar } from "../../run/order-lines.js";

const RUNS = Number(process.env["GOLDENTAPE_RUNS"] ?? "40");

/** What its numbers say of a check; null where they say nothing. */
function saidBy({ name, value: { value }, limit: { value: limit } }: TraceCheck): boolean | null {
  switch (name) {
    case "breaker":
      return limit === null || (value as bigint) >= limit;
    case "confidence":
      return limit === null ? null : (value as bigint) >= limit;
    case "duplicate":
      return limit === null ? null : value === null || value >= limit;
    case "count":
      return limit === null ? null : (value as bigint) < limit;
    default:
      return null;
  }
}

function text({ time, kind, acted, reason, checks, steps }: DecisionTrace): string {
  const made = checks.map(({ name, passed }) => (passed ? name : `!${name}`)).join(" ");
  const noted = steps.map(({ name }) => name).join(" ");
  return `${time / 3_600_000_000_000n} ${kind} ${acted ? "acted" : reason}: ${made}; ${noted}`;
}

const SIZE = "size_base size_position size_cap size_correlation size_sector size_diversity size_earnings size_units";

describe("the traces of decisions", () => {
  it("have every check with its numbers and every step of the size", () => {
    const result = runPanel(
      onVolume({ checks: decisionChecks({ window: false }), sizer: commitmentSizer({ cap: 5_000 }) }),
      {
        A: [hour(10_000, 90), hour(10_000, 20), hour(10_000, 80), hour(10_000, 200), hour(10_000)],
      },
    );
    const traces = decisionTraces(result.tables());
    expect(traces.map(text)).toEqual([
      `1 commitment acted: breaker window confidence duplicate declining count; ${SIZE}`,
      "2 commitment insufficient_confidence: breaker window !confidence; ",
      "3 commitment duplicate_recommendation: breaker window confidence !duplicate; ",
      "4 defer acted: window; ",
    ]);
    const [first, second, third, exit] = traces;
    const numbers = (trace: DecisionTrace | undefined, name: string) => {
      const check = trace?.checks.find((one) => one.name === name);
      return [check?.value.value, check?.limit.value, check?.limit.unit];
    };
    expect(numbers(second, "confidence")).toEqual([200_000_000n, 550_000_000n, "share"]);
    expect(numbers(first, "duplicate")).toEqual([null, 86_400_000_000_000n, "length"]);
    expect(numbers(third, "duplicate")).toEqual([7_200_000_000_000n, 86_400_000_000_000n, "length"]);
    expect(numbers(first, "count")).toEqual([0n, 10n, "count"]);
    expect(numbers(first, "declining")).toEqual([null, 500_000_000n, "share"]);
    expect([first?.confidence, exit?.confidence]).toEqual([900_000_000n, null]);
    const [base, , cap] = first?.steps ?? [];
    // 100,000 of active pool; half of the tier's tenth at 0.9 of 0.55; then the cap.
    expect(base).toMatchObject({ value: { value: 10_000_000n, unit: "money" }, result: { value: 818_181n } });
    expect(cap).toMatchObject({ value: { value: 500_000n }, result: { value: 500_000n } });
    const { orders } = result.tables();
    expect(traces.map(({ order }) => order)).toEqual([1, 0, 0, 2].map((at) => (at === 0 ? 0 : orders.order[at - 1])));
  });

  it("say by their numbers what passed, whatever was recommended, held, on its way and paused", () => {
    const says = fc.constantFrom(QUIET, QUIET, 30, 60, 90, 200);
    const bar: fc.Arbitrary<Bar> = fc
      .tuple(fc.integer({ min: 80, max: 120 }), says)
      .map(([price, said]) => hour(price * 100, said));
    const panel = fc.record({
      A: fc.array(bar, { minLength: 12, maxLength: 12 }),
      B: fc.array(bar, { minLength: 12, maxLength: 12 }),
      C: fc.array(bar, { minLength: 12, maxLength: 12 }),
    });
    const { high, low, close } = bars();
    const breaker = circuitBreaker({
      dayLoss: 0.01,
      dayLossPause: 14_400,
      positionLoss: 0.05,
      positionLossPause: 7_200,
    });
    const drawn: fc.Arbitrary<CommitmentOptions> = fc.record({
      checks: fc.constantFrom(
        decisionChecks({ window: false, duplicateFor: 7_200, commitmentsMax: 1 }),
        decisionChecks({ window: false, duplicateFor: 10_800, commitmentsMax: 2, declining: 1 }),
      ),
      breaker: fc.constant(breaker),
      sizer: fc.constant(commitmentSizer({ cap: null })),
      stops: fc.constant(stopManager()),
      tier: fc.constantFrom(tierPolicy({ moves: false }), tierPolicy({ start: "aggressive" })),
    });
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(panel, drawn, fc.constantFrom(0, 7_200_000_000_000), (rows, options, latencyNs) => {
        const sized = { ...options, atr: atr(high, low, close, 2) };
        const result: RunResult = runPanel(onVolume(sized), { ...rows, D: hours(12, 10_000) }, { latencyNs });
        const { notes, decisionRecords } = result.tables();
        for (let row = 0; row < notes.rowCount; row++) {
          const record = notes.record[row] as number;
          if (record >= 0) expect(decisionRecords.time[record]).toBe(notes.time[row]);
        }
        for (const trace of decisionTraces(result.tables())) {
          for (const check of trace.checks) {
            const said = saidBy(check);
            if (said === null) continue;
            expect(`${text(trace)} ${check.name} ${said}`).toBe(`${text(trace)} ${check.name} ${check.passed}`);
            const key = `${check.name} ${check.passed}`;
            seen.set(key, (seen.get(key) ?? 0) + 1);
          }
        }
      }),
      { numRuns: RUNS },
    );
    const kinds = ["breaker", "confidence", "duplicate", "count"].flatMap((name) => [`${name} true`, `${name} false`]);
    expect([...seen.keys()].sort()).toEqual(kinds.sort());
  });
});
