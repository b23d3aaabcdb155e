// Refusals by stage: whatever stood between a decision and its order, each once, whether it left a refusal or a
// decision record alone.
//
// Gates, order entry and the account leave refusals; the checks and the sizer of a commitment, which stand before them,
// leave decision records. What a gate behind the sizer refused has both, and counts as the gate's.
//
// Always true:
//   a skipped decision record counts unless a refusal of its decision, time and reason stands for it.

import type { Reason } from "../log/reason.js";
import { REASONS } from "../log/reason.js";
import type { RunTables } from "../log/tables.js";

/** Stages, in the order in which a decision meets them; `policy` is any other policy of a gate. */
export const REFUSAL_STAGES = [
  "cycle",
  "exit",
  "checks",
  "own gate",
  "sizer",
  "timing",
  "pre-trade",
  "activation",
  "portfolio",
  "risk",
  "policy",
  "order entry",
  "compliance",
  "publish",
] as const;
export type RefusalStage = (typeof REFUSAL_STAGES)[number];

/** A refusal, a cut, or a recommendation or an exit that was not acted on. */
export interface StagedRefusal {
  readonly time: bigint;
  /** Index into `RunTables.instruments`. */
  readonly instrument: number;
  /** Index into `RunTables.decisions`. */
  readonly decision: number;
  readonly stage: RefusalStage;
  readonly reason: Reason;
  /** Index into `SEVERITIES`. */
  readonly severity: number;
}

/** How often a stage refused for a reason. */
export interface RefusalCount {
  readonly stage: RefusalStage;
  readonly reason: Reason;
  readonly times: number;
}

/** Stages of reasons that one gate alone gives. */
const GATES: ReadonlyMap<Reason, RefusalStage> = new Map([
  ["activation_disabled", "activation"],
  ["activation_unknown", "activation"],
  ["freeze", "activation"],
  ["drain", "activation"],
  ["market_closed", "timing"],
  ["compliance_region", "compliance"],
  ["compliance_restricted", "compliance"],
  ["throttled", "compliance"],
  ["component_refused", "own gate"],
  ["watermark", "portfolio"],
  ["leverage_limit", "risk"],
  ["drawdown_limit", "risk"],
  ["concentration_limit", "risk"],
  ["volatility_limit", "risk"],
]);

/** Reasons that the account's own checks give as well as a gate, and the gate. */
const SHARED: ReadonlyMap<Reason, RefusalStage> = new Map([
  // A position limit is one of risk or one of the run.
  ["position_size_limit", "risk"],
  ["symbol_validation_failed", "pre-trade"],
  ["backpressure", "pre-trade"],
  ["not_shortable", "pre-trade"],
  ["insufficient_buying_power", "pre-trade"],
]);

/** Stages of what a commitment skips by itself; the sizer gives every other reason. */
const JUDGED: ReadonlyMap<Reason, RefusalStage> = new Map([
  ["stale_decision", "cycle"],
  ["superseded", "cycle"],
  ["reduce_only", "exit"],
  ["duplicate", "exit"],
  ["component_refused", "own gate"],
  ["invalid_order", "checks"],
  ["circuit_breaker_active", "checks"],
  ["outside_execution_window", "checks"],
  ["insufficient_confidence", "checks"],
  ["duplicate_recommendation", "checks"],
  ["multiple_declining_commitments", "checks"],
  ["max_commitments_reached", "checks"],
]);

/** Stage of a refusal that no policy owns: the publisher's, where there was no room for what was approved. */
function unowned({ reason }: { readonly reason: Reason }): RefusalStage {
  return reason === "backpressure" ? "publish" : "order entry";
}

/** Everything that was refused, cut or skipped, by time. O(refusals + decision records). */
export function stagedRefusals(tables: RunTables): readonly StagedRefusal[] {
  const { refusals, decisionRecords: records } = tables;
  const rows: StagedRefusal[] = [];
  const standing = new Map<string, number>();
  for (let row = 0; row < refusals.rowCount; row++) {
    const refusal = commonOf(refusals, row);
    const hasPolicy = (refusals.policy[row] as number) >= 0;
    const shared = hasPolicy ? (SHARED.get(refusal.reason) ?? "policy") : unowned(refusal);
    const stage = GATES.get(refusal.reason) ?? shared;
    rows.push({ ...refusal, stage, severity: refusals.severity[row] as number });
    standing.set(keyOf(refusal), (standing.get(keyOf(refusal)) ?? 0) + 1);
  }
  for (let row = 0; row < records.rowCount; row++) {
    if (records.acted[row] === 1) continue;
    const record = commonOf(records, row);
    const left = standing.get(keyOf(record)) ?? 0;
    if (left > 0) standing.set(keyOf(record), left - 1);
    else rows.push({ ...record, stage: JUDGED.get(record.reason) ?? "sizer", severity: 0 });
  }
  return rows.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** How often each stage refused for each reason, in the order of stages and reasons. O(refusals + decision records). */
export function refusalCounts(tables: RunTables): readonly RefusalCount[] {
  const counts = new Map<string, RefusalCount>();
  for (const { stage, reason } of stagedRefusals(tables)) {
    const key = `${stage} ${reason}`;
    counts.set(key, { stage, reason, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  const place = ({ stage, reason }: RefusalCount): number =>
    REFUSAL_STAGES.indexOf(stage) * REASONS.length + REASONS.indexOf(reason);
  return [...counts.values()].sort((a, b) => place(a) - place(b));
}

type Common = Pick<StagedRefusal, "time" | "instrument" | "decision" | "reason">;

function commonOf(table: RunTables["refusals"] | RunTables["decisionRecords"], row: number): Common {
  return {
    time: table.time[row] as bigint,
    instrument: table.instrument[row] as number,
    decision: table.decision[row] as number,
    reason: REASONS[table.reason[row] as number] ?? "none",
  };
}

function keyOf({ time, decision, reason }: Common): string {
  return `${time} ${decision} ${reason}`;
}
