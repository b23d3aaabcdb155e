// Watermarks: how far the state streams of a run are committed, which is how far the run may read them.

import {
  KEPT_COMMITTED,
  KEPT_TIME,
  STATE_INSTRUMENT,
  STATE_KEPT,
  STATE_KIND,
  STATE_STRATEGY,
} from "../../assembly/abi-state.js";
import type { Layout } from "../plan/layout.js";
import type { Plan } from "../plan/plan.js";
import { stateAt } from "../plan/write-region.js";

/** Kinds of state streams, as the data plane numbers them. */
const STATES = ["portfolio", "position", "fills"] as const;

/** How far a state stream is committed. */
export interface Watermark {
  readonly state: (typeof STATES)[number];
  /** Index of the instrument; -1 for the portfolio. */
  readonly instrument: number;
  /** Name of the strategy whose position, or fills, they are; null for all together. */
  readonly strategy: string | null;
  /** Rows committed: buckets of the run for the portfolio, bars of the instrument for a position and for fills. */
  readonly rows: number;
  /** Time of the last of their buckets, ns; null before the first. */
  readonly timeNs: bigint | null;
}

/** Watermarks of the streams that a plan reads; none without feedback. A copy. */
export function watermarksOf(view: DataView, plan: Plan, layout: Layout): readonly Watermark[] {
  return (plan.region?.states ?? []).map((_, index) => {
    const record = stateAt(layout.region, index);
    const kept = view.getUint32(record + STATE_KEPT, true);
    const rows = Number(view.getBigInt64(kept + KEPT_COMMITTED, true));
    return {
      state: STATES[view.getInt32(record + STATE_KIND, true)] as Watermark["state"],
      instrument: view.getInt32(record + STATE_INSTRUMENT, true),
      strategy: plan.strategies[view.getInt32(record + STATE_STRATEGY, true)] ?? null,
      rows,
      timeNs: rows === 0 ? null : view.getBigInt64(kept + KEPT_TIME, true),
    };
  });
}
