// Decisions of the exact model, as their values by row.

export type ModelDecisionKind = "targetPercent" | "targetValue" | "targetQuantity" | "marketOrder";

export interface ModelDecision {
  readonly kind: ModelDecisionKind;
  /** Index of the instrument that is traded; the decision has a row for each of its bars. */
  readonly instrument: number;
  readonly values: readonly (number | null)[];
  /** `null` for a decision without a trigger. */
  readonly when: readonly (boolean | null)[] | null;
}
