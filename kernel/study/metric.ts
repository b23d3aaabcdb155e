// Metric: one figure of a run with everything that a reader needs to know what it means.
//
// Always true:
//   a value is a finite number, or null where it is not defined (too few samples, no trades, nothing to divide by).

import type { SamplingPeriod } from "./samples.js";

/**
 * What a value is counted in: `fraction` (0.1 is ten percent), `ratio` (no unit), `money` (the account currency, whole
 * units), `count`, `bars`, `days` (of 86,400 s), `unixSeconds` (UTC).
 */
export type MetricUnit = "fraction" | "ratio" | "money" | "count" | "bars" | "days" | "unixSeconds";

/** What a value was computed over: samples of the account's value, every bucket, closed trades, or fills. */
export type MetricBasis = SamplingPeriod | "bucket" | "trade" | "fill";

/** Headings under which a reader looks for a metric. */
export const METRIC_GROUPS = ["return", "risk", "ratio", "tail", "activity", "trade", "cost", "benchmark"] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

export interface Metric {
  readonly name: string;
  readonly group: MetricGroup;
  readonly value: number | null;
  readonly unit: MetricUnit;
  readonly samplingPeriod: MetricBasis;
  /** Periods a year that the value was scaled with; null when it was not scaled. */
  readonly annualisation: number | null;
  readonly definition: string;
}
