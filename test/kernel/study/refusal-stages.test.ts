// Refusals by stage: what gates, checks and sizers said, each once.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitmentOptions, RunResult } from "../../../kernel/index.js";
import {
  activationGate,
  commitmentSizer,
  decisionChecks,
  refusalCounts,
  riskControl,
  stagedRefusals,
} from "../../../kernel/index.js";
import { runsOf } from "../../model/arbitrary-case.js";
import { EXIT, hour, onVolume, QUIET, runPanel } from "../../run/commitment-runs.js";
import { messages } from "../../run/gate-runs.js";

const counted = (result: RunResult): readonly string[] =>
  refusalCounts(result.tables()).map(({ stage, reason, times }) => `${stage}: ${reason} ${times}`);
const engine = (options: CommitmentOptions = {}): ReturnType<typeof onVolume> =>
  onVolume({
    sizer: commitmentSizer({ cap: null }),
    checks: decisionChecks({ duplicateFor: 0 }),
    gates: { activation: activationGate({ assume: "active" }) },
    ...options,
  });

describe("refusals by stage", () => {
  it("are those of checks, sizer and exits beside those of gates, each once", () => {
    const rows = [hour(10_000, EXIT), hour(10_000, 20), hour(10_000, 100), hour(10_000, 100), hour(10_000, 100)];
    const result = runPanel(
      engine(),
      { A: [...rows, hour(10_000, 100), hour(10_000)], B: [...rows.map(() => hour(10_000)), hour(10_000, 60)] },
      messages({ hour: 5.5, version: 1, freeze: true }),
    );
    expect(counted(result)).toEqual([
      "exit: reduce_only 1",
      "checks: insufficient_confidence 1",
      "sizer: position_size_limit 2",
      "activation: freeze 1",
    ]);
    expect(result.counts.refusals).toBe(1);
    expect(stagedRefusals(result.tables()).map(({ time }) => time / 3_600_000_000_000n)).toEqual([1n, 2n, 5n, 6n, 6n]);
  });

  it("are of the gate that refused behind the sizer, with its severity", () => {
    const risk = riskControl({ drawdown: null, position: 0, dynamic: false });
    const result = runPanel(engine({ gates: { risk } }), { A: [hour(10_000, 80), hour(10_000)] });
    expect(counted(result)).toEqual(["risk: position_size_limit 1"]);
    expect(stagedRefusals(result.tables())[0]?.severity).toBeGreaterThan(0);
  });

  const says = fc.array(fc.constantFrom(20, 56, 80, EXIT, QUIET), { minLength: 12, maxLength: 12 });
  const state = fc.constantFrom("freeze", "drain", "lift");
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 11 }), state), { maxLength: 4 });

  it("are as many as records that were skipped, and refusals that are of none", () => {
    fc.assert(
      fc.property(says, says, changes, (a, b, list) => {
        const sorted = [...new Map(list)].sort(([x], [y]) => x - y);
        const config = messages(
          ...sorted.map(([at, what], i) => ({
            hour: at + 0.5,
            version: i + 1,
            ...(what === "freeze" ? { freeze: true } : what === "drain" ? { drain: true } : {}),
          })),
        );
        const panel = { A: a.map((each) => hour(10_000, each)), B: b.map((each) => hour(9000, each)) };
        const result = runPanel(engine({ cycleMax: 1 }), panel, config);
        const { decisionRecords: records, refusals } = result.tables();
        const skipped = [...records.acted].filter((acted) => acted === 0).length;
        // A refusal that cut stands beside a record that acted.
        const cuts = [...refusals.allowed].filter((allowed) => allowed !== 0n).length;
        expect(stagedRefusals(result.tables()).length).toBe(skipped + cuts);
      }),
      { numRuns: runsOf(20) },
    );
  });
});
