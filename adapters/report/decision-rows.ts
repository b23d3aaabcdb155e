// Decision rows: decision records with every check and every step of the size, as compact arrays for the page's table.
//
// Always true:
//   a page holds at most `DECISIONS_MAX` of them and says how many there are; the whole list is in the run's tables.

import { decisionTraces } from "../../kernel/index.js";
import type { DecisionTrace, Instrument, RunTables, TraceNumber } from "../../kernel/index.js";
import { chartSeconds } from "./chart-time.js";
import { count, durationText, fixed, mantissaText, percent, timeText } from "./figures.js";

export const DECISIONS_MAX = 1_000;

/** Name, 1 where it passed, what was measured, what it was held against. */
export type CheckRow = readonly [name: string, passed: number, value: string | null, limit: string | null];
/** Name, what it looked at, what was left. */
export type StepRow = readonly [name: string, value: string | null, left: string | null];

/** A decision record; texts are as a reader sees them, times Unix seconds, a null is none. */
export interface DecisionRow {
  readonly t: number;
  readonly instrument: number;
  readonly kind: string;
  readonly acted: number;
  readonly reason: string | null;
  readonly tier: string;
  readonly confidence: string | null;
  readonly amount: string | null;
  readonly quantity: string | null;
  /** Sequence number of its order, 0 for none. */
  readonly order: number;
  readonly checks: readonly CheckRow[];
  readonly steps: readonly StepRow[];
}

/** What a reader calls a check. */
const CHECKS = {
  breaker: "circuit breaker",
  window: "execution window",
  confidence: "confidence",
  duplicate: "duplicate",
  declining: "declining positions",
  count: "commitments",
} as const;

/** The first decision records, in their order. */
export function decisionRows(tables: RunTables, daily: boolean): readonly DecisionRow[] {
  const first = decisionTraces(tables).slice(0, DECISIONS_MAX);
  return first.map((trace) => rowOf(trace, tables, daily));
}

function rowOf(trace: DecisionTrace, tables: RunTables, daily: boolean): DecisionRow {
  const instrument = tables.instruments[trace.instrument] as Instrument;
  const text = (number: TraceNumber) => numberText(number, instrument, tables, daily);
  const { confidence, quantity } = trace;
  return {
    t: chartSeconds(trace.time, daily),
    instrument: trace.instrument,
    kind: trace.kind,
    acted: trace.acted ? 1 : 0,
    reason: trace.reason === "none" ? null : trace.reason,
    tier: trace.tier,
    confidence: confidence === null ? null : percent(Number(confidence) / 1e9, 1),
    amount: trace.amount === 0n ? null : text({ value: trace.amount, unit: "money" }),
    quantity: quantity === 0n ? null : mantissaText(quantity, instrument.sizeDecimals),
    order: trace.order,
    checks: trace.checks.map(({ name, passed, value, limit }) => [
      CHECKS[name],
      passed ? 1 : 0,
      text(value),
      text(limit),
    ]),
    steps: trace.steps.map(({ name, value, result }) => [
      name.replace(/^size_/, "").replaceAll("_", " "),
      text(value),
      text(result),
    ]),
  };
}

const DAY_NS = 86_400_000_000_000;

function numberText(
  { value, unit }: TraceNumber,
  { sizeDecimals }: Instrument,
  { currency }: RunTables,
  daily: boolean,
): string | null {
  if (value === null) return null;
  switch (unit) {
    case "share":
      return percent(Number(value) / 1e9, 1);
    case "money":
      return mantissaText(value, currency.decimals, Math.min(currency.decimals, 2));
    case "quantity":
      return mantissaText(value, sizeDecimals);
    case "count":
      return count(value);
    case "time":
      return timeText(value, daily);
    case "length":
      return durationText(Number(value) / DAY_NS);
    case "sessions":
      return fixed(Number(value) / 1e9, 1);
  }
}
