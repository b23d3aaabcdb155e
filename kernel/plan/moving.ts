// Moving memory: what a run writes in one bucket and reads again in a later one.
//
// Always true:
//   a field of the header that moves is in the list here; every other one is written once, with the plan.

import * as abi from "../../assembly/abi-run.js";

/** A range of memory. */
export interface MemoryRange {
  readonly at: number;
  readonly byteCount: number;
}

/** Fields of the header that move: offset and bytes of each. Rates of fees follow from the table that holds. */
const MOVING_FIELDS: readonly (readonly [offset: number, byteCount: number])[] = [
  [abi.RUN_NOW, 8],
  [abi.RUN_BUCKETS, 8],
  [abi.RUN_MIX, 32],
  [abi.RUN_PORTFOLIO_USED, 4],
  [abi.RUN_ORDER_SEQUENCE, 4],
  [abi.RUN_ORDER_FREE, 4],
  [abi.RUN_FILL_SEQUENCE, 4],
  [abi.RUN_PORTFOLIO_BOUNDARY, 8],
  [abi.RUN_EVENT_MIX, 32],
  [abi.RUN_SIDE_NEXT, 4],
  [abi.RUN_SIDE_TIME, 8],
  [abi.RUN_ORDERS_USED, 4],
  [abi.RUN_TRIAL_LAST, 4],
  [abi.RUN_DRAWS, 8],
  [abi.RUN_DRAW_MIX, 8],
];

/** The fields of the header at `header`, and the ranges besides. */
export function movingRanges(header: number, others: readonly MemoryRange[]): readonly MemoryRange[] {
  return [...MOVING_FIELDS.map(([offset, byteCount]) => ({ at: header + offset, byteCount })), ...others];
}
