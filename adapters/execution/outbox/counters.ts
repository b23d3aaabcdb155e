// Counters: how often each reason was given at each stage.
//
// Always true:
//   rows stand in one order, whatever was counted first.

import { compareText } from "../../../kernel/index.js";

/** A reason at a stage, and how often it was given. */
export interface CounterRow {
  readonly stage: string;
  readonly reason: string;
  readonly count: number;
}

export class Counters {
  private readonly stages = new Map<string, Map<string, number>>();

  add(stage: string, reason: string): void {
    const reasons = this.stages.get(stage) ?? new Map<string, number>();
    this.stages.set(stage, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  }

  /** How often a reason was given at a stage. */
  count(stage: string, reason: string): number {
    return this.stages.get(stage)?.get(reason) ?? 0;
  }

  /** Everything that was counted, by stage and reason. */
  rows(): readonly CounterRow[] {
    const rows = [...this.stages].flatMap(([stage, reasons]) =>
      [...reasons].map(([reason, count]) => ({ stage, reason, count })),
    );
    return rows.sort((a, b) => compareText(a.stage, b.stage) || compareText(a.reason, b.reason));
  }
}
